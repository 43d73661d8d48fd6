"""Several stores read as one: those of the workers that shared a crawl, or of crawls of the same sites."""

import json
import sqlite3
from collections.abc import Collection, Sequence

from cleaners.record import Record
from crawler.store import Store

# What is needed of a record to choose among those of all stores; further pages of listings are none (see `crawler.report`).
_ROWS = (
    "SELECT r.page_id, u.key, u.url, r.kind, r.record_id, r.filled, p.fetched_at, p.sha256, p.status, p.canonical, p.title"
    " FROM records r JOIN pages p ON p.id = r.page_id JOIN urls u ON u.id = p.url_id WHERE NOT (r.kind = 'article' AND u.kind = 'listing')"
)
# As one store would have it: of a URL the latest answer; of pages that are copies of each other the one that came first, whose own
# copies are none of the others'; of one record id the one with the most fields.
_KEPT = """
    CREATE TABLE kept (page, store, record_id, url, filled, sha256, status, canonical, title,
        UNIQUE (sha256, status), UNIQUE (canonical, title, status))
"""
_KEEP = """
    INSERT OR IGNORE INTO kept SELECT page, store, record_id, url, filled, sha256, status, canonical, title FROM (
        SELECT *, row_number() OVER (PARTITION BY key, kind ORDER BY fetched_at DESC, filled DESC, sha256, store) AS nth
        FROM answers WHERE kind IN (SELECT value FROM json_each(?))
    ) WHERE nth = 1 ORDER BY fetched_at, url
"""
_CHOSEN = "SELECT page, store, row_number() OVER (PARTITION BY record_id ORDER BY filled DESC, url) = 1 FROM kept ORDER BY url"


class Stores:
    """Open stores, whose records are chosen as one store would: whichever of them has a page, and in whichever order they are given."""

    def __init__(self, stores: Sequence[Store]) -> None:
        self._stores = stores
        # A file without a name, which is written where it does not fit into memory.
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.execute("CREATE TABLE answers (store, page, key, url, kind, record_id, filled, fetched_at, sha256, status, canonical, title)")
        self._table.execute(_KEPT)
        for number, store in enumerate(stores):
            rows = ((number, *row) for row in store.query(_ROWS))
            self._table.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def places(self, kinds: Collection[str], *, one_per_id: bool) -> list[int]:
        """The numbers by which `record` finds the records of these kinds, by address; one for each record id, or all."""
        self._table.execute("DELETE FROM kept")
        self._table.execute(_KEEP, (json.dumps(sorted(kinds)),))
        rows = self._table.execute(_CHOSEN)
        return [page * len(self._stores) + store for page, store, first in rows if first or not one_per_id]

    def record(self, place: int) -> Record:
        """The record at a place."""
        page, store = divmod(place, len(self._stores))
        return self._stores[store].record(page)
