"""Crawl saved pages from loopback with the real command, and check that none is lost.

    python benchmarks/local_crawl.py [--data FOLDER] [--jobs N]

Serves every page ``<collection>/pages/<name>.html.gz`` of the folder on this machine: the sitemap names one half, a
listing with next pages the other. Prints a small table; the exit status is 1 if a check fails, 0 with a note if there
are no pages.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jsonschema

from cleaners.record import json_schema
from crawler.report import outcomes
from crawler.store import Store

ROOT = Path(__file__).resolve().parents[1]
PER_PAGE = 25


def pages(data: Path) -> dict[str, bytes]:
    """The pages by the path that they are served at."""
    files = sorted(data.glob("*/pages/*.html.gz"))
    return {f"/{p.parent.parent.name}/{p.name.removesuffix('.html.gz')}-page": gzip.decompress(p.read_bytes()) for p in files}


def with_lists(served: dict[str, bytes], base: str) -> dict[str, bytes]:
    """The pages, with a sitemap and a listing of several pages that name them."""
    paths = list(served)
    mapped, listed = paths[::2], paths[1::2]
    entries = "".join(f"<url><loc>{base}{path}</loc></url>" for path in mapped)
    lists = {"/sitemap.xml": f"<urlset>{entries}</urlset>"}
    for number, first in enumerate(range(0, len(listed), PER_PAGE), start=1):
        items = "".join(f'<h2><a href="{p}">The page that is served at {p}</a></h2>' for p in listed[first : first + PER_PAGE])
        after = f'<a rel="next" href="/list-{number + 1}">Next</a>' if first + PER_PAGE < len(listed) else ""
        lists[f"/list-{number}"] = f"<title>List</title><main>{items}{after}</main>"
    return served | {path: text.encode() for path, text in lists.items()}


def serve(found: dict[str, bytes]) -> ThreadingHTTPServer:
    """Serve what ``found`` holds, now or later; anything else is not found."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = found.get(self.path)
            status, kind = ("200 OK", "application/xml" if self.path.endswith(".xml") else "text/html")
            if body is None:
                status, kind, body = "404 Not Found", "text/plain", b"not here"
            head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
            self.wfile.write(head.encode() + body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main() -> int:
    """Crawl, check, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=2, help="processes that clean (default: 2)")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="the folder of pages (default: %(default)s)")
    given = parser.parse_args()
    jobs, found = given.jobs, pages(given.data)
    if not found:
        print(f"no pages in {given.data}: nothing to crawl")
        return 0
    wanted = list(found)
    server = serve(found)
    base = f"http://127.0.0.1:{server.server_port}"
    found |= with_lists(found, base)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = f'start = ["{base}/sitemap.xml", "{base}/list-1"]\ndelay = 0\nallow_private = true\njobs = {jobs}\n'
        (folder / "crawl.toml").write_text(plan, encoding="utf-8")
        began = time.monotonic()
        command = "from crawler.cli.crawl import crawl; crawl(prog_name='pagesieve crawl')"
        done = subprocess.run(
            [sys.executable, "-c", command, "--site", "crawl.toml"],
            cwd=folder, env={"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        seconds = time.monotonic() - began
        server.shutdown()
        if done.returncode not in (0, 1):
            print(done.stderr)
            return 1
        with Store(folder / "articles.sqlite") as store:
            counts = outcomes(store)
            kept = {row[0].removeprefix(base) for row in store.query("SELECT final_url FROM pages")}
            known = store.query("SELECT count(*) FROM urls").fetchone()[0]
            killed = store.query("SELECT count(*) FROM records WHERE record LIKE '%\"code\":\"cleaning_%'").fetchone()[0]
        lines = (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()
        validator = jsonschema.Draft202012Validator(json_schema())
        invalid = sum(not validator.is_valid(json.loads(line)) for line in lines)
        size = (folder / "articles.sqlite").stat().st_size
    checks = {
        "every page is in the store": not set(wanted) - kept,
        "every URL has one outcome": sum(counts.values()) == known,
        "none waits, fails or is left uncleaned": not {"waiting", "failed", "uncleaned"} & set(counts),
        "no cleaning was stopped": killed == 0,
        "all lines are valid records": bool(lines) and invalid == 0,
    }
    print(done.stderr)
    print(f"{len(wanted)} pages, {sum(map(len, found.values())) / 1e6:.1f} MB, store {size / 1e6:.1f} MB")
    print(f"{seconds:.1f} s with {jobs} cleaning processes: {len(wanted) / seconds:.1f} pages/s, start and end included")
    for outcome, count in counts.items():
        print(f"{count:>6}  {outcome}")
    for check, passed in checks.items():
        print(f"{'ok' if passed else 'FAILED':>6}  {check}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
