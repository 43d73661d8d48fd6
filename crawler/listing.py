"""Listing pages, by structure: which links are their items, which lead to their next page, and what is no listing.

Nothing here knows a site. An item is a link whose text reads like a title, or whose address carries an identifier, and
that has siblings with addresses of the same shape.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import median
from urllib.parse import parse_qsl, urljoin, urlsplit

import msgspec
from lxml import etree

from cleaners.segment.hints import hints_of
from cleaners.tables import read_table
from crawler.model import Link
from crawler.urls import fetchable, key, site

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_DOI = re.compile(r"10\.\d{4,9}(?:/|%2f)(?!\(issn|%28issn)", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"\d+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PAGE_TAIL = re.compile(r"/?(?:page/?|p/?)?#/?|[?&][\w\[\]-]+=#")
# A tag of this length is an attack or an inlined picture; parsing its attributes takes quadratic time.
_LONG_TAG = re.compile(rb"<[^<>]{50000,}>?")
# Pages with more links are no listings that a person could read; sitemaps and feeds are read elsewhere.
_MOST_LINKS = 5000
_LONGEST_TEXT = 300
# Titles of 700 articles (wcxb-articles): 97 % have 25 characters or more; labels of menus and buttons seldom have.
_TITLE_CHARACTERS = 25
_TITLE_CJK_CHARACTERS = 10
# Running text in one piece: between two items of a listing stands a snippet at most, seldom over a thousand characters.
_SOLID_PROSE = 1200
_PARAGRAPH = 80
_ARTICLE_METAS = (
    "citation_title",
    "citation_doi",
    "prism.doi",
    "bepress_citation_title",
    "eprints.title",
    "article:published_time",
)


class Rules(msgspec.Struct, frozen=True):
    """What the crawl file says about links: patterns of articles, patterns of listings to follow."""

    article: tuple[re.Pattern[str], ...] = ()
    follow: tuple[re.Pattern[str], ...] = ()


class Anchor(msgspec.Struct, frozen=True):
    """A link of a page, with what its place says.

    ``inline`` links stand inside a sentence. ``prose`` counts the running text that stands before the link.
    """

    url: str
    text: str
    label: str
    next: bool
    heading: bool
    chrome: bool
    inline: bool
    prose: int


@lru_cache(maxsize=1)
def _tables() -> dict[str, frozenset[str]]:
    data = read_table("listing", "crawler")
    return {name: frozenset(values) for name, values in data.items()}


def parse(text: str) -> etree._Element | None:
    """The tree of a page, ``None`` where there is none."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    return etree.fromstring(_LONG_TAG.sub(b"", text.encode("utf-8", "replace")) or b"<html/>", parser)


def read_anchors(tree: etree._Element, url: str) -> tuple[list[Anchor], int]:
    """The links of a page in their order, and how many characters of running text it has."""
    base = urljoin(url, next((e.get("href") or "" for e in tree.iter("base")), ""))
    chrome_hints = _tables()["chrome"]
    anchors: list[Anchor] = []
    chrome = heading = prose = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag
        if not isinstance(tag, str):
            continue
        step = 1 if event == "start" else -1
        if tag in _HEADINGS:
            heading += step
        if tag not in ("html", "body", "a") and not chrome_hints.isdisjoint(hints_of(tag, _names(element))):
            chrome += step
        if event == "end":
            continue
        if tag == "p" and not heading:
            length = len(_text(element, 20000))
            prose += length if length >= _PARAGRAPH else 0
        elif tag in ("a", "link") and len(anchors) < _MOST_LINKS:
            anchor = _anchor(element, base, heading=heading > 0, chrome=chrome > 0, prose=prose)
            if anchor is not None:
                anchors.append(anchor)
    return anchors, prose


def _names(element: etree._Element) -> str:
    return " ".join(element.get(name) or "" for name in ("class", "id", "role"))


