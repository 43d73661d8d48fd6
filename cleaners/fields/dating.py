"""The page's dates with their roles, and the best publication date among them."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from cleaners.candidates import Found, rank
from cleaners.dates import Date, parse_dates
from cleaners.ledger import Candidate
from cleaners.lines import has_locator, is_prose
from cleaners.record import PartialDate, RoleDate
from cleaners.regions import Regions
from cleaners.sheet import Sheet

# Which role is a publication date, best first. "received" and its like say when the work was not yet published.
_PUBLISHED = ("published", "epub", "online", "ppub", "posted", "issue", "unspecified", "event", "created", "submitted", "revised", "copyright")
_FINENESS = {"day": 0, "month": 1, "interval": 1, "season": 1, "year": 2, "decade": 3, "unknown": 4}
_MAY_HOLD_DATE = re.compile(r"\d{4}|\d[./]\d|[年月]|ago\b", re.IGNORECASE)
# A line of dates is short; the longest seen holds received, revised, accepted and four publication dates.
_LONGEST_LINE = 400


class _Seen(msgspec.Struct, frozen=True):
    """A date with where it stands: ``place`` orders sources, lower is nearer to a statement about this article."""

    date: Date
    role: str
    source: str
    place: int


class Dating(msgspec.Struct, frozen=True):
    """The chosen date, all dates, and the blocks they were read from."""

    published: Found
    dates: tuple[RoleDate, ...]
    blocks: frozenset[int]


def find_dates(
    sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], *, language: str | None, reference: datetime | None
) -> Dating:
    """Read dates from metadata, from the head of the article, and from labelled lines elsewhere."""
    languages = (language.split("-")[0].lower(),) if language else ()
    seen = [*_stated(candidates, languages, reference), *_shown(sheet, regions, languages, reference)]
    unique: dict[tuple[str, str], RoleDate] = {}
    for s in seen:
        if s.date.edtf and (s.place < 3 or s.role not in ("unspecified", "copyright")):
            unique.setdefault((s.role, s.date.edtf), RoleDate(role=s.role, edtf=s.date.edtf, precision=s.date.precision, raw=s.date.raw))
    blocks = frozenset(int(s.source[6:]) for s in seen if s.source.startswith("block:") and s.place < 3)
    return Dating(_published(seen), tuple(unique.values()), blocks)


def _stated(candidates: Sequence[Candidate], languages: Sequence[str], reference: datetime | None) -> Iterator[_Seen]:
    for candidate in sorted((c for c in candidates if c.field == "date"), key=lambda c: rank(c.source)):
        for date in parse_dates(str(candidate.value), languages=languages, reference=reference)[:1]:
            role = candidate.role or date.role
            yield _Seen(date, role, candidate.source, 0 if rank(candidate.source) < 11 else 1)


def _shown(sheet: Sheet, regions: Regions, languages: Sequence[str], reference: datetime | None) -> Iterator[_Seen]:
    for block in sheet.blocks:
        i, text = block.index, block.text
        if len(text) > _LONGEST_LINE or regions.outside(i) or not _MAY_HOLD_DATE.search(text):
            continue
        label = sheet.labels[i]
        if label is not None and label.cls != "copyright_line":
            continue
        before = sheet.labels[i - 1] if i else None
        labelled = before is not None and before.action == "field_label" and not has_locator(text)
        near = i in regions.head or (regions.title is not None and 0 < regions.title - i <= 8)
        if is_prose(text) and len(text) > 200 and not has_locator(text):
            continue
        line = f"{sheet.text(i - 1).rstrip(': ')}: {text}" if labelled and before is not None and before.field == "dates" else text
        for date in parse_dates(line, languages=languages, reference=reference):
            role = date.role
            if role == "unspecified" and (i in sheet.peripheral or not near) and "date" not in block.hints[-2:]:
                continue
            place = 2 if near else 3 if i not in sheet.peripheral else 4
            yield _Seen(date, role, f"block:{i}", place)


def _published(seen: Sequence[_Seen]) -> Found:
    """The best role from the best place; a shown date that says the same more finely completes it."""
    usable = [s for s in seen if s.date.edtf and s.role in _PUBLISHED]
    if not usable:
        return Found(None, None, "no publication date is stated")
    best = min(usable, key=lambda s: (s.role in ("copyright", "submitted", "revised"), s.place > 1 and s.role == "unspecified", s.place // 3, _PUBLISHED.index(s.role) if s.place else _PUBLISHED.index(s.role) // 2))
    reason = f"role {best.role}"
    for other in usable:
        finer = _FINENESS[other.date.precision] < _FINENESS[best.date.precision]
        if finer and other.role in ("published", "epub", "issue", "ppub") and _within(other.date, best.date):
            best, reason = other, f"states {best.date.edtf} more finely, role {other.role}"
    value = PartialDate(edtf=best.date.edtf, precision=best.date.precision, raw=best.date.raw)
    return Found(value, best.source, reason)


def _within(inner: Date, outer: Date) -> bool:
    try:
        return outer.lower() <= inner.lower() and inner.upper() <= outer.upper()
    except (ValueError, OverflowError):
        return False
