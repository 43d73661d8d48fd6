"""The main text: trafilatura's vote, aligned back to blocks, without the blocks that already have a role."""

import copy
import logging
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec
from lxml.html import HtmlElement

from cleaners.lines import ends_sentence, fold, is_prose
from cleaners.segment.block import Block
from cleaners.sheet import heading_level

# Roles of blocks that are no obstacle: section headings stand in the body.
_OPEN = frozenset(("heading",))
# Headings without a heading element rank below h6.
_LOWEST_RANK = 7
# With fewer characters of prose left than this, structure has answered: trafilatura (40 ms) is not asked.
_WORTH_ASKING = 250
# trafilatura's output lines are blocks or runs of at most this many blocks.
_LONGEST_RUN = 40


class BodyVote(msgspec.Struct, frozen=True):
    """The blocks of the body, in document order, and the rule that chose them."""

    indexes: tuple[int, ...]
    rule: str


def find_body(tree: HtmlElement | None, blocks: Sequence[Block], roles: Mapping[int, str]) -> BodyVote:
    """The body's blocks; ``roles`` says what blocks already are. Empty where hardly any prose is left."""
    if _prose(blocks, [b.index for b in blocks if roles.get(b.index) is None]) < _WORTH_ASKING:
        return BodyVote((), "no_prose_left")
    lines = _main_text(tree) if tree is not None else None
    if lines is None:
        voted, rule = _prose_runs(blocks, roles), "prose"
    else:
        voted, rule = tuple(i for i in align(lines, blocks) if roles.get(i) is None or roles[i] in _OPEN), "trafilatura"
    kept = _without_bare_headings(blocks, voted, roles)
    return BodyVote(kept, rule) if _prose(blocks, kept) >= _WORTH_ASKING else BodyVote((), "no_prose_left")


def _prose(blocks: Sequence[Block], indexes: Sequence[int]) -> int:
    """Characters of sentences among the blocks."""
    texts = (blocks[i].text for i in indexes)
    return sum(len(t) for t in texts if len(t) >= 40 and (is_prose(t) or ends_sentence(t)))


def _without_bare_headings(blocks: Sequence[Block], indexes: Sequence[int], roles: Mapping[int, str]) -> tuple[int, ...]:
    """The blocks without headings below which nothing is left before the next heading of their rank or a higher one."""
    kept: list[int] = []
    # The highest rank among the kept headings between here and the text below; `None` while there is no text below.
    highest: int | None = None
    for i in reversed(indexes):
        rank = heading_level(blocks[i]) or (_LOWEST_RANK if roles.get(i) in _OPEN else None)
        if rank is not None and (highest is None or rank >= highest):
            continue
        highest = rank or _LOWEST_RANK + 1
        kept.append(i)
    return tuple(reversed(kept))


def _main_text(tree: HtmlElement) -> list[str] | None:
    """trafilatura's output lines; `None` where it fails or finds nothing."""
    from trafilatura import extract

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        # It changes the tree that it is given. Its deduplication remembers earlier pages, so it stays off.
        text: Any = extract(copy.deepcopy(tree), include_comments=False, include_tables=True, deduplicate=False, with_metadata=False)
    except Exception:  # whatever a hostile page does to it, it is one voter
        return None
    return [line for line in text.split("\n") if line.strip()] if text else None


def align(lines: Sequence[str], blocks: Sequence[Block]) -> tuple[int, ...]:
    """The blocks that the lines show, in document order. A line equals a block or a run of blocks, or is part of one."""
    keys = [fold(b.text) for b in blocks]
    places: dict[str, list[int]] = {}
    for i, key in enumerate(keys):
        if key:
            places.setdefault(key, []).append(i)
    taken: set[int] = set()
    last = -1
    for line in lines:
        key = fold(line)
        if not key:
            continue
        run = _run(key, keys, places, last, taken)
        if run:
            taken.update(run)
            last = run[-1]
    return tuple(sorted(taken))


def _run(key: str, keys: Sequence[str], places: Mapping[str, Sequence[int]], last: int, taken: set[int]) -> range | None:
    """The block or blocks of a line: behind the last one where possible, else anywhere that is not taken."""
    if same := [i for i in places.get(key, ()) if i not in taken]:
        i = min(same, key=lambda i: (i < last, abs(i - last)))
        return range(i, i + 1)
    starts = [i for i, k in enumerate(keys) if k and i not in taken and key.startswith(k)]
    starts.sort(key=lambda i: (i < last, abs(i - last)))
    for start in starts:
        end = _run_end(key, keys, start)
        if end is not None:
            return range(start, end)
    if len(key) >= 20:
        for i in sorted((i for i, k in enumerate(keys) if key in k and i not in taken), key=lambda i: (i < last, abs(i - last))):
            if len(key) >= 0.5 * len(keys[i]):
                return range(i, i + 1)
    return None


def _run_end(key: str, keys: Sequence[str], start: int) -> int | None:
    at = 0
    for i in range(start, min(len(keys), start + _LONGEST_RUN)):
        if not key.startswith(keys[i], at):
            return None
        at += len(keys[i])
        if at == len(key):
            return i + 1
    return None


def _prose_runs(blocks: Sequence[Block], roles: Mapping[int, str]) -> tuple[int, ...]:
    """Prose without a role, and the short blocks between two pieces of prose: headings, list items, table cells."""
    prose = [b.index for b in blocks if roles.get(b.index) is None and len(b.text) >= 40 and (is_prose(b.text) or ends_sentence(b.text))]
    taken = set(prose)
    for before, after in pairwise(prose):
        between = range(before + 1, after)
        if len(between) <= 6:
            taken.update(i for i in between if roles.get(i) is None or roles[i] in _OPEN)
    return tuple(sorted(taken))
