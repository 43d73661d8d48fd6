"""Compressed bytes, piece by piece: gzip and deflate, zstd, brotli, each in the same three words."""

import sys
import zlib
from collections.abc import Callable
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdDict, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdDict, ZstdError

__all__ = ["BROKEN", "GZIP", "PIECE", "ZSTD", "Brotli", "Inflater", "TooLarge", "Unpacker", "ZstdDict", "unpack", "zstd_unpacker"]

GZIP = b"\x1f\x8b\x08"
ZSTD = b"\x28\xb5\x2f\xfd"
BROKEN = (zlib.error, ZstdError, brotli.error)
# Bytes that are read, or unpacked, at a time.
PIECE = 1 << 16


class Unpacker(Protocol):
    """What `ZstdDecompressor` offers."""

    @property
    def eof(self) -> bool:
        """Whether the end was reached, with the right checksum where there is one."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more can be told without input."""

    @property
    def unused_data(self) -> bytes:
        """What was given of what follows the end."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """At most so many bytes more; ``data`` only where input is needed. Raises one of `BROKEN`."""


class Inflater:
    """An `Unpacker` for zlib's formats: ``wbits`` is 31 for gzip, 15 for zlib, -15 for bare deflate."""

    def __init__(self, wbits: int = 31) -> None:
        self._zlib = zlib.decompressobj(wbits)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        """As `Unpacker.eof`."""
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        """As `Unpacker.unused_data`."""
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """As `Unpacker.decompress`."""
        out = self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
        # With all input taken, zlib may still hold output that did not fit.
        self.needs_input = not self._zlib.unconsumed_tail and len(out) < max_length
        return out


class Brotli:
    """An `Unpacker` for brotli, which has no mark and no end but its last block."""

    unused_data = b""  # there is no telling

    def __init__(self) -> None:
        self._brotli = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        """As `Unpacker.eof`."""
        return bool(self._brotli.is_finished())

    @property
    def needs_input(self) -> bool:
        """As `Unpacker.needs_input`."""
        return bool(self._brotli.can_accept_more_data())

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """As `Unpacker.decompress`."""
        return bytes(self._brotli.process(data, output_buffer_limit=max_length))


def zstd_unpacker(dictionary: ZstdDict | None = None) -> Unpacker:
    """An `Unpacker` for a zstd frame."""
    return ZstdDecompressor(zstd_dict=dictionary)


class TooLarge(Exception):
    """The content inflates beyond what a page may have."""


def unpack(data: bytes, make: Callable[[], Unpacker], *, most: int, again: bytes | None) -> tuple[bytes, bool]:
    """What the bytes hold, as far as they can be read, and whether that is all.

    ``again`` is how a further member begins, ``None`` where there is but one. Raises `TooLarge` beyond ``most`` bytes.
    """
    parts: list[bytes] = []
    size = at = 0
    while True:
        unpacker = make()
        while not unpacker.eof:
            piece = data[at : at + PIECE] if unpacker.needs_input else b""
            if unpacker.needs_input and not piece:
                return b"".join(parts), False
            at += len(piece)
            try:
                parts.append(unpacker.decompress(piece, PIECE))
            except BROKEN:
                return b"".join(parts), False
            size += len(parts[-1])
            if size > most:
                raise TooLarge
        at -= len(unpacker.unused_data)
        if again is None or not data.startswith(again, at):
            return b"".join(parts), True
