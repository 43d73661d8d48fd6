"""``pagesieve export``: from a store and from files of records, into each format, and what it says of wrong use."""

import csv
import gzip
import json
import os
import subprocess
from pathlib import Path

import pytest
from example_records import record
from loopback import Answer, Site, article, command, crawl, environment, listing

from cleaners import Record
from cleaners.export import FORMATS
from cleaners.record import Identifiers, Source

LATER = Source(id="url:https://b.example/5", fetched_at="2026-03-01T00:00:00Z", content_sha256="")
RECORDS = (
    record(id="doi:10.5555/a.1", title="First", fetched_at="2026-02-01T01:00:00+02:00", identifiers=Identifiers(doi="10.5555/a.1")),
    record(id="doi:10.5555/a.2", title="Second", fetched_at="2026-02-01T00:00:00Z"),
    record(id="doi:10.5555/a.2", title="Second, with more", fetched_at="2026-02-01T00:00:00Z", publisher="Press"),
    record(id="url:https://a.example/3", title="Third"),
    record(id="url:https://a.example/4", kind="paywall", title="Fourth", fetched_at="2025-01-01T00:00:00Z"),
    record(id="url:https://a.example/5", title="Fifth", fetched_at="2025-01-01T00:00:00Z", merged=(LATER,)),
)
FIELDS = "there is no field 'novel': the fields are schema, id, kind"


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), cwd=folder, env=environment() | variables, capture_output=True, text=True, timeout=120, check=False)


