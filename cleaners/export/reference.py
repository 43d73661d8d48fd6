"""What CSL-JSON, BibTeX and RIS ask of a record alike: what sort of work it is, and its date in the parts that they have."""

import re
from typing import Literal

import msgspec

from cleaners.dates.edtf import Interval, OneOf, Point
from cleaners.export.days import SEASONS, edtf_value
from cleaners.record import PartialDate, Record

WorkType = Literal["journal", "preprint", "chapter", "book", "webpage", "document"]

_RANGE = re.compile(r"(\w+)\s*[-\u2010-\u2015]{1,2}\s*(\w+)")
_LAST_MONTH = 12


def work_type(record: Record) -> WorkType:
    """What sort of work it is, by what the page states: a journal's article has the journal, and a number of it or of itself there."""
    stated = record.identifiers
    if record.container_title and (stated.issn or record.volume or record.issue or stated.doi or stated.pmid or stated.pmcid) and not stated.arxiv:
        return "journal"
    if stated.arxiv:
        return "preprint"
    if stated.isbn:
        return "chapter" if record.container_title else "book"
    if stated.doi or stated.pmid or stated.pmcid:
        return "document"
    return "webpage" if address(record) else "document"


def address(record: Record) -> str | None:
    """The address that the page declares, else the one that it has."""
    return record.canonical_url or record.url


def page_range(pages: str | None) -> tuple[str, str] | None:
    """The first and the last of "45–56"; `None` for a single page, an article number or a list."""
    found = _RANGE.fullmatch(pages or "")
    return (found[1], found[2]) if found else None


def points(date: PartialDate | None) -> tuple[Point, ...]:
    """The date as one point, or as the two ends of an interval; empty where it is neither.

    What these formats cannot say is left out, never put in: of several possible days stands what they share, of a season that
    begins or ends an interval the year; a quarter is the interval of its months. Decades and open intervals are empty.
    """
    value = edtf_value(date)
    if isinstance(value, OneOf):
        value = _shared(value)
    if isinstance(value, Point) and value.month and value.month > _LAST_MONTH and value.month not in SEASONS:
        value = Interval(_month(value, last=False), _month(value, last=True))
    if value is None:
        found: tuple[Point | None, ...] = ()
    elif isinstance(value, Interval):
        ends = (_end(value.start, last=False), _end(value.end, last=True))
        found = ends if ends[0] != ends[1] else ends[:1]
    else:
        found = (value,)
    stated = tuple(point for point in found if point is not None and "X" not in point.year)
    return stated if len(stated) == len(found) else ()


def _shared(value: OneOf) -> Point | None:
    first, *others = value.points
    if any(point.year != first.year for point in others):
        return None
    return Point(first.year, first.month if all(point.month == first.month for point in others) else None)


def _end(point: Point | None, *, last: bool) -> Point | None:
    if point is None or not point.month or point.month <= _LAST_MONTH:
        return point
    return msgspec.structs.replace(point, month=None) if point.month in SEASONS else _month(point, last=last)


def _month(point: Point, *, last: bool) -> Point:
    return msgspec.structs.replace(point, month=point.bound(last=last).month)


def season(point: Point) -> int | None:
    """1 to 4 for spring to winter."""
    return point.month - 20 if point.month is not None and point.month in SEASONS else None


def month(point: Point) -> int | None:
    """1 to 12; `None` for a season and where none is stated."""
    return point.month if point.month and point.month <= _LAST_MONTH else None
