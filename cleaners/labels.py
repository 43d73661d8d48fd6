"""UI labels: lines that a site puts around an article's text, found by whole line, never by a part of a sentence.

The catalogue is ``labels.toml``: lines by class and language, patterns for lines that hold a name or a number, and
the words from which a site builds its commands ("View all issues").
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from cleaners.patterns import Patterns
from cleaners.tables import read_table

# Of 550 labels of real sites the longest has 153 characters; longer lines are text.
_LONGEST = 160
# Commands have few words: "Click one of the above tabs to view related content" has ten.
_MOST_WORDS = 8
_OUTER = " \t\u00a0:：;,.·•●|»«›‹>→←↑↓↗▶►▸▼▲▾▴…*#+-–—_=()[]{}（）【】「」『』［］<>/\\'\"“”‘’`!✓✔✕✖×⋮☰⌄˅+§¶†‡"
# The marks that may stand behind a count in brackets, which goes before the brackets of the label do.
_ARROWS = _OUTER.replace(")", "").replace("]", "")
_COUNT = re.compile(r"\s*[(\[]\s*\d[\d.,\s]{0,9}[kKmM]?\+?\s*[)\]]$")
_BARE_COUNT = re.compile(r"^\d[\d.,]{0,11}[kKmM]?\s+|[\s:：]+\d[\d.,]{0,11}[kKmM]?$")
# Borders between labels in one line: a mark, a capital glued to a small letter, a space before a capital.
_MARKS = re.compile(r"\s*[|/·•]\s*|\u00a0{2,}")
_GLUE = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_SPACED = re.compile(r"\s+(?=[A-Z])")
# Where the first of them is, behind its white space: each alternative opens with characters, which is what makes a search fast.
_BORDER = re.compile(r"[|/·•]|\u00a0\u00a0|[A-Z](?<=[^\W\d_A-Z][A-Z]|\s[A-Z])")
_NUMBER = re.compile(r"\d")
_NO_LETTER = re.compile(r"[\W_]")
# "Copyright | Disclaimer | Privacy | Accessibility | Contact" has five; with more the line is split too often to pay.
_MOST_PARTS = 12
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Fields that a line may state right behind its label ("Keywords: a, b").
_RUN_IN = frozenset(("abstract", "keywords", "authors", "affiliations", "doi", "title", "container_title"))
# What may stand before such a label, and by how many of its first letters it is looked up.
_OPENING, _LONGEST_LEAD = ("【", "[", "("), 4
_RUN_IN_MARK = re.compile(r"\s*[:：]\s*|\s*[—–]\s*|\.\s+|\s*】\s*")
# A run-in label without a mark is one where at least so much text follows it: "Abstract Algebra" is a title.
_RUN_IN_TEXT = 150
_LONGEST_RUN_IN = 40
# Labels behind a text have no more characters, and a text before one has more than so many.
_LONGEST_TAIL, _SHORTEST_HEADLESS = 60, 40
_GLUED_TO = re.compile(r"10\.\d{4,9}/|https?://")
_ENDS = (".", "!", "?", "。", "…", ")", "]")
# A letter that may be a capital, anywhere and behind such an end.
_LETTER = re.compile(r"[^\W\d_a-z]")
_BEHIND_END = re.compile(rf"[{re.escape(''.join(_ENDS))}]\s*{_LETTER.pattern}")
# Classes whose labels stand behind the last sentence of a text and are no part of it.
_TRAILING = frozenset(("download_fulltext", "view_article_link", "cite_export", "share_social"))


class Label(msgspec.Struct, frozen=True):
    """A UI label. ``action`` is ``drop_line``, ``field_label``, ``section_boundary`` or ``keep``; ``field`` is the field
    or region that it opens, `None` where it opens none. ``text`` is the line as shown; ``id`` names the rule.
    """

    id: str
    text: str
    cls: str
    action: str
    field: str | None = None

    @property
    def introduces(self) -> bool:
        """Whether it is the heading of an introduction, with which an article's text begins."""
        return self.cls == "section_heading_in_abstract" and self.text.casefold().startswith("introduction")


class Piece(msgspec.Struct, frozen=True):
    """A part of a line, ``line[start:end]``, and the label that it is, if it is one."""

    text: str
    start: int
    end: int
    label: Label | None


class _Catalogue(msgspec.Struct, frozen=True):
    lines: dict[str, Label]
    in_order: tuple[str, ...]
    """The keys of ``lines``, sorted."""
    openings: frozenset[str]
    """All beginnings of lines that end where a word does."""
    counted: frozenset[str]
    patterns: Patterns
    rules: tuple[Label, ...]
    verbs: dict[str, dict[str, str]]
    first_words: frozenset[str]
    objects: dict[str, frozenset[str]]
    openers: dict[str, tuple[str, ...]]
    """Labels that a text may stand right behind, by their first letters; the longest come first."""


