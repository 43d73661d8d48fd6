"""Runs after the first: what is asked for again, what stands, and when a run has found less than it should."""

import json
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Pages, Site, archive, article, command, crawl, crawl_file, environment, listing

from crawler.quality import Drop, Share, drops
from crawler.report import last_run, results
from crawler.store import Store

WALL = "<title>Just a moment...</title><h1>Verify you are human</h1><p>Checking your browser before you can go on.</p>"


def tagged(pages: Pages) -> Pages:
    """The pages with validators, which a client that sends them back need not download again."""
    for number, answer in enumerate(pages.values()):
        if isinstance(answer, Answer):
            answer.headers["ETag"] = f'"{number}-{hash(answer.body)}"'
    return pages


def titles(folder: Path) -> list[str]:
    return [json.loads(line)["title"] for line in (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()]


def found(folder: Path) -> dict[str, int]:
    with Store(folder / "articles.sqlite") as store:
        return results(store, last_run(store) or 0)


def brief(folder: Path, *starts: str, **keys: object) -> tuple[int, list[str]]:
    line = command("crawl", "--brief", "--site", crawl_file(folder, *starts, **keys))
    done = subprocess.run(line, cwd=folder, env=environment(), capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stderr.splitlines()


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(folder / "articles.sqlite") as db:
        return db.execute(sql).fetchall()


def test_only_what_changed_is_downloaded_again(site: Site, tmp_path: Path) -> None:
    """With validators: nothing of an unchanged site; then the changed article and the new one, and no other."""
    start = f"{site.base}/list"
    site.pages |= tagged(archive(60))
    assert crawl(tmp_path, start, revisit=0).returncode == 0
    before = (tmp_path / "articles.jsonl").read_bytes()
    site.bodies.clear()
    status, said = brief(tmp_path, start, revisit=0)
    assert status == 3
    assert len(said) == 1
    assert "63 unchanged; 60 records in articles.jsonl" in said[0]
    del site.bodies["/robots.txt"]
    assert site.bodies.total() == 0
    assert (tmp_path / "articles.jsonl").read_bytes() == before

    site.pages |= tagged({"/article/7": Answer(article(7).replace("<h1>", "<h1>Corrected: ").replace('_title" content="', '_title" content="Corrected: '))})
    site.pages |= tagged({"/article/60": Answer(article(60)), "/list": Answer(listing([f"/article/{i}" for i in (60, *range(20))], after="/list?page=2"))})
    status, said = brief(tmp_path, start, revisit=0)
    assert status == 0
    assert "1 new, 2 changed, 61 unchanged; 61 records" in said[0]
    assert {path for path, count in site.bodies.items() if count and path != "/robots.txt"} == {"/article/7", "/article/60", "/list"}
    assert sum(title.startswith("Corrected: ") for title in titles(tmp_path)) == 1


def test_without_validators_the_same_body_is_nothing_new(site: Site, tmp_path: Path) -> None:
    """The same bytes, or the same record of other bytes; how often a page is asked for follows."""
    site.pages |= {f"/article/{i}": Answer(article(i)) for i in range(3)}
    site.pages["/article/1"] = lambda n: Answer(article(1) + f"<!-- served {n} times -->")
    starts = [f"{site.base}/article/{i}" for i in range(3)]
    assert crawl(tmp_path, *starts).returncode == 0
    with Store(tmp_path / "articles.sqlite") as store, store._transaction() as db:
        db.execute("UPDATE urls SET next_due = 1000000")  # a week later, as it were
    site.pages["/article/2"] = Answer(article(2).replace("2021/03", "2021/04"))
    assert crawl(tmp_path, *starts).returncode == 0
    assert found(tmp_path) == {"changed": 1, "unchanged": 2}
    week = 7 * 86400.0
    assert query(tmp_path, "SELECT interval FROM urls ORDER BY url") == [(2 * week,), (week,), (week / 2,)]
    assert crawl(tmp_path, *starts).returncode == 3
    assert [site.hits[f"/article/{i}"] for i in range(3)] == [2, 2, 2], "not due yet"


def test_what_a_sitemap_says_has_changed(site: Site, tmp_path: Path) -> None:
    """A lastmod that moved brings one page back at once; one that moves in vain is not believed for ever."""

    def sitemap(*days: str) -> Answer:
        urls = "".join(f"<url><loc>{site.base}/article/{i}</loc><lastmod>{day}</lastmod></url>" for i, day in enumerate(days))
        return Answer(f"<urlset>{urls}</urlset>", Content_Type="application/xml")

    site.pages |= {f"/article/{i}": Answer(article(i)) for i in range(2)}
    hits = []
    for days in (("2020-01-01", "2020-01-01"), ("2020-01-01", "2020-05-01"), ("2020-01-01", "2020-06-01"), ("2020-01-01", "2020-07-01")):
        site.pages["/map"] = sitemap(*days)
        crawl(tmp_path, f"{site.base}/map")
        hits.append((site.hits["/article/0"], site.hits["/article/1"]))
    assert hits == [(1, 1), (1, 2), (1, 3), (1, 3)]


def test_new_items_lead_to_the_next_pages(site: Site, tmp_path: Path) -> None:
    """A list that shows something new pushes older items on: its next pages are read again, as long as they show something new."""
    site.pages |= archive(60)
    crawl(tmp_path, f"{site.base}/list")
    site.pages |= {f"/article/{i}": Answer(article(i)) for i in range(60, 85)}
    newest = [f"/article/{i}" for i in (*range(60, 85), *range(15))]
    site.pages["/list"] = Answer(listing(newest[:20], after="/list?page=2"))
    site.pages["/list?page=2"] = Answer(listing(newest[20:], after="/list?page=3"))
    site.hits.clear()
    assert crawl(tmp_path, f"{site.base}/list").returncode == 0
    del site.hits["/robots.txt"]
    assert site.hits.keys() == {"/list", "/list?page=2", "/list?page=3", *(f"/article/{i}" for i in range(60, 85))}
    assert len(titles(tmp_path)) == 85


def test_a_changed_crawl_file_reads_lists_anew(site: Site, tmp_path: Path) -> None:
    """Also those that answer that they have not changed."""
    site.pages |= tagged({"/list": Answer(listing(["/article/1", "/article/2"], extra='<a href="/archive/2020">2020</a>'))})
    site.pages |= tagged({"/archive/2020": Answer(listing(["/article/3", "/article/4"]))}) | {f"/article/{i}": Answer(article(i)) for i in range(1, 5)}
    crawl(tmp_path, f"{site.base}/list")
    assert len(titles(tmp_path)) == 2
    assert crawl(tmp_path, f"{site.base}/list", follow=["/archive/"]).returncode == 0
    assert len(titles(tmp_path)) == 4
    assert site.bodies["/list"] == 1


def test_refusals_do_not_displace_what_was_good(site: Site, tmp_path: Path) -> None:
    """A wall, an error, a page that is gone: the articles stay, the URLs wait ever longer, the host is left alone after some."""
    site.pages |= archive(40)
    start = f"{site.base}/list"
    crawl(tmp_path, start, revisit=0)
    before = (tmp_path / "articles.jsonl").read_bytes()
    site.pages |= {f"/article/{i}": Answer(WALL) for i in range(40)}
    site.hits.clear()
    site.slow = 0.5  # what a page is shows once it is cleaned, and the first one waits for a worker to start
    status, said = brief(tmp_path, start, revisit=0)
    site.slow = 0.0
    assert status == 4
    assert any("articles, before 100% (of 40)" in line for line in said)
    assert (tmp_path / "articles.jsonl").read_bytes() == before
    asked = sum(hits for path, hits in site.hits.items() if path.startswith("/article"))
    assert 5 <= asked <= 9, "a host that refuses one page after the other is not asked for all of them"
    assert "left for later" in said[-1]

    with Store(tmp_path / "articles.sqlite") as store, store._transaction() as db:
        db.execute("UPDATE urls SET next_due = 0, state = 'fetched'")
        db.execute("UPDATE hosts SET not_before = 0, refusals = 0")
    site.pages |= {f"/article/{i}": Answer(article(i)) for i in range(40)}
    site.pages |= {"/article/31": Answer("gone", 410), "/article/32": Answer("down", 500), "/article/33": Answer("no", 403, Retry_After="7200")}
    brief(tmp_path, start, revisit=0)
    assert (tmp_path / "articles.jsonl").read_bytes() == before
    ends = {number: (state, wait) for number, state, wait in query(
        tmp_path, "SELECT CAST(substr(url, -2) AS INT), state, next_due - unixepoch('now') FROM urls WHERE url GLOB '*/article/3[123]'"
    )}  # fmt: skip
    assert {number: state for number, (state, _) in ends.items()} == {31: "gone", 32: "error", 33: "blocked"}
    assert 7000 < ends[33][1] <= 7200, "as it asked"
    site.hits.clear()
    brief(tmp_path, start, revisit=0)
    assert [site.hits[f"/article/{number}"] for number in (31, 32, 33)] == [0, 3, 0]


def test_a_field_that_falls_away_fails_the_gate(site: Site, tmp_path: Path) -> None:
    """A changed layout: named with site, field, before and after, until it is accepted."""
    start = f"{site.base}/list"

    def add(first: int, last: int, html: str = "citation_doi") -> None:
        site.pages.update({f"/article/{i}": Answer(article(i).replace("citation_doi", html)) for i in range(first, last)})
        site.pages["/list"] = Answer(listing([f"/article/{i}" for i in range(last)]))

    add(0, 30)
    assert brief(tmp_path, start)[0] == 0
    for first in (30, 40):
        add(first, first + 10, html="other")
        status, said = brief(tmp_path, start)
        assert (status, len(said)) == (4, 2), "a run that fell short is no measure for the next"
        assert said[0].endswith(": 0% (0 of 10) of articles have identifiers, before 100% (of 30)")
    report = [*command("report"), "articles.sqlite"]
    told = subprocess.run(report, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True).stdout
    assert "  identifiers" in next(line for line in told.splitlines() if line.endswith("fell"))
    subprocess.run([*report, "--accept"], cwd=tmp_path, env=environment(), check=True, capture_output=True)
    add(50, 60, html="other")
    assert brief(tmp_path, start)[0] == 0


@pytest.mark.parametrize(
    ("measure", "before", "now", "fell"),
    [
        ("abstract", (98, 100), (0, 3), True),
        ("abstract", (98, 100), (1, 2), False),
        ("abstract", (60, 100), (9, 20), False),
        ("abstract", (600, 1000), (300, 1000), True),
        ("abstract", (1000, 1000), (900, 1000), False),
        ("abstract", (10, 10), (0, 10), False),
        ("lists", (3, 3), (0, 1), True),
        ("lists", (3, 4), (0, 2), False),
        ("articles", (50, 50), (0, 40), True),
    ],
)
def test_what_counts_as_a_fall(measure: str, before: tuple[int, int], now: tuple[int, int], fell: bool) -> None:
    place = ("a.example", measure)
    assert bool(drops({place: Share(*before)}, {place: Share(*now), ("new.example", measure): Share(0, 50)})) == fell


def test_drops_name_site_field_before_and_after() -> None:
    told = str(Drop("a.example", "abstract", Share(98, 100), Share(1, 20)))
    assert told == "a.example: 5% (1 of 20) of articles have abstract, before 98% (of 100)"
