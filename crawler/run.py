"""A whole crawl: fetch, clean, export."""

import logging
import os
from collections.abc import Callable
from typing import Any

import msgspec
from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler.export import Exported, export
from crawler.plan import CrawlPlan
from crawler.report import outcomes, troubles
from crawler.store import Store


class CrawlSummary(msgspec.Struct, frozen=True, kw_only=True):
    """How a crawl ended.

    ``outcomes`` counts all URLs that the store knows (see `crawler.report.outcomes`); ``troubles`` names those that
    gave nothing, with outcome and reason. ``stopped`` is why the crawl ended early, ``None`` if it did not.
    """

    outcomes: dict[str, int]
    troubles: tuple[tuple[str, str, str], ...]
    exported: Exported
    stopped: str | None

    @property
    def duplicates(self) -> int:
        """Pages that gave an article which another page gave too."""
        return self.outcomes.get("duplicate", 0) + self.outcomes.get("article", 0) - self.exported.articles


def crawl(plan: CrawlPlan, progress: Callable[[dict[str, int]], None] | None = None) -> CrawlSummary:
    """Crawl what the plan says, going on where an earlier run with the same store ended, and export the articles.

    ``progress`` is called with the counts of a running crawl. Works once in a process, for Scrapy's event loop does.
    Raises `crawler.store.StoreError` where the store cannot be used.
    """
    Store(plan.store_path).close()  # an unusable store is told here, as an error, rather than in Scrapy's log
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("LOG_LEVEL", "WARNING")
    process = CrawlerProcess(settings)
    # Set after Scrapy has set up its log. Where a host does not answer, its pages tell so too, and in one line.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
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
    with Store(plan.store_path, sites=plan.sites) as store:
        exported = export(store, plan.out, merged=plan.merge)
        # A second Ctrl-C ends the loop before the spider can say anything.
        reason = reasons[0] if reasons else "shutdown"
        stopped = None if reason == "finished" else reason
        return CrawlSummary(
            outcomes=outcomes(store), troubles=tuple(troubles(store)), exported=exported, stopped=stopped
        )


def _report(crawler: Crawler, progress: Callable[[dict[str, int]], None]) -> None:
    def tell(**_: Any) -> None:
        stats = crawler.stats.get_stats()
        progress({"pages": stats.get("response_received_count", 0), "articles": stats.get("item_scraped_count", 0)})

    for signal in (signals.response_received, signals.item_scraped):
        crawler.signals.connect(tell, signal, weak=False)
