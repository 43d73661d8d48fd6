"""Pages of WARC files into a store, as if they had been fetched."""

from collections.abc import Iterable

import msgspec

from cleaners.made_by import VERSION
from crawler.discover import discover
from crawler.listing import Rules
from crawler.model import Fetched, Lease
from crawler.store import Store
from crawler.warc import WarcPage


class Imported(msgspec.Struct, frozen=True):
    """How many pages were new, how many the store had already, and how many are no answer with an address and a date."""

    new: int
    known: int
    unfit: int


def import_pages(store: Store, pages: Iterable[WarcPage]) -> Imported:
    """Put pages into a store: each knows its place in the WARC file, none leads to others. The same pages once more add nothing.

    Raises `crawler.store.StoreBusy` while a crawl works on the store.
    """
    store.lock()
    new = known = unfit = 0
    for archived in pages:
        fetched = _fetched(archived)
        if fetched is None or archived.page.warc is None:
            unfit += 1
        elif store.put_imported(fetched, archived.page.warc, VERSION):
            new += 1
        else:
            known += 1
    if store.run:
        store.finish_run("finished")
    return Imported(new, known, unfit)


def _fetched(archived: WarcPage) -> Fetched | None:
    page = archived.page
    if page.url is None or page.status is None or page.fetched_at is None or not isinstance(page.content, bytes):
        return None
    found = discover(page.content, page.charset, page.url, kind="article", rules=Rules())
    return Fetched(
        lease=Lease(0, page.url, "article", 0, 0),  # the store knows which it is
        url=page.url,
        status=page.status,
        headers=archived.headers,
        body=page.content,
        found=msgspec.structs.replace(found, links=(), trouble=None),
        fetched_at=page.fetched_at,
        charset=page.charset,
        dataloss=page.truncated is not None,
    )
