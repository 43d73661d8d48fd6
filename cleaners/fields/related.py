"""Related records ("Similar Publications" and its like), in page order, with nothing filled in."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from cleaners.dates import parse_dates
from cleaners.fields.citation import INITIALS_LAST, Cited, is_furniture, read_citation
from cleaners.fields.linked import absolute
from cleaners.fields.people import clean_affiliation
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
_ET_AL = re.compile(r",?\s+(?:et al|and others)\.?$", re.IGNORECASE)
_INDEX = re.compile(r"\[\d+\]")
# Lines up to this length may hold several parts of a record: "A. Author · Journal · 2023".
_LONGEST_LIST = 300
_PIECES = re.compile(r"\s+[·•|]\s+")


def find_related(sheet: Sheet, regions: Regions, *, url: str | None) -> tuple[Related, ...]:
    """All related records of the page."""
    records = []
    for span in regions.related:
        if sheet.field(span.start) == "related":
            records += [record for group in _groups(sheet, span) if (record := _record(sheet, group, url)) is not None]
    return tuple(records)


# ------------------------------------------------------------------ which lines make one record


class _Group(Struct, frozen=True):
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
    if "://" in text or text.startswith("10.") or has_locator(text) or is_furniture(text) or _is_date(text):
        return False
    return not (is_author_line(text) or (word_count(text) < _SHORTEST_TITLE + 1 and looks_like_person(text)))


def _is_date(text: str) -> bool:
    cited = read_citation(text)
    return cited is not None and not (cited.title or cited.container or cited.authors)


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


def _record(sheet: Sheet, group: _Group, url: str | None) -> Related | None:
    """The record that the lines state, each line read once, in order; `None` where they state nothing."""
    title, href, rest = _title(sheet, group)
    known = Cited()
    affiliations: list[str] = []
    snippet: list[str] = []
    lines = [(i, piece) for i, text in rest for piece in (_PIECES.split(text) if len(text) < _LONGEST_LIST else [text])]
    for place, (i, text) in enumerate(lines):
        titled = title is not None or known.title is not None
        if is_furniture(text) and sheet.labels[i] is None:
            continue
        cited = None if snippet else read_citation(text, authors_known=bool(known.authors))
        if cited is not None:
            known = _joined(known, cited)
        elif snippet or sheet.labels[i] is not None or _tells(sheet, group, i, text, titled):
            snippet.append(text)  # what has begun goes on to the end of its record
        elif not titled and _can_be_title(text):
            title, href = text, _address(sheet, i)
        elif is_affiliation(text) and ("," in text or titled):
            affiliations.append(clean_affiliation(text))
        elif not titled:
            continue
        elif is_author_line(text) or _is_person(sheet, lines, place, known):
            known = _joined(known, Cited(authors=(*known.authors, *(person.name for person in split_authors(text)))), anew=True)
        elif is_serial_like(text):
            known = _joined(known, Cited(container=text))
    if title is None and not snippet and not affiliations and known == Cited():
        return None
    return Related(
        title=title or known.title,
        authors=known.authors,
        container_title=known.container,
        affiliations=tuple(affiliations),
        published=known.published,
        url=absolute(href, url),
        identifiers=known.identifiers,
        snippet=clean_snippet("\n\n".join(snippet)) if snippet else None,
    )


def _title(sheet: Sheet, group: _Group) -> tuple[str | None, str | None, list[tuple[int, str]]]:
    """The marked title, its link, and the other lines."""
    if group.title is None:
        return None, None, [(i, sheet.text(i)) for i in group.lines]
    rest = [(i, sheet.text(i)) for i in group.lines if i != group.title]
    return sheet.text(group.title), _address(sheet, group.title), rest


def _address(sheet: Sheet, i: int) -> str | None:
    return next((span.href for span in sheet.blocks[i].spans if span.href), None)


def _joined(known: Cited, new: Cited, *, anew: bool = False) -> Cited:
    """What is known, and of the new what was not; ``anew`` says that the new authors hold the known ones."""
    return Cited(
        title=known.title or new.title,
        authors=new.authors if anew else known.authors or new.authors,
        container=known.container or new.container,
        published=known.published or new.published,
        identifiers=Identifiers(**{**structs.asdict(new.identifiers), **{name: value for name, value in structs.asdict(known.identifiers).items() if value}}),
    )


def _tells(sheet: Sheet, group: _Group, i: int, text: str, titled: bool) -> bool:
    """Whether a line is the beginning of a snippet: sentences, or a part of a structured abstract."""
    head = text.partition(":")[0]
    label = find_label(head) if len(head) < len(text) else None
    if label is not None and label.cls == "section_heading_in_abstract" and titled:
        return True
    if group.title is not None and i < group.title:
        return False
    if is_prose(text) and (word_count(text) > _LONGEST_TITLE or titled or len(group.lines) == 1):
        return not (is_affiliation(text) and is_title_case(text))
    return titled and word_count(text) > _SHORTEST_TITLE and bool(ends_sentence(text)) and not is_affiliation(text) and not is_author_line(text) and read_citation(text) is None


def _can_be_title(text: str) -> bool:
    if word_count(text) < _SHORTEST_TITLE or is_author_line(text):
        return False
    return not (is_affiliation(text) and is_title_case(text))


def _is_person(sheet: Sheet, lines: Sequence[tuple[int, str]], place: int, known: Cited) -> bool:
    """Whether a line names a person. A serial may look like one: then its element tells, or the date behind it."""
    i, text = lines[place]
    text = _ET_AL.sub("", text)
    if not looks_like_person(text):
        return False
    if text != lines[place][1] or INITIALS_LAST.search(text):
        return True
    block = sheet.blocks[i]
    hint = next((hint for hint in reversed(block.hints) if hint in ("author", "journal")), None)
    if hint is not None and hint in block.hints[-2:]:
        return hint == "author"
    if known.container is not None or any(span.kind in ("em", "i") and span.end - span.start == len(text) for span in block.spans):
        return known.container is not None
    after = read_citation(lines[place + 1][1]) if place + 1 < len(lines) else None
    return after is None or after.container is not None or after.published is None or after.published.precision == "day"
