"""Blocks that hold names together with the place where these persons work."""

from cleaners.addresses import without_mail, without_urls
from cleaners.affiliations import can_be_affiliation, states_affiliation
from cleaners.ledger import Person
from cleaners.lines import is_prose
from cleaners.names import is_author_line, looks_like_person, split_authors
from cleaners.segment.block import Block


def read_entries(block: Block, *, listed: bool) -> list[tuple[list[Person], str]]:
    """The names and the affiliation of each entry of a block; empty where it has none.

    The markup says where the affiliation stands, or that the entry begins with the name. In "Rosa Hale, Acme; Otto Brand, University
    of Wend" the commas do, unless names were ``listed`` before: such a line is of affiliations.
    """
    text, places = block.text, [s for s in block.spans if s.kind == "affiliation" and can_be_affiliation(block.text[s.start : s.end])]
    first = min((s for s in block.spans if s.kind != "affiliation"), key=lambda s: s.start, default=None)
    if places:
        starts = [0, *(s.end for s in places[:-1])]
        cuts = [(text[a : s.start], text[s.start : s.end]) for a, s in zip(starts, places, strict=True)]
    elif first is not None and "author" in block.hints and not first.start and first.kind != "sup" and first.end < len(text):
        cuts = [(text[: first.end], text[first.end :])]
    elif ";" in text and not listed:
        cuts = [(names, place) for names, _, place in (piece.partition(",") for piece in text.strip(" ;").split(";"))]
    else:
        return []
    stated = bool(places) or any(states_affiliation(place.strip()) for _, place in cuts)
    return [(people_in(names), place) for names, place in cuts] if stated and all(_is_entry(*entry) for entry in cuts) else []


def people_in(names: str) -> list[Person]:
    """The persons that a text names; their addresses stand between them as commas do."""
    return split_authors(without_mail(without_urls(names, "; "), "; ").strip("; "))


def _is_entry(names: str, place: str) -> bool:
    """Whether names of persons stand before the place where they work."""
    people = people_in(names)
    if not people or not place.strip() or not all(looks_like_person(p.name) for p in people):
        return False
    return not (is_prose(place) or is_author_line(place))
