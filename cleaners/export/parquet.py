"""Parquet: one row a record, with the record's own types, lists of structs and all; needs pyarrow (``pip install 'pagesieve[parquet]'``).

The schema is made of the types in `cleaners.record`. Beside what a date says stand the days between which it lies (`earliest`,
`latest`), beside a metric's text its number; what a merged record says otherwise is JSON.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import msgspec

from cleaners.export.days import days
from cleaners.record import PartialDate, Record

# What is held in memory until it is a row group, whichever comes first: Parquet's readers like many rows, and a main text may be long.
_ROWS, _CHARACTERS = 10_000, 16_000_000
_LEAST, _MOST = -(2**63), 2**63 - 1


class _Mapped(NamedTuple):
    """The type of a column, and how a value becomes one of it."""

    type: Any
    plain: Callable[[Any], Any]


def write(records: Iterable[Record], path: str | Path, fields: Sequence[str]) -> None:
    """Write records into a file, the named fields of each, or all. Raises `ModuleNotFoundError` without pyarrow."""
    import pyarrow as pa
    from pyarrow import parquet

    columns = _columns(fields)
    schema = pa.schema([pa.field(name, mapped.type) for name, mapped in columns.items()])
    with parquet.ParquetWriter(path, schema, compression="zstd") as file:
        rows: list[dict[str, Any]] = []
        held = 0
        for record in records:
            rows.append({name: mapped.plain(getattr(record, name)) for name, mapped in columns.items()})
            held += len(record.to_json())
            if len(rows) >= _ROWS or held >= _CHARACTERS:
                file.write_batch(pa.RecordBatch.from_pylist(rows, schema=schema))
                rows, held = [], 0
        if rows:
            file.write_batch(pa.RecordBatch.from_pylist(rows, schema=schema))


def _columns(fields: Sequence[str]) -> dict[str, _Mapped]:
    hints = {field.name: field.type for field in msgspec.structs.fields(Record)}
    if not fields:
        return {name: _mapped(hint, name) for name, hint in hints.items()}
    parts: dict[str, list[str] | None] = {}
    for path in fields:
        name, _, part = path.partition(".")
        before = parts.setdefault(name, [])
        parts[name] = [*before, part] if part and before is not None else None
    return {name: _mapped(hints[name], name, chosen) for name, chosen in parts.items()}


def _mapped(hint: Any, name: str, parts: Sequence[str] | None = None) -> _Mapped:
    """The column of a field of this type; ``parts`` are the fields that are kept of a struct, `None` means all."""
    import pyarrow as pa

    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if get_origin(hint) in (Union, UnionType):
        hint = next(one for one in get_args(hint) if one is not type(None))
    if name == "fetched_at":
        return _Mapped(pa.timestamp("us", tz="UTC"), _time)
    if name == "lost":
        return _Mapped(pa.string(), lambda value: msgspec.json.encode(value).decode() if value else None)
    if name == "metrics":
        return _Mapped(pa.list_(pa.struct({"name": pa.string(), "number": pa.int64(), "text": pa.string()})), _metrics)
    if get_origin(hint) is dict:
        return _Mapped(pa.map_(pa.string(), pa.string()), lambda value: sorted(value.items()))
    if get_origin(hint) is tuple:
        one = _mapped(get_args(hint)[0], "")
        return _Mapped(pa.list_(one.type), lambda value: [one.plain(item) for item in value])
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _struct(hint, parts)
    if hint is int:
        return _Mapped(pa.int64(), lambda value: value if value is not None and _LEAST <= value <= _MOST else None)
    if hint is bool:
        return _Mapped(pa.bool_(), _same)
    if hint is str or get_origin(hint) is Literal:
        return _Mapped(pa.string(), _same)
    raise TypeError(f"no column for {name}, a {hint}: say here what it becomes")


def _struct(kind: type[msgspec.Struct], parts: Sequence[str] | None) -> _Mapped:
    import pyarrow as pa

    inner = {field.name: _mapped(field.type, field.name) for field in msgspec.structs.fields(kind) if not parts or field.name in parts}
    types = {name: mapped.type for name, mapped in inner.items()}
    dated = issubclass(kind, PartialDate) and not parts
    if dated:
        types |= {"earliest": pa.date32(), "latest": pa.date32()}

    def plain(value: Any) -> dict[str, Any] | None:
        if value is None:
            return None
        said = {name: mapped.plain(getattr(value, name)) for name, mapped in inner.items()}
        return said | dict(zip(("earliest", "latest"), days(value), strict=True)) if dated else said

    return _Mapped(pa.struct(types), plain)


def _same(value: Any) -> Any:
    return value


def _metrics(value: dict[str, int | str]) -> list[dict[str, Any]]:
    return [
        {"name": name, "number": shown if isinstance(shown, int) and _LEAST <= shown <= _MOST else None, "text": str(shown)} for name, shown in value.items()
    ]


def _time(value: str | None) -> datetime | None:
    """A time of fetch; `None` where the text is none, or does not say of which time zone."""
    try:
        time = datetime.fromisoformat(value) if value else None
        return time.astimezone(UTC) if time is not None and time.tzinfo else None
    except (ValueError, OverflowError):
        return None
