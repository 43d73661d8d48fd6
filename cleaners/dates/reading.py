"""How to read what the form of a date leaves open."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from cleaners.dates.tokens import Token

_HIJRI = re.compile(r"هـ|هجري|\bA\.?H\b")
_PERSIAN, _ARABIC_DIGIT, _THAI = re.compile(r"[۰-۹]|سال|تابستان|پاییز|زمستان"), re.compile(r"[٠-٩]"), re.compile(r"[ก-๙]")
# Languages that write the year first, so that they say nothing about a day and a month before it.
_YEAR_FIRST = frozenset(["zh", "ja", "ko", "hu", "lt", "mn"])

# Begins with a digit, and looks back then: 1.5 to 0.2 ms for the lines of a page.
_IN_DIGITS = re.compile(r"(\d(?<![\d/-].)\d?)([/-])(\d{1,2})\2(?:\d{4}|\d{2})(?![\d/-])")


class Reading(msgspec.Struct, frozen=True):
    """``order`` of day and month in digits (``dmy``, ``mdy``, `None` where nothing decides), and the ``calendar``."""

    order: str | None = None
    calendar: str = "gregorian"


def how_to_read(text: str, tokens: Sequence[Token], languages: Sequence[str]) -> Reading:
    """What the signs of the text, its other dates, and the languages (BCP 47, lower case) decide."""
    calendar = _calendar(text, languages)
    return Reading(_proven(tokens) or _customary(languages) or (None if calendar == "gregorian" else "dmy"), calendar)


def order_of(texts: Iterable[str]) -> str | None:
    """The order of day and month that dates in digits show by a number above 12, where all that show one agree."""
    pairs = ((int(first), int(second)) for first, _, second in _IN_DIGITS.findall("\n".join(texts)))
    orders = {"dmy" if first > 12 else "mdy" for first, second in pairs if (first > 12) != (second > 12)}
    return orders.pop() if len(orders) == 1 else None


def primary(languages: Sequence[str]) -> frozenset[str]:
    """The languages without their regions and scripts."""
    return frozenset(language.split("-")[0] for language in languages)


def _calendar(text: str, languages: Sequence[str]) -> str:
    persian = "fa" in primary(languages)
    if text.isascii():
        return "jalali" if persian else "gregorian"
    if _HIJRI.search(text):
        return "hijri"
    if persian or _PERSIAN.search(text):
        return "jalali"
    if _THAI.search(text):
        return "buddhist"
    return "hijri" if _ARABIC_DIGIT.search(text) else "gregorian"


def _proven(tokens: Sequence[Token]) -> str | None:
    """The order that another date of the text shows by a number above 12."""
    for token in tokens:
        if token.kind == "P" and token.value.form == "dmy" and token.value.separator != ".":
            first, second = int(token.value.parts[0]), int(token.value.parts[1])
            if first > 12 >= second or second > 12 >= first:
                return "dmy" if first > 12 else "mdy"
    return None


def _customary(languages: Sequence[str]) -> str | None:
    """The order of the languages' readers; English alone has both."""
    orders = set()
    for language in languages:
        name, _, region = language.partition("-")
        if name not in _YEAR_FIRST and (name != "en" or region):
            orders.add("mdy" if language in ("en-us", "en-ph") else "dmy")
        elif name == "en":
            orders.add("")
    return orders.pop() or None if len(orders) == 1 else None
