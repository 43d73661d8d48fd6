"""The input of the cleaner: one page, as it was fetched or found."""

from typing import Literal

import msgspec


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page, as bytes of HTML or as the flat text that somebody's scraper left of one.

    ``charset`` is the one that the HTTP header declared; ``status`` the HTTP status. Both are ``None`` where unknown.
    ``fetched_at`` is an RFC 3339 time; it is the reference of relative dates ("3 days ago").
    """

    content: bytes | str
    kind: Literal["html", "text"] = "html"
    url: str | None = None
    charset: str | None = None
    status: int | None = None
    fetched_at: str | None = None
