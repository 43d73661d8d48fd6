"""What passes between the parts of the crawler: links, leases, and pages that were fetched."""

from typing import Literal

import msgspec

from cleaners.page import Page

UrlKind = Literal["seed", "listing", "article", "feed", "sitemap"]
State = Literal["discovered", "leased", "fetched", "unchanged", "gone", "blocked", "error"]
Rel = Literal["item", "next", "follow"]


class Link(msgspec.Struct, frozen=True):
    """A link worth following.

    ``kind`` is what its target is expected to be. ``rel`` says why it is followed: ``item`` of a list, the ``next``
    page of a listing, or ``follow`` because the crawl file says so. ``lastmod`` is when the target changed, as a sitemap
    or feed says it: RFC 3339 text, UTC, ``None`` where it says nothing. ``key`` is that of the address (see
    `crawler.urls.key`), ``None`` where it has yet to be worked out.
    """

    url: str
    kind: UrlKind
    rel: Rel = "item"
    lastmod: str | None = None
    key: str | None = None


class Lease(msgspec.Struct, frozen=True):
    """A URL that is ours to fetch. ``tries`` counts this one.

    ``etag`` and ``last_modified`` are the validators of its answer that stands, ``page``; all are ``None`` where there is
    none.
    """

    id: int
    url: str
    kind: UrlKind
    tries: int
    depth: int
    etag: str | None = None
    last_modified: str | None = None
    page: int | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says about the pages around it.

    ``role`` is what the page itself is, told by its content. ``canonical`` is the address that it declares, as a key
    (see `crawler.urls.key`); ``title`` its ``<title>``. Both are ``None`` where it has none. ``trouble`` is what kept us
    from reading its links, ``None`` where nothing did. ``items_sha256`` is a hash over the items of a list, ``None`` where
    there are none.
    """

    role: Literal["page", "listing", "feed", "sitemap"]
    links: tuple[Link, ...] = ()
    canonical: str | None = None
    title: str | None = None
    trouble: str | None = None
    items_sha256: str | None = None


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A response, with what was found in it; the store takes it in one transaction.

    ``url`` is the address that answered, after ``redirects`` (the addresses before it, in order). ``headers`` are as
    sent, but for the content encoding, which is undone. ``charset`` is the one that the header declares.
    ``dataloss`` is true where the body ended before its announced length. ``retry_at`` is the epoch second after which
    the page should be asked for once more, ``None`` where this answer is final; ``wanted`` the seconds for which the host
    wants to be left alone, ``None`` where it does not say.
    """

    lease: Lease
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    found: Found
    fetched_at: str
    charset: str | None = None
    redirects: tuple[str, ...] = ()
    dataloss: bool = False
    retry_at: float | None = None
    wanted: float | None = None

    def __repr__(self) -> str:  # what Scrapy logs of an item
        return f"<{self.status} {self.url}>"


class Landed(msgspec.Struct, frozen=True):
    """A page that is in the store and waits to be cleaned; ``content`` is what the cleaner takes, ``None`` where it is to be read."""

    page: int
    content: Page | None = None

    def __repr__(self) -> str:
        return f"<page {self.page}>"
