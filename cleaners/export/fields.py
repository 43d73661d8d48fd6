"""Fields of a record by name: paths as in the record (``identifiers.doi``), or their last part where that is no other field's (``doi``)."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from cleaners.record import Record

# What a record cannot be without.
_ALWAYS = ("id", "kind", "content_sha256", "made_by")


@lru_cache(maxsize=1)
def known() -> dict[str, str]:
    """All names of fields, each with its path: the paths themselves, and the short names."""
    fields = {field.name: field.type for field in msgspec.structs.fields(Record)}
    inner = [(name, part.name) for name, hint in fields.items() if (kind := _struct(hint)) for part in msgspec.structs.fields(kind)]
    paths = {name: name for name in fields} | {f"{name}.{part}": f"{name}.{part}" for name, part in inner}
    ends = [part for _, part in inner]
    return paths | {part: f"{name}.{part}" for name, part in inner if ends.count(part) == 1 and part not in fields}


def _struct(hint: Any) -> type[msgspec.Struct] | None:
    """The struct that a hint allows beside `None`; lists of structs are whole fields."""
    if get_origin(hint) in (Annotated, Union, UnionType):
        return next(filter(None, map(_struct, get_args(hint)[:1] if get_origin(hint) is Annotated else get_args(hint))), None)
    return hint if isinstance(hint, type) and issubclass(hint, msgspec.Struct) else None


def resolve(names: Iterable[str]) -> tuple[str, ...]:
    """The paths of the named fields, in the order given, each once. Raises `ValueError` that names the known ones."""
    paths = known()
    for name in (names := list(names)):
        if name not in paths:
            raise ValueError(f"there is no field {name!r}: the fields are {', '.join(n for n in paths if '.' not in n)}")
    return tuple(dict.fromkeys(paths[name] for name in names))


def project(record: Record, paths: Sequence[str]) -> dict[str, Any]:
    """These fields of a record as plain dicts and lists, nested as in the record."""
    plain = record.to_dict()
    out: dict[str, Any] = {}
    for path in paths:
        name, _, part = path.partition(".")
        if not part or plain[name] is None:
            out[name] = plain[name]
        else:
            out.setdefault(name, {})[part] = plain[name][part]
    return out


def only(record: Record, paths: Sequence[str]) -> Record:
    """The record with these fields, the others empty; what it cannot be without stays."""
    kept = {name: value for name, value in project(record, paths).items() if name != "warc"}
    if kept.get("abstract") is not None:
        kept["abstract"] = {"text": "", **kept["abstract"]}
    kept |= project(record, _ALWAYS)
    return msgspec.convert(kept, Record)
