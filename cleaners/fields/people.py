"""Authors and affiliations: from metadata, and from the lines between the title and the abstract."""

import re
from collections.abc import Sequence

import msgspec

from cleaners.affiliations import clean_affiliation
from cleaners.candidates import NOTHING, Found, rank, ranked
from cleaners.fields.byline import Byline, Shown, read_byline
from cleaners.fields.signature import read_signature
from cleaners.fields.title import site_names
from cleaners.ledger import Candidate, Person
from cleaners.lines import TELLING_TITLE, fold
from cleaners.names import is_author_line, is_generic_author, is_team, looks_like_person, split_authors
from cleaners.record import Author
from cleaners.regions import Regions
from cleaners.sheet import Sheet

_YEAR = re.compile(r"\W*\b(?:1[89]|20)\d\d[a-z]?\W*$")
_NOBODY = Found((), None, NOTHING.reason)


class People(msgspec.Struct, frozen=True):
    """Authors with indexes into ``affiliations``, and the blocks they were read from."""

    authors: Found
    affiliations: Found
    blocks: dict[int, str]


def find_people(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate]) -> People:
    """Metadata's names in metadata's order, with what the page shows beside them; else the names that it shows.

    Pages that are of no paper sign in other ways.
    """
    byline = read_byline(sheet, regions)
    stated = _stated(candidates)
    if regions.paper:
        found = _of_article(stated, byline)
        found = found if found.source else _of_citation(sheet, regions)
    else:
        found, byline = _of_web_page(sheet, regions, candidates, stated, byline)
    people: tuple[Person, ...] = found.value
    names = list(byline.affiliations)
    if any(p.affiliations for p in people):
        names = list(dict.fromkeys(a for p in people for a in map(clean_affiliation, p.affiliations) if a))
        place = found.source
    elif extra := [c for c in ranked(candidates, "affiliations") if c.value]:
        names = list(dict.fromkeys(a for a in map(clean_affiliation, extra[0].value) if a))
        place = extra[0].source
    else:
        place = f"block:{min((i for i, r in byline.blocks.items() if r == 'affiliations'), default=min(byline.blocks))}" if names else None
    places = {name: i for i, name in reversed(list(enumerate(names)))}
    own = names == byline.affiliations
    authors = tuple(_author(p, places, byline, own=own) for p in people)
    return People(
        Found(authors, found.source, found.reason),
        Found(tuple(names), place, "stated beside the authors" if names else NOTHING.reason),
        byline.blocks,
    )


def _stated(candidates: Sequence[Candidate]) -> Found:
    """The names of the most believed source, or of one that is believed less, begins alike and names more: that has the whole list."""
    lists = [c for c in ranked(candidates, "authors") if any(not is_generic_author(p.name) for p in c.value)]
    if not lists:
        return _NOBODY
    people = tuple(p for p in lists[0].value if not is_generic_author(p.name))
    fuller = next((c for c in lists[1:] if len(c.value) > len(people) and _same(c.value[0].name, people[0].name)), None)
    if fuller is not None:
        return Found(tuple(fuller.value), fuller.source, "the fuller of two lists that begin alike")
    return Found(people, lists[0].source, "most believed source that states it")


def _of_article(stated: Found, byline: Byline) -> Found:
    """Metadata's names, else those between title and abstract.

    Microdata names persons where they stand on the page, and some sites leave it off the last; a tag for search engines may
    name the first alone, or who runs the site.
    """
    people = tuple(s.person for s in byline.shown)
    if not people:
        return stated
    shown = Found(people, f"block:{min(byline.blocks)}", "names between title and abstract")
    if stated.source is None:
        return shown
    begun = len(people) > len(stated.value) and {fold(p.name) for p in stated.value} <= {fold(p.name) for p in people}
    nobody = rank(stated.source) > rank("block:") and not any(looks_like_person(p.name) for p in stated.value)
    return shown if nobody or (begun and rank(stated.source) >= rank("microdata:")) else stated


def _of_citation(sheet: Sheet, regions: Regions) -> Found:
    """The names before the title in a line that cites the article: "Hale, Rosa and Brand, Otto (2018) Stone bridges …"."""
    title = sheet.text(regions.title).casefold().rstrip(" .") if regions.title is not None else ""
    for block in sheet.blocks if len(title) >= TELLING_TITLE else ():
        at = block.text.casefold().find(title)
        if at <= 0 or block.index == regions.title or regions.outside(block.index):
            continue
        names = _YEAR.sub("", block.text[:at].rpartition(":")[2]).strip()
        if is_author_line(names) or looks_like_person(names):
            return Found(tuple(split_authors(names)), f"block:{block.index}", "names before the title in its citation")
    return _NOBODY


def _of_web_page(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], stated: Found, byline: Byline) -> tuple[Found, Byline]:
    """Metadata's names, or those of the page's signature. Where nothing speaks of a journal, a line of capitals is no list of authors.

    Systems for web pages name as the author who has put the page there, or the site itself: where a person signs, that is the author.
    """
    sites = site_names(candidates)
    signature = read_signature(sheet, regions, sites)
    nobody = all(sites.name(p.name) or is_team(p.name) for p in stated.value)
    believed = signature is not None and (nobody or signature.told) and (signature.is_personal or not stated.value)
    if signature is not None and believed and not any(_same(a.name, b.name) for a in stated.value for b in signature.people):
        return Found(signature.people, f"block:{signature.block}", "the page is signed so"), Byline(blocks={signature.block: "authors"})
    return stated, byline if stated.value else Byline()


def _author(person: Person, places: dict[str, int], byline: Byline, *, own: bool) -> Author:
    """The author of the record: indexes by what the source states beside the name, else by the marks on the page, where ``own`` says that they are its."""
    beside = [a for a in map(clean_affiliation, person.affiliations) if a]
    indexes = [places[a] for a in beside if a in places]
    match: Shown | None = next((s for s in byline.shown if _same(s.person.name, person.name)), None)
    if not indexes and match is not None and own:
        indexes = [byline.marked[m] for m in match.marks if m in byline.marked] or match.beside
    orcid = person.orcid or (match.person.orcid if match else None)
    return Author(
        name=person.name, given=person.given, family=person.family, orcid=orcid, affiliations=tuple(dict.fromkeys(indexes))
    )


def _same(a: str, b: str) -> bool:
    first, second = (set(re.findall(r"[^\W\d_]{2,}", n.casefold())) for n in (a, b))
    return bool(first & second) and (fold(a)[:1] == fold(b)[:1] or len(first & second) > 1)
