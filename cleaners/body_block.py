"""Which blocks are the text of a web page: each weighed by what it looks like and by what stands around it.

A linear model: features that a person can read, and the weights of ``body_block.toml``, learned by ``benchmarks/train_body.py``
on news and web pages ("web"), on those that trafilatura was asked about ("web_voted"), and on pages of scholarly works ("paper"). What
stands around a block is seen by the page's sentences ("prose"), and where given by what trafilatura votes for ("vote") and by what the
rules of ``cleaners/body.py`` choose ("rule").
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

import msgspec

from cleaners.lines import ends_sentence, is_prose
from cleaners.patterns import Sieve
from cleaners.segment.block import Block, without_positions
from cleaners.sheet import BELOW_HEADINGS, heading_level
from cleaners.tables import read_table

# Sentences have at least so many characters.
_SHORTEST_SENTENCE = 40
# Longer blocks are told by their sentences, not by a phrase.
_LONGEST_PHRASE = 400
# The element that holds so much of the text is the article's.
_HOLDS_TEXT = 0.7
# Blocks that are links for the greater part are no sentences of the article.
_LINKS = 0.5
# Links are looked for among so many blocks.
_LINKED_AROUND = 8
# Sections whose heading has a phrase of these groups stand behind most articles.
_CLOSING = frozenset(("about", "offer", "more", "sources", "talk", "rights", "social", "questions"))
# What counts otherwise where a vote holds the block.
_WEIGHED_WITH_VOTE = ("sentence", "heading", "in_list")


class Weighed(msgspec.Struct, frozen=True):
    """The blocks of the text, in document order; ``doubt`` is how much of the page is expected to be judged wrong, as a share of that text."""

    indexes: tuple[int, ...]
    doubt: float


class _Model(msgspec.Struct, frozen=True):
    weights: dict[str, dict[str, float]]
    groups: dict[str, str]
    phrases: re.Pattern[str]
    may_say: Sieve


class Features(msgspec.Struct, frozen=True):
    """What speaks for and against the blocks: ``columns`` hold a value for each block, ``names`` the blocks of which something holds."""

    columns: dict[str, list[float]]
    names: dict[str, list[int]]


class _Page(msgspec.Struct, frozen=True):
    """What is read of the blocks once: sizes, which are sentences, and the elements that they stand in."""

    size: list[int]
    sentence: list[bool]
    paths: list[list[str]]
    parents: list[str]
    kinds: list[str]


@lru_cache(maxsize=1)
def _model() -> _Model:
    data = read_table("body_block")
    groups = {phrase: group for group, phrases in data["phrases"].items() for phrase in phrases}
    phrases = rf"\b(?:{'|'.join(map(re.escape, sorted(groups, key=len, reverse=True)))})"
    return _Model(data["weights"], groups, re.compile(phrases), Sieve(phrases))


def is_sentences(text: str) -> bool:
    """Whether the text is one or more sentences, or the greater part of one."""
    return len(text) >= _SHORTEST_SENTENCE and (is_prose(text) or ends_sentence(text))


def weigh_blocks(blocks: Sequence[Block], roles: Mapping[int, str], *, by: str, views: Mapping[str, Collection[int]] | None = None) -> Weighed:
    """The blocks of the text, ``by`` which weights, with the views that these were learned with (see `body_features`)."""
    features, weights = body_features(blocks, roles, views=views), _model().weights[by]
    scores = [0.0] * len(blocks)
    for name, indexes in features.names.items():
        if weight := weights.get(name):
            for i in indexes:
                scores[i] += weight
    for name, column in features.columns.items():
        if weight := weights.get(name):
            scores = [score + weight * value for score, value in zip(scores, column, strict=True)]
    chosen = tuple(i for i, score in enumerate(scores) if score > 0)
    # A score is the logarithm of odds; the less likely of two answers is how often the likelier one is wrong.
    wrong = sum(len(b.text) / (1 + math.exp(min(abs(score), 50.0))) for b, score in zip(blocks, scores, strict=True))
    return Weighed(chosen, wrong / (sum(len(blocks[i].text) for i in chosen) or 1))


def body_features(blocks: Sequence[Block], roles: Mapping[int, str], *, views: Mapping[str, Collection[int]] | None = None) -> Features:
    """What speaks for and against each block.

    ``roles`` says what blocks already are; ``views`` holds which ones trafilatura takes for text ("vote") and which ones the rules choose ("rule").
    """
    size = [len(b.text) for b in blocks]
    paths, parents = [b.where.split("/") for b in blocks], [b.where.rpartition("/")[0] for b in blocks]
    page = _Page(size, [is_sentences(b.text) for b in blocks], paths, parents, _kinds(parents, paths))
    links = [sum([s.end - s.start for s in b.spans if s.kind == "a"]) if b.spans else 0 for b in blocks]
    link = [min(1.0, k / (n or 1)) for k, n in zip(links, size, strict=True)]
    columns = {
        "link": link,
        "links_before": _ratio(_window(links, -_LINKED_AROUND, 0), _window(size, -_LINKED_AROUND, 0)),
        "links_behind": _ratio(_window(links, 1, _LINKED_AROUND + 1), _window(size, 1, _LINKED_AROUND + 1)),
    }
    names = _own(blocks, roles, page, link)
    prose = [s and k < _LINKS and roles.get(i) not in ("chrome", "title") for i, (s, k) in enumerate(zip(page.sentence, link, strict=True))]
    _look_around("prose", page, prose, columns, names)
    for view, collection in (views or {}).items():
        indexes = frozenset(collection)
        _look_around(view, page, [i in indexes for i in range(len(blocks))], columns, names)
        names[view] = sorted(indexes)
        for name in _WEIGHED_WITH_VOTE:
            names[f"{view}_{name}"] = [i for i in names[name] if i in indexes]
    return Features(columns, names)


def _kinds(parents: Sequence[str], paths: Sequence[Sequence[str]]) -> list[str]:
    """`Block.kind` of each, the elements around them read once."""
    known = {parent: without_positions(parent) for parent in set(parents)}
    return [f"{known[parent]}/{without_positions(path[-1])}" for parent, path in zip(parents, paths, strict=True)]


# ------------------------------------------------------------------ what holds of a block by itself


def _says(text: str) -> frozenset[str]:
    """The groups of phrases that a short block has one of."""
    model = _model()
    if len(text) > _LONGEST_PHRASE or not model.may_say.may_hold(folded := text.casefold()):
        return frozenset()
    return frozenset([model.groups[phrase] for phrase in model.phrases.findall(folded)])


def _own(blocks: Sequence[Block], roles: Mapping[int, str], page: _Page, link: Sequence[float]) -> dict[str, list[int]]:
    """What holds of each block by itself, by its next neighbours, and by the heading that it stands under."""
    every, size, sentence = range(len(blocks)), page.size, page.sentence
    levels = [heading_level(b) for b in blocks]
    said = [_says(b.text) for b in blocks]
    texts, siblings = Counter([b.text for b in blocks]), Counter(page.parents)
    title = next((i for i, role in roles.items() if role == "title"), None)
    names: defaultdict[str, list[int]] = defaultdict(list)
    under: frozenset[str] = frozenset()
    rank = BELOW_HEADINGS + 1
    for i, block in enumerate(blocks):
        role = roles.get(i)
        opens = levels[i] or (BELOW_HEADINGS if role == "heading" else None)
        if opens is not None and (opens <= rank or not under):
            under = said[i] & _CLOSING
            rank = opens if under else BELOW_HEADINGS + 1
        names["tag_" + block.tag].append(i)
        if role is not None:
            names["role_" + role].append(i)
        for hint in frozenset(block.hints[-3:]):
            names["hint_" + hint].append(i)
        for group in said[i]:
            names["says_" + group].append(i)
        for group in under:
            names["under_" + group].append(i)
    names |= {
        "bias": [*every],
        "sentence": [i for i in every if sentence[i]],
        "length_15": [i for i in every if size[i] < 16],
        "length_40": [i for i in every if 16 <= size[i] < 40],
        "length_100": [i for i in every if 40 <= size[i] < 100],
        "length_more": [i for i in every if size[i] >= 250],
        "all_link": [i for i in every if link[i] >= 0.8],
        "heading": [i for i in every if levels[i] is not None],
        "in_list": [b.index for b in blocks if "/li" in b.where],
        "in_table": [b.index for b in blocks if "/table" in b.where],
        "ends_sentence": [b.index for b in blocks if ends_sentence(b.text)],
        "ends_colon": [b.index for b in blocks if b.text.endswith(":")],
        "capitals": [b.index for b in blocks if b.text.isupper()],
        "repeated": [b.index for b in blocks if texts[b.text] > 1],
        "alone": [i for i in every if siblings[page.parents[i]] == 1],
        "before_title": [*every[:title]] if title is not None else [],
        "below_title": [*every[title + 1 : title + 6]] if title is not None else [],
        "opens_text": [i for i in every[:-1] if levels[i] is not None and sentence[i + 1]],
        "below_heading": [i for i in every[1:] if levels[i - 1] is not None],
        "phrase_before": [i for i in every[1:] if said[i - 1]],
        "phrase_behind": [i for i in every[:-1] if said[i + 1]],
    }
    return names


# ------------------------------------------------------------------ what stands around it


def _look_around(view: str, page: _Page, chosen: Sequence[bool], columns: dict[str, list[float]], names: dict[str, list[int]]) -> None:
    """How much of what stands around each block is chosen: beside it, in its element, in elements of its kind, on the page."""
    size, count = page.size, len(page.size)
    every = range(count)
    held = [n if c else 0 for n, c in zip(size, chosen, strict=True)]
    total = sum(held) or 1
    columns[f"{view}_next"] = [*map(float, chosen[1:]), 0.0] if count else []
    before = list(accumulate(held, initial=0))
    done = columns[f"{view}_done"] = [n / total for n in before[:-1]]
    core = [n if s else 0 for n, s in zip(held, page.sentence, strict=True)]
    inside = [i for i, n in enumerate(core) if n]
    first, last = (inside[0], inside[-1]) if inside else (0, count - 1)
    columns[f"{view}_far_before"] = [min(1.0, (first - i) / 20) if i < first else 0.0 for i in every]
    columns[f"{view}_far_behind"] = [min(1.0, (i - last) / 20) if i > last else 0.0 for i in every]
    main = _main(page, core)
    shared = _shared(main, page)
    depth = len(main)
    columns[f"{view}_branch"] = [min(10, depth - s) / 10 for s in shared]
    sections = ["/".join(path[: depth + 1]) if s == depth else "" for path, s in zip(page.paths, shared, strict=True)]
    for label, keys in (("parent", page.parents), ("kind", page.kinds), ("section", sections)):
        others = [n - own for n, own in zip(_same(held, keys), held, strict=True)]
        room = [n - own for n, own in zip(_same(size, keys), size, strict=True)]
        columns[f"{view}_{label}"] = [n / r if r else 0.5 for n, r in zip(others, room, strict=True)]
        if label != "section":
            columns[f"{view}_{label}_of_page"] = [n / total for n in others]
    names[f"{view}_outside_main"] = [i for i in every if shared[i] < depth]
    names[f"{view}_before"] = [*every[:first]]
    names[f"{view}_behind"] = [*every[last + 1 :]]
    names[f"{view}_first_part"] = [i for i in every if done[i] < 0.02]
    names[f"{view}_last_tenth"] = [i for i in every if done[i] > 0.9]
    names[f"{view}_last_part"] = [i for i in every if before[i + 1] > 0.98 * total]
    names[f"{view}_gap"] = [i for i in every[1:-1] if not chosen[i] and chosen[i - 1] and chosen[i + 1]]


def _main(page: _Page, core: Sequence[int]) -> list[str]:
    """The path of the smallest element that holds most of the chosen sentences."""
    inside = [(path[:-1], n) for path, n in zip(page.paths, core, strict=True) if n]
    least = _HOLDS_TEXT * sum(core)
    main: list[str] = []
    while inside:
        depth = len(main)
        steps: defaultdict[str, int] = defaultdict(int)
        for path, n in inside:
            if len(path) > depth:
                steps[path[depth]] += n
        step = max(steps, key=lambda name: steps[name], default=None)
        if step is None or steps[step] < least:
            break
        main.append(step)
        inside = [(path, n) for path, n in inside if len(path) > depth and path[depth] == step]
    return main


def _shared(main: Sequence[str], page: _Page) -> list[int]:
    """How many steps from the root each block shares with the main element."""
    depth = len(main)
    known: dict[str, int] = {}
    found = []
    for path, parent in zip(page.paths, page.parents, strict=True):
        steps = known.get(parent)
        if steps is None:
            steps, least = 0, min(depth, len(path) - 1)
            while steps < least and main[steps] == path[steps]:
                steps += 1
            known[parent] = steps
        found.append(steps + 1 if steps == len(path) - 1 < depth and main[steps] == path[-1] else steps)
    return found


def _same(values: Sequence[int], keys: Sequence[str]) -> list[int]:
    """For each block the sum of the values of all blocks with its key."""
    sums: defaultdict[str, int] = defaultdict(int)
    for key, value in zip(keys, values, strict=True):
        sums[key] += value
    return [sums[key] for key in keys]


def _ratio(part: Sequence[int], whole: Sequence[int]) -> list[float]:
    return [p / n if n else 0.0 for p, n in zip(part, whole, strict=True)]


def _window(values: Sequence[int], begin: int, end: int) -> list[int]:
    """The sum of the values from ``begin`` to ``end``, counted from each; the page's borders cut it."""
    count, room = len(values), _LINKED_AROUND + 1
    sums = [*(0 for _ in range(room)), *accumulate(values, initial=0)]
    sums += [sums[-1]] * room
    return [high - low for low, high in zip(sums[room + begin : room + begin + count], sums[room + end : room + end + count], strict=True)]
