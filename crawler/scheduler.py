"""Scrapy's scheduler over the store: what Scrapy asks for next is leased there."""

import time
from collections import deque
from typing import Self

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import call_later

from crawler.database import STORE_TROUBLE
from crawler.spiders.articles import ArticlesSpider
from crawler.urls import host

# Seconds between two signs of life of this process.
_SIGNS = 10.0
# Of pages that wait to be cleaned, so many for each process that cleans: enough that none is idle. Scrapy's own bound is of
# 5 MB, which is thousands of short pages, and 450 MB of what it holds around them.
_MOST_UNCLEANED = 32


class StoreScheduler(BaseScheduler):
    """Requests are rows of the store; only redirects of leased ones are kept in memory."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._redirected: deque[Request] = deque()
        self._leased = 0
        self._woken_at = 0.0
        # Under way or not yet in the store: so many pages are fetched again after a kill. Enough that a host's next request is
        # ready when its delay is over, and few enough to leave room for others.
        self._most = crawler.settings.getint("CONCURRENT_REQUESTS")
        self._per_host = 2 * crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Begin a run in the spider's store."""
        if not isinstance(spider, ArticlesSpider):
            raise TypeError(f"this scheduler serves the spider 'articles' only, not {spider.name!r}: set SCHEDULER")
        self._spider = spider
        self._give_signs()

    def _give_signs(self) -> None:
        self._spider.store.give_sign()
        self._next_sign = call_later(_SIGNS, self._give_signs)

    def close(self, reason: str) -> None:
        """End the run."""
        self._next_sign.cancel()
        try:
            self._spider.store.finish_run(reason)
        except STORE_TROUBLE as error:  # a full disk: the next run finds this one unfinished, and goes on with it
            self._spider.logger.info("the store failed: %s", error)

    def has_pending_requests(self) -> bool:
        """Whether anything is left to fetch in this run, now or later."""
        return bool(self._redirected) or (self._in_budget() and self._spider.store.waiting())

    def enqueue_request(self, request: Request) -> bool:
        """Take a request: a leased one that was redirected, or a new one, which is false if the store knows it."""
        if "lease" in request.meta:
            self._redirected.append(request)
            return True
        return self._spider.store.add([request.url]) > 0

    def next_request(self) -> Request | None:
        """The next request that is due, of a host that is not busy."""
        for number, request in enumerate(self._redirected):
            if self._spider.store.may_follow(request.meta["lease"], host(request.url)):
                del self._redirected[number]
                return request
        held = self._spider.store.held
        if not self._in_budget() or held.total() >= self._most or self._spider.uncleaned >= _MOST_UNCLEANED * self._spider.pool.jobs:
            return None
        try:
            lease = self._spider.store.lease([name for name, count in held.items() if count >= self._per_host])
        except STORE_TROUBLE as error:
            self._spider.stop(error)
            return None
        if lease is None:
            self._wake_up()
            return None
        self._leased += 1
        return self._spider.request(lease)

    def _wake_up(self) -> None:
        # Scrapy looks again when a request ends, else every five seconds: too seldom for a wait of one.
        now = time.time()
        due = self._spider.store.next_due(now)
        slot = self._crawler.engine._slot
        if due is not None and slot is not None and not now < self._woken_at <= due:
            self._woken_at = due
            call_later(due - now, slot.nextcall.schedule)

    def _in_budget(self) -> bool:
        most = self._spider.plan.max_pages
        return most is None or self._leased < most
