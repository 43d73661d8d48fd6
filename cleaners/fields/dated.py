"""The dates that a page shows of its article, each with its role and with where it stands."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from cleaners.dates import Date, parse_dates
from cleaners.dates.reading import order_of
from cleaners.dates.roles import Label, find_labels
from cleaners.lines import TELLING_TITLE, fold, has_locator, is_affiliation, is_prose, word_count
from cleaners.regions import Regions
from cleaners.segment.block import Block
from cleaners.sheet import Sheet, captions, heading_level

# Where a date stands; lower is nearer to a statement about this article.
METADATA, WEAK_METADATA, NEAR, ELSEWHERE, AROUND, OF_OWNER = range(6)
# Roles of a publication and how good an answer each is: what is cited is the date of the issue, not the earlier one of
# the web. "received" and its like are missing: the work was not yet published.
GRADE = {
    "printed": 0, "issue": 2, "published": 4, "epub": 5, "online": 5, "posted": 5, "unspecified": 7, "uploaded": 8,
    "event": 8, "created": 9, "submitted": 10, "revised": 11, "copyright": 12, "updated": 13,
}  # fmt: skip
NO_ANSWER = 99
_ISSUE_BY_NAME = 7
# "Published" above "2020-09-10" and nothing else: so OJS, on which most journals run, and repositories show the article's
# own date. An issue's beside it is that for which it was planned.
_OF_RECORD = 1
_ISO_DAY = re.compile(r"\W*(?:19|20)\d\d-\d\d-\d\d\W*")
# These words stand in any sentence: the head of the article alone is theirs.
_ONLY_IN_HEAD = frozenset(("unspecified", "created", "event", "accessed", "joined", "uploaded", "posted"))
# Of these none is the article's away from its head; in what the markup puts around it a copyright's is none either.
_IDLE = _ONLY_IN_HEAD - {"posted"}
_IDLE_AROUND = _IDLE | {"copyright"}
# One class of characters begins it, so that `re` skips to these at once: 1.0 to 0.4 ms for the lines of a page.
_MAY_HOLD_DATE = re.compile(r"[\d年月Aa](?:(?<=\d)(?:\d{3}|[./]\d)|(?<=[年月])|(?<=[Aa])[Gg][Oo]\b)")
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
# Of 260 news pages that show a day this near to the headline 222 show that of their metadata.
_BESIDE_BEFORE, _BESIDE_BEHIND, _LONGEST_BYLINE = 3, 9, 120
_LONGEST_DATE_ALONE = 9
_NOT_BESIDE = frozenset(("related", "comments", "search"))
# Roles of a date in a byline: the publication's, whatever else the page says.
_BYLINE_ROLES = ("published", "posted", "unspecified")
# "Volume 28, Issue 22" is the longest way to write an issue alone.
_LONGEST_ISSUE = 30
# "View Current Issue (Volume 29 Issue 1 January 2013)": the journal's newest.
_NEWEST_ISSUE = re.compile(r"\b(?:current|latest|newest|recent)\s+(?:issue|content|volume)\b", re.IGNORECASE)
# "Year: 2021" and "year = {2022}": what is named right before the date is no sentence.
_NAMED_RIGHT_BEFORE = re.compile(r"[:：=]\s*[{\"']?$")
_YEAR_FIELD = re.compile(r"(?:year|année|año|ano|anno|jahr|rok|год)\s*[:=]", re.IGNORECASE)
# "This article was originally published on 26 Sep 2019 but has been updated."
_FIRST_PUBLISHED = re.compile(r"\b(?:article|post|story|piece|page|guide) was (?:originally|first) (?:published|posted)", re.IGNORECASE)
# In a citation.
_CITED_YEAR = re.compile(r"(?:\(|\bet al\.?,?\s)((?:1[89]|20)\d\d)(?=[a-z]?\)|\s[A-ZÀ-Þ])")
# Words of a line that closes a text with its date.
_LONGEST_SIGNATURE = 6
# A line or two stand between: tags, who has written it.
_BEHIND_TEXT = 4
# Parts of a page that hold the dates of other articles, or of comments.
_OTHERS = frozenset(("related", "comments", "references", "cited_by", "navigation", "footer", "advert"))


class Seen(msgspec.Struct, frozen=True):
    """A date with where it stands (``place``) and how good an answer it is (``grade``, lower is better).

    ``beside`` is true for a day in a short line next to the headline, where readers look for the date.
    """

    date: Date
    role: str
    source: str
    place: int
    grade: int
    beside: bool = False


class Reading(msgspec.Struct, frozen=True):
    """How the dates of one page are read: in which languages, and from which time "3 days ago" counts.

    ``decided_by`` is what tells which number of 03/04/2024 is the day, `None` where nothing on the page does.
    """

    languages: tuple[str, ...]
    reference: datetime | None
    decided_by: str | None

    def of(self, text: str) -> list[Date]:
        return parse_dates(text, languages=self.languages, reference=self.reference)


def reading_of(sheet: Sheet, language: str | None, reference: datetime | None) -> Reading:
    """How to read the page's dates: where its language leaves open whether the day stands first, another of its dates may show it."""
    name = language.split("-")[0].lower() if language else ""
    order = order_of(b.text for b in sheet.blocks if len(b.text) <= _LONGEST_LINE) if name == "en" else None
    if order:
        return Reading((f"en-{'us' if order == 'mdy' else 'gb'}",), reference, "another date of the page shows it")
    return Reading((name,) if name else (), reference, f"it is usual in the page's language, {language}" if name not in ("", "en") else None)


