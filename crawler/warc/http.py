"""HTTP answers as WARC records hold them: the head, and the body without its transfer and content codings."""

import re
from collections.abc import Iterable

import msgspec

from crawler.warc.records import fields
from crawler.warc.unpacking import GZIP, ZSTD, Brotli, Inflater, unpack, zstd_unpacker

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)[^\n]*\n?")
_BLANK = re.compile(rb"(?:\A|\n)\r?\n")
_MEDIA_TYPE = re.compile(r"\s*([\w.+-]{1,40}/[\w.+-]{1,80})", re.ASCII)
_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
_LINE_END = re.compile(rb"\r?\n")
# No text has them, and hardly any packed bytes are without one.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_SNIFFED = 1024
# Servers name one, now and then the same twice.
_MOST_CODINGS = 4


class Answer(msgspec.Struct, frozen=True):
    """An HTTP answer as it came; the names of ``headers`` are as sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def read_answer(block: bytes) -> Answer | None:
    """The answer in a record's block; ``None`` where it has no HTTP head."""
    status = _STATUS.match(block)
    if status is None:
        return None
    blank = _BLANK.search(block, status.end() - 1)
    head, body = (block[status.end() : blank.start()], block[blank.end() :]) if blank else (block[status.end() :], b"")
    return Answer(int(status[1]), tuple(fields(head, "latin-1")), body)


def header(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """The first value of a header; ``name`` in lower case."""
    return next((value for given, value in headers if given.casefold() == name), None)


def media_type(content_type: str | None) -> str | None:
    """The bare type that a Content-Type names, in lower case."""
    found = _MEDIA_TYPE.match(content_type or "")
    return found[1].casefold() if found else None


def decoded(answer: Answer, *, most: int) -> tuple[bytes, bool]:
    """The body without chunks and content codings, as far as it can be read, and whether that is all.

    Many archives keep bodies decoded under the head as it came: a body that is not coded as the head says is left as it is.
    Raises `TooLarge` beyond ``most`` bytes.
    """
    body, is_whole = answer.body, True
    if "chunked" in _codings(answer, "transfer-encoding"):
        body, is_whole = _joined(body)
    codings = [*_codings(answer, "content-encoding"), *_codings(answer, "transfer-encoding")]
    for coding in reversed(codings[-_MOST_CODINGS:]):
        body, was_whole = _decode(body, coding, most)
        is_whole = is_whole and was_whole
    return body, is_whole


def _codings(answer: Answer, name: str) -> list[str]:
    values = (value for given, value in answer.headers if given.casefold() == name)
    return [coding.strip().casefold() for value in values for coding in value.split(",")]


def _joined(body: bytes) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    at = 0
    while chunk := _CHUNK.match(body, at):
        size = int(chunk[1], 16)
        if not size:
            return b"".join(parts), True
        parts.append(body[chunk.end() : chunk.end() + size])
        at = chunk.end() + size
        if at > len(body):
            break
        ending = _LINE_END.match(body, at)
        at = ending.end() if ending else at
    return (b"".join(parts), False) if parts else (body, True)


def _decode(body: bytes, coding: str, most: int) -> tuple[bytes, bool]:
    if coding in ("gzip", "x-gzip", "deflate") and body.startswith(GZIP):
        return unpack(body, Inflater, most=most, again=GZIP)
    if coding == "zstd" and body.startswith(ZSTD):
        return unpack(body, zstd_unpacker, most=most, again=ZSTD)
    if coding == "br":
        return _unmarked(body, *unpack(body, Brotli, most=most, again=None))
    if coding == "deflate":
        # By the standard it is in zlib's format; some servers leave out its head and its checksum.
        found, is_whole = unpack(body, lambda: Inflater(15), most=most, again=None)
        return _unmarked(body, *((found, is_whole) if found else unpack(body, lambda: Inflater(-15), most=most, again=None)))
    return body, True


def _unmarked(body: bytes, found: bytes, is_whole: bool) -> tuple[bytes, bool]:
    """What a coding without a mark gave, or the body where it was not coded so."""
    return (found, is_whole) if is_whole or (found and _CONTROL.search(body[:_SNIFFED])) else (body, True)
