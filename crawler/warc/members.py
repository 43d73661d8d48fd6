"""A file as stretches of plain bytes: one for each gzip member or zstd frame, or one for a file that is not compressed.

Writers of WARC give each record a member of its own. So a damaged one costs no more than itself, and the place of a
record in the file is that of its member.
"""

import io
import struct
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol

from crawler.warc.unpacking import BROKEN, GZIP, PIECE, ZSTD, Inflater, Unpacker, ZstdDict, zstd_unpacker

Damaged = Callable[[int, str], None]

TORN = "the file ends in the middle of a record"
DAMAGED = "the compressed data is damaged"
MARK = b"WARC/"
# Less than a usual record, more than a small one: what follows a member is read once more for the next.
_FEED = 1 << 14
# Of a member to see how its content begins: its head may hold a file's name.
_ENOUGH = 1 << 10
# A skippable frame at the beginning of a file holds the dictionary of all its frames (WARC with Zstandard, IIPC).
_DICTIONARY = struct.pack("<I", 0x184D2A5D)
_LARGEST_DICTIONARY = 1 << 24


def is_warc(beginning: bytes) -> bool:
    """Whether a file that begins so is a WARC file, plain or compressed with gzip or zstd."""
    for mark, make in ((GZIP, Inflater), (ZSTD, zstd_unpacker)):
        if beginning.startswith(mark):
            try:
                return make().decompress(beginning, len(MARK)) == MARK
            except BROKEN:
                return False
    return beginning.startswith((MARK, _DICTIONARY))


class Raw:
    """The bytes of a file as stored; ``at`` is the place of the next, from where it was handed over."""

    def __init__(self, file: io.BufferedIOBase) -> None:
        self._file = file
        self._start = file.tell() if file.seekable() else None
        self._held = b""
        self._next = 0
        self.at = 0

    def peek(self, size: int) -> bytes:
        """The next bytes, fewer at the end; they stay."""
        while len(self._held) - self._next < size and (more := self._file.read1(PIECE)):
            self._held, self._next = self._held[self._next :] + more, 0
        return self._held[self._next : self._next + size]

    def take(self, most: int) -> bytes:
        """Some of the next bytes; none only at the end."""
        self.peek(1)
        taken = self._held[self._next : self._next + most]
        self._next += len(taken)
        self.at += len(taken)
        return taken

    def give_back(self, size: int) -> None:
        """The last bytes that were taken come once more."""
        self._next -= size
        self.at -= size

    def back_to(self, at: int) -> bool:
        """Go on from an earlier place, where the file can be sought in."""
        if self._start is None:
            return False
        self._file.seek(self._start + at)
        self._held, self._next, self.at = b"", 0, at
        return True

    def look(self, at: int, size: int) -> bytes | None:
        """Bytes at another place, fewer at the end; ``None`` where the file cannot be sought in."""
        if self._start is None:
            return None
        here = self._file.tell()
        end = self._file.seek(0, io.SEEK_END)
        self._file.seek(min(self._start + at, end))
        found = self._file.read(size)
        self._file.seek(here)
        return found

    def find(self, mark: bytes) -> None:
        """Go on to the mark, or to the end."""
        while len(self.peek(len(mark))) == len(mark):
            found = self._held.find(mark, self._next)
            passed = (found if found >= 0 else len(self._held) - len(mark) + 1) - self._next
            self._next += passed
            self.at += passed
            if found >= 0:
                return
        self.take(len(mark))


class Member(Protocol):
    """A stretch of plain bytes. ``why`` says, once it is read, why its end is not its own; ``None`` where it is whole.

    A file that is not compressed (``is_plain``) has no end of its own: whatever has begun there and not ended is torn.
    """

    is_plain: bool
    why: str | None

    def more(self) -> bytes:
        """Some of the next bytes; none only at the end."""

    def back_to(self, at: int) -> bool:
        """Go on from an earlier place in it, where that is possible."""

    def look(self, at: int, size: int) -> bytes | None:
        """Bytes at another place in it, ``None`` where that is not possible."""


