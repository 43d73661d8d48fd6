"""``pagesieve report``."""

from collections.abc import Iterator

import click

from crawler.cli import WrongUse, visible
from crawler.cli.completion import files
from crawler.cli.crawl import RESULTS
from crawler.cli.store import opened
from crawler.quality import ARTICLES, LISTS, Drop, Share, coverage, coverage_before, judged
from crawler.report import last_run, results, troubles
from crawler.store import Store

_RUNS = 10
_NAMED = 20
_NAMES = {ARTICLES: "pages that are articles", LISTS: "lists with items"}


@click.command(short_help="Show what the runs of a crawl found, and what fell.")
@click.argument("path", metavar="STORE", shell_complete=files)
@click.option("--accept", is_flag=True, help="What the last run got is what is to be expected from now on.")
def report(path: str, accept: bool) -> None:
    """Show what the last runs of a crawl found, and per site how many pages were articles and had each field.

    A share that lies far below the site's own history is marked: its layout may have changed, or a captcha stands before
    its pages. Such a run ends with exit status 4 and is no measure for later ones. If it is right, --accept makes it the
    measure.

    \b
    After a night's crawl, and when what it shows is right:
        pagesieve report journal.sqlite
        pagesieve report journal.sqlite --accept
    """
    with opened(path) as store:
        run = last_run(store)
        if run is None:
            raise WrongUse(f"{path} has no run yet: begin one with pagesieve crawl")
        if accept:
            store.accept(run)
            click.echo(f"what run {run} got is the measure from now on")
            return
        parts = [_runs(store), _sites(coverage(store, run), coverage_before(store, run), judged(store, run)), _troubles(store, run)]
    click.echo("\n\n".join("\n".join(part) for part in parts if part))


def _runs(store: Store) -> list[str]:
    heads = ["run", "started", *RESULTS.values(), "ended"]
    rows = [
        [str(run), started, *(f"{found.get(name, 0):,}" for name in RESULTS), reason or "killed, or still at work"]
        for run, started, reason in store.query("SELECT id, started_at, reason FROM runs ORDER BY id DESC LIMIT ?", _RUNS)
        for found in [results(store, run)]
    ]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    ends = (1, len(heads) - 1)  # words stand to the left, numbers to the right
    table = [[cell.ljust(width) if i in ends else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths, strict=True))] for row in (heads, *rows)]
    return ["  ".join(row).rstrip() for row in table]


def _sites(now: dict[tuple[str, str], Share], before: dict[tuple[str, str], Share], fallen: tuple[Drop, ...]) -> list[str]:
    marked = {(drop.site, drop.measure) for drop in fallen}
    return list(_lines(now, before, marked))


def _lines(now: dict[tuple[str, str], Share], before: dict[tuple[str, str], Share], marked: set[tuple[str, str]]) -> Iterator[str]:
    shown = ""
    # Most often filled first; of these the site's pages and lists before the fields.
    for (site, measure), share in sorted(now.items(), key=lambda item: (item[0][0], item[0][1] not in _NAMES, -item[1].part, item[0][1])):
        past = before.get((site, measure))
        if not share.had and not (past and past.had):
            continue
        if site != shown:
            yield f"{'' if not shown else chr(10)}{visible(site):<28}{'last run':>18}{'before':>20}"
            shown = site
        mark = "  fell" if (site, measure) in marked else ""
        yield f"  {_NAMES.get(measure, measure):<26}{_share(share):>18}{_share(past):>20}{mark}"


def _share(share: Share | None) -> str:
    return f"{share.part:.0%} of {share.of:,}" if share else "–"


def _troubles(store: Store, run: int) -> list[str]:
    found = list(troubles(store, run))
    lines = [f"  {visible(url)}  {outcome}: {visible(why)}" for url, outcome, why in found[:_NAMED]]
    if len(found) > _NAMED:
        lines.append(f"  and {len(found) - _NAMED:,} more")
    return ["not to be had in the last run:", *lines] if lines else []
