"""A file of records, one JSON line each, as ``clean``, ``crawl`` and ``export`` write it."""

import gzip
import shutil
import tempfile
import zlib
from collections.abc import Callable, Collection
from pathlib import Path
from typing import IO, NamedTuple, Self

import msgspec

from cleaners.record import Record, filled

_GZIP, _BOM = b"\x1f\x8b", b"\xef\xbb\xbf"
# A record may say much more than its page, of 32 MB at most; a longer line is no record.
_LONGEST = 256 << 20
_ASKED = "give what pagesieve clean, crawl or export has written, with all fields"


class RecordFileError(Exception):
    """The file holds no records; the message, one line, says how to mend it."""


class _Line(NamedTuple):
    offset: int
    kind: str
    id: int
    filled: int


def is_record_file(path: str | Path) -> bool:
    """Whether a file is one of records, by its name or its first bytes, and no store."""
    if Path(path).name.casefold().endswith((".jsonl", ".jsonl.gz")):
        return True
    with open(path, "rb") as file:
        head = file.read(64)
    return head.startswith(_GZIP) or head.removeprefix(_BOM).lstrip().startswith(b"{")


class RecordFile:
    """An open file of records, gzipped or not, whose records can be read again in any order; a context manager.

    Of each record some 150 bytes are held. ``complain`` is told the number of a line, from 1, that is no record, and why.
    Raises `RecordFileError` where the first line is none, or the file is no whole gzip file.
    """

    def __init__(self, path: str | Path, complain: Callable[[int, str], None]) -> None:
        self._file = _unpacked(path)
        try:
            self._lines = self._read(path, complain)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _read(self, path: str | Path, complain: Callable[[int, str], None]) -> list[_Line]:
        lines: list[_Line] = []
        number = offset = 0
        while line := self._file.readline(_LONGEST):
            number += 1
            if text := line.removeprefix(_BOM).strip():
                try:
                    record = Record.from_json(text)
                    lines.append(_Line(offset, record.kind, hash(record.id), len(filled(record))))
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    if not lines:
                        raise RecordFileError(f"{path}: line {number} is no record ({error}): {_ASKED}") from error
                    complain(number, f"no record: {error}")
            offset += len(line)
        return lines

    def places(self, kinds: Collection[str], *, one_per_id: bool) -> list[int]:
        """Where the records of these kinds are, in the order of the file; of those with one id the one with the most fields, or all."""
        chosen = [line for line in self._lines if line.kind in kinds]
        fullest: dict[int, _Line] = {}
        for line in chosen:
            if line.id not in fullest or line.filled > fullest[line.id].filled:
                fullest[line.id] = line
        return [line.offset for line in chosen if not one_per_id or fullest[line.id] is line]

    def record(self, place: int) -> Record:
        """The record at a place."""
        self._file.seek(place)
        return Record.from_json(self._file.readline().removeprefix(_BOM).strip())


def _unpacked(path: str | Path) -> IO[bytes]:
    """The file, in which one can seek: a gzipped one is unpacked beside, into a file without a name."""
    file = open(path, "rb")  # noqa: SIM115  # whoever called closes it
    if file.read(len(_GZIP)) != _GZIP:
        file.seek(0)
        return file
    file.seek(0)
    unpacked = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        with file, gzip.GzipFile(fileobj=file) as stream:
            shutil.copyfileobj(stream, unpacked)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        unpacked.close()
        raise RecordFileError(f"{path}: broken gzip data: fetch or write it again") from error
    unpacked.seek(0)
    return unpacked
