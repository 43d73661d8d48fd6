"""Authors and affiliations: from metadata, and from the lines between the title and the abstract."""

import re
from collections.abc import Sequence

import msgspec

from cleaners.affiliations import clean_affiliation
from cleaners.candidates import NOTHING, Found, ranked
from cleaners.fields.byline import Byline, Shown, read_byline
from cleaners.fields.signature import read_signature
from cleaners.fields.title import site_names
from cleaners.ledger import Candidate, Person
from cleaners.lines import fold, has_locator
from cleaners.names import is_generic_author, is_team
from cleaners.record import Author
from cleaners.regions import Regions
from cleaners.sheet import Sheet

_DOI = re.compile(r"\b10\.\d{4,9}/\S")
# Web pages have sections "Summary" and "Overview" too.
_ABSTRACT = re.compile(r"\W*(?:abstra[ck]t|r[eé]sum[eéo]n?|riassunto|аннотация|摘要|要旨|초록)", re.IGNORECASE)
_OF_JOURNALS = frozenset(("doi", "issn", "pmid", "volume", "arxiv"))
# Longer blocks are paragraphs, which may cite anything.
_LINE = 200


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
    if not _is_scholarly(sheet, regions, candidates, byline):
        people, source, reason, byline, blocks = _of_web_page(sheet, regions, candidates, Found(people if stated else (), source, reason), byline)
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


def _of_web_page(
    sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], stated: Found, byline: Byline
) -> tuple[tuple[Person, ...], str | None, str, Byline, dict[int, str]]:
    """Metadata's names, or those of the page's signature. Where nothing speaks of a journal, a line of capitals is no list of authors.

    Systems for web pages name as the author who has put the page there, or the site itself: where a person signs, that is the author.
    """
    sites = site_names(candidates)
    signature = read_signature(sheet, regions, sites)
    nobody = all(sites.name(p.name) or is_team(p.name) for p in stated.value)
    believed = signature is not None and (nobody or signature.told) and (signature.is_personal or not stated.value)
    if signature is not None and believed and not any(_same(a.name, b.name) for a in stated.value for b in signature.people):
        return signature.people, f"block:{signature.block}", "the page is signed so", Byline(), {signature.block: "authors"}
    if stated.value:
        return stated.value, stated.source, stated.reason, byline, byline.blocks
    return (), None, NOTHING.reason, Byline(), {}


def _is_scholarly(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], byline: Byline) -> bool:
    """Whether the page speaks of an article in a journal or a repository: an abstract, a DOI, a volume, a list of references."""
    if regions.abstract_label is not None or byline.affiliations or regions.references:
        return True
    if any(c.field in _OF_JOURNALS or c.source.startswith(("meta:citation", "coins:")) for c in candidates):
        return True
    return any(_DOI.search(b.text) or has_locator(b.text) for b in sheet.blocks if len(b.text) <= _LINE)


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
