"""Dates as a text states them."""

from collections.abc import Sequence
from datetime import datetime

from cleaners.dates.edtf import Date
from cleaners.dates.grammar import find
from cleaners.dates.tokens import level, tokenise
from cleaners.dates.values import Reading

__all__ = ["Date", "parse_dates"]


def parse_dates(text: str, *, languages: Sequence[str] = (), reference: datetime | None = None) -> list[Date]:
    """To be written."""
    if not any(c.isdigit() for c in text):
        return []
    plain = level(text)
    tokens = tokenise(plain)
    reading = Reading(languages=tuple(languages))
    return [
        Date(edtf=str(f.value), precision=f.value.precision, start=(s := tokens[f.first].start), end=(e := tokens[f.last - 1].end), raw=text[s:e])
        for f in find(tokens, reading)
    ]
