"""The store: one SQLite file that is the frontier, the archive of pages and the history of runs.

A page's body, its state and the links found on it land in one transaction, so a process that is killed at any moment
has either done a page or not touched it. The tables are described in ``schema.sql``.
"""

import hashlib
import sqlite3
import time
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

import msgspec

from cleaners.made_by import made_by
from cleaners.page import Page
from cleaners.record import MadeBy, Notice, Record, filled
from crawler.model import Fetched, Lease, Link, State, UrlKind
from crawler.urls import host, key

# Scripts in the order of their versions; the file's user_version says how many it has seen.
_MIGRATIONS = ("schema.sql",)
_APPLICATION_ID = 0x70677376
# Far above any download with its time limit and its place in the queue; the leases of a dead run end with the run.
_LEASE_SECONDS = 1800.0
# How a crawl mends a store that cannot be used.
OTHER_FILE = "give another file with --store"
_GONE = (404, 410)
_REFUSED = (401, 403, 407, 429, 451)
_BUSY = (429, 503)
_DATALOSS = Notice(code="dataloss", message="The connection ended before the announced length: the page is cut short.")


# Settled pages that are no machine-readable list and no copy, without a record of the present maker.
_UNCLEANED = (
    "SELECT p.id FROM pages p JOIN urls u ON u.page_id = p.id LEFT JOIN records r ON r.page_id = p.id"
    " WHERE (r.page_id IS NULL OR r.made_by != ?) AND u.state NOT IN ('discovered', 'leased')"
    " AND p.role IN ('page', 'listing') AND p.duplicate_of IS NULL"
)


class StoreError(Exception):
    """The store cannot be used; the message says what to do."""


