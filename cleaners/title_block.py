"""Which block shows the title: every short block weighed by what it looks like and by what stands around it.

A linear model: features that a person can read, and the weights of ``title_block.toml``, learned by
``benchmarks/train_title.py`` on pages with and without metadata and on text dumps of them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import heappop, heappush
from math import inf

from cleaners.dates import parse_dates
from cleaners.dates.roles import find_labels
from cleaners.lines import fold
from cleaners.names import has_degree
from cleaners.scholarly import is_teaser
from cleaners.sheet import Sheet, heading_level
from cleaners.tables import read_table
from cleaners.title_features import LONGEST, STAGES, Lines

# On sites that did not train it 91.6 % of flat pages have the right title above this (89.7 % above 0), 6.9 % a wrong one (5.4 %).
_ENOUGH = -2.0
# What reads as a name, a place, a cut teaser or a note ("Visual abstract. …") must convince: on 310 scholarly pages without
# metadata no title of this kind was below this, on 700 other pages two were, among six lines of other kinds.
_CONVINCING = 0.5
_OTHERWISE = frozenset(("person", "affiliation", "ends_colon", "behind_label"))
# Sums of the same numbers in another order differ by less.
_ROUNDING = 1e-9


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """How much each feature counts, and to which side."""
    data = read_table("title_block")
    return {name: float(weight) for name, weight in data["weights"].items()}


def find_title(sheet: Sheet, *, abstract: int | None, outside: Collection[int], known: Sequence[str], page_title: str | None, url: str | None) -> int | None:
    """The index of the block that shows the title, `None` where no block does.

    ``known`` are titles that metadata states, best first: a block that equals one of them needs no other evidence.
    """
    blocks = sheet.blocks
    for title in known:
        same = [i for i in _shows(sheet, fold(title)) if i not in outside and sheet.labels[i] is None]
        if same:
            return min(same, key=lambda i: (i in sheet.peripheral, heading_level(blocks[i]) != 1, abstract is not None and i > abstract, i))
    keys = keys_of(sheet)
    lines = Lines(sheet, keys, abstract=abstract, outside=outside, page_title=page_title, url=url)
    for score, index, features in best_first(lines, weights(), least=_ENOUGH):
        otherwise = any(features[name] for name in _OTHERWISE)
        if (score > _CONVINCING or not otherwise) and not _is_no_title(sheet.text(index)):
            return index
    return None


def _shows(sheet: Sheet, key: str) -> Iterator[int]:
    """The blocks that are this title, in the form in which titles are compared."""
    for block in sheet.blocks if key else ():
        text = block.text
        other = text[:1].isascii() and text[:1].isalnum() and text[0].lower() != key[0]  # so begins another text, which is not compared
        if not other and len(text) <= LONGEST + 100 and fold(text) == key:
            yield block.index


def best_first(lines: Lines, weigh: Mapping[str, float], *, least: float) -> Iterator[tuple[float, int, Mapping[str, float]]]:
    """The lines above the ``least`` score, the best first, each with its score and its features.

    A line is asked for its next stage of features only where it may still be the best: of 17,509 lines of 142 pages 492 were asked for the last.
    """
    hopes: list[dict[str, float]] = []  # by stage, the weights that speak for a line of what is not told yet
    waiting = [(-inf, index, 0, 0.0, dict[str, float]()) for index in lines.may_be]
    while waiting:
        _, index, stage, score, told = heappop(waiting)
        if stage == len(STAGES):
            yield score, index, told
            continue
        new = STAGES[stage](lines, index)
        score += sum(weigh.get(name, 0.0) * value for name, value in new.items() if value)
        told = told | new
        hope = 0.0
        if stage + 1 < len(STAGES):
            if len(hopes) == stage:
                hopes.append({name: weight for name, weight in weigh.items() if weight > 0 and name not in told})
            limits = lines.limits(index)
            hope = sum(weight * limits.get(name, 1.0) for name, weight in hopes[stage].items()) + _ROUNDING
        if score + hope > least:
            heappush(waiting, (-score - hope, index, stage + 1, score, told))


def _is_no_title(text: str) -> bool:
    """Whether a line is a name with degrees, the teaser of an abstract, or says when something was done: "Received 3 May; Accepted 9 June"."""
    labels = find_labels(text) if any(c.isdigit() for c in text) else []
    return has_degree(text) or is_teaser(text) or (bool(labels) and labels[0].start == 0 and any(d.role == labels[0].role for d in parse_dates(text)))


def keys_of(sheet: Sheet) -> list[str]:
    """Every block in the form in which titles are compared; empty for blocks that are too long to be one."""
    return [fold(b.text) if len(b.text) <= LONGEST + 100 else "" for b in sheet.blocks]


def title_features(
    sheet: Sheet, keys: Sequence[str], *, abstract: int | None, outside: Collection[int], page_title: str | None, url: str | None
) -> Iterator[tuple[int, dict[str, float]]]:
    """The blocks that may be the title, each with what speaks for and against it."""
    lines = Lines(sheet, keys, abstract=abstract, outside=outside, page_title=page_title, url=url)
    return ((index, lines.features(index)) for index in lines.may_be)
