"""pagesieve's cleaner: messy article pages in, clean records out. Pure: no network, no clock, no shared state."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaners.ledger import Ledger, replay
from cleaners.made_by import VERSION as __version__
from cleaners.page import Page
from cleaners.record import Record

if TYPE_CHECKING:
    from cleaners.dates import parse_dates
    from cleaners.labels import find_label
    from cleaners.pipeline import clean, explain
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
    "replay",
]

_PLACES = {"clean": "pipeline", "explain": "pipeline", "clean_snippet": "snippets", "find_label": "labels", "parse_dates": "dates"}


def __getattr__(name: str) -> Any:
    """What cleans is loaded when it is asked for: processes that only pass pages and records on start in half the time."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def clean_html(html: bytes | str, *, url: str | None = None, sites: str | Path | None = None, body: bool = True) -> Record:
    """The record of an HTML page. Bytes are better than text: the page's own encoding is then found out.

    ``sites`` is a folder of site profiles of your own; ``url`` tells which of them, or of the built-in ones, is the page's.
    Without ``body`` the main text is not looked for, which saves a quarter of the time.
    """
    from cleaners.pipeline import clean

    return clean(Page(content=html, kind="html", url=url), sites=sites, body=body)


def clean_text(text: bytes | str, *, url: str | None = None, sites: str | Path | None = None, body: bool = True) -> Record:
    """The record of a flat text dump of a page. ``url``, ``sites`` and ``body`` as in `clean_html`; selectors find nothing here."""
    from cleaners.pipeline import clean

    return clean(Page(content=text, kind="text", url=url), sites=sites, body=body)
