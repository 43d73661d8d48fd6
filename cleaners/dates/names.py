"""The names that dates are written with, looked up by word."""

import unicodedata
from functools import lru_cache
from typing import Any

import msgspec

from cleaners.tables import read_table

# The kind of a word, one letter: it is what the grammar's layouts are written in.
MONTH, SEASON, DAY, FILLER, TO, AND, PRESENT, BETWEEN = "M", "S", "D", "f", "r", "&", "p", "b"

# Letters that Unicode does not take apart; ı also because MAYIS in lower case has another i than mayıs.
_WITHOUT_STROKE = str.maketrans("ıłøđ", "ilod")


class Meaning(msgspec.Struct, frozen=True):
    """What a word means in a date: its kind, its number, and for months the calendar and the language that say so."""

    kind: str
    number: int = 0
    calendar: str = "gregorian"
    languages: frozenset[str] = frozenset()


class Names(msgspec.Struct, frozen=True):
    """All names. ``heads`` holds the first words of names of several words, each with the longest one's count of words."""

    meanings: dict[str, tuple[Meaning, ...]]
    heads: dict[str, int]


@lru_cache(maxsize=1)
def data() -> dict[str, Any]:
    """The tables of `names.toml`, as they stand."""
    return read_table("names", "cleaners.dates")


def forms(cell: str) -> list[str]:
    """The forms of one cell of a table."""
    return cell.split("|")


@lru_cache(maxsize=16)
def words(name: str) -> frozenset[str]:
    """One of the plain lists of words."""
    return frozenset(with_plain_forms(forms(data()["words"][name])))


def fold(word: str) -> str:
    """The form that names are looked up by: lower case without final dots, and without the dot that lowering a Turkish İ leaves."""
    lowered = word.lower().rstrip(".")
    return lowered if lowered.isascii() else lowered.replace("\u0307", "")


def without_accents(word: str) -> str:
    """The word as it is written where accents are hard to type; only Latin and Greek letters lose theirs."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word.translate(_WITHOUT_STROKE))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")) if word[:1] < "\u0400" else word


def with_plain_forms(names: list[str]) -> list[str]:
    return list(dict.fromkeys([*names, *map(without_accents, names)]))


@lru_cache(maxsize=1)
def names() -> Names:
    """Read the tables once."""
    tables = data()
    meanings: dict[str, dict[tuple[str, int, str], set[str]]] = {}

    def add(cell: str, kind: str, number: int = 0, calendar: str = "gregorian", language: str = "") -> None:
        for form in with_plain_forms(forms(cell)):
            meanings.setdefault(form, {}).setdefault((kind, number, calendar), set()).add(language)

    for language, cells in tables["months"].items():
        for number, cell in enumerate(cells, 1):
            add(cell, MONTH, number, language=language)
            if language == "he":  # the preposition is written onto the month
                add("|".join("ב" + form for form in forms(cell)), MONTH, number, language=language)
    for calendar, cells in tables["calendars"].items():
        for number, cell in enumerate(cells, 1):
            add(cell, MONTH, number, calendar=calendar)
    for number, cell in tables["divisions"].items():
        add(cell, SEASON, int(number))
    for cells in tables["days"].values():
        for number, cell in enumerate(cells, 1):
            add(cell, DAY, number)
    for kind, name in ((TO, "to"), (AND, "and"), (PRESENT, "present"), (BETWEEN, "between"), (FILLER, "part"), (FILLER, "filler")):
        for form in words(name):
            if form not in meanings:
                add(form, kind)
    heads: dict[str, int] = {}
    for form in meanings:
        first, *rest = form.split(" ")
        if rest:
            heads[first] = max(heads.get(first, 0), 1 + len(rest))
    merged = {
        form: tuple(Meaning(kind, number, calendar, frozenset(languages)) for (kind, number, calendar), languages in found.items())
        for form, found in meanings.items()
    }
    return Names(merged, heads)
