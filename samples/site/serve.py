"""Serve the sample site on loopback: ``python samples/site/serve.py --port 8000``."""

import argparse
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from answers import Answer, deliver
from pages import Site, make_site

_BUSY = deliver("<title>Busy</title><h1>503 Service Unavailable</h1>", status=503)


class SiteServer(ThreadingHTTPServer):
    """The server; ``log`` holds what was asked for since it was last cleared, in order."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site: Site = make_site(f"http://127.0.0.1:{self.server_port}")
        self.log: list[str] = []
        self._lock = threading.Lock()

    def take(self, target: str) -> tuple[Answer, tuple[tuple[str, str], ...]]:
        """The answer for a request, with headers of its own, and its line in the log."""
        with self._lock:
            first = target not in self.log
            self.log.append(target)
        answer = self.site.answer(target)
        if answer.busy and first:
            return _BUSY, (*_BUSY.headers, ("Retry-After", "1"))
        return answer, answer.headers


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SiteServer

    def do_GET(self) -> None:
        answer, headers = self.server.take(self.path)
        lines = [f"HTTP/1.1 {answer.status} {self.responses.get(answer.status, ('X',))[0]}", f"Content-Length: {len(answer.body)}"]
        lines += [f"{name}: {value}" for name, value in headers]
        # In one piece: two writes would wait for each other's acknowledgement, 40 ms a page.
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + answer.body[: answer.sent])
        self.close_connection = answer.sent is not None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        """Say nothing: `SiteServer.log` is the log."""


@contextmanager
def running_site(port: int = 0) -> Iterator[SiteServer]:
    """Serve the site from another thread while the block runs; port 0 takes a free one."""
    server = SiteServer(port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one; default 8000")
    server = SiteServer(parser.parse_args().port)
    print(server.site.base, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