@lru_cache(maxsize=1)
def _catalogue() -> _Catalogue:
    data = read_table("labels")
    lines: dict[str, Label] = {}
    rules: list[Label] = []
    patterns: list[str] = []
    for group in data["group"]:
        cls, action, field = group["class"], group["action"], group.get("field")
        for language, texts in group.get("lines", {}).items():
            for text in texts:
                key = _key(text)
                lines.setdefault(key, Label(f"{cls}.{language}:{key}", text, cls, action, field))
        for entry in group.get("patterns", ()):
            rules.append(Label(f"{cls}~{entry['name']}", "", cls, action, field))
            patterns.append(entry["match"])
    commands: dict[str, Any] = data["commands"]
    verbs = {language: {verb: cls for cls, list_ in words.items() if cls != "objects" for verb in list_} for language, words in commands.items()}
    openers: dict[str, list[str]] = {}
    for key in sorted((key for key, label in lines.items() if label.field in _RUN_IN and len(key) > 1), key=len, reverse=True):
        openers.setdefault(key[:_LONGEST_LEAD], []).append(key)
    return _Catalogue(
        lines=lines,
        in_order=tuple(sorted(lines)),
        openings=frozenset(lines).union(key[: border.start()] for key in lines for border in _NO_LETTER.finditer(key, 1)),
        counted=frozenset(data["counted"]),
        patterns=Patterns(patterns),
        rules=tuple(rules),
        verbs=verbs,
        first_words=frozenset(verb.split()[0] for words in verbs.values() for verb in words),
        objects={language: frozenset(words["objects"]) for language, words in commands.items()},
        openers={lead: tuple(keys) for lead, keys in openers.items()},
    )


def _key(text: str) -> str:
    """The form in which lines are compared: case-folded, straight apostrophes, without outer marks and a count in brackets."""
    plain = " ".join(text.casefold().replace("’", "'").split()).strip(_ARROWS)
    return (_COUNT.sub("", plain) if plain.endswith((")", "]")) else plain).strip(_OUTER)


def find_label(line: str) -> Label | None:
    """The label that a whole line is, `None` for a line of real content."""
    if len(line) > _LONGEST:
        return None
    label = _label(line)
    return None if label is None else msgspec.structs.replace(label, text=line)


@lru_cache(maxsize=8192)  # lines of a site's pages come again
def _label(line: str) -> Label | None:
    catalogue = _catalogue()
    key, numbers = _key(line), catalogue.patterns.opening(line.strip())
    if (label := _one(line, key, numbers)) is not None:
        return label
    if _may_be_several(line, numbers, catalogue) and (label := _several(line)) is not None:
        return label
    return _command(line, key, catalogue)


@lru_cache(maxsize=8192)
def _part(text: str) -> Label | None:
    """The label that a part of a line is."""
    return _one(text, _key(text), _catalogue().patterns.opening(text.strip()))


def _one(line: str, key: str, numbers: Sequence[int]) -> Label | None:
    """The line of the catalogue, with or without its number, or the pattern that the whole line is, one of these numbers."""
    catalogue = _catalogue()
    label = catalogue.lines.get(key)
    # What a pattern says of a line with its number ("PDF: 112" counts readers) is nearer than the line without it ("PDF").
    if label is None and (rule := catalogue.patterns.first(line.strip(), numbers)) is not None:
        label = catalogue.rules[rule]
    if label is None and _counts(key) and (bare := _BARE_COUNT.sub("", key).strip(_OUTER)) != key:
        label = catalogue.lines.get(bare)
        if label is not None and label.cls not in catalogue.counted:
            label = None
    return label


def _counts(key: str) -> bool:
    """Whether a number may stand at the beginning or the end."""
    return key[:1].isdigit() or key[-1:].isdigit() or key[-1:] in ("k", "m")


def _may_be_several(line: str, numbers: Sequence[int], catalogue: _Catalogue) -> bool:
    """Whether the line has a border between labels, and can begin with one: most lines with a border are titles and names."""
    border = _BORDER.search(line)
    if border is None:
        return False
    if numbers or line[0] in _OUTER:
        return True
    before = line[: border.start()]
    first = _key(_NUMBER.split(before, maxsplit=1)[0])
    # "The Art of …": no label has the word "the" in front, though "theme" begins so.
    if before[-1:].isspace() and border[0].isalpha() and not _NUMBER.search(before):
        return first in catalogue.openings
    at = bisect_left(catalogue.in_order, first)
    return at < len(catalogue.in_order) and catalogue.in_order[at].startswith(first)


def _several(line: str) -> Label | None:
    """Labels that a page shows in one line: "Anmelden | Registrieren", "Access optionsPurchase PDF", "Skip to content Skip to search".

    Every part must be a label, most of them chrome; the first of those gives the class. Parts with nothing but a space
    between them need two words each, because "Next Generation" or "Home Care" may be a keyword.
    """
    for border in (_MARKS, _GLUE, _SPACED):
        parts = [part for part in border.split(line) if part.strip(_OUTER)]
        if not 2 <= len(parts) <= _MOST_PARTS:
            continue
        labels = list(_joined(parts, " " if border is _SPACED else ""))
        chrome = [label for label in labels if label is not None and label.action == "drop_line"]
        if None not in labels and 2 * len(chrome) > len(labels):
            return chrome[0]
    return None


