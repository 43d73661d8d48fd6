"""CSL-JSON, which Zotero, Pandoc and all processors of citation styles read. No part of a date or a name that is not stated."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from cleaners.dates.edtf import Point
from cleaners.export.reference import WorkType, address, month, points, season, work_type
from cleaners.record import Author, PartialDate, Record, json_line

_TYPES: dict[WorkType, str] = {
    "journal": "article-journal",
    "preprint": "article",
    "chapter": "chapter",
    "book": "book",
    "webpage": "webpage",
    "document": "document",
}


def chunks(records: Iterable[Record], _: Sequence[str]) -> Iterator[str]:
    """One array, one record a line."""
    before = "[\n"
    for record in records:
        yield f"{before}{json_line(item(record))}"
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def item(record: Record) -> dict[str, Any]:
    """The record as CSL-JSON; its ``id`` is the record's."""
    stated = record.identifiers
    said: dict[str, Any] = {
        "id": record.id,
        "type": _TYPES[work_type(record)],
        "title": record.title,
        "author": [_name(author) for author in record.authors],
        "issued": _date(record.published),
        "container-title": record.container_title,
        "publisher": record.publisher,
        "volume": record.volume,
        "issue": record.issue,
        "page": record.pages,
        "DOI": stated.doi,
        "PMID": stated.pmid,
        "PMCID": stated.pmcid,
        "number": f"arXiv:{stated.arxiv}" if stated.arxiv else None,
        "ISSN": ", ".join(stated.issn),
        "ISBN": ", ".join(stated.isbn),
        "abstract": record.abstract.text if record.abstract else None,
        "keyword": ", ".join(keyword.term for keyword in record.keywords),
        "language": record.language,
        "URL": address(record),
        "accessed": _day_of(record.fetched_at),
    }
    return {name: value for name, value in said.items() if value}


def _name(author: Author) -> dict[str, str]:
    """Family and given name where the page tells them apart, else the name as it stands."""
    if not author.family:
        return {"literal": author.name}
    return {"family": author.family, **({"given": author.given} if author.given else {})}


def _date(date: PartialDate | None) -> dict[str, Any] | None:
    """The date in the parts that are stated; as its page words it, where CSL has no parts for it."""
    if date is None:
        return None
    found = points(date)
    if not found:
        return {"literal": date.raw or date.edtf} if date.raw or date.edtf else None
    said: dict[str, Any] = {"date-parts": [_parts(point) for point in found]}
    if len(found) == 1 and (number := season(found[0])):
        said["season"] = number
    if any(point.mark for point in found):
        said["circa"] = True
    return said


def _parts(point: Point) -> list[int]:
    return [part for part in (int(point.year), month(point), point.day) if part is not None]


def _day_of(fetched_at: str | None) -> dict[str, Any] | None:
    try:
        day = datetime.fromisoformat(fetched_at) if fetched_at else None
    except ValueError:
        return None
    return {"date-parts": [[day.year, day.month, day.day]]} if day else None
