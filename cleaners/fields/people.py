"""Authors and affiliations: from metadata, and from the lines between the title and the abstract."""

import re
from collections.abc import Sequence

import msgspec

from cleaners.affiliations import clean_affiliation
from cleaners.candidates import NOTHING, Found, ranked
from cleaners.fields.byline import Byline, Shown, read_byline
from cleaners.fields.signature import read_signature
from cleaners.ledger import Candidate, Person
from cleaners.lines import fold
from cleaners.names import is_generic_author
from cleaners.record import Author
from cleaners.regions import Regions
from cleaners.sheet import Sheet


class People(msgspec.Struct, frozen=True):
    """Authors with indexes into ``affiliations``, and the blocks they were read from."""

    authors: Found
    affiliations: Found
    blocks: dict[int, str]


def find_people(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate]) -> People:
    """Metadata's names in metadata's order, with what the page shows beside them; else the names that it shows."""
    byline = read_byline(sheet, regions)
    shown, blocks = byline.shown, byline.blocks
    stated = [c for c in ranked(candidates, "authors") if any(not is_generic_author(p.name) for p in c.value)]
    if stated:
        people: tuple[Person, ...] = tuple(p for p in stated[0].value if not is_generic_author(p.name))
        source, reason = stated[0].source, "most believed source that states it"
        # A source that is believed less but names more people, the first among them, has the whole list.
        fuller = next((c for c in stated[1:] if len(c.value) > len(people) and _same(c.value[0].name, people[0].name)), None)
        if fuller is not None:
            people, source, reason = tuple(fuller.value), fuller.source, "the fuller of two lists that begin alike"
        elif source.startswith("microdata:") and len(shown) > len(people) and {fold(p.name) for p in people} <= {fold(s.person.name) for s in shown}:
            # Microdata names persons where they stand on the page; some sites leave it off the last.
            people, source, reason = tuple(s.person for s in shown), f"block:{min(blocks)}", "the page shows more names than its microdata marks"
    elif shown:
        people, source, reason = tuple(s.person for s in shown), f"block:{min(blocks)}", "names between title and abstract"
    else:
        people, source, reason = (), None, NOTHING.reason
    if not _is_scholarly(regions, candidates) and (signature := read_signature(sheet, regions)) is not None:
        known = any(_same(a.name, b.name) for a in people for b in signature.people)
        if not stated or (signature.told and not known):
            # Systems for web pages name as the author who has put the page there, or the site itself.
            people, source, reason = signature.people, f"block:{signature.block}", "the page is signed so"
            byline, blocks = Byline(), {signature.block: "authors"}
    elif not stated and shown and not _is_scholarly(regions, candidates):
        people, source, reason, byline, blocks = (), None, NOTHING.reason, Byline(), {}
    names = list(byline.affiliations)
    if any(p.affiliations for p in people):
        names = list(dict.fromkeys(a for p in people for a in map(clean_affiliation, p.affiliations) if a))
        place = source
    elif extra := [c for c in ranked(candidates, "affiliations") if c.value]:
        names = list(dict.fromkeys(a for a in map(clean_affiliation, extra[0].value) if a))
        place = extra[0].source
    else:
        place = f"block:{min((i for i, r in blocks.items() if r == 'affiliations'), default=min(blocks))}" if names else None
    authors = tuple(_author(p, names, byline) for p in people)
    return People(
        Found(authors, source, reason),
        Found(tuple(names), place, "stated beside the authors" if names else NOTHING.reason),
        blocks,
    )


def _is_scholarly(regions: Regions, candidates: Sequence[Candidate]) -> bool:
    """Whether the page shows an abstract or says what only articles of journals have."""
    return regions.abstract_label is not None or any(c.field in ("doi", "issn", "pmid", "volume") or c.source.startswith(("meta:citation", "coins:")) for c in candidates)


def _author(person: Person, names: list[str], byline: Byline) -> Author:
    """The author of the record: indexes by what the source states beside the name, else by the marks on the page."""
    beside = [a for a in map(clean_affiliation, person.affiliations) if a]
    indexes = [names.index(a) for a in beside if a in names]
    match: Shown | None = next((s for s in byline.shown if _same(s.person.name, person.name)), None)
    if not indexes and match is not None and names == byline.affiliations:
        indexes = [byline.marked[m] for m in match.marks if m in byline.marked] or match.beside
    orcid = person.orcid or (match.person.orcid if match else None)
    return Author(
        name=person.name, given=person.given, family=person.family, orcid=orcid, affiliations=tuple(dict.fromkeys(indexes))
    )


def _same(a: str, b: str) -> bool:
    first, second = (set(re.findall(r"[^\W\d_]{2,}", n.casefold())) for n in (a, b))
    return bool(first & second) and (fold(a)[:1] == fold(b)[:1] or len(first & second) > 1)
