"""JSON Lines: the records as they are, one a line."""

from collections.abc import Iterable, Iterator, Sequence

from cleaners.export.fields import project
from cleaners.record import Record, json_line


def chunks(records: Iterable[Record], fields: Sequence[str]) -> Iterator[str]:
    """One line a record."""
    for record in records:
        yield f"{json_line(project(record, fields)) if fields else record.to_json()}\n"
