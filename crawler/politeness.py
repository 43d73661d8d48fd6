"""When to ask again, and how long to wait in between."""

import time
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.frontier import LONGEST_WAIT

# Between two tries of one page, however often its host may be asked for others.
_SHORTEST_WAIT = 0.5


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


def retry_at(tries: int, most: int, delay: float, wanted: float | None = None) -> float | None:
    """The epoch second of the next try: after 2, 4, 8, … times the ``delay`` between two requests, or after the seconds
    that the host wants if these are more.

    ``None`` where there is no next try in this run: after ``most`` tries, or if the host wants more than `LONGEST_WAIT`.
    """
    ours = min(max(_SHORTEST_WAIT, delay * 2.0**tries), LONGEST_WAIT)
    wait = max(ours, wanted or 0.0)
    return None if tries >= most or wait > LONGEST_WAIT else time.time() + wait


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
        """Take over what the robots.txt of ``request``'s host says, for the first page too: Scrapy counts from when robots.txt was asked for."""
        _, slot = self._crawler.engine.downloader._get_slot(request)
        slot.lastseen = time.monotonic()
        if delay := robotparser.crawl_delay(self._crawler.settings["ROBOTSTXT_USER_AGENT"]):
            slot.delay = max(slot.delay, min(delay, LONGEST_WAIT))


class NoLeave(OSError):  # of the errors that may pass
    """A server in trouble did not show its robots.txt."""


class RobotsTxt(RobotsTxtMiddleware):
    """Scrapy's middleware, but that a host whose robots.txt is not to be had gives no leave (RFC 9309), while Scrapy takes it.

    Its pages fail with the same error as its robots.txt, which is asked for anew when they are tried again.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._errors: dict[str, Exception] = {}

    async def robot_parser(self, request: Request) -> RobotParser:
        """What robots.txt says; raises what kept it from us."""
        parser = await super().robot_parser(request)
        if parser is None:
            host = urlparse_cached(request).netloc
            if host in self._parsers and self._parsers[host] is None:
                del self._parsers[host]
            raise self._errors[host]
        return parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            self._robots_error(NoLeave(f"HTTP {response.status} for the site's robots.txt"), netloc)
        else:
            await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._errors[netloc] = exc
        super()._robots_error(exc, netloc)
