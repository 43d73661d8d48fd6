"""CSV (RFC 4180, UTF-8): one row a record, what is a list joined by semicolons, and no cell that a spreadsheet would run."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from cleaners.export.safe import safe_cell, without_controls
from cleaners.record import Record, RoleDate


class Column(NamedTuple):
    """A column: its name, the path of the field that it shows, and what stands in it for a record."""

    name: str
    path: str
    cell: Callable[[Record], Any]


class _Line:
    """A file that hands back what is written: a row of the csv module as text."""

    def write(self, text: str) -> str:
        return text


def chunks(records: Iterable[Record], fields: Sequence[str]) -> Iterator[str]:
    """The names of the columns, then one row a record."""
    columns = chosen(fields)
    row: Callable[[Iterable[Any]], str] = csv.writer(_Line(), lineterminator="\r\n").writerow
    yield row([column.name for column in columns])
    for record in records:
        yield row([_shown(column.cell(record)) for column in columns])


def chosen(fields: Sequence[str]) -> list[Column]:
    """The columns of the fields, in their order; those of `COLUMNS` where none is named. A field that has none stands there as JSON."""
    if not fields:
        return list(COLUMNS)
    found: list[Column] = []
    for path in fields:
        within = [column for column in COLUMNS if column.path == path or column.path.startswith(f"{path}.")]
        found += within or [Column(path, path, _plain(path))]
    return list(dict.fromkeys(found))


def _shown(value: Any) -> str:
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return str(safe_cell(without_controls(text)))


def _plain(path: str) -> Callable[[Record], Any]:
    def cell(record: Record) -> Any:
        value: Any = record
        for name in path.split("."):
            value = getattr(value, name) if value is not None else None
        return value if value is None or isinstance(value, str | int) else msgspec.json.encode(value).decode()

    return cell


def _column(name: str, path: str | None = None) -> Column:
    return Column(name, path or name, _plain(path or name))


def _list(name: str, values: Callable[[Record], Iterable[str]], path: str | None = None) -> Column:
    return Column(name, path or name, lambda record: "; ".join(values(record)))


def _dated(date: RoleDate) -> str:
    return f"{date.role} {date.edtf or date.raw}"


# docs/exports.md says what they are; a new one comes last, for programs count them.
COLUMNS = (
    *map(_column, ("id", "kind", "title")),
    _list("authors", lambda r: (author.name for author in r.authors)),
    _list("affiliations", lambda r: r.affiliations),
    *map(_column, ("container_title", "publisher", "volume", "issue", "pages")),
    _column("published", "published.edtf"),
    _list("dates", lambda r: map(_dated, r.dates)),
    *map(_column, ("language", "license")),
    *(_column(name, f"identifiers.{name}") for name in ("doi", "pmid", "pmcid", "arxiv")),
    _list("issn", lambda r: r.identifiers.issn, "identifiers.issn"),
    _list("isbn", lambda r: r.identifiers.isbn, "identifiers.isbn"),
    _column("abstract", "abstract.text"),
    _column("abstract_truncated", "abstract.truncated"),
    _column("body"),
    _list("keywords", lambda r: (keyword.term for keyword in r.keywords)),
    _list("metrics", lambda r: (f"{name} {value}" for name, value in r.metrics.items())),
    _list("related", lambda r: (related.title or related.url or "" for related in r.related)),
    *map(_column, ("url", "canonical_url")),
    _column("pdf", "links.pdf"),
    _column("source", "links.source"),
    _list("warnings", lambda r: (warning.code for warning in r.warnings)),
    *map(_column, ("fetched_at", "content_sha256")),
)
