"""The report of a store as one HTML file that needs nothing else, and has no script."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec

from cleaners.explanation.view import KEPT_ROLES
from cleaners.ledger import Ledger
from crawler.overview import Run, abstracts, coverage_by_run, kinds, precisions, runs, sites
from crawler.quality import Share, judged
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


def dropped(ledgers: Iterable[Ledger]) -> list[Dropped]:
    """What was left out most, by rule; the rule of a label without the label's text."""
    lines: Counter[tuple[str, str]] = Counter()
    characters: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for ledger in ledgers:
        for mark in ledger.marks:
            if mark.role not in KEPT_ROLES:
                text = ledger.blocks[mark.block].text
                place = mark.role, mark.rule.partition(".")[0].partition("~")[0]
                lines[place] += 1
                characters[place] += len(text)
                examples.setdefault(place, text[:80])
    most = sorted(lines, key=lambda place: (-characters[place], place))[:_RULES]
    return [Dropped(*place, lines[place], characters[place], examples[place]) for place in most]


def report_page(store: Store, name: str, left_out: list[Dropped], *, of: int) -> str:
    """The HTML; ``left_out`` is what was found on ``of`` pages."""
    every = runs(store)[:_RUNS]
    style = files("crawler").joinpath("report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    made: str = _template().render(
        name=name,
        style=style,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        runs=every,
        speeds={run.id: _speed(run) for run in every},
        drops=judged(store, every[0].id) if every else (),
        kinds=kinds(store),
        sites=sites(store)[:_SITES],
        lines=[_line(measure, by_run) for measure, by_run in coverage_by_run(store, _RUNS).items() if any(share.had for share in by_run.values())],
        precisions=precisions(store),
        abstracts=abstracts(store),
        dropped=left_out,
        sampled=of,
    )
    return made


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


@lru_cache(maxsize=1)
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    text = files("crawler").joinpath("report.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(text)
