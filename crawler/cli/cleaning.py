"""From what stands on the command line to records: what ``clean`` and ``explain`` do alike."""

import os
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing

import msgspec

from cleaners.ledger import Ledger
from cleaners.page import Page
from cleaners.record import Record
from crawler.cli import WrongUse, complain, tell_broken
from crawler.cli.inputs import Kind, is_address, read_pages
from crawler.urls import fetchable, has_credentials, without_credentials
from crawler.workers import clean_pages

# What is no page at all; an address that leads to one of the others was not really to be had.
_NO_PAGE = ("unreadable",)
_NO_ANSWER = (*_NO_PAGE, "blocked", "consent", "not_found", "empty")


class Made(msgspec.Struct, frozen=True):
    """A record, with the name of its page and the place of its source on the command line."""

    place: int
    name: str
    record: Record
    ledger: Ledger | None


def checked_sites(sites: str | None) -> str | None:
    """The folder of site profiles; those that cannot be used are told. Raises `WrongUse`."""
    if sites is not None and not os.path.isdir(sites):
        raise WrongUse(f"--sites {sites} is no folder: give the one that holds the site profiles")
    tell_broken(sites)
    return sites


def checked_url(url: str | None, sources: Sequence[str]) -> str | None:
    """The address of the one page that there is; raises `WrongUse`."""
    if not url:
        return None
    if len(sources) > 1 or is_address(sources[0]):
        raise WrongUse("--url is for a single file or stdin: pages in JSONL lines have their own, and so have addresses")
    found = fetchable(url)
    if found is None:
        raise WrongUse(f"--url {without_credentials(url)} is no address: give one that begins with http:// or https://")
    return found


def refuse_credentials(addresses: Iterable[str]) -> None:
    """Raise `WrongUse` for an address with a password in it."""
    if any(has_credentials(address) and is_address(address) for address in addresses):
        raise WrongUse("an address holds a user name or password, which would not be sent: leave out all before the @")


class Cleaning:
    """The way of the pages through the pool, with the count of what came of them."""

    def __init__(self, sources: Sequence[str], kind: Kind | None, url: str | None, sites: str | None, *, allow_private: bool, are_shown: bool) -> None:
        self._sources = sources
        self._kind = kind
        self._url = url
        self._sites = sites
        self._allow_private = allow_private
        # Whether who reads our complaints sees the records too.
        self._are_shown = are_shown
        self._named: deque[tuple[int, str]] = deque()
        self.kinds: Counter[str] = Counter()
        self.troubles = 0
        self.skipped: Counter[str] = Counter()

    def clean(self, jobs: int, *, ledger: bool, body: bool) -> Generator[Made]:
        """What each page gave, in order; pages that gave nothing are told."""
        # Also a single page goes to a worker: it is the one in a thousand that hangs or eats the memory which people
        # look at by itself, and the limits cost four tenths of a second.
        with closing(clean_pages(self._pages(), jobs=jobs, ledger=ledger, sites=self._sites, body=body)) as cleaned:
            for record, why in cleaned:
                place, name = self._named.popleft()
                self.kinds[record.kind] += 1
                if record.kind in (_NO_ANSWER if is_address(name) else _NO_PAGE):
                    self._trouble(name, record.warnings[-1].message, is_shown=self._are_shown)
                yield Made(place, name, record, why)

    def _pages(self) -> Iterator[Page]:
        fetcher = None
        for place, source in enumerate(self._sources):
            if is_address(source):
                from crawler.cli.fetch import Fetcher, NotFetched  # it loads what speaks HTTP

                fetcher = fetcher or Fetcher(allow_private=self._allow_private)
                try:
                    page = fetcher.fetch(source)
                except NotFetched as error:
                    self._trouble(source, str(error))
                    continue
                read: Iterable[tuple[str, Page]] = [(source, msgspec.structs.replace(page, kind=self._kind or page.kind))]
            else:
                read = read_pages(source, kind=self._kind, url=self._url, complain=self._trouble, skipped=self._skip)
            for name, page in read:
                self._named.append((place, name))
                yield page

    def _skip(self, what: str) -> None:
        self.skipped[what] += 1

    def _trouble(self, name: str, why: str, *, is_shown: bool = False) -> None:
        self.troubles += 1
        if not is_shown:
            complain(f"{name}: {why}")
