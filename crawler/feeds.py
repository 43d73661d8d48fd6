"""Lists that machines read: sitemaps, sitemap indexes, RSS and Atom feeds, plain or gzipped, told by their root."""

import re
from io import BytesIO
from urllib.parse import urljoin

from lxml import etree
from scrapy.utils.gz import gunzip

from crawler.model import Found, Link
from crawler.urls import fetchable, site

# Sitemaps may be 50 MB by their protocol; what a page may be in all is enough for 200,000 addresses.
_LARGEST = 32 * 1024 * 1024
_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_ROLES = {b"urlset": "sitemap", b"sitemapindex": "sitemap", b"rss": "feed", b"feed": "feed", b"RDF": "feed"}


def unpack(body: bytes) -> bytes:
    """The content of a gzipped body, any other body as it is; raises `ValueError` on what cannot be unpacked."""
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        return gunzip(body, max_size=_LARGEST)
    except Exception as error:
        raise ValueError(f"cannot be unpacked: {error}") from error


def find_entries(body: bytes, url: str) -> Found | None:
    """What a sitemap or feed lists; ``None`` if ``body`` is neither.

    A sitemap speaks for its own site only; a feed names articles wherever they are.
    """
    root = _ROOT.search(body[:5000])
    role = _ROLES.get(root.group(1)) if root else None
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
            links.append(Link(target, "sitemap" if name == "sitemap" else "article"))
        element.clear()
    return links


def _feed(body: bytes, url: str) -> list[Link]:
    links = []
    for _, element in _elements(body):
        name, parent = _name(element), element.getparent()
        if name == "link" and parent is not None and _name(parent) == "feed" and element.get("rel") == "next":
            links.append(_link(url, element.get("href"), "feed"))
        elif name in ("item", "entry"):
            links.append(_link(url, _address(element), "article"))
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


def _link(base: str, address: str | None, kind: str) -> Link | None:
    target = fetchable(urljoin(base, address)) if address else None
    if target is None:
        return None
    return Link(target, "feed", "next") if kind == "feed" else Link(target, "article")
