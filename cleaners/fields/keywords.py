"""Keywords, with counts where the page shows them, and metrics."""

import re
from collections.abc import Sequence

import msgspec

from cleaners.candidates import NOTHING, Found, ranked
from cleaners.ledger import Candidate
from cleaners.lines import fold, word_count
from cleaners.record import Keyword
from cleaners.regions import Regions
from cleaners.sheet import Sheet

_BETWEEN = re.compile(r"\s*[;•·|、；，؛]\s*|\s+[–—/-]\s+")
_COMMA = re.compile(r"\s*(?:,\s+|،\s*)(?![^()]*\))")
_NUMBER = re.compile(r"^[\d.,  ]*\d\s?[%kKmM]?$|^\d+(?:[.,]\d+)?\s?[^\W\d_]+$")
_COUNT = re.compile(r"^\d{1,6}$")
# A number behind its label, or before it: "Reads 405", "Cited by (12)", "1,204 Accesses".
_AMOUNT = r"\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?[kKmM]?"
_NUMBER_LAST = re.compile(rf"^(.*[^\d.,(])\s*\(?({_AMOUNT})\)?$")
_NUMBER_FIRST = re.compile(rf"^\(?({_AMOUNT})\)?\s+([^\W\d].*)$")
# What such a label names is a group of numbers and no number: "Impact metrics", "Usage statistics".
_GROUP = re.compile(r"(?:\bmetri\w+|stati?sti\w+)\W*$", re.IGNORECASE)
_COUNTED_CLASSES = frozenset(("metrics", "cited_by"))
# More terms than this are a subject index, a longer term is a sentence.
_MOST, _LONGEST = 60, 90


class Shown(msgspec.Struct, frozen=True):
    """Values read from blocks, and which blocks these were."""

    found: Found
    blocks: tuple[int, ...]


def find_keywords(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate]) -> Shown:
    """The list behind a keyword heading; metadata's where the page shows none; its subjects where neither does."""
    terms, blocks = _shown(sheet, regions, "keywords")
    stated = [c for c in ranked(candidates, "keywords") if c.value]
    if not terms and stated:
        unique = {fold(t): Keyword(term=t) for t in reversed([str(v) for v in stated[0].value])}
        ordered = tuple(unique[k] for k in dict.fromkeys(fold(str(v)) for v in stated[0].value))
        return Shown(Found(ordered, stated[0].source, "most believed source that states it"), ())
    if not terms:
        terms, blocks = _marked(sheet)
    if not terms:
        terms, blocks = _shown(sheet, regions, "subjects")
    return Shown(Found(terms, f"block:{blocks[0]}", "behind a heading of such lists"), blocks) if terms else Shown(NOTHING, ())


def _shown(sheet: Sheet, regions: Regions, field: str) -> tuple[tuple[Keyword, ...], tuple[int, ...]]:
    headings = [i for i in range(len(sheet.labels)) if sheet.field(i) == field and _speaks_of_article(sheet, regions, i)]
    for i in sorted(headings, key=lambda i: i in sheet.peripheral):
        if field == "subjects" and i in sheet.peripheral:
            continue
        blocks = _listed(sheet, i)
        terms = read_terms([sheet.text(j) for j in blocks])
        if terms and not (len(terms) == 1 and terms[0].term.isdigit()):
            return terms, tuple(blocks)
    return (), ()


def _speaks_of_article(sheet: Sheet, regions: Regions, i: int) -> bool:
    """Not where other articles stand, unless the markup says that these are keywords, and not where a form offers a choice."""
    block = sheet.blocks[i]
    return block.tag != "option" and ("keywords" in block.hints[-3:] or not regions.outside(i))


def _marked(sheet: Sheet) -> tuple[tuple[Keyword, ...], tuple[int, ...]]:
    """The first list without a heading in an element that the markup calls keywords."""
    start = next((b.index for b in sheet.blocks if _is_marked(sheet, b.index)), len(sheet.blocks))
    end = next((i for i in range(start, len(sheet.blocks)) if not _is_marked(sheet, i)), len(sheet.blocks))
    terms = read_terms([sheet.text(i) for i in range(start, end)])
    return (terms, tuple(range(start, end))) if 1 < len(terms) <= _MOST else ((), ())


def _is_marked(sheet: Sheet, i: int) -> bool:
    block = sheet.blocks[i]
    return block.tag != "option" and "keywords" in block.hints[-3:] and sheet.labels[i] is None and len(block.text) <= _LONGEST


