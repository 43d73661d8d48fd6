"""The report of a store as one HTML file that needs nothing else, and has no script."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec

from cleaners.explanation import one_file
from cleaners.explanation.reasons import rule_class
from cleaners.explanation.view import KEPT_ROLES
from cleaners.ledger import Ledger
from crawler.overview import Run, abstracts, coverage_by_run, kinds, precisions, runs, sites
from crawler.quality import Share
from crawler.store import Store

# So many pages, evenly from all, are cleaned again to see what is left out of records: the store keeps no ledgers.
SAMPLE = 200
_RUNS, _SITES, _RULES = 30, 25, 20


class Dropped(msgspec.Struct, frozen=True):
    """What a rule kept out of records: how many lines and characters, and a line of them."""

    role: str
    rule: str
    lines: int
    characters: int
    example: str


class LeftOut(msgspec.Struct, frozen=True):
    """What was left out most, by rule, of so many articles."""

    articles: int
    rules: tuple[Dropped, ...]


class Line(msgspec.Struct, frozen=True):
    """A measure over the runs: ``points`` of a picture of 100 by 20, the last share, and all in words."""

    name: str
    points: str
    last: Share
    told: str


def sample(store: Store) -> list[int]:
    """The pages that are cleaned again."""
    pages = [row[0] for row in store.query("SELECT page_id FROM records WHERE kind = 'article' ORDER BY page_id")]
    return pages[:: max(1, -(-len(pages) // SAMPLE))]


def dropped(ledgers: Iterable[Ledger]) -> LeftOut:
    """What was left out most; the rule of a label without the label's text."""
    articles = 0
    lines: Counter[tuple[str, str]] = Counter()
    characters: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for ledger in ledgers:
        articles += 1
        for mark in ledger.marks:
            if mark.role not in KEPT_ROLES:
                text = ledger.blocks[mark.block].text
                place = mark.role, rule_class(mark.rule)
                lines[place] += 1
                characters[place] += len(text)
                examples.setdefault(place, text[:80])
    most = sorted(lines, key=lambda place: (-characters[place], place))[:_RULES]
    return LeftOut(articles, tuple(Dropped(*place, lines[place], characters[place], examples[place]) for place in most))


def report_page(store: Store, name: str, left_out: LeftOut) -> str:
    """The HTML."""
    latest = runs(store, most=_RUNS)
    measured = coverage_by_run(store, _RUNS).items()
    return one_file.render(
        "crawler",
        "report.html",
        style=one_file.styled("crawler", "report.css"),
        name=name,
        runs=latest,
        speeds={run.id: _speed(run) for run in latest},
        drops=latest[0].drops if latest else (),
        kinds=kinds(store),
        sites=sites(store)[:_SITES],
        lines=[_line(measure, by_run) for measure, by_run in measured if any(share.had for share in by_run.values())],
        precisions=precisions(store),
        abstracts=abstracts(store),
        left_out=left_out,
    )


def _speed(run: Run) -> str | None:
    """URLs a minute; `None` where the run has no end."""
    if run.finished is None:
        return None
    seconds = (datetime.fromisoformat(run.finished) - datetime.fromisoformat(run.started)).total_seconds()
    return f"{60 * sum(run.results.values()) / seconds:,.0f}" if seconds else None


def _line(measure: str, by_run: dict[int, Share]) -> Line:
    shares = list(by_run.items())
    step = 100 / max(1, len(shares) - 1)
    points = [f"{number * step:.1f},{20 - 19 * share.part:.1f}" for number, (_, share) in enumerate(shares)]
    if len(points) == 1:
        points.append(f"100.0,{points[0].partition(',')[2]}")
    return Line(measure, " ".join(points), shares[-1][1], ", ".join(f"run {run} {share.part:.0%}" for run, share in shares))
