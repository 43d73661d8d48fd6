"""What happens to an answer: it lands in the store, then a worker process cleans it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import msgspec
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.answers import as_page, pack
from crawler.database import STORE_TROUBLE
from crawler.model import Landed
from crawler.report import is_first
from crawler.spiders.articles import ArticlesSpider

# Bytes; compressing more takes a hundredth of a second, for which a thread of its own is worth while.
_LARGE = 300_000
# Links that go into the store at once, in a hundredth of a second; a sitemap may have fifty thousand.
_LINKS = 200


class LandPipeline:
    """Puts answers into the store: body, state and links at once."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    async def process_item(self, item: Any) -> Landed:
        """The page of an answer, if it is to be cleaned."""
        if isinstance(item, Landed):
            return item
        spider = _spider(self._crawler)
        store = spider.store
        large = len(item.body) > _LARGE
        packed = await asyncio.to_thread(pack, item.body) if large else pack(item.body)
        with _keeping(spider):
            # What is in before the page lands is there for good; the page itself counts as done only with the last of them.
            brought = 0
            links, item = item.found.links, msgspec.structs.replace(item, found=msgspec.structs.replace(item.found, links=item.found.links[-_LINKS:]))
            for first in range(0, len(links) - _LINKS, _LINKS):
                brought += store.expect(item.lease, links[first : min(first + _LINKS, len(links) - _LINKS)])
                await asyncio.sleep(0)
            page = store.land(item, packed, brought=brought)
        if page is None or not store.is_uncleaned(page):
            raise DropItem("kept, not to be cleaned", log_level="DEBUG")
        return Landed(page, as_page(item))


class CleanPipeline:
    """Has pages cleaned in other processes; the records go into the store, and articles on to Scrapy's feeds."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Start the workers."""
        spider = _spider(self._crawler)
        # So many bodies are in memory at most, however many pages wait.
        self._room = asyncio.Semaphore(2 * spider.pool.jobs)
        spider.pool.__enter__()

    def close_spider(self) -> None:
        """Stop the workers."""
        _spider(self._crawler).pool.__exit__(None, None, None)

    async def process_item(self, item: Landed) -> dict[str, Any]:
        """The record of an article; anything else is dropped here, and kept in the store."""
        spider = _spider(self._crawler)
        store = spider.store
        spider.uncleaned += 1
        try:
            async with self._room:
                made = await asyncio.wrap_future(spider.pool.submit(item.content or store.page(item.page)))
        finally:
            spider.uncleaned -= 1
        with _keeping(spider):
            record = store.put_record(item.page, made)
        self._crawler.stats.inc_value(f"pagesieve/{record.kind}")
        if record.kind != "article":
            raise DropItem(f"{record.kind}: {record.url}", log_level="INFO")
        if not is_first(store, item.page):
            raise DropItem(f"duplicate of {record.id}: {record.url}", log_level="INFO")
        return record.to_dict()


@contextmanager
def _keeping(spider: ArticlesSpider) -> Iterator[None]:
    """Where the store fails, what it was to take is dropped; its URL is still leased, so that the next run asks for it again."""
    try:
        yield
    except STORE_TROUBLE as error:
        spider.stop(error)
        raise DropItem(f"the store failed: {error}", log_level="DEBUG") from error


def _spider(crawler: Crawler) -> ArticlesSpider:
    spider = crawler.spider
    if not isinstance(spider, ArticlesSpider):
        raise TypeError("these pipelines serve the spider 'articles' only: unset ITEM_PIPELINES")
    return spider
