"""An item pipeline for any Scrapy project: it adds to an item the record of the page that the item holds.

    ITEM_PIPELINES = {"crawler.record_pipeline.RecordPipeline": 300}

The pipelines of our own spider, which keeps its pages in a store, are in `crawler.pipelines`.
"""

import asyncio
import logging
import os
import time
from pathlib import Path
from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.utils.asyncio import is_asyncio_available

from cleaners.page import Page
from cleaners.profiles import broken_profiles
from crawler.answers import charset_of, kind_of
from crawler.database import rfc3339
from crawler.record_item import RecordAdapter
from crawler.workers import CleanPool

_logger = logging.getLogger(__name__)


class RecordPipeline:
    """Cleans the page of each item in processes beside Scrapy's own, and goes on with other items meanwhile.

    The page is a `Response` in any field, or ``html`` (bytes or text) with ``url``. The record, as a dict, goes into the
    field ``record``; an item that holds nothing but the page, and a bare `Response`, is replaced by it. Other items pass.

    Settings: ``PAGESIEVE_FIELD`` names another field than ``record``; ``PAGESIEVE_SITES`` is a folder of site profiles;
    ``PAGESIEVE_JOBS`` is how many processes clean, by default one per CPU.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not is_asyncio_available():
            raise RuntimeError("pagesieve cleans beside Scrapy's asyncio reactor, and the settings name another one: unset TWISTED_REACTOR")
        settings = crawler.settings
        self._stats = crawler.stats
        self._field = settings.get("PAGESIEVE_FIELD", "record")
        self._sites = settings.get("PAGESIEVE_SITES")
        if self._sites is not None and not Path(self._sites).is_dir():
            raise NotADirectoryError(f"PAGESIEVE_SITES is {self._sites}, and there is no such folder: name that of your site profiles")
        self._pool = CleanPool(settings.getint("PAGESIEVE_JOBS") or os.cpu_count() or 1, sites=self._sites)
        self._seen = self._cleaned = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Start the workers."""
        for why in broken_profiles(self._sites) if self._sites is not None else ():
            _logger.warning("%s", why)
        self._pool.__enter__()

    def close_spider(self) -> None:
        """Stop the workers."""
        self._pool.__exit__(None, None, None)
        if self._seen and not self._cleaned:
            _logger.warning("none of %d items held a page: put a response into a field, or its source into html and its address into url", self._seen)

    async def process_item(self, item: Any) -> Any:
        """The item with its record, or the record alone; of a page that cannot be cleaned it says so."""
        self._seen += 1
        place = page_field(item)
        if place is None:
            return item
        alone = place == "" or set(ItemAdapter(item).field_names()) <= {place, "url"}
        if not alone and (why := self._no_room(item)):
            raise DropItem(why, log_level="ERROR")
        self._cleaned += 1
        record = await asyncio.wrap_future(self._pool.submit(page_of(item, place)))
        if self._stats is not None:
            self._stats.inc_value(f"pagesieve/{record.kind}")
        if alone:
            return record.to_dict()
        ItemAdapter(item)[self._field] = record.to_dict()
        return item

    def _no_room(self, item: Any) -> str | None:
        """Why the record cannot go into the item, with the mend."""
        fields, name = ItemAdapter(item), type(item).__name__
        if not isinstance(item, dict) and self._field not in fields.field_names():
            return f"{name} has no field {self._field!r} for the record: add one, or name another with PAGESIEVE_FIELD"
        if fields.get(self._field) is not None:
            return f"{name} has a value in {self._field!r}, where the record goes: name another field with PAGESIEVE_FIELD"
        return None


def page_field(item: Any) -> str | None:
    """The field that holds the item's page, "" where the item is itself a `Response`; ``None`` where there is no page."""
    if isinstance(item, Response):
        return ""
    if not ItemAdapter.is_item(item) or RecordAdapter.is_item(item):
        return None
    fields = ItemAdapter(item)
    found = next((name for name, value in fields.items() if isinstance(value, Response)), None)
    return found or ("html" if isinstance(fields.get("html"), bytes | str) else None)


def page_of(item: Any, field: str) -> Page:
    """The page of an item, whose `page_field` this is."""
    fields = {} if field == "" else ItemAdapter(item)
    found = item if field == "" else fields[field]
    if not isinstance(found, Response):
        url = fields.get("url")
        return Page(content=found, url=url if isinstance(url, str) else None)
    content_type = (found.headers.get("Content-Type") or b"").decode("latin-1")
    return Page(
        content=found.body,
        kind=kind_of([("Content-Type", content_type)]),
        url=found.url,
        # Whoever made a response of text, as browsers' middlewares do, says how it was encoded, whatever its headers and
        # its <meta> still say. What Scrapy only guesses (``encoding``) is left to the cleaner.
        charset=getattr(found, "_encoding", None) or charset_of(content_type),
        status=found.status,
        # From a cache it may be years old.
        fetched_at=None if "cached" in found.flags else rfc3339(time.time()),
        truncated="disconnect" if "dataloss" in found.flags else None,
    )
