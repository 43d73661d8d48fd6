"""Snippets: a text that may have been cut, without the mark that says so, and whether it was cut.

Three answers: true on evidence, false where nothing speaks for a cut, `None` where the text cannot tell.
A missing full stop alone is no evidence: one in ten whole descriptions has none.
"""

import re
from functools import lru_cache

import msgspec

from cleaners.record import Snippet
from cleaners.tables import read_table

_ELLIPSIS = r"(?:\.{3,}|…[.…]*|⋯+|‥+|．{3,}|。{3,}|\.(?:\s\.){2,})"
_BRACKETED = re.compile(rf"\s*(?:\[\s*{_ELLIPSIS}\s*\]|(?P<round>[(（]\s*{_ELLIPSIS}\s*[)）]))$")
_DOTS = re.compile(rf"\s*{_ELLIPSIS}$")
# Arrows, brackets and commas around a link to the rest.
_BEFORE_LINK = re.compile(r"[\s,;|\[(（【<«»›→>]*$")
_AFTER_LINK = re.compile(r"[\s\])）】>»›→+:]*$")
_CLOSING_TAGS = re.compile(r"\s*(?:</\w{1,12}\s*>|<br\s*/?>)+\s*$", re.IGNORECASE)
# "© 2015 Wiley Periodicals, Inc.", "Copyright © 2024 Elsevier. All rights reserved.": a note on the text, behind its last sentence.
_COPYRIGHT = re.compile(r"(?<=[.!?。])\s*(?:copyright\s*)?(?:\([Cc]\)|©|℗)\s?(?:copyright\s)?(?:19|20)\d\d\b.{0,250}$", re.IGNORECASE | re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?。！？؟।…‼⁇][\"'”’»“)\]）】＞>」』*]*$")
_INNER_ELLIPSIS = re.compile(rf"(?<![\[(（]){_ELLIPSIS}(?![\])）])")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*['’]?")
_LABEL = re.compile(r"(?:^|\n\s*|(?<=[.!?)\]]) +)([^\W\d_][^.:;!?\n]{1,45}?)\s*[:：](?=\s|[^\x00-\x7f])")
# Letters on which words of Latin script do not end; a cut word often does.
_NO_ENDING = re.compile(r"(?:[bcdfgkpt]r|[bcfgkp]l|[bcdfgklmnprstvz]q|thr|sch?r|spl|wh|[bcdfgklmnpt]v|gn[aeou]|[iu]bl)$")
# Marks are looked for in so many characters at the end, and so many are taken off one after another; real texts have three.
_TAIL, _MOST_MARKS = 1000, 20
# Lengths at which programs cut texts, in characters. Down to this many below, the cut fell on the border of a word.
_LIMITS = {**dict.fromkeys((150, 160, 200, 250, 255, 256, 300, 350), 1), **dict.fromkeys((400, 500, 512, 600, 700, 800, 1000), 5)}


class _Tables(msgspec.Struct, frozen=True):
    link: re.Pattern[str]
    weak: re.Pattern[str]
    titled: re.Pattern[str]
    loading: re.Pattern[str]
    note: re.Pattern[str]
    trailing_off: re.Pattern[str]
    labels: dict[str, str]
    done: re.Pattern[str]
    came: re.Pattern[str]
    unfinished: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    data = read_table("snippets")

    def ending(phrases: list[str], *, after: str = "") -> re.Pattern[str]:
        words = "|".join(re.escape(p).replace(r"\ ", r"\s+") for p in sorted(phrases, key=len, reverse=True))
        return re.compile(rf"(?<![^\W\d_])(?:{words}){after}$", re.IGNORECASE)

    def anywhere(stems: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(s) for s in stems), re.IGNORECASE)

    spaceless = [p for p in data["links"] if ord(p[0]) >= 0x0E00 and ord(p[0]) != 0x2026]
    link = re.compile(f"{ending(data['links']).pattern}|(?:{'|'.join(map(re.escape, spaceless))})$", re.IGNORECASE)
    return _Tables(
        link=link,
        weak=ending(data["weak_links"]),
        titled=ending(data["links_with_title"], after=r"\s[^.!?\n]{3,150}?(?:→|»|>>|›)"),
        loading=re.compile(rf"^\W*(?:{'|'.join(map(re.escape, data['loading']))})\W*$", re.IGNORECASE),
        note=re.compile(rf"\s*(?:{'|'.join(data['notes'])})$", re.IGNORECASE),
        trailing_off=ending(data["trailing_off"]),
        labels={label: part for part, labels in data["labels"].items() for label in labels},
        done=anywhere(data["told"]["done"]),
        came=anywhere(data["told"]["came"]),
        unfinished={language: frozenset(words) for language, words in data["unfinished"].items()},
    )


