"""``pagesieve clean URL``: single pages from a loopback site."""

import gzip
import time
from pathlib import Path

from loopback import Answer, Site, article, clean, complaints

from cleaners import Record


def test_addresses(site: Site, tmp_path: Path) -> None:
    """Pages come as a crawl would have them, and what could not be had is named."""
    site.pages["/robots.txt"] = Answer("User-agent: pagesieve\nDisallow: /secret\n", Content_Type="text/plain")
    latin = article(2).replace("Nováková", "Günes").encode("latin-1")
    site.pages["/2"] = Answer(gzip.compress(latin), Content_Type="text/html; charset=ISO-8859-1", Content_Encoding="gzip")
    site.pages["/moved"] = Answer("", 302, Location="/2")
    site.pages["/moved/secret"] = Answer("", 302, Location="/secret")
    site.pages["/moved/file"] = Answer("", 302, Location="file:///etc/passwd")
    site.pages["/moved/astray"] = Answer("", 302, Location="http://:99999/")
    site.pages["/garbled"] = Answer("no gzip", Content_Encoding="gzip")
    site.pages["/cut"] = Answer(article(3), cut=20)
    site.pages["/down"] = Answer("down", 500)
    began = time.monotonic()
    paths = ("/2", "/moved", "/moved/secret", "/moved/file", "/moved/astray", "/garbled", "/cut", "/down", "/absent", "/secret")
    done = clean(tmp_path, "--allow-private", *(site.base + path for path in paths), "http://127.0.0.1:1/", "http://:99999/")
    assert done.returncode == 1
    made = [Record.from_json(line) for line in done.stdout.splitlines()]
    assert [(record.kind, record.url) for record in made] == [
        ("article", f"{site.base}/2"),
        ("article", f"{site.base}/2"),
        ("empty", f"{site.base}/down"),
        ("not_found", f"{site.base}/absent"),
    ]
    assert [author.name for author in made[0].authors] == ["Petra Günes"]
    assert made[0].fetched_at is not None
    told = dict(line.removeprefix(site.base).split(": ", 1) for line in complaints(done))
    assert told.pop("http://127.0.0.1:1/").startswith("no answer: ")
    assert told.pop("/down").startswith("The server answered 500")
    assert told == {
        "/moved/secret": "refused by the site's robots.txt",
        "http://:99999/": "no address that can be fetched",
        "/moved/astray": "redirected to http://:99999/, which is no address of a page",
        "/garbled": "no answer: Not a gzipped file (b'no')",
        "/moved/file": "HTTP 302: redirects that lead nowhere",
        "/cut": "the connection ended before the announced length",
        "/absent": "The server answered 404.",
        "/secret": "refused by the site's robots.txt",
    }
    assert "/secret" not in site.hits
    assert site.hits["/robots.txt"] == 1
    assert time.monotonic() - began >= site.hits.total() - 2, "one request a second, but for robots.txt"


def test_no_leave_without_robots_txt(site: Site, tmp_path: Path) -> None:
    """A server that cannot show its robots.txt has not given leave; one that has none has."""
    site.pages["/1"] = Answer(article(1))
    site.pages["/robots.txt"] = Answer("down", 503)
    done = clean(tmp_path, "--allow-private", f"{site.base}/1")
    assert (done.returncode, done.stdout, site.hits["/1"]) == (1, b"", 0)
    assert complaints(done) == [f"{site.base}/1: no leave to fetch: HTTP 503 for the site's robots.txt"]
    del site.pages["/robots.txt"]
    assert clean(tmp_path, "--allow-private", f"{site.base}/1").returncode == 0
