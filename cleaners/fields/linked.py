"""Links to the article's other forms."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urljoin, urlsplit

from cleaners.addresses import find_url
from cleaners.candidates import NOTHING, Found, first, ranked
from cleaners.ledger import Candidate
from cleaners.regions import Regions
from cleaners.sheet import Sheet

_PDF = re.compile(r"\.pdf(?:$|[?#])|/e?pdf(?:/|$|\?|direct)|[?&](?:type|format)=pdf|[?&]pdf=", re.IGNORECASE)
_LICENCE = re.compile(r"^CC[ -](?:BY|0)\b|\bcreative\s?commons\b|\bpublic domain\b|\blicen[cs]ed?\b", re.IGNORECASE)
_LONGEST_LICENCE = 120
_NAMED = re.compile(r"pdf|full[- ]?text|volltext|texte intégral|text[oe] completo|полный текст|全文", re.IGNORECASE)


def absolute(href: str | None, base: str | None) -> str | None:
    """The http or https address that a link points to, `None` for any other."""
    if href is None or not href.strip():
        return None
    try:
        full = urljoin(base or "", href.strip())
        parts = urlsplit(full)
        return full if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def find_pdf(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], *, url: str | None) -> Found:
    """The article's PDF: metadata's, else the first link that is named and shaped like one."""
    for candidate in ranked(candidates, "pdf"):
        if address := absolute(str(candidate.value), url):
            return Found(address, candidate.source, "most believed source that states it")
    for block in sheet.blocks:
        hrefs = [s.href for s in block.spans if s.href and "pdf" in s.href.lower() and _PDF.search(s.href)]
        if not hrefs or regions.outside(block.index):
            continue
        label = sheet.labels[block.index]
        if (label is not None and label.cls == "download_fulltext") or _NAMED.search(block.text):
            for href in hrefs:
                if address := absolute(href, url):
                    return Found(address, f"block:{block.index}", "a link that is named and shaped like a PDF's")
    return NOTHING


def find_source(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], indexes: Iterable[int]) -> Found:
    """Where the page says that it has the article from: the address behind a "Source" label."""
    for i in indexes:
        if i and sheet.field(i - 1) == "source" and not regions.outside(i) and (shown := find_url(sheet.text(i))):
            return Found(shown, f"block:{i}", "behind its label")
    return first(candidates, "source")


def find_license(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate]) -> Found:
    """The licence: metadata's, else the line behind a "License" label that names one."""
    stated = first(candidates, "license")
    if stated.value:
        return stated
    for i in range(1, len(sheet.labels)):
        if sheet.field(i - 1) != "license" or regions.outside(i):
            continue
        text = sheet.text(i)
        if len(text) <= _LONGEST_LICENCE and _LICENCE.search(text):
            return Found(text, f"block:{i}", "behind its label")
    return NOTHING
