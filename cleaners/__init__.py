"""pagesieve's cleaner: messy article pages in, clean records out. Pure: no network, no clock, no shared state."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from cleaners.dates import parse_dates
    from cleaners.labels import find_label
    from cleaners.ledger import Ledger, replay
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
    "replay",
]

# Each public name that is not defined here: its module, and its name there.
_PLACES = {
    "Ledger": ("ledger", "Ledger"),
    "Page": ("page", "Page"),
    "Record": ("record", "Record"),
    "__version__": ("made_by", "VERSION"),
    "clean": ("pipeline", "clean"),
    "clean_snippet": ("snippets", "clean_snippet"),
    "explain": ("pipeline", "explain"),
    "find_label": ("labels", "find_label"),
    "parse_dates": ("dates", "parse_dates"),
    "replay": ("ledger", "replay"),
}


def __getattr__(name: str) -> Any:
    """What is public is loaded when it is asked for: every run of pytest imports this package, and a shell that completes does."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, own_name = _PLACES[name]
    return getattr(import_module(f"{__name__}.{module}"), own_name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES})


def clean_html(html: bytes | str, *, url: str | None = None, sites: "str | Path | None" = None, body: bool = True) -> "Record":
    """The record of an HTML page. Bytes are better than text: the page's own encoding is then found out.

    ``sites`` is a folder of site profiles of your own; ``url`` tells which of them, or of the built-in ones, is the page's.
    Without ``body`` the main text is not looked for, which saves a quarter of the time.
    """
    from cleaners.page import Page
    from cleaners.pipeline import clean

    return clean(Page(content=html, kind="html", url=url), sites=sites, body=body)


def clean_text(text: bytes | str, *, url: str | None = None, sites: "str | Path | None" = None, body: bool = True) -> "Record":
    """The record of a flat text dump of a page. ``url``, ``sites`` and ``body`` as in `clean_html`; selectors find nothing here."""
    from cleaners.page import Page
    from cleaners.pipeline import clean

    return clean(Page(content=text, kind="text", url=url), sites=sites, body=body)
