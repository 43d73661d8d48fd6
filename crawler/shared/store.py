"""A worker's own store in a crawl that many workers share: what to ask for comes from the shared queue and what is found goes there.

Pages, records and history are kept here as in any store. In what order things are written is what loses nothing: first the links of an
answer are queued, then the answer lands here, then its own link is acknowledged. A worker that dies in between has its links fetched
by another one, and both answers are kept, of which an export takes one.
"""

import secrets
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import msgspec

from crawler.database import rfc3339
from crawler.frontier import LONGEST_WAIT
from crawler.model import Lease, Link
from crawler.shared.queue import Given, QueueFull, SharedQueue
from crawler.store import NEVER, Store
from crawler.urls import host, key

# Where nothing is due for us, other workers may bring something: seconds until we look again.
_LOOK_AGAIN = 1.0
# And at least so long, where another worker was faster.
_SOONEST = 0.02
# A page that was in hand when so many workers died is a danger to the others.
_MOST_GIVEN = 5
_DAY = 86400.0
# Links go into the queue so many at once: while it takes them, it does nothing else for 15 ms.
_AT_ONCE = 500
# Those that had no room are tried again after so many seconds.
_REFILL_EVERY = 2.0
# As many as these are a few.
_DRY = 100
# Lists that do not say when they changed are always due, as in a crawl by one process; so is what a crawl of its own has left here.
_DUE = (
    "SELECT id, url, kind, depth, state != 'discovered' OR page_id IS NOT NULL AS known, coalesce(interval, 0)"
    " FROM urls WHERE next_due <= ? OR state = 'discovered'"
    " OR state IN ('fetched', 'unchanged') AND lastmod IS NULL AND page_id IN (SELECT id FROM pages WHERE role IN ('feed', 'sitemap'))"
    " ORDER BY depth, known, id"
)