class Plain:
    """A file that is not compressed."""

    is_plain = True
    why: str | None = TORN

    def __init__(self, raw: Raw) -> None:
        self._raw = raw

    def more(self) -> bytes:
        """As `Member.more`."""
        return self._raw.take(PIECE)

    def back_to(self, at: int) -> bool:
        """As `Member.back_to`."""
        return self._raw.back_to(at)

    def look(self, at: int, size: int) -> bytes | None:
        """As `Member.look`."""
        return self._raw.look(at, size)


class Packed:
    """A gzip member or a zstd frame."""

    is_plain = False

    def __init__(self, raw: Raw, unpacker: Unpacker) -> None:
        self._raw = raw
        self._unpacker = unpacker
        self._is_open = True
        self.why: str | None = None

    def more(self) -> bytes:
        """As `Member.more`."""
        out = b""
        while self._is_open and not out:
            data = self._raw.take(_FEED) if self._unpacker.needs_input else b""
            if self._unpacker.needs_input and not data:
                return self._end(TORN)
            try:
                out = self._unpacker.decompress(data, PIECE)
            except BROKEN:
                self._raw.give_back(len(data))
                return self._end(DAMAGED)
            if self._unpacker.eof:
                self._raw.give_back(len(self._unpacker.unused_data))
                self._is_open = False
        return out

    def _end(self, why: str) -> bytes:
        self.why, self._is_open = why, False
        return b""

    def back_to(self, at: int) -> bool:  # noqa: ARG002  # a member can only be read on
        """As `Member.back_to`."""
        return False

    def look(self, at: int, size: int) -> bytes | None:  # noqa: ARG002
        """As `Member.look`."""
        return None


def split(raw: Raw, damaged: Damaged) -> Iterator[tuple[int, Member]]:
    """The members of a file, with the places where they begin. What is not read of one is passed over.

    ``damaged`` is told where none begins; what a member lacks, its ``why`` says.
    """
    dictionary = _dictionary(raw)
    beginning = raw.peek(PIECE)
    for mark, make in ((GZIP, Inflater), (ZSTD, partial(zstd_unpacker, dictionary))):
        # Even if the very beginning is damaged.
        if beginning.startswith(mark) or (mark in beginning and MARK not in beginning):
            yield from _packed(raw, mark, make, damaged)
            return
    yield raw.at, Plain(raw)


def _packed(raw: Raw, mark: bytes, make: Callable[[], Unpacker], damaged: Damaged) -> Iterator[tuple[int, Member]]:
    searching = False
    while raw.peek(1):
        start = raw.at
        # Behind damage the mark may be any bytes: only what holds a record is a member then.
        if raw.peek(len(mark)) == mark and (not searching or _holds_record(raw, make)):
            member = Packed(raw, make())
            yield start, member
            while member.more():
                pass
            searching = member.why is not None
            # The damage may be met far behind the place where it is.
            if searching and not raw.back_to(start + 1) and raw.at == start:
                raw.take(1)
        else:
            if not searching and not _is_padding(raw):
                damaged(start, "what stands here is not compressed as the records are")
            searching = True
            raw.take(1)
        if searching:
            raw.find(mark)


def _is_padding(raw: Raw) -> bool:
    rest = raw.peek(PIECE)
    return len(rest) < PIECE and not rest.strip(b"\0")


def _holds_record(raw: Raw, make: Callable[[], Unpacker]) -> bool:
    try:
        return make().decompress(raw.peek(_ENOUGH), len(MARK)) == MARK
    except BROKEN:
        return False


def _dictionary(raw: Raw) -> ZstdDict | None:
    """The dictionary at the beginning of a zstd file, which is passed over; it may be compressed itself."""
    if raw.peek(4) != _DICTIONARY:
        return None
    size = int.from_bytes(raw.peek(8)[4:], "little")
    raw.take(8)
    content = b""
    while len(content) < min(size, _LARGEST_DICTIONARY) and (piece := raw.take(size - len(content))):
        content += piece
    try:
        return ZstdDict(zstd_unpacker().decompress(content, _LARGEST_DICTIONARY) if content.startswith(ZSTD) else content)
    except (*BROKEN, ValueError):
        return None
