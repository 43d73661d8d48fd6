"""What an answer means, and how it is kept. Pure."""

import hashlib
import re
import zlib
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from cleaners.page import Page
from crawler.model import Fetched, State

_GONE = (404, 410)
_REFUSED = (401, 403, 407, 429, 451)
BUSY = (429, 503)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


class Packed(msgspec.Struct, frozen=True):
    """A body as it is kept."""

    sha256: str
    zlib: bytes


def pack(body: bytes) -> Packed:
    """Hash and compress; a large body takes a tenth of a second for each few megabytes."""
    return Packed(hashlib.sha256(body).hexdigest(), zlib.compress(body, 4))


def as_page(fetched: Fetched) -> Page:
    """An answer as the cleaner takes it; the same that `Store.page` gives later."""
    return Page(
        content=fetched.body,
        kind=kind_of(fetched.headers),
        url=fetched.url,
        charset=fetched.charset,
        status=fetched.status,
        fetched_at=fetched.fetched_at,
        truncated="disconnect" if fetched.dataloss else None,
    )


def kind_of(headers: Iterable[Sequence[str]]) -> Literal["html", "text"]:
    """What the Content-Type says that the body is."""
    types = [value for name, value in headers if name.casefold() == "content-type"]
    return "text" if types and types[0].casefold().startswith("text/plain") else "html"


def charset_of(content_type: str | None) -> str | None:
    """The charset that a Content-Type declares."""
    found = _CHARSET.search(content_type or "")
    return found.group(1) if found else None


def state_of(fetched: Fetched) -> State:
    """The state that a final answer gives its URL."""
    if fetched.status in _GONE:
        return "gone"
    if fetched.status in _REFUSED:
        return "blocked"
    # Where nothing was asked for conditionally, 304 is no answer.
    return "error" if fetched.status >= 400 or fetched.status == 304 or fetched.found.trouble else "fetched"


def why_of(fetched: Fetched) -> str | None:
    """What is wrong with an answer, ``None`` where nothing is."""
    return f"HTTP {fetched.status}" if fetched.status >= 400 or fetched.status == 304 else fetched.found.trouble
