"""What there is to be seen of a record and its ledger: the lines of the page, and the fields with all that was offered for them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from cleaners.explanation.reasons import reason_of
from cleaners.ledger import Candidate, Edit, Ledger, Mark, Person
from cleaners.record import PartialDate, Record

# The roles whose lines go into the record, as text or as what was read in them: into the fields of these names.
KEPT_ROLES = frozenset(("title", "authors", "affiliations", "dates", "abstract", "keywords", "metrics", "related", "body"))
# Candidates of fields that go by another name in the record.
_OFFERED = {
    "published": ("date",),
    "abstract": ("abstract", "description"),
    "title": ("title", "page_title"),
    "container_title": ("container_title", "site_name"),
}


class Line(msgspec.Struct, frozen=True):
    """A block of the page. ``role`` is `None` where nothing claimed it; ``fields`` are those of the record that hold it or were read in it."""

    index: int
    text: str
    tag: str
    where: str
    role: str | None
    rule: str | None
    reason: str
    kept: bool
    fields: tuple[str, ...]
    edits: tuple[Edit, ...]


class Offer(msgspec.Struct, frozen=True):
    """A value that a source had for a field; ``taken`` where it is the one that was chosen."""

    value: str
    source: str
    taken: bool


class Field(msgspec.Struct, frozen=True):
    """A field of the record: its value as text, the source and the reason of the choice, the lines that it is from, and what was offered.

    ``value`` is empty and ``source`` `None` where the page states none.
    """

    name: str
    value: str
    source: str | None
    reason: str | None
    lines: tuple[int, ...]
    offers: tuple[Offer, ...]


class View(msgspec.Struct, frozen=True):
    """A page and its record, side by side."""

    record: Record
    lines: tuple[Line, ...]
    fields: tuple[Field, ...]

    def count(self, *, kept: bool) -> int:
        """Characters of the lines that are kept, or of those that are not."""
        return sum(len(line.text) for line in self.lines if line.kept is kept)


def view(record: Record, ledger: Ledger) -> View:
    """The view of a page; the same for the same record and ledger."""
    marks = {mark.block: mark for mark in ledger.marks}
    edits: defaultdict[str, list[Edit]] = defaultdict(list)
    for edit in ledger.edits:
        edits[edit.where].append(edit)
    fields = tuple(_fields(record, ledger, marks))
    named: defaultdict[int, list[str]] = defaultdict(list)
    for field in fields:
        for index in field.lines:
            named[index].append(field.name)
    # What stands among other articles without being one's title, names, journal, date or teaser is the site's.
    others = tuple(filter(None, (" ".join(value.split()) for related in record.related for value in _strings(msgspec.to_builtins(related)))))
    lines = []
    for block in ledger.blocks:
        mark = marks.get(block.index)
        role, rule = (mark.role, mark.rule) if mark else (None, None)
        kept = role in KEPT_ROLES and (role != "related" or any(value in block.text or block.text in value for value in others))
        within = tuple(name for name in named[block.index] if kept or name != "related")
        why = reason_of(role, rule)
        lines.append(Line(block.index, block.text, block.tag, block.where, role, rule, why, kept or bool(within), within, tuple(edits.pop(block.where, ()))))
    return View(record, tuple(lines), fields)


def _strings(value: Any) -> Iterator[str]:
    """Every string in a value that JSON can hold."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _fields(record: Record, ledger: Ledger, marks: Mapping[int, Mark]) -> Iterator[Field]:
    """The record's content fields, in its order, the ones that have a value or that sources offered one for."""
    choices = {choice.field: choice for choice in ledger.choices}
    by_role: defaultdict[str, list[int]] = defaultdict(list)
    for i, mark in marks.items():
        by_role[mark.role].append(i)
    for name, value in _values(record):
        choice = choices.get(name)
        source = record.provenance.get(name) or (choice.source if choice else None)
        lines = {*(by_role[name] if value else ()), *_block(source)}
        offers = tuple(_offers(ledger.candidates, name, source))
        if value or offers or choice is not None:
            yield Field(name, value, source if value else None, choice.reason if choice else None, tuple(sorted(lines)), offers)


def _values(record: Record) -> Iterator[tuple[str, str]]:
    """Every content field's name and its value as one text."""
    yield "title", record.title or ""
    yield "authors", "; ".join(author.name for author in record.authors)
    yield "affiliations", "; ".join(record.affiliations)
    yield "container_title", record.container_title or ""
    yield from ((name, getattr(record, name) or "") for name in ("volume", "issue", "pages", "publisher", "language", "license"))
    yield "published", as_text(record.published)
    yield "dates", "; ".join(f"{date.role} {as_text(date)}" for date in record.dates)
    yield from ((f"identifiers.{name}", value or "") for name, value in msgspec.structs.asdict(record.identifiers).items())
    yield "abstract", record.abstract.text if record.abstract else ""
    yield "body", record.body or ""
    yield "keywords", "; ".join(keyword.term for keyword in record.keywords)
    yield "metrics", "; ".join(f"{name} {value}" for name, value in record.metrics.items())
    yield "related", "; ".join(filter(None, (related.title for related in record.related)))
    yield "links.pdf", record.links.pdf or ""
    yield "links.source", record.links.source or ""


def as_text(value: Any) -> str:
    """A value of the record or of a candidate as one line."""
    if isinstance(value, PartialDate):
        return value.edtf or value.raw or ""
    if isinstance(value, Person):
        return value.name
    if isinstance(value, (tuple, list)):
        return "; ".join(map(as_text, value))
    return "" if value is None else " ".join(str(value).split())


def _offers(candidates: Sequence[Candidate], name: str, source: str | None) -> Iterator[Offer]:
    seen: set[tuple[str, str]] = set()
    for candidate in candidates:
        offer = as_text(candidate.value), candidate.source
        if candidate.field in _OFFERED.get(name, (name.rpartition(".")[2],)) and offer not in seen:
            seen.add(offer)
            yield Offer(*offer, taken=candidate.source == source)


def _block(source: str | None) -> tuple[int, ...]:
    """The block that a source names, if it names one: "block:12"."""
    kind, _, number = (source or "").partition(":")
    return (int(number),) if kind == "block" else ()
