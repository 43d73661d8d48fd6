"""The input of the cleaner: one page, as it was fetched or found."""

from typing import Literal

import msgspec

from cleaners.record import Warc

Truncated = Literal["length", "time", "disconnect", "unspecified"]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page, as bytes of HTML or as the flat text that somebody's scraper left of one.

    ``charset`` is the one that the HTTP header declared; ``status`` the HTTP status. Both are ``None`` where unknown.
    ``fetched_at`` is an RFC 3339 time; it is the reference of relative dates ("3 days ago"). ``truncated`` says why the
    content is not whole, in the words of WARC: a limit of length or of time, a connection that ended early, or not known;
    ``None`` where it is whole. ``warc`` is where it was read from, if from a WARC file.
    """

    content: bytes | str
    kind: Literal["html", "text"] = "html"
    url: str | None = None
    charset: str | None = None
    status: int | None = None
    fetched_at: str | None = None
    truncated: Truncated | None = None
    warc: Warc | None = None