def rfc3339(seconds: float) -> str:
    """An epoch second as RFC 3339 text, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _maker(made_by: MadeBy) -> str:
    # A site profile is chosen page by page: it says nothing about the age of a record.
    return _json(msgspec.structs.replace(made_by, site=None))


def _state(status: int) -> State:
    if status in _GONE:
        return "gone"
    if status in _REFUSED:
        return "blocked"
    return "error" if status >= 400 else "fetched"


class Store:
    """An open store; the file is made where there is none.

    ``sites`` is the folder of site profiles that its pages are cleaned with.
    Raises `StoreError` where the file is no store, or one of a newer version. Use it from one thread.
    """

    def __init__(self, path: str | Path, *, sites: str | None = None) -> None:
        self.path = Path(path)
        self._sites = sites
        self._guard: sqlite3.Connection | None = None
        self._run = 0
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None, timeout=30)
            self._db.execute("PRAGMA journal_mode = WAL")
            # In WAL mode NORMAL survives any death of the process; a power cut can cost the last pages, never the file.
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._migrate()
        except sqlite3.OperationalError as error:
            raise StoreError(f"cannot open the store {self.path}: {error}") from error
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self.path} is no store: {OTHER_FILE}") from error

    def close(self) -> None:
        """Close the file, and let others crawl into it."""
        self._db.close()
        if self._guard:
            self._guard.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _migrate(self) -> None:
        version = self._value("PRAGMA user_version")
        if version > len(_MIGRATIONS):
            raise StoreError(f"{self.path} was made by a newer pagesieve: update, or {OTHER_FILE}")
        if version and self._value("PRAGMA application_id") != _APPLICATION_ID:
            raise StoreError(f"{self.path} is another program's database: {OTHER_FILE}")
        for number, script in enumerate(_MIGRATIONS[version:], start=version + 1):
            sql = files("crawler").joinpath(script).read_text(encoding="utf-8")
            self._db.executescript(
                f"BEGIN; {sql} PRAGMA application_id = {_APPLICATION_ID}; PRAGMA user_version = {number}; COMMIT;"
            )

    def query(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Read from the tables that ``schema.sql`` describes."""
        return self._db.execute(sql, values)

    def _value(self, sql: str, *values: Any) -> Any:
        row = self._db.execute(sql, values).fetchone()
        return row[0] if row else None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # ---- runs

    def start_run(self, version: str, plan: str) -> None:
        """Begin a run: what a dead run had leased is free again, what could not be fetched gets another chance.

        Raises `StoreError` while another process crawls into this store.
        """
        # An exclusive transaction on a file beside: the system ends it with the process, however that dies.
        self._guard = sqlite3.connect(f"{self.path}.lock", isolation_level=None, timeout=0)
        try:
            self._guard.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"another crawl works on {self.path}: wait for its end, or {OTHER_FILE}"
            ) from error
        now = time.time()
        with self._transaction() as db:
            db.execute(
                "UPDATE urls SET state = 'discovered', leased_until = NULL, tries = tries - 1 WHERE state = 'leased'"
            )
            db.execute(
                "UPDATE urls SET state = 'discovered', why = NULL, tries = 0, next_due = ? WHERE state = 'error'",
                (now,),
            )
            self._run = self._insert_run(db, rfc3339(now), version, plan)

    @staticmethod
    def _insert_run(db: sqlite3.Connection, started_at: str, version: str, plan: str) -> int:
        cursor = db.execute(
            "INSERT INTO runs (started_at, version, plan) VALUES (?, ?, ?)", (started_at, version, plan)
        )
        return int(cursor.lastrowid or 0)

    def finish_run(self, reason: str) -> None:
        """End the run; what it still has leased is given back."""
        with self._transaction() as db:
            db.execute(
                "UPDATE urls SET state = 'discovered', leased_until = NULL, tries = tries - 1 WHERE state = 'leased'"
            )
            db.execute(
                "UPDATE runs SET finished_at = ?, reason = ? WHERE id = ?", (rfc3339(time.time()), reason, self._run)
            )

    # ---- frontier

    def add(self, urls: Iterable[str], kind: UrlKind = "seed") -> int:
        """Put addresses (see `crawler.urls.fetchable`) into the frontier; says how many were new."""
        with self._transaction() as db:
            return sum(self._discover(db, url, kind, 0, None, time.time()) for url in urls)

    @staticmethod
    def _discover(db: sqlite3.Connection, url: str, kind: UrlKind, depth: int, parent: int | None, now: float) -> bool:
        cursor = db.execute(
            "INSERT INTO urls (key, url, host, kind, depth, discovered_from, next_due) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO NOTHING",
            (key(url), url, host(url), kind, depth, parent, now),
        )
        return cursor.rowcount > 0

    def lease(self, busy: Collection[str] = ()) -> Lease | None:
        """Take the URL that waits longest, of a host that is not ``busy``; ``None`` if none is due."""
        now = time.time()
        row = self._db.execute(
            "UPDATE urls SET state = 'leased', leased_until = ?, tries = tries + 1 WHERE id = ("  # noqa: S608  # question marks only
            "  SELECT id FROM urls WHERE (state = 'discovered' AND next_due <= ?"
            "    OR state = 'leased' AND leased_until < ?)"
            f"   AND host NOT IN ({', '.join('?' * len(busy))}) ORDER BY next_due, id LIMIT 1"
            ") RETURNING id, url, kind, tries, depth",
            (now + _LEASE_SECONDS, now, now, *busy),
        ).fetchone()
        return Lease(*row) if row else None

    def waiting(self) -> bool:
        """Whether a URL waits to be fetched, now or later."""
        return bool(self._value("SELECT EXISTS (SELECT 1 FROM urls WHERE state = 'discovered')"))

    def next_due(self) -> float | None:
        """When the next URL becomes due that is not yet; ``None`` if there is none."""
        due: float | None = self._value(
            "SELECT min(next_due) FROM urls WHERE state = 'discovered' AND next_due > ?", time.time()
        )
        return due

    def fail(self, lease: Lease, why: str, *, state: State = "error", retry_at: float | None = None) -> None:
        """A URL gave no answer: to be tried again at ``retry_at``, else done with as ``state``."""
        with self._transaction() as db:
            db.execute(
                "UPDATE urls SET state = ?, why = ?, leased_until = NULL, next_due = ? WHERE id = ?",
                ("discovered" if retry_at else state, why, retry_at or time.time(), lease.id),
            )

    def land(self, fetched: Fetched) -> int:
        """Take an answer: body, state and links, in one transaction; says the page's id.

        An answer that is to be asked for again is kept too, but neither cleaned nor followed.
        Where the host says that it is busy, all its URLs wait.
        """
        lease, found, now = fetched.lease, fetched.found, time.time()
        sha256 = hashlib.sha256(fetched.body).hexdigest()
        canonical = found.canonical or key(fetched.url)
        headers = {name.casefold(): value for name, value in fetched.headers}
        items = sorted(key(link.url) for link in found.links if link.rel == "item")
        items_sha256 = hashlib.sha256("\n".join(items).encode()).hexdigest() if items else None
        settled = fetched.retry_at is None
        with self._transaction() as db:
            if not self._value("SELECT 1 FROM bodies WHERE sha256 = ?", sha256):
                db.execute("INSERT INTO bodies VALUES (?, ?)", (sha256, zlib.compress(fetched.body, 4)))
            twin = self._twin(lease, fetched.status, sha256, canonical, found.title) if settled else None
            # A listing that goes on for ever shows the same items on page after page.
            repeated = items_sha256 and self._value(
                "SELECT 1 FROM pages WHERE items_sha256 = ? AND url_id != ?", items_sha256, lease.id
            )
            cursor = db.execute(
                "INSERT INTO pages (url_id, run_id, fetched_at, final_url, redirects, status, headers, charset,"
                " dataloss, sha256, role, canonical, title, items_sha256, duplicate_of)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(lease.id, self._run, fetched.fetched_at, fetched.url),
                    *(_json(fetched.redirects), fetched.status, _json(fetched.headers), fetched.charset),
                    *(fetched.dataloss, sha256, found.role, canonical, found.title, items_sha256, twin),
                ),
            )
            page = int(cursor.lastrowid or 0)
            state = _state(fetched.status) if settled else "discovered"
            why = f"HTTP {fetched.status}" if fetched.status >= 400 else None
            db.execute(
                "UPDATE urls SET state = ?, why = ?, page_id = ?, leased_until = NULL, next_due = ?,"
                " etag = ?, last_modified = ? WHERE id = ?",
                (
                    state,
                    why,
                    page,
                    fetched.retry_at or now,
                    headers.get("etag"),
                    headers.get("last-modified"),
                    lease.id,
                ),
            )
            if fetched.status in _BUSY and fetched.retry_at:
                db.execute(
                    "UPDATE urls SET next_due = max(next_due, ?) WHERE state = 'discovered' AND host = ?",
                    (fetched.retry_at, host(lease.url)),
                )
            if settled:
                self._follow(db, page, lease, [li for li in found.links if not (repeated and li.rel == "next")], now)
        return page

    def _twin(self, lease: Lease, status: int, sha256: str, canonical: str, title: str | None) -> int | None:
        # An address that a page declares is believed only if the titles agree too: some sites declare one address
        # for all their pages.
        twin: int | None = self._value(
            "SELECT p.id FROM pages p JOIN urls u ON u.page_id = p.id WHERE p.url_id != ? AND p.status = ?"
            " AND (p.sha256 = ? OR p.canonical = ? AND p.title = ?) AND p.duplicate_of IS NULL"
            " AND u.state NOT IN ('discovered', 'leased') ORDER BY p.id LIMIT 1",
            *(lease.id, status, sha256, canonical, title),
        )
        return twin

    def _follow(self, db: sqlite3.Connection, page: int, lease: Lease, links: Iterable[Link], now: float) -> None:
        for position, link in enumerate(links):
            self._discover(db, link.url, link.kind, lease.depth + 1, lease.id, now)
            db.execute(
                "INSERT INTO links SELECT ?, ?, id, ? FROM urls WHERE key = ?",
                (page, position, link.rel, key(link.url)),
            )

    # ---- pages and records

    def uncleaned(self) -> list[int]:
        """The pages that wait for a record, or whose record another version made, in the order in which they came."""
        return [row[0] for row in self.query(f"{_UNCLEANED} ORDER BY p.id", _maker(made_by(self._sites)))]

    def is_uncleaned(self, page: int) -> bool:
        """Whether this page is one of `uncleaned`."""
        return self._value(f"{_UNCLEANED} AND p.id = ?", _maker(made_by(self._sites)), page) is not None

    def page(self, page: int) -> Page:
        """A page as the cleaner takes it."""
        url, charset, status, fetched_at, headers, body = self._db.execute(
            "SELECT p.final_url, p.charset, p.status, p.fetched_at, p.headers, b.zlib"
            " FROM pages p JOIN bodies b USING (sha256) WHERE p.id = ?",
            (page,),
        ).fetchone()
        types = [value for name, value in msgspec.json.decode(headers) if name.casefold() == "content-type"]
        return Page(
            content=zlib.decompress(body),
            kind="text" if types and types[0].casefold().startswith("text/plain") else "html",
            url=url,
            charset=charset,
            status=status,
            fetched_at=fetched_at,
        )

    def record(self, page: int) -> Record:
        """What the cleaner made of a page."""
        return Record.from_json(self._value("SELECT record FROM records WHERE page_id = ?", page))

    def put_record(self, page: int, record: Record) -> Record:
        """Keep what the cleaner made of a page, in place of what it made earlier; a cut page gets its warning here."""
        if self._value("SELECT dataloss FROM pages WHERE id = ?", page):
            record = msgspec.structs.replace(record, warnings=(*record.warnings, _DATALOSS))
        self._db.execute(
            "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(page, record.id, record.kind, len(filled(record)), _maker(record.made_by)),
                *(rfc3339(time.time()), record.to_json()),
            ),
        )
        return record
