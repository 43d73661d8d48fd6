"""The main text: the blocks that learned weights choose (``body_block``), those of scholarly works for such pages, else those of web pages.

Where the latter are in doubt trafilatura is asked as well, its vote aligned back to blocks.
"""

import logging
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence, Set
from itertools import chain, pairwise
from typing import Any

import msgspec
from lxml.html import HtmlElement

from cleaners.body_block import Weighed, is_sentences, weigh_blocks
from cleaners.lines import fold
from cleaners.regions import leads_on
from cleaners.segment.block import Block
from cleaners.sheet import BELOW_HEADINGS, heading_level
from cleaners.text import mend

# Roles of blocks that are no obstacle: section headings stand in the body.
_OPEN = frozenset(("heading",))
# Roles that labels give by a heading and its reach. In a news text "Also read", "TikTok" or "Overview" stand between paragraphs.
_YIELDING = frozenset(("related", "abstract", "back_matter"))
# Roles of short lines that are found by what they say. Left to the weights they change F1 on 706 pages by .0001, and put menus and bylines in.
_SETTLED = frozenset(("title", "chrome", "authors", "affiliations", "dates", "keywords", "metrics", "caption"))
# Behind so many characters of the text an abstract is none.
_BEFORE_ABSTRACT = 200
# Asked about a quarter of 687 web pages, those of most doubt, trafilatura adds as much to F1 on unseen sites as asked about all.
_DOUBT = 0.02
# With fewer characters of prose left than this, structure has answered: trafilatura (40 ms) is not asked.
_WORTH_ASKING = 250
# Between two parts of the text at most so many blocks are list items, table cells and headings that belong to it.
_LONGEST_GAP = 40
# A vote with a smaller share of the page's open sentences has found a part of the text only.
_LEAST_SHARE = 0.33
# Without a vote the text is less sure, and so is what stands in it.
_LONGEST_UNVOTED_GAP = 6
# Sentences of fewer letters may be said twice. When longer ones are not, 20 of 703 web pages gain more than .004 of F1, 13 lose as much, .09 at most.
_SHORTEST_COPY = 40
# Lines that are shorter than this may stand in any sentence: they are whole blocks.
_SHORTEST_PART = 20
# trafilatura is not asked about pages with more elements or characters: of 959 real ones none has half as many, and it takes up to
# a millisecond for each element of a hostile one.
_MOST_ELEMENTS, _MOST_CHARACTERS = 50_000, 1_000_000


class BodyVote(msgspec.Struct, frozen=True):
    """The blocks of the body, in document order, and the rule that chose them."""

    indexes: tuple[int, ...]
    rule: str


NO_BODY = BodyVote((), "no_prose_left")


def find_body(tree: HtmlElement | None, blocks: Sequence[Block], roles: Mapping[int, str], *, paper: bool, cut: Set[int] = frozenset()) -> BodyVote:
    """The body's blocks; ``roles`` says what blocks already are, ``paper`` whether the page is one of a scholarly work.

    What is in ``cut`` is none of them, whatever it reads like. Empty where hardly any prose is left. ``tree`` is `None` for flat text.
    """
    if _prose(blocks, [b.index for b in blocks if roles.get(b.index) is None]) < _WORTH_ASKING:
        return NO_BODY
    if tree is None:
        chosen, rule = open_text(blocks, roles, _LONGEST_UNVOTED_GAP), "prose"
    else:
        weighed, rule = _of_paper(blocks, roles) if paper else _of_web_page(tree, blocks, roles)
        chosen = tuple(i for i in weighed.indexes if i not in cut and _may_yield(blocks[i], roles.get(i), paper=paper))
    kept = _trimmed(blocks, _once(blocks, chosen), roles)
    return BodyVote(kept, rule) if _prose(blocks, kept) >= _WORTH_ASKING else NO_BODY


def _of_paper(blocks: Sequence[Block], roles: Mapping[int, str]) -> tuple[Weighed, str]:
    return weigh_blocks(blocks, roles, by="paper", views={"rule": open_text(blocks, roles)}), "weighed"