def shown(sheet: Sheet, regions: Regions, reading: Reading, doi: str | None) -> Iterator[Seen]:
    """The dates in the head of the article, in labelled lines elsewhere, and in the line that cites the article itself."""
    head = _head(sheet, regions)
    title = fold(sheet.text(regions.title)) if regions.title is not None else ""
    outside = regions.elsewhere
    for block in sheet.blocks:
        i, text, label = block.index, block.text, sheet.labels[block.index]
        if len(text) > _LONGEST_LINE or (label is not None and label.cls != "copyright_line") or i == regions.title:
            continue
        around = i in sheet.peripheral
        headed = i in head and not around
        if (i in outside and not headed and doi is None) or not _MAY_HOLD_DATE.search(text):
            continue
        near = headed or _is_beside(sheet, regions, i)
        itself = doi is not None and doi in text.casefold() and has_locator(text)
        if (i in outside and not near and not itself) or captions(block):
            continue
        before = sheet.labels[i - 1] if i else None
        named_above = before is not None and before.field == "dates" and not has_locator(text)
        line = f"{sheet.text(i - 1).rstrip(': ')}: {text}" if named_above else text
        labels, below_issue = find_labels(line), _is_below_issue(sheet, i)
        if not (near or itself or below_issue or _may_be_own(block, line, labels, title, around=around)):
            continue
        dates = reading.of(line)
        if not dates and (itself or len(title) >= TELLING_TITLE):
            dates = _cited_year(line, "" if itself else title, reading)
        if not dates:
            continue
        if len(dates) == 1 and below_issue and dates[0].role == "unspecified" and len(text) <= dates[0].end - dates[0].start:
            yield Seen(dates[0], "issue", f"block:{i}", NEAR if near else ELSEWHERE, GRADE["issue"])
            continue
        beside = near and _is_beside(sheet, regions, i)
        rest = _without(line, dates)
        prose = is_prose(rest) and not has_locator(line)
        for date in dates:
            name = _name(date, labels)
            if date.edtf.endswith("/..") or _BEGAN.search(line, 0, date.start) or (date.role == "issue" and _is_of_newest(sheet, i)):
                continue
            if not (itself or _is_own(block, line, date, name, near=near, around=around, title=title, prose=prose)) or _heads_another(block, date):
                continue
            byline = beside and date.role in _BYLINE_ROLES and date.precision == "day"
            grade = GRADE.get(date.role, NO_ANSWER)
            if date.role == "published" and name is not None and _ON_THE_WEB.search(line, name.start, name.end):
                grade = GRADE["online"]
            elif date.role == "published" and named_above and _ISO_DAY.fullmatch(text):
                grade = _OF_RECORD
            elif date.role == "issue" and not (near and has_locator(text)) and date.precision == "year":
                grade = _ISSUE_BY_NAME
            elif date.role == "updated" and not (near and date.precision == "day"):
                grade = NO_ANSWER
            elif name is not None and _FIRST_PUBLISHED.search(line[: name.end]):
                grade = GRADE["issue"]
            elif byline or (date.role == "unspecified" and near and has_locator(text)):
                grade = GRADE["published"]
            place = OF_OWNER if label is not None else NEAR if near else AROUND if around else ELSEWHERE
            yield Seen(date, date.role, f"block:{i}", place, grade, byline and not date.edtf.startswith("["))


