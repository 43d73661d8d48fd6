"""``pagesieve report``."""

import os
from collections.abc import Generator, Iterator
from contextlib import closing

import click

from cleaners.ledger import Ledger
from crawler.cli import WrongUse, checked_output, number, open_in_browser, visible
from crawler.cli.completion import files
from crawler.cli.crawl import RESULTS
from crawler.cli.progress import progress_bar
from crawler.cli.store import opened
from crawler.files import whole_file
from crawler.quality import ARTICLES, LISTS, Drop, Share, coverage, coverage_before, judged
from crawler.report import last_run, results, troubles
from crawler.report_page import dropped, report_page, sample
from crawler.store import Store
from crawler.workers import clean_pages

_RUNS = 10
_NAMED = 20
_NAMES = {ARTICLES: "pages that are articles", LISTS: "lists with items"}


@click.command(short_help="Show what the runs of a crawl found, and what fell.")
@click.argument("path", metavar="STORE", shell_complete=files)
@click.option("--accept", is_flag=True, help="What the last run got is what is to be expected from now on.")
@click.option("--html", "out", metavar="FILE", shell_complete=files, help="Write the report as one web page with pictures, also of what was left out.")
@click.option("--open", "opens", is_flag=True, help="Open that page in the browser.")
def report(path: str, accept: bool, out: str | None, opens: bool) -> None:
    """Show what the last runs of a crawl found, and per site how many pages were articles and had each field.

    A share that lies far below the site's own history is marked: its layout may have changed, or a captcha stands before
    its pages. Such a run ends with exit status 4 and is no measure for later ones. If it is right, --accept makes it the
    measure.

    \b
    After a night's crawl, and when what it shows is right:
        pagesieve report journal.sqlite
        pagesieve report journal.sqlite --accept

    \b
    For others to look at; some pages are cleaned again for what was left out:
        pagesieve report journal.sqlite --html report.html --open
    """
    if opens and not out:
        raise WrongUse("--open shows what --html writes: give that a name")
    if accept and out:
        raise WrongUse("--accept and --html exclude each other: give one after the other")
    checked_output(out)
    with opened(path) as store:
        run = last_run(store)
        if run is None:
            raise WrongUse(f"{path} has no run yet: begin one with pagesieve crawl")
        if accept:
            store.accept(run)
            click.echo(f"what run {run} got is the measure from now on")
            return
        if out:
            _write(store, out)
            if opens:
                open_in_browser(out)
            return
        parts = [_runs(store), _sites(coverage(store, run), coverage_before(store, run), judged(store, run)), _troubles(store, run)]
    click.echo("\n\n".join("\n".join(part) for part in parts if part))


def _write(store: Store, out: str) -> None:
    with closing(_ledgers(store)) as ledgers:
        left_out = dropped(ledgers)
    with whole_file(out) as file:
        file.write(report_page(store, store.path.name, left_out).encode())
    click.echo(f"the report is in {visible(out)}", err=True)


def _ledgers(store: Store) -> Generator[Ledger]:
    """Those of some pages, which are cleaned again for it."""
    pages = sample(store)
    with progress_bar(len(pages)) as tell, closing(clean_pages(map(store.page, pages), jobs=os.cpu_count() or 1, ledger=True)) as cleaned:
        for done, (_, ledger) in enumerate(cleaned, start=1):
            if ledger is not None:
                yield ledger
            tell(done, number(done, "page"))


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
