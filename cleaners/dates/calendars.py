"""Other calendars, converted where the conversion is exact: Iran's, Umm al-Qura's, Thailand's."""

from datetime import date, timedelta
from itertools import accumulate

from cleaners.dates.edtf import Interval, Point

# Lengths of the months of the calendar of Umm al-Qura, three hexadecimal digits for each year from 1390 to 1469, a bit for
# each month that has 30 days and not 29. The calendar is official, not computed: no rule gives all of these.
_FIRST_HIJRI_YEAR, _FIRST_HIJRI_DAY = 1390, date(1970, 3, 9)
_HIJRI_MONTHS = (
    "ab4aab2aba2baa6b4aba55aaab5556d2b54aea57526e936aaad555aa5b52ba95b49ba4db25d52daa5ad4aea56d4bd23d91da95b4ab5a56d2b693b49b"
    "6556a9754b6a56caad555b29b92ba95d4ada55aaab595749764baa5b52b6a56d2ae9572a75535a95d49ba4dd26d535aaaad4b6a57527a95b4ab5536c"
)
_HIJRI_LENGTHS = [30 if int(_HIJRI_MONTHS[month // 4], 16) >> (3 - month % 4) & 1 else 29 for month in range(4 * len(_HIJRI_MONTHS))]
_HIJRI_STARTS = [0, *accumulate(_HIJRI_LENGTHS)]
_BUDDHIST_OFFSET = 543


def is_year(calendar: str, year: int) -> bool:
    """Whether the conversion holds for the year."""
    return {"jalali": 1200 <= year < 1500, "hijri": 0 <= year - _FIRST_HIJRI_YEAR < len(_HIJRI_LENGTHS) // 12}[calendar]


def to_gregorian(calendar: str, year: int, month: int | None, day: int | None) -> Point | Interval | None:
    """The day; for a month or a year the interval of its days; `None` where the calendar has no such date or the table no such year."""
    if not is_year(calendar, year) or not 1 <= (month or 1) <= 12:
        return None
    start = _first_of_month(calendar, year, month or 1)
    after = _first_of_month(calendar, year + 1, 1) if month in (None, 12) else _first_of_month(calendar, year, (month or 1) + 1)
    if day is not None:
        found = start + timedelta(days=day - 1)
        return _point(found) if day >= 1 and found < after else None
    return Interval(_point(start), _point(after - timedelta(days=1)))


def buddhist_year(year: int) -> int:
    """The year of our era for one of Thailand's, where it can only be that."""
    return year - _BUDDHIST_OFFSET if 2400 <= year < 2700 else year


def _first_of_month(calendar: str, year: int, month: int) -> date:
    if calendar == "hijri":
        return _FIRST_HIJRI_DAY + timedelta(days=_HIJRI_STARTS[(year - _FIRST_HIJRI_YEAR) * 12 + month - 1])
    # Eight leap days in 33 years, right for the years 1178 to 1633; 226,895 puts the first day of 1394 on 21 March 2015.
    days = 365 * (year - 1) + (8 * year + 21) // 33 + 226_895
    return date.fromordinal(days + (31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)))


def _point(day: date) -> Point:
    return Point(f"{day.year:04}", day.month, day.day)
