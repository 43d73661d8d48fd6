"""SQLite: a table of records, one for each of their lists, and a view of works; ``sqlite.sql`` says what is in them."""

import errno
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from cleaners.export.days import days
from cleaners.record import PartialDate, Record, Related

_LEAST, _MOST = -(2**63), 2**63 - 1
Value = str | int | None
Row = tuple[str, tuple[Value, ...]]


def write(records: Iterable[Record], path: str | Path, _: Sequence[str]) -> None:
    """Write records into a new database; what stands at the path is replaced. Raises `OSError`, and `ValueError` for an id that comes twice."""
    Path(path).unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as db:
            # Whoever calls makes the file whole or not at all, so a journal would only cost its time.
            db.execute("PRAGMA journal_mode = OFF")
            db.execute("PRAGMA synchronous = OFF")
            db.executescript((files(__package__) / "sqlite.sql").read_text(encoding="utf-8"))
            with db:
                for record in records:
                    for table, row in rows(record):
                        db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608  # our own tables
                # For "which record has this DOI", and so that it is built once.
                db.execute("CREATE INDEX identifiers_by_value ON identifiers (value)")
    except sqlite3.IntegrityError as error:
        raise ValueError(f"two records have one id ({error}): write one of them") from error
    except sqlite3.OperationalError as error:
        raise OSError(errno.EIO, str(error), str(path)) from error


def rows(record: Record) -> Iterator[Row]:
    """The rows of a record, each with its table, in an order that keeps the references true."""
    own = record.id
    abstract, links = record.abstract, record.links
    yield (
        "records",
        (
            *(own, record.kind, record.url, record.canonical_url, record.title, record.container_title, record.publisher, record.volume),
            *(record.issue, record.pages, record.language, record.license, *_date(record.published), *_days(record.published)),
            *((abstract.text, abstract.truncated) if abstract else (None, None)),
            *(record.body, links.pdf, links.source, record.fetched_at, record.content_sha256, record.made_by.version),
        ),
    )
    for place, author in enumerate(record.authors):
        yield "authors", (own, place, author.name, author.given, author.family, author.orcid)
    for place, name in enumerate(record.affiliations):
        yield "affiliations", (own, place, name)
    for place, author in enumerate(record.authors):
        for index in dict.fromkeys(author.affiliations):
            if 0 <= index < len(record.affiliations):
                yield "author_affiliations", (own, place, index)
    stated = record.identifiers
    single = ((scheme, getattr(stated, scheme)) for scheme in ("doi", "pmid", "pmcid", "arxiv"))
    several = ((scheme, value) for scheme in ("issn", "isbn") for value in dict.fromkeys(getattr(stated, scheme)))
    for scheme, value in (*single, *several):
        if value is not None:
            yield "identifiers", (own, scheme, value)
    for place, keyword in enumerate(record.keywords):
        yield "keywords", (own, place, keyword.term, keyword.count if keyword.count is not None and _fits(keyword.count) else None)
    for place, date in enumerate(record.dates):
        yield "dates", (own, place, date.role, *_date(date), *_days(date))
    for name, shown in record.metrics.items():
        yield "metrics", (own, name, shown if isinstance(shown, str) or _fits(shown) else str(shown))
    for place, related in enumerate(record.related):
        yield "related", (own, place, *_related(related))
    for place, warning in enumerate(record.warnings):
        yield "warnings", (own, place, warning.code, warning.message)


def _related(one: Related) -> tuple[Value, ...]:
    snippet = one.snippet
    return (
        *(one.title, "; ".join(one.authors) or None, one.container_title, one.published.edtf if one.published else None, one.url),
        *(one.identifiers.doi, one.identifiers.pmid, *((snippet.text, snippet.truncated) if snippet else (None, None))),
    )


def _date(date: PartialDate | None) -> tuple[Value, ...]:
    return (date.edtf, date.precision, date.raw) if date else (None, None, None)


def _days(date: PartialDate | None) -> tuple[Value, ...]:
    return tuple(day.isoformat() if day else None for day in days(date))


def _fits(number: int) -> bool:
    """Whether SQLite has so great a number."""
    return _LEAST <= number <= _MOST
