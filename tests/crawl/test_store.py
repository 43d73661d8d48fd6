"""The store: what lands lands whole, what is leased is not lost."""

import sqlite3
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.made_by import made_by
from cleaners.record import Record
from crawler.export import export
from crawler.maintenance import contents, vacuum, verify
from crawler.model import Fetched, Found, Lease, Link
from crawler.report import outcomes
from crawler.store import Store, StoreError

BASE = "http://a.example/"


def fetched(lease: Lease, body: bytes = b"page", links: tuple[Link, ...] = (), **keys: object) -> Fetched:
    values = {
        "url": lease.url,
        "status": 200,
        "headers": (("Content-Type", "text/html"), ("ETag", '"1"')),
        "found": Found(role="page", links=links),
        "fetched_at": "2024-05-01T00:00:00Z",
    }
    return Fetched(lease=lease, body=body, **{**values, **keys})  # type: ignore[arg-type]


def record(store: Store, page: int, name: str, **keys: object) -> Record:
    values = {"id": name, "kind": "article", "content_sha256": "0", "made_by": made_by()}
    return store.put_record(page, Record(**{**values, **keys}))  # type: ignore[arg-type]


def opened(path: Path) -> Store:
    store = Store(path)
    store.start_run("0", "{}")
    return store


def take(store: Store, url: str) -> Lease:
    store.add([url])
    lease = store.lease()
    assert lease is not None
    assert lease.url == url
    return lease


