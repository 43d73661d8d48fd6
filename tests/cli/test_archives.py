"""Web archives through the commands: cleaned, written from a crawl, put into a store."""

import gzip
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from loopback import Answer, Site, article, clean, command, complaints, crawl, environment, listing, serve
from warcs import DATE, Told, answer, page, record, zipped

import cleaners
from cleaners import Page, Record
from crawler.importing import Imported, import_pages
from crawler.store import Store
from crawler.warc import write_warc

FLAT = b"Lichens on copper roofs\n\nPetra Nov\xc3\xa1kov\xc3\xa1\n\nAbstract\n\nWe measured forty copper roofs, and found lichens on most of them.\n"
ARCHIVE = [
    record("warcinfo", "", b"software: x\r\n", content_type="application/warc-fields"),
    *(page(number, article(number).encode()) for number in range(6)),
    record("response", "https://journal.example/old", answer(b"", "Location: /1", status="302 Found")),
    record("response", "https://journal.example/1.pdf", answer(b"%PDF-1.7", "Content-Type: application/pdf")),
    record("revisit", "https://journal.example/0", answer(b"")),
    record("conversion", "https://journal.example/flat", FLAT, content_type="text/plain"),
    record("response", "https://journal.example/cut", answer(article(6).encode()), "WARC-Truncated: length"),
]
SKIPPED = "skipped in WARC files: redirect 1, application/pdf 1, revisit 1"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), cwd=folder, env=environment(), capture_output=True, text=True, timeout=120, check=False)


def records(lines: bytes | str) -> list[Record]:
    return [Record.from_json(line) for line in lines.splitlines()]


def bare(record: Record) -> Record:
    return msgspec.structs.replace(record, warc=None)


def test_an_archive_is_cleaned_and_each_page_found_again(tmp_path: Path) -> None:
    """In the order of the file, whatever the number of jobs; from the offset, another tool reads the same page."""
    (tmp_path / "deep").mkdir()
    path = tmp_path / "deep" / "a.warc.gz"
    path.write_bytes(zipped(ARCHIVE))
    done = clean(tmp_path, "deep", "--jobs", "1")
    assert (done.returncode, done.stderr.decode()) == (0, f"{SKIPPED}\n")
    assert clean(tmp_path, path, "--jobs", "3").stdout == done.stdout
    made = records(done.stdout)
    assert [one.url for one in made] == [f"https://journal.example/{name}" for name in (*range(6), "flat", "cut")]
    assert ([notice.code for notice in made[-1].warnings], made[0].warnings) == (["dataloss"], ())
    with path.open("rb") as file:
        for one in made:
            assert one.warc
            assert (one.warc.filename, one.fetched_at) == ("a.warc.gz", DATE)
            file.seek(one.warc.offset or 0)
            found = next(iter(ArchiveIterator(file)))
            text = found.record_type == WarcRecordType.conversion
            stated = {} if text else {"status": 200, "charset": "utf-8"}
            again = Page(content=found.reader.read(), kind="text" if text else "html", url=found.headers["WARC-Target-URI"], fetched_at=DATE, **stated)
            assert cleaners.clean(msgspec.structs.replace(again, truncated="length" if one is made[-1] else None)) == bare(one)

    (tmp_path / "dump").write_bytes(path.read_bytes())
    for source, stdin in (("dump", b""), ("-", b"".join(ARCHIVE))):
        told = clean(tmp_path, source, stdin=stdin)
        assert list(map(bare, records(told.stdout))) == list(map(bare, made)), "the content tells, where no name does"


