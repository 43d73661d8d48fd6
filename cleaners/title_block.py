"""Which block shows the title: every short block weighed by what it looks like and by what stands around it.

A linear model: features that a person can read, and the weights of ``title_block.toml``, learned by
``benchmarks/train_title.py`` on pages with and without metadata and on text dumps of them.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import islice

from cleaners.dates import parse_dates
from cleaners.dates.roles import find_labels
from cleaners.labels import find_label
from cleaners.lines import (
    DOI,
    EMAIL,
    TELLING,
    URL,
    ends_sentence,
    fold,
    has_locator,
    is_affiliation,
    is_prose,
    is_title_case,
    names_institution,
    names_no_container,
    serial_score,
    speaks_to_reader,
    word_count,
)
from cleaners.lines import words as words_of
from cleaners.names import has_degree, is_author_line, looks_like_person
from cleaners.scholarly import is_teaser
from cleaners.sheet import Sheet, heading_level
from cleaners.topic import find_topic, stems

# Titles stand early: of 430 real pages none after the 700th block.
_LATEST = 800
# No title of those pages was longer; a longer block is text.
_LONGEST = 400
# From so many words on a line is hardly a menu's.
_LONG = 6
_NO_TITLE = frozenset(("locator", "affiliation", "authors"))
_PEOPLE = frozenset(("authors", "person"))
# Lines with more words are no menus in one line.
_MENU = 12
_NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,4}\.|[A-Ha-h][.)]|\(?\d\))\s")
# What counts the parts of a text: "6.3", "IV", "G".
_COUNTER = re.compile(r"^(?:(\d{1,2})(?:\.\d{1,2}){0,3}|([IVX]{1,4})(?:\.\d{1,2})*|([A-Z])(?:\.\d{1,2}){0,3})\.?$")
# A teaser's mark of its cut, with a label such as "Read the full abstract" behind it.
_CUT = re.compile(r"…|\.\.\.")
_CUT_TAIL = 40
_LEAD = re.compile(r"[:.]\s")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_GLUED = re.compile(r"[^\W\d_A-Z](?=[A-Z][a-z])")
# On sites that did not train it 91.6 % of flat pages have the right title above this (89.7 % above 0), 6.9 % a wrong one (5.4 %).
_ENOUGH = -2.0
# What reads as a name, a place, a cut teaser or a note ("Visual abstract. …") must convince: on 310 scholarly pages without
# metadata no title of this kind was below this, on 700 other pages two were, among six lines of other kinds.
_CONVINCING = 0.5
_OTHERWISE = frozenset(("person", "affiliation", "ends_colon", "behind_label"))
# The share of a line's telling words in the paragraphs from which on it is about the same; in so many paragraphs they recur often.
_ON_TOPIC = 0.6
_MUCH = 3


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    data = tomllib.loads(files("cleaners").joinpath("title_block.toml").read_text(encoding="utf-8"))
    return {name: float(weight) for name, weight in data["weights"].items()}


def find_title(
    sheet: Sheet, *, abstract: int | None, outside: Collection[int], known: Sequence[str], page_title: str | None, url: str | None
) -> int | None:
    """The index of the block that shows the title, `None` where no block does.

    ``known`` are titles that metadata states, best first: a block that equals one of them needs no other evidence.
    """
    blocks = sheet.blocks
    keys = keys_of(sheet)
    for title in known:
        key = fold(title)
        same = [i for i, k in enumerate(keys) if k and k == key and i not in outside and sheet.labels[i] is None]
        if same:
            return min(same, key=lambda i: (i in sheet.peripheral, heading_level(blocks[i]) != 1, abstract is not None and i > abstract, i))
    weights = _weights()
    scored = [
        (sum(weights.get(name, 0.0) * value for name, value in features.items()), -index, not _OTHERWISE.isdisjoint(features))
        for index, features in title_features(sheet, keys, abstract=abstract, outside=outside, page_title=page_title, url=url)
    ]
    for score, index, otherwise in sorted(scored, reverse=True):
        if score <= _ENOUGH:
            return None
        if (score > _CONVINCING or not otherwise) and not _is_no_title(sheet.text(-index)):
            return -index
    return None


def _is_no_title(text: str) -> bool:
    """Whether a line is a name with degrees, the teaser of an abstract, or says when something was done: "Received 3 May; Accepted 9 June"."""
    labels = find_labels(text) if any(c.isdigit() for c in text) else []
    return has_degree(text) or is_teaser(text) or (bool(labels) and labels[0].start == 0 and any(d.role == labels[0].role for d in parse_dates(text)))


def keys_of(sheet: Sheet) -> list[str]:
    """Every block in the form in which titles are compared; empty for blocks that are too long to be one."""
    return [fold(b.text) if len(b.text) <= _LONGEST + 100 else "" for b in sheet.blocks]


def title_features(
    sheet: Sheet, keys: Sequence[str], *, abstract: int | None, outside: Collection[int], page_title: str | None, url: str | None
) -> Iterator[tuple[int, dict[str, float]]]:
    """The blocks that may be the title, each with what speaks for and against it."""
    blocks, labels = sheet.blocks, sheet.labels
    counts = Counter(keys)
    citations = "\n".join(k for b, k in zip(blocks, keys, strict=True) if len(k) > TELLING and has_locator(b.text))
    lines = "\n".join(k for k in keys if len(k) > TELLING)
    head = fold(page_title or "")
    slug = frozenset(w for w in re.split(r"[-_/.]", (url or "").casefold()) if len(w) > 3)
    stop = min(_LATEST, len(blocks))
    shapes = [_shape(sheet, i, keys[i]) for i in range(min(len(blocks), stop + 12))]
    total = sum(len(b.text) for b in blocks) or 1
    like = [not shape & _NO_TITLE and not ("prose" in shape and ends_sentence(b.text)) for shape, b in zip(shapes, blocks, strict=False)]
    eligible = [i for i in range(stop) if labels[i] is None and i not in outside and len(blocks[i].text) <= _LONGEST and len(keys[i]) >= 6]
    long_lines = [i for i in eligible if word_count(blocks[i].text) >= _LONG and "prose" not in shapes[i] and like[i]]
    bylined = [i for i in long_lines if _has_byline(sheet, shapes, i)]
    may_be, are_long, have_byline = map(frozenset, (eligible, long_lines, bylined))
    topic = find_topic(b.text for b in blocks if b.index not in outside and b.index not in sheet.peripheral and is_prose(b.text))
    said = {i: stems(blocks[i].text) for i in eligible}
    weights = {i: topic.weight(said[i], itself="prose" in shapes[i]) if like[i] else 0.0 for i in eligible}
    heaviest = max(weights.values(), default=0.0)
    on_topic = [i for i in long_lines if topic.share(said[i]) >= _ON_TOPIC]
    first_on_topic, are_on_topic = next(iter(on_topic), None), frozenset(on_topic)
    last_bylined = max((i for i in bylined if abstract is not None and i < abstract), default=None)
    before, seen = 0, 0
    for i in range(stop):
        block, key = blocks[i], keys[i]
        text, count, level = block.text, word_count(block.text), heading_level(block)
        share = before / total
        before += len(text)
        if i not in may_be or (count < 2 and level != 1 and not topic.share(said[i])):
            continue
        shape, own = shapes[i], said[i]
        itself = "prose" in shape  # the line is one of the paragraphs
        shared = topic.share(own, 1 + itself)
        telling = len(key) >= TELLING
        named = [w for w in text.casefold().split() if len(w) > 3]
        behind = list(islice((j for j in range(i + 1, len(shapes)) if labels[j] is None), 6))
        opened = [sheet.field(j) for j in range(i + 1, min(len(shapes), i + 9)) if labels[j] is not None]
        around = [labels[j] for j in (*range(max(0, i - 6), i), *range(i + 1, min(len(labels), i + 7)))]
        long = i in are_long
        repeated = telling and counts[key] > 1
        in_longer = telling and lines.count(key) > counts[key]
        early = min(seen, 40)
        seen += count >= 4
        near = [*[j for j in range(max(0, i - 4), i) if labels[j] is None][-2:], *behind[:2]]
        features: dict[str, float] = {
            "bias": 1.0,
            "level_1": level == 1,
            "level_2": level == 2,
            "level_3": level is not None and level > 2,
            "hint_title": "title" in block.hints[-3:],
            "peripheral": i in sheet.peripheral,
            "words_1": count == 1,
            "words_1_2": count <= 2,
            "words_3_4": 3 <= count <= 4,
            "words_5_7": 5 <= count <= 7,
            "words_8_22": 8 <= count <= 22,
            "words_23_45": 23 <= count <= 45,
            "words_more": count > 45,
            "in_page_title": telling and key in head,
            "opens_page_title": telling and head.startswith(key),
            "in_citation": telling and citations.count(key) > ("locator" in shape),
            "in_longer_line": in_longer,
            "repeated": repeated,
            "in_address": bool(slug and named) and sum(w.strip(".,:;()") in slug for w in named) >= 0.6 * len(named),
            "prose": "prose" in shape,
            "ends_sentence": text.endswith("."),
            "prose_sentence": "prose" in shape and ends_sentence(text),
            "question": text.endswith("?"),
            "ends_colon": text.endswith(":") or bool(_CUT.search(text[-_CUT_TAIL:])),
            "locator": "locator" in shape,
            "year": bool(_YEAR.search(text)),
            "doi_or_address": "address" in shape,
            "affiliation": "affiliation" in shape,
            "institution": "institution" in shape,
            "person": "person" in shape,
            "authors": "authors" in shape,
            "serial_words": min(2, serial_score(text)),
            "no_container": names_no_container(text),
            "title_case": is_title_case(text),
            "numbered": bool(_NUMBERED.match(text)),
            "small_first": text[:1].islower(),
            "all_capitals": text.isupper(),
            "glued": bool(_GLUED.search(text)),
            "colon_inside": ": " in text,
            "bar_inside": " | " in text or "»" in text or " > " in text,
            "marks": not text[:1].isalnum() and text[:1] not in "\"'“‘«(¿¡[",
            "link": any(s.kind == "a" and s.end - s.start >= 0.9 * len(text) for s in block.spans),
            "late": share,
            "early": 1.0 / (1 + early),
            "order": early / 40,
            "behind_abstract": abstract is not None and i > abstract,
            "next_authors": bool(behind) and bool(_PEOPLE & shapes[behind[0]]),
            "soon_authors": any(_PEOPLE & shapes[j] for j in behind[1:3]),
            "next_affiliation": any("affiliation" in shapes[j] for j in behind[:3]),
            "soon_affiliation": any("affiliation" in shapes[j] for j in behind[3:]),
            "next_locator": any("locator" in shapes[j] for j in behind[:2]),
            "next_year": any(_YEAR.search(blocks[j].text) for j in behind[:4] if len(blocks[j].text) < 200),
            "next_doi": any("address" in shapes[j] for j in behind[:4]),
            "next_prose": any("prose" in shapes[j] for j in behind[:2]),
            "opens_authors": "authors" in opened,
            "opens_abstract": "abstract" in opened,
            "opens_any": bool(opened) and not {"abstract", "authors"} & set(opened),
            "first_long": long and i == long_lines[0],
            "first_with_byline": bool(bylined) and i == bylined[0],
            "last_with_byline": i == last_bylined,
            "long_with_byline": i in have_byline,
            "long_repeated": long and repeated,
            "long_in_longer_line": long and in_longer,
            "long_before_abstract": long and abstract is not None and i < abstract,
            "before_abstract": 1.0 / (1.0 + (abstract - i) / 20) if abstract is not None and i < abstract else 0.0,
            "chrome_around": sum(label is not None and label.action == "drop_line" for label in around) / 12,
            "label_words": sum(find_label(w) is not None for w in words_of(text)) / count if count <= _MENU else 0.0,
            "behind_title_label": i > 0 and sheet.field(i - 1) == "title",
            "label_before": i > 0 and labels[i - 1] is not None,
            "serial_before": i > 0 and labels[i - 1] is None and ("locator" in shapes[i - 1] or names_no_container(blocks[i - 1].text)),
            "on_topic": shared,
            "much_on_topic": topic.share(own, _MUCH + itself),
            "topic_weight": weights[i],
            "heaviest": 0 < heaviest <= weights[i] + 1e-9,
            "near_heaviest": heaviest > 0 and weights[i] >= 0.7 * heaviest,
            "off_topic": len(own) >= 2 and topic.most > 0 and shared == 0,
            "hardly_on_topic": len(own) >= 3 and topic.most > 0 and shared < 0.4,
            "first_on_topic": i == first_on_topic,
            "long_on_topic": i in are_on_topic,
            "topic_repeated": repeated * topic.share(own, 2 + itself),
            "topic_byline": (i in have_byline) * topic.share(own, 2 + itself),
            "among_long": sum(j in are_long for j in near) / 4,
            "near_repeated": sum(len(keys[j]) >= TELLING and counts[keys[j]] > 1 for j in near) / 4,
            "counted": _counted(text) and any(_counted(blocks[j].text) for j in near),
            "to_reader": speaks_to_reader(text),
            "digits": sum(w[:1].isdigit() for w in text.split()) / count,
            "behind_label": bool(_LEAD.search(text)) and find_label(_LEAD.split(text, maxsplit=1)[0]) is not None,
            "longest_so_far": not any(len(k) > len(key) for k in keys[max(0, i - 12) : i]),
        }
        yield i, {name: float(value) for name, value in features.items() if value}


def _counted(text: str) -> bool:
    first, _, rest = text.partition(" ")
    return bool(rest) and bool(_COUNTER.match(first))


def _has_byline(sheet: Sheet, shapes: Sequence[frozenset[str]], index: int) -> bool:
    """Whether one of the next three lines without a label names people."""
    behind = islice((j for j in range(index + 1, len(shapes)) if sheet.labels[j] is None), 3)
    return any(shapes[j] & _PEOPLE for j in behind)


def _shape(sheet: Sheet, index: int, key: str) -> frozenset[str]:
    """What a block is by its own words."""
    text = sheet.text(index)
    if sheet.labels[index] is not None:
        return frozenset()
    if not key:
        return frozenset(("prose",) if is_prose(text) else ())
    shape = {
        "prose": is_prose(text),
        "locator": has_locator(text),
        "affiliation": is_affiliation(text),
        "institution": names_institution(text),
        "person": looks_like_person(text),
        "authors": is_author_line(text) or "author" in sheet.blocks[index].hints[-3:],
        "address": bool(DOI.search(text) or URL.search(text) or EMAIL.search(text)),
    }
    return frozenset(name for name, holds in shape.items() if holds)
