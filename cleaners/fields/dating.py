"""The page's dates with their roles, and the best publication date among them."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from cleaners.candidates import Found, rank
from cleaners.dates import Date, parse_dates
from cleaners.dates.roles import Label, find_labels
from cleaners.ledger import Candidate
from cleaners.lines import fold, has_locator, is_affiliation, is_prose, word_count
from cleaners.record import PartialDate, RoleDate
from cleaners.regions import Regions
from cleaners.segment.block import Block
from cleaners.sheet import Sheet

_FINENESS = {"day": 0, "month": 1, "interval": 1, "season": 1, "year": 2, "decade": 3, "unknown": 4}
# Roles of a publication and how good an answer each is: what is cited is the date of the issue, not the earlier one of
# the web. "received" and its like are missing: the work was not yet published.
_GRADE = {
    "printed": 0, "issue": 2, "published": 4, "epub": 5, "online": 5, "posted": 5, "unspecified": 7, "uploaded": 8,
    "event": 8, "created": 9, "submitted": 10, "revised": 11, "copyright": 12,
}  # fmt: skip
_FOR_CITATION, _DUBLIN_CORE, _OTHER_METADATA, _ISSUE_BY_NAME = 0, 1, 3, 7
# The roles that say a year, or any date, more finely.
_COMPLETES_YEAR = frozenset(("published", "epub", "online", "printed", "issue"))
_COMPLETES = frozenset(("published", "printed", "issue"))
# Of two such roles with one date the first is enough.
_SYNONYMS = (("epub", "online"), ("published", "posted"), ("published", "uploaded"))
# These words stand in any sentence: the head of the article alone is theirs.
_ONLY_IN_HEAD = frozenset(("unspecified", "created", "event", "accessed", "joined", "uploaded", "posted"))
_MAY_HOLD_DATE = re.compile(r"\d{4}|\d[./]\d|[年月]|ago\b", re.IGNORECASE)
_ON_THE_WEB = re.compile(r"online|web|first|advance|early|ahead", re.IGNORECASE)
# "Published since 1840": the year in which a journal began, as is one without an end, "2015 - present".
_BEGAN = re.compile(r"\b(?:since|seit|depuis|desde|dal|sinds|sedan|siden|od|с)\s+$", re.IGNORECASE)
# Where a clause begins: a label there speaks of the article, one in the middle of a sentence of anything.
_CLAUSE = re.compile(r"(?:^|[.;,|/•·:()\[\]–—\d-])\W*(?:[^\W\d_]+\s){0,2}$")
# A line of dates is short; the longest seen holds received, revised, accepted and four publication dates.
_LONGEST_LINE = 400
# The line under a headline may be a sentence; the article's text begins with the next, or with a longer one.
_LEAST_PROSE, _LONG_PROSE = 80, 300
_BEFORE_TITLE = 12
# "Volume 28, Issue 22" is the longest way to write an issue alone.
_LONGEST_ISSUE = 30
# "View Current Issue (Volume 29 Issue 1 January 2013)": the journal's newest.
_NEWEST_ISSUE = re.compile(r"\b(?:current|latest|newest|recent)\s+(?:issue|content|volume)\b", re.IGNORECASE)
# "Year: 2021" and "year = {2022}": what is named right before the date is no sentence.
_NAMED_RIGHT_BEFORE = re.compile(r"[:：=]\s*[{\"']?$")
_YEAR_FIELD = re.compile(r"(?:year|année|año|ano|anno|jahr|rok|год)\s*[:=]", re.IGNORECASE)
# More volumes than this side by side are a list of all that there are.
_MOST_VOLUMES = 2
# A line "Copyright © 2024 The Society. All rights reserved." tells whose the text is; its year is the last resort.
_OF_OWNER = 5
# Words of a line that closes a text with its date.
_LONGEST_SIGNATURE = 6
_YEARS = ("year", "decade", "unknown")
# Parts of a page that hold the dates of other articles, or of comments.
_OTHERS = frozenset(("related", "comments", "references", "cited_by", "navigation", "footer", "advert"))


class _Seen(msgspec.Struct, frozen=True):
    """A date with where it stands: ``place`` orders sources, lower is nearer to a statement about this article."""

    date: Date
    role: str
    source: str
    place: int
    grade: int


class Dating(msgspec.Struct, frozen=True):
    """The chosen date, all dates, and the blocks they were read from."""

    published: Found
    dates: tuple[RoleDate, ...]
    blocks: frozenset[int]


def find_dates(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], *, language: str | None, reference: datetime | None) -> Dating:
    """Read dates from metadata, from the head of the article, and from labelled lines elsewhere."""
    languages = (language.split("-")[0].lower(),) if language else ()
    seen = [*_stated(candidates, languages, reference), *_one_volume(list(_shown(sheet, regions, languages, reference)))]
    seen = [s for s in seen or _signed(sheet, regions, languages, reference) if s.date.edtf]
    blocks = frozenset(int(s.source[6:]) for s in seen if s.source.startswith("block:") and s.place < 3)
    return Dating(_published(seen), tuple(_told(seen)), blocks)


def _stated(candidates: Sequence[Candidate], languages: Sequence[str], reference: datetime | None) -> Iterator[_Seen]:
    for candidate in sorted((c for c in candidates if c.field == "date"), key=lambda c: rank(c.source)):
        for date in parse_dates(str(candidate.value), languages=languages, reference=reference)[:1]:
            role, source = candidate.role or date.role, candidate.source.casefold()
            grade = _GRADE.get(role, 99)
            if role == "published":
                grade = _FOR_CITATION if rank(source) < 5 else _DUBLIN_CORE if source.startswith("dc:") else _OTHER_METADATA
            yield _Seen(date, role, candidate.source, 0 if rank(source) < 11 else 1, grade)


def _shown(sheet: Sheet, regions: Regions, languages: Sequence[str], reference: datetime | None) -> Iterator[_Seen]:
    head = _head(sheet, regions)
    title = fold(sheet.text(regions.title)) if regions.title is not None else ""
    for block in sheet.blocks:
        i, text, label = block.index, block.text, sheet.labels[block.index]
        if len(text) > _LONGEST_LINE or not _MAY_HOLD_DATE.search(text) or (label is not None and label.cls != "copyright_line"):
            continue
        near = i in head and i not in sheet.peripheral
        if regions.outside(i) and not near:
            continue
        before = sheet.labels[i - 1] if i else None
        line = f"{sheet.text(i - 1).rstrip(': ')}: {text}" if before is not None and before.field == "dates" and not has_locator(text) else text
        dates = [] if i == regions.title else parse_dates(line, languages=languages, reference=reference)
        if len(dates) == 1 and _follows_issue(sheet, i, dates[0]):
            yield _Seen(dates[0], "issue", f"block:{i}", 2 if near else 3, _GRADE["issue"])
            continue
        labels = find_labels(line) if dates else []
        prose = is_prose(_without(line, dates)) and not has_locator(line)
        for date in dates:
            name = _name(date, labels)
            if date.edtf.endswith("/..") or _BEGAN.search(line, 0, date.start) or (date.role == "issue" and _is_of_newest(sheet, i)):
                continue
            if not _is_own(block, line, date, name, near=near, around=i in sheet.peripheral, title=title, prose=prose):
                continue
            grade = _GRADE.get(date.role, 99)
            if date.role == "published" and name is not None and _ON_THE_WEB.search(line, name.start, name.end):
                grade = _GRADE["online"]
            elif date.role == "issue" and not (near and has_locator(text)) and date.precision == "year":
                grade = _ISSUE_BY_NAME
            place = _OF_OWNER if label is not None else 2 if near else 4 if i in sheet.peripheral else 3
            yield _Seen(date, date.role, f"block:{i}", place, grade)


def _signed(sheet: Sheet, regions: Regions, languages: Sequence[str], reference: datetime | None) -> Iterator[_Seen]:
    """The date that closes a text without any other: a line behind its last paragraph, with no more words than "Written in"."""
    last = next((b.index for b in reversed(sheet.blocks) if len(b.text) >= _LEAST_PROSE and b.index not in sheet.peripheral and is_prose(b.text)), None)
    for i in range(last + 1, min(last + 3, len(sheet.blocks))) if last is not None else ():
        text = sheet.text(i)
        if sheet.labels[i] is not None or i in sheet.peripheral or regions.outside(i) or word_count(text) > _LONGEST_SIGNATURE:
            continue
        dates = parse_dates(text, languages=languages, reference=reference)
        if len(dates) == 1 and word_count(_without(text, dates)) <= 2:
            yield _Seen(dates[0], dates[0].role, f"block:{i}", 2, _GRADE.get(dates[0].role, 99))


def _is_of_newest(sheet: Sheet, index: int) -> bool:
    """Whether the line, or the heading above it, names the issue that the journal has out now."""
    return bool(_NEWEST_ISSUE.search(sheet.text(index)) or (index and _NEWEST_ISSUE.search(sheet.text(index - 1))))


def _follows_issue(sheet: Sheet, index: int, date: Date) -> bool:
    """Whether the line is a date alone below one that is a volume or an issue alone: "Volume 28, Issue 22", "November 2022"."""
    if not index or date.role != "unspecified" or len(sheet.text(index)) > date.end - date.start or index in sheet.peripheral:
        return False
    if not {"related", "comments"}.isdisjoint(sheet.blocks[index].hints):
        return False
    above = sheet.text(index - 1)
    labels = find_labels(above) if len(above) <= _LONGEST_ISSUE else []
    return bool(labels) and labels[0].start == 0 and labels[-1].role == "issue" and above[labels[-1].end :].strip(" :.#").isdigit()


def _without(line: str, dates: Sequence[Date]) -> str:
    """A line without its dates: "2 May 2023" holds a word that sentences use."""
    for date in reversed(dates):
        line = line[: date.start] + line[date.end :]
    return line.strip()


def _head(sheet: Sheet, regions: Regions) -> range:
    """The blocks around the title, up to where the article's text begins."""
    head, title = regions.head, regions.title
    start = max(0, title - _BEFORE_TITLE) if title is not None else 0
    if regions.abstract_label is not None and regions.abstract_label == head.stop:
        return range(start, head.stop)
    sentences = 0
    for i in head:
        text = sheet.text(i)
        if len(text) < _LEAST_PROSE or i in sheet.peripheral or sheet.labels[i] is not None or not is_prose(text) or has_locator(text) or is_affiliation(text):
            continue
        sentences += 1
        if sentences > 1 or len(text) >= _LONG_PROSE:
            return range(start, i)
    return range(start, head.stop)


