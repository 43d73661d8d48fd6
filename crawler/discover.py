"""What a page says about the pages around it. Pure: bytes in, links out; what a page is, its content tells."""

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import urljoin

import msgspec

from cleaners.decode import decode, looks_binary
from crawler.feeds import GZIP, find_entries, is_list, unpack
from crawler.listing import Rules, is_article, items, listing_links, parse, read_anchors
from crawler.model import Found, Link, UrlKind
from crawler.urls import fetchable, key

# What stands in a page's head stands in its first part; reading no further keeps the cost of an article page small.
HEAD = 300_000
_TITLE = re.compile(r"<title[^>]{0,500}>([^<]{1,1000})", re.IGNORECASE)
_LINK = re.compile(r"<link\s[^>]{1,3000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(rel|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE)
# A listing with its frame is some hundred kilobytes; in larger pages nothing is looked for.
_LARGEST_LISTING = 8_000_000


def is_quick(body: bytes, url: str, *, kind: UrlKind, rules: Rules) -> bool:
    """Whether `discover` takes only a moment: where no links are looked for, and nothing is unpacked."""
    return not body.startswith(GZIP) and not is_list(body) and _is_article(url, kind, rules)


def discover(body: bytes, charset: str | None, url: str, *, kind: UrlKind, rules: Rules) -> Found:
    """The role of a page, its declared address and the links to follow.

    ``charset`` is the one of the HTTP header. ``kind`` is what the page was expected to be: the links of an expected
    article are not followed; a page that was given as a start is what it turns out to be. Where the discovery `is_quick`,
    the first `HEAD` bytes are enough.
    """
    try:
        plain = unpack(body)
    except ValueError:
        return Found(role="page")
    if (listed := find_entries(plain, url)) is not None:
        return _keyed(listed, (li for li in listed.links if _wanted(li.url, li.kind, rules)))
    if looks_binary(plain):
        return Found(role="page")
    text = decode(plain, charset=charset).text
    canonical, title = _head(text[:HEAD], url)
    page = Found(role="page", canonical=canonical, title=title)
    if _is_article(url, kind, rules) or len(text) > _LARGEST_LISTING:
        return page
    tree = parse(text)
    if tree is None:
        return page
    anchors, prose = read_anchors(tree, url)
    found = items(anchors, url, rules)
    expected = kind == "listing" or any(p.search(url) for p in rules.follow)
    if not expected and (not found or is_article(tree, anchors, found, prose)):
        return page
    return _keyed(Found(role="listing", canonical=canonical, title=title), listing_links(anchors, found, url, rules))


def _keyed(found: Found, links: Iterable[Link]) -> Found:
    """The list with its links and what is worked out of them: here, where it holds up nobody."""
    keyed = tuple(msgspec.structs.replace(link, key=key(link.url)) for link in links)
    items = sorted(link.key or "" for link in keyed if link.rel == "item")
    return msgspec.structs.replace(found, links=keyed, items_sha256=hashlib.sha256("\n".join(items).encode()).hexdigest() if items else None)


def _is_article(url: str, kind: UrlKind, rules: Rules) -> bool:
    return kind == "article" or any(p.search(url) for p in rules.article)


def _wanted(url: str, kind: UrlKind, rules: Rules) -> bool:
    return kind != "article" or not rules.article or any(p.search(url) for p in rules.article)


def _head(text: str, url: str) -> tuple[str | None, str | None]:
    """The canonical address, as a key, and the title."""
    title = _TITLE.search(text)
    canonical = None
    for tag in _LINK.findall(text):
        attributes = {name.casefold(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(tag)}
        if "canonical" in attributes.get("rel", "").casefold().split():
            target = fetchable(urljoin(url, attributes.get("href", "").replace("&amp;", "&")))
            canonical = key(target) if target else None
            break
    return canonical, " ".join(title.group(1).split()) if title else None
