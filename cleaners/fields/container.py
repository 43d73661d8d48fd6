"""Journal, proceedings or site; volume, issue and pages from citation lines."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from cleaners.candidates import NOTHING, Found, first, ranked
from cleaners.labels import find_label
from cleaners.ledger import Candidate
from cleaners.lines import fold, has_locator, is_affiliation, is_prose, is_serial_like, names_no_container, serial_score
from cleaners.names import is_author_line, looks_like_person
from cleaners.regions import Regions
from cleaners.segment.block import Block
from cleaners.sheet import Sheet, heading_level

# "Br J Ophthalmol 2014;98:377-382", "Bioinformatics (2012) 28 (22): 2891", "Life Sci. 2025 Jan 15;361:1", "Journal X, Volume 3, Issue 2"
_CITED = re.compile(
    r"^(?:(?:in|this paper appears in|published in|citation|cite (?:this )?as|source)\s?:?\s+)?(?P<name>[^\d;:()\[\]]{2,150}?)[\s,.;:]*(?:[\[(]?(?:19|20)\d\d\b|\b(?:vol(?:ume)?|issue|no|band|tome?|том)\b\.?\s*\d|\b\d{1,4}\s?[(,:]\s?\d)", re.IGNORECASE
)
_VOLUME = re.compile(r"\bvol(?:ume)?\.?\s*([A-Z]?\d{1,4})\b|(?:19|20)\d\d[^;]{0,18};\s*(\d{1,4})\b|\b(\d{1,4})\s?\(\d{1,4}(?:[-–]\d+)?(?:\s?Suppl[^)]*)?\)\s?[:,]", re.IGNORECASE)
_ISSUE = re.compile(r"\b(?:issue|no\.|number|heft)\s*(\d{1,4}(?:[-–/]\d{1,3})?)\b|\b\d{1,4}\s?\((\d{1,4}(?:[-–/]\d{1,3})?)\)\s?[:,]", re.IGNORECASE)
_PAGES = re.compile(r"(?:\bpp?\.?\s?|\bpages?\s?|\)\s?[:,]\s?|;\s?\d+\s?:\s?)([A-Z]?\d{1,7}(?:\s?[-–]\s?[A-Z]?\d{1,7})?)", re.IGNORECASE)
_SPLIT = re.compile(r"\s+[|–—·•»›:>/-]{1,2}\s+|\s*[|»›]\s*|\s+::\s+|:\s+|\s\[(?=[^\]]+\]$)|\]$|\bin:\s|(?=\bVolume\s\d)")
_CRUMB = re.compile(r"\s*[>»›→|]\s*|\s+/\s+")
# One strong sign (cited so, in the title line) or several weak ones.
_ENOUGH = 3.0


class Container(msgspec.Struct, frozen=True):
    """The container and its locators."""

    title: Found
    volume: Found
    issue: Found
    pages: Found


def find_container(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], *, title: str | None) -> Container:
    """Metadata first, then the page: the name that most of its lines, its title line and its citation lines agree on."""
    lines = list(_citation_lines(sheet, regions, title))
    return Container(
        _container_title(sheet, regions, candidates, title, lines),
        _locator(candidates, "volume", lines, _VOLUME),
        _locator(candidates, "issue", lines, _ISSUE),
        _locator(candidates, "pages", lines, _PAGES),
    )


def _container_title(
    sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], title: str | None, lines: Sequence[tuple[int, str]]
) -> Found:
    stated = [c for c in ranked(candidates, "container_title") if fold(str(c.value)) != fold(title or "")]
    if stated:
        return Found(str(stated[0].value), stated[0].source, "most believed source that states it")
    shown = _shown(sheet, regions, candidates, title, lines)
    return shown if shown.value else first(candidates, "site_name")


def _shown(
    sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], title: str | None, lines: Sequence[tuple[int, str]]
) -> Found:
    """Every short line that can name a serial, weighed by what else on the page speaks for it."""
    title_key = fold(title or "")
    page_titles = [str(c.value) for c in candidates if c.field == "page_title"]
    names = _best_of(_names(sheet, regions, page_titles, title, lines))
    citations = "\n" + "\n".join(fold(text) for _, text in lines)
    pieces = [p for t in page_titles for p in _SPLIT.split(t) if p and fold(p)]
    headline = max((fold(p) for p in pieces), key=len, default="")
    title_parts = {fold(p) for p in pieces if not names_no_container(p)} - {headline}
    title_line = "".join(fold(t) for t in page_titles).replace(title_key, "") if len(title_key) > 10 else ""
    short = [fold(b.text) for b in sheet.blocks if len(b.text) <= 200 and b.index not in regions.references]
    counts = Counter(short)
    beside = "\n".join(short)
    best, best_weight = None, 0.0
    for key, (name, source, journal_hint, above) in names.items():
        if key == title_key or (len(key) > 20 and (key in title_key or key == headline)) or not 2 <= len(key) <= 130 or names_no_container(name) or find_label(name) is not None:
            continue
        weight = 4.0 * bool(re.search(rf"\n{re.escape(key)}(?:\d|vol|issue|no)", citations))
        weight += 4.0 * (key in title_parts) + (2.0 * (key in title_line) if len(key) > 5 else 0.0)
        weight += 1.5 * journal_hint + above + 0.3 * min(3, counts[key] - 1) + min(2, serial_score(name))
        weight += min(1.0, 0.3 * (beside.count(key) - counts[key])) if len(key) > 5 else 0.0
        if weight > best_weight:
            best, best_weight = (name, source), weight
    if best is None or best_weight < _ENOUGH:
        return NOTHING
    return Found(best[0], best[1], f"named like a serial, {best_weight:.1f} points of evidence")


def _best_of(names: Iterable[tuple[str, tuple[str, str, bool, float]]]) -> dict[str, tuple[str, str, bool, float]]:
    """Each name once: as first seen, with the best that any of its places says."""
    best: dict[str, tuple[str, str, bool, float]] = {}
    for key, entry in names:
        old = best.get(key, entry)
        best[key] = (old[0], old[1], old[2] or entry[2], max(old[3], entry[3]))
    return best


def _names(
    sheet: Sheet, regions: Regions, page_titles: Sequence[str], title: str | None, lines: Sequence[tuple[int, str]]
) -> Iterator[tuple[str, tuple[str, str, bool, float]]]:
    """What may be the name of the container: key, name, source, whether markup calls it the journal, whether it stands above."""
    centre = regions.title if regions.title is not None else 0
    for text in page_titles:
        for part in _SPLIT.split(text):
            if is_serial_like(part.strip()) and fold(part) not in fold(title or ""):
                yield fold(part), (part.strip(), "title", False, 0.0)
    for i, text in lines:
        cited = _CITED.match(text)
        if cited and is_serial_like(cited["name"].strip(" .,;:")) and not _is_label(cited["name"]):
            yield fold(cited["name"]), (cited["name"].strip(" .,;:"), f"block:{i}", False, 0.5)
    end = max(len(sheet.blocks) - 150, regions.head.stop + 10)
    for block in sheet.blocks:
        i = block.index
        if regions.head.stop + 10 < i < end or regions.outside(i) or i == regions.title or len(block.text) > 300:
            continue
        crumbs = _CRUMB.split(block.text)
        for piece in crumbs if len(crumbs) > 2 else (block.text,):
            if is_serial_like(piece) and not _is_other(sheet, i, piece):
                name = piece.strip(" .,;:|–—-·•»›/")
                yield fold(name), (name, f"block:{i}", "journal" in block.hints[-3:], _prominence(block, i, centre))


def _prominence(block: Block, i: int, centre: int) -> float:
    """How much the place of a name says: at the top of the page or in its banner, above the title, or in a menu."""
    if "navigation" in block.hints:
        return -0.5
    return 0.5 * (i < centre) + 1.0 * (i < 12 or "banner" in block.hints or heading_level(block) in (1, 2))


def _is_label(name: str) -> bool:
    """Whether the words before a locator are themselves its label ("Published in", "Issue")."""
    return fold(name) in {"volume", "vol", "issue", "published", "publishedin", "in", "pages", "citation", "articleid", "copyright", "accepted", "received", "epub"}


def _is_other(sheet: Sheet, i: int, text: str) -> bool:
    """Whether the line is a person's or an institution's name, or a heading of the article."""
    if serial_score(text) == 0 and (is_author_line(text) or looks_like_person(text)):
        return True
    return (is_affiliation(text) and "," in text) or ("author" in sheet.blocks[i].hints[-2:])


def _citation_lines(sheet: Sheet, regions: Regions, title: str | None) -> Iterator[tuple[int, str]]:
    """Lines with a locator near the title, and citations of this very article anywhere; these from behind its title on."""
    key = fold(title or "")
    centre = regions.title if regions.title is not None else 0
    for block in sheet.blocks:
        i, text = block.index, block.text
        if len(text) > 900 or regions.outside(i) or sheet.labels[i] is not None or not has_locator(text):
            continue
        if len(key) > 15 and key in fold(text):
            at = text.casefold().find((title or "").casefold()[-12:].rstrip("."))
            if at >= 0:
                yield i, text[at + 12 :].strip(" .,;:\"”'")
        elif (i in regions.head or centre - 40 <= i <= centre) and not is_prose(text):
            yield i, text


def _locator(candidates: Sequence[Candidate], field: str, lines: Sequence[tuple[int, str]], pattern: re.Pattern[str]) -> Found:
    stated = first(candidates, field)
    if stated.value:
        return stated
    for i, text in lines:
        match = pattern.search(text)
        if match:
            value = next(g for g in match.groups() if g)
            return Found(re.sub(r"\s*[-–]\s*", "–", value), f"block:{i}", "read from a citation line")
    return NOTHING
