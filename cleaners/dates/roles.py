"""What a text calls its dates: labels before a date ("Received 3 May 2024"), or behind it ("2024-05-03 [received]")."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from cleaners.dates.names import data, fold, forms, with_plain_forms
from cleaners.dates.tokens import SIGN
from cleaners.lines import remembered

# Where a site glues two elements, a capital begins the next word: "ReceivedMay 5", "By Jane DoeUpdated: ".
_LOWER = rf"(?:[^\W\d_A-ZÀ-Þ]|{SIGN})+"
_WORD = re.compile(rf"(?:[A-ZÀ-Þ]+(?:{_LOWER})?|{_LOWER})(?:['’][^\W\d_]+)?|©|\([cC]\)")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
# Words of one label stand this close: "E-pub", "Published/Copyright", "Version of Record".
_JOINT = re.compile(r"[\s/-]{0,2}")
_BRACKETED = re.compile(r"[\s\d:]*[\[(][^\d\])]*[\])]")
# A label further away speaks of something else; the longest seen is "Published in final edited form as:" and a journal's title.
_FARTHEST, _FARTHEST_COPYRIGHT, _FARTHEST_ISSUE = 80, 40, 20
# The owners between a copyright sign and its year: "© The Author(s), under exclusive licence to Springer Nature Limited 2021".
LONGEST_OWNER = 100
_TRAILS = 30
# Labels that stand within what others call a date: "Published in Volume 12, Number 3".
_YIELDING = ("issue", "unspecified")


class Label(NamedTuple):
    """Words that name a role, and where they stand."""

    role: str
    start: int
    end: int


_start = attrgetter("start")


@lru_cache(maxsize=1)
def _phrases() -> tuple[dict[str, str], dict[str, int]]:
    """Roles by their label in folded words, and the most words of the labels that begin with a word."""
    roles = {fold(form): role for role, cell in data()["roles"].items() for form in with_plain_forms(forms(cell))}
    heads: dict[str, int] = {}
    for phrase in roles:
        first, *rest = phrase.split(" ")
        heads[first] = max(heads.get(first, 0), 1 + len(rest))
    return roles, heads


@lru_cache(maxsize=1)
def _unspaced() -> re.Pattern[str]:
    """Labels of scripts that write words together, longest first."""
    labels = (phrase for phrase in _phrases()[0] if _UNSPACED.match(phrase))
    return re.compile("|".join(sorted(map(re.escape, labels), key=len, reverse=True)))


@remembered
def find_labels(text: str) -> tuple[Label, ...]:
    """All labels of a text, the longest at each place, in order."""
    phrases, heads = _phrases()
    found: list[Label] = []
    words = list(_WORD.finditer(text))
    folded = ["©" if word[0].startswith("(") else fold(word[0]) for word in words]
    i = 0
    while i < len(words):
        longest = heads.get(folded[i])
        count = _label_length(text, words, folded, i, longest) if longest else 0
        if count:
            found.append(Label(phrases[" ".join(folded[i : i + count])], words[i].start(), words[i + count - 1].end()))
        i += count or 1
    if _UNSPACED.search(text):
        found += [Label(phrases[match[0]], *match.span()) for match in _unspaced().finditer(text)]
        found.sort(key=_start)
    return tuple(found)


def starting_in(labels: Sequence[Label], start: int, end: int) -> Sequence[Label]:
    """The labels that start in a part of the text; a cut, so that long texts take linear time."""
    return labels[bisect_left(labels, start, key=_start) : bisect_left(labels, end, key=_start)]


def _label_length(text: str, words: Sequence[re.Match[str]], folded: Sequence[str], i: int, longest: int) -> int:
    """How many words from the i-th make a label; 0 for none."""
    phrases = _phrases()[0]
    phrase, count = "", 0
    for n in range(min(longest, len(words) - i)):
        if n and not _JOINT.fullmatch(text, words[i + n - 1].end(), words[i + n].start()):
            break
        phrase = f"{phrase} {folded[i + n]}" if n else folded[i]
        if phrase in phrases:
            count = n + 1
    return count


def assign(text: str, spans: Sequence[tuple[int, int]], labels: Sequence[Label]) -> list[str | None]:
    """The role of each date by the labels of the text; `None` where it has none."""
    leading = [_leading(text, labels, spans[i - 1][1] if i else 0, start, end) for i, (start, end) in enumerate(spans)]
    trailing = [_trailing(text, labels, end, spans[i + 1][0] if i + 1 < len(spans) else len(text)) for i, (_, end) in enumerate(spans)]
    if spans and leading[0] is None and trailing[-1] is not None:  # "2020年1月2日收稿，2020年3月5日录用": each label behind its date
        return [after or before for before, after in zip(leading, trailing, strict=True)]
    roles: list[str | None] = []
    for i, role in enumerate(leading):
        closed = i == len(spans) - 1 or _BRACKETED.match(text, spans[i][1], spans[i + 1][0])
        roles.append(role or (trailing[i] if closed else None))
    for i in range(1, len(roles)):  # "© 1995, 1999, 2003"
        if roles[i] is None and roles[i - 1] == "copyright" and not text[spans[i - 1][1] : spans[i][0]].strip(" ,&"):
            roles[i] = "copyright"
    if len(roles) > 1 and roles[0] is None and roles[1] == "updated":  # what stands before an update is the publication
        roles[0] = "published"
    return roles


def owns(text: str, label: Label, start: int, end: int) -> bool:
    """Whether a year that ends the text is a copyright's whose owners stand between: "© Springer Nature Switzerland AG 2020"."""
    return label.role == "copyright" and end - start == 4 and 0 <= start - label.end <= LONGEST_OWNER and text[end:].strip(" .") == ""


def _leading(text: str, labels: Sequence[Label], after: int, start: int, end: int) -> str | None:
    near = [label for label in starting_in(labels, max(after, start - 2 * LONGEST_OWNER), start) if label.end <= start and _reaches(text, label, start, end)]
    strong = [label for label in near if label.role not in _YIELDING]
    return (strong or near)[-1].role if near else None


def _reaches(text: str, label: Label, start: int, end: int) -> bool:
    """Whether a label speaks of a date behind it: that of an issue close by, or where a number follows it."""
    distance = start - label.end
    if label.role == "copyright":
        return distance <= _FARTHEST_COPYRIGHT or owns(text, label, start, end)
    if label.role == "issue" and distance > _FARTHEST_ISSUE:
        return distance <= _FARTHEST and any(c.isdigit() for c in text[label.end : start])
    return distance <= _FARTHEST


def _trailing(text: str, labels: Sequence[Label], after: int, before: int) -> str | None:
    """The label close behind a date, unless a colon says that it belongs to what follows; a copyright sign stands before its year."""
    near = (label for label in starting_in(labels, after, after + _TRAILS) if label.end <= before and label.role not in (*_YIELDING, "copyright"))
    return next((label.role for label in near if not text[label.end : label.end + 2].lstrip().startswith(":")), None)
