"""Times that count from another: "3 days ago", "vor 5 Stunden", "2小时前", "yesterday"."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from cleaners.dates.edtf import Point
from cleaners.dates.names import data, fold, forms, with_plain_forms
from cleaners.dates.roles import Label

_UNITS = ("minute", "hour", "day", "week", "month", "year")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
# Longer texts with such words tell of events, not of themselves; so do counts of more years than there has been a web.
_LONGEST_LINE, _MOST_YEARS = 100, 40
_WORD = re.compile(r"\w")
_TIME = re.compile(r"\W{0,3}(?:[^\W\d_]{1,3}\W{1,2}){0,2}(?:\d{1,2}(?:[:.h]\d{2}.{0,10}|\s?[ap]\.?m\b\.?))?")


@lru_cache(maxsize=1)
def _units() -> dict[str, str]:
    return {fold(form): unit for unit in _UNITS for form in with_plain_forms(forms(data()["relative"][unit]))}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """Counts and named days. In scripts with spaces any word may be the unit, and is looked up when it was found."""
    table = {name: forms(cell) for name, cell in data()["relative"].items()}
    number = rf"(?:\d{{1,4}}|{_either(table['one'])})"
    unspaced = _either([unit for unit in _units() if _UNSPACED.match(unit)])
    return re.compile(
        rf"(?<![\w.,-])(?:(?:(?P<n0>\d{{1,4}})\s(?P<u0>[^\W\d_]{{1,12}}),?\s)?(?P<n1>{number})\s?(?P<u1>{unspaced}|[^\W\d_][^\s\d.]*)\.?\s?{_either(table['behind'])}"
        rf"|{_either(table['before'])}\s(?P<n2>{number})\s(?P<u2>[^\W\d_][^\s\d.,;]*)"
        rf"|(?P<yesterday>{_either(table['yesterday'])})|(?P<today>{_either(table['today'])}))",
        re.IGNORECASE,
    )


def _either(words: Sequence[str]) -> str:
    """One of the words, the longest that fits; a word of a script with spaces ends where its letters end."""
    ordered = sorted(dict.fromkeys(words), key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word) + ("" if _UNSPACED.match(word) else r"(?!\w)") for word in ordered) + ")"


def find_relative(text: str, reference: datetime, labels: Sequence[Label]) -> Iterator[tuple[int, int, Point]]:
    """Start, end and value of each; a count of months or years states no day, a count of weeks only about which.

    "Today" is a date where nothing but a label and a time stand beside it, not in "Subscribe today".
    """
    if len(text) > _LONGEST_LINE:
        return
    for match in _pattern().finditer(text):
        if match["yesterday"] or match["today"]:
            value = _before(reference, {"day": 1 if match["yesterday"] else 0}) if _says_when(text, match, labels) else None
        else:
            value = _before(reference, _counts(match))
        if value is not None:
            yield *match.span(), value


def _says_when(text: str, match: re.Match[str], labels: Sequence[Label]) -> bool:
    """Whether nothing but a label and a time stand beside the word."""
    before = next((label.end for label in reversed(labels) if label.end <= match.start()), 0)
    return not _WORD.search(text, before, match.start()) and bool(_TIME.fullmatch(text, match.end()))


def _counts(match: re.Match[str]) -> dict[str, int]:
    """How many of which units: two of them in "1 year, 2 months ago"; none where a word is no unit."""
    pairs = [(match[number], _units().get(fold(match[unit]))) for number, unit in (("n0", "u0"), ("n1", "u1"), ("n2", "u2")) if match[number]]
    counts = {unit: int(number) if number.isdecimal() else 1 for number, unit in pairs if unit}
    return counts if len(counts) == len(pairs) else {}


def _before(reference: datetime, counts: Mapping[str, int]) -> Point | None:
    """The day, or the month or year; `None` where that is before all calendars, longer ago than pages count, or not exact."""
    months = 12 * counts.get("year", 0) + counts.get("month", 0)
    if months > 12 * _MOST_YEARS or not counts:
        return None
    if counts.keys() <= {"year", "month"}:
        then = reference.year * 12 + reference.month - 1 - months
        return Point(f"{then // 12:04}", then % 12 + 1 if "month" in counts else None) if then >= 12 else None
    if months:
        return None
    try:
        day = reference - timedelta(**{f"{unit}s": count for unit, count in counts.items()})
    except OverflowError:
        return None
    return Point(f"{day.year:04}", day.month, day.day, "~" if counts.keys() == {"week"} else "")