class _Peeled(msgspec.Struct, frozen=True):
    """A text without what stands behind it, and the kinds of marks that were taken off, last one first."""

    text: str
    kinds: tuple[str, ...]


def clean_snippet(text: str) -> Snippet:
    """The snippet without its mark of truncation, and whether it was cut. Never raises; an empty text tells nothing."""
    whole = text.strip()
    if not whole:
        return Snippet(text="")
    body = _CLOSING_TAGS.sub("", whole)
    peeled = _peel(body)
    if peeled.kinds:
        kept = peeled.text
        if not kept or _tables().loading.match(kept):
            return Snippet(text="", truncated=None, kind="loading_placeholder", marker=whole)
        if _authors_own(body, peeled):
            return Snippet(text=body, truncated=None, kind="ellipsis_trailing_off", marker=whole[len(body) :] or None)
        return Snippet(text=kept, truncated=True, kind=_mark_kind(peeled), marker=whole[len(kept) :])
    kept = _COPYRIGHT.sub("", body).rstrip()
    truncated, kind = _unmarked(kept)
    return Snippet(text=kept, truncated=truncated, kind=kind, marker=whole[len(kept) :] or None)


def clean_end(text: str) -> tuple[str, Snippet | None]:
    """A text of paragraphs without the mark of truncation behind it, and the last paragraph as a snippet; `None` where there is none."""
    before, gap, last = text.rpartition("\n\n")
    if not last:
        return text, None
    end = clean_snippet(last)
    if end.truncated and end.marker:
        return (before + gap + end.text if end.text else before), end
    return text, end


# ------------------------------------------------------------------ marks


def _peel(text: str) -> _Peeled:
    """Take marks off the end, as long as there are any."""
    tables = _tables()
    kinds: list[str] = []
    while text and len(kinds) < _MOST_MARKS:
        rest, kind = _peel_one(text, tables, bool(kinds))
        if kind is None:
            break
        kinds.append(kind)
        text = rest.rstrip()
    return _Peeled(text, tuple(kinds))


def _peel_one(text: str, tables: _Tables, again: bool) -> tuple[str, str | None]:
    start = max(0, len(text) - _TAIL)
    if match := tables.note.search(text, start):
        return text[: match.start()], "truncation_note"
    if match := _BRACKETED.search(text, start):
        return text[: match.start()], "ellipsis_parenthesised" if match["round"] else "ellipsis_bracketed"
    if match := _DOTS.search(text, start):
        return text[: match.start()], "ellipsis_char" if "…" in match[0] else "ellipsis_dots"
    if match := tables.titled.search(text, start):
        return text[: match.start()], "read_more_link"
    after = _AFTER_LINK.search(text, start)
    bare = text[: after.start()] if after else text
    if (match := tables.link.search(bare, start)) and _is_link(bare, match, bare != text):
        return _BEFORE_LINK.sub("", bare[: match.start()]), "read_more_link"
    if not again and (match := tables.weak.search(bare, start)):
        before = _BEFORE_LINK.sub("", bare[: match.start()])
        arrow = bare[len(before) : match.start()].strip() or (bare != text and not text.endswith((")", "]")))
        if before and (arrow or _SENTENCE_END.search(before)):
            return before, "read_more_link"
    return text, None


