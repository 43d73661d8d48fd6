"""The frontier of a store: which pages are known, which are due, who has them in hand, and the runs that ask for them."""

import sqlite3
import time
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from crawler import revisit
from crawler.addresses import REFUSED
from crawler.database import OTHER_FILE, Database, StoreError, rfc3339
from crawler.model import Lease, Link, State, UrlKind
from crawler.urls import host, key

# Far above any download with its time limit and its place in the queue; the leases of a dead run end with the run.
_LEASE_SECONDS = 1800.0
# A run that did not end is gone on with for half a day: the next night's is another one.
_GOES_ON_FOR = 12 * 3600.0
# A host that wants to be left alone for longer is not waited for in this run.
LONGEST_WAIT = 600.0
# Values of next_due that stand for a reason: never asked for, or wanted at once; wanted because its lastmod moved.
_AT_ONCE = 0.0
LASTMOD_MOVED = 1.0
# A lastmod that has moved so often without a change of the page is not believed any more: some sites write today's date.
_MOST_FALSE_LASTMODS = 2
_FIRST = 200
# Asked for once in this run.
_VISITED = "EXISTS (SELECT 1 FROM visits v WHERE v.url_id = urls.id AND v.run_id = :run)"
# A new URL, or a known one whose lastmod moved since we know it, or lies behind our last visit.
_DISCOVER = f"""
    INSERT INTO urls (key, url, host, kind, depth, discovered_from, next_due, lastmod)
    VALUES (:key, :url, :host, :kind, :depth, :parent, {_AT_ONCE}, :lastmod)
    ON CONFLICT (key) DO UPDATE SET lastmod = :lastmod, (state, next_due, tries) = (
        SELECT 'discovered', {LASTMOD_MOVED}, 0
        WHERE urls.state IN ('fetched', 'unchanged', 'gone') AND urls.false_lastmods < {_MOST_FALSE_LASTMODS} AND NOT {_VISITED}
        AND (urls.lastmod IS NOT NULL OR :lastmod > coalesce(
            (SELECT max(visited_at) FROM visits v WHERE v.url_id = urls.id), (SELECT fetched_at FROM pages p WHERE p.id = urls.page_id)))
        UNION ALL SELECT urls.state, urls.next_due, urls.tries LIMIT 1)
    WHERE :lastmod IS NOT NULL AND urls.lastmod IS NOT :lastmod
"""  # noqa: S608  # constants only


class _Rules(msgspec.Struct):
    """Of a run's plan, what decides which links are followed."""

    article: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()


