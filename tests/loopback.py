"""A site on loopback, made in code, and the real commands run against it."""

import gzip
import json
import os
import pty
import subprocess
import sys
import termios
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[1]
WORDS = [
    "glacier", "lichen", "copper", "monsoon", "vowel", "harbour", "ferment", "lattice", "quorum", "sediment", "plasma", "tariff", "enzyme",
    "basalt", "ballot", "otter", "cortex", "drought", "membrane", "dialect", "kernel", "pollen", "magnet", "reef", "archive", "tendon",
]


class Answer:
    """One answer: ``cut`` bytes of the body are held back although the length announces them."""

    def __init__(self, body: str | bytes, status: int = 200, *, cut: int = 0, **headers: str) -> None:
        self.body = body.encode() if isinstance(body, str) else body
        self.status = status
        self.cut = cut
        self.headers = {"Content-Type": "text/html; charset=utf-8"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }


Pages = dict[str, Answer | Callable[[int], Answer]]


class Site:
    """The running site: ``hits`` counts the requests for each path, ``bodies`` those that were answered in full.

    ``bases`` are its addresses on all hosts, ``asked`` when each request came, to which of them, for what.
    """

    def __init__(self, bases: list[str], pages: Pages) -> None:
        self.base, self.bases = bases[0], bases
        self.asked: list[tuple[float, str, str]] = []
        self.pages = pages
        self.hits: Counter[str] = Counter()
        self.bodies: Counter[str] = Counter()
        self.slow = 0.0


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # of connections that come while all cores have other work

    def handle_error(self, *_: object) -> None:
        """Clients that are killed close their connections in the middle of an answer."""


