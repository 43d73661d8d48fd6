"""The one spider: from articles, listings, sitemaps and feeds, in any mix, to pages in the store."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from cleaners.made_by import VERSION
from cleaners.record import Notice
from crawler.addresses import REFUSED
from crawler.answers import charset_of
from crawler.database import STORE_TROUBLE, StoreFailed
from crawler.discover import HEAD, discover, is_quick
from crawler.model import Fetched, Found, Landed, Lease, State
from crawler.plan import CrawlPlan, make_plan
from crawler.politeness import retry_after, retry_at
from crawler.quality import judge
from crawler.safety import PublicOnly
from crawler.store import Store, open_store, rfc3339
from crawler.workers import CleanPool

# An address may hold commas itself.
_BETWEEN = re.compile(r"[\s,]+(?=https?://)|\s+")
# How the reason of a crawl's end begins where the store failed.
STORE_FAILED = "store: "
# And where the queue was lost that workers share.
QUEUE_LOST = "queue: "


class ArticlesSpider(Spider):
    """``scrapy crawl articles -a urls=URL[,URL…] [-a site=FILE] [-a store=FILE] [-a max_pages=N]``.

    ``site`` is a crawl file; its keys that hold one value can be given here too, such as ``-a delay=2``.
    Every answer is kept in the store; articles come out as items, cleaned. Run it again with the same store and it
    goes on where it was.
    """

    name = "articles"

    def __init__(self, plan: CrawlPlan, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self._rules = plan.rules
        # Pages that are in the store, and whose record is waited for.
        self.uncleaned = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's constructor: takes a ``plan``, or the arguments of the command line to make one."""
        plan = kwargs.pop("plan", None) or _plan_of(kwargs)
        spider = super().from_crawler(crawler, *args, plan=plan)
        crawler.settings.set("DOWNLOAD_DELAY", plan.delay, priority="spider")
        if plan.contact:
            agent = f"{crawler.settings['USER_AGENT']} (+{plan.contact})"
            crawler.settings.set("USER_AGENT", agent, priority="spider")
        spider._retry_codes = frozenset(int(code) for code in crawler.settings.getlist("RETRY_HTTP_CODES"))
        spider._most_tries = crawler.settings.getint("RETRY_TIMES") + 1
        spider._passing = tuple(map(load_object, crawler.settings.getlist("RETRY_EXCEPTIONS")))
        spider.store = open_store(plan.store_path, frontier=plan.frontier, sites=plan.sites, pause=spider._delay)
        spider.store.start_run(VERSION, plan.told, revisit_days=plan.revisit)
        spider.pool = CleanPool(plan.jobs or os.cpu_count() or 1, sites=plan.sites)
        crawler.signals.connect(spider._broken, signals.spider_error)
        return spider

    store: Store
    # Opened and closed by the pipeline that cleans; what is found on pages is looked for there too.
    pool: CleanPool
    _retry_codes: frozenset[int]
    _most_tries: int
    _passing: tuple[type[Exception], ...]
    _end: "asyncio.Future[None] | None" = None

    async def start(self) -> AsyncIterator[Any]:
        """What an earlier run fetched and did not clean, then the start addresses, where they are new."""
        for page in self.store.uncleaned():
            yield Landed(page)
        for url in self.plan.start:
            yield Request(url)

    def request(self, lease: Lease) -> Request:
        """The request for a leased URL; a page that is known is asked for only if it has changed."""
        validators = {"If-None-Match": lease.etag, "If-Modified-Since": lease.last_modified}
        return Request(
            lease.url,
            headers={name: value for name, value in validators.items() if value},
            callback=self.parse,
            errback=self.failed,
            meta={"lease": lease},
            dont_filter=True,
        )

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[Fetched]:
        """One answer, with what is found in it."""
        lease: Lease = response.meta["lease"]
        now = time.time()
        found = await self._find(response, lease)
        dataloss = "dataloss" in response.flags
        wanted = retry_after(_header(response, "Retry-After"), now)
        again = None
        if dataloss or response.status in self._retry_codes:
            again = retry_at(lease.tries, self._most_tries, self.plan.delay, wanted)
        yield Fetched(
            lease=lease,
            url=response.url,
            status=response.status,
            headers=tuple((k.decode("latin-1"), v.decode("latin-1")) for k, vs in response.headers.items() for v in vs),
            body=response.body,
            found=found,
            fetched_at=rfc3339(now),
            charset=_charset(response),
            redirects=tuple(response.meta.get("redirect_urls", ())),
            dataloss=dataloss,
            retry_at=again,
            wanted=wanted,
        )

    async def _find(self, response: Response, lease: Lease) -> Found:
        # An answer that says "not modified" means the body that stands: a changed crawl file may find more in it.
        stands = lease.page if response.status == 304 else None
        body = response.body if stands is None else self.store.body(stands)
        find = partial(discover, charset=_charset(response), url=response.url, kind=lease.kind, rules=self._rules)
        if is_quick(body, response.url, kind=lease.kind, rules=self._rules):
            return find(body[:HEAD])
        # Where a listing is looked for, a hostile page could hold up the whole crawl.
        found = await asyncio.wrap_future(self.pool.run(find, body))
        return Found(role="page", trouble=f"its links could not be read: {found.message}") if isinstance(found, Notice) else found

    def failed(self, failure: Failure) -> None:
        """No answer: refused by robots.txt, or an error, which may pass."""
        lease: Lease = failure.request.meta["lease"]  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, IgnoreRequest) and "robots.txt" in str(error):
            self._fail(lease, "robots.txt", state="blocked")
            return
        guard = self.crawler.get_extension(PublicOnly)
        # Also where its robots.txt was redirected to one.
        if str(error) == REFUSED or (guard is not None and guard.refuses(failure.request.url)):  # type: ignore[attr-defined]
            self._fail(lease, REFUSED, state="blocked")
            return
        again = retry_at(lease.tries, self._most_tries, self.plan.delay) if isinstance(error, self._passing) else None
        largest = f"larger than {self.crawler.settings.getint('DOWNLOAD_MAXSIZE') >> 20} MB"
        why = largest if _is_too_large(error) else " ".join(f"{type(error).__name__}: {error}".split())[:300]
        self._fail(lease, why, retry_at=again)

    def _fail(self, lease: Lease, why: str, *, state: State = "error", retry_at: float | None = None) -> None:
        try:
            self.store.fail(lease, why, state=state, retry_at=retry_at)
        except STORE_TROUBLE as error:
            self.stop(error)

    def _broken(self, failure: Failure, response: Response | None) -> None:
        # A page that our own code stumbles over must not stop the others, nor be lost without a word.
        if response is not None:
            self._fail(response.meta["lease"], f"{type(failure.value).__name__}: {failure.value}"[:300])

    def _delay(self, name: str) -> float:
        """The seconds between two requests to a host: the plan's, or what its robots.txt wants; the plan's for no host."""
        slot = self.crawler.engine.downloader.slots.get(name) if name else None  # the engine is there only when the crawl has begun
        return max(self.plan.delay, slot.delay if slot else 0.0)

    def stop(self, error: Exception) -> None:
        """End the crawl, for the store failed (a full disk, say): nothing that is fetched from now on could be kept."""
        if self._end is None:
            kind = QUEUE_LOST if isinstance(error, StoreFailed) else STORE_FAILED
            # Not awaited: the end waits for all that is under way, which includes whoever calls this.
            self._end = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=f"{kind}{error}"))

    def closed(self, reason: str) -> None:  # noqa: ARG002  # Scrapy calls it by this name
        """Scrapy's last word to a spider."""
        try:
            for drop in judge(self.store, self.store.run):
                self.logger.info("quality gate: %s", drop)  # the command line tells it in its own words
        except STORE_TROUBLE:  # it has ended the crawl, see `stop`
            pass
        finally:
            self.store.close()


def _plan_of(arguments: dict[str, Any]) -> CrawlPlan:
    # scrapyd adds arguments of its own: _job, _version.
    arguments = {name: value for name, value in arguments.items() if not name.startswith("_")}
    # In a crawl file the addresses are its ``start``.
    start = _BETWEEN.split(f"{arguments.pop('urls', '')} {arguments.pop('start', '')}")
    site = arguments.pop("site", None)
    return make_plan(site, start=[url for url in start if url], **arguments)


def _is_too_large(error: object) -> bool:
    # Scrapy cancels a download at this limit alone, and ignores what grows beyond it when it is unpacked.
    return isinstance(error, DownloadCancelledError) or (isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in str(error))


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _charset(response: Response) -> str | None:
    """The charset that the header declares."""
    return charset_of(_header(response, "Content-Type"))
