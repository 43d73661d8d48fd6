"""Times that count from another: "3 days ago", "vor 5 Stunden", "2小时前", "yesterday"."""

import re
from collections.abc import Iterator, Sequence
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
_TIME = re.compile(r"\W{0,3}(?:[^\W\d_]{1,3}\W{1,2}){0,2}(?:\d{1,2}[:.h]\d{2}.{0,10})?")


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
        rf"(?<![\w.,-])(?:(?P<n1>{number})\s?(?P<u1>{unspaced}|[^\W\d_][^\s\d.]*)\.?\s?{_either(table['behind'])}"
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
        number, unit = match["n1"] or match["n2"], match["u1"] or match["u2"]
        if number is None:
            before = next((label.end for label in reversed(labels) if label.end <= match.start()), 0)
            if not _WORD.search(text, before, match.start()) and _TIME.fullmatch(text, match.end()):
                yield *match.span(), _day(reference - timedelta(days=1 if match["yesterday"] else 0))
            continue
        name = _units().get(fold(unit))
        value = _before(reference, int(number) if number.isdecimal() else 1, name) if name else None
        if value is not None:
            yield *match.span(), value


def _before(reference: datetime, count: int, unit: str) -> Point | None:
    if unit in ("month", "year"):
        months = reference.year * 12 + reference.month - 1 - count * (12 if unit == "year" else 1)
        if count > _MOST_YEARS * (1 if unit == "year" else 12):
            return None
        return Point(f"{months // 12:04}", months % 12 + 1 if unit == "month" else None)
    try:
        return _day(reference - timedelta(**{unit + "s": count}), "~" if unit == "week" else "")
    except OverflowError:
        return None


def _day(moment: datetime, mark: str = "") -> Point:
    return Point(f"{moment.year:04}", moment.month, moment.day, mark)