def _text(element: etree._Element, limit: int) -> str:
    pieces: list[str] = []
    size = 0
    for piece in element.itertext():
        pieces.append(str(piece))
        size += len(piece)
        if size > limit:
            break
    return " ".join("".join(pieces).split())[:limit]


def _anchor(element: etree._Element, base: str, *, heading: bool, chrome: bool, prose: int) -> Anchor | None:
    href = (element.get("href") or "").strip()
    relations = (element.get("rel") or "").casefold().split()
    if not href or href.startswith("#") or (element.tag == "link" and "next" not in relations):
        return None
    try:
        url = fetchable(urljoin(base, href))
    except ValueError:
        return None
    if url is None:
        return None
    text = _text(element, _LONGEST_TEXT)
    return Anchor(
        url=url,
        text=text,
        label=element.get("aria-label") or element.get("title") or "",
        next="next" in relations,
        heading=heading or any(isinstance(e.tag, str) and e.tag in _HEADINGS for e in element.iter()),
        chrome=chrome,
        inline=not heading and _is_inline(element, text),
        prose=prose,
    )


def _is_inline(element: etree._Element, text: str) -> bool:
    """Whether a link goes on a sentence: words stand right before it, and it is a smaller part of the paragraph."""
    before, parent = element.getprevious(), element.getparent()
    if parent is None or not _LETTER.search((parent.text if before is None else before.tail) or ""):
        return False
    return 3 * len(text) < len(_text(parent, _LONGEST_TEXT * 3))


def items(anchors: Sequence[Anchor], url: str, rules: Rules) -> list[str]:
    """The addresses of a listing's items, in page order.

    With patterns in the crawl file these alone decide, for any host; else the structure does, within the site.
    """
    if rules.article:
        return _once([a.url for a in anchors if any(p.search(a.url) for p in rules.article)])
    here, own = site(url), _identity(url)
    candidates = [
        a
        for a in anchors
        if site(a.url) == here
        and _identity(a.url) != own
        and not a.inline
        and not _no_page(a.url)
        and not is_next(a, url)
    ]
    return _chosen([a for a in candidates if not a.chrome]) or _chosen(candidates)


def _identity(url: str) -> str:
    """The DOI in an address, so that the forms of one article are one; else its key."""
    path = urlsplit(url).path
    doi = _DOI.search(path)
    return path[doi.start() :].casefold() if doi else key(url)


def _chosen(anchors: Sequence[Anchor]) -> list[str]:
    best: dict[str, Anchor] = {}
    for anchor in anchors:
        known = best.get(anchor.url)
        if known is None or (anchor.heading, len(anchor.text)) > (known.heading, len(known.text)):
            best[anchor.url] = anchor
    groups: dict[str, list[Anchor]] = {}
    for anchor in best.values():
        groups.setdefault(_shape(anchor.url), []).append(anchor)
    accepted = {shape for shape, group in groups.items() if _reads_like_titles(group)}
    if not accepted:
        # Bare identifiers for texts ("arXiv:2401.01234"): the largest group of them, and of equal ones the first.
        numbered = {shape: len(group) for shape, group in groups.items() if len(group) >= 5 and _numbered(group)}
        accepted = {max(numbered, key=lambda shape: numbered[shape])} if numbered else set()
    return _once([a.url for a in anchors if _shape(a.url) in accepted])


def _reads_like_titles(group: Sequence[Anchor]) -> bool:
    titled = [a for a in group if _is_title(a.text)]
    if all(_DOI.search(urlsplit(a.url).path) for a in group):
        return True
    if sum(a.heading for a in titled) > len(group) / 2:
        return True
    return len(titled) >= 2 and len(titled) >= 0.6 * len(group)


def _is_title(text: str) -> bool:
    return len(text) >= _TITLE_CHARACTERS or len(_CJK.findall(text)) >= _TITLE_CJK_CHARACTERS


def _numbered(group: Sequence[Anchor]) -> bool:
    tails = [urlsplit(a.url).path.rstrip("/").rpartition("/")[2] for a in group]
    return median(sum(c.isdigit() for c in tail) for tail in tails) >= 4


