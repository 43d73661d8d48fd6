"""What differs between two records of one page. Pure."""

import msgspec

from cleaners.record import Record

# Where the record comes from and what made it; not what the page says.
_NOT_SHOWN = frozenset(("fetched_at", "warc", "content_sha256", "made_by", "provenance"))
_SHOWN = 100
_BEFORE = 30


class Change(msgspec.Struct, frozen=True):
    """A field with another value: both as JSON, cut to where they begin to differ; "…" stands where something was left out."""

    field: str
    before: str
    after: str


def changes(old: Record, new: Record) -> tuple[Change, ...]:
    """The fields that differ, in the order of the schema."""
    before, after = old.to_dict(), new.to_dict()
    return tuple(
        Change(name, *_excerpts(_json(before.get(name)), _json(value)))
        for name, value in after.items()
        if name not in _NOT_SHOWN and before.get(name) != value
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _excerpts(before: str, after: str) -> tuple[str, str]:
    same = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    start = max(0, same - _BEFORE)
    return _excerpt(before, start), _excerpt(after, start)


def _excerpt(text: str, start: int) -> str:
    cut = text[start : start + _SHOWN]
    return f"{'…' if start else ''}{cut}{'…' if len(text) > start + _SHOWN else ''}"