def test_a_torn_archive_is_told(tmp_path: Path) -> None:
    stored = zipped(ARCHIVE[1:5])
    (tmp_path / "a.warc.gz").write_bytes(stored[:-40])
    (tmp_path / "b.warc.lz4").write_bytes(b"\x04\x22\x4d\x18")
    done = clean(tmp_path, "a.warc.gz", "b.warc.lz4")
    assert done.returncode == 1
    assert [one.url for one in records(done.stdout)] == [f"https://journal.example/{number}" for number in range(3)]
    start = len(zipped(ARCHIVE[1:4]))
    assert complaints(done) == [f"a.warc.gz:{start}: the file ends in the middle of a record", "b.warc.lz4:0: no WARC record begins here"]
    (line,) = complaints(clean(tmp_path, "a.warc.gz", "--url", "https://journal.example/1"))
    assert "its pages have their own" in line


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder with a crawl of answers of many kinds, and where the site was."""
    folder = tmp_path_factory.mktemp("crawled")
    with serve() as site:
        _crawl(site, folder)
        yield folder, site.base


def _crawl(site: Site, folder: Path) -> None:
    site.pages |= {f"/article/{number}": Answer(article(number)) for number in range(3)}
    site.pages |= {
        "/list": Answer(listing([f"/article/{number}" for number in range(7)])),
        "/article/3": Answer(gzip.compress(article(3).encode()), Content_Encoding="gzip", X_Odd="a; b"),
        "/article/4": Answer(article(4), cut=60),
        "/article/5": Answer("", 302, Location="/moved"),
        "/moved": Answer(article(5).encode("cp1252", "replace"), Content_Type="text/html; charset=windows-1252"),
        "/article/6": Answer(FLAT, Content_Type="text/plain"),
        "/article/7": Answer("no", 403),
    }
    crawl(folder, f"{site.base}/list", article=["/article/"])


def test_a_crawl_goes_through_an_archive_unchanged(crawled: tuple[Path, str]) -> None:
    """Records are the same from the archive, and from a store that it was put into; the archive is the same each time."""
    folder, _ = crawled
    done = run(folder, "export", "articles.sqlite", "--out", "a.jsonl", "--warc", "a.warc.gz")
    assert done.returncode == 0, done.stderr
    packed = (folder / "a.warc.gz").read_bytes()
    with Store(folder / "articles.sqlite") as store:
        wanted = [store.record(number) for (number,) in store.query("SELECT page_id FROM records ORDER BY page_id")]
        answers = store.query("SELECT count(DISTINCT final_url || fetched_at || sha256) FROM pages").fetchone()[0]
        assert write_warc([store], folder / "b.warc.gz") == answers
    assert (folder / "b.warc.gz").read_bytes() == packed
    assert done.stderr.splitlines()[-1] == f"{answers} pages in a.warc.gz"

    made = records(clean(folder, "a.warc.gz").stdout)
    assert len(made) == answers
    assert {"article", "listing"} <= {one.kind for one in wanted}
    assert any(notice.code == "dataloss" for one in wanted for notice in one.warnings)
    assert all(one in list(map(bare, made)) for one in wanted)

    assert run(folder, "store", "import", "new.sqlite", "a.warc.gz").stderr == f"{answers} pages imported\n"
    again = run(folder, "store", "import", "new.sqlite", "a.warc.gz")
    assert (again.returncode, again.stderr) == (0, f"0 pages imported, {answers} known already\n")
    assert run(folder, "clean", "--store", "new.sqlite", "--out", "new.jsonl").returncode == 0
    assert run(folder, "store", "verify", "new.sqlite").stdout == "all is well\n"
    new, old = (sorted(map(Record.to_json, records((folder / name).read_text()))) for name in ("new.jsonl", "a.jsonl"))
    assert [bare(Record.from_json(line)) for line in new] == [bare(Record.from_json(line)) for line in old]
    places = {one.warc.offset for one in map(Record.from_json, new) if one.warc}
    assert places <= {one.warc.offset for one in made if one.warc}
    assert len(places) == len(new)


def test_what_an_archive_says_is_what_the_store_knows(crawled: tuple[Path, str]) -> None:
    """Other tools read it: digests hold, ids are each their own, headers are true of the body that is there."""
    folder, base = crawled
    with Store(folder / "articles.sqlite") as store:
        write_warc([store], folder / "c.warc.gz")
    found = {}
    ids = []
    with (folder / "c.warc.gz").open("rb") as file:
        for one in ArchiveIterator(file, verify_digests=True):
            ids.append(one.record_id)
            head = dict(one.headers.to_tuples())
            headers = dict(one.http_headers.to_tuples()) if one.is_http else {}
            found[head["WARC-Type"], head.get("WARC-Target-URI", "").removeprefix(base)] = (head, headers, one.reader.read())
    with (folder / "c.warc.gz").open("rb") as file:
        assert len(list(ArchiveIterator(file))) == len(ids) == len(set(ids)), "a record whose digest is wrong is left out"
    _, headers, body = found["response", "/article/3"]
    assert (headers["Content-Length"], headers["X-Odd"], body) == (str(len(body)), "a; b", article(3).encode())
    assert "Content-Encoding" not in headers
    assert found["response", "/article/4"][0]["WARC-Truncated"] == "disconnect"
    moved = found["metadata", "/moved"]
    assert moved[2] == f"redirectedFrom: {base}/article/5\r\n".encode()
    assert moved[0]["WARC-Concurrent-To"] == found["response", "/moved"][0]["WARC-Record-ID"]
    for name in ("a.warc", "articles.sqlite"):
        wrong = run(folder, "export", "articles.sqlite", "--warc", name)
        assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)


def test_the_better_answer_stands(tmp_path: Path) -> None:
    """A later good one takes the place of an earlier one, an earlier or a bad one does not; and no crawl asks because of it."""

    def standing(date: str, status: str = "200 OK") -> str:
        one = record("response", "https://journal.example/1", answer(f"<p>{date}".encode(), status=status)).replace(DATE.encode(), date.encode())
        with Store(tmp_path / "s.sqlite") as store:
            assert import_pages(store, Told(one).pages) == Imported(1, 0, 0)
            assert import_pages(store, Told(one).pages) == Imported(0, 1, 0)
            assert not store.waiting()
            (found,) = [store.page(number) for number in store.uncleaned()]
        return found.fetched_at or ""

    dates = {year: f"{year}-01-01T00:00:00Z" for year in range(2021, 2025)}
    assert standing(dates[2022]) == dates[2022]
    assert standing(dates[2021]) == dates[2022]
    assert standing(dates[2024], "410 Gone") == dates[2022]
    assert standing(dates[2023]) == dates[2023]


def test_what_no_server_answered_is_not_imported(tmp_path: Path) -> None:
    undated = page(1).replace(DATE.encode(), b"2024")
    with Store(tmp_path / "s.sqlite") as store:
        assert import_pages(store, Told(b"".join([undated, ARCHIVE[10], page(2)])).pages) == Imported(1, 0, 2)
