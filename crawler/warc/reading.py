"""Pages out of a WARC file."""

import io
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from cleaners.page import Page, Truncated
from cleaners.record import Warc
from crawler.answers import charset_of
from crawler.sniff import looks_like_markup
from crawler.urls import fetchable
from crawler.warc.http import decoded, header, media_type, read_answer
from crawler.warc.members import Damaged
from crawler.warc.records import RawRecord, read_records
from crawler.warc.unpacking import TooLarge
from crawler.workers import LARGEST_PAGE

_KINDS: Mapping[str, Literal["html", "text"]] = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}
_WITH_PAGES = ("response", "resource", "conversion")
# Records about the file, about a request or about another record: nobody misses a page there.
_ABOUT = ("warcinfo", "request", "metadata")
_REASONS: Mapping[str, Truncated] = {"length": "length", "time": "time", "disconnect": "disconnect"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)
# The codings are undone: with these headers the body would be misread.
_UNDONE = ("content-encoding", "transfer-encoding")


class WarcPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page that a WARC file holds. ``headers`` are as sent, but for the transfer and content codings, which are undone."""

    page: Page
    headers: tuple[tuple[str, str], ...] = ()


class _Skipped(Exception):
    """A record that holds no page; what it holds."""


def read_pages(file: io.BufferedIOBase, path: str, *, damaged: Damaged, skipped: Callable[[str], None] = lambda _: None) -> Iterator[WarcPage]:
    """The HTML and plain-text pages of a WARC file, plain or compressed with gzip or zstd, in its order, one at a time.

    They are in ``response``, ``resource`` and ``conversion`` records. The last part of ``path`` goes into the pages' ``warc``.
    ``damaged`` is told the byte at which something cannot be read, and why; all that can be is read nevertheless.
    ``skipped`` is told of each record without a page what it is: "redirect", "revisit", or its media type.
    Raises `OSError` where the file itself cannot be read, and nothing else.
    """
    # The name of a file may have bytes that are no text, which no record can hold.
    filename = os.path.basename(path).encode("utf-8", "replace").decode()
    for record in read_records(file, damaged):
        try:
            page = _page(record, filename)
        except _Skipped as reason:
            skipped(str(reason))
        except TooLarge:
            damaged(record.place, f"the page is larger than {LARGEST_PAGE >> 20} MB")
        except ValueError as error:
            damaged(record.place, str(error))
        else:
            if page is not None:
                yield page


def _page(record: RawRecord, filename: str) -> WarcPage | None:
    """The page in a record; ``None`` for one that is about others. Raises `_Skipped`, `TooLarge`, and `ValueError` with what is wrong."""
    head = record.fields
    of = head.get("warc-type", "").casefold()
    if of in _ABOUT:
        return None
    if of not in _WITH_PAGES:
        raise _Skipped(of if of in ("revisit", "continuation") else "unknown type of record")
    answer, content_type = None, head.get("content-type")
    if of == "response" and media_type(content_type) == "application/http":
        answer = read_answer(record.block)
        if answer is None:
            raise ValueError("the record has no HTTP head")
        if 300 <= answer.status < 400:
            raise _Skipped("redirect")
        content_type = header(answer.headers, "content-type")
    stated = media_type(content_type)
    # Whoever wrote the archive has looked at the bytes; servers call anything text/html.
    named = media_type(head.get("warc-identified-payload-type")) or stated
    if named is not None and named not in _KINDS:
        raise _Skipped(named)
    if not record.is_whole:
        raise TooLarge
    body, is_whole = decoded(answer, most=LARGEST_PAGE) if answer else (record.block, True)
    if named is None and not looks_like_markup(body):
        raise _Skipped("no media type")
    page = Page(
        content=body,
        kind=_KINDS.get(stated or "") or _KINDS[named or "text/html"],
        url=fetchable(head.get("warc-target-uri", "").strip("<>")),
        charset=charset_of(content_type),
        status=answer.status if answer else None,
        fetched_at=_time(head.get("warc-date", "")),
        truncated=_truncated(head, is_whole=is_whole),
        warc=Warc(filename=filename, offset=record.offset),
    )
    headers = answer.headers if answer else ()
    return WarcPage(page=page, headers=tuple((name, value) for name, value in headers if name.casefold() not in _UNDONE))


def _truncated(head: Mapping[str, str], *, is_whole: bool) -> Truncated | None:
    stated = head.get("warc-truncated")
    if stated is None and is_whole and "warc-segment-number" not in head:
        return None
    return _REASONS.get((stated or "").casefold(), "unspecified")


def _time(date: str) -> str | None:
    """The date if it is a point in time; WARC 1.1 allows a bare year too."""
    try:
        datetime.fromisoformat(date)
    except ValueError:
        return None
    return date if _TIME.fullmatch(date) else None
