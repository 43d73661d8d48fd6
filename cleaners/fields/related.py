"""Related records ("Similar Publications" and its like), in page order, with nothing filled in."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from cleaners.dates import parse_dates
from cleaners.fields.citation import Cited, is_furniture, read_citation, read_date, read_identifiers
from cleaners.fields.linked import absolute
from cleaners.labels import find_label
from cleaners.lines import ends_sentence, has_locator, is_affiliation, is_prose, is_serial_like, is_title_case, serial_words, word_count
from cleaners.names import is_author_line, looks_like_person, split_authors
from cleaners.record import Identifiers, Related
from cleaners.regions import Regions, leads_on
from cleaners.sheet import Sheet, heading_level
from cleaners.snippets import clean_snippet

# A title that nothing marks as one has at least this many words; shorter lines are a journal, a name or a date.
_SHORTEST_TITLE = 4
# Of 217 titles 3 are longer; a sentence of a snippet seldom is shorter when it stands alone.
_LONGEST_TITLE = 30
_INDEX = re.compile(r"\[\d+\]")
_PIECES = re.compile(r"\s+[·•|]\s+")


def find_related(sheet: Sheet, regions: Regions, *, url: str | None) -> tuple[Related, ...]:
    """All related records of the page."""
    records = []
    for span in regions.related:
        if sheet.field(span.start) == "related":
            records += [record for group in _groups(sheet, span) if (record := _record(sheet, group, url)) is not None]
    return tuple(records)


# ------------------------------------------------------------------ which lines make one record


class _Group(msgspec.Struct, frozen=True):
    """The lines of a record; ``title`` is the one that the page marks as its title."""

    lines: tuple[int, ...]
    title: int | None = None


def _groups(sheet: Sheet, span: range) -> Iterator[_Group]:
    """The lines of each record, cut where the markup cuts; in flat text at the link that closes each, or at each title."""
    if titles := _marked_titles(sheet, span):
        starts = [_item_start(sheet, before, title) for before, title in zip([span.start, *titles], titles, strict=False)]
        for title, start, end in zip(titles, starts, [*starts[1:], span.stop], strict=True):
            yield _Group(tuple(i for i in range(start, end) if _belongs(sheet, i)), title)
        return
    closing = {i for i in span if (label := sheet.labels[i]) is not None and label.cls == "view_article_link"}
    group: list[int] = []
    for i in span[1:]:
        if i in closing or (not closing and group and _opens(sheet, group, i)):
            if group:
                yield _Group(tuple(group))
            group = []
        if i not in closing and _belongs(sheet, i):
            group.append(i)
    if group:
        yield _Group(tuple(group))


def _belongs(sheet: Sheet, i: int) -> bool:
    """Whether a line says something about a record: no label, no button, no count."""
    label = sheet.labels[i]
    return (label is None or label.cls == "section_heading_in_abstract") and "button" not in sheet.blocks[i].hints[-2:]


def _marked_titles(sheet: Sheet, span: range) -> list[int]:
    """Lines that are headings or links, of the kind of element that most such lines of the box are."""
    lines = [i for i in span[1:] if _belongs(sheet, i) and sheet.labels[i] is None and leads_on(sheet.blocks[i]) and _names_work(sheet.text(i))]
    kinds = Counter(_kind(sheet, i) for i in lines)
    long = {_kind(sheet, i) for i in lines if word_count(sheet.text(i)) >= _SHORTEST_TITLE}
    if not long:
        return []
    best = max(long, key=lambda kind: (kinds[kind], kind.endswith(("h2", "h3", "h4", "h5", "h6")), -min(i for i in lines if _kind(sheet, i) == kind)))
    return [i for i in lines if _kind(sheet, i) == best]


def _names_work(text: str) -> bool:
    """Whether a line can be a title: no citation, no date, no person, no identifier."""
    if "://" in text or text.startswith("10.") or has_locator(text) or is_furniture(text) or read_date(text) is not None:
        return False
    return not (is_author_line(text) or (word_count(text) < _SHORTEST_TITLE + 1 and looks_like_person(text)))


def _kind(sheet: Sheet, i: int) -> str:
    return _INDEX.sub("", sheet.blocks[i].where)


def _item_start(sheet: Sheet, before: int, title: int) -> int:
    """Where the element begins that holds the title and not the one before."""
    blocks = sheet.blocks
    one, other = blocks[before].where.split("/"), blocks[title].where.split("/")
    shared = next((depth for depth, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    element = "/".join(other[: shared + 1])
    inside = (i for i in range(before + 1, title) if blocks[i].where == element or blocks[i].where.startswith(f"{element}/"))
    return next(inside, title)


def _opens(sheet: Sheet, group: Sequence[int], i: int) -> bool:
    """Whether a line of flat text is the title of a further record."""
    text = sheet.text(i)
    if sheet.labels[i] is not None:
        return False
    if not _SHORTEST_TITLE <= word_count(text) <= _LONGEST_TITLE or not _names_work(text) or is_affiliation(text):
        return False
    if read_citation(text) is not None or is_serial_like(text) and serial_words(text):
        return False
    return not (ends_sentence(text) and len(group) == 1 and not ends_sentence(sheet.text(group[0])))


# ------------------------------------------------------------------ what the lines say


class _Draft:
    """A record that is being read, line by line."""

    def __init__(self) -> None:
        self.title: str | None = None
        self.cited = Cited()
        self.affiliations: list[str] = []
        self.snippet: list[str] = []

    def add(self, found: Cited) -> None:
        """Take what is not known yet."""
        known, new = msgspec.structs.asdict(self.cited), msgspec.structs.asdict(found)
        self.cited = Cited(**{name: value if name == "authors" and name in () else known[name] or value for name, value in new.items()})
