"""The store: one SQLite file that is the frontier, the archive of pages and the history of runs.

A page's body, its state and the links found on it land in one transaction, so a process that is killed at any moment
has either done a page or not touched it. The tables are described in ``schema.sql``.
"""

import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from cleaners.made_by import made_by
from cleaners.page import Page
from cleaners.record import MadeBy, Record, Warc, filled
from crawler import revisit
from crawler.answers import BUSY, Packed, kind_of, pack, state_of, why_of
from crawler.database import OTHER_FILE, StoreError, StoreFailed, rfc3339
from crawler.frontier import LASTMOD_MOVED, Frontier, StoreBusy
from crawler.model import Fetched, Lease, Link, State
from crawler.urls import host, key

__all__ = ["OTHER_FILE", "Store", "StoreBusy", "StoreError", "StoreFailed", "rfc3339"]

# An epoch second that no crawl sees.
NEVER = 1e12
# What a page is that says nothing of what should stand at its address, and the state that this gives its URL.
_NOT_THE_PAGE: dict[str, State] = {"blocked": "blocked", "consent": "blocked", "not_found": "gone", "empty": "fetched", "unreadable": "fetched"}

# Pages without a record that stand, and pages whose record another version made; no machine-readable lists, no copies.
_UNCLEANED = (
    "SELECT p.id FROM pages p JOIN urls u ON u.id = p.url_id LEFT JOIN records r ON r.page_id = p.id"
    " WHERE (r.page_id IS NULL AND p.id = u.page_id OR r.made_by != ?)"
    " AND p.role IN ('page', 'listing') AND p.duplicate_of IS NULL"
)