def _joined(parts: list[str], between: str) -> Iterable[Label | None]:
    """The labels of which the parts consist, each as long as can be: a border may stand inside a label ("My NCBI")."""
    at = 0
    while at < len(parts):
        for end in range(len(parts), at, -1):
            text = between.join(parts[at:end])
            label = None if (at == 0 and end == len(parts)) or (between and " " not in text.strip()) else _part(text)
            if label is not None:
                break
        yield label
        if label is None:
            return
        at = end


def _command(line: str, key: str, catalogue: _Catalogue) -> Label | None:
    """A command that a site builds of its own words: a verb, then nothing but things that sites have."""
    if (first := _WORD.search(key)) is None or first[0] not in catalogue.first_words:
        return None
    words = _WORD.findall(key)
    if not 2 <= len(words) <= _MOST_WORDS:
        return None
    for language, verbs in catalogue.verbs.items():
        objects = catalogue.objects[language]
        two = verbs.get(f"{words[0]} {words[1]}")
        cls = two or verbs.get(words[0])
        if cls is not None and all(word in objects or word in verbs for word in words[2 if two else 1 :]):
            return Label(f"command.{language}:{words[0]}", line, cls, "drop_line")
    return None


def split_labels(text: str) -> list[Piece]:
    """Cut labels off the borders of a line: run in before its text, glued to a DOI, behind the last sentence.

    One piece, the whole line, where there is nothing to cut. The line itself should be no label (see `find_label`).
    """
    start, end = 0, len(text)
    before: Piece | None = None
    after: Piece | None = None
    if (cut := _run_in(text)) is not None:
        before, start = cut
    if (tail := _tail(text)) is not None and tail.start > start:
        after, end = tail, len(text[: tail.start].rstrip())
    if before is None and after is None:
        return [Piece(text, 0, len(text), None)]
    middle = Piece(text[start:end], start, end, None)
    return [piece for piece in (before, middle, after) if piece is not None and piece.text]


def _run_in(text: str) -> tuple[Piece, int] | None:
    """The label at the start of a line and where its text begins: "Abstract: …", "ABSTRACT We …", "AbstractWe …"."""
    opener = _opener(text)
    if opener is None:
        return None
    start, end = opener
    rest = text[end:]
    if not rest.strip():
        return None
    mark = _RUN_IN_MARK.match(rest)
    if mark is None or not mark[0].strip():
        shown = text[start:end]
        opens = rest.lstrip()[:1]
        # Without a mark: a capital word of its own before a long text, glued or not.
        if not shown[0].isupper() or not opens.isupper() or len(rest) < _RUN_IN_TEXT or (rest[0] != " " and shown.isupper()):
            return None
        if find_label(shown) is None or _catalogue().lines[_key(shown)].field != "abstract":
            return None
    elif mark[0].strip() in (".", "—", "–") and len(rest) < _RUN_IN_TEXT:
        return None
    at = end + (mark.end() if mark else len(rest) - len(rest.lstrip()))
    label = find_label(text[:end])
    return (Piece(text[:end], 0, end, label), at) if label is not None and text[at:] else None


def _opener(text: str) -> tuple[int, int] | None:
    """From where to where a label stands at the start of a line, the longest that does, behind a bracket or none."""
    openers = _catalogue().openers
    shown = (text[1:] if text.startswith(_OPENING) else text).lstrip()
    lead = shown[:_LONGEST_LEAD].casefold()
    for length in range(_LONGEST_LEAD, 1, -1):
        for key in openers.get(lead[:length], ()):
            if shown[: len(key)].casefold() == key:
                start = len(text) - len(shown)
                return start, start + len(key)
    return None


def _tail(text: str) -> Piece | None:
    """The label behind the last sentence, or glued to a DOI or an address."""
    first = max(1, len(text) - _LONGEST_TAIL)
    may_be_glued = "10." in text or "://" in text
    if not may_be_glued and len(text) <= _SHORTEST_HEADLESS:
        return None
    for match in (_LETTER if may_be_glued else _BEHIND_END).finditer(text, max(0, first - _LONGEST_TAIL)):
        at = match.end() - 1
        if at < first or not text[at].isupper():
            continue
        before = text[:at].rstrip()
        glued = may_be_glued and _GLUED_TO.search(text[:at].rpartition(" ")[2]) is not None
        if not glued and (text[at - 1].isupper() or not before.endswith(_ENDS) or len(before) <= _SHORTEST_HEADLESS):
            continue
        if (label := find_label(text[at:])) is not None and label.action != "keep" and (glued or label.cls in _TRAILING):
            return Piece(text[at:], at, len(text), label)
    return None
