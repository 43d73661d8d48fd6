"""What speaks for and against a line as the title of its page: the features of the model of ``title_block.py``.

They come in three stages, the costliest last: what the line shows of itself, what the page's text says of it, who and what stands
around it. A line that cannot win by what is left to be asked is asked no further.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import accumulate

from cleaners.addresses import has_address
from cleaners.labels import find_label
from cleaners.lines import (
    TELLING,
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
from cleaners.names import is_author_line, looks_like_person
from cleaners.sheet import Sheet, heading_level
from cleaners.topic import find_topic, stems

# Titles stand early: of 430 real pages none after the 700th block.
_LATEST = 800
# No title of those pages was longer; a longer block is text.
LONGEST = 400
# So many lines behind the last that may be the title are looked at.
_BEHIND = 12
# From so many words on a line is hardly a menu's.
_LONG = 6
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
# The share of a line's telling words in the paragraphs from which on it is about the same; in so many paragraphs they recur often.
_ON_TOPIC = 0.6
_MUCH = 3


class Lines:
    """The lines of a page and what each looks like; what is costly is found when it is asked for, and once.

    ``keys`` are the blocks in the form in which titles are compared. ``may_be`` holds the indexes of the blocks that may be the title.
    """

    def __init__(self, sheet: Sheet, keys: Sequence[str], *, abstract: int | None, outside: Collection[int], page_title: str | None, url: str | None) -> None:
        blocks, labels = sheet.blocks, sheet.labels
        stop = min(_LATEST, len(blocks))
        end = min(len(blocks), stop + _BEHIND)
        self._sheet, self._keys, self._abstract, self._end = sheet, keys, abstract, end
        self._texts = texts = [b.text for b in blocks]
        self._prose = [is_prose(text) for text in texts]
        self._locator = [bool(key) and has_locator(text) for text, key in zip(texts, keys, strict=True)]
        # Without a label; of these, the lines that may be a title if they have a word that tells.
        self._free = [i for i in range(end) if labels[i] is None]
        self._short = [i for i in self._free if i < stop and i not in outside and len(texts[i]) <= LONGEST and len(keys[i]) >= 6]
        self._words = {i: word_count(texts[i]) for i in self._short}
        self._stems = {i: stems(texts[i]) for i in self._short}
        self._counts = Counter(keys)
        self._topic = find_topic(text for i, text in enumerate(texts) if self._prose[i] and i not in outside and i not in sheet.peripheral)
        self._weight = {i: self._topic.weight(own, itself=self._prose[i]) for i, own in self._stems.items()}
        self._all = "\n".join(key for key in keys if len(key) > TELLING)
        # By place in the list of lines without a label, and in that of the labelled ones.
        self._are_located = [self._locator[i] for i in self._free]
        self._are_prose = [self._prose[i] for i in self._free]
        self._are_dated = [len(texts[i]) < 200 and _YEAR.search(texts[i]) is not None for i in self._free]
        self._are_addressed = [bool(keys[i]) and has_address(texts[i]) for i in self._free]
        self._labelled = [i for i in range(end) if labels[i] is not None]
        self._opened = [sheet.field(i) for i in self._labelled]
        self._chrome = [0, *accumulate(label is not None and label.action == "drop_line" for label in labels)]
        self._sizes = list(map(len, keys))
        self._cited = "\n".join(key for key, cites in zip(keys, self._locator, strict=True) if cites and len(key) > TELLING)
        self._page_title = fold(page_title or "")
        self._slug = frozenset(w for w in re.split(r"[-_/.]", (url or "").casefold()) if len(w) > 3)
        self._late = [0, *accumulate(map(len, texts))]
        self._order = dict(zip(self._short, accumulate((self._words[i] >= 4 for i in self._short), initial=0), strict=False))
        self._people: dict[int, frozenset[str]] = {}
        self._places: dict[int, bool] = {}
        self.may_be = [i for i in self._short if self._words[i] >= 2 or heading_level(blocks[i]) == 1 or self._topic.share(self._stems[i])]

    def features(self, index: int) -> dict[str, float]:
        """All that speaks for and against a line."""
        told: dict[str, float] = {}
        for stage in STAGES:
            told.update(stage(self, index))
        return {name: float(value) for name, value in told.items() if value}

    # ------------------------------------------------------------------ the stages

    def shown(self, index: int) -> dict[str, float]:
        """What the line shows of itself, and what its neighbours show at once."""
        sheet, block, text, key, count = self._sheet, self._sheet.blocks[index], self._texts[index], self._keys[index], self._words[index]
        labels, prose, abstract, level = sheet.labels, self._prose[index], self._abstract, heading_level(block)
        telling = len(key) >= TELLING
        at = bisect_left(self._free, index)
        opened = self._opened[index - at : bisect_left(self._labelled, index + 9)]
        around = self._chrome[min(index + 7, len(labels))] - self._chrome[max(0, index - 6)]
        early = min(self._order[index], 40)
        return {
            "bias": 1.0,
            "level_1": level == 1,
            "level_2": level == 2,
            "level_3": level is not None and level > 2,
            "hint_title": "title" in block.hints[-3:],
            "peripheral": index in sheet.peripheral,
            "words_1": count == 1,
            "words_1_2": count <= 2,
            "words_3_4": 3 <= count <= 4,
            "words_5_7": 5 <= count <= 7,
            "words_8_22": 8 <= count <= 22,
            "words_23_45": 23 <= count <= 45,
            "words_more": count > 45,
            "in_page_title": telling and key in self._page_title,
            "opens_page_title": telling and self._page_title.startswith(key),
            "repeated": telling and self._counts[key] > 1,
            "prose": prose,
            "ends_sentence": text.endswith("."),
            "prose_sentence": prose and ends_sentence(text),
            "question": text.endswith("?"),
            "ends_colon": text.endswith(":") or bool(_CUT.search(text[-_CUT_TAIL:])),
            "locator": self._locator[index],
            "year": bool(_YEAR.search(text)),
            "doi_or_address": self._are_addressed[at],
            "no_container": names_no_container(text),
            "small_first": text[:1].islower(),
            "all_capitals": text.isupper(),
            "colon_inside": ": " in text,
            "bar_inside": " | " in text or "»" in text or " > " in text,
            "marks": not text[:1].isalnum() and text[:1] not in "\"'“‘«(¿¡[",
            "link": bool(block.spans) and any(s.kind == "a" and s.end - s.start >= 0.9 * len(text) for s in block.spans),
            "late": self._late[index] / (self._late[-1] or 1),
            "early": 1.0 / (1 + early),
            "order": early / 40,
            "behind_abstract": abstract is not None and index > abstract,
            "before_abstract": 1.0 / (1.0 + (abstract - index) / 20) if abstract is not None and index < abstract else 0.0,
            "next_locator": True in self._are_located[at + 1 : at + 3],
            "next_year": True in self._are_dated[at + 1 : at + 5],
            "next_doi": True in self._are_addressed[at + 1 : at + 5],
            "next_prose": True in self._are_prose[at + 1 : at + 3],
            "opens_authors": "authors" in opened,
            "opens_abstract": "abstract" in opened,
            "opens_any": bool(opened) and not {"abstract", "authors"} & set(opened),
            "chrome_around": around / 12,
            "behind_title_label": index > 0 and sheet.field(index - 1) == "title",
            "label_before": index > 0 and labels[index - 1] is not None,
            "serial_before": index > 0 and labels[index - 1] is None and (self._locator[index - 1] or names_no_container(self._texts[index - 1])),
            "near_repeated": sum(self._sizes[j] >= TELLING and self._counts[self._keys[j]] > 1 for j in self._near(index)) / 4,
            "longest_so_far": max(self._sizes[max(0, index - 12) : index], default=0) <= len(key),
        }

    def said(self, index: int) -> dict[str, float]:
        """What the words of the line are, and where they stand in the rest of the text."""
        text, key, own, topic, count = self._texts[index], self._keys[index], self._stems[index], self._topic, self._words[index]
        itself = self._prose[index]  # the line is one of the paragraphs
        shared = topic.share(own, 1 + itself)
        telling = len(key) >= TELLING
        repeated = telling and self._counts[key] > 1
        named = [w for w in text.casefold().split() if len(w) > 3]
        return {
            "in_citation": telling and self._cited.count(key) > self._locator[index],
            "in_longer_line": telling and self._all.count(key) > self._counts[key],
            "in_address": bool(self._slug and named) and sum(w.strip(".,:;()") in self._slug for w in named) >= 0.6 * len(named),
            "institution": names_institution(text),
            "serial_words": min(2, serial_score(text)),
            "title_case": is_title_case(text),
            "numbered": bool(_NUMBERED.match(text)),
            "glued": bool(_GLUED.search(text)),
            "on_topic": shared,
            "much_on_topic": topic.share(own, _MUCH + itself),
            "off_topic": len(own) >= 2 and topic.most > 0 and shared == 0,
            "hardly_on_topic": len(own) >= 3 and topic.most > 0 and shared < 0.4,
            "topic_repeated": repeated * topic.share(own, 2 + itself),
            "counted": _counted(text) and any(_counted(self._texts[j]) for j in self._near(index)),
            "to_reader": speaks_to_reader(text),
            "digits": sum(w[:1].isdigit() for w in text.split()) / count,
        }

    def around(self, index: int) -> dict[str, float]:
        """Who and what the line names, who and what is named behind it, and how it stands to the other lines that may be the title."""
        text, count, abstract, behind = self._texts[index], self._words[index], self._abstract, self._behind(index)
        people = self.people(index)
        long = self._is_long(index)
        bylined = self._has_byline(index)
        on_topic = self._is_on_topic(index)
        weight = self._weight[index] if self._is_titled(index) else 0.0
        telling = len(self._keys[index]) >= TELLING
        return {
            "affiliation": self.is_place(index),
            "person": "person" in people,
            "authors": "authors" in people,
            "next_authors": any(map(self.people, behind[:1])),
            "soon_authors": any(map(self.people, behind[1:3])),
            "next_affiliation": any(map(self.is_place, behind[:3])),
            "soon_affiliation": any(map(self.is_place, behind[3:])),
            "first_long": long and not any(map(self._is_long, self._before(index))),
            "first_with_byline": bylined and not any(map(self._has_byline, self._before(index))),
            "last_with_byline": bylined and abstract is not None and index < abstract and not any(map(self._has_byline, self._between(index, abstract))),
            "long_with_byline": bylined,
            "long_repeated": long and telling and self._counts[self._keys[index]] > 1,
            "long_in_longer_line": long and telling and self._all.count(self._keys[index]) > self._counts[self._keys[index]],
            "long_before_abstract": long and abstract is not None and index < abstract,
            "label_words": sum(find_label(w) is not None for w in words_of(text)) / count if count <= _MENU else 0.0,
            "topic_weight": weight,
            "heaviest": 0 < self._heaviest <= weight + 1e-9,
            "near_heaviest": self._heaviest > 0 and weight >= 0.7 * self._heaviest,
            "first_on_topic": on_topic and not any(map(self._is_on_topic, self._before(index))),
            "long_on_topic": on_topic,
            "topic_byline": bylined * self._topic.share(self._stems[index], 2 + self._prose[index]),
            "among_long": sum(map(self._is_long, self._near(index))) / 4,
            "behind_label": bool(_LEAD.search(text)) and find_label(_LEAD.split(text, maxsplit=1)[0]) is not None,
        }

    def limits(self, index: int) -> dict[str, float]:
        """The most that a feature may be where that is not 1."""
        long = self._words[index] >= _LONG and not self._prose[index] and not self._locator[index]
        on_topic = self._topic.share(self._stems[index])
        return {
            "serial_words": 2,
            "digits": LONGEST,
            "label_words": LONGEST,
            "topic_weight": 0.0 if self._locator[index] else self._weight[index],
            "topic_byline": long * on_topic,
            "first_on_topic": long and on_topic >= _ON_TOPIC,
            "long_on_topic": long and on_topic >= _ON_TOPIC,
            "last_with_byline": long and self._abstract is not None and index < self._abstract,
            "long_in_longer_line": long,
        }

    # ------------------------------------------------------------------ what is costly

    def people(self, index: int) -> frozenset[str]:
        """Which of "person" and "authors" a line is; neither, where it has a label or is no line."""
        if index not in self._people:
            text, alone = self._texts[index], self._is_line(index)
            found = {
                "person": alone and looks_like_person(text),
                "authors": alone and ("author" in self._sheet.blocks[index].hints[-3:] or is_author_line(text)),
            }
            self._people[index] = frozenset(name for name, holds in found.items() if holds)
        return self._people[index]

    def is_place(self, index: int) -> bool:
        """Whether a line is an affiliation."""
        if index not in self._places:
            self._places[index] = self._is_line(index) and is_affiliation(self._texts[index])
        return self._places[index]

    def _is_line(self, index: int) -> bool:
        return self._sheet.labels[index] is None and bool(self._keys[index])

    def _is_titled(self, index: int) -> bool:
        """Whether a line does not look like what is no title: a citation, an affiliation, names, a sentence of the text."""
        if self._locator[index] or (self._prose[index] and ends_sentence(self._texts[index])):
            return False
        return not self.is_place(index) and "authors" not in self.people(index)

    def _is_long(self, index: int) -> bool:
        return self._words.get(index, 0) >= _LONG and not self._prose[index] and self._is_titled(index)

    def _has_byline(self, index: int) -> bool:
        """Whether a line is long and one of the next three without a label names people."""
        return self._is_long(index) and any(self.people(j) for j in self._behind(index)[:3])

    def _is_on_topic(self, index: int) -> bool:
        return self._topic.share(self._stems[index]) >= _ON_TOPIC and self._is_long(index)

    def _behind(self, index: int) -> list[int]:
        """The next six lines without a label."""
        at = bisect_right(self._free, index)
        return self._free[at : at + 6]

    def _near(self, index: int) -> list[int]:
        """The next two lines without a label, and the last two of the four blocks before."""
        at = bisect_left(self._free, index)
        return [*(j for j in self._free[max(0, at - 2) : at] if j >= index - 4), *self._free[at + 1 : at + 3]]

    def _before(self, index: int) -> list[int]:
        return self._short[: bisect_left(self._short, index)]

    def _between(self, index: int, end: int) -> list[int]:
        return self._short[bisect_right(self._short, index) : bisect_left(self._short, end)]

    @cached_property
    def _heaviest(self) -> float:
        """How much of what the page is about the line names that names most of it."""
        order = sorted(self._weight, key=self._weight.__getitem__, reverse=True)
        return next((self._weight[i] for i in order if self._is_titled(i)), 0.0)


STAGES = (Lines.shown, Lines.said, Lines.around)


def _counted(text: str) -> bool:
    first, _, rest = text.partition(" ")
    return bool(rest) and bool(_COUNTER.match(first))