class Store(Frontier):
    """An open store; the file is made where there is none.

    ``sites`` is the folder of site profiles that its pages are cleaned with.
    Raises `StoreError` where the file is no store, or one of a newer version. Use it from one thread.
    """

    def __init__(self, path: str | Path, *, sites: str | None = None) -> None:
        super().__init__(path)
        self._sites = sites

    # ---- pages

    def land(self, fetched: Fetched, packed: Packed | None = None, *, brought: int = 0) -> int | None:
        """Take an answer: body, state and links, in one transaction; says the page's id, ``None`` where it brought nothing new.

        An answer that is to be asked for again is kept too, but does not stand: it is neither cleaned nor followed. Nor
        does a refusal or an error stand in the place of an answer that was good. ``brought`` counts new links of the answer
        that are in the frontier already (see `expect`).
        """
        packed, given = packed or pack(fetched.body), fetched.lease
        with self._transaction() as db:
            lease, found = self._known(db, given), fetched.found
            fetched = msgspec.structs.replace(fetched, lease=lease)
            if fetched.retry_at is not None:
                page: int | None = self._keep(db, fetched, packed, None)
                self._try_again(db, lease, why_of(fetched), fetched.retry_at)
                if fetched.status in BUSY:
                    self._rest(db, host(lease.url), fetched.retry_at)
            elif self._is_unchanged(fetched, packed):
                page = None
                self._stay(db, lease)
                self._discover(db, found.links, lease.depth + 1, lease.id)
            else:
                page = self._settle(db, fetched, packed, brought)
        self._done(given)
        return page

    def _is_unchanged(self, fetched: Fetched, packed: Packed) -> bool:
        if fetched.lease.page is None or fetched.dataloss or fetched.found.trouble:
            return False
        if fetched.status == 304:
            return bool(fetched.lease.etag or fetched.lease.last_modified)
        standing = self._db.execute("SELECT sha256, status, final_url, dataloss FROM pages WHERE id = ?", (fetched.lease.page,)).fetchone()
        return bool(standing == (packed.sha256, fetched.status, fetched.url, 0) and fetched.status < 300)

    def _stay(self, db: sqlite3.Connection, lease: Lease) -> None:
        interval = self._interval(lease, lease.page, changed=False)
        db.execute(
            "UPDATE urls SET state = 'unchanged', why = NULL, failures = 0, interval = ?, next_due = ?, leased_until = NULL,"
            " false_lastmods = false_lastmods + (next_due = ?) WHERE id = ?",
            (interval, time.time() + interval, LASTMOD_MOVED, lease.id),
        )
        self._welcomed(db, host(lease.url))
        self._visited(db, lease.id, "unchanged")

    def _settle(self, db: sqlite3.Connection, fetched: Fetched, packed: Packed, brought: int) -> int:
        lease, found = fetched.lease, fetched.found
        state = state_of(fetched)
        was_good = lease.page is not None and self._value("SELECT status < 400 FROM pages WHERE id = ?", lease.page) == 1
        twin = self._twin(lease, fetched.status, packed.sha256, found.canonical or key(fetched.url), found.title)
        page = self._keep(db, fetched, packed, twin)
        if state == "fetched":
            headers = {name.casefold(): value for name, value in fetched.headers}
            interval = self._interval(lease, page, changed=True)
            db.execute(
                "UPDATE urls SET state = 'fetched', why = NULL, failures = 0, page_id = ?, etag = ?, last_modified = ?,"
                " interval = ?, next_due = ?, leased_until = NULL, false_lastmods = 0 WHERE id = ?",
                (
                    *(page, *(None if fetched.dataloss else headers.get(name) for name in ("etag", "last-modified"))),
                    *(interval, time.time() + interval, lease.id),
                ),
            )
            self._visited(db, lease.id, "changed" if was_good else "new")
        else:
            self._put_off(db, lease.id, state, why_of(fetched) or state, fetched.wanted)
            if not was_good:
                db.execute("UPDATE urls SET page_id = ?, etag = NULL, last_modified = NULL WHERE id = ?", (page, lease.id))
            if state == "blocked":
                self._refused(db, host(lease.url))
            if fetched.status in BUSY and fetched.wanted:
                self._rest(db, host(lease.url), time.time() + revisit.rest(1, fetched.wanted, refused=False))
        # A listing that goes on for ever shows the same items on page after page.
        repeated = self._value(
            "SELECT 1 FROM pages a JOIN pages b USING (items_sha256) WHERE a.id = ? AND b.url_id != a.url_id", page
        )
        if twin and (kind := self._value("SELECT kind FROM records WHERE page_id = ?", twin)) in _NOT_THE_PAGE:
            self._turn_away(db, lease.id, page, kind, _why_not(self.record(twin)))
        brought += self._discover(db, [li for li in found.links if not (repeated and li.rel == "next")], lease.depth + 1, lease.id)
        if brought and was_good:
            # What is new pushes older items on to the next pages.
            self._wanted_at_once(db, [li.url for li in found.links if li.rel == "next"])
        return page

    def _interval(self, lease: Lease, page: int | None, *, changed: bool) -> float:
        interval: float | None = self._value("SELECT interval FROM urls WHERE id = ?", lease.id)
        is_list = self._value("SELECT role FROM pages WHERE id = ?", page) != "page"
        return revisit.next_interval(interval, revisit.first_interval(self._revisit_days, is_list=is_list), changed=changed)

    def _keep(self, db: sqlite3.Connection, fetched: Fetched, packed: Packed, twin: int | None) -> int:
        found = fetched.found
        db.execute("INSERT OR IGNORE INTO bodies VALUES (?, ?)", (packed.sha256, packed.zlib))
        cursor = db.execute(
            "INSERT INTO pages (url_id, run_id, fetched_at, final_url, redirects, status, headers, charset,"
            " dataloss, sha256, role, canonical, title, items_sha256, duplicate_of)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(fetched.lease.id, self._run, fetched.fetched_at, fetched.url),
                *(_json(fetched.redirects), fetched.status, _json(fetched.headers), fetched.charset, fetched.dataloss),
                *(packed.sha256, found.role, found.canonical or key(fetched.url), found.title, found.items_sha256, twin),
            ),
        )
        return int(cursor.lastrowid or 0)

    def _twin(self, lease: Lease, status: int, sha256: str, canonical: str, title: str | None) -> int | None:
        # An address that a page declares is believed only if the titles agree too: some sites declare one address
        # for all their pages.
        twin: int | None = self._value(
            "SELECT p.id FROM pages p JOIN urls u ON u.page_id = p.id WHERE p.url_id != ? AND p.status = ?"
            " AND (p.sha256 = ? OR p.canonical = ? AND p.title = ?) AND p.duplicate_of IS NULL ORDER BY p.id LIMIT 1",
            *(lease.id, status, sha256, canonical, title),
        )
        return twin

    def body(self, page: int) -> bytes:
        """The body of a page."""
        return zlib.decompress(self._value("SELECT b.zlib FROM pages p JOIN bodies b USING (sha256) WHERE p.id = ?", page))

    def page(self, page: int) -> Page:
        """A page as the cleaner takes it."""
        url, charset, status, fetched_at, headers, dataloss, filename, offset = self._db.execute(
            "SELECT final_url, charset, status, fetched_at, headers, dataloss, warc_filename, warc_offset FROM pages WHERE id = ?", (page,)
        ).fetchone()
        return Page(
            content=self.body(page),
            kind=kind_of(msgspec.json.decode(headers)),
            url=url,
            charset=charset,
            status=status,
            fetched_at=fetched_at,
            truncated="disconnect" if dataloss else None,
            warc=Warc(filename=filename, offset=offset) if filename is not None else None,
        )

    def put_imported(self, fetched: Fetched, warc: Warc, version: str) -> bool:
        """Take an answer that another crawler got, out of a WARC file; false where it is here already.

        It stands if there is none yet for its URL, or if that is older, or no good one. A URL that no crawl has found is
        not asked for because of it. The first answer begins a run, which asks for nothing; ``lock`` the store before.
        """
        packed = pack(fetched.body)
        with self._transaction() as db:
            is_new = self._discover(db, [Link(fetched.url, "article")], 0, None) > 0
            url = self._value("SELECT id FROM urls WHERE key = ?", key(fetched.url))
            if self._value("SELECT 1 FROM pages WHERE url_id = ? AND fetched_at = ? AND status = ? AND sha256 = ?",
                           *(url, fetched.fetched_at, fetched.status, packed.sha256)):  # fmt: skip
                return False
            if not self._run:
                # Under the last plan, for no rule has changed: the next crawl has no reason to read all lists anew.
                plan = self._value("SELECT plan FROM runs ORDER BY id DESC LIMIT 1") or "{}"
                self._run = self._insert_run(db, rfc3339(time.time()), version, plan)
            standing = db.execute("SELECT p.status < 400, p.fetched_at FROM urls u JOIN pages p ON p.id = u.page_id WHERE u.id = ?", (url,)).fetchone()
            stands = standing is None or (fetched.status < 400, fetched.fetched_at) > standing
            fetched = msgspec.structs.replace(fetched, lease=Lease(url, fetched.url, "article", 0, 0))
            canonical = fetched.found.canonical or key(fetched.url)
            twin = self._twin(fetched.lease, fetched.status, packed.sha256, canonical, fetched.found.title) if stands else None
            page = self._keep(db, fetched, packed, twin)
            db.execute("UPDATE pages SET warc_filename = ?, warc_offset = ? WHERE id = ?", (warc.filename, warc.offset, page))
            if stands:
                db.execute("UPDATE urls SET page_id = ?, etag = NULL, last_modified = NULL WHERE id = ?", (page, url))
            if is_new:
                db.execute("UPDATE urls SET state = ?, why = ?, next_due = ? WHERE id = ?", (state_of(fetched), why_of(fetched), NEVER, url))
        return True

    def drop_pages(self, pages: Iterable[int]) -> None:
        """Forget answers, and bodies that no answer has any more."""
        with self._transaction() as db:
            for page in pages:
                db.execute("DELETE FROM pages WHERE id = ?", (page,))
            db.execute("DELETE FROM bodies WHERE sha256 NOT IN (SELECT sha256 FROM pages)")

    # ---- records

    def uncleaned(self) -> list[int]:
        """The pages that wait for a record, or whose record another version made, in the order in which they came."""
        return [row[0] for row in self.query(f"{_UNCLEANED} ORDER BY p.id", _maker(made_by(self._sites)))]

    def unrecorded(self) -> int:
        """How many pages wait for their first record."""
        return int(self._value(f"SELECT count(*) FROM ({_UNCLEANED} AND r.page_id IS NULL)", ""))  # noqa: S608  # constants only

    def is_uncleaned(self, page: int) -> bool:
        """Whether this page is one of `uncleaned`."""
        return self._value(f"{_UNCLEANED} AND p.id = ?", _maker(made_by(self._sites)), page) is not None

    def cleanable(self) -> list[int]:
        """The pages that have a record or wait for one, in the order in which they came."""
        return [row[0] for row in self.query(f"{_UNCLEANED} OR r.page_id IS NOT NULL ORDER BY p.id", "")]

    def record(self, page: int) -> Record:
        """What the cleaner made of a page."""
        return Record.from_json(self._value("SELECT record FROM records WHERE page_id = ?", page))

    def known_record(self, page: int) -> Record | None:
        """What the cleaner made of a page, ``None`` where it has not cleaned it, or as no version of this schema."""
        line = self._value("SELECT record FROM records WHERE page_id = ?", page)
        try:
            return Record.from_json(line) if line else None
        except msgspec.ValidationError:
            return None

    def put_record(self, page: int, record: Record) -> Record:
        """Keep what the cleaner made of a page, in place of what it made earlier.

        An article takes the place of the page's earlier ones. What is no page at all (a captcha, say) does not: the
        earlier answer stands, and the page is asked for again later.
        """
        with self._transaction() as db:
            is_first = self._value("SELECT 1 FROM records WHERE page_id = ?", page) is None
            db.execute(
                "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    *(page, record.id, record.kind, len(filled(record)), _maker(record.made_by)),
                    *(rfc3339(time.time()), record.to_json()),
                ),
            )
            if is_first:
                self._supersede(db, page, record)
        return record

    def _supersede(self, db: sqlite3.Connection, page: int, record: Record) -> None:
        url, name, state = db.execute("SELECT u.id, u.host, u.state FROM pages p JOIN urls u ON u.id = p.url_id WHERE p.id = ?", (page,)).fetchone()
        earlier = db.execute(
            "SELECT r.page_id, r.kind, r.record FROM records r JOIN pages p ON p.id = r.page_id WHERE p.url_id = ? AND p.id != ? ORDER BY p.id",
            (url, page),
        ).fetchall()
        is_page = record.kind not in _NOT_THE_PAGE
        for old, kind, line in earlier:
            if kind == "article" == record.kind and _content(Record.from_json(line)) == _content(record):
                # Its bytes changed, and nothing that matters: a token, a counter, an advertisement.
                db.execute("UPDATE urls SET state = 'unchanged', interval = interval * 2 WHERE id = ?", (url,))
                self._visited(db, url, "unchanged")
            if record.kind == "article" or (kind != "article" and (is_page or kind in _NOT_THE_PAGE)):
                db.execute("DELETE FROM records WHERE page_id = ?", (old,))
        if is_page:
            self._welcomed(db, name)
        elif state == "fetched":
            # Its copies too, which landed before it was known for what it is.
            copies = db.execute("SELECT p.url_id, p.id FROM pages p JOIN urls u ON u.page_id = p.id WHERE p.duplicate_of = ?", (page,)).fetchall()
            for where, answer in [(url, page), *copies]:
                self._turn_away(db, where, answer, record.kind, _why_not(record))

    def _turn_away(self, db: sqlite3.Connection, url: int, page: int, kind: str, why: str) -> None:
        """An answer that looked good was none: an earlier one stands, where there is one, and the URL waits."""
        standing = self._value(
            "SELECT max(p.id) FROM pages p LEFT JOIN records r ON r.page_id = p.id WHERE p.url_id = ? AND p.id != ?"
            " AND (p.role != 'page' OR r.kind = 'article')",
            *(url, page),
        )
        if standing:
            db.execute("UPDATE urls SET page_id = ?, etag = NULL, last_modified = NULL WHERE id = ?", (standing, url))
        if _NOT_THE_PAGE[kind] != "fetched":
            self._put_off(db, url, _NOT_THE_PAGE[kind], why, None)
        if kind == "blocked":
            self._refused(db, self._value("SELECT host FROM urls WHERE id = ?", url))


def open_store(path: str | Path, *, frontier: str | None = None, sites: str | None = None, pause: Callable[[str], float] = lambda _: 1.0) -> Store:
    """A store; with ``frontier``, an address of Redis, one of a worker of a shared crawl (see `crawler.shared.store.SharedStore`)."""
    if frontier is None:
        return Store(path, sites=sites)
    from crawler.shared.store import SharedStore  # an extra

    return SharedStore(path, frontier, sites=sites, pause=pause)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _maker(made_by: MadeBy) -> str:
    # A site profile is chosen page by page: it says nothing about the age of a record.
    return _json(msgspec.structs.replace(made_by, site=None))


def _content(record: Record) -> Record:
    """The record without what differs from fetch to fetch."""
    return msgspec.structs.replace(record, fetched_at=None, warc=None, content_sha256="", made_by=MadeBy(version="", config="", libraries={}))


def _why_not(record: Record) -> str:
    """The kind of a page that is none, and what shows it."""
    return ": ".join([record.kind, *(notice.message for notice in record.warnings[-1:])])
