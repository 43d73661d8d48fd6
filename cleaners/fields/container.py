"""Journal, proceedings or site; volume, issue and pages from citation lines."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from cleaners.candidates import NOTHING, Found, first, ranked
from cleaners.fields.title import parts
from cleaners.ledger import Candidate
from cleaners.lines import fold, has_locator, is_affiliation, is_prose, is_serial_like, serial_score, word_count
from cleaners.names import looks_like_person
from cleaners.regions import Regions, is_author_line
from cleaners.sheet import Sheet, heading_level

# "Br J Ophthalmol 2014;98:377-382", "Bioinformatics (2012) 28 (22): 2891", "Life Sci. 2025 Jan 15;361:1", "Journal X, Volume 3, Issue 2"
_CITED = re.compile(
    r"^(?:In:\s*)?(?P<name>[^\d;:()\[\]]{2,150}?)[\s,.;:]*(?:[\[(]?(?:19|20)\d\d\b|\b(?:vol(?:ume)?|issue|no|band|tome?|том)\b\.?\s*\d|\b\d{1,4}\s?[(,:]\s?\d)", re.IGNORECASE
)
_VOLUME = re.compile(r"\bvol(?:ume)?\.?\s*([A-Z]?\d{1,4})\b|(?:19|20)\d\d[^;]{0,18};\s*(\d{1,4})\b|\b(\d{1,4})\s?\(\d{1,4}(?:[-–]\d+)?(?:\s?Suppl[^)]*)?\)\s?[:,]", re.IGNORECASE)
_ISSUE = re.compile(r"\b(?:issue|no\.|number|heft)\s*(\d{1,4}(?:[-–/]\d{1,3})?)\b|\b\d{1,4}\s?\((\d{1,4}(?:[-–/]\d{1,3})?)\)\s?[:,]", re.IGNORECASE)
_PAGES = re.compile(r"(?:\bpp?\.?\s?|\bpages?\s?|\)\s?[:,]\s?|;\s?\d+\s?:\s?)([A-Z]?\d{1,7}(?:\s?[-–]\s?[A-Z]?\d{1,7})?)", re.IGNORECASE)
# The name of the journal stands at most this many lines from the title.
_NEAR = 12


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
    votes: dict[str, float] = {}
    form: dict[str, tuple[str, str]] = {}

    def vote(name: str, weight: float, source: str) -> None:
        name = name.strip(" .,;:|–—-·•»›/")
        key = fold(name)
        if 2 <= len(key) <= 130 and key != fold(title or ""):
            votes[key] = votes.get(key, 0) + weight
            if key not in form or source.startswith("block"):
                form.setdefault(key, (name, source))

    for i, text in lines:
        cited = _CITED.match(text)
        if cited and is_serial_like(cited["name"].strip(" .,;:")) and not looks_like_a_label(cited["name"]):
            vote(cited["name"], 3.0 + min(2, serial_score(cited["name"])), f"block:{i}")
    for candidate in candidates:
        if candidate.field == "page_title" and title:
            rest = [p for p in parts(str(candidate.value)) if fold(p) not in fold(title) and fold(title) not in fold(p)]
            for part in rest:
                if is_serial_like(part):
                    vote(part, 2.5 + min(2, serial_score(part)), "title")
    counts = Counter(fold(b.text) for b in sheet.blocks if len(b.text) < 150)
    centre = regions.title if regions.title is not None else 0
    for i in range(max(0, centre - 60), min(len(sheet.blocks), centre + 60)):
        block = sheet.blocks[i]
        if sheet.labels[i] is not None or i == regions.title or regions.outside(i) or not is_serial_like(block.text):
            continue
        key, distance = fold(block.text), abs(i - centre)
        weight = 1.0 * (distance <= _NEAR) + 1.0 * (distance <= 2) + min(2, serial_score(block.text))
        weight += 2.0 * ("journal" in block.hints[-3:]) - 1.0 * (i in sheet.peripheral) + 0.5 * min(3, counts[key] - 1)
        follows = sheet.text(i + 1) if i + 1 < len(sheet.blocks) else ""
        weight += 2.0 * (has_locator(follows) and len(follows) < 80 and not _CITED.match(follows))
        if not any(s.kind == "a" for s in block.spans) and i > centre and distance <= 2 and not _is_other(sheet, i):
            weight += 1.5
        if weight > 1.0 and not _is_other(sheet, i):
            vote(block.text, weight, f"block:{i}")
    best = max(votes, key=lambda k: (votes[k], len(k)), default=None)
    if best is None or votes[best] < 3.0:
        return NOTHING
    name, source = form[best]
    return Found(name, source, f"named like a serial, {votes[best]:.1f} points of evidence")


def looks_like_a_label(name: str) -> bool:
    """Whether the words before a locator are themselves its label ("Published in", "Issue")."""
    return fold(name) in {"volume", "vol", "issue", "published", "publishedin", "in", "pages", "citation", "articleid", "copyright", "accepted", "received", "epub"}


def _is_other(sheet: Sheet, i: int) -> bool:
    text = sheet.text(i)
    if serial_score(text) == 0 and (is_author_line(text) or (looks_like_person(text) and word_count(text) > 2)):
        return True
    return is_affiliation(text) and "," in text or (heading_level(sheet.blocks[i]) or 9) <= 1


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
