"""An article's page for web-poet, with the extra ``web-poet``: one class for all sites, whose item is a `Record`."""

from web_poet import WebPage

from cleaners.page import Page
from cleaners.record import Record
from crawler.answers import kind_of
from crawler.record_item import RecordAdapter as RecordAdapter  # importing it lets Scrapy and web-poet take a record for an item


class ArticlePage(WebPage[Record]):
    """A page that its `Record` is read from; name the sites it is for with ``web_poet.handle_urls``.

    It is cleaned in the process that asks for the item, in about a tenth of a second. Where a crawl shall go on
    meanwhile, `crawler.record_pipeline` is for it.
    """

    async def to_item(self) -> Record:
        """The record; never raises on what the page holds."""
        from cleaners.pipeline import clean

        answer = self.response
        return clean(
            Page(
                content=bytes(answer.body),
                kind=kind_of(answer.headers.items()),
                url=str(answer.url),
                # As in `crawler.record_pipeline`: what is known, not what web-poet guesses (``encoding``).
                charset=answer._encoding or answer.headers.declared_encoding(),
                status=answer.status,
            )
        )
