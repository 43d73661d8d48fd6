"""WARC records out of a file, one after the other, with their places; what is damaged costs itself."""

import io
import re
from collections.abc import Iterator, Mapping

import msgspec

from crawler.warc.members import DAMAGED, MARK, TORN, Damaged, Member, Raw, split
from crawler.warc.unpacking import PIECE
from crawler.workers import LARGEST_PAGE

# The heads of Common Crawl have 600 bytes.
_LARGEST_HEAD = 1 << 16
# A page of the largest size, and its HTTP head.
_LARGEST_BLOCK = LARGEST_PAGE + _LARGEST_HEAD
_FOLD = re.compile(rb"\r?\n[ \t]+")
# How a record begins, as no page would in its text: a page about WARC has the first line alone.
_AHEAD = re.compile(rb"WARC/\d\.\d\r?\n(?:WARC-|Content-)", re.IGNORECASE)
_LONGEST_AHEAD = 18
_BLANK_OR_AHEAD = re.compile(rb"\n(?:\r?\n|" + _AHEAD.pattern + rb")", re.IGNORECASE)
_BREAKS = b"\r\n"
_LENGTH = re.compile(r"\d{1,18}", re.ASCII)
_END = b"\r\n\r\n"
_NO_RECORD = "no WARC record begins here"
_NO_END = "the head of the record has no end"
_NOT_THE_END = "the record does not end where its Content-Length says"
_MAY_FOLLOW = (b"\r", b"\n", MARK[:1], b"")


class RawRecord(msgspec.Struct, frozen=True):
    """A record as it is stored.

    ``offset`` is the byte of the file at which it can be sought, ``None`` where it cannot, ``place`` the nearest that can.
    ``fields`` are those of its head, by names in lower case. ``block`` is what follows the head, of one too large for a
    page (``is_whole`` false) only the beginning.
    """

    offset: int | None
    place: int
    fields: Mapping[str, str]
    block: bytes
    is_whole: bool


class _Broken(Exception):
    """A record that cannot be used; before ``resume``, a place in its member, no other begins."""

    def __init__(self, why: str, resume: int) -> None:
        super().__init__(why)
        self.resume = resume


def read_records(file: io.BufferedIOBase, damaged: Damaged) -> Iterator[RawRecord]:
    """The records of a WARC file, plain or compressed with gzip or zstd, in its order; never raises on what it holds.

    ``damaged`` is told where something cannot be read, and why. Raises `OSError` where the file itself cannot be read.
    """
    raw = Raw(file)
    if not raw.peek(1):
        damaged(0, _NO_RECORD)
    for start, member in split(raw, damaged):
        yield from _Span(start, member, damaged).records()


def fields(head: bytes, encoding: str) -> list[tuple[str, str]]:
    """The lines of a head as names and values, as they stand; a folded line is one, what is none is left out."""
    lines = _FOLD.sub(b" ", head).decode(encoding, "replace").split("\n")
    pairs = (line.partition(":") for line in lines)
    return [(name.strip(), value.strip()) for name, colon, value in pairs if colon and name.strip()]


class _Span:
    """The records of one member; ``_held`` was read of it and not used yet, ``_at`` is the place in it of what is held."""

    def __init__(self, start: int, member: Member, damaged: Damaged) -> None:
        self._start = start
        self._member = member
        self._damaged = damaged
        self._held = b""
        self._at = 0

    def records(self) -> Iterator[RawRecord]:
        """Each record of the member; what is damaged is told, and passed over."""
        is_first, is_told = True, self._member.is_plain
        self._skip_breaks()
        while self._held:
            at = self._at
            place = self._start + (at if self._member.is_plain else 0)
            try:
                head = self._head()
                block, is_whole = self._block(head)
            except _Broken as broken:
                self._damaged(place, str(broken))
                is_told = True
                self._resume(broken.resume)
            else:
                yield RawRecord(place if self._member.is_plain or is_first else None, place, head, block, is_whole)
            is_first = False
            self._skip_breaks()
        if self._member.why and not is_told:
            self._damaged(self._start, self._member.why)

    def _fill(self, size: int = 0) -> bool:
        """Hold so many bytes, or some more; false at the end."""
        while piece := self._member.more():
            self._held += piece
            if len(self._held) >= size:
                return True
        return False

    def _skip_breaks(self) -> None:
        while True:
            rest = self._held.lstrip(_BREAKS)
            self._at += len(self._held) - len(rest)
            self._held = rest
            if rest or not self._fill():
                return

    def _begins_record(self) -> bool:
        """Whether a record follows, or as much of one as there is before the end."""
        if len(self._held) < len(MARK):
            self._fill(len(MARK))
        return self._held[: len(MARK)] == MARK[: len(self._held)]

    def _head(self) -> dict[str, str]:
        if not self._begins_record():
            raise _Broken(_NO_RECORD, self._at + 1)
        while (end := _BLANK_OR_AHEAD.search(self._held)) is None:
            if len(self._held) > _LARGEST_HEAD:
                raise _Broken(_NO_END, self._at + 1)
            if not self._fill():
                raise _Broken(self._member.why or _NO_END, self._at + 1)
        if not end[0].isspace():
            raise _Broken(_NO_END, self._at + 1)
        head, self._held = self._held[: end.start()], self._held[end.end() :]
        self._at += end.end()
        named = {name.casefold(): value for name, value in reversed(fields(head.partition(b"\n")[2], "utf-8"))}
        if not _LENGTH.fullmatch(named.get("content-length", "")):
            raise _Broken("the record has no usable Content-Length", self._at)
        return named

    def _block(self, head: Mapping[str, str]) -> tuple[bytes, bool]:
        begin = self._at
        left = size = int(head["content-length"])
        # A wrong length is told before all is read that it reaches over: a file may be full of them.
        last = self._member.look(self._start + begin + size - 1, 2) if size > PIECE else None
        if last is not None and last[1:] not in _MAY_FOLLOW:
            raise _Broken(_NOT_THE_END, begin)
        if last == b"":
            raise _Broken(TORN, begin)
        wanted = size if size <= _LARGEST_BLOCK else _LARGEST_HEAD
        parts = []
        while left and (self._held or self._fill()):
            part, self._held = self._held[:left], self._held[left:]
            left -= len(part)
            self._at += len(part)
            if wanted:
                parts.append(part[:wanted])
                wanted -= len(parts[-1])
        if left:
            raise _Broken(self._member.why or "the record is shorter than its Content-Length", begin)
        if len(self._held) < len(_END):
            self._fill(len(_END))
        has_end = self._held.startswith(_END)
        self._skip_breaks()
        if not self._held and self._member.why == DAMAGED:
            raise _Broken(DAMAGED, self._at)
        if not has_end and not self._begins_record():
            raise _Broken(_NOT_THE_END, begin)
        return b"".join(parts), size <= _LARGEST_BLOCK

    def _resume(self, at: int) -> None:
        """Go on to where another record begins, from an earlier place where that is possible."""
        if self._member.back_to(self._start + at):
            self._held, self._at = b"", at
        self._held, self._at = self._held[max(at - self._at, 0) :], max(at, self._at)
        while (found := _AHEAD.search(self._held)) is None:
            rest = self._held[-_LONGEST_AHEAD:]
            self._at += len(self._held) - len(rest)
            self._held = rest
            if not self._fill():
                self._held = b""
                return
        self._at += found.start()
        self._held = self._held[found.start() :]
