"""Related records ("Similar Publications" and its like), in page order, with nothing filled in."""

from collections.abc import Iterator, Sequence

import msgspec

from cleaners.dates import parse_dates
from cleaners.fields.linked import absolute
from cleaners.identifiers import find_doi
from cleaners.lines import has_locator, is_affiliation, is_prose, is_serial_like, word_count
from cleaners.names import is_author_line, looks_like_person, split_authors
from cleaners.record import Identifiers, PartialDate, Related
from cleaners.regions import Regions
from cleaners.sheet import Sheet, heading_level
from cleaners.snippets import clean_snippet

# A related title has at least this many words; shorter lines are a journal, a name or a date.
_SHORTEST_TITLE = 4
# Of 217 titles 3 are longer; a sentence of a snippet seldom is shorter when it stands alone.
_LONGEST_TITLE = 30


def find_related(sheet: Sheet, regions: Regions, *, url: str | None) -> tuple[Related, ...]:
    """All related records of the page."""
    records = []
    for span in regions.related:
        for group in _groups(sheet, span):
            record = _record(sheet, group, url)
            if record is not None:
                records.append(record)
    return tuple(records)


def _groups(sheet: Sheet, span: range) -> Iterator[list[int]]:
    """The blocks of each record. Where the box closes its records with a link ("View Article …"), that link cuts;
    else each line that can be a title opens a record."""
    closing = [i for i in span if (label := sheet.labels[i]) is not None and label.cls == "view_article_link"]
    group: list[int] = []
    for i in span[1:]:
        label = sheet.labels[i]
        if closing and i in closing:
            if group:
                yield group
            group = []
            continue
        if label is not None and label.cls != "section_heading_in_abstract":
            continue
        if not closing and group and _opens(sheet, i):
            yield group
            group = []
        group.append(i)
    if group:
        yield group


def _opens(sheet: Sheet, i: int) -> bool:
    block = sheet.blocks[i]
    linked = any(s.kind == "a" and s.end - s.start >= 0.8 * len(block.text) for s in block.spans)
    return word_count(block.text) >= _SHORTEST_TITLE and (linked or heading_level(block) is not None) and not has_locator(block.text)


def _record(sheet: Sheet, group: Sequence[int], url: str | None) -> Related | None:
    parts: dict[str, object] = {}
    authors: list[str] = []
    affiliations: list[str] = []
    snippet: list[str] = []
    doi = href = None
    for i in group:
        text = sheet.text(i)
        for found, _, _ in find_doi(text):
            doi = doi or found
        if snippet or sheet.labels[i] is not None or (is_prose(text) and (word_count(text) > _LONGEST_TITLE or "title" in parts or len(group) == 1)):
            snippet.append(text)  # what has begun goes on to the end of its record
        elif is_affiliation(text) and ("," in text or "title" in parts):
            affiliations.append(text)
        elif "published" not in parts and (date := _whole_date(text)) is not None:
            parts["published"] = date
        elif "title" not in parts and word_count(text) >= _SHORTEST_TITLE and not is_author_line(text):
            parts["title"] = text
            href = next((s.href for s in sheet.blocks[i].spans if s.href), None)
        elif "title" in parts and (is_author_line(text) or looks_like_person(text)) and "container_title" in parts:
            authors.extend(p.name for p in split_authors(text))
        elif "title" in parts and "container_title" not in parts and is_serial_like(text) and not is_author_line(text):
            parts["container_title"] = text
        elif "title" in parts and is_author_line(text):
            authors.extend(p.name for p in split_authors(text))
    if not parts and not snippet:
        return None
    record = Related(authors=tuple(authors), affiliations=tuple(affiliations), url=absolute(href, url), identifiers=Identifiers(doi=doi))
    if snippet:
        parts["snippet"] = clean_snippet("\n\n".join(snippet))
    return msgspec.structs.replace(record, **parts)


def _whole_date(text: str) -> PartialDate | None:
    """The date of a line that is nothing but a date."""
    if len(text) > 60 or not any(c.isdigit() for c in text):
        return None
    dates = parse_dates(text)
    if len(dates) != 1 or len(dates[0].raw) < 0.6 * len(text):
        return None
    return PartialDate(edtf=dates[0].edtf, precision=dates[0].precision, raw=dates[0].raw)
