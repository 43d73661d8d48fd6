"""The days between which a date lies, as far as it states them."""

from datetime import date

from cleaners.dates.edtf import Interval, OneOf, Point, Value, parse_edtf
from cleaners.record import PartialDate

# Spring to winter, as EDTF numbers them in the place of a month.
SEASONS = range(21, 25)


def edtf_value(stated: PartialDate | None) -> Value | None:
    """The value of a date; `None` where the text was none."""
    try:
        return parse_edtf(stated.edtf) if stated is not None and stated.edtf else None
    except ValueError:
        return None


def days(stated: PartialDate | None) -> tuple[date | None, date | None]:
    """The first and the last day that a date can mean: of 2025-01 the first and the 31st, which does not say that it is either.

    A season counts as its year, for no page says on which half of the globe it is. `None`: the date does not say (an open end,
    an approximate or uncertain date, a year before 1, text that is no date).
    """
    value = edtf_value(stated)
    if value is None:
        return None, None
    ends = (value.start, value.end) if isinstance(value, Interval) else (value, value)
    first, last = (_bound(end, last=last) for end, last in zip(ends, (False, True), strict=True))
    return first, last


def _bound(value: Point | OneOf | None, *, last: bool) -> date | None:
    points = value.points if isinstance(value, OneOf) else (value,) if value is not None else ()
    if not points or any(point.mark or point.year < "0001" for point in points):
        return None
    bounds = [(Point(point.year) if point.month in SEASONS else point).bound(last=last) for point in points]
    return max(bounds) if last else min(bounds)
