"""Care of a store: what is in it, whether it is whole, and how it gets smaller."""

import hashlib
import zlib
from collections.abc import Iterator

import msgspec

from cleaners.record import Record
from crawler.store import Store

# Answers that stand for nothing: a URL has a later one, no record was made of them, and no copy points to them.
_SUPERSEDED = (
    "SELECT p.id FROM pages p JOIN urls u ON u.id = p.url_id WHERE p.id IS NOT u.page_id"
    " AND NOT EXISTS (SELECT 1 FROM records r WHERE r.page_id = p.id)"
    " AND NOT EXISTS (SELECT 1 FROM pages c WHERE c.duplicate_of = p.id)"
)


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What a store holds. Sizes are bytes; times RFC 3339, ``None`` where there is nothing yet; ``due`` counts URLs to be asked for now."""

    urls: dict[str, int]
    due: int
    answers: int
    superseded: int
    bodies: int
    body_bytes: int
    records: dict[str, int]
    uncleaned: int
    runs: int
    unfinished: int
    first_fetch: str | None
    last_fetch: str | None
    file_bytes: int


def contents(store: Store, now: float) -> Contents:
    """Count; ``now`` is the epoch second against which URLs are due."""

    def one(sql: str, *values: object) -> tuple[int, ...]:
        return tuple(store.query(sql, *values).fetchone())

    bodies, body_bytes = one("SELECT count(*), coalesce(sum(length(zlib)), 0) FROM bodies")
    first, last = store.query("SELECT min(fetched_at), max(fetched_at) FROM pages").fetchone()
    return Contents(
        urls=dict(store.query("SELECT state, count(*) FROM urls GROUP BY state ORDER BY state")),
        due=one("SELECT count(*) FROM urls WHERE next_due <= ?", now)[0],
        answers=one("SELECT count(*) FROM pages")[0],
        superseded=len(store.query(_SUPERSEDED).fetchall()),
        bodies=bodies,
        body_bytes=body_bytes,
        records=dict(store.query("SELECT kind, count(*) FROM records GROUP BY kind ORDER BY kind")),
        uncleaned=len(store.uncleaned()),
        runs=one("SELECT count(*) FROM runs")[0],
        unfinished=one("SELECT count(*) FROM runs WHERE finished_at IS NULL")[0],
        first_fetch=first,
        last_fetch=last,
        file_bytes=store.path.stat().st_size,
    )


def verify(store: Store) -> Iterator[str]:
    """What is wrong, a line each: pages of the file, references, bodies against their hashes, records against their schema."""
    for (line,) in store.query("PRAGMA integrity_check"):
        if line != "ok":
            yield f"the file is damaged: {line}"
    for table, row, parent, _ in store.query("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} points to a row of {parent} that is not there"
    for sha256, packed in store.query("SELECT sha256, zlib FROM bodies"):
        try:
            found = hashlib.sha256(zlib.decompress(packed)).hexdigest()
        except zlib.error as error:
            yield f"the body {sha256} cannot be read: {error}"
            continue
        if found != sha256:
            yield f"the body {sha256} has the hash {found}"
    for (url,) in store.query(
        "SELECT u.url FROM urls u LEFT JOIN pages p ON p.id = u.page_id WHERE u.state IN ('fetched', 'unchanged') AND p.id IS NULL"
    ):
        yield f"{url} counts as fetched, and has no page"
    for page, url, line in store.query("SELECT r.page_id, p.final_url, r.record FROM records r JOIN pages p ON p.id = r.page_id"):
        try:
            Record.from_json(line)
        except msgspec.MsgspecError as error:
            yield f"the record of page {page} ({url}) is none: {error}"


def vacuum(store: Store, *, superseded: bool) -> tuple[int, int]:
    """Give back what is free, and with ``superseded`` the answers that later ones replaced; says the bytes before and after.

    Raises `crawler.store.StoreBusy` while a crawl works on it.
    """
    store.lock()
    store.checkpoint()
    before = store.path.stat().st_size
    if superseded:
        store.drop_pages([page for (page,) in store.query(_SUPERSEDED)])
    store.compact()
    return before, store.path.stat().st_size
