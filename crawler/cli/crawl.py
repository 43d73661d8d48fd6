"""``pagesieve crawl``."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from crawler.cli import INTERRUPTED, WrongUse, checked_output, printable
from crawler.cli.progress import progress_bar
from crawler.plan import PlanError, make_plan
from crawler.store import StoreError

if TYPE_CHECKING:
    from crawler.run import CrawlSummary

# The order in which the summary speaks of outcomes, with the words for them.
_WORDS = {
    "listing": "listings",
    "sitemap": "sitemaps",
    "feed": "feeds",
    "paywall": "behind a paywall",
    "consent": "consent pages",
    "blocked": "blocked",
    "refused": "refused by robots.txt",
    "not_found": "not found",
    "empty": "empty",
    "unreadable": "unreadable",
    "failed": "errors",
    "uncleaned": "not cleaned",
    "waiting": "still to fetch",
}
_NAMED = 20
# Outcomes after which a page's content is not to be had, or not yet.
_NOT_FETCHED = ("failed", "waiting", "refused")


@click.command(short_help="Crawl sites and clean their articles.")
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option("--site", metavar="FILE", help="A crawl file (TOML): start, article, follow, delay, contact, …")
@click.option("--max-pages", type=click.IntRange(min=1), metavar="N", help="Stop after N requests for pages.")
@click.option("--out", metavar="FILE", help="The articles, one JSON line each.  [default: articles.jsonl]")
@click.option("--store", metavar="FILE", help="State and pages of the crawl.  [default: OUT with .sqlite]")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", show_default="one per CPU", help="Processes that clean.")
def crawl(
    urls: Sequence[str], site: str | None, max_pages: int | None, out: str | None, store: str | None, jobs: int | None
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

    Exit status: 0 done; 1 some pages could not be fetched or cleaned, they are named; 2 wrong use.
    """
    from crawler.run import crawl as run  # Scrapy takes half a second to import, which --help need not wait for

    try:
        plan = make_plan(site, start=urls, max_pages=max_pages, out=out, store=store, jobs=jobs)
        checked_output(plan.out)
        with progress_bar(plan.max_pages, after=0) as tell:
            summary = run(plan, lambda counts: tell(counts["pages"], f"{counts['pages']:,} pages, {counts['articles']:,} articles"))
    except (PlanError, StoreError) as error:
        raise WrongUse(str(error)) from error
    click.echo(describe(summary, plan.out, str(plan.store_path)), err=True)
    if summary.stopped == "shutdown":
        sys.exit(INTERRUPTED)
    if summary.troubles or summary.stopped or summary.outcomes.get("uncleaned"):
        sys.exit(1)


def describe(summary: "CrawlSummary", out: str, store: str) -> str:
    """The summary as text: what was fetched, what came of it, which fields are filled, what went wrong."""
    outcomes = summary.outcomes
    fetched = sum(outcomes.values()) - sum(outcomes.get(name, 0) for name in _NOT_FETCHED)
    counted = [("pages fetched", fetched), ("articles", summary.exported.articles), ("duplicates", summary.duplicates)]
    counted += [(word, outcomes[name]) for name, word in _WORDS.items() if name in outcomes]
    lines = [f"{count:>8}  {word}" for word, count in counted if count or word in ("pages fetched", "articles")]
    if total := summary.exported.articles:
        shares = [f"{name} {count / total:.0%}" for name, count in summary.exported.filled.items() if count]
        lines += ["fields filled:", *(f"  {', '.join(shares[i : i + 5])}" for i in range(0, len(shares), 5))]
    if summary.troubles:
        lines += ["not to be had:"]
        lines += [f"  {url}  {outcome}: {printable(why)}" for url, outcome, why in summary.troubles[:_NAMED]]
        if more := summary.troubles[_NAMED:]:
            lines += [f"  and {len(more)} more, in the table urls of {store}"]
    if summary.stopped:
        lines += [f"stopped early ({summary.stopped}): the same command goes on"]
    elif outcomes.get("waiting"):
        lines += ["not all is fetched: the same command goes on"]
    return "\n".join([*lines, f"{summary.exported.articles} records in {out}, pages and state in {store}"])
