"""The ledger: why the record is what it is. Blocks are cut once; everything later signs for what it did to them."""

from typing import Any

import msgspec

from cleaners.record import Record
from cleaners.segment.block import Block


class Mark(msgspec.Struct, frozen=True):
    """A block's role, and the rule that gave it."""

    block: int
    role: str
    rule: str


class Edit(msgspec.Struct, frozen=True):
    """A span that a rule replaced in the text at an address: ``before`` at ``start`` became ``after``.

    Edits come before glued labels are split off: what was one text may be several blocks at the same address.
    """

    where: str
    start: int
    before: str
    after: str
    rule: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """An author as one source names them, with affiliations as text."""

    name: str
    given: str | None = None
    family: str | None = None
    orcid: str | None = None
    affiliations: tuple[str, ...] = ()


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A value that one source offers for one field.

    ``value`` is a string for every field but ``authors`` (a tuple of `Person`), ``keywords`` and ``affiliations``
    (tuples of strings). ``role`` is set on dates only, whose value is still the raw text.
    ``source`` reads ``<kind>:<name>``: ``meta:citation_title``, ``jsonld:headline``, ``microdata:author``,
    ``block:12``, ``url``.
    """

    field: str
    value: Any
    source: str
    role: str | None = None


class Choice(msgspec.Struct, frozen=True):
    """Which candidate a field took, and why."""

    field: str
    source: str | None
    reason: str


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """All that stands behind a record."""

    blocks: tuple[Block, ...] = ()
    marks: tuple[Mark, ...] = ()
    edits: tuple[Edit, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    choices: tuple[Choice, ...] = ()


def replay(record: Record, ledger: Ledger) -> Record:
    """The record with its shown abstract and its body made again from the ledger's blocks and marks.

    That is the same record, byte for byte; with a mark changed by hand it is the record that the change gives.
    """
    from cleaners.snippets import clean_end, clean_snippet

    texts = {role: "\n\n".join(ledger.blocks[m.block].text for m in ledger.marks if m.role == role) for role in ("abstract", "body")}
    abstract = record.abstract
    if abstract is not None and record.provenance.get("abstract", "").startswith("block:"):
        abstract = msgspec.structs.replace(abstract, text=clean_snippet(texts["abstract"]).text)
    return msgspec.structs.replace(record, abstract=abstract, body=clean_end(texts["body"])[0] or None)
