"""Several stores exported as one: what one store would have given, however its pages are spread over them."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from loopback import command, environment

from cleaners.made_by import made_by
from cleaners.record import Record
from crawler.export import export
from crawler.model import Fetched, Found, Lease
from crawler.store import Store
from crawler.stores import Stores

BASE = "http://a.example/"
_HTML = (("Content-Type", "text/html"),)
# A page: its body (equal ones are copies), the title it shows, its record's id, and whether that has one field more.
# Equal bodies show equal titles.
_SHOWN = st.sampled_from([(0, None), (1, "A"), (2, "B"), (3, "A"), (4, None)])
_PAGE = st.tuples(_SHOWN, st.integers(0, 3), st.booleans()).map(lambda page: (*page[0], *page[1:]))


def land(store: Store, url: str, second: int, page: tuple[int, str | None, int, bool], canonical: str | None = None) -> None:
    body, title, identity, fuller = page
    store.add([url])
    lease: Lease | None = store.lease()
    assert lease is not None
    assert lease.url == url
    found, at = Found(role="page", title=title, canonical=canonical), f"2024-05-01T00:00:{second:02}Z"
    answer = Fetched(lease=lease, url=url, status=200, headers=_HTML, body=f"{body}".encode(), found=found, fetched_at=at)
    landed = store.land(answer)
    if landed is not None and store.is_uncleaned(landed):
        language = "en" if fuller else None
        record = Record(id=f"doi:{identity}", kind="article", url=url, title=title, language=language, content_sha256="0", made_by=made_by())
        store.put_record(landed, record)


def opened(path: Path) -> Store:
    store = Store(path)
    store.start_run("0", "{}")
    return store


def exported(source: Store | Stores, out: Path) -> bytes:
    export(source, out)
    return out.read_bytes()


@settings(max_examples=60, deadline=None)
@given(
    pages=st.lists(_PAGE, min_size=1, max_size=8),
    spread=st.lists(st.tuples(st.integers(0, 2), st.sets(st.integers(0, 2))), min_size=8, max_size=8),
    canonical=st.sampled_from([None, "http://a.example/canonical"]),
    turned=st.booleans(),
)
# A page that shares its address with a copy of another one is kept.
@example(
    pages=[(0, None, 0, False), (0, "A", 0, False), (1, "A", 0, False)],
    spread=[(0, set()), (1, set()), (0, set())],
    canonical="http://a.example/canonical",
    turned=False,
)
def test_it_is_as_if_one_store_had_them_all(
    tmp_path_factory: pytest.TempPathFactory,
    pages: list[tuple[int, str | None, int, bool]],
    spread: list[tuple[int, set[int]]],
    canonical: str | None,
    turned: bool,
) -> None:
    """Each page in one of three stores, and some in others too, where they were fetched once more; in any order of the stores."""
    folder = tmp_path_factory.mktemp("stores")
    stores = [opened(folder / str(number)) for number in range(3)]
    try:
        with opened(folder / "one") as one:
            for number, page in enumerate(pages):
                land(one, f"{BASE}{number}", number, page, canonical)
            wanted = exported(one, folder / "one.jsonl")
        for number, (page, (home, others)) in enumerate(zip(pages, spread, strict=False)):
            for place in {home, *others}:
                land(stores[place], f"{BASE}{number}", number, page, canonical)
        several = Stores(stores[::-1] if turned else stores)
        assert exported(several, folder / "several.jsonl") == wanted
    finally:
        for store in stores:
            store.close()


def test_the_latest_answer_of_a_page_counts(tmp_path: Path) -> None:
    with opened(tmp_path / "a") as early, opened(tmp_path / "b") as late:
        land(early, BASE, 1, (1, "As it was", 1, True))
        land(late, BASE, 2, (2, "As it is", 1, False))
        for stores in ([early, late], [late, early]):
            (line,) = exported(Stores(stores), tmp_path / "out.jsonl").splitlines()
            assert json.loads(line)["title"] == "As it is"


def run(folder: Path, line: str) -> tuple[int, list[str]]:
    done = subprocess.run(command(*line.split()), cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr.splitlines()


@pytest.fixture
def folder(tmp_path: Path) -> Iterable[Path]:
    for number, name in enumerate(("a.sqlite", "b.sqlite")):
        with opened(tmp_path / name) as store:
            land(store, f"{BASE}{number}", number, (number, f"Page {number}", number, True))
    return tmp_path


def test_all_is_exported(folder: Path) -> None:
    assert run(folder, "export b.sqlite a.sqlite --out all.jsonl --warc all.warc.gz") == (0, ["2 records in all.jsonl", "2 pages in all.warc.gz"])
    assert [json.loads(line)["title"] for line in (folder / "all.jsonl").read_text().splitlines()] == ["Page 0", "Page 1"]
    assert run(folder, "clean all.warc.gz --out again.jsonl")[1][-1].startswith("2 records in again.jsonl")


def test_pages_without_a_record_are_told(folder: Path) -> None:
    with Store(folder / "b.sqlite") as store:
        store._db.execute("DELETE FROM records")
    assert run(folder, "export a.sqlite b.sqlite --out all.jsonl") == (
        1,
        ["pagesieve: 1 page of b.sqlite has no record yet: pagesieve clean --store b.sqlite", "1 record in all.jsonl"],
    )
    assert run(folder, "clean --store b.sqlite")[0] == 0
    assert run(folder, "export a.sqlite b.sqlite --out all.jsonl")[0] == 0


def test_links_without_room_are_told(folder: Path) -> None:
    with Store(folder / "b.sqlite") as store:
        store._db.execute("INSERT INTO unqueued (url, link, depth, again) VALUES ('u', '{}', 1, 0)")
    assert run(folder, "export a.sqlite b.sqlite --out all.jsonl") == (
        1,
        ["pagesieve: 1 link of b.sqlite had no room in the queue that workers share: crawl on with this store", "2 records in all.jsonl"],
    )


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("export a.sqlite ./a.sqlite --out all.jsonl", "a store is given twice: give each once"),
        ("export a.sqlite r.jsonl --out all.jsonl", "r.jsonl is a file of records: give it alone, or give stores only"),
        ("export a.sqlite c.sqlite --out all.jsonl", "there is no file c.sqlite"),
        ("export a.sqlite b.sqlite --out b.sqlite", "out must be another file"),
    ],
)
def test_wrong_use(folder: Path, line: str, mend: str) -> None:
    (folder / "r.jsonl").write_text("{}\n")
    status, told = run(folder, line)
    assert (status, len(told)) == (2, 1)
    assert mend in told[0]
