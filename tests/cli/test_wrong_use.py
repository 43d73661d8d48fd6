"""Wrong use that needs files at hand to be told: one line, with the mend, and nothing is written."""

import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import warcs
from loopback import Answer, Site, article, command, crawl, environment

from cleaners import clean_html
from cleaners.made_by import VERSION
from crawler.store import Store


def run(folder: Path, *arguments: str, stdin: bytes = b"") -> tuple[int, list[str]]:
    """The exit status, and the lines that were told."""
    done = subprocess.run(command(*arguments), cwd=folder, env=environment(), input=stdin, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stderr.decode().splitlines()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one of each kind of file that commands read."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "pages").mkdir()
    for number in range(2):
        (folder / "pages" / f"{number}.html").write_text(article(number), encoding="utf-8")
    (folder / "pages.jsonl").write_text(json.dumps({"html": article(1)}), encoding="utf-8")
    (folder / "records.jsonl").write_text(json.dumps(clean_html(article(1)).to_dict()), encoding="utf-8")
    (folder / "a.warc").write_bytes(warcs.page(1))
    (folder / "data").write_text("no database, and more than a few bytes of it" * 99)
    Store(folder / "new.sqlite").close()
    (folder / "sites").mkdir()
    (folder / "sites" / "a.example.toml").write_text('title = "h2"\nsample = "elsewhere"\n')
    (folder / "render.toml").write_text('start = ["http://a.example/"]\nmax_page = 2\n')
    return folder


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("clean pages --diff", "give one with --store"),
        ("clean --store new.sqlite pages", "give nothing else but"),
        ("clean a.warc --url http://a.example/", "a.warc is a WARC file: its pages have their own"),
        ("explain pages", "pages gives 2 pages, and one is explained at a time: name a file"),
        ("report new.sqlite", "new.sqlite has no run yet: begin one with pagesieve crawl"),
        ("report data", "data is no store: give a store that pagesieve crawl has written"),
        ("export records.jsonl --out o.bib --since May", "--since May is no date: give one as 2024-05-31"),
        ("export records.jsonl --out o.bib --kind book", "there is no kind 'book': the kinds are article"),
        ("export records.jsonl --out o.jsonl --warc o.warc.gz", "a file of records has none"),
        ("export new.sqlite --out o.warc.gz --format jsonl --warc o.warc.gz", "give one with --warc"),
        ("export new.sqlite --warc o.warc", "end"),
        ("crawl --site render.toml", "max_page"),
        ("schedule render.toml --every day", "max_page"),
        ("store info data", "data is no store"),
        ("store vacuum absent.sqlite", "there is no file absent.sqlite"),
        ("store import new.sqlite absent.warc", "no such file: absent.warc (give WARC files)"),
        ("store import data a.warc", "data is no store: give another file"),
    ],
)
def test_it_is_told_in_one_line_with_the_mend(files: Path, line: str, mend: str) -> None:
    before = sorted(path.name for path in files.iterdir())
    status, told = run(files, *line.split())
    assert (status, len(told)) == (2, 1), told
    assert told[0].startswith("pagesieve: ")
    assert mend in told[0]
    assert sorted(path.name for path in files.iterdir()) == before


def test_an_address_beside_json_lines_of_stdin(files: Path) -> None:
    told = run(files, "clean", "-", "--url", "http://a.example/", stdin=(files / "pages.jsonl").read_bytes())
    assert told == (2, ["pagesieve: --url is for a single page, and stdin is JSONL: its lines have their own"])


def test_a_profile_whose_sample_is_elsewhere(files: Path) -> None:
    told = run(files, "site", "test", "sites")
    assert told == (1, ["pagesieve: sites/a.example.toml: sample: there is no folder sites/elsewhere; make it, with a page and expected.json"])


def test_a_folder_that_cannot_be_looked_into(tmp_path: Path) -> None:
    """One whose path is longer than the system takes: it holds for whoever runs this, also for root."""
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("f" * 250, dir_fd=here)
        inner = os.open("f" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    status, told = run(tmp_path, "clean", ".")
    assert (status, len(told)) == (2, 1)
    assert told[0].startswith("pagesieve: cannot look into the folder ./fff")
    assert told[0].endswith("(File name too long): make it readable, or give the files that are")


@contextmanager
def another_crawl(path: Path) -> Iterator[None]:
    with Store(path) as store:
        store.start_run(VERSION, "{}")
        yield


def test_what_waits_for_the_end_of_a_crawl(files: Path) -> None:
    with another_crawl(files / "new.sqlite"):
        busy = [run(files, *line.split()) for line in ("store vacuum new.sqlite", "store import new.sqlite a.warc", "clean --store new.sqlite")]
    assert busy == [
        (2, ["pagesieve: a crawl works on new.sqlite: wait for its end"]),
        (2, ["pagesieve: another crawl works on new.sqlite: wait for its end, or give another file"]),
        (2, ["pagesieve: a crawl works on new.sqlite: wait for its end"]),
    ]


def test_what_verify_finds_is_told(site: Site, tmp_path: Path) -> None:
    site.pages |= {f"/{number}": Answer(article(number)) for number in range(3)}
    assert crawl(tmp_path, *(f"{site.base}/{number}" for number in range(3))).returncode == 0
    with sqlite3.connect(tmp_path / "articles.sqlite") as db:
        db.execute("UPDATE bodies SET zlib = x'00' WHERE rowid = 1")
        db.execute("UPDATE urls SET page_id = NULL WHERE id = 2")
        db.execute("UPDATE records SET record = '{}' WHERE page_id = 3")
        db.execute("INSERT INTO visits VALUES (1, 99, '2024-05-01T00:00:00Z', 'new')")
    status, told = run(tmp_path, "store", "verify", "articles.sqlite")
    assert status == 1
    words = ("of visits points to a row of urls", "cannot be read", "counts as fetched, and has no page", "is none")
    assert [next(word for word in words if word in line) for line in told] == list(words)
