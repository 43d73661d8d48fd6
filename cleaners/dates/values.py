"""EDTF values from stated parts. A part that the calendar does not have is left out, as one that is not stated."""

from collections.abc import Iterable, Sequence

from cleaners.dates.calendars import buddhist_year, to_gregorian
from cleaners.dates.edtf import Interval, Point, Value, is_possible, one_of
from cleaners.dates.reading import Reading
from cleaners.dates.tokens import Numeric, full_year

LATEST_YEAR = 2100
# Forms that give a day or a month by its name may be as old as a charter; a bare year this old, or this far ahead, is more often a number.
EARLIEST_YEAR, EARLIEST_BARE_YEAR, LATEST_BARE_YEAR = 1000, 1450, 2050


def on_day(year: int, month: int | None, day: int | None, calendar: str) -> Value | None:
    """The value of one date; `None` where the year is none that pages speak of."""
    if calendar == "buddhist" or (calendar == "gregorian" and month):
        year = buddhist_year(year)
    elif calendar != "gregorian" and year < 1500:
        return to_gregorian(calendar, year, month, day or None)
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    for point in (Point(f"{year:04}", month, day), Point(f"{year:04}", month)):
        if month and is_possible(point):
            return point
    return Point(f"{year:04}")


def in_division(year: int, number: int, calendar: str) -> Value | None:
    """The value of a season, quarter or half-year; Iran's seasons are those of its months. `None` where the year is none that pages speak of."""
    if calendar == "jalali" and year < 1500:
        first = 3 * (number - 21) + 1  # spring begins the year
        return interval(to_gregorian(calendar, year, first, None), to_gregorian(calendar, year, first + 2, None))
    if calendar == "buddhist":
        year = buddhist_year(year)
    return Point(f"{year:04}", number) if EARLIEST_YEAR <= year <= LATEST_YEAR else None


def interval(start: Value | None, end: Value | None) -> Value | None:
    """From the one to the other; `None` where either is missing or the end comes first."""
    first = start.start if isinstance(start, Interval) else start
    last = end.end if isinstance(end, Interval) else end
    if not isinstance(first, Point) or not isinstance(last, Point) or first.bound(last=False) > last.bound(last=False):
        return None
    return Interval(first, last) if first != last else first


def year_range(first: int, last: str, separator: str) -> Value | None:
    """The years of 1914–1916, 1914–16 and 2019/20; `None` where they do not rise, or where a slash counts issues (2022/36)."""
    end = int(last) if len(last) == 4 else first - first % 10 ** len(last) + int(last)
    if len(last) == 2 and first % 100 > 50 > int(last):  # 1998–04
        end += 100
    if not EARLIEST_BARE_YEAR <= first < end <= LATEST_YEAR or (separator == "/" and len(last) < 4 and end != first + 1):
        return None
    return Interval(Point(f"{first:04}"), Point(f"{end:04}"))


def numeric(date: Numeric, reading: Reading) -> Value | None:
    """The value of a date in digits: one point, or a set where nothing tells the day from the month."""
    if date.form == "basic":
        return _basic(date.parts[0], reading)
    numbers = [int(part) for part in date.parts]
    if date.form in ("ymd", "ym"):
        year, month = numbers[:2]
        day = numbers[2] if date.form == "ymd" else None
        if day and month > 12 >= day:  # year, day, month
            month, day = day, month
        if date.form == "ym" and (month > 12 or date.separator == "–" or (year < 1900 and len(date.parts[1]) == 1)):  # 1747-8
            if date.separator == "." or year < EARLIEST_BARE_YEAR:  # 1002.70
                return None
            return year_range(year, date.parts[1], date.separator) or on_day(year, None, None, reading.calendar)
        persian = date.separator == "/" and 1300 <= year < EARLIEST_BARE_YEAR  # such digits are Iran's: 1400/10/12
        if month > 12 or (date.form == "ym" and year < EARLIEST_BARE_YEAR and not persian and reading.calendar == "gregorian"):
            return None
        return on_day(year, month or None, day or None, "jalali" if persian else reading.calendar)
    if date.form == "my":
        is_number = date.separator == "." and len(date.parts[0]) == 1  # 1.1887
        return on_day(numbers[1], numbers[0] or None, None, reading.calendar) if not is_number and date.parts[0] != "0" else None
    return _day_first_or_not(numbers, len(date.parts[2]) == 2, date.separator, reading)


def _day_first_or_not(numbers: Sequence[int], short: bool, separator: str, reading: Reading) -> Value | None:
    first, second, third = numbers
    year = full_year(third, reading.calendar) if short else third
    days = {"dmy": (year, second, first), "mdy": (year, first, second)}
    if short and separator == "-":
        days["ymd"] = (full_year(first), second, third)
    if 0 in (first, second):
        return on_day(year, second or None, None, reading.calendar) if not first and second <= 12 else None
    # With dots, and in Thailand's years, the day comes first; elsewhere the text or the caller may say.
    order = "dmy" if separator == "." or year != buddhist_year(year) else reading.order
    if order is not None and _exists(days[order]):
        return on_day(*days[order], reading.calendar)
    possible = [parts for parts in days.values() if _exists(parts)]
    if not possible and first > 12 >= second:  # there is no 31 April, but there is an April
        possible = [(year, second, first)]
    return _one_of(on_day(*parts, reading.calendar) for parts in possible)


def _exists(parts: tuple[int, int, int]) -> bool:
    return is_possible(Point(f"{parts[0]:04}", *parts[1:]))


def _one_of(values: Iterable[Value | None]) -> Value | None:
    points = [v for v in values if isinstance(v, Point)]
    return one_of(points) if points else None


def _basic(digits: str, reading: Reading) -> Value | None:
    """A date without separators: 20221007, 202210, with or without a time behind it."""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8] or 0)
    if len(digits) == 6 and not 1900 <= year < 2040:  # an article number: 164101
        return None
    if not EARLIEST_BARE_YEAR <= year <= LATEST_YEAR or not 1 <= month <= 12 or (len(digits) >= 8 and not _exists((year, month, day))):
        return None
    return on_day(year, month, day or None, reading.calendar)
