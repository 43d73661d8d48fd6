"""pagesieve's cleaner: messy article pages in, clean records out. Pure: no network, no clock, no shared state."""

from cleaners.dates import parse_dates
from cleaners.labels import find_label
from cleaners.ledger import Ledger
from cleaners.made_by import VERSION as __version__
from cleaners.page import Page
from cleaners.pipeline import clean, explain
from cleaners.record import Record
from cleaners.snippets import clean_snippet

__all__ = [
    "Ledger",
    "Page",
    "Record",
    "__version__",
    "clean",
    "clean_html",
    "clean_snippet",
    "clean_text",
    "explain",
    "find_label",
    "parse_dates",
]


def clean_html(html: bytes | str, *, url: str | None = None) -> Record:
    """The record of an HTML page. Bytes are better than text: the page's own encoding is then found out."""
    return clean(Page(content=html, kind="html", url=url))


def clean_text(text: bytes | str, *, url: str | None = None) -> Record:
    """The record of a flat text dump of a page."""
    return clean(Page(content=text, kind="text", url=url))
