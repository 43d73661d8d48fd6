"""The closed forms of dates, written in the kinds of tokens: ``DMY`` is a day, a month and a year with what may stand between."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from cleaners.dates.calendars import is_year
from cleaners.dates.edtf import Interval, Point, Value, one_of
from cleaners.dates.names import Meaning
from cleaners.dates.reading import Reading
from cleaners.dates.tokens import Numeric, Token, full_year
from cleaners.dates.values import in_division, interval, numeric, on_day, year_range

# Between the parts of a date: a few spaces, points and small words, or one hyphen or slash. Between the ends of a period: a dash,
# a slash or a word for it. All are bounded, so that reading takes linear time whatever the text.
_GLUE = r"(?:[ .,|'fro]{0,6}|[-/])"
_SPAN = r"[o., ]{0,3}(?:\(w\) ?)?[-/r][-f ]{0,3}"
# Longer forms first: where two begin at one place, the first that fits is taken.
_LAYOUTS = (
    "DMY-DMY", "MDY-MDY", "YMD-YMD", "DM-DMY", "MD-MDY", "YMD-MD", "D-DMY", "MD-DY", "YMD-D", "P-P", "DD-P", "D-P",
    "D&DMY", "DMY-p", "MDY-p", "DMY", "MDY", "YMD", "YDM", "DMv", "MDv", "DMD", "DRY",
    "MY-MY", "YM-YM", "M-MY", "YM-M", "SY-SY", "YS-YS", "M&MY", "S-SY-Y", "S-SP", "S-SY", "YS-S", "SY-Y", "SP", "MY-p", "MY", "YM", "SY", "YS", "P",
    "Y-p", "Y-Y", "Y",
)  # fmt: skip
# What may not follow: the volume in "2010 May 5(2)", the year in "2020 5 May 2021", another number in "1990-2000-2010".
_NOT_BEFORE = {"YMD": r"(?!\([Dnv])", "YDM": rf"(?!{_GLUE}Y)", "YM": rf"(?!{_GLUE}Y)", "Y-Y": r"(?!-)"}
_NOT_AFTER = {"Y": r"(?<![w.-]-)", "Y-Y": r"(?<!-)"}
_SPECIAL = {
    "MDY": rf"M{_GLUE}Do?(?: ?t ?w?)?{_GLUE}Y",  # "Thu Dec 25 10:36:28 UTC 2003" holds the time as well
    "DD-P": r"D\. ?D\. ?- ?P",
    "D-P": r"D\.? ?- ?P",
    "SY-Y": rf"S{_GLUE}Y ?[-/] ?Y",
    "S-SY-Y": rf"S{_SPAN}S{_GLUE}Y ?[-/] ?Y",
    "SP": rf"S{_GLUE}P",
    "S-SP": rf"S{_SPAN}S{_GLUE}P",
    "D&DMY": rf"D[o.]{{0,2}} ?& ?D{_GLUE}M{_GLUE}Y",
    "M&MY": rf"M\.? ?& ?M{_GLUE}Y",
    "DMD": "D-M-D(?!-)",
    "DRY": r"D ?[-./]? ?R ?[-./]? ?Y",
    "DMv": r"D(?:o?[. ]{0,2}M[. ]{0,2}'?|-M-|/M/)v",
    "MDv": r"M[. ]{0,2}Do?,? ?'?v",
    "Y-Y": r"Y ?(?:-|/|r) ?Y",
    "YM-M": rf"Y(?:{_GLUE}|\): )M{_SPAN}M",  # "Vol. 45 No. 2 (2019): July-December"
    "YM": rf"Y(?:{_GLUE}|\): )M",
}


def _pattern(layout: str) -> str:
    inner = _SPECIAL.get(layout) or _SPAN.join(_GLUE.join(side) for side in layout.split("-"))
    return _NOT_AFTER.get(layout, "") + inner + _NOT_BEFORE.get(layout, "")


class _Forms(NamedTuple):
    """The layouts that begin with one kind of token, all at once and each."""

    layouts: tuple[str, ...]
    any_of: re.Pattern[str]
    each: tuple[re.Pattern[str], ...]


def _forms(kind: str) -> _Forms:
    layouts = tuple(layout for layout in _LAYOUTS if layout[0] == kind)
    return _Forms(layouts, re.compile("|".join(f"({_pattern(layout)})" for layout in layouts)), tuple(re.compile(_pattern(layout)) for layout in layouts))


# Only those that begin with the token at hand are tried: 24 to 4 µs for a line.
_FORMS = {kind: _forms(kind) for kind in "DMYSP"}
_BEGINS = re.compile(f"[{''.join(_FORMS)}]")
# One of these stands in every layout.
_YEAR = re.compile(r"[YPv]|D-M-D")


class Found(NamedTuple):
    """A date that was read from ``tokens[first:last]`` in the form ``layout``."""

    layout: str
    first: int
    last: int
    value: Value


def find(tokens: Sequence[Token], reading: Reading) -> Iterator[Found]:
    """The dates among the tokens, in order and apart from each other."""
    kinds = "".join(token.kind for token in tokens)
    if not _YEAR.search(kinds):
        return
    place = 0
    while begin := _BEGINS.search(kinds, place):
        start = begin.start()
        place = start + 1
        for layout, last in _fits(kinds, start):
            if (value := _read(layout, tokens[start:last], reading)) is not None:
                yield Found(layout, start, last, value)
                place = last
                break


def _fits(kinds: str, start: int) -> Iterator[tuple[str, int]]:
    """The layouts that fit at a place, in the order of layouts, and where each ends."""
    forms = _FORMS[kinds[start]]
    match = forms.any_of.match(kinds, start)
    if match is None:
        return
    number = match.lastindex or 1
    yield forms.layouts[number - 1], match.end()
    for layout, pattern in zip(forms.layouts[number:], forms.each[number:], strict=True):
        if fit := pattern.match(kinds, start):
            yield layout, fit.end()


def _read(layout: str, tokens: Sequence[Token], reading: Reading) -> Value | None:
    """The value of tokens that stand in a layout."""
    fields = [token for token in tokens if token.kind in "DMYSPRv"]
    if layout in _READERS:
        return _READERS[layout](fields, reading)
    before, _, _ = layout.partition("-")
    left = dict(zip(before, fields, strict=False))
    if layout.endswith("-p"):
        start = _point(left, reading)
        return Interval(start, None) if isinstance(start, Point) else None
    right = dict(zip(layout[len(before) + 1 :], fields[len(before) :], strict=False))
    if not right:
        return _point(left, reading)
    return interval(_point(_completed(left, right), reading), _point(_completed(right, left), reading))


def _completed(side: dict[str, Token], other: dict[str, Token]) -> dict[str, Token]:
    """One end of a period with the coarser parts that only the other end states."""
    wanted = "MY" if "D" in side else "Y"
    return {**{part: other[part] for part in wanted if part in other}, **side}


def _point(parts: dict[str, Token], reading: Reading) -> Value | None:
    year = parts["Y"].value
    if "S" in parts:
        return in_division(year, parts["S"].value, reading.calendar)
    if "M" not in parts:
        return on_day(year, None, None, reading.calendar)
    day = parts["D"].value if "D" in parts else None
    return _in_month(year, parts["M"].value, day, reading)


def _in_month(year: int, meanings: tuple[Meaning, ...], day: int | None, reading: Reading) -> Value | None:
    """The day or the month; a set where the name means different months."""
    values = [on_day(year, m.number, day, _calendar(m, year, reading)) for m in meanings]
    points = [v for v in values if isinstance(v, Point)]
    return one_of(points) if len(points) == len(values) else values[0]


def _calendar(month: Meaning, year: int, reading: Reading) -> str:
    if month.calendar != "gregorian":
        return month.calendar if is_year(month.calendar, year) else "gregorian"
    return "buddhist" if reading.calendar == "buddhist" else "gregorian"


def _numeric_end(fields: Sequence[Token], reading: Reading) -> Value | None:
    """ "01.-05.03.2020" and "28.02.-05.03.2020": the day, or day and month, that precede a full date."""
    *before, last = fields
    date: Numeric = last.value
    if date.form != "dmy":
        return None
    day, month = (token.value for token in before) if len(before) == 2 else (before[0].value, date.parts[1])
    start = Numeric("dmy", date.separator, (str(day), str(month), date.parts[2]))
    return interval(numeric(start, reading), numeric(date, reading))


def _short_year(fields: Sequence[Token], reading: Reading) -> Value | None:
    first, second, year = (token.value for token in fields)
    day, month = (first, second) if fields[1].kind == "M" else (second, first)
    return _in_month(full_year(year, reading.calendar), month, day, reading)


def _season_over_two_years(fields: Sequence[Token], _: Reading) -> Value | None:
    """ "Winter 2019/20" is named for the year that it begins in."""
    years = _two_years(fields[1:])
    return Point(f"{years[0]:04}", fields[0].value) if years else None


def _seasons_over_two_years(fields: Sequence[Token], _: Reading) -> Value | None:
    """ "Autumn-Winter 2019/20": the one in the first year, the other in the next."""
    years = _two_years(fields[2:])
    return interval(Point(f"{years[0]:04}", fields[0].value), Point(f"{years[1]:04}", fields[1].value)) if years else None


def _two_years(fields: Sequence[Token]) -> tuple[int, int] | None:
    """Two years that follow each other, as two tokens or as one: 2019-2020, 2019/20."""
    parts = fields[0].value.parts if fields[0].kind == "P" else [str(token.value) for token in fields]
    if len(parts) != 2:
        return None
    first, second = map(int, parts)
    return (first, first + 1) if second in (first + 1, (first + 1) % 100) else None


def _neighbours(fields: Sequence[Token], reading: Reading) -> Value | None:
    """ "5 and 6 May 2020", "January & February 2020": a period where the second is the next."""
    first, *others = fields
    second = {token.kind: token for token in others}
    start, end = _point({**second, first.kind: first}, reading), _point(second, reading)
    if not isinstance(start, Point) or not isinstance(end, Point):
        return None
    following = (end.day or 0) - (start.day or 0) if end.day else (end.month or 0) - (start.month or 0)
    return interval(start, end) if following == 1 else None


_READERS: dict[str, Callable[[Sequence[Token], Reading], Value | None]] = {
    "P": lambda fields, reading: numeric(fields[0].value, reading),
    "P-P": lambda fields, reading: interval(numeric(fields[0].value, reading), numeric(fields[1].value, reading)),
    "DD-P": _numeric_end,
    "D-P": _numeric_end,
    "DMv": _short_year,
    "MDv": _short_year,
    "DRY": lambda fields, reading: on_day(fields[2].value, fields[1].value, fields[0].value, reading.calendar),
    "SY-Y": _season_over_two_years,
    "SP": _season_over_two_years,
    "S-SP": _seasons_over_two_years,
    "D&DMY": _neighbours,
    "M&MY": _neighbours,
    "DMD": _short_year,
    "S-SY-Y": _seasons_over_two_years,
    "Y-Y": lambda fields, _: year_range(fields[0].value, str(fields[1].value), "-"),
}
