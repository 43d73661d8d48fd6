"""Scrapy's log, into which every part of Scrapy writes addresses and texts of pages."""

import logging
from typing import Self

from scrapy.crawler import Crawler

from crawler.visible import visible


class VisibleLog:
    """Scrapy extension: nothing of a page reaches the terminal, or a log file that is looked at in one, but as visible text."""

    @classmethod
    def from_crawler(cls, _: Crawler) -> Self:
        """Scrapy's constructor; by then its handler is there."""
        for handler in logging.getLogger().handlers:
            handler.removeFilter(_make_visible)
            handler.addFilter(_make_visible)
        return cls()


def _make_visible(record: logging.LogRecord) -> bool:
    if record.exc_info and not record.exc_text:
        record.exc_text = _lines(logging.Formatter().formatException(record.exc_info))
    record.msg, record.args = _lines(record.getMessage()), None
    return True


def _lines(text: str) -> str:
    return "\n".join(map(visible, text.split("\n")))
