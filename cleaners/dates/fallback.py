"""dateparser, for the languages that the tables do not hold. It fills the parts that a text leaves out, so its answers are probed."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from cleaners.dates.edtf import Point
from cleaners.dates.names import data, forms

# Two moments that differ in year, month and day: a part of the answer that follows them was filled in, not read.
_PROBES = (datetime(2001, 3, 5, 12, 0), datetime(2010, 11, 23, 12, 0))  # noqa: DTZ001 - dateparser counts from naive moments
# A date in words is short; of what is longer or has more words dateparser makes dates out of anything.
_LONGEST, _MOST_WORDS = 40, 4
_WORD, _NUMBER, _YEAR = re.compile(r"[^\W\d_]{2,}"), re.compile(r"\d+"), re.compile(r"(?<!\d)\d{4}(?!\d)")


def rare(text: str, languages: Sequence[str], reference: datetime | None) -> Point | None:
    """The one date of a short text in a language that only dateparser knows; `None` for any other text."""
    if not (0 < len(_NUMBER.findall(text)) <= 3 and len(text) <= _LONGEST and 1 <= len(_WORD.findall(text)) <= _MOST_WORDS):
        return None
    names = _rare_languages(text, languages)
    if not names:
        return None
    if _YEAR.search(text):
        first, second = (_parse(text, names, probe) for probe in _PROBES)
        return _stated(first, second)
    found = _parse(text, names, reference) if reference else None
    return Point(f"{found.date_obj.year:04}", found.date_obj.month, found.date_obj.day) if found and found.period in ("day", "time") else None


def _stated(first: Any, second: Any) -> Point | None:
    """The parts in which both answers agree, from the year down to the first that differs."""
    if first is None or second is None or first.date_obj.year != second.date_obj.year:
        return None
    if first.date_obj.month != second.date_obj.month:
        return Point(f"{first.date_obj.year:04}")
    day = first.date_obj.day if first.date_obj.day == second.date_obj.day else None
    return Point(f"{first.date_obj.year:04}", first.date_obj.month, day)


def _rare_languages(text: str, languages: Sequence[str]) -> tuple[str, ...]:
    known = data()["months"]
    if languages:
        return tuple(name for language in languages if (name := language.split("-")[0]) not in known and name not in ("ja", "ko"))
    for letters, names in data()["rare"].items():
        if re.search(f"[{letters}]", text):
            return tuple(forms(names))
    return ()


@lru_cache(maxsize=16)
def _parser(languages: tuple[str, ...], base: datetime) -> Any:
    """A parser that is kept: making one costs more than a hundred uses. `None` where dateparser knows no such language."""
    from dateparser.date import DateDataParser

    try:
        return DateDataParser(languages=list(languages), settings={"RELATIVE_BASE": base})
    except ValueError:
        return None


def _parse(text: str, languages: tuple[str, ...], base: datetime) -> Any:
    parser = _parser(languages, base.replace(tzinfo=None))
    try:
        found = parser.get_date_data(text) if parser else None
    except Exception:  # an odd text may make the library raise anything, and is then no date
        return None
    return found if found and found.date_obj else None
