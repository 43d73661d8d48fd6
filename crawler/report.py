"""What a store holds: the pages of articles for the export, and what became of every URL."""

import json
from collections.abc import Iterator, Sequence

from cleaners.record import Record
from crawler.store import Store

# What became of each URL, by its latest visit. A copy of an article is a duplicate; a copy of anything else (a bot wall
# that stands before many pages) is what its original is. The further pages of a listing are listings, whatever they look
# like. An answer with an error status is what its content is, if that is an article or tells more than the status.
_OUTCOMES = (
    "SELECT u.url, u.kind, u.why, r.record, CASE"
    " WHEN p.id IS NULL AND u.state IN ('discovered', 'leased') THEN 'waiting'"
    " WHEN u.state = 'blocked' AND (p.id IS NULL OR p.status < 400) THEN"
    "  CASE WHEN u.why LIKE 'consent%' THEN 'consent' WHEN u.why LIKE 'blocked%' OR u.why LIKE 'HTTP %' THEN 'blocked'"
    "  WHEN u.why LIKE 'a private address%' THEN 'private' ELSE 'refused' END"
    " WHEN u.state = 'error' AND (p.id IS NULL OR p.status < 400 OR r.kind IS NULL OR r.kind NOT IN ('article', 'blocked')) THEN 'failed'"
    " WHEN u.state = 'gone' AND p.status < 400 THEN 'not_found'"
    " WHEN p.role IN ('feed', 'sitemap') THEN p.role"
    " WHEN r.kind IS NULL THEN CASE WHEN p.duplicate_of IS NULL THEN 'uncleaned' ELSE 'duplicate' END"
    " WHEN r.kind = 'article' AND u.kind = 'listing' THEN 'listing'"
    " WHEN r.kind = 'article' AND p.duplicate_of IS NOT NULL THEN 'duplicate'"
    " ELSE r.kind END AS outcome"
    " FROM urls u LEFT JOIN pages p ON p.id = u.page_id"
    # The record of an original that has changed since belongs to its new page.
    " LEFT JOIN pages o ON o.id = p.duplicate_of LEFT JOIN urls ou ON ou.id = o.url_id"
    " LEFT JOIN records r ON r.page_id = coalesce(ou.page_id, p.id)"
)
# By address, and of one record id the one with the most fields first.
_RECORDS = (
    "SELECT r.page_id, row_number() OVER (PARTITION BY r.record_id ORDER BY r.filled DESC, u.url) = 1 AS first"
    " FROM records r JOIN pages p ON p.id = r.page_id JOIN urls u ON u.id = p.url_id"
    " WHERE r.kind IN (SELECT value FROM json_each(?)) AND NOT (r.kind = 'article' AND u.kind = 'listing') ORDER BY u.url"
)


def record_pages(store: Store, kinds: Sequence[str], *, one_per_id: bool) -> list[int]:
    """The pages that gave records of these kinds, by address; of those that gave the same record id the one with the most fields, or all."""
    return [page for page, first in store.query(_RECORDS, json.dumps(list(kinds))) if first or not one_per_id]


def is_first(store: Store, page: int) -> bool:
    """Whether no earlier page gave an article with the same record id."""
    return not store.query(
        "SELECT 1 FROM records a JOIN records b USING (record_id)"
        " WHERE a.page_id = ? AND b.page_id < a.page_id AND b.kind = 'article'",
        page,
    ).fetchone()


def outcomes(store: Store) -> dict[str, int]:
    """How many URLs came to which end; the counts add up to all URLs that are known.

    A record's kind for pages that were cleaned and not refused since; else ``duplicate``, ``feed``, ``sitemap``, ``uncleaned``,
    ``refused`` (by robots.txt), ``private`` (an address that the plan does not allow), ``failed`` (no answer), ``waiting``.
    """
    return dict(store.query(f"SELECT outcome, count(*) FROM ({_OUTCOMES}) GROUP BY outcome ORDER BY outcome"))  # noqa: S608


def endings(store: Store) -> dict[str, str]:
    """What became of each URL that is known, in the words of `outcomes`."""
    return dict(store.query(f"SELECT url, outcome FROM ({_OUTCOMES}) ORDER BY url"))  # noqa: S608


def troubles(store: Store, run: int) -> Iterator[tuple[str, str, str]]:
    """URLs that gave nothing in this run, with outcome and reason: those that failed, and starts that were not to be had."""
    rows = store.query(
        f"SELECT url, outcome, why, record FROM ({_OUTCOMES}) WHERE url IN ("  # noqa: S608  # constants only
        "  SELECT url FROM visits JOIN urls ON id = url_id WHERE run_id = ?"
        ") AND (outcome IN ('failed', 'blocked', 'unreadable')"
        " OR kind = 'seed' AND outcome IN ('refused', 'private', 'not_found', 'empty', 'consent', 'paywall')) ORDER BY url",
        run,
    )
    for url, outcome, why, record in rows:
        warnings = Record.from_json(record).warnings if record else ()
        yield url, outcome, why.removeprefix(f"{outcome}: ") if why else warnings[-1].message if warnings else outcome


def results(store: Store, run: int) -> dict[str, int]:
    """How many URLs a run found new, changed, unchanged, gone, blocked, or not to be had (error)."""
    return dict(store.query("SELECT result, count(*) FROM visits WHERE run_id = ? GROUP BY result ORDER BY result", run))


def last_run(store: Store) -> int | None:
    """The latest run, ``None`` before the first."""
    run: int | None = store.query("SELECT max(id) FROM runs").fetchone()[0]
    return run