class SharedStore(Store):
    """A store on the shared queue at ``frontier``, see `crawler.shared.queue.SharedQueue`. ``pause`` says a host's delay in seconds."""

    def __init__(self, path: str | Path, frontier: str, *, sites: str | None = None, pause: Callable[[str], float] = lambda _: 1.0) -> None:
        super().__init__(path, sites=sites)
        self._worker = secrets.token_hex(8)
        self._queue = SharedQueue(frontier, self._worker)
        self._pause = pause
        self._given: dict[int, Given] = {}
        # Hosts that redirects lead to, by lease; a host may serve several.
        self._followed: dict[int, str] = {}
        self._look_at = self._refill_at = 0.0

    def close(self) -> None:
        """Close the file and the connection."""
        super().close()
        self._queue.close()

    # ---- runs

    def start_run(self, version: str, plan: str, *, revisit_days: float = 7.0) -> None:
        """Take part in the shared run, or begin one, and queue what is due of the pages that are kept here."""
        self.lock()
        self._revisit_days = revisit_days
        self._queue.begin()
        # Whoever had this store before is dead, for it is ours now.
        for (worker,) in self.query("SELECT worker FROM runs WHERE worker IS NOT NULL AND finished_at IS NULL ORDER BY id DESC LIMIT 1"):
            self._queue.inherit(worker, self._pause(""))
        now = time.time()
        with self._transaction() as db:
            self._give_back(db)
            self._run = self._insert_run(db, rfc3339(now), version, plan)
            db.execute("UPDATE runs SET worker = ? WHERE id = ?", (self._worker, self._run))
            due = db.execute(_DUE, (now,)).fetchall()
            for (depth, is_known), same in groupby(due, itemgetter(3, 4)):
                found = [Link(url, kind) for _, url, kind, *_ in same]
                for first in range(0, len(found), _AT_ONCE):
                    self._queue_up(db, found[first : first + _AT_ONCE], depth, again=bool(is_known))
            # If another worker gets it, it is due here when it would be if it had not changed.
            later = ((now + max(interval, revisit_days * _DAY), row) for row, *_, interval in due)
            db.executemany("UPDATE urls SET next_due = ?, state = iif(state = 'discovered' AND page_id IS NOT NULL, 'fetched', state) WHERE id = ?", later)

    def finish_run(self, reason: str) -> None:
        """End our part in the run; what we have in hand is given to others, and the run ends where nothing is left."""
        for given in list(self._given.values()):
            self._queue.release(given, self._pause(given.host), (0.0, given.entry))
        for name in set(self._followed.values()):
            self._queue.let_go(name, self._pause(name))
        self._given.clear()
        self._held.clear()
        self._queue.end(LONGEST_WAIT)
        super().finish_run(reason)

    # ---- what is due

    def _discover(self, db: sqlite3.Connection, links: Iterable[Link], depth: int, parent: int | None) -> int:  # noqa: ARG002
        # What a crawl starts from is asked for in every run.
        return self._queue_up(db, list(links), depth, again=depth == 0)

    def _wanted_at_once(self, db: sqlite3.Connection, urls: Iterable[str]) -> None:
        self._queue_up(db, [Link(url, "listing") for url in urls], 1, again=True)

    def _queue_up(self, db: sqlite3.Connection, links: Sequence[Link], depth: int, *, again: bool) -> int:
        """How many of the links were new. What has no room waits here, in the transaction of the answer that showed it."""
        try:
            return self._queue.add(links, depth, again=again)
        except QueueFull:
            # Which of them are known is seen when there is room.
            rows = ((link.url, msgspec.json.encode(link).decode(), depth, again) for link in links)
            return db.executemany("INSERT OR IGNORE INTO unqueued (url, link, depth, again) VALUES (?, ?, ?, ?)", rows).rowcount

    def lease(self, busy: Collection[str] = ()) -> Lease | None:  # noqa: ARG002  # a host that is held is given to nobody
        """Take a link whose host nobody else asks."""
        now = time.time()
        if now >= self._refill_at:
            self._refill(now)
        if now < self._look_at:
            return None
        given = self._queue.lease()
        if given is None:
            due = self._queue.due()
            self._look_at = now + min(_LOOK_AGAIN if due is None else max(due, _SOONEST), _LOOK_AGAIN)
            return None
        entry = given.entry
        row = self._db.execute("SELECT id, etag, last_modified, page_id FROM urls WHERE key = ?", (key(entry.url),)).fetchone()
        number = min(self._given, default=0) - 1
        lease = Lease(number, entry.url, entry.kind, entry.tries + 1, entry.depth, *(row[1:] if row else ()))
        self._given[number] = given
        self._held[number] = given.host
        if given.times > _MOST_GIVEN:
            self.fail(lease, f"{given.times - 1} workers ended while they had it in hand")
            return None
        return lease

    def _refill(self, now: float) -> None:
        """Queue what had no room."""
        self._refill_at = now + _REFILL_EVERY
        rows = self._db.execute("SELECT id, link, depth, again FROM unqueued ORDER BY id LIMIT ?", (_AT_ONCE,)).fetchall()
        if not rows:
            return
        # Where next to nothing is queued the crawl would stand still: a full Redis takes a few all the same.
        is_dry = self._queue.left() < _DRY
        for (depth, again), same in groupby(rows[:_DRY] if is_dry else rows, itemgetter(2, 3)):
            found = list(same)
            try:
                self._queue.add([msgspec.json.decode(row[1], type=Link) for row in found], depth, again=bool(again), anyway=is_dry)
            except QueueFull:
                return
            self._db.execute("DELETE FROM unqueued WHERE id BETWEEN ? AND ?", (found[0][0], found[-1][0]))

    def waiting(self) -> bool:
        """Whether a link is to be asked for in this run, by any worker."""
        due = self._queue.due()
        return (due is not None and due <= LONGEST_WAIT) or bool(self._value("SELECT EXISTS (SELECT 1 FROM unqueued)"))

    def left(self) -> int:
        """How many links are queued, or in the hands of workers, or wait here for room."""
        return self._queue.left() + self.unqueued()

    def next_due(self, after: float) -> float | None:
        """When to look again."""
        return max(after, self._look_at)

    def may_follow(self, lease: Lease, name: str) -> bool:
        """Hold the host that a redirect leads to, if nobody else asks it now."""
        if name in (self._given[lease.id].host, self._followed.get(lease.id)):
            return True
        if name not in self.held.keys() | set(self._followed.values()) and not self._queue.hold(name):
            return False
        self._leave(lease)
        self._followed[lease.id] = name
        return True

    def give_sign(self) -> None:
        """Say that we are alive, so that nobody takes what we have in hand."""
        self._queue.renew([*{*self._held.values(), *self._followed.values()}])

    # ---- what came of it

    def _known(self, db: sqlite3.Connection, lease: Lease) -> Lease:
        """The lease with the row of its URL, which is made when something has come of it."""
        name = host(lease.url)
        db.execute("INSERT OR IGNORE INTO hosts (host) VALUES (?)", (name,))
        db.execute(
            "INSERT OR IGNORE INTO urls (key, url, host, kind, depth, state, next_due) VALUES (?, ?, ?, ?, ?, 'leased', 0)",
            (key(lease.url), lease.url, name, lease.kind, lease.depth),
        )
        return msgspec.structs.replace(lease, id=self._value("SELECT id FROM urls WHERE key = ?", key(lease.url)))

    def _try_again(self, db: sqlite3.Connection, lease: Lease, why: str | None, at: float) -> None:
        """It goes back into the queue, and whoever gets it tells what became of it: here it is only what this try was."""
        self._again = at
        db.execute("UPDATE urls SET state = 'error', why = ?, next_due = ? WHERE id = ? AND state = 'leased'", (why, NEVER, lease.id))

    _again: float | None = None

    def _rest(self, db: sqlite3.Connection, name: str, until: float) -> None:
        super()._rest(db, name, until)
        self._queue.rest(name, max(0.0, until - time.time()))

    def _done(self, lease: Lease) -> None:
        super()._done(lease)
        given, again = self._given.pop(lease.id), self._again
        self._again = None
        retry = (max(0.0, again - time.time()), msgspec.structs.replace(given.entry, tries=lease.tries)) if again else None
        self._leave(lease)
        # A redirect of another link of ours may have led to this host.
        self._queue.release(given, None if given.host in self._followed.values() else self._pause(given.host), retry)
        self._look_at = 0.0

    def _leave(self, lease: Lease) -> None:
        """Hold a host that a redirect led to no longer, unless another one did too."""
        name = self._followed.pop(lease.id, None)
        if name and name not in self.held.keys() | set(self._followed.values()):
            self._queue.let_go(name, self._pause(name))
