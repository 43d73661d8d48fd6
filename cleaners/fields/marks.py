"""The marks behind names and before affiliations: superscripts in HTML, trailing digits and daggers in flat text."""

import re
from itertools import pairwise

from cleaners.names import BETWEEN
from cleaners.segment.block import Block, Span

_SIGN = r"[*†‡§¶#∗⁎‖]{1,3}"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
# Marks behind a name in flat text: "Smith1,2*", "Smith 1 2 , Doe", "Smith¹", "Smith, 1 Doe, 2".
_FLAT_MARKS = re.compile(
    rf"(?<=[^\W\d_.])(?:[ ]?(?:\d{{1,2}}|{_SIGN})(?:[ ]?[,;][ ]?(?:\d{{1,2}}|{_SIGN}|[a-z](?![^\W_]))|[ ]\d{{1,2}}|{_SIGN})*(?![\w.])"
    rf"|[{_RAISED}](?:[,;]?[{_RAISED}])*)"
    r"|(?<=[^\W\d_],)[ ]\d{1,2}(?:,[ ]?\d{1,2})*(?=[ ](?:and\b|[A-ZÀ-Þ]))"
)
ONE_MARK = re.compile(rf"\d+|[a-z]|[*†‡§¶#]|[{_RAISED}]+")
_LONGEST_MARKS = 30


def between_links(block: Block, plain: str) -> list[int]:
    """Where one link ends and the next begins with nothing but space between: each is then a name of its own."""
    raised = [(s.start, s.end) for s in block.spans if s.kind == "sup"]
    named = (s for s in block.spans if s.kind == "a" and any(c.isalpha() for c in plain[s.start : s.end]))
    links = sorted((s for s in named if not any(a <= s.start and s.end <= b for a, b in raised)), key=lambda s: s.start)
    return [a.end for a, b in pairwise(links) if a.end <= b.start and not plain[a.end : b.start].strip()]


def between_marks(plain: str, marks: list[Span]) -> list[int]:
    """Where marks end, in a line that has nothing else between its names: "Rosa Hale¹ Otto Brand²"."""
    return [m.end for m in marks if plain[m.end :].strip()] if len(marks) > 1 and not BETWEEN.search(plain) else []


def cut(plain: str, cuts: list[int]) -> str:
    """The text with a separator at each of the places."""
    parts = [plain[a:b] for a, b in pairwise([0, *cuts, len(plain)])]
    return "; ".join(parts)


def marks_of(block: Block) -> list[Span]:
    """Superscripts in HTML, trailing digits and daggers in flat text."""
    raised = [s for s in block.spans if s.kind == "sup" and s.end - s.start <= _LONGEST_MARKS]
    return raised or [Span(m.start(), m.end(), "sup") for m in _FLAT_MARKS.finditer(block.text)]


def unmarked(block: Block) -> str:
    """The block's text with its marks blanked, so that a comma between marks does not look like one between names."""
    text = block.text
    for mark in marks_of(block):
        text = text[: mark.start] + " " * (mark.end - mark.start) + text[mark.end :]
    return text


def spaced(block: Block) -> str:
    """The block's text with its superscripts set apart."""
    text = block.text
    for mark in sorted((s for s in block.spans if s.kind == "sup"), key=lambda s: -s.start):
        text = f"{text[: mark.start]} {text[mark.start : mark.end]} {text[mark.end :]}"
    return " ".join(text.split())
