"""RIS, which EndNote, Mendeley and Rayyan read. A value is one line: with a line end in it, it could end the record."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cleaners.dates.edtf import Point
from cleaners.export.reference import WorkType, address, month, page_range, points, work_type
from cleaners.export.safe import one_line
from cleaners.record import Author, PartialDate, Record

_TYPES: dict[WorkType, str] = {"journal": "JOUR", "preprint": "UNPB", "chapter": "CHAP", "book": "BOOK", "webpage": "ELEC", "document": "GEN"}


def chunks(records: Iterable[Record], _: Sequence[str]) -> Iterator[str]:
    """The lines of each record, with an empty one behind."""
    from rispy import RisWriter

    class Writer(RisWriter):  # type: ignore[misc]
        """Without the numbers between the records, which are rispy's own."""

        def set_header(self, count: int) -> str:  # noqa: ARG002
            return ""

    writer = Writer()
    for record in records:
        yield f"{writer.formats([reference(record)])}\n"


def reference(record: Record) -> dict[str, Any]:
    """The record as rispy names the tags."""
    kind = work_type(record)
    stated = record.identifiers
    container = "journal_name" if kind == "journal" else "secondary_title"
    start, end = page_range(record.pages) or (record.pages, None)
    date = record.published
    found = points(date)
    said: dict[str, Any] = {
        "type_of_reference": _TYPES[kind],
        "id": record.id,
        "title": record.title,
        "authors": [_name(author) for author in record.authors],
        "year": found[0].year if found and len({point.year for point in found}) == 1 else None,
        "date": _date(date, found),
        container: record.container_title,
        "publisher": record.publisher,
        "volume": record.volume,
        "number": record.issue,
        "start_page": start,
        "end_page": end,
        "issn": ", ".join((*stated.issn, *stated.isbn)),
        "doi": stated.doi,
        "accession_number": stated.pmid,
        "abstract": record.abstract.text if record.abstract else None,
        "keywords": [keyword.term for keyword in record.keywords],
        "urls": [url] if (url := address(record)) else [],
        "language": record.language,
    }
    lines = {name: [one_line(v) for v in value] if isinstance(value, list) else one_line(value or "") for name, value in said.items()}
    return {name: value for name, value in lines.items() if value}


def _name(author: Author) -> str:
    return ", ".join(filter(None, (author.family, author.given))) if author.family else author.name


def _date(date: PartialDate | None, found: Sequence[Point]) -> str | None:
    """YYYY/MM/DD/other: the parts that are stated; "other" is the date as its page words it, where it is no such day or month."""
    if date is None or not found:
        return None
    first = found[0]
    if len(found) > 1 or first.mark or (first.month and not month(first)):
        same = len({point.year for point in found}) == 1
        return f"{first.year if same else ''}///{date.raw.replace('/', '-') or date.edtf}"
    return f"{first.year}/{f'{first.month:02}' if first.month else ''}/{f'{first.day:02}' if first.day else ''}/"
