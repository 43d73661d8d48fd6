"""Lists that machines read: sitemaps, sitemap indexes, RSS and Atom feeds, plain or gzipped, told by their root."""

import re
from datetime import UTC, datetime, time
from email.utils import parsedate_to_datetime
from io import BytesIO
from urllib.parse import urljoin

from lxml import etree

from crawler.database import rfc3339
from crawler.model import Found, Link
from crawler.urls import fetchable, site

# Sitemaps may be 50 MB by their protocol; what a page may be in all is enough for 200,000 addresses.
_LARGEST = 32 * 1024 * 1024
GZIP = b"\x1f\x8b"
_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
# What a feed's entry calls the times of its article.
_TIMES = ("updated", "pubDate", "published", "date")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ROLES = {b"urlset": "sitemap", b"sitemapindex": "sitemap", b"rss": "feed", b"feed": "feed", b"RDF": "feed"}


def unpack(body: bytes) -> bytes:
    """The content of a gzipped body, any other body as it is; raises `ValueError` on what cannot be unpacked."""
    if not body.startswith(GZIP):
        return body
    from scrapy.utils.gz import gunzip  # loads all of Scrapy: a quarter of a second and 27 MB in each process that cleans, for few lists are gzipped

    try:
        return gunzip(body, max_size=_LARGEST)
    except Exception as error:
        raise ValueError(f"cannot be unpacked: {error}") from error


def is_list(body: bytes) -> bool:
    """Whether it is a sitemap or a feed."""
    return _role(body) is not None


def _role(body: bytes) -> str | None:
    root = _ROOT.search(body[:5000])
    return _ROLES.get(root.group(1)) if root else None


def find_entries(body: bytes, url: str) -> Found | None:
    """What a sitemap or feed lists; ``None`` if ``body`` is neither.

    A sitemap speaks for its own site only; a feed names articles wherever they are.
    """
    role = _role(body)
    if role is None:
        return None
    links = _sitemap(body, url) if role == "sitemap" else _feed(body, url)
    return Found(role="sitemap" if role == "sitemap" else "feed", links=tuple(dict.fromkeys(links)))


def _elements(body: bytes) -> "etree.iterparse[tuple[str, etree._Element]]":
    return etree.iterparse(BytesIO(body), events=("end",), recover=True, resolve_entities=False, no_network=True)


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _sitemap(body: bytes, url: str) -> list[Link]:
    links = []
    for _, element in _elements(body):
        if (name := _name(element)) not in ("url", "sitemap"):
            continue
        # <image:loc> and its like are named loc too: only a direct child counts.
        location = next((e.text or "" for e in element if _name(e) == "loc"), "")
        target = fetchable(urljoin(url, location.strip())) if location.strip() else None
        if target and site(target) == site(url):
            changed = _moment(next((e.text or "" for e in element if _name(e) == "lastmod"), ""))
            links.append(Link(target, "sitemap" if name == "sitemap" else "article", lastmod=changed))
        element.clear()
    return links


def _feed(body: bytes, url: str) -> list[Link]:
    links = []
    for _, element in _elements(body):
        name, parent = _name(element), element.getparent()
        if name == "link" and parent is not None and _name(parent) == "feed" and element.get("rel") == "next":
            links.append(_link(url, element.get("href"), "feed"))
        elif name in ("item", "entry"):
            links.append(_link(url, _address(element), "article", _changed(element)))
            element.clear()
    return [link for link in links if link is not None]


def _address(entry: etree._Element) -> str | None:
    guid = None
    for child in entry:
        if _name(child) == "link" and child.get("rel", "alternate") == "alternate":
            if address := (child.get("href") or child.text or "").strip():
                return address
        elif _name(child) == "guid" and child.get("isPermaLink", "true") == "true":
            guid = (child.text or "").strip()
    return guid if guid and guid.startswith(("http://", "https://")) else None


def _changed(entry: etree._Element) -> str | None:
    """The latest of the times that a feed's entry gives."""
    stated = (_moment(child.text or "") for child in entry if _name(child) in _TIMES)
    return max(filter(None, stated), default=None)


def _moment(text: str) -> str | None:
    """A W3C or mail date as RFC 3339 text, UTC; of a day its last second, for a page may have changed until then."""
    text = text.strip()
    try:
        if _DAY.fullmatch(text):
            moment = datetime.combine(datetime.fromisoformat(text), time(23, 59, 59), UTC)
        elif text[:1].isdigit() and "T" in text:
            moment = datetime.fromisoformat(text)
        else:
            moment = parsedate_to_datetime(text)
        return rfc3339(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())
    except (ValueError, OverflowError, TypeError):
        return None


def _link(base: str, address: str | None, kind: str, lastmod: str | None = None) -> Link | None:
    target = fetchable(urljoin(base, address)) if address else None
    if target is None:
        return None
    return Link(target, "feed", "next") if kind == "feed" else Link(target, "article", lastmod=lastmod)
