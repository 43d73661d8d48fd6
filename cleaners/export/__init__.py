"""Records in the formats of other programs: one module a format, each a mapping of a record with no other input than the record.

`write` is all of them: it takes records one by one, holds one row group of Parquet or less, and writes the same bytes for the same
records. A format of text is a function ``chunks`` of its module, one of a file's own kind a function ``write``.
"""

import gzip
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import IO, cast

import msgspec

from cleaners.export.fields import only
from cleaners.record import Record

__all__ = ["FORMATS", "Format", "format_of", "write"]

_GZIP = ".gz"


class Format(msgspec.Struct, frozen=True):
    """A format: its name, the endings of its files, the module that writes it.

    ``is_text``: its files may be gzipped. ``has_columns``: a choice of fields leaves out the others, elsewhere they stay empty.
    """

    name: str
    endings: tuple[str, ...]
    is_text: bool = True
    has_columns: bool = False

    @property
    def module(self) -> str:
        """Where it is written."""
        return f"cleaners.export.{self.name.replace('-', '_')}"


FORMATS = {
    one.name: one
    for one in (
        Format("jsonl", (".jsonl",), has_columns=True),
        Format("parquet", (".parquet",), is_text=False, has_columns=True),
        Format("csv", (".csv",), has_columns=True),
        Format("sqlite", (".sqlite", ".db"), is_text=False),
        Format("csl-json", (".json",)),
        Format("bibtex", (".bib",)),
        Format("ris", (".ris",)),
        Format("markdown", (".md",)),
    )
}


def format_of(path: str | Path) -> Format | None:
    """The format that the ending of a file's name says, ``None`` if it says none; ``.gz`` may follow that of a format of text."""
    name = Path(path).name.casefold()
    zipped = name.endswith(_GZIP)
    ending = Path(name.removesuffix(_GZIP)).suffix
    return next((one for one in FORMATS.values() if ending in one.endings and (one.is_text or not zipped)), None)


def write(records: Iterable[Record], path: str | Path, form: Format, *, fields: Sequence[str] = (), gzipped: bool = False) -> None:
    """Write records, whose ids must differ, into a file of this format.

    ``fields`` are paths as `cleaners.export.fields.resolve` gives them; none means all. ``gzipped`` is for formats of text.
    Raises `ModuleNotFoundError` where the library of the format is not installed.
    """
    module = import_module(form.module)
    if fields and not form.has_columns:
        records = (only(record, fields) for record in records)
    if not form.is_text:
        module.write(records, path, fields)
        return
    with ExitStack() as stack:
        file: IO[bytes] = stack.enter_context(Path(path).open("wb"))
        if gzipped:  # without a name and a time, which would differ
            file = stack.enter_context(cast("IO[bytes]", gzip.GzipFile("", "wb", fileobj=file, mtime=0)))
        for chunk in module.chunks(records, fields):
            file.write(chunk.encode())