def _name(date: Date, labels: Sequence[Label]) -> Label | None:
    """The label that gives the date its role: the last before it, else the first behind; `None` where its form gives it."""
    fitting = [label for label in labels if label.role == date.role]
    before = [label for label in fitting if label.end <= date.start]
    return before[-1] if before else fitting[0] if fitting else None


def _is_own(block: Block, line: str, date: Date, name: Label | None, *, near: bool, around: bool, title: str, prose: bool) -> bool:
    """Whether the date is one of the article, and not of its story, of another article, of a comment or of the site."""
    others = not _OTHERS.isdisjoint(block.hints)
    if date.role == "copyright":
        own = near or not {"article", "main", "abstract"}.isdisjoint(block.hints)
        return own and not around and not others and name is not None and name.start < 20
    if block.tag == "option":
        return False
    if date.role == "unspecified":
        named = bool(_NAMED_RIGHT_BEFORE.search(line[: date.start]))
        if named and not around and not others and _YEAR_FIELD.match(line):
            return True
        return (named or not prose) and (near or ("date" in block.hints[-2:] and not others))
    if name is None:
        return near or bool(len(title) > 20 and title in fold(line))
    if prose and name.start > 40:
        return False
    if near:
        return True
    return date.role not in _ONLY_IN_HEAD and {"comments", "related"}.isdisjoint(block.hints) and bool(_CLAUSE.search(line[: name.start]))


