"""When to ask again, and how long to wait in between."""

import time
from collections.abc import Collection
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request
from scrapy.robotstxt import RobotParser

# A host that wants to be left alone for longer is not waited for in this run.
LONGEST_WAIT = 600.0
_FIRST_WAIT = 2.0


def retry_after(value: str | None, now: float) -> float | None:
    """The seconds that a Retry-After header asks for (a number or an HTTP date); ``None`` where it says nothing."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value.strip())
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return None


def retry_at(tries: int, most: int, wanted: float | None = None) -> float | None:
    """The epoch second of the next try: after 2, 4, 8, … seconds, or after those that the host wants if these are more.

    ``None`` where there is no next try: after ``most`` tries, or if the host wants more than `LONGEST_WAIT`.
    """
    wait = max(_FIRST_WAIT**tries, wanted or 0.0)
    return None if tries >= most or wait > LONGEST_WAIT else time.time() + wait


def should_retry(status: int, codes: Collection[int]) -> bool:
    """Whether a status says that the same request may do better later."""
    return status in codes


class CrawlDelay:
    """Scrapy extension: a Crawl-delay in robots.txt lengthens the delay for its host."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.robots_parsed, signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Take over what the robots.txt of ``request``'s host says."""
        delay = robotparser.crawl_delay(self._crawler.settings["ROBOTSTXT_USER_AGENT"])
        if delay:
            _, slot = self._crawler.engine.downloader._get_slot(request)
            slot.delay = max(slot.delay, min(delay, LONGEST_WAIT))