@lru_cache(maxsize=20000)
def _shape(url: str) -> str:
    """What the address has in common with those of its siblings: its folders, without numbers and slugs."""
    parts = urlsplit(url)
    segments = [s for s in parts.path.split("/") if s]
    shaped = ["*" if _varies(s) or i == len(segments) - 1 else s for i, s in enumerate(segments)]
    query = [f"{n}={'*' if _varies(v) else v}" for n, v in sorted(parse_qsl(parts.query))]
    return f"{parts.hostname}/{'/'.join(shaped)}?{'&'.join(query)}"


def _varies(part: str) -> bool:
    return len(part) >= 16 or any(c.isdigit() for c in part) or part.count("-") + part.count("_") >= 2


def _no_page(url: str) -> bool:
    path = urlsplit(url).path.casefold()
    first, last = path.lstrip("/").partition("/")[0], path.rpartition("/")[2]
    tables = _tables()
    return path in ("", "/") or first in tables["other"] or (last.rpartition(".")[2] in tables["media"] and "." in last)


def is_next(anchor: Anchor, url: str) -> bool:
    """Whether a link leads to another page of the listing at ``url``."""
    if anchor.next or _bare(anchor.label) in _tables()["next"] or _bare(anchor.text) in _tables()["next"]:
        return True
    if not (anchor.text.isdigit() and len(anchor.text) <= 3):
        return False
    # Numbered pages: the address differs in one number, or is this one with a page number behind it.
    ours, theirs = _DIGITS.sub("#", url), _DIGITS.sub("#", anchor.url)
    changed = sum(a != b for a, b in zip(_DIGITS.findall(url), _DIGITS.findall(anchor.url), strict=False))
    if ours == theirs:
        return changed == 1
    stem = ours.rstrip("/")
    return theirs.startswith(stem) and _PAGE_TAIL.fullmatch(theirs[len(stem) :]) is not None


def _bare(text: str) -> str:
    words = " ".join(text.split()).casefold()
    return words.strip(" ›»→>❯…") or words


def next_pages(anchors: Sequence[Anchor], url: str) -> list[str]:
    """The addresses of further pages of a listing, within the site."""
    here, own = site(url), key(url)
    return _once([a.url for a in anchors if is_next(a, url) and site(a.url) == here and key(a.url) != own])


def is_article(tree: etree._Element, anchors: Sequence[Anchor], found: Sequence[str], prose: int) -> bool:
    """Whether a page is an article rather than a list of them: by what it declares, else by its running text.

    An article has its text in one piece; a listing has a snippet between two items.
    """
    metas = {(m.get("name") or m.get("property") or "").casefold(): m.get("content") or "" for m in tree.iter("meta")}
    if any(metas.get(name) for name in _ARTICLE_METAS) or _DOI.search(metas.get("dc.identifier") or ""):
        return True
    wanted = set(found)
    marks = [0, *(a.prose for a in anchors if a.url in wanted), prose]
    solid = max(after - before for before, after in pairwise(marks))
    declared = metas.get("og:type", "").casefold() == "article"
    return solid >= (_SOLID_PROSE / 3 if declared else _SOLID_PROSE) and 4 * solid > prose


def listing_links(anchors: Sequence[Anchor], found: Sequence[str], url: str, rules: Rules) -> tuple[Link, ...]:
    """The links of a listing that are followed. One without items has no next page either: that is how traps end."""
    links = [Link(u, "article") for u in found]
    links += [Link(u, "listing", "next") for u in next_pages(anchors, url) if found]
    links += [Link(a.url, "listing", "follow") for a in anchors if any(p.search(a.url) for p in rules.follow)]
    counted: Counter[str] = Counter()
    kept = []
    for link in links:
        counted[key(link.url)] += 1
        if counted[key(link.url)] == 1:
            kept.append(link)
    return tuple(kept)


def _once(urls: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(urls))