def _listed(sheet: Sheet, heading: int) -> list[int]:
    """The blocks of the list behind a heading: one line of several terms, or terms that stand each in a block of its own."""
    blocks: list[int] = []
    for j in range(heading + 1, min(len(sheet.blocks), heading + 2 * _MOST)):
        text = sheet.text(j)
        if sheet.labels[j] is not None and sheet.field(j) == sheet.field(heading) and not blocks:
            continue
        if not _continues(sheet, blocks, j) or len(text) > 1200:
            break
        pieces = split_terms(text)
        if any(len(p) > _LONGEST for p in pieces) or (word_count(text) > 12 and len(pieces) == 1):
            break
        blocks.append(j)
        if len(pieces) > 2 or (heading in sheet.peripheral) != (j in sheet.peripheral):
            break
    return blocks


def _continues(sheet: Sheet, blocks: Sequence[int], j: int) -> bool:
    """Whether a block can be one of the list: no heading, in the same kind of element as the first of its terms.

    Some labels are words that can be terms too ("Code"): they are where all terms have counts, or are entries of a list.
    """
    label, element = sheet.labels[j], sheet.blocks[j]
    if element.tag != "line" and blocks and not _counts(sheet, j) and element.kind != sheet.blocks[blocks[0]].kind:
        return False
    if label is None:
        return not sheet.is_heading(j) and not element.text.endswith((":", "："))
    if _counts(sheet, j + 1) and (not blocks or _counts(sheet, j - 1)):
        return label.cls not in _COUNTED_CLASSES
    return bool(blocks) and element.tag == "li" and element.where.rpartition("/")[0] == sheet.blocks[blocks[0]].where.rpartition("/")[0]


def _counts(sheet: Sheet, i: int) -> bool:
    return i < len(sheet.blocks) and bool(_COUNT.match(sheet.text(i)))


def split_terms(text: str) -> list[str]:
    """The terms of one line: at semicolons, bullets and bars, else at commas."""
    pieces = [p for p in _BETWEEN.split(text) if p]
    if len(pieces) == 1:
        pieces = _COMMA.split(text)
    return [p.strip(" .;,") for p in pieces if p.strip(" .;,")]


def read_terms(lines: Sequence[str]) -> tuple[Keyword, ...]:
    """Keywords from lines; where each is followed by a line that is only a number, that is its count."""
    counts = sum(bool(_COUNT.match(line)) for line in lines)
    terms: dict[str, Keyword] = {}
    if counts and counts >= len(lines) // 2 and lines and not _COUNT.match(lines[0]):
        for term, count in zip(lines, [*lines[1:], ""], strict=True):
            if not _COUNT.match(term):
                terms.setdefault(fold(term), Keyword(term=term, count=int(count) if _COUNT.match(count) else None))
    else:
        for term in (t for line in lines for t in split_terms(line)):
            if not _COUNT.match(term):
                terms.setdefault(fold(term) or term, Keyword(term=term))
    return tuple(terms.values())


def find_metrics(sheet: Sheet, regions: Regions) -> tuple[dict[str, int | str], tuple[int, ...]]:
    """Numbers with the labels they are shown with: the label's line first, or the number's, as the first pair shows."""
    metrics: dict[str, int | str] = {}
    blocks: list[int] = []
    for i, label in enumerate(sheet.labels):
        if label is None or label.cls not in _COUNTED_CLASSES or regions.outside(i) or i in blocks:
            continue
        used: tuple[int, ...] = (i,)
        if last := _NUMBER_LAST.match(sheet.text(i)):
            name, value = last[1], last[2]
        elif first := _NUMBER_FIRST.match(sheet.text(i)):
            name, value = first[2], first[1]
        elif label.cls != "metrics" or _GROUP.search(sheet.text(i)):
            continue
        else:
            after = i + 1 if i + 1 < len(sheet.blocks) and _is_value(sheet, i + 1) else None
            before = i - 1 if i and _is_value(sheet, i - 1) and (i - 1) not in blocks else None
            value_at = before if before is not None and (after is None or (blocks and blocks[-1] == i - 2)) else after
            if value_at is None:
                continue
            name, value, used = sheet.text(i), sheet.text(value_at), (i, value_at)
        key = re.sub(r"\W+", "_", name.strip(" :()").casefold()).strip("_")
        if key and key not in metrics:
            metrics[key] = _number(value)
            blocks.extend(used)
    return metrics, tuple(sorted(blocks))


def _is_value(sheet: Sheet, i: int) -> bool:
    return sheet.labels[i] is None and len(sheet.text(i)) <= 24 and bool(_NUMBER.match(sheet.text(i)))


def _number(text: str) -> int | str:
    plain = re.sub(r"(?<=\d)[,  ](?=\d{3}\b)", "", text)
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 16 else text
