"""``pagesieve crawl``."""

import sys
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from crawler.cli import INTERRUPTED, WrongUse, checked_output, complain, number, tell_broken, visible
from crawler.cli.completion import files, folders
from crawler.cli.progress import progress_bar
from crawler.plan import PlanError, make_plan
from crawler.store import StoreBusy, StoreError, StoreFailed

if TYPE_CHECKING:
    from crawler.export import Exported
    from crawler.run import CrawlSummary

# The order in which the summary speaks of outcomes, with the words for one and for many.
_WORDS = {
    "fetched": ("page fetched", "pages fetched"),
    "article": ("article", "articles"),
    "duplicate": ("duplicate", "duplicates"),
    "listing": ("listing", "listings"),
    "sitemap": ("sitemap", "sitemaps"),
    "feed": ("feed", "feeds"),
    "paywall": ("page behind a paywall", "pages behind a paywall"),
    "consent": ("consent page", "consent pages"),
    "blocked": ("blocked", "blocked"),
    "refused": ("refused by robots.txt", "refused by robots.txt"),
    "private": ("private address, not asked", "private addresses, not asked"),
    "not_found": ("not found", "not found"),
    "empty": ("empty page", "empty pages"),
    "unreadable": ("unreadable", "unreadable"),
    "failed": ("error", "errors"),
    "uncleaned": ("not cleaned", "not cleaned"),
    "waiting": ("still to fetch", "still to fetch"),
}
_ALWAYS = ("fetched", "article")
_NAMED = 20
# The order in which the short summary speaks of what a run found, with the words for many.
RESULTS = {"new": "new", "changed": "changed", "unchanged": "unchanged", "gone": "gone", "blocked": "refused", "error": "failed"}
# Exit statuses beside those that every command has.
NOTHING_NEW = 3
FELL_SHORT = 4
BUSY = 5
# Outcomes after which a page's content is not to be had, or not yet.
_NOT_FETCHED = ("failed", "waiting", "refused", "private")
_WIDTH = 80


@click.command(short_help="Crawl sites and clean their articles.")
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option("--site", metavar="FILE", shell_complete=files, help="A crawl file (TOML): start, article, follow, delay, contact, …")
@click.option("--max-pages", type=click.IntRange(min=1), metavar="N", help="Stop after N requests for pages.")
@click.option("--out", metavar="FILE", shell_complete=files, help="The articles, one JSON line each.  [default: articles.jsonl]")
@click.option("--store", metavar="FILE", shell_complete=files, help="State and pages of the crawl.  [default: OUT with .sqlite]")
@click.option("--sites", metavar="DIR", shell_complete=folders, help="A folder of site profiles of your own; see pagesieve site --help.")
@click.option("--frontier", metavar="URL", help="A Redis in which workers share what is to be asked for: redis://HOST:6379/0?name=NAME.")
@click.option("--merge", is_flag=True, default=None, help="One record per work, made of those of all its pages.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that clean.  [default: one per CPU]")
@click.option("--allow-private", is_flag=True, default=None, help="Also fetch from this machine and from private networks.")
@click.option("--brief", is_flag=True, help="One line at the end, and one for each thing that is wrong: for cron.")
def crawl(
    urls: Sequence[str],
    site: str | None,
    max_pages: int | None,
    out: str | None,
    store: str | None,
    sites: str | None,
    frontier: str | None,
    merge: bool | None,
    jobs: int | None,
    allow_private: bool | None,
    brief: bool,
) -> None:
    """Crawl sites and clean their articles, politely.

    A URL may be an article, a page that lists articles, a sitemap or a feed: the page itself tells which. Of listings
    the items and the next pages are followed, of articles nothing. robots.txt is obeyed, and a host is asked once a
    second at most.

    \b
    Everything in a journal's current issue, and what its sitemap names:
        pagesieve crawl https://journal.example/current
        pagesieve crawl https://journal.example/sitemap.xml --out journal.jsonl

    \b
    A try with 20 pages, then the rest: the same command goes on where it was,
    also after a crash.
        pagesieve crawl https://journal.example/current --max-pages 20
        pagesieve crawl https://journal.example/current

    \b
    What structure cannot tell goes into a crawl file, say journal.toml:
        start = ["https://journal.example/archive"]
        article = ['/article/\\d+$']
        follow = ['/archive/\\d{4}$']
        contact = "mailto:you@example.org"
    and then
        pagesieve crawl --site journal.toml

    \b
    The same crawl by several workers, on one machine or many, that share a
    Redis; each has a store of its own, and export reads them as one:
        pagesieve crawl --site j.toml --frontier redis://localhost --out 1.jsonl
        pagesieve crawl --site j.toml --frontier redis://localhost --out 2.jsonl
        pagesieve export 1.sqlite 2.sqlite --out journal.jsonl

    A later run asks for what is new, for what its sitemap or feed says has changed, and for what is due: a page that
    changes often soon, one that does not ever later. See pagesieve schedule for cron and systemd.

    Exit status: 0 done; 1 some pages could not be fetched or cleaned, they are named; 2 wrong use; 3 nothing new, the
    output is as it was; 4 a site gives far less than it used to (see pagesieve report); 5 another crawl works on this
    store; 130 Ctrl-C, all that was fetched is kept.
    """
    try:
        plan = make_plan(
            site, start=urls, max_pages=max_pages, out=out, store=store, sites=sites, frontier=frontier, merge=merge, jobs=jobs, allow_private=allow_private
        )
        tell_broken(plan.sites)
        for written in (plan.out, str(plan.store_path)):
            checked_output(written)
        from crawler.run import crawl as run  # Scrapy takes half a second to import, which --help and wrong use need not wait for

        with progress_bar(plan.max_pages, after=0) as tell:
            summary = run(plan, lambda counts: tell(counts["pages"], f"{number(counts['pages'], 'page')}, {number(counts['articles'], 'article')}"))
    except StoreBusy as error:
        raise Busy(str(error)) from error
    except StoreFailed as error:
        raise click.ClickException(str(error)) from error
    except (PlanError, StoreError) as error:
        raise WrongUse(str(error)) from error
    if brief:
        told = [visible(f"{outcome}: {url}: {why}") for url, outcome, why in summary.troubles[:_NAMED]]
        for line in (*told, *map(str, summary.drops), in_short(summary, plan.out)):
            complain(line)
    else:
        click.echo(describe(summary, plan.out, str(plan.store_path)), err=True)
    if status := exit_status(summary):
        sys.exit(status)


