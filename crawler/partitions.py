"""Records into the files of a shard: one, or one in a folder for each host or month, as Hive, DuckDB and pyarrow name them."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from cleaners.export import FORMATS, write
from cleaners.export.days import days
from cleaners.record import Record
from crawler.urls import host

Form = Literal["jsonl", "parquet"]
Partition = Literal["host", "month"]

_ENDINGS: Mapping[Form, str] = {"jsonl": ".jsonl.gz", "parquet": ".parquet"}
# What readers take for null.
_NULL = "__HIVE_DEFAULT_PARTITION__"
# With the partition's name before it, it must fit into the 255 bytes of a file's name.
_LONGEST = 240


def write_files(records: Iterable[Record], folder: Path, name: str, form: Form, partition: Partition | None) -> list[str]:
    """Write records under one name into a folder, in their order; the paths of the files in it. Raises `OSError`.

    With a partition, the records are laid down on the disk of the folder first: memory holds a number for each.
    """
    file = f"{name}{_ENDINGS[form]}"
    if partition is None:
        write(records, folder / file, FORMATS[form], gzipped=form == "jsonl")
        return [file]
    paths = []
    for value, part in _parted(records, _VALUES[partition], folder):
        paths.append(f"{partition}={value}/{file}")
        (folder / paths[-1]).parent.mkdir()
        write(part, folder / paths[-1], FORMATS[form], gzipped=form == "jsonl")
    return paths


def _parted(records: Iterable[Record], value_of: Callable[[Record], str], folder: Path) -> Iterator[tuple[str, Iterator[Record]]]:
    """The values in their order, each with its records, which are to be taken before the next value."""
    with tempfile.TemporaryFile(dir=folder) as laid:
        places: dict[str, list[int]] = {}
        for record in records:
            places.setdefault(value_of(record), []).append(laid.tell())
            laid.write(f"{record.to_json()}\n".encode())

        def at(place: int) -> Record:
            laid.seek(place)
            return Record.from_json(laid.readline())

        for value in sorted(places):
            yield value, map(at, places[value])


def _host(record: Record) -> str:
    value = quote(host(record.url or ""), safe="")
    return value if 0 < len(value) <= _LONGEST else _NULL


def _month(record: Record) -> str:
    """The month of ``published``; null for a date that does not lie in a single one, as a mere year."""
    first, last = (day and day.isoformat()[:7] for day in days(record.published))
    return first if first and first == last else _NULL


_VALUES: Mapping[Partition, Callable[[Record], str]] = {"host": _host, "month": _month}
