"""Records of one work, from several pages, made one: field by field the best answer, with its source; the others are kept.

Best is what most records agree on; of as many, what says more; of as much, what the record says that says most in all.
An abstract that is cut is no answer where another record has more.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from cleaners.lines import fold
from cleaners.record import Identifiers, Record, Source, filled, known_id
from cleaners.works.names import SCHEMES, identifiers, same_year

# Fields that mean something together alone are one record's: authors point into the affiliations.
_FIELDS = (
    *(("title",), ("authors", "affiliations"), ("container_title",), ("publisher",), ("volume", "issue", "pages"), ("language",), ("license",)),
    *(("published",), ("dates",), ("abstract",), ("body",), ("keywords",), ("metrics",), ("related",), ("links",)),
)


def group(records: Iterable[tuple[int, Record]]) -> list[list[int]]:
    """Which records are of one work, by their places; works in the order of their first records.

    Works with different DOIs are different. A record without a DOI is of the work that has its identifier, or else its address
    or its title and year, if that is but one.
    """
    named = {place: (list(identifiers(r.identifiers)), [r.id, *same_year(r)]) for place, r in records}
    works = {place: own[0] for place, (own, _) in named.items() if own and own[0].startswith("doi:")}
    works |= _joined(works, {place: own for place, (own, _) in named.items() if own})
    works |= _joined(works, {place: weak for place, (_, weak) in named.items()})
    members: defaultdict[str, list[int]] = defaultdict(list)
    for place in named:
        members[works[place]].append(place)
    return list(members.values())


def _joined(works: Mapping[int, str], names: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """The works of the records that have none yet: those of the others with their names where that is one, else new ones."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := parent.setdefault(name, name)) != name:
            parent[name] = name = parent[above]
        return name

    for place, own in names.items():
        if place in works:
            for name in own:
                known[name].add(works[place])
        else:
            for name in own[1:]:
                first, second = sorted((root(own[0]), root(name)))
                parent[second] = first
    reached: defaultdict[str, set[str]] = defaultdict(set)
    missing = [place for place in names if place not in works]
    for place in missing:
        for name in names[place]:
            reached[root(name)] |= known[name]
    return {place: next(iter(reached[r])) if len(reached[r := root(names[place][0])]) == 1 else r for place in missing}


def merge(records: Sequence[Record]) -> Record:
    """One record of several of one work, whatever their order. Its address, fetch and maker are those of the one that says most."""
    ranked = sorted(records, key=lambda r: (-len(filled(r)), r.url or "", r.content_sha256))
    first = ranked[0]
    if len(ranked) == 1:
        return first
    stated = [frozenset(filled(r)) for r in ranked]
    best = {names: _best(ranked, stated, names) for names in _FIELDS}
    chosen: dict[str, Any] = {name: getattr(record, name) for names, record in best.items() for name in names}
    chosen["identifiers"], identified = _identified(ranked)
    sources = {name: record for names, record in best.items() for name in names} | identified
    provenance = {
        field: f"{how} of {record.url or record.id}" for field, record in sorted(sources.items()) if (how := record.provenance.get(field)) is not None
    }
    warnings = tuple(dict.fromkeys(w for r in ranked for w in r.warnings))
    merged = tuple(Source(id=r.id, url=r.url, fetched_at=r.fetched_at, warc=r.warc, content_sha256=r.content_sha256, lost=_lost(r, chosen)) for r in ranked)
    return msgspec.structs.replace(first, id=known_id(chosen["identifiers"]) or first.id, provenance=provenance, warnings=warnings, merged=merged, **chosen)


def _best(ranked: Sequence[Record], stated: Sequence[frozenset[str]], names: tuple[str, ...]) -> Record:
    """The record whose value of a field is the best; ``stated`` are the fields in which each has one."""
    values = [_comparable(r, names) if said.intersection(names) else "" for r, said in zip(ranked, stated, strict=True)]

    def merit(at: int) -> tuple[bool, bool, int, int]:
        record, value = ranked[at], values[at]
        cut = names == ("abstract",) and record.abstract is not None and record.abstract.truncated is True
        agreeing = sum(bool(other) and (value.startswith(other) or other.startswith(value)) for other in values)
        return bool(value), not cut, agreeing, len(value)

    return ranked[max(range(len(ranked)), key=lambda at: (*merit(at), -at))]


def _comparable(record: Record, names: Iterable[str]) -> str:
    """The values in a form in which one that says less is the beginning of one that says more."""
    values = [getattr(record, name) for name in names]
    if names == ("published",):
        return str(values[0].edtf or "")
    return fold(values[0].text if names == ("abstract",) else msgspec.json.encode(values).decode())


def _identified(ranked: Sequence[Record]) -> tuple[Identifiers, dict[str, Record]]:
    """The identifiers of all records, and which record each was taken from."""
    found: dict[str, Any] = {}
    sources: dict[str, Record] = {}
    for scheme in SCHEMES:
        stated = [(value, r) for r in ranked if (value := getattr(r.identifiers, scheme))]
        if stated:
            values = [value for value, _ in stated]
            found[scheme] = max(values, key=lambda value: (values.count(value), -values.index(value)))
            sources[f"identifiers.{scheme}"] = next(r for value, r in stated if value == found[scheme])
    for several in ("issn", "isbn"):
        found[several] = tuple(dict.fromkeys(value for r in ranked for value in getattr(r.identifiers, several)))
    return Identifiers(**found), sources


def _lost(record: Record, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What a record says otherwise than the merged one."""
    lost = {
        name: msgspec.json.decode(msgspec.json.encode(value))
        for name in filled(record)
        if name != "identifiers" and (value := getattr(record, name)) != chosen[name]
    }
    taken = chosen["identifiers"]
    differing = {s: value for s in SCHEMES if (value := getattr(record.identifiers, s)) and value != getattr(taken, s)}
    return {**lost, "identifiers": differing} if differing else lost
