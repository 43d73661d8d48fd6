"""EDTF values: parse, format, precision and bounds, for the part of ISO 8601-2 that article pages need.

Level 1, and of level 2: one-of sets, unspecified digits, quarters (33 to 36) and half-years (40, 41).
"""

import re
from calendar import monthrange
from datetime import date
from functools import total_ordering

import msgspec

from cleaners.record import Precision

# Months of EDTF's divisions of the year. Seasons are those of the north, and winter counts as December of its year:
# EDTF orders spring, summer, autumn, winter within one year.
_DIVISIONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12), 33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12), 40: (1, 6), 41: (7, 12)}
_POINT = re.compile(r"(?P<year>-?[\dX]{4})(?:-(?P<month>[\dX]{2})(?:-(?P<day>[\dX]{2}))?)?(?P<mark>[?~%])?")


class Point(msgspec.Struct, frozen=True):
    """A day, a month, a division of a year, a year, or a year with unspecified last digits (``199X``).

    ``year`` keeps EDTF's spelling; ``month`` is 1 to 12 or a division (21 to 24, 33 to 36, 40, 41); ``mark`` is ``?``
    (uncertain), ``~`` (approximate), ``%`` (both) or empty.
    """

    year: str
    month: int | None = None
    day: int | None = None
    mark: str = ""

    def __str__(self) -> str:
        return self.year + "".join(f"-{part:02}" for part in (self.month, self.day) if part is not None) + self.mark

    @property
    def precision(self) -> Precision:
        if self.day is not None:
            return "day"
        if self.month is not None:
            return "month" if self.month <= 12 else "season"
        return {0: "year", 1: "decade"}.get(self.year.count("X"), "unknown")  # type: ignore[return-value]

    def bound(self, *, last: bool) -> date:
        """The first or last day that this can mean; years before 1 are clipped to the first day that `date` can hold."""
        year = int(self.year.replace("X", "9" if last else "0"))
        if year < 1:
            return date.min
        first_month, last_month = (1, 12) if self.month is None else _DIVISIONS.get(self.month, (self.month, self.month))
        if self.day is not None:
            return date(year, first_month, self.day)
        return date(year, last_month, monthrange(year, last_month)[1]) if last else date(year, first_month, 1)


class Interval(msgspec.Struct, frozen=True):
    """From one point to another; an open end (``..``) is `None`."""

    start: Point | None
    end: Point | None

    def __str__(self) -> str:
        return f"{self.start or '..'}/{self.end or '..'}"

    @property
    def precision(self) -> Precision:
        return "interval"

    def bound(self, *, last: bool) -> date:
        point = self.end if last else self.start
        if point is None:
            return date.max if last else date.min
        return point.bound(last=last)


class OneOf(msgspec.Struct, frozen=True):
    """One of several points, and the text does not say which."""

    points: tuple[Point, ...]

    def __str__(self) -> str:
        return f"[{','.join(map(str, self.points))}]"

    @property
    def precision(self) -> Precision:
        return self.points[0].precision

    def bound(self, *, last: bool) -> date:
        bounds = [point.bound(last=last) for point in self.points]
        return max(bounds) if last else min(bounds)


Value = Point | Interval | OneOf


def one_of(points: list[Point]) -> Value:
    """The point itself where there is but one, else the set, in order of time."""
    unique = sorted(set(points), key=lambda point: (point.bound(last=False), str(point)))
    return unique[0] if len(unique) == 1 else OneOf(tuple(unique))


def parse_edtf(text: str) -> Value:
    """Read an EDTF string; `str` of the result gives it back. Raises `ValueError` for anything else and for impossible days."""
    if text.startswith("[") and text.endswith("]"):
        return OneOf(tuple(_point(part) for part in text[1:-1].split(",")))
    if "/" in text:
        ends = [None if part == ".." else _point(part) for part in text.split("/")]
        if len(ends) != 2 or ends == [None, None]:
            raise ValueError(f"an interval has two ends: {text!r}")
        return Interval(ends[0], ends[1])
    return _point(text)


def _point(text: str) -> Point:
    match = _POINT.fullmatch(text)
    if match is None or "X" in (match["year"].rstrip("X") + (match["month"] or "") + (match["day"] or "")):
        raise ValueError(f"not a date in the supported part of EDTF: {text!r}; see ISO 8601-2")
    month, day = (int(match[name]) if match[name] else None for name in ("month", "day"))
    point = Point(match["year"], month, day, match["mark"] or "")
    if not is_possible(point):
        raise ValueError(f"there is no such day, month or season: {text!r}")
    return point


def is_possible(point: Point) -> bool:
    """Whether the calendar has it."""
    if point.month is None:
        return point.day is None
    if point.day is None:
        return 1 <= point.month <= 12 or point.month in _DIVISIONS
    if not 1 <= point.month <= 12 or "X" in point.year:
        return False
    # Astronomical years repeat every 400 years, so one in the range of `date` stands for those before it.
    return 1 <= point.day <= monthrange(int(point.year) % 400 + 2000, point.month)[1]


@total_ordering
class Date(msgspec.Struct, frozen=True, kw_only=True):
    """A date as a text states it, with no part that the text does not state.

    ``edtf`` is the value in EDTF (ISO 8601-2); ``precision`` its finest stated part ("unknown" is coarser than a decade);
    ``role`` what the text calls it, "unspecified" where it says nothing; ``raw`` is ``text[start:end]`` of what was read.
    Dates are ordered by the first day they can mean, then the last, then their place in the text.
    """

    edtf: str
    precision: Precision
    role: str = "unspecified"
    raw: str = ""
    start: int = 0
    end: int = 0

    def lower(self) -> date:
        """The first day it can mean; `date.min` for an open start and for years before 1."""
        return parse_edtf(self.edtf).bound(last=False)

    def upper(self) -> date:
        """The last day it can mean; `date.max` for an open end, `date.min` for years before 1."""
        return parse_edtf(self.edtf).bound(last=True)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Date):
            return NotImplemented
        return self._key() < other._key()

    def _key(self) -> tuple[date, date, int, int, str, str, str]:
        return self.lower(), self.upper(), self.start, self.end, self.edtf, self.role, self.raw