def test_a_page_lands_whole_or_not_at_all(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as store:
        lease = take(store, BASE)
        good, bad = Link(BASE + "1", "article"), Link(BASE + "2", "nonsense")  # type: ignore[arg-type]
        with pytest.raises(sqlite3.IntegrityError):
            store.land(fetched(lease, links=(good, bad)))
        assert outcomes(store) == {"waiting": 1}
        assert store.query("SELECT (SELECT count(*) FROM pages) + (SELECT count(*) FROM bodies)").fetchone() == (0,)
        page = store.land(fetched(lease, "été".encode(), links=(good,)))
        assert store.page(page).content == "été".encode()
        assert outcomes(store) == {"uncleaned": 1, "waiting": 1}
        assert store.query("SELECT etag FROM urls WHERE page_id = ?", page).fetchone() == ('"1"',)


def test_hosts_take_turns_and_wait(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as store:
        store.add([BASE, BASE + "1", BASE + "2", "http://b.example/"])
        first = store.lease()
        assert first is not None
        assert first.url == BASE
        other = store.lease(busy=["a.example"])
        assert other is not None
        assert other.url == "http://b.example/"
        store.land(fetched(first, status=503, retry_at=time.time() + 60))
        assert (store.lease(), store.waiting()) == (None, True), "the whole host waits"
        store.fail(other, "TimeoutError", retry_at=time.time() - 1)
        again = store.lease()
        assert again is not None
        assert again.tries == 2


def test_stores_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("This is no database, and long enough to be seen as none by any reader of them.\n")
    with sqlite3.connect(tmp_path / "other") as db:
        db.execute("CREATE TABLE urls (x)")
        db.execute("PRAGMA user_version = 1")
    Store(tmp_path / "new").close()
    with sqlite3.connect(tmp_path / "new") as db:
        db.execute("PRAGMA user_version = 99")
    for name in ("text", "other", "new", "no/such/folder"):
        with pytest.raises(StoreError, match=r"--store|cannot open"):
            Store(tmp_path / name)


def test_a_store_of_version_1_is_brought_up_to_date(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "old") as db:
        db.executescript((Path(__file__).parent / "store-1.sql").read_text(encoding="utf-8"))
    Store(tmp_path / "new").close()
    shapes = []
    for name in ("old", "new"):
        with Store(tmp_path / name) as store:
            tables = [row[0] for row in store.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
            columns = {table: sorted(row[1:6] for row in store.query(f"PRAGMA table_info({table})")) for table in tables}
            indexes = store.query("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name").fetchall()
            shapes.append((columns, indexes, store.query("PRAGMA user_version").fetchone()))
    assert shapes[0] == shapes[1]
    with opened(tmp_path / "old") as store:
        assert store.uncleaned() == [1], "the busy answer does not stand"
        leases = [lease.url for lease in iter(store.lease, None)]
    assert sorted(leases) == ["http://a.example/", "http://a.example/busy", "http://b.example/", "http://b.example/new"]


def test_verify_and_vacuum(tmp_path: Path) -> None:
    """What is damaged is named; old versions of pages go, the latest stay."""
    with opened(tmp_path / "s") as store:
        store.land(fetched(take(store, BASE), b"one"))
    with opened(tmp_path / "s") as store, store._transaction() as db:
        db.execute("UPDATE urls SET next_due = 0, state = 'discovered'")
    with opened(tmp_path / "s") as store:
        lease = store.lease()
        assert lease is not None
        page = store.land(fetched(lease, b"two" * 5000))
        assert page is not None
        record(store, page, "doi:1")
        assert list(verify(store)) == []
        assert contents(store, 0).superseded == 1
    with Store(tmp_path / "s") as store:
        vacuum(store, superseded=False)
        assert contents(store, 0).answers == 2
        vacuum(store, superseded=True)
        assert store.page(page).content == b"two" * 5000
        assert (contents(store, 0).answers, contents(store, 0).bodies) == (1, 1)
        store._db.execute("UPDATE bodies SET zlib = ?", (zlib.compress(b"other"),))
        store._db.execute("UPDATE records SET record = '{}'")
        wrong = list(verify(store))
    assert len(wrong) == 2
    assert "has the hash" in wrong[0]
    assert "the record of page 2" in wrong[1]


def test_records_of_an_older_version_are_made_again(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as store:
        page = store.land(fetched(take(store, BASE)))
        assert store.uncleaned() == [page]
        record(store, page, "doi:1", made_by=made_by().__class__(version="0.0.0", config="", libraries={}))
        assert store.uncleaned() == [page]
        record(store, page, "doi:1")
        assert store.uncleaned() == []


def test_export_has_one_line_per_record_id(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as store:
        for path, name, title in (("c", "doi:1", "A"), ("b", "doi:2", None), ("a", "doi:1", None)):
            record(
                store, store.land(fetched(take(store, BASE + path), path.encode())), name, url=BASE + path, title=title
            )
        record(store, store.land(fetched(take(store, BASE + "d"), b"d")), "url:d", kind="blocked")
        done = export(store, tmp_path / "out.jsonl")
        lines = [Record.from_json(line) for line in (tmp_path / "out.jsonl").read_bytes().splitlines()]
    assert [(r.id, r.url) for r in lines] == [("doi:2", BASE + "b"), ("doi:1", BASE + "c")]
    assert done.articles == 2
    assert done.filled["title"] == 1


_STEP = st.tuples(st.sampled_from(["lease", "land", "retry", "fail", "die"]), st.integers(0, 11))


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(_STEP, max_size=40))
def test_no_url_is_ever_lost(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]) -> None:
    """Whatever happens in whatever order, each URL that was known is done, leased, or waits; none is done twice."""
    path = tmp_path_factory.mktemp("store") / "s"
    store = opened(path)
    store.add([f"{BASE}{i}" for i in range(4)])
    known, held, done = {f"{BASE}{i}" for i in range(4)}, [], []
    for step, number in steps:
        if step == "lease" and (lease := store.lease()):
            assert lease.url not in {h.url for h in held}
            held.append(lease)
        elif step == "die":
            store.close()
            store, held = opened(path), []
        elif held and step in ("land", "retry", "fail"):
            lease = held.pop(number % len(held))
            again = time.time() - 1
            if step == "land":
                store.land(fetched(lease, lease.url.encode(), (Link(f"{BASE}{number}", "article"),)))
                known.add(f"{BASE}{number}")
                done.append(lease.url)
            elif step == "retry":
                store.land(fetched(lease, b"", status=500, retry_at=again))
            else:
                store.fail(lease, "no", retry_at=again)
    while lease := store.lease():
        store.land(fetched(lease, lease.url.encode()))
        done.append(lease.url)
    done += [h.url for h in held]
    assert sorted(done) == sorted(known)
    store.close()


_ANSWERS = st.sampled_from(["new", "same", "not modified", "refused", "gone", "down", "captcha", "captcha of all", "soft 404", "copy", "fail", "die"])


_KINDS = {"captcha": "blocked", "captcha of all": "blocked", "refused": "blocked", "soft 404": "not_found", "gone": "not_found", "down": "empty"}


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 2), _ANSWERS), max_size=30))
def test_what_was_good_stays(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str]]) -> None:
    """Whatever a URL answers later, once it gave an article the export has one of it, and the store is whole."""
    path = tmp_path_factory.mktemp("store") / "s"
    urls = [f"{BASE}{i}" for i in range(3)]
    had: set[str] = set()
    with opened(path) as store:
        store.add(urls)
    for count, (number, answer) in enumerate(steps):
        with opened(path) as store:
            with store._transaction() as db:
                db.execute("UPDATE hosts SET not_before = 0, refusals = 0")
                db.execute("UPDATE urls SET state = 'discovered', next_due = CASE id WHEN ? THEN 0 ELSE 1e12 END", (number + 1,))
            lease = store.lease()
            assert lease is not None
            assert lease.url == urls[number]
            status = {"not modified": 304, "refused": 403, "gone": 410, "down": 500}.get(answer, 200)
            body = {"same": b"same", "copy": b"copy", "captcha of all": b"wall"}.get(answer, f"{answer} {count}".encode())
            if answer == "die":
                continue
            if answer == "fail":
                store.fail(lease, "no answer")
            elif (page := store.land(fetched(lease, body, status=status))) and store.is_uncleaned(page):
                kind = _KINDS.get(answer, "article")
                record(store, page, lease.url, url=lease.url, kind=kind, title=body.decode())
                had |= {lease.url} if kind == "article" else set()
            assert list(verify(store)) == []
            assert not store.query("SELECT 1 FROM urls u JOIN pages p ON p.id = u.page_id WHERE p.url_id != u.id").fetchall()
            assert sum(outcomes(store).values()) == len(urls)
            export(store, path.with_suffix(".jsonl"))
            assert {Record.from_json(line).url for line in path.with_suffix(".jsonl").read_bytes().splitlines()} == had
