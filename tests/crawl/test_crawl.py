"""Whole crawls: the real commands, a real server, real worker processes."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from loopback import Answer, Site, archive, article, command, crawl, crawl_file, environment, listing, serve, sitemap

from cleaners.record import json_schema
from crawler.report import endings, last_run, outcomes, troubles
from crawler.store import Store


def records(folder: Path, name: str = "articles.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(folder / "articles.sqlite") as db:
        return db.execute(sql).fetchall()


def test_everything_that_can_be_a_start(site: Site, tmp_path: Path) -> None:
    """Listing with pages, sitemap index with a gzipped sitemap, feed and article, told apart by content."""
    site.pages |= archive(45)
    for number in (100, 101, 102, 103):
        site.pages[f"/more/{number}"] = Answer(
            article(number, extra='<h3><a href="/more/999">Related: another</a></h3>')
        )
    site.pages["/map"] = sitemap([f"{site.base}/map.gz"], index=True)
    site.pages["/map.gz"] = sitemap([f"{site.base}/more/100", f"{site.base}/more/101"], zipped=True)
    site.pages["/news"] = Answer(
        f"<rss><channel><link>{site.base}/list</link><item><title>T</title><link>{site.base}/more/102</link></item>"
        "</channel></rss>",
        Content_Type="application/rss+xml",
    )
    done = crawl(tmp_path, *(site.base + path for path in ("/list", "/map", "/news", "/more/103")))
    assert done.returncode == 0, done.stderr
    articles = records(tmp_path)
    assert {r["identifiers"]["doi"] for r in articles} == {f"10.5555/jn.{n}" for n in (*range(45), 100, 101, 102, 103)}
    assert [r["url"] for r in articles] == sorted(r["url"] for r in articles)
    assert "/more/999" not in site.hits, "an article's own links are not followed"
    assert set(site.hits.values()) == {1}
    validator = jsonschema.Draft202012Validator(json_schema())
    assert not [error for record in articles for error in validator.iter_errors(record)]
    with Store(tmp_path / "articles.sqlite") as store:
        assert outcomes(store) == {"article": 49, "listing": 3, "sitemap": 2, "feed": 1}
    assert "49  articles" in done.stderr
    assert not (tmp_path / "articles.jsonl.part").exists()

    before = (tmp_path / "articles.jsonl").read_bytes()
    assert crawl(tmp_path, site.base + "/list").returncode == 3, "nothing new"
    assert (tmp_path / "articles.jsonl").read_bytes() == before
    again = {path for path, hits in site.hits.items() if hits > 1}
    assert again == {"/robots.txt", "/list", "/map", "/map.gz", "/news"}, "only what may lead to more is asked for again"


def test_what_stands_in_the_way(site: Site, tmp_path: Path) -> None:
    """robots.txt, redirects, copies, dead links, busy hosts and broken connections."""
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /secret\n", Content_Type="text/plain")
    site.pages["/moved"] = Answer("", 302, Location="/article/1")
    site.pages["/moved/secret"] = Answer("", 301, Location="/secret/2")
    site.pages["/article/1"] = Answer(article(1))
    site.pages["/article/2"] = Answer(article(2, canonical="/article/2"))
    site.pages["/article/2?view=print"] = Answer(article(2, canonical="/article/2") + "<!-- printed -->")
    site.pages["/article/3"] = Answer(article(3, canonical="/"))
    site.pages["/article/4"] = Answer(article(4, canonical="/"))
    site.pages["/article/5"] = lambda n: Answer("busy", 503, Retry_After="1") if n == 1 else Answer(article(5))
    site.pages["/article/6"] = Answer(article(6), cut=20)
    site.pages["/article/7"] = lambda n: Answer(article(7), cut=200 if n == 1 else 0)
    site.pages["/article/8"] = Answer("down", 500)
    paths = [f"/article/{n}" for n in range(1, 9)]
    paths += [
        "/moved",
        "/moved/secret",
        "/article/2?view=print",
        "/article/2?utm_source=x",
        "/secret/1",
        "/article/404",
    ]
    site.pages["/list"] = Answer(listing(paths))
    done = crawl(tmp_path, site.base + "/list", article=["/article/|/moved|/secret"])
    assert done.returncode == 1
    assert f"{site.base}/article/8  failed: HTTP 500" in done.stderr
    got = {r["identifiers"]["doi"]: r for r in records(tmp_path)}
    assert set(got) == {f"10.5555/jn.{n}" for n in range(1, 8)}
    assert "dataloss" in [w["code"] for w in got["10.5555/jn.6"]["warnings"]]
    assert "dataloss" not in [w["code"] for w in got["10.5555/jn.7"]["warnings"]]
    assert [site.hits[f"/article/{n}"] for n in (5, 6, 8)] == [2, 3, 3]
    assert not [path for path in site.hits if path.startswith("/secret")]
    assert "/article/2?utm_source=x" not in site.hits, "the same page but for tracking"
    with Store(tmp_path / "articles.sqlite") as store:
        counts = outcomes(store)
        assert counts["duplicate"] == 2, "the redirect to a known page and the print view"
        assert (counts["refused"], counts["not_found"], counts["failed"]) == (2, 1, 1)
        assert sum(counts.values()) == store.query("SELECT count(*) FROM urls").fetchone()[0]
    chain = query(tmp_path, "SELECT redirects FROM pages WHERE final_url LIKE '%/article/1' AND redirects != '[]'")
    assert chain == [(json.dumps([site.base + "/moved"]),)]
    statuses = query(tmp_path, "SELECT count(*) FROM pages JOIN bodies USING (sha256) WHERE status >= 400")
    assert statuses == [(5,)], "answers with an error are kept too: 404, 503 and three times 500"


def test_no_leave_without_robots_txt(site: Site, tmp_path: Path) -> None:
    """A server that cannot show its robots.txt has not given leave; it is asked for it again, then its pages fail by that name."""
    site.pages |= {"/robots.txt": lambda n: Answer("down", 503) if n == 1 else Answer(""), "/article/1": Answer(article(1))}
    with serve() as down:
        down.pages |= {"/robots.txt": Answer("down", 500), "/article/2": Answer(article(2))}
        done = crawl(tmp_path, f"{site.base}/article/1", f"{down.base}/article/2", "http://127.0.0.1:1/article/3")
    assert done.returncode == 1
    assert [r["url"] for r in records(tmp_path)] == [f"{site.base}/article/1"]
    assert f"{down.base}/article/2  failed: NoLeave: HTTP 500 for the site's robots.txt\n" in done.stderr
    assert "http://127.0.0.1:1/article/3  failed: DownloadConnectionRefusedError: " in done.stderr
    assert "Traceback" not in done.stderr
    assert (site.hits, down.hits) == ({"/robots.txt": 2, "/article/1": 1}, {"/robots.txt": 3})


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_and_resume(site: Site, tmp_path: Path, times: int) -> None:
    """What is under way is finished, at the second time dropped; the articles so far are exported."""
    count = 60
    site.pages |= archive(count)
    site.slow = 0.05 * times
    arguments = command("crawl", "--site", crawl_file(tmp_path, site.base + "/list"))
    process = subprocess.Popen(arguments, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 60
    while sum(site.hits.values()) < 20 and time.monotonic() < deadline:
        time.sleep(0.01)
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.05)
    assert process.stderr
    said = process.stderr.read()
    assert process.wait(timeout=30) == 130
    assert "stopped early" in said
    assert "the same command goes on" in said
    some = records(tmp_path)
    assert 0 < len(some) < count
    assert f"{len(some)} records in articles.jsonl, pages and state in articles.sqlite\n" in said
    site.slow = 0
    assert crawl(tmp_path, site.base + "/list").returncode == 0
    assert len(records(tmp_path)) == count
    del site.hits["/robots.txt"]
    assert sum(site.hits.values()) - len(site.hits) <= 2 * (times - 1), "only what was dropped is fetched again"


def test_walls_and_silence(site: Site, tmp_path: Path) -> None:
    """A captcha is no article, whatever its status; a server that says nothing is given up, and its page tried anew by the next run."""
    wall = "<title>Just a moment...</title><h1>Verify you are human</h1><p>Checking your browser before you can go on.</p>"
    site.pages["/wall"] = Answer(wall)
    site.pages["/wall/403"] = Answer(wall, 403)
    site.pages["/silent"] = lambda n: time.sleep(2 if n <= 2 else 0) or Answer(article(1))
    site.pages["/list"] = Answer(listing(["/wall", "/wall/403", "/silent"]))
    plan = crawl_file(tmp_path, f"{site.base}/list", article=["/wall|/silent"], store=f"{tmp_path}/s.sqlite")
    run = [sys.executable, "-m", "scrapy", "crawl", "articles", "-a", f"site={plan}", "-s", "DOWNLOAD_TIMEOUT=1", "-s", "RETRY_TIMES=1"]
    ends = []
    for _ in range(2):
        subprocess.run(run, cwd=tmp_path, env=environment() | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"}, capture_output=True, timeout=60, check=True)
        with Store(tmp_path / "s.sqlite") as store:
            ends.append({url.removeprefix(site.base): end for url, end in endings(store).items()})
            named = {url.removeprefix(site.base): why for url, _, why in troubles(store, last_run(store) or 0)}
        if len(ends) == 1:
            assert named.pop("/silent").startswith("DownloadTimeoutError: ")
        assert set(named) == ({"/wall", "/wall/403"} if len(ends) == 1 else set()), "a wall is not run against again so soon"
    assert ends[0] == {"/list": "listing", "/wall": "blocked", "/wall/403": "blocked", "/silent": "failed"}
    assert ends[1] == ends[0] | {"/silent": "article"}
    assert site.hits["/silent"] == 3


def test_one_crawl_at_a_time(site: Site, tmp_path: Path) -> None:
    """A second crawl into a store in use is told so, and the store stays whole."""
    site.pages |= archive(3)
    with Store(tmp_path / "articles.sqlite") as store:
        store.start_run("0", "{}")
        done = crawl(tmp_path, site.base + "/list")
    assert done.returncode == 5
    assert "--store" in done.stderr
    assert done.stderr.count("\n") == 1
    assert crawl(tmp_path, site.base + "/list").returncode == 0


@pytest.mark.parametrize(
    ("lines", "mend"),
    [
        ('start = ["ftp://example.org"]', "http://"),
        ('start = ["http://example.org"]\nartcle = ["x"]', "article"),
        ('start = ["http://example.org"]\narticle = ["("]', "regular expression"),
        ('start = ["http://example.org"]\ndelay = -1', "at least 0"),
        ('start = ["http://example.org"]\nout = "crawl.toml"', "a name of its own"),
        ("start = [", "not TOML"),
        ("", "give an address"),
    ],
)
def test_wrong_crawl_files(tmp_path: Path, lines: str, mend: str) -> None:
    path = tmp_path / "crawl.toml"
    path.write_text(lines)
    done = subprocess.run(command("crawl", "--site", path), cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert mend in done.stderr
    assert done.stderr.count("\n") == 1
