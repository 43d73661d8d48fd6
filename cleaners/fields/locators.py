"""Citations of the article on its own page, and the volume, the issue and the pages in them."""

import re
from collections.abc import Iterator, Sequence

from cleaners.candidates import NOTHING, Found, first
from cleaners.ledger import Candidate
from cleaners.lines import fold, has_locator, is_prose
from cleaners.regions import Regions
from cleaners.sheet import Sheet

_VOLUME = re.compile(
    r"\b(?:vol(?:ume|umen)?|band|bd|jahrgang|jg|tome?|tomo|т(?:ом)?)\b\.?\s*([A-Z]?\d{1,4})\b|第\s?(\d{1,4})\s?[卷巻]|(?:19|20)\d\d[^;]{0,18};\s*(\d{1,4})\b"
    r"|\b(\d{1,4})\s?\(\d{1,4}(?:[-–/]\d+)?(?:\s?Suppl[^)]*)?\)\s?[:,]",
    re.IGNORECASE,
)
_ISSUE = re.compile(
    r"\b(?:issue|no\.|number|heft|n[úu]m(?:ero|\.)?|nr\.|вып(?:уск|\.)?|№)\s*(\d{1,4}(?:[-–/]\d{1,3})?)\b|第\s?(\d{1,4})\s?[期号號]|\b\d{1,4}\s?\((\d{1,4}(?:[-–/]\d{1,3})?)\)\s?[:,]",
    re.IGNORECASE,
)
_PAGES = re.compile(
    r"(?:\bpp?\.?\s?|\bs(?:eiten)?\.?\s(?=\d+\s?[-–])|\bpages?\s?|\bс\.\s?|\)\s?[:,]\s?|[期号號]\s?[:：]\s?|;\s?\d+\s?:\s?)([A-Z]?\d{1,7}(?:\s?[-–]\s?[A-Z]?\d{1,7})?)",
    re.IGNORECASE,
)
_PATTERNS = {"volume": _VOLUME, "issue": _ISSUE, "pages": _PAGES}
# "Gut doi:10.1136/gutjnl-2013-305008"
_WITH_DOI = re.compile(r"^\w[^.;:]{2,80}\sdoi:\s?10\.\d", re.IGNORECASE)
# "Cerâmica 65 (374) • Apr-Jun 2019"
_NUMBERED = re.compile(r"[^\d.;:|()]{3,80}\s\d{1,4}\s?\(\d{1,4}\)")
_DIGIT = re.compile(r"\d")
# Letters that one becomes where case is folded.
_MOST_FOLDED = 3


def citation_lines(sheet: Sheet, regions: Regions, title: str | None, doi: str | None) -> Iterator[tuple[int, str]]:
    """Lines with a locator near the title or with the DOI, and citations of this very article anywhere; these from behind its title on."""
    key = fold(title or "")
    centre = regions.title if regions.title is not None else 0
    outside = regions.elsewhere
    with_doi = {b.index for b in sheet.blocks if "10." in b.text and doi in b.text.casefold()} if doi is not None else set()
    for block in sheet.blocks:
        i, text = block.index, block.text
        if len(text) > 900 or sheet.labels[i] is not None or i in outside or not _DIGIT.search(text):
            continue
        itself = 15 < len(key) <= _MOST_FOLDED * len(text) and i != regions.title and key in fold(text)
        near = i in regions.head or centre - 40 <= i <= centre or (i and sheet.field(i - 1) == "container_title")
        if not (itself or near or not with_doi.isdisjoint(range(i, i + 3))):
            continue
        if not (has_locator(text) or _WITH_DOI.search(text) or _NUMBERED.match(text)):
            continue
        if itself:
            at = text.casefold().find((title or "").casefold()[-12:].rstrip("."))
            if at >= 0:
                yield i, text[at + 12 :].strip(" .,;:\"”'")
        elif not is_prose(text):
            yield i, text


def find_locator(candidates: Sequence[Candidate], field: str, lines: Sequence[tuple[int, str]]) -> Found:
    """The ``volume``, ``issue`` or ``pages``: metadata's, else what the first citation line says that has one."""
    stated = first(candidates, field)
    if stated.value:
        return stated
    for i, text in lines:
        match = _PATTERNS[field].search(text)
        if match:
            value = next(g for g in match.groups() if g)
            return Found(re.sub(r"\s*[-–]\s*", "–", value) if field == "pages" else value, f"block:{i}", "read from a citation line")
    return NOTHING
