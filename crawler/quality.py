"""The quality gate: what a run got from a site, held against what earlier runs got from it.

A changed layout takes a field from nearly all records, a captcha wall takes the articles, a new list markup takes the
items. Each shows as a share that is far below the site's own, where chance would not put it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import exp, lgamma, log

import msgspec

from cleaners.record import CONTENT_FIELDS, Record, filled
from crawler.store import Store
from crawler.urls import site

# Shares that chance would put so low once in ten thousand runs, and that fell by a fifth of all pages: at many pages a
# drop of two in a hundred is no chance either, and nobody's concern.
_CHANCE = 1e-4
_LEAST_FALL = 0.2
# Of fewer pages nothing can be said.
_LEAST_HISTORY = 20
# Lists are few: one that always had items and has none is enough, after so many.
_LEAST_LISTS = 3
_RUNS = 30

ARTICLES, LISTS = "articles", "lists"


class Share(msgspec.Struct, frozen=True):
    """So many of so many: ``had`` of ``of``."""

    had: int
    of: int

    @property
    def part(self) -> float:
        """Between 0 and 1; 0 of none."""
        return self.had / self.of if self.of else 0.0


class Drop(msgspec.Struct, frozen=True):
    """What fell. ``measure`` is ``articles`` (pages that are articles), ``lists`` (lists with items), or a field of the record."""

    site: str
    measure: str
    before: Share
    now: Share

    def __str__(self) -> str:
        what = {ARTICLES: "{} of pages are articles", LISTS: "{} of lists have items"}.get(self.measure, f"{{}} of articles have {self.measure}")
        return f"{self.site}: {what.format(f'{self.now.part:.0%} ({self.now.had} of {self.now.of})')}, before {self.before.part:.0%} (of {self.before.of})"


Coverage = Mapping[tuple[str, str], Share]


def drops(history: Coverage, now: Coverage) -> tuple[Drop, ...]:
    """Which shares, by site and measure, have fallen."""
    pairs = [(place, history[place], share) for place, share in sorted(now.items()) if place in history]
    return tuple(Drop(*place, before, share) for place, before, share in pairs if _fell(place[1], before, share))


def _fell(measure: str, before: Share, now: Share) -> bool:
    if measure == LISTS:
        return before.of >= _LEAST_LISTS and before.had == before.of and now.of > 0 and now.had == 0
    if before.of < _LEAST_HISTORY or before.part - now.part < _LEAST_FALL:
        return False
    # Laplace's rule of succession: a share of all or none was seen on so many pages only.
    return _at_most(now.had, now.of, (before.had + 1) / (before.of + 2)) < _CHANCE


def _at_most(had: int, of: int, part: float) -> float:
    """The chance of so few, where each has it with this probability (the binomial distribution)."""
    ways = (lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1) for k in range(had + 1))
    return sum(exp(way + k * log(part) + (of - k) * log(1 - part)) for k, way in enumerate(ways))


def judge(store: Store, run: int) -> tuple[Drop, ...]:
    """Count what a run got, keep it, and hold it against the runs before; a run that fell short is no measure for later ones."""
    now = _count(_visits(store, run))
    fallen = drops(coverage_before(store, run), now)
    store.put_coverage(run, [(*place, share.had, share.of) for place, share in sorted(now.items())], msgspec.json.encode(fallen).decode() if fallen else None)
    return fallen


def judged(store: Store, run: int) -> tuple[Drop, ...]:
    """What `judge` found for a run."""
    line = store.query("SELECT drops FROM runs WHERE id = ?", run).fetchone()
    return msgspec.json.decode(line[0], type=tuple[Drop, ...]) if line and line[0] else ()


def coverage(store: Store, run: int) -> dict[tuple[str, str], Share]:
    """What a run got from each site, by site and measure."""
    rows = store.query("SELECT site, measure, had, of FROM coverage WHERE run_id = ? ORDER BY site, measure", run)
    return {(name, measure): Share(had, of) for name, measure, had, of in rows}


def coverage_before(store: Store, run: int) -> dict[tuple[str, str], Share]:
    """What the runs before this one got that did not fall short, since the last one that was accepted."""
    rows = store.query(
        "SELECT site, measure, sum(had), sum(of) FROM coverage WHERE run_id IN (SELECT id FROM runs WHERE id < :run"  # noqa: S608  # constants only
        " AND (drops IS NULL OR drops = '[]') AND id >= coalesce((SELECT max(id) FROM runs WHERE id < :run AND drops = '[]'), 0)"
        f" ORDER BY id DESC LIMIT {_RUNS}) GROUP BY site, measure",
        {"run": run},
    )
    return {(name, measure): Share(had, of) for name, measure, had, of in rows}


class _Visit(msgspec.Struct, frozen=True):
    """One URL that a run asked for: its site, whether it is a list and has items, the record that the run made of it."""

    site: str
    is_list: bool
    has_items: bool
    record: Record | None


def _visits(store: Store, run: int) -> Iterator[_Visit]:
    # What is unchanged says something of a list, which still has its items, and nothing of a page. What gave no answer, or
    # was not asked for because of robots.txt, says nothing at all.
    rows = store.query(
        "SELECT u.url, p.role != 'page' OR EXISTS (SELECT 1 FROM pages l WHERE l.url_id = u.id AND l.role != 'page'),"
        " p.items_sha256 IS NOT NULL, v.result = 'unchanged', r.record"
        " FROM visits v JOIN urls u ON u.id = v.url_id JOIN pages p ON p.id = coalesce("
        "   (SELECT max(id) FROM pages n WHERE n.url_id = u.id AND n.run_id = v.run_id), u.page_id)"
        " LEFT JOIN records r ON r.page_id = p.id"
        " WHERE v.run_id = ? AND v.result != 'error' AND (p.duplicate_of IS NULL OR v.result = 'blocked')",
        run,
    )
    for url, is_list, has_items, is_unchanged, line in rows:
        if is_list or not is_unchanged:
            yield _Visit(site(url), bool(is_list), bool(has_items), Record.from_json(line) if line and not is_list else None)


def _count(visits: Iterable[_Visit]) -> dict[tuple[str, str], Share]:
    had: Counter[tuple[str, str]] = Counter()
    of: Counter[tuple[str, str]] = Counter()
    for visit in visits:
        is_article = visit.record is not None and visit.record.kind == "article"
        seen = {LISTS: visit.has_items} if visit.is_list else {ARTICLES: is_article}
        if is_article and visit.record is not None:
            has = filled(visit.record)
            seen |= {name: name in has for name in CONTENT_FIELDS}
        for measure, there in seen.items():
            of[visit.site, measure] += 1
            had[visit.site, measure] += there
    return {place: Share(had[place], count) for place, count in of.items()}