def titles(path: Path) -> list[str | None]:
    return [Record.from_json(line).title for line in path.read_bytes().splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a file of records, gzipped too."""
    lines = "".join(f"{one.to_json()}\n" for one in RECORDS).encode()
    (tmp_path / "r.jsonl").write_bytes(lines)
    (tmp_path / "r.jsonl.gz").write_bytes(gzip.compress(lines))
    return tmp_path


def test_a_store_goes_into_every_format(site: Site, tmp_path: Path) -> None:
    """The default is what the crawl wrote; a file of records gives what the store gives."""
    site.pages |= {f"/article/{i}": Answer(article(i)) for i in range(3)} | {"/list": Answer(listing([f"/article/{i}" for i in range(3)]))}
    assert crawl(tmp_path, f"{site.base}/list", article=["/article/"]).returncode == 0
    before = (tmp_path / "articles.jsonl").stat().st_mtime_ns
    assert run(tmp_path, "export", "articles.sqlite").stderr == "3 records in articles.jsonl\n"
    assert (tmp_path / "articles.jsonl").stat().st_mtime_ns == before, "what stays the same is not touched"
    for form in FORMATS.values():
        name = f"out{form.endings[0]}"
        assert run(tmp_path, "export", "articles.sqlite", "--out", name).stderr == f"3 records in {name}\n"
        first = (tmp_path / name).read_bytes()
        assert run(tmp_path, "export", "articles.jsonl", "--out", f"again{form.endings[0]}").returncode == 0
        assert (tmp_path / f"again{form.endings[0]}").read_bytes() == first
    assert not list(tmp_path.glob("*.part"))
    assert run(tmp_path, "export", "articles.sqlite", "--kind", "listing", "--out", "lists.csv").stderr == "1 record in lists.csv\n"
    assert run(tmp_path, "export", "articles.sqlite", "--format", "ris").stderr == "3 records in articles.ris\n"


def test_one_record_an_id_of_the_kinds_that_are_asked_for(folder: Path) -> None:
    done = run(folder, "export", "r.jsonl.gz", "--out", "o.jsonl")
    assert (done.returncode, done.stderr) == (0, "       1  left out, for another record with the same id says more\n4 records in o.jsonl\n")
    assert titles(folder / "o.jsonl") == ["First", "Second, with more", "Third", "Fifth"]
    assert run(folder, "export", "r.jsonl", "--out", "k.jsonl", "--kind", "paywall, article").returncode == 0
    assert titles(folder / "k.jsonl") == ["First", "Second, with more", "Third", "Fourth", "Fifth"]
    assert run(folder, "export", "r.jsonl", "--out", "m.jsonl", "--merge").returncode == 0
    (merged,) = (one for one in map(Record.from_json, (folder / "m.jsonl").read_bytes().splitlines()) if one.publisher)
    assert [source.id for source in merged.merged] == ["doi:10.5555/a.2"] * 2


@pytest.mark.parametrize(
    ("since", "wanted"),
    [
        ("2026-02-01", ["Second, with more", "Third", "Fifth"]),  # the first came in on 31 January, in UTC
        ("2026-02", ["Second, with more", "Third", "Fifth"]),
        ("2026", ["First", "Second, with more", "Third", "Fifth"]),
        ("2027", ["Third"]),
    ],
)
def test_since_goes_by_the_time_of_fetch(folder: Path, since: str, wanted: list[str]) -> None:
    """Of a merged record by its latest; what has none is there, and told."""
    done = run(folder, "export", "r.jsonl", "--out", "o.jsonl", "--since", since)
    assert titles(folder / "o.jsonl") == wanted
    assert "       1  without a time of fetch, written all the same" in done.stderr.splitlines()


def test_fields_and_a_name_that_says_no_format(folder: Path) -> None:
    assert run(folder, "export", "r.jsonl", "--out", "o.txt", "--format", "csv", "--fields", "doi, title").returncode == 0
    assert next(csv.reader(["doi,title"])) == (folder / "o.txt").read_text().splitlines()[0].split(",")
    assert run(folder, "export", "r.jsonl", "--out", "o.gz", "--format", "jsonl", "--fields", "identifiers.doi,title").returncode == 0
    first = json.loads(gzip.decompress((folder / "o.gz").read_bytes()).splitlines()[0])
    assert first == {"identifiers": {"doi": "10.5555/a.1"}, "title": "First"}
    # Lines with chosen fields are no records any more, and say so when they are read.
    (folder / "few.jsonl").write_bytes(gzip.decompress((folder / "o.gz").read_bytes()))
    assert "with all fields" in run(folder, "export", "few.jsonl", "--out", "p.csv").stderr


def test_lines_that_are_no_records_are_named(folder: Path) -> None:
    """As a process that was killed leaves one; the others are written."""
    whole = (folder / "r.jsonl").read_bytes()
    (folder / "cut.jsonl").write_bytes(whole[:-40])
    done = run(folder, "export", "cut.jsonl", "--out", "o.jsonl")
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith("pagesieve: cut.jsonl:6: no record: ")
    assert titles(folder / "o.jsonl") == ["First", "Second, with more", "Third"]
    (folder / "none.jsonl").write_bytes(b"")
    assert run(folder, "export", "none.jsonl", "--out", "none.json").stderr == "0 records in none.json\n"
    assert json.loads((folder / "none.json").read_bytes()) == []


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("absent.jsonl --out o.csv", "there is no file absent.jsonl: give a store"),
        ("r.jsonl", "out must be another file"),
        ("r.jsonl --out ./r.jsonl", "out must be another file"),
        ("r.jsonl --out o.xlsx", "end it in one of .jsonl, .parquet, .csv, .sqlite, .db, .json, .bib, .ris, .md"),
        ("r.jsonl --out o", "or give --format"),
        ("r.jsonl --out o.parquet.gz", "its ending says no format"),
        ("r.jsonl --out o.gz --format parquet", "parquet is compressed by itself, and cannot be gzipped: end it in .parquet"),
        ("r.jsonl --out o.csv --format xml", "the formats are jsonl, parquet, csv, sqlite, csl-json, bibtex, ris, markdown"),
        ("r.jsonl --out o.csv --format ris", "leave out one of them"),
        ("r.jsonl --out o.csv --fields title,novel", FIELDS),
        ("r.jsonl --out o.csv --fields ,", "names no field: give some"),
        ("r.jsonl --out o.csv --kind novel", "the kinds are article, listing"),
        ("r.jsonl --out o.csv --kind ,", "names no kind: give some"),
        *[(f"r.jsonl --out o.csv --since {date}", "2024-05-31, 2024-05 or 2024") for date in ("May", "2024-21", "2024-13", "2024?", "2024/2025", "199X", "")],
        ("r.jsonl --out absent/o.csv", "make it first"),
        ("r.jsonl --out o.csv --warc o.warc.gz", "--warc is for a store"),
        ("r.jsonl --out o.csv --warc o.warc", ".warc.gz"),
        ("pages.jsonl --out o.csv", "line 1 is no record"),
        ("cut.jsonl.gz --out o.csv", "broken gzip data"),
        ("text --out o.csv", "text is no store: give a store"),
    ],
)
def test_wrong_use_is_told_in_one_line_with_the_mend(folder: Path, line: str, mend: str) -> None:
    (folder / "pages.jsonl").write_text('{"url": "http://a.example/", "html": "<p>"}\n')
    (folder / "cut.jsonl.gz").write_bytes((folder / "r.jsonl.gz").read_bytes()[:-20])
    (folder / "text").write_text("no database, and more than a few bytes of it" * 99)
    before = sorted(path.name for path in folder.iterdir())
    done = run(folder, "export", *line.split(" "))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert done.stderr.startswith("pagesieve: ")
    assert mend in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_missing_library_is_named_with_its_extra(folder: Path) -> None:
    (folder / "absent").mkdir()
    (folder / "absent" / "pyarrow.py").write_text("raise ModuleNotFoundError(name='pyarrow')")
    path = os.pathsep.join([str(folder / "absent"), environment()["PYTHONPATH"]])
    done = run(folder, "export", "r.jsonl", "--out", "o.parquet", PYTHONPATH=path)
    assert (done.returncode, done.stderr) == (2, "pagesieve: parquet needs the library pyarrow: pip install 'pagesieve[parquet]'\n")
    assert not list(folder.glob("o.*"))


def test_the_old_file_stays_where_the_new_one_fails(folder: Path) -> None:
    """On a disk that is full: here one that takes 8 kB."""
    for name in ("o.sqlite", "o.parquet", "o.csv"):
        (folder / name).write_bytes(b"old")
        large = record(id="url:large", title="Large", body=os.urandom(200_000).hex())
        (folder / "large.jsonl").write_text(f"{large.to_json()}\n")
        limited = ["bash", "-c", 'trap "" XFSZ; ulimit -f 8; exec "$@"', "bash", *command("export", "large.jsonl", "--out", name)]
        done = subprocess.run(limited, cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert done.stderr.startswith("pagesieve: ")
        assert (folder / name).read_bytes() == b"old"
        assert not list(folder.glob("*.part"))