def _one_volume(seen: list[_Seen]) -> list[_Seen]:
    """Without the years of volumes where the page lists many."""
    volumes = {s.date.edtf for s in seen if s.role == "issue" and s.date.precision == "year"}
    return [s for s in seen if len(volumes) <= _MOST_VOLUMES or s.date.edtf not in volumes or s.role != "issue"]


def _told(seen: Sequence[_Seen]) -> Iterator[RoleDate]:
    """Each date once: none that only repeats another with a vaguer role, or the same role by its year alone."""
    told: list[_Seen] = []
    for s in seen:
        if s.place != _OF_OWNER and not any(s.role == t.role and s.date.edtf == t.date.edtf for t in told):
            told.append(s)
    pairs = {(s.role, s.date.edtf) for s in told}
    for s in told:
        repeated = any((better, s.date.edtf) in pairs for better, role in _SYNONYMS if role == s.role)
        vague = s.role == "unspecified" and any(t.role != "unspecified" and _within(t.date, s.date) for t in told)
        finer = [t for t in told if t.role == s.role and _FINENESS[t.date.precision] < _FINENESS[s.date.precision]]
        coarse = s.date.precision in _YEARS and any(_within(t.date, s.date) for t in finer)
        if not (repeated or vague or coarse):
            yield RoleDate(role=s.role, edtf=s.date.edtf, precision=s.date.precision, raw=s.date.raw)


def _published(seen: Sequence[_Seen]) -> Found:
    """The best role from the best place; a date that says the same more finely completes it."""
    usable = sorted((s for s in seen if s.grade < 99), key=lambda s: (s.grade, s.place))
    if not usable:
        return Found(None, None, "no publication date is stated")
    best = usable[0]
    reason = f"role {best.role}"
    for other in usable[1:]:
        roles = _COMPLETES_YEAR if best.date.precision == "year" else _COMPLETES
        if best.role == "issue" and best.date.precision != "year" and other.grade == _GRADE["online"]:
            continue  # the month of an issue is not the day of its appearance on the web
        if _FINENESS[other.date.precision] < _FINENESS[best.date.precision] and other.role in roles and _within(other.date, best.date):
            best, reason = other, f"states {best.date.edtf} more finely, role {other.role}"
    value = PartialDate(edtf=best.date.edtf, precision=best.date.precision, raw=best.date.raw)
    return Found(value, best.source, reason)


def _within(inner: Date, outer: Date) -> bool:
    try:
        return outer.lower() <= inner.lower() and inner.upper() <= outer.upper()
    except (ValueError, OverflowError):
        return False
