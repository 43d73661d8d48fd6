"""Dates as a text states them. This file is the order of the steps: tokens, closed forms, what of them is stated, roles."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter, itemgetter

import msgspec

from cleaners.dates.edtf import Date, Point, Value
from cleaners.dates.fallback import rare
from cleaners.dates.grammar import Found, find
from cleaners.dates.names import fold, words
from cleaners.dates.reading import how_to_read, primary
from cleaners.dates.relative import find_relative
from cleaners.dates.roles import Label, assign, find_labels
from cleaners.dates.tokens import Token, level, tokenise
from cleaners.dates.years import closes_reference, coarse, follows_issue, is_cited, is_stated, is_timed, is_weak, of_issue, qualified, without_other_words

__all__ = ["Date", "parse_dates"]

# Every date that does not count from another has a digit, a Han numeral before its year, or a Roman one (a century).
_NUMERAL = re.compile(r"\d|年|[XVI]{2}")
_start = attrgetter("start")

# "2021, 第38卷": the year of a volume.
_VOLUME_BEHIND = re.compile(r"年?\s*[,，]?\s*第\s*\d+\s*[卷巻期号號]")


class _Read(msgspec.Struct, frozen=True):
    """A value, where it stands, and the role that its form alone gives it."""

    start: int
    end: int
    value: Value
    role: str | None = None


def parse_dates(text: str, *, languages: Sequence[str] = (), reference: datetime | None = None) -> list[Date]:
    """The dates of a text, in its order, with no part that the text does not state.

    ``languages`` (BCP 47) decide what a form leaves open, such as 03/04/2024; without them that is a one-of set.
    ``reference`` is the time that "3 days ago" counts from; without it such words are no date.
    """
    plain = level(text)
    if reference is None and not _NUMERAL.search(plain):
        return []
    known = [language.lower().replace("_", "-") for language in languages]
    tokens = tokenise(plain, primary(known))
    found = list(find(tokens, how_to_read(plain, tokens, known)))
    rough = sorted(coarse(plain), key=itemgetter(0))
    labels = find_labels(plain) if found or rough or reference is not None else ()
    reads = list(_stated(plain, tokens, found, rough, labels))
    reads.sort(key=_start)
    if reference is not None:
        reads += [_Read(*read) for read in find_relative(plain, reference, labels) if not _overlaps(read[0], read[1], reads)]
        reads.sort(key=_start)
    if not reads and (point := rare(plain, known, reference)) is not None:
        reads = [_Read(len(plain) - len(plain.lstrip()), len(plain.rstrip()), point)]
    return list(_with_roles(text, plain, reads, labels))


def _stated(text: str, tokens: Sequence[Token], found: Sequence[Found], rough: Sequence[tuple[int, int, Value]], labels: Sequence[Label]) -> Iterator[_Read]:
    """What was read, without the numbers that the text does not make dates and the years that a finer date repeats."""
    coarser = [_Read(*read) for read in rough]
    length = len(text.strip())
    firm: list[_Read] = []
    bare: list[_Read] = []
    for one in (without_other_words(text, each, tokens) for each in found):
        if one is None:
            continue
        start, end, value = tokens[one.first].start, tokens[one.last - 1].end, one.value
        if _overlaps(start, end, coarser):
            continue
        if isinstance(value, Point) and of_issue(text, one, tokens):
            firm.append(_Read(start, end, Point(value.year), "issue"))
        elif not is_weak(one, tokens):
            firm.append(_Read(*qualified(text, start, end, value), _role_by_form(text, one, tokens, alone=end - start == length)))
        elif is_stated(text, start, end, value, labels):
            bare.append(_Read(*qualified(text, start, end, value), _role_by_form(text, one, tokens, alone=end - start == length)))
    known = {str(read.value)[:4] for read in firm}
    labelled = {label.end for label in labels}
    yield from (_Read(*qualified(text, read.start, read.end, read.value)) for read in coarser if is_stated(text, read.start, read.end, read.value, labels))
    yield from firm
    yield from (read for read in bare if str(read.value) not in known or not labelled.isdisjoint(range(read.start - 3, read.start + 1)))


def _role_by_form(text: str, found: Found, tokens: Sequence[Token], *, alone: bool) -> str | None:
    """ "published" for the forms that only citations have: PubMed's and the Web of Science's, a season alone, a volume behind the date."""
    start, end = tokens[found.first].start, tokens[found.last - 1].end
    pubmed = found.layout.startswith("YM") and any("en" in m.languages for t in tokens[found.first : found.last] if t.kind == "M" for m in t.value)
    citable = isinstance(found.value, Point) and not is_timed(found, tokens)
    if found.value.precision == "year" and _VOLUME_BEHIND.match(text, end):
        return "issue"
    if pubmed or (citable and is_cited(text, start, end)):
        return "published"
    if follows_issue(text, start, end):
        return "issue"
    if citable and closes_reference(text, start, end):
        return "published"
    if not alone:
        return None
    whole = text[start:end]
    web_of_science = found.layout in ("MY", "MDY") and whole.isupper() and whole.isascii() and "," not in whole
    return "published" if web_of_science or "S" in found.layout else None


def _with_roles(text: str, plain: str, reads: Sequence[_Read], labels: Sequence[Label]) -> Iterator[Date]:
    first, _, rest = plain[:40].lstrip().partition(" ")
    # "By Jane Doe, 5 May 2020": the date of a byline is the publication's.
    default = "published" if fold(first) in words("byline") and rest.lstrip()[:1].isalpha() else "unspecified"
    for read, role in zip(reads, assign(plain, [(read.start, read.end) for read in reads], labels), strict=True):
        yield Date(
            edtf=str(read.value),
            precision=read.value.precision,
            role=role or read.role or default,
            raw=text[read.start : read.end],
            start=read.start,
            end=read.end,
        )


def _overlaps(start: int, end: int, reads: Sequence[_Read]) -> bool:
    """Whether the nearest read that starts before ``end`` reaches behind ``start``; ``reads`` are sorted and apart."""
    i = bisect_left(reads, end, key=_start)
    return i > 0 and reads[i - 1].end > start