def _of_web_page(tree: HtmlElement, blocks: Sequence[Block], roles: Mapping[int, str]) -> tuple[Weighed, str]:
    """What the weights choose, and the rule: whether trafilatura had a say."""
    weighed = weigh_blocks(blocks, roles, by="web")
    if weighed.doubt <= _DOUBT or (found := votes(tree, blocks, roles)) is None:
        return weighed, "weighed"
    return weigh_blocks(blocks, roles, by="web_voted", views={"vote": found[0], "rule": found[1]}), "weighed_with_trafilatura"


def open_text(blocks: Sequence[Block], roles: Mapping[int, str], longest: int = _LONGEST_GAP) -> tuple[int, ...]:
    """The sentences that have no role, and what stands between them, in gaps of at most so many blocks."""
    return _filled(blocks, _open_prose(blocks, roles), roles, longest)


def votes(tree: HtmlElement, blocks: Sequence[Block], roles: Mapping[int, str]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The blocks that trafilatura votes for, and those that the rules make of the vote; `None` where it finds nothing."""
    lines = _main_text(tree) if sum(len(b.text) for b in blocks) <= _MOST_CHARACTERS else None
    if lines is None:
        return None
    voted = align(lines, blocks)
    return voted, _filled(blocks, _agreed(blocks, voted, roles), roles, _LONGEST_GAP)


def _may_yield(block: Block, role: str | None, *, paper: bool) -> bool:
    """Whether the weights may make a block the text that already is something: not the title, a line that names people or a day, a menu,
    or the abstract of a paper.
    """
    if role == "title" or (paper and role == "abstract"):
        return False
    return role not in _SETTLED or is_sentences(block.text)


def _is_open(index: int, roles: Mapping[int, str]) -> bool:
    return index not in roles or roles[index] in _OPEN


def _open_prose(blocks: Sequence[Block], roles: Mapping[int, str]) -> list[int]:
    return [b.index for b in blocks if b.index not in roles and is_sentences(b.text)]


def _prose(blocks: Sequence[Block], indexes: Sequence[int]) -> int:
    """Characters of sentences among the blocks."""
    return sum(len(blocks[i].text) for i in indexes if is_sentences(blocks[i].text))


def _agreed(blocks: Sequence[Block], voted: Sequence[int], roles: Mapping[int, str]) -> list[int]:
    """The voted blocks that their roles leave to the body; on other pages than a paper's also what labels took, or what the vote missed."""
    kept = [i for i in voted if _is_open(i, roles)]
    if _is_paper(blocks, kept, roles):
        return kept
    prose = _open_prose(blocks, roles)
    if _prose(blocks, kept) < _LEAST_SHARE * _prose(blocks, prose):
        voted = sorted({*voted, *prose})
    return [i for i in voted if _is_open(i, roles) or (roles[i] in _YIELDING and not (roles[i] == "related" and leads_on(blocks[i])))]


def _is_paper(blocks: Sequence[Block], text: Sequence[int], roles: Mapping[int, str]) -> bool:
    """Whether the page has the parts of a paper: references, or an abstract before its text."""
    abstract = next((i for i in sorted(roles) if roles[i] == "abstract"), None)
    return "references" in roles.values() or (abstract is not None and _prose(blocks, [i for i in text if i < abstract]) < _BEFORE_ABSTRACT)


def _filled(blocks: Sequence[Block], indexes: Sequence[int], roles: Mapping[int, str], longest: int) -> tuple[int, ...]:
    """The blocks and what stands between them without a role: sentences anywhere, short blocks in gaps of the given length."""
    prose = [i for i in indexes if is_sentences(blocks[i].text)]
    taken = set(indexes)
    if prose and longest >= _LONGEST_GAP:
        taken.update(i for i in range(prose[0], prose[-1]) if _is_open(i, roles) and is_sentences(blocks[i].text))
    for before, after in pairwise(sorted(taken)):
        if after - before - 1 <= longest:
            taken.update(i for i in range(before + 1, after) if _is_open(i, roles))
    return tuple(sorted(taken))


def _once(blocks: Sequence[Block], indexes: Sequence[int]) -> tuple[int, ...]:
    """The blocks without second copies of their sentences, such as a page's other form for small screens.

    A shorter block that is a copy goes with the sentences behind it: "Pros" may stand twice by right.
    """
    seen: set[str] = set()
    copies: list[bool | None] = []
    for i in indexes:
        key = fold(blocks[i].text)
        copies.append((key in seen) if len(key) >= _SHORTEST_COPY and is_sentences(blocks[i].text) else None if key in seen else False)
        seen.add(key)
    kept: list[int] = []
    copied = False
    for i, again in zip(reversed(indexes), reversed(copies), strict=True):
        copied = copied if again is None else again
        if not copied:
            kept.append(i)
    return tuple(reversed(kept))


def _trimmed(blocks: Sequence[Block], indexes: Sequence[int], roles: Mapping[int, str]) -> tuple[int, ...]:
    """The blocks without headings below which nothing is left before the next heading of their rank or a higher one, and
    without links that stand alone behind all text ("Back to the start").
    """
    kept: list[int] = []
    # The highest rank among the kept headings between here and the text below; `None` while there is no text below.
    highest: int | None = None
    for i in reversed(indexes):
        rank = heading_level(blocks[i]) or (BELOW_HEADINGS if roles.get(i) in _OPEN else None)
        if rank is not None and (highest is None or rank >= highest):
            continue
        if not kept and leads_on(blocks[i]) and not is_sentences(blocks[i].text):
            continue
        highest = rank or BELOW_HEADINGS + 1
        kept.append(i)
    return tuple(reversed(kept))


def _main_text(tree: HtmlElement) -> list[str] | None:
    """trafilatura's output lines; `None` where it fails or finds nothing."""
    from trafilatura import extract

    if tree.xpath("count(//*)") > _MOST_ELEMENTS:
        return None
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        # It works on a copy of the tree. Its deduplication remembers earlier pages, so it stays off; fast it asks no other libraries,
        # with which the vote is no better: F1 .9588 and .9586 on unseen sites.
        text: Any = extract(tree, include_comments=False, include_tables=True, deduplicate=False, with_metadata=False, fast=True)
    except Exception:  # whatever a hostile page does to it, it is one voter
        return None
    return [line for line in text.split("\n") if line.strip()] if text else None


def align(lines: Sequence[str], blocks: Sequence[Block]) -> tuple[int, ...]:
    """The blocks that the lines show for the greater part, in document order. A line may be a block, a run or a part of one."""
    keys = [fold(b.text) for b in blocks]
    starts = [0]
    for key in keys:
        starts.append(starts[-1] + len(key))
    page = "".join(keys)
    places: dict[str, list[int]] = {}
    for i, key in enumerate(keys):
        if key:
            places.setdefault(key, []).append(i)
    short = _runs(keys)
    shown = [0] * len(keys)
    last = 0
    for line in lines:
        # The blocks were mended, and trafilatura read the page before.
        key = fold(mend(line)[0])
        if not key:
            continue
        # Behind the last line where possible, else anywhere.
        at = places.get(key, [])
        first = bisect_left(at, bisect_left(starts, last))
        order = chain(range(first, len(at)), range(first - 1, -1, -1))
        same = next((at[n] for n in order if 2 * shown[at[n]] < len(keys[at[n]])), None)
        start = starts[same] if same is not None else _nearest(short.get(key, ()), last) if len(key) < _SHORTEST_PART else _find(page, key, last)
        if start < 0:
            continue
        last = start + len(key)
        i = bisect_right(starts, start) - 1
        while i < len(keys) and starts[i] < last:
            shown[i] += min(last, starts[i + 1]) - max(start, starts[i])
            i += 1
    return tuple(i for i, key in enumerate(keys) if key and 2 * shown[i] >= len(key))


def _find(page: str, key: str, last: int) -> int:
    """Where the page shows the key from ``last`` on, else anywhere; -1 where it does not."""
    at = page.find(key, last)
    return at if at >= 0 else page.find(key)


def _runs(keys: Sequence[str]) -> dict[str, list[int]]:
    """Where blocks, or runs of them, begin that are shorter than a part of a block may be, by their key."""
    held = [key for key in keys if key]
    found: dict[str, list[int]] = {}
    start = 0
    for i, first in enumerate(held):
        run, end = first, i + 1
        while len(run) < _SHORTEST_PART:
            found.setdefault(run, []).append(start)
            if end == len(held):
                break
            run, end = run + held[end], end + 1
        start += len(first)
    return found


def _nearest(places: Sequence[int], last: int) -> int:
    """The first place from ``last`` on, else the first of all; -1 where there is none."""
    n = bisect_left(places, last)
    return -1 if not places else places[n if n < len(places) else 0]