class Busy(WrongUse):
    """Another process crawls into the store."""

    exit_code = BUSY


def exit_status(summary: "CrawlSummary") -> int:
    """What the command ends with; of several things that are wrong the one that needs a person first."""
    if summary.stopped == "shutdown":
        return INTERRUPTED
    if summary.drops:
        return FELL_SHORT
    if summary.troubles or summary.stopped or summary.outcomes.get("uncleaned"):
        return 1
    return 0 if summary.exported.is_new else NOTHING_NEW


def in_short(summary: "CrawlSummary", out: str) -> str:
    """The summary in one line."""
    counts = [f"{summary.results[name]:,} {word}" for name, word in RESULTS.items() if summary.results.get(name)]
    ended = f"stopped early ({summary.stopped})" if summary.stopped else "done"
    counts += [f"{summary.left:,} left for later"] if summary.left else []
    asked = ", ".join(counts) or "nothing was due"
    return f"{ended} in {summary.seconds:.0f} s: {asked}; {number(summary.exported.articles, 'record')} in {out}"


def describe(summary: "CrawlSummary", out: str, store: str) -> str:
    """The summary as text: what was fetched, what came of it, which fields are filled, what went wrong."""
    outcomes, articles = summary.outcomes, summary.exported.articles
    fetched = sum(count for name, count in outcomes.items() if name not in _NOT_FETCHED)
    counts = {**outcomes, "fetched": fetched, "article": articles, "duplicate": summary.duplicates}
    counted = [(counts.get(name, 0), words) for name, words in _WORDS.items() if counts.get(name) or name in _ALWAYS]
    parts = ["\n".join(f"{count:>8,}  {one if count == 1 else many}" for count, (one, many) in counted)]
    if articles:
        parts.append("\n".join(["filled in the articles:", *_shares(summary.exported.filled, articles)]))
    if together := told_together(summary.exported):
        parts.append(together)
    if summary.troubles:
        lines = [visible(f"  {url}  {outcome}: {why}") for url, outcome, why in summary.troubles[:_NAMED]]
        if (more := len(summary.troubles) - _NAMED) > 0:
            lines.append(f"  and {more:,} more, in the table urls of {visible(store)}")
        parts.append("\n".join(["not to be had:", *lines]))
    if summary.drops:
        parts.append("\n".join(["less than it used to be:", *(f"  {drop}" for drop in summary.drops)]))
    if summary.results.keys() & {"changed", "unchanged"}:  # not the first run
        counts = [f"{count:,} {RESULTS[name]}" for name in RESULTS if (count := summary.results.get(name))]
        parts.append(f"of what this run asked for: {', '.join(counts)}")
    if summary.stopped:
        parts.append(f"stopped early ({summary.stopped}): the same command goes on")
    elif summary.left:
        parts.append("not all is fetched: the same command goes on")
    files = f"{number(articles, 'record')} in {visible(out)}, pages and state in {visible(store)}"
    return "\n\n".join([*parts, files])


def told_together(exported: "Exported") -> str:
    """What the records told only together: texts completed, cuts found, works merged; empty where nothing."""
    told = [
        (exported.completed, "cut text completed from another record", "cut texts completed from other records"),
        (exported.marked, "text cut without a mark, as its length shows", "texts cut without a mark, as their lengths show"),
        (exported.merged, "record merged with others of its work", "records merged with others of their works"),
    ]
    return "\n".join(f"{count:>8,}  {one if count == 1 else many}" for count, one, many in told if count)


def _shares(filled: dict[str, int], total: int) -> list[str]:
    """Lines of fields that are filled equally often, the most often first."""
    names: dict[str, list[str]] = {}
    for name, count in sorted(filled.items(), key=lambda item: -item[1]):
        if count:
            names.setdefault(f"{count / total:>8.0%}", []).append(name)
    return [textwrap.fill(f"{share}  {', '.join(group)}", _WIDTH, subsequent_indent=" " * 10) for share, group in names.items()]
