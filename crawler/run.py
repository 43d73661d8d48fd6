"""A whole crawl: fetch, clean, export."""

import logging
import os
import time
from collections.abc import Callable
from typing import Any

import msgspec
from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler.export import Exported, export
from crawler.plan import CrawlPlan
from crawler.quality import Drop, judged
from crawler.report import last_run, outcomes, results, troubles
from crawler.spiders.articles import QUEUE_LOST, STORE_FAILED
from crawler.store import StoreFailed, open_store


class CrawlSummary(msgspec.Struct, frozen=True, kw_only=True):
    """How a crawl ended.

    ``outcomes`` counts all URLs that the store knows (see `crawler.report.outcomes`), ``results`` those that this run
    asked for, by what it found them to be (`crawler.report.results`); ``troubles`` names those of them that gave nothing,
    with outcome and reason, ``drops`` what fell against the sites' own history. ``left`` counts the URLs that are still to
    be asked for, because of a limit or because their host wants to be left alone. ``stopped`` is why the crawl ended early,
    ``None`` if it did not; ``seconds`` what it took.
    """

    outcomes: dict[str, int]
    results: dict[str, int]
    drops: tuple[Drop, ...]
    left: int
    seconds: float
    troubles: tuple[tuple[str, str, str], ...]
    exported: Exported
    stopped: str | None

    @property
    def duplicates(self) -> int:
        """Pages that gave an article which another page gave too."""
        return self.outcomes.get("duplicate", 0) + max(0, self.outcomes.get("article", 0) - self.exported.articles)


def crawl(plan: CrawlPlan, progress: Callable[[dict[str, int]], None] | None = None) -> CrawlSummary:
    """Crawl what the plan says, going on where an earlier run with the same store ended, and export the articles.

    ``progress`` is called with the counts of a running crawl. Works once in a process, for Scrapy's event loop does.
    Raises `crawler.store.StoreError` where the store cannot be used, `crawler.store.StoreFailed` where it failed on the way.
    """
    began = time.monotonic()
    open_store(plan.store_path, frontier=plan.frontier).close()  # an unusable store is told here, as an error, rather than in Scrapy's log
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("LOG_LEVEL", "WARNING")
    process = CrawlerProcess(settings)
    # Set after Scrapy has set up its log. What these say of hosts that do not answer, and of pages that are too large, the
    # pages tell too, and in one line.
    for name in ("downloadermiddlewares.robotstxt", "downloadermiddlewares.httpcompression", "core.downloader.handlers.http11"):
        logging.getLogger(f"scrapy.{name}").setLevel(logging.CRITICAL)
    crawler = process.create_crawler("articles")
    if progress:
        _report(crawler, progress)
    reasons: list[str] = []
    crawler.signals.connect(lambda reason, **_: reasons.append(reason), signals.spider_closed, weak=False)
    failures: list[Failure] = []
    process.crawl(crawler, plan=plan).addErrback(failures.append)
    process.start()
    for failure in failures:
        failure.raiseException()
    if reasons and reasons[0].startswith(STORE_FAILED):
        raise StoreFailed(
            f"the store {plan.store_path} could not be written ({reasons[0].removeprefix(STORE_FAILED)}): what was fetched is kept;"
            " make room, and the same command goes on"
        )
    if reasons and reasons[0].startswith(QUEUE_LOST):
        raise StoreFailed(reasons[0].removeprefix(QUEUE_LOST))
    with open_store(plan.store_path, frontier=plan.frontier, sites=plan.sites) as store:
        exported = export(store, plan.out, merged=plan.merge)
        # A second Ctrl-C ends the loop before the spider can say anything.
        reason = reasons[0] if reasons else "shutdown"
        stopped = None if reason == "finished" else reason
        run = last_run(store) or 0
        return CrawlSummary(
            outcomes=outcomes(store),
            results=results(store, run),
            drops=judged(store, run),
            left=store.left(),
            troubles=tuple(troubles(store, run)),
            exported=exported,
            stopped=stopped,
            seconds=time.monotonic() - began,
        )


def _report(crawler: Crawler, progress: Callable[[dict[str, int]], None]) -> None:
    def tell(**_: Any) -> None:
        stats = crawler.stats.get_stats()
        progress({"pages": stats.get("response_received_count", 0), "articles": stats.get("item_scraped_count", 0)})

    for signal in (signals.response_received, signals.item_scraped):
        crawler.signals.connect(tell, signal, weak=False)
