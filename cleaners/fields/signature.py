"""How an article of the web is signed: "By Rosa Hale | 3 May", "Written by …", a line that the markup calls the author's."""

import re
from collections.abc import Collection, Iterator, Sequence

import msgspec

from cleaners.dates import parse_dates
from cleaners.fields.title import SiteNames
from cleaners.ledger import Person
from cleaners.lines import fold
from cleaners.names import is_author_line, is_generic_author, is_team, leading_name, looks_like_person, person, signed, split_authors
from cleaners.regions import Regions
from cleaners.segment.block import Block
from cleaners.sheet import Sheet, heading_level

# A signature stands so many blocks behind the title or before it, a name alone right below it: on 708 news pages hardly one
# stood further off and above the text.
_BEHIND, _BEFORE, _BELOW = 15, 6, 3
# An element "author" with more paragraphs holds the article: of 161 news pages three had one, the notes on authors at most two.
_MOST_PARAGRAPHS = 5
# A longer line is text.
_LONGEST = 200
_SHORTEST_PARAGRAPH = 80
_SEPARATOR = re.compile(r"\s*[|·•⋅●»]\s*|\s+[-–—/]+\s+|(?<=\w{3})\.\s+")
_PARENTHESES = re.compile(r"\s*\([^()]*\)")
_BETWEEN = re.compile(r"\s*[,;]\s*|\s+(?:and|und|et|y|e)\s+|\s*&\s*")
_AUTHOR_PAGE = re.compile(r"/(?:authors?|autor(?:es)?|auteurs?|people|contributors?|profiles?|staff|members?|writers?|bylines?|users?|by)/", re.IGNORECASE)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|pptx?|xlsx?|zip)(?:[?#]|$)", re.IGNORECASE)
_HANDLE = re.compile(r"^[\w.-]{3,24}$")
_GLUED = re.compile(r"[a-zß-ÿ][A-ZÀ-Þ]")
_SMALL = re.compile(r"(?<![\w@./#-])[^\W\d_A-ZÀ-Þ]{3,}(?![\w@/-]|\.\w)")
# A team's or a handle has no more words.
_MOST_WORDS = 5
# Parts of a page that tell of others than its author, where the title does not stand in them itself.
_OTHERS = frozenset(("comments", "related"))
_ELSEWHERE = _OTHERS | frozenset(("footer", "references", "navigation", "toc"))


class Signature(msgspec.Struct, frozen=True):
    """Who signs, in which block, and whether words that stand right at the title say so ("By …")."""

    people: tuple[Person, ...]
    block: int
    told: bool

    @property
    def is_personal(self) -> bool:
        """Whether a person signs, and no team."""
        return looks_like_person(self.people[0].name)


def read_signature(sheet: Sheet, regions: Regions, sites: SiteNames) -> Signature | None:
    """The first signature near the title, else the first behind the text that says what it is ("Written by …")."""
    title = regions.title
    around = frozenset(sheet.blocks[title].hints if title is not None else ())
    first = title if title is not None else -1
    below = range(first + 1, min(first + 1 + _BEHIND, len(sheet.blocks)))
    near = [*below, *range(first - 1, max(first - 1 - _BEFORE, -1), -1)]
    for i in _free(sheet, regions, near, _OTHERS - around):
        if people := _by_words(sheet, i, near=True):
            return Signature(people, i, True)
    small = _small_words(sheet)
    marks = sum("author" in b.hints[-4:] and len(b.text) > _SHORTEST_PARAGRAPH for b in sheet.blocks) <= _MOST_PARAGRAPHS
    rank = max(2, heading_level(sheet.blocks[title]) or 0) if title is not None else 2
    for i in _free(sheet, regions, near, _ELSEWHERE - around):
        block = sheet.blocks[i]
        people = _by_link(block) or (_by_markup(block, small, sites) if marks else ())
        if not people and title is not None and i in below[:_BELOW]:
            people = _alone(block, small, rank)
        if people:
            return Signature(people, i, False)
    for i in _free(sheet, regions, range(below.stop, len(sheet.blocks)), _ELSEWHERE - around):
        if people := _by_words(sheet, i, near=False):
            return Signature(people, i, False)
    return None


def _free(sheet: Sheet, regions: Regions, indexes: Sequence[int], elsewhere: Collection[str]) -> Iterator[int]:
    """The short blocks of the article itself, without names of files."""
    for i in indexes:
        block = sheet.blocks[i]
        if len(block.text) > _LONGEST or regions.outside(i) or any(hint in elsewhere for hint in block.hints):
            continue
        if not any(span.href and _DOCUMENT.search(span.href) for span in block.spans):
            yield i


def _by_words(sheet: Sheet, index: int, *, near: bool) -> tuple[Person, ...]:
    """Names behind words that introduce them, in the same block or in the one before. Far from the title a bare "By" introduces none."""
    pieces = list(_pieces(sheet.text(index)))
    for piece in pieces:
        opener, rest = signed(piece)
        if opener and rest and (near or " " in opener or opener.endswith(":")):
            return _names(rest, loose="by" in opener.split() or opener.endswith(":"))
    before = signed(sheet.text(index - 1)) if index else ("", "")
    if pieces and before[0] and not before[1] and (near or before[0] != "by"):
        return _names(pieces[0], loose=near and len(pieces[0].split()) <= _MOST_WORDS)
    return ()


def _by_link(block: Block) -> tuple[Person, ...]:
    """The name that leads to an author's page."""
    for span in block.spans:
        name = block.text[span.start : span.end]
        other = block.text[: span.start].rstrip().endswith(":")  # "Contact: Rosa Hale"; what introduces an author was looked for before
        if span.href and not other and _AUTHOR_PAGE.search(span.href) and (people := _names(name, loose=False)):
            return people
    return ()


def _by_markup(block: Block, small: Collection[str], sites: SiteNames) -> tuple[Person, ...]:
    """The name in an element that the markup calls the author's."""
    if "author" not in block.hints[-4:]:
        return ()
    for piece in _pieces(block.text):
        if (people := _names(piece, loose=False)) and not _is_written_small(people[0].name, small):
            return people
        if is_team(piece) or (sites.name(piece) and not is_generic_author(piece)):
            return (Person(name=piece),)
    return ()


def _alone(block: Block, small: Collection[str], rank: int) -> tuple[Person, ...]:
    """A line that is nothing but names, beside a date or on its own; a heading of this rank is another title."""
    level = heading_level(block)
    if level is not None and level <= rank:
        return ()
    pieces = list(_pieces(block.text))
    dated = len(pieces) != 1 or pieces[0] != block.text.strip()
    if not dated and is_author_line(block.text):
        people = tuple(split_authors(block.text))
        return () if any(_is_written_small(p.name, small) for p in people) else people
    people = _names(pieces[0], loose=False) if pieces else ()
    whole = dated or (len(people) == 1 and fold(people[0].name) == fold(block.text))
    if len(people) == 1 and whole and not _is_written_small(people[0].name, small):
        return people
    return (Person(name=block.text),) if is_team(block.text) else ()


def _small_words(sheet: Sheet) -> frozenset[str]:
    """The words that the page writes in small letters: hardly names of persons."""
    return frozenset(word for block in sheet.blocks for word in _SMALL.findall(block.text))


def _is_written_small(name: str, small: Collection[str]) -> bool:
    """Whether at least half of a name's longer words are words of the text: "Quick Summary", not "Rosa Young"."""
    long = re.findall(r"[^\W\d_]{3,}", name)
    return bool(long) and 2 * sum(w.casefold() in small for w in long) >= len(long)


def _pieces(text: str) -> Iterator[str]:
    """The parts of a line between its dates and its separators."""
    parts, at = [], 0
    for date in parse_dates(text) if any(c.isdigit() for c in text) else ():
        parts.append(text[at : date.start])
        at = date.end
    for part in (*parts, text[at:]):
        yield from (p for piece in _SEPARATOR.split(_PARENTHESES.sub("", part)) if (p := piece.strip(" ,;@|-")))


def _names(text: str, *, loose: bool) -> tuple[Person, ...]:
    """The names that a signature begins with. ``loose`` takes what is no person's: a team, a handle."""
    if signed(text)[0] or len(_GLUED.findall(text)) > 2:
        return ()
    names = [leading_name(c) for c in _BETWEEN.split(text) if c]
    if names and looks_like_person(names[0]):
        return tuple(p for p in map(person, dict.fromkeys(n for n in names if looks_like_person(n))) if p is not None)
    name = leading_name(text) or ("" if " " in text else text)
    count = len(name.split())
    if not loose or not name or is_generic_author(name) or count > _MOST_WORDS:
        return ()
    return (Person(name=name),) if count > 1 or (_HANDLE.match(name) and not name.isdigit()) else ()
