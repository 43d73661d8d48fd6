"""How an article of the web is signed: "By Rosa Hale | 3 May", "Written by …", a line that the markup calls the author's."""

import re
from collections.abc import Iterator

import msgspec

from cleaners.dates import parse_dates
from cleaners.ledger import Person
from cleaners.names import is_generic_author, leading_name, looks_like_person, person, signed
from cleaners.regions import Regions
from cleaners.segment.block import Block
from cleaners.sheet import Sheet

# A signature stands so many blocks behind the title or before it; on 708 news pages hardly one stood further off and above the text.
_BEHIND, _BEFORE = 15, 3
# A longer line is text.
_LONGEST = 200
_SEPARATOR = re.compile(r"\s*[|·•⋅●»]\s*|\s+[-–—/]+\s+|\s+\(|(?<=\w{3})\.\s+")
_BETWEEN = re.compile(r"\s*[,;]\s*|\s+(?:and|und|et|y|e)\s+|\s*&\s*")
_AUTHOR_PAGE = re.compile(r"/(?:authors?|autor(?:es)?|auteurs?|people|contributors?|profiles?|staff|members?|writers?|bylines?|users?|by)/", re.IGNORECASE)
_HANDLE = re.compile(r"^[\w.-]{3,24}$")
_SMALL = re.compile(r"(?<![\w@./#-])[^\W\d_A-ZÀ-Þ]{3,}(?![\w@/-]|\.\w)")
# A name that no opener introduces has few words, an organisation's or a handle's behind one has too.
_MOST_WORDS = 5
# Parts of a page that tell of others than its author, where the title does not stand in them itself.
_ELSEWHERE = frozenset(("comments", "related", "footer", "references", "navigation"))


class Signature(msgspec.Struct, frozen=True):
    """Who signs, in which block, and whether words say so ("By …") that stand right at the title."""

    people: tuple[Person, ...]
    block: int
    told: bool


def read_signature(sheet: Sheet, regions: Regions) -> Signature | None:
    """The first signature near the title, else the first behind the text that says what it is ("Written by …")."""
    title = regions.title
    elsewhere = _ELSEWHERE - set(sheet.blocks[title].hints if title is not None else ())
    first = title if title is not None else -1
    near = [*range(first + 1, min(first + 1 + _BEHIND, len(sheet.blocks))), *range(max(first - 1, 0), max(first - 1 - _BEFORE, -1), -1)]
    small = small_words(sheet)
    for marked in (False, True):
        for i in near:
            block = sheet.blocks[i]
            if len(block.text) > _LONGEST or regions.outside(i) or not elsewhere.isdisjoint(block.hints):
                continue
            people = _by_markup(block, small) if marked else _by_words(sheet, i, near=True)
            if people:
                return Signature(people, i, not marked)
    for i in range(first + 1, len(sheet.blocks)):
        if len(sheet.text(i)) <= _LONGEST and not regions.outside(i) and elsewhere.isdisjoint(sheet.blocks[i].hints):
            if people := _by_words(sheet, i, near=False):
                return Signature(people, i, False)
    return None


def small_words(sheet: Sheet) -> frozenset[str]:
    """The words that the page writes in small letters: no names of persons."""
    return frozenset(word for block in sheet.blocks for word in _SMALL.findall(block.text))


def is_written_small(name: str, small: frozenset[str]) -> bool:
    """Whether at least half of a name's longer words are words of the text: "Quick Summary", not "Rosa Young"."""
    long = [w for w in re.findall(r"[^\W\d_]{3,}", name)]
    return bool(long) and 2 * sum(w.casefold() in small for w in long) >= len(long)


def _by_words(sheet: Sheet, index: int, *, near: bool) -> tuple[Person, ...]:
    """Names behind a word that introduces them, in the same block or in the one before. Far from the title a bare "By" introduces none."""
    text = sheet.text(index)
    for piece in _pieces(text):
        opener, rest = signed(piece)
        if opener and rest and (near or " " in opener or opener.endswith((":", "："))):
            return _names(rest, loose="by" in opener or opener.endswith((":", "：")))
    before = signed(sheet.text(index - 1)) if index else ("", "")
    if before[0] and not before[1] and (near or before[0] != "by"):
        piece = next(_pieces(text), "")
        return _names(piece, loose=near and len(piece.split()) <= _MOST_WORDS)
    return ()


def _by_markup(block: Block, small: frozenset[str]) -> tuple[Person, ...]:
    """A link to an author's page, or the name in an element that the markup calls the author's."""
    for span in block.spans:
        name = block.text[span.start : span.end]
        if span.href and _AUTHOR_PAGE.search(span.href) and (people := _names(name, loose=False)):
            return people
    if "author" in block.hints[-4:]:
        for piece in _pieces(block.text):
            if (people := _names(piece, loose=False)) and not is_written_small(people[0].name, small):
                return people
    return ()


def _pieces(text: str) -> Iterator[str]:
    """The parts of a line between its dates and its separators."""
    parts, at = [], 0
    for date in parse_dates(text) if any(c.isdigit() for c in text) else ():
        parts.append(text[at : date.start])
        at = date.end
    for part in (*parts, text[at:]):
        yield from (p for piece in _SEPARATOR.split(part) if (p := piece.strip(" ,;@|-")))


def _names(text: str, *, loose: bool) -> tuple[Person, ...]:
    """The names that a signature begins with. ``loose`` takes what is no person's: a team, a handle."""
    chunks = [c for c in _BETWEEN.split(text) if c]
    names = [leading_name(c) for c in chunks]
    if names and looks_like_person(names[0]):
        return tuple(p for p in map(person, dict.fromkeys(n for n in names if looks_like_person(n))) if p is not None)
    name = leading_name(text) or text.split(" ")[0]
    if not loose or is_generic_author(name) or len(name.split()) > _MOST_WORDS or any(c.isdigit() for c in name):
        return ()
    return (Person(name=name),) if " " in name or _HANDLE.match(name) else ()