@contextmanager
def serve(hosts: int = 1) -> Iterator[Site]:
    """Serve what is put into ``pages``, on so many hosts; a function there gets the number of the request, from 1."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with lock:
                site.asked.append((time.monotonic(), str(self.server.server_address[0]), self.path))
                site.hits[self.path] += 1
                count = site.hits[self.path]
            time.sleep(site.slow)
            page = site.pages.get(self.path, Answer("<title>Not found</title><h1>Page not found</h1>", 404))
            answer = page(count) if callable(page) else page
            for name, condition in (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")):
                if (tag := answer.headers.get(name)) and self.headers[condition] == tag:
                    answer = Answer("", 304, **{name: tag})
            with lock:
                site.bodies[self.path] += answer.status != 304
            lines = [f"HTTP/1.1 {answer.status} X", f"Content-Length: {len(answer.body)}"]
            lines += [f"{name}: {value}" for name, value in answer.headers.items()]
            # In one piece: two writes would wait for each other's acknowledgement, 40 ms a page.
            head = "\r\n".join([*lines, "", ""]).encode()
            self.close_connection = bool(answer.cut)
            with suppress(ConnectionError):  # who asked had enough
                self.wfile.write(head + answer.body[: len(answer.body) - answer.cut])

        def log_message(self, *_: object) -> None:
            pass

    servers = [_Server(("127.0.0.1", 0), Handler)]
    port = servers[0].server_port
    servers += [_Server((f"127.0.0.{number}", port), Handler) for number in range(2, hosts + 1)]
    bases = [f"http://{server.server_address[0]}:{port}" for server in servers]
    site = Site(bases, {"/robots.txt": Answer("", Content_Type="text/plain")})
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()



def article(number: int, *, canonical: str = "", extra: str = "") -> str:
    """A small article page; its DOI, title and words depend on the number."""
    words = [WORDS[(number * 7 + i * i) % len(WORDS)] for i in range(60)]
    abstract = ". ".join(" ".join(words[i : i + 12]).capitalize() for i in range(0, 60, 12))
    title = f"{WORDS[number % len(WORDS)].capitalize()} and its {number} neighbours in a changing landscape"
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return f"""<!doctype html><html lang="en"><head><title>{title}</title>{link}
    <meta name="citation_title" content="{title}"><meta name="citation_author" content="Nováková, Petra">
    <meta name="citation_journal_title" content="Journal of Neighbours">
    <meta name="citation_publication_date" content="2021/03"><meta name="citation_doi" content="10.5555/jn.{number}">
    </head><body><main><h1>{title}</h1><p>Petra Nováková</p><h2>Abstract</h2><p>{abstract}.</p>{extra}</main></body></html>"""


def listing(paths: list[str], *, after: str = "", extra: str = "") -> str:
    """A listing page: headings with links, and a link to the next page."""
    entries = "".join(
        f'<article><h2><a href="{path}">What we learned about item {path} in the field</a></h2><p>A line.</p></article>'
        for path in paths
    )
    pager = f'<p class="pages"><a href="{after}">Next</a></p>' if after else ""
    return f"""<!doctype html><html><head><title>All articles</title></head><body>
    <nav><a href="/about-this-very-long-standing-journal">About this very long-standing journal of ours</a></nav>
    <main>{entries}{pager}</main>{extra}</body></html>"""


def archive(count: int, per_page: int = 20) -> Pages:
    """The pages of a listing with ``count`` articles behind it, at ``/list``."""
    pages: Pages = {f"/article/{i}": Answer(article(i)) for i in range(count)}
    for first in range(0, count, per_page):
        paths = [f"/article/{i}" for i in range(first, min(count, first + per_page))]
        after = f"/list?page={first // per_page + 2}" if first + per_page < count else ""
        pages["/list" if not first else f"/list?page={first // per_page + 1}"] = Answer(listing(paths, after=after))
    return pages


def sitemap(urls: list[str], *, index: bool = False, zipped: bool = False) -> Answer:
    """A sitemap, or an index of sitemaps."""
    root, entry = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    entries = "".join(f"<{entry}><loc>{url}</loc></{entry}>" for url in urls)
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{root}>'
    ).encode()
    return (
        Answer(gzip.compress(xml), Content_Type="application/x-gzip")
        if zipped
        else Answer(xml, Content_Type="application/xml")
    )


def command(*arguments: str | Path) -> list[str]:
    """The command line of ``pagesieve`` in this interpreter."""
    return [sys.executable, "-m", "crawler.cli", *map(str, arguments)]


def environment() -> dict[str, str]:
    """The variables under which a process finds this project from any folder."""
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}


def in_terminal(
    line: Sequence[str], folder: Path, env: dict[str, str], *, columns: int, stderr: IO[bytes] | None = None
) -> tuple[str, int]:
    """What a command writes to a terminal of this width, and its exit status; ``stderr`` goes there too, or into a file."""
    ours, its = pty.openpty()
    termios.tcsetwinsize(its, (24, columns))
    variables = {name: value for name, value in env.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")} | {"TERM": "xterm-256color"}
    process = subprocess.Popen(line, cwd=folder, env=variables, stdin=its, stdout=its, stderr=stderr or its, start_new_session=True)
    os.close(its)
    seen = b""
    try:
        while piece := os.read(ours, 65536):
            seen += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    return seen.decode().replace("\r\n", "\n"), process.wait(timeout=60)


def crawl(folder: Path, *starts: str, **keys: object) -> subprocess.CompletedProcess[str]:
    """Run ``pagesieve crawl`` with a crawl file; its output is text."""
    return subprocess.run(
        command("crawl", "--site", crawl_file(folder, *starts, **keys)),
        cwd=folder, env=environment(), capture_output=True, text=True, timeout=120, check=False,
    )


def crawl_file(folder: Path, *starts: str, **keys: object) -> Path:
    """Write a crawl file for loopback."""
    lines = [f"start = {list(starts)!r}", "delay = 0", "jobs = 2"]
    keys.setdefault("allow_private", True)
    lines += [f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for key, value in keys.items()]
    path = folder / "crawl.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def clean(folder: Path, *arguments: str | bytes | Path, stdin: bytes = b"", **extra: Any) -> subprocess.CompletedProcess[bytes]:
    """Run ``pagesieve clean`` in a folder; its output is bytes."""
    line = [*command("clean"), *(a if isinstance(a, bytes) else str(a) for a in arguments)]
    return subprocess.run(line, cwd=folder, env=environment(), input=stdin, capture_output=True, timeout=120, check=False, **extra)


def json_lines(*pages: dict[str, str]) -> bytes:
    """Pages as the lines of a JSONL file."""
    return "".join(f"{json.dumps(page)}\n" for page in pages).encode()


def complaints(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    """The lines on stderr, of which each must be one of ours: no traceback, no usage."""
    lines = done.stderr.decode().splitlines()
    assert all(line.startswith("pagesieve: ") for line in lines), done.stderr.decode()
    return [line.removeprefix("pagesieve: ") for line in lines]