def signed(sheet: Sheet, regions: Regions, reading: Reading) -> list[Seen]:
    """The date that closes a text: a line behind its last paragraph, with "Posted on" or no more words than "Written in"; of a list none."""
    prose = [b for b in sheet.blocks if len(b.text) >= _LEAST_PROSE and b.index not in sheet.peripheral and is_prose(b.text)]
    last = next((b.index for b in reversed([b for b in prose if "article" in b.hints] or prose)), len(sheet.blocks))
    found: list[Seen] = []
    for block in sheet.blocks[last + 1 : last + 1 + _BEHIND_TEXT]:
        i, text = block.index, block.text
        if sheet.labels[i] is not None or i in sheet.peripheral or regions.outside(i) or word_count(text) > _LONGEST_SIGNATURE:
            continue
        dates = reading.of(text)
        if len(dates) == 1 and word_count(_without(text, dates)) <= 2:
            found.append(Seen(dates[0], dates[0].role, f"block:{i}", NEAR, GRADE.get(dates[0].role, NO_ANSWER)))
    return found if len(found) == 1 else []


def _is_beside(sheet: Sheet, regions: Regions, index: int) -> bool:
    """Whether a short line stands next to the headline. What the markup puts around the article counts behind it, as a date with few words."""
    if regions.title is None or not -_BESIDE_BEFORE <= index - regions.title <= _BESIDE_BEHIND or len(sheet.text(index)) > _LONGEST_BYLINE:
        return False
    if index == regions.title or regions.outside(index) or is_prose(sheet.text(index)) or not _NOT_BESIDE.isdisjoint(sheet.blocks[index].hints):
        return False
    return index not in sheet.peripheral or (index > regions.title and word_count(sheet.text(index)) <= _LONGEST_DATE_ALONE)


def _is_of_newest(sheet: Sheet, index: int) -> bool:
    """Whether the line, or the heading above it, names the issue that the journal has out now."""
    return bool(_NEWEST_ISSUE.search(sheet.text(index)) or (index and _NEWEST_ISSUE.search(sheet.text(index - 1))))


def _is_below_issue(sheet: Sheet, index: int) -> bool:
    """Whether the line stands below one that is a volume or an issue alone: "Volume 28, Issue 22", "November 2022"."""
    above = sheet.text(index - 1).rstrip(" :.#") if index else ""
    if not above[-1:].isdigit() or len(sheet.text(index - 1)) > _LONGEST_ISSUE or index in sheet.peripheral:
        return False
    if not {"related", "comments"}.isdisjoint(sheet.blocks[index].hints):
        return False
    labels = find_labels(above)
    return bool(labels) and labels[0].start == 0 and labels[-1].role == "issue" and above[labels[-1].end :].strip(" :.#").isdigit()


def _heads_another(block: Block, date: Date) -> bool:
    """Whether a line is a heading of something in the text: "Effective 6/2/2025:", "Acme Kettle 16 (2023)"."""
    if date.role in _ONLY_IN_HEAD and block.text.rstrip().endswith(":"):
        return True
    return date.precision == "year" and heading_level(block) is not None and not has_locator(block.text)


def _cited_year(line: str, title: str, reading: Reading) -> list[Date]:
    """The year of a citation that stands between its authors and its title or serial: "Hale R (2018) Stone …", "Hale et al 1976 Acta 12"."""
    found = _CITED_YEAR.search(line)
    if found is None or not fold(line[found.end() :]).startswith(title[:TELLING_TITLE]):
        return []
    return [msgspec.structs.replace(d, role="published", start=found.start(1), end=found.end(1)) for d in reading.of(found[1])]


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


def _may_be_own(block: Block, line: str, labels: Sequence[Label], title: str, *, around: bool) -> bool:
    """Whether a line away from the title can hold a date that `_is_own`: of 41 lines of a page that may hold one 32 have no label, and to
    read their dates takes 200 µs each.
    """
    if {"comments", "related"}.isdisjoint(block.hints):
        idle = _IDLE_AROUND if around else _IDLE
        if any(label.role not in idle for label in labels):
            return True
    return "date" in block.hints[-2:] or bool(_YEAR_FIELD.match(line)) or (len(title) >= TELLING_TITLE and title[:TELLING_TITLE] in fold(line))


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
        if named and not around and (not others or "=" in line) and _YEAR_FIELD.match(line):
            return True
        return (named or not prose) and (near or ("date" in block.hints[-2:] and not others))
    if name is None:
        return near or bool(len(title) >= TELLING_TITLE and title in fold(line))
    if _FIRST_PUBLISHED.search(line[: name.end]):
        return not others and not around
    if prose and name.start > 40:
        return False
    if near:
        return True
    alone = date.role == "posted" and not name.start and date.end == len(line) and not others and not around
    return (alone or date.role not in _ONLY_IN_HEAD) and {"comments", "related"}.isdisjoint(block.hints) and bool(_CLAUSE.search(line[: name.start]))
