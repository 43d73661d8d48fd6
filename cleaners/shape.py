"""What a page looks like as a whole: how much of it is prose and how much link, and what stands at its head. By this its kind is told."""

import re
from collections.abc import Collection, Sequence
from functools import cached_property

from cleaners.identifiers import lone_doi
from cleaners.ledger import Candidate
from cleaners.lines import is_prose, word_count
from cleaners.segment.block import Block
from cleaners.sheet import heading_level

# Sources that only pages about one work have.
_SCHOLARLY = ("meta:citation_", "meta:eprints", "meta:bepress", "eprints:", "bepress:", "script:", "prism:", "dc:", "jsonld:")
# Prose: sentences of this many characters, less than half of them link.
SHORTEST_PROSE = 80
# "Archive" may be a heading; longer ones are sentences.
LONGEST_HEADING = 120
# Pieces of prose with at most this many blocks between them stand together.
_TOGETHER = 3
# A link of so many words may be the title of another text; what stands in so many blocks behind it is about that text.
_ENTRY = 4
_TEASER = 3
LETTER = re.compile(r"[^\W\d_]")
_OUTER = " .:0123456789()[]"


class Shape:
    """What the rules look at. Most pages are told by the first of it, so each part is read when it is asked for."""

    def __init__(self, blocks: Sequence[Block], candidates: Sequence[Candidate], *, abstract: int, references: Collection[str]) -> None:
        self._candidates = candidates
        self.main = _before_references(blocks, references)
        """The blocks before the references, which are headed by one of ``references``."""
        self.abstract = abstract
        """Characters below the only heading "Abstract"."""

    @cached_property
    def title(self) -> str:
        return next((str(c.value) for c in self._candidates if c.field == "page_title"), "")

    @cached_property
    def headings(self) -> tuple[str, ...]:
        return tuple(b.text for b in self.main if b.tag in ("h1", "h2") and len(b.text) <= LONGEST_HEADING)[:4]

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The blocks that are no long paragraphs."""
        return tuple(b.text for b in self.main if len(b.text) <= 400)

    @cached_property
    def all_lines(self) -> str:
        return straight("\n".join(self.lines))

    @cached_property
    def size(self) -> int:
        return sum(len(b.text) for b in self.main)

    @cached_property
    def linked(self) -> float:
        """Share of the characters that are link."""
        return sum(map(_linked, self.main)) / self.size if self.size else 0.0

    @cached_property
    def _pieces(self) -> tuple[int, ...]:
        """Which blocks are prose."""
        return tuple(i for i, b in enumerate(self.main) if len(b.text) >= SHORTEST_PROSE and 2 * _linked(b) < len(b.text) and is_prose(b.text))

    @cached_property
    def prose(self) -> int:
        return sum(len(self.main[i].text) for i in self._pieces)

    @cached_property
    def run(self) -> int:
        """Characters of the longest run of prose."""
        longest, together, last = 0, 0, -_TOGETHER - 1
        for i in self._pieces:
            length = len(self.main[i].text)
            together = together + length if i - last <= _TOGETHER else length
            longest, last = max(longest, together), i
        return longest

    @cached_property
    def scholarly(self) -> tuple[str, ...]:
        """Which of title, authors and doi the metadata of one work gives."""
        stated = {c.field for c in self._candidates if c.source.casefold().startswith(_SCHOLARLY)}
        return tuple(name for name, names in (("title", {"title"}), ("authors", {"authors", "author"}), ("doi", {"doi"})) if stated & names)

    @cached_property
    def is_typed(self) -> bool:
        """Whether the metadata calls the page an article."""
        return any(c.field == "page_type" and "article" in str(c.value).casefold() for c in self._candidates)

    @cached_property
    def dois(self) -> tuple[str, ...]:
        """The different DOIs that stand alone in a line."""
        return tuple(sorted({doi for b in self.main if "10." in b.text and (doi := lone_doi(b.text))}))

    @cached_property
    def _leading(self) -> frozenset[int]:
        return _entries(self.main)

    @cached_property
    def entries(self) -> tuple[str, ...]:
        """The links that lead to other texts, each with something about its text behind it."""
        return tuple(self.main[i].text for i in sorted(self._leading))

    @cached_property
    def own_prose(self) -> int:
        """Characters of prose that do not stand behind such a link."""
        return sum(len(self.main[i].text) for i in self._pieces if not self._leading.intersection(range(i - _TEASER, i)))


def _entries(main: Sequence[Block]) -> frozenset[int]:
    """The lines that are links as a whole and headings, or have a line behind them that is no such link: titles above their teasers."""
    links = frozenset(i for i, b in enumerate(main) if word_count(b.text) >= _ENTRY and _linked(b) >= 0.8 * len(b.text))
    told = frozenset(i for i, b in enumerate(main) if i not in links and not heading_level(b) and LETTER.search(b.text))
    return frozenset(i for i in links if heading_level(main[i]) or i + 1 in told)


def _before_references(blocks: Sequence[Block], names: Collection[str]) -> tuple[Block, ...]:
    """The blocks before the last heading of references that a list follows; a link of that name is followed by little, and
    "Cited by 2310" is a count.
    """
    longest = max(map(len, names))
    short = (i for i in range(len(blocks) - 1, -1, -1) if len(blocks[i].text.strip(_OUTER)) <= longest)
    end = next((i for i in short if plain(blocks[i].text) in names and not blocks[i].text[-1:].isdigit()), len(blocks))
    if len(blocks) - end < 8:
        end = len(blocks)
    return tuple(b for b in blocks[:end] if "references" not in b.hints)


def plain(text: str) -> str:
    """The form in which lines are compared with names of parts: case-folded, without numbers and marks around them."""
    return straight(text.casefold().strip(_OUTER))


def straight(text: str) -> str:
    """With straight apostrophes."""
    return text.replace("’", "'")


def _linked(block: Block) -> int:
    return sum([s.end - s.start for s in block.spans if s.kind == "a"]) if block.spans else 0
