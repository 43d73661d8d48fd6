"""Dates as a text states them."""

from collections.abc import Sequence
from datetime import datetime

from cleaners.dates.edtf import Date

__all__ = ["Date", "parse_dates"]


def parse_dates(text: str, *, languages: Sequence[str] = (), reference: datetime | None = None) -> list[Date]:
    """To be written."""
    return []
