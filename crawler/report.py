"""What a store holds: the pages of articles for the export, and what became of every URL."""

from collections.abc import Iterator

from cleaners.record import Record
from crawler.store import Store

# What became of each URL. A copy of an article is a duplicate; a copy of anything else (a bot wall that stands before
# many pages) is what its original is. The further pages of a listing are listings, whatever they look like.
_OUTCOMES = (
    "SELECT u.url, u.kind, u.why, r.record, CASE"
    " WHEN u.state IN ('discovered', 'leased') THEN 'waiting'"
    " WHEN p.id IS NULL THEN CASE WHEN u.state = 'blocked' THEN 'refused' ELSE 'failed' END"
    " WHEN p.role IN ('feed', 'sitemap') THEN p.role"
    " WHEN r.kind IS NULL THEN 'uncleaned'"
    " WHEN u.state = 'error' AND r.kind NOT IN ('article', 'blocked') THEN 'failed'"
    " WHEN r.kind = 'article' AND u.kind = 'listing' THEN 'listing'"
    " WHEN r.kind = 'article' AND p.duplicate_of IS NOT NULL THEN 'duplicate'"
    " ELSE r.kind END AS outcome"
    " FROM urls u LEFT JOIN pages p ON p.id = u.page_id"
    " LEFT JOIN records r ON r.page_id = coalesce(p.duplicate_of, p.id)"
)
# By address, and of one record id the one with the most fields first.
_ARTICLES = (
    "SELECT r.page_id, row_number() OVER (PARTITION BY r.record_id ORDER BY r.filled DESC, u.url) = 1 AS first"
    " FROM records r JOIN urls u ON u.page_id = r.page_id WHERE r.kind = 'article' AND u.kind != 'listing' ORDER BY u.url"
)


def article_pages(store: Store, *, one_per_id: bool) -> list[int]:
    """The pages that gave articles, by address; of those that gave the same record id the one with the most fields, or all."""
    return [page for page, first in store.query(_ARTICLES) if first or not one_per_id]


def is_first(store: Store, page: int) -> bool:
    """Whether no earlier page gave an article with the same record id."""
    return not store.query(
        "SELECT 1 FROM records a JOIN records b USING (record_id)"
        " WHERE a.page_id = ? AND b.page_id < a.page_id AND b.kind = 'article'",
        page,
    ).fetchone()


def outcomes(store: Store) -> dict[str, int]:
    """How many URLs came to which end; the counts add up to all URLs that are known.

    A record's kind for pages that were cleaned; else ``duplicate``, ``feed``, ``sitemap``, ``uncleaned``,
    ``refused`` (by robots.txt), ``failed`` (no answer), ``waiting``.
    """
    return dict(store.query(f"SELECT outcome, count(*) FROM ({_OUTCOMES}) GROUP BY outcome ORDER BY outcome"))  # noqa: S608


def endings(store: Store) -> dict[str, str]:
    """What became of each URL that is known, in the words of `outcomes`."""
    return dict(store.query(f"SELECT url, outcome FROM ({_OUTCOMES}) ORDER BY url"))  # noqa: S608


def troubles(store: Store) -> Iterator[tuple[str, str, str]]:
    """URLs that gave nothing, with outcome and reason: those that failed, and starts that were not to be had."""
    rows = store.query(
        f"SELECT url, outcome, why, record FROM ({_OUTCOMES}) WHERE outcome IN ('failed', 'blocked', 'unreadable')"  # noqa: S608
        " OR kind = 'seed' AND outcome IN ('refused', 'not_found', 'empty', 'consent', 'paywall') ORDER BY url"
    )
    for url, outcome, why, record in rows:
        warnings = Record.from_json(record).warnings if record else ()
        yield url, outcome, why or (warnings[-1].message if warnings else outcome)
