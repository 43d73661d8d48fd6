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

_BETWEEN = re.compile(r"\s*[;•·|、；，]\s*|\s+[–—/-]\s+")
_NUMBER = re.compile(r"^[\d.,  ]*\d\s?[%kKmM]?$|^\d+(?:[.,]\d+)?\s?[^\W\d_]+$")
_COUNT = re.compile(r"^\d{1,6}$")
_COUNTED = re.compile(r"^(.*\D)\s*\(?(\d{1,5})\)?$")
# More terms than this are a subject index, a longer term is a sentence.
_MOST, _LONGEST = 60, 90


class Shown(msgspec.Struct, frozen=True):
    """Values read from blocks, and which blocks these were."""

    found: Found
    blocks: tuple[int, ...]


def find_keywords(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate]) -> Shown:
    """The list behind a keyword heading; metadata's where the page shows none."""
    terms, blocks = _shown(sheet, regions)
    stated = [c for c in ranked(candidates, "keywords") if c.value]
    if terms:
        return Shown(Found(terms, f"block:{blocks[0]}", "behind a keyword heading"), blocks)
    if stated:
        unique = {fold(t): Keyword(term=t) for t in reversed([str(v) for v in stated[0].value])}
        ordered = tuple(unique[k] for k in dict.fromkeys(fold(str(v)) for v in stated[0].value))
        return Shown(Found(ordered, stated[0].source, "most believed source that states it"), ())
    return Shown(NOTHING, ())


def _shown(sheet: Sheet, regions: Regions) -> tuple[tuple[Keyword, ...], tuple[int, ...]]:
    for i in range(len(sheet.labels)):
        if sheet.field(i) != "keywords" or regions.outside(i):
            continue
        blocks: list[int] = []
        for j in range(i + 1, min(len(sheet.blocks), i + 2 * _MOST)):
            text = sheet.text(j)
            if sheet.labels[j] is not None and sheet.field(j) == "keywords" and not blocks:
                continue
            if sheet.is_heading(j) or sheet.labels[j] is not None or len(text) > 1200:
                break
            pieces = split_terms(text)
            if any(len(p) > _LONGEST for p in pieces) or (word_count(text) > 12 and len(pieces) == 1):
                break
            blocks.append(j)
            if len(pieces) > 2 or (i in sheet.peripheral) != (j in sheet.peripheral):
                break
        terms = read_terms([sheet.text(j) for j in blocks])
        if terms and not (len(terms) == 1 and terms[0].term.isdigit()):
            return terms, tuple(blocks)
    return (), ()


def split_terms(text: str) -> list[str]:
    """The terms of one line: at semicolons, bullets and bars, else at commas."""
    pieces = [p for p in _BETWEEN.split(text) if p]
    if len(pieces) == 1:
        pieces = re.split(r"\s*,\s+(?![^()]*\))", text)
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
        if label is None or label.cls != "metrics" or regions.outside(i) or i in blocks:
            continue
        inline = _COUNTED.match(sheet.text(i))
        if inline:
            name, value = inline[1], inline[2]
            used = (i,)
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