def _is_link(text: str, match: re.Match[str], arrow: bool) -> bool:
    """Whether the phrase at the end is a link and not the end of a sentence ("you should read more")."""
    before = text[: match.start()].rstrip()
    if not before or arrow or not text[match.start()].isascii() or match[0][0].isupper() or " " not in match[0]:
        return True
    return bool(_SENTENCE_END.search(before)) or not before[-1].isalpha()


def _mark_kind(peeled: _Peeled) -> str:
    if "truncation_note" in peeled.kinds:
        return "truncation_note"
    if "read_more_link" in peeled.kinds:
        return "read_more_after_complete_sentence" if len(peeled.kinds) == 1 and _SENTENCE_END.search(peeled.text) else "read_more_link"
    return peeled.kinds[0]


def _authors_own(text: str, peeled: _Peeled) -> bool:
    """Whether the ellipsis at the end may be the author's: who trails off once does so elsewhere in the text too."""
    if peeled.kinds not in (("ellipsis_dots",), ("ellipsis_char",)):
        return False
    if _tables().trailing_off.search(peeled.text.rstrip(".,")) and text[len(peeled.text)] != " ":
        return True
    inner = [m for m in _INNER_ELLIPSIS.finditer(peeled.text) if m.start() or peeled.text[m.end() :].lstrip()[:1].isupper()]
    return bool(inner)


# ------------------------------------------------------------------ cuts without a mark


def _unmarked(text: str) -> tuple[bool | None, str]:
    if not _SENTENCE_END.search(text):
        if kind := _cut(text):
            return True, kind
        return _parts(text) or (False, "no_final_period")
    return _parts(text) or (False, "complete")


def _cut(text: str) -> str | None:
    """How the end of a text without a final full stop shows a cut, `None` where it does not."""
    if text[-1] in ",:–—(" and len(text) > 25:
        return "cut_midsentence"
    found = _WORD.findall(text[-400:])
    if not found or not text.endswith(found[-1]):
        return None
    last = found[-1]
    if last.islower() and last.isascii() and ((len(last) == 1 and last not in "aeiouyox") or _NO_ENDING.search(last)):
        return "cut_midword"
    language = _language([w.casefold() for w in found])
    words = _tables().unfinished.get(language, frozenset())
    if last.casefold() in words and (last.islower() or len(last) > 1):
        return "cut_midsentence"
    if language == "en" and len(found) > 2:
        behind = text[: -len(last)].rstrip()
        if last.endswith("ing") and last.islower() and behind[-1:] in ",—–-":
            return "cut_midsentence"
        if last in ("it", "you", "her") and found[-2].casefold() in ("and", "but", "that", "because", "if", "when", "as", "which", "while", "where"):
            return "cut_midsentence"
    if last.isalpha() and any(limit - below <= len(text) <= limit for limit, below in _LIMITS.items()):
        return "cut_at_length"
    return None


def _language(found: list[str]) -> str:
    """The language whose small words the text has most of."""
    unfinished = _tables().unfinished
    return max(unfinished, key=lambda language: sum(w in unfinished[language] for w in found))


def _parts(text: str) -> tuple[bool | None, str] | None:
    """What the parts of a research abstract tell: those that are promised and missing."""
    tables = _tables()
    parts = {tables.labels[key] for m in _LABEL.finditer(text) if (key := " ".join(m[1].casefold().split())) in tables.labels}
    if parts:
        return None if "closing" in parts else (True, "sentence_boundary_excerpt")
    if len(text) >= 250 and tables.done.search(text) and not tables.came.search(text):
        return None, "sentence_boundary_excerpt"
    return None