class Frontier(Database):
    """What is known and what is due. ``revisit_days`` are the days after which an article is first asked for again."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(path)
        self._guard: sqlite3.Connection | None = None
        self._run = 0
        self._revisit_days = 0.0
        self._held: dict[int, str] = {}

    def close(self) -> None:
        """Close the file, and let others crawl into it."""
        super().close()
        if self._guard:
            self._guard.close()

    def lock(self) -> None:
        """Keep others from crawling into this store until it is closed; raises `StoreBusy` while one does."""
        if self._guard:
            return
        # An exclusive transaction on a file beside: the system ends it with the process, however that dies.
        guard = sqlite3.connect(f"{self.path}.lock", isolation_level=None, timeout=0)
        try:
            guard.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise StoreBusy(f"another crawl works on {self.path}: wait for its end, or {OTHER_FILE}") from error
        self._guard = guard

    # ---- runs

    def start_run(self, version: str, plan: str, *, revisit_days: float = 7.0) -> None:
        """Begin a run: what a dead run had leased is free again, and what is due is to be asked for.

        The lists that a crawl starts from are always due, unless this goes on with a run that did not end; all lists where
        the plan or our version has changed, for they may lead to more now. Raises `StoreBusy` while another process crawls into this store.
        """
        self.lock()
        now = time.time()
        last = self._db.execute("SELECT id, version, plan, reason FROM runs ORDER BY id DESC LIMIT 1").fetchone()
        reads_anew = last is not None and (last[1] != version or _rules(last[2]) != _rules(plan))
        goes_on = last is not None and last[3] != "finished"
        with self._transaction() as db:
            self._give_back(db)
            db.execute(
                "UPDATE urls SET state = 'discovered', tries = 0 WHERE state NOT IN ('discovered', 'leased') AND next_due <= ?",
                (now,),
            )
            # What may not be asked for has cost nothing, and may be allowed by now.
            db.execute(f"UPDATE urls SET state = 'discovered', tries = 0, next_due = {_AT_ONCE} WHERE state = 'blocked' AND why = ?", (REFUSED,))  # noqa: S608
            values = {"anew": reads_anew, "last": last[0] if goes_on else 0, "lately": rfc3339(now - _GOES_ON_FOR)}
            db.execute(
                f"UPDATE urls SET state = 'discovered', tries = 0, next_due = {_AT_ONCE}"  # noqa: S608  # constants only
                " WHERE state IN ('fetched', 'unchanged') AND page_id IN (SELECT id FROM pages WHERE role != 'page')"
                " AND (:anew OR kind = 'seed' OR lastmod IS NULL AND page_id IN (SELECT id FROM pages WHERE role IN ('feed', 'sitemap')))"
                " AND (:anew OR NOT EXISTS (SELECT 1 FROM visits v WHERE v.url_id = urls.id AND v.run_id = :last AND v.visited_at > :lately))",
                values,
            )
            self._run = self._insert_run(db, rfc3339(now), version, plan)
        self._revisit_days = revisit_days

    @staticmethod
    def _give_back(db: sqlite3.Connection) -> None:
        """What a run had in hand is to be asked for."""
        db.execute("UPDATE urls SET state = 'discovered', leased_until = NULL, tries = tries - 1 WHERE state = 'leased'")

    @staticmethod
    def _insert_run(db: sqlite3.Connection, started_at: str, version: str, plan: str) -> int:
        cursor = db.execute("INSERT INTO runs (started_at, version, plan) VALUES (?, ?, ?)", (started_at, version, plan))
        return int(cursor.lastrowid or 0)

    def finish_run(self, reason: str) -> None:
        """End the run; what it still has leased is given back."""
        with self._transaction() as db:
            self._give_back(db)
            db.execute("UPDATE runs SET finished_at = ?, reason = ? WHERE id = ?", (rfc3339(time.time()), reason, self._run))

    @property
    def run(self) -> int:
        """The run that this process has begun, 0 before it."""
        return self._run

    def put_coverage(self, run: int, rows: Iterable[tuple[str, str, int, int]], drops: str | None) -> None:
        """Keep what a run got from its sites, and in which shares it fell short; see `crawler.quality`."""
        with self._transaction() as db:
            db.executemany("INSERT OR REPLACE INTO coverage VALUES (?, ?, ?, ?, ?)", [(run, *row) for row in rows])
            db.execute("UPDATE runs SET drops = ? WHERE id = ?", (drops, run))

    def accept(self, run: int) -> None:
        """What this run got is what is to be expected from now on."""
        self._db.execute("UPDATE runs SET drops = '[]' WHERE id = ?", (run,))

    # ---- what is due

    def expect(self, lease: Lease, links: Iterable[Link]) -> int:
        """Put some of the links of an answer into the frontier before it lands; says how many were new."""
        with self._transaction() as db:
            return self._discover(db, links, lease.depth + 1, lease.id)

    def add(self, urls: Iterable[str], kind: UrlKind = "seed") -> int:
        """Put addresses (see `crawler.urls.fetchable`) into the frontier; says how many were new."""
        with self._transaction() as db:
            return self._discover(db, [Link(url, kind) for url in urls], 0, None)

    def _discover(self, db: sqlite3.Connection, links: Iterable[Link], depth: int, parent: int | None) -> int:
        """How many of the links were new."""
        newest = "SELECT coalesce(max(id), 0) FROM urls"  # ids only grow, for no row is ever deleted
        before = self._value(newest)
        for link in links:
            values = {"key": link.key or key(link.url), "url": link.url, "host": host(link.url), "kind": link.kind}
            db.execute("INSERT OR IGNORE INTO hosts (host) VALUES (:host)", values)
            db.execute(_DISCOVER, {**values, "depth": depth, "parent": parent, "lastmod": link.lastmod, "run": self._run})
        return int(self._value(newest) - before)

    def lease(self, busy: Collection[str] = ()) -> Lease | None:
        """Take the URL that waits longest, of a host that is not ``busy`` and need not rest; ``None`` if none is due."""
        now = time.time()
        marks = ", ".join("?" * len(busy))
        free = f"h.not_before <= ? AND h.host NOT IN ({marks})"
        # Of many hosts one of the first is free, in most cases; where not, one look into the index for each host: a host with
        # a hundred thousand URLs, which is busy, costs no more than one with ten.
        for waits in (
            f"(SELECT id, host, next_due FROM urls WHERE state = 'discovered' ORDER BY next_due, id LIMIT {_FIRST}) u JOIN hosts h USING (host)",  # noqa: S608
            "hosts h JOIN urls u ON u.id = (SELECT id FROM urls WHERE host = h.host AND state = 'discovered' ORDER BY next_due, id LIMIT 1)",
        ):
            row = self._db.execute(
                "UPDATE urls SET state = 'leased', leased_until = ?, tries = tries + 1 WHERE id = ("  # noqa: S608  # question marks only
                f"  SELECT u.id FROM {waits} WHERE {free} AND u.next_due <= ? ORDER BY u.next_due, u.id LIMIT 1"
                ") RETURNING id, url, kind, tries, depth, etag, last_modified, page_id",
                (now + _LEASE_SECONDS, now, *busy, now),
            ).fetchone()
            if row is not None:
                break
        if row is None:
            self._db.execute("UPDATE urls SET state = 'discovered' WHERE state = 'leased' AND leased_until < ?", (now,))
            return None
        lease = Lease(*row)
        self._held[lease.id] = host(lease.url)
        return lease

    @property
    def held(self) -> Counter[str]:
        """By host, how many URLs this process has leased and not yet landed: these are fetched again if it dies."""
        return Counter(self._held.values())

    def left(self) -> int:
        """How many URLs are still to be asked for, for the first time or again."""
        return int(self._value("SELECT count(*) FROM urls WHERE state = 'discovered'"))

    def unqueued(self) -> int:
        """How many links wait for room in the queue that workers share."""
        return int(self._value("SELECT count(*) FROM unqueued"))

    def may_follow(self, lease: Lease, name: str) -> bool:  # noqa: ARG002  # see `crawler.shared.store`
        """Whether a redirect of this lease may be followed to a host now: Scrapy keeps the delays of a single process itself."""
        return True

    def give_sign(self) -> None:
        """A sign of life to others, several times in a minute; this frontier has no others."""

    def waiting(self) -> bool:
        """Whether a URL is to be asked for in this run, now or later."""
        latest = time.time() + LONGEST_WAIT
        return bool(
            self._value(
                "SELECT EXISTS (SELECT 1 FROM hosts h WHERE not_before <= ?"
                " AND EXISTS (SELECT 1 FROM urls WHERE host = h.host AND state = 'discovered' AND next_due <= ?))",
                *(latest, latest),
            )
        )

    def next_due(self, after: float) -> float | None:
        """The first epoch second, at or after this one, at which a URL becomes due and its host need not rest; ``None`` if there is none."""
        due: float | None = self._value(
            "SELECT min(due) FROM (SELECT max(h.not_before, (SELECT min(next_due) FROM urls WHERE host = h.host AND state = 'discovered'))"
            " AS due FROM hosts h) WHERE due >= ?",
            after,
        )
        return due

    # ---- what came of it

    def fail(self, lease: Lease, why: str, *, state: State = "error", retry_at: float | None = None) -> None:
        """A URL gave no answer: to be tried again at ``retry_at``, else done with as ``state`` until a later run."""
        with self._transaction() as db:
            known = self._known(db, lease)
            if retry_at:
                self._try_again(db, known, why, retry_at)
            else:
                self._put_off(db, known.id, state, why, None)
        self._done(lease)

    def _known(self, db: sqlite3.Connection, lease: Lease) -> Lease:  # noqa: ARG002  # see `crawler.shared.store`
        """The lease with the row of its URL, which every lease of this frontier has."""
        return lease

    def _done(self, lease: Lease) -> None:
        """A URL is not in hand any more: all that came of it is kept."""
        self._held.pop(lease.id, None)

    def _try_again(self, db: sqlite3.Connection, lease: Lease, why: str | None, at: float) -> None:
        db.execute("UPDATE urls SET state = 'discovered', why = ?, leased_until = NULL, next_due = ? WHERE id = ?", (why, at, lease.id))

    def _put_off(self, db: sqlite3.Connection, url: int, state: State, why: str, wanted: float | None) -> None:
        """A URL gave nothing, and is left alone for a while."""
        failures = self._value("SELECT failures + 1 FROM urls WHERE id = ?", url)
        due = time.time() + revisit.rest(failures, wanted, refused=state != "error")
        db.execute(
            "UPDATE urls SET state = ?, why = ?, failures = ?, next_due = ?, leased_until = NULL WHERE id = ?",
            (state, why, failures, due, url),
        )
        self._visited(db, url, state)

    def _visited(self, db: sqlite3.Connection, url: int, result: str) -> None:
        db.execute("INSERT OR REPLACE INTO visits VALUES (?, ?, ?, ?)", (self._run, url, rfc3339(time.time()), result))

    def _rest(self, db: sqlite3.Connection, name: str, until: float) -> None:
        """No page of this host is asked for until then, an epoch second."""
        db.execute("UPDATE hosts SET not_before = max(not_before, ?) WHERE host = ?", (until, name))

    def _refused(self, db: sqlite3.Connection, name: str) -> None:
        """A host refused a page; after some in a row it is left alone, for what refuses all would refuse the next."""
        refusals = self._value("UPDATE hosts SET refusals = refusals + 1 WHERE host = ? RETURNING refusals", name) or 0
        if refusals >= revisit.WALL:
            self._rest(db, name, time.time() + revisit.rest(refusals - revisit.WALL + 1, refused=True))

    def _welcomed(self, db: sqlite3.Connection, name: str) -> None:
        db.execute("UPDATE hosts SET refusals = 0 WHERE host = ? AND refusals > 0", (name,))

    def _wanted_at_once(self, db: sqlite3.Connection, urls: Iterable[str]) -> None:
        """These are due, unless this run has asked for them."""
        for url in urls:
            db.execute(
                f"UPDATE urls SET state = 'discovered', tries = 0, next_due = {_AT_ONCE}"  # noqa: S608  # constants only
                f" WHERE key = :key AND state IN ('fetched', 'unchanged') AND NOT {_VISITED}",
                {"key": key(url), "run": self._run},
            )


class StoreBusy(StoreError):
    """Another process crawls into this store."""


def _rules(plan: str) -> _Rules:
    return msgspec.json.decode(plan, type=_Rules)
