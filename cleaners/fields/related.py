"""Related records ("Similar Publications" and its like), in page order, with nothing filled in."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from cleaners.affiliations import clean_affiliation
from cleaners.fields.citation import INITIALS_LAST, Cited, is_furniture, read_citation
from cleaners.fields.linked import absolute
from cleaners.labels import find_label
from cleaners.lines import ends_sentence, has_locator, is_affiliation, is_prose, is_serial_like, is_title_case, serial_words, word_count
from cleaners.names import is_author_line, looks_like_person, split_authors
from cleaners.record import Identifiers, Related
from cleaners.regions import Regions, leads_on
from cleaners.segment.block import Block
from cleaners.sheet import Sheet, heading_level
from cleaners.snippets import clean_snippet

# A title that nothing marks as one has at least this many words; shorter lines are a journal, a name or a date.
_SHORTEST_TITLE = 4
# Of 217 titles 3 are longer; a sentence of a snippet seldom is shorter when it stands alone.
_LONGEST_TITLE = 30
# Lines up to this length may hold several parts of a record: "A. Author · Journal · 2023".
_LONGEST_LIST = 300
_PIECES = re.compile(r"\s+[·•|]\s+")
_ET_AL = re.compile(r",?\s+(?:et al|and others)\.?$", re.IGNORECASE)


def find_related(sheet: Sheet, regions: Regions, *, url: str | None) -> tuple[Related, ...]:
    """All related records of the page. What else the site has ("Most read") is none, wherever it stands."""
    spans = [span for span in regions.related if sheet.field(span.start) == "related"]
    records = (_record(sheet, group, url) for span in spans for group in _groups(sheet, span))
    return tuple(record for record in records if record is not None)


# ------------------------------------------------------------------ which lines make one record


class _Group(Struct, frozen=True):
    """The lines of a record. ``title`` is the one that markup shows as its title; ``closed`` says that a link closes it."""

    lines: tuple[int, ...]
    title: int | None = None
    closed: bool = False


def _groups(sheet: Sheet, span: range) -> Iterator[_Group]:
    """The lines of each record, cut where the markup cuts; without markup at the link that closes each, or at each title."""
    if titles := _marked_titles(sheet, span):
        starts = [_item_start(sheet, before, title) for before, title in zip([span.start, *titles], titles, strict=False)]
        for title, start, end in zip(titles, starts, [*starts[1:], span.stop], strict=True):
            yield _Group(tuple(i for i in range(start, end) if _belongs(sheet, i)), title)
        return
    closing = {i for i in span if (label := sheet.labels[i]) is not None and label.cls == "view_article_link"}
    group: list[int] = []
    for i in [*span[1:], span.stop]:
        if group and (i in closing or i == span.stop or (not closing and _opens(sheet, group, i))):
            yield _Group(tuple(group), closed=bool(closing))
            group = []
        if i < span.stop and i not in closing and _belongs(sheet, i):
            group.append(i)


def _belongs(sheet: Sheet, i: int) -> bool:
    """Whether a line says something about a record: no label but one of an abstract's parts, and no button."""
    label = sheet.labels[i]
    return (label is None or label.cls == "section_heading_in_abstract") and "button" not in sheet.blocks[i].hints[-2:]


def _marked_titles(sheet: Sheet, span: range) -> list[int]:
    """Headings and links that can be titles: those in the kind of element that most of them are in."""
    kinds: dict[int, str] = {}
    for i in span[1:]:
        end = _title_end(sheet.blocks[i])
        if end and _belongs(sheet, i) and sheet.labels[i] is None and _names_work(sheet.text(i)[:end]):
            kinds[i] = sheet.blocks[i].kind
    counts = Counter(kinds.values())
    long = [i for i in kinds if word_count(sheet.text(i)) >= _SHORTEST_TITLE]
    if not long:
        return []
    best = max(long, key=lambda i: (counts[kinds[i]], heading_level(sheet.blocks[i]) is not None, -i))
    return [i for i in kinds if kinds[i] == kinds[best]]


def _title_end(block: Block) -> int:
    """Where the title ends in a line that can show one: a heading, a link, or a link with more behind it; else 0."""
    if leads_on(block):
        return len(block.text)
    span = next((span for span in block.spans if span.kind == "a"), None)
    if span is None or span.start > 1 or word_count(block.text[: span.end]) < _SHORTEST_TITLE:
        return 0
    return span.end


def _names_work(text: str) -> bool:
    """Whether a line can be a title: no citation, no date, no person, no identifier."""
    if "://" in text or text.startswith("10.") or has_locator(text) or is_furniture(text) or is_author_line(text):
        return False
    cited = read_citation(text)
    if cited is not None and not (cited.title or cited.container or cited.authors):
        return False
    return word_count(text) > _SHORTEST_TITLE or not looks_like_person(text)


def _item_start(sheet: Sheet, before: int, title: int) -> int:
    """Where the element begins that holds the title and not the one before."""
    one, other = sheet.blocks[before].where.split("/"), sheet.blocks[title].where.split("/")
    shared = next((depth for depth, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    element = "/".join(other[: shared + 1])
    return next((i for i in range(before + 1, title) if sheet.blocks[i].is_inside(element)), title)


def _opens(sheet: Sheet, group: Sequence[int], i: int) -> bool:
    """Whether a line that nothing marks is the title of a further record."""
    text = sheet.text(i)
    if sheet.labels[i] is not None or not _SHORTEST_TITLE <= word_count(text) <= _LONGEST_TITLE:
        return False
    if not _names_work(text) or is_affiliation(text) or read_citation(text) is not None or (is_serial_like(text) and serial_words(text)):
        return False
    # A sentence right behind a title without a full stop is a snippet.
    return len(group) > 1 or not ends_sentence(text) or ends_sentence(sheet.text(group[0]))


# ------------------------------------------------------------------ what the lines say


def _record(sheet: Sheet, group: _Group, url: str | None) -> Related | None:
    """The record that the lines state, each read once, in order. `None` where nothing is left, or text before the first title."""
    title, href, lines = _lines(sheet, group)
    known = Cited()
    affiliations: list[str] = []
    snippet: list[str] = []
    for place, (i, text) in enumerate(lines):
        titled = title is not None or known.title is not None
        if is_furniture(text) and sheet.labels[i] is None:
            continue
        if not snippet and (cited := read_citation(text, authors_known=bool(known.authors))) is not None:
            known = _joined(known, cited)
        elif snippet or sheet.labels[i] is not None or _tells(group, i, text, titled):
            snippet.append(text)  # what has begun goes on to the end of its record
        elif not titled and _can_be_title(text):
            title, href = text, _address(sheet.blocks[i])
        elif is_affiliation(text) and ("," in text or titled):
            affiliations.append(clean_affiliation(text))
        elif is_author_line(text) or _is_person(sheet, lines, place, known):
            known = _joined(known, Cited(authors=tuple(person.name for person in split_authors(text))))
        elif is_serial_like(text):
            known = _joined(known, Cited(container=text.strip(" .,;")))
    title = title or known.title
    if (title is None and not group.closed) or not (title or snippet or affiliations or known != Cited()):
        return None
    return Related(
        title=title,
        authors=known.authors,
        container_title=known.container,
        affiliations=tuple(affiliations),
        published=known.published,
        url=absolute(href, url),
        identifiers=known.identifiers,
        snippet=clean_snippet("\n\n".join(snippet)) if snippet else None,
    )


def _lines(sheet: Sheet, group: _Group) -> tuple[str | None, str | None, list[tuple[int, str]]]:
    """The marked title, its address, and the other lines, in parts where marks part them."""
    title = href = None
    lines: list[tuple[int, str]] = []
    for i in group.lines:
        text = sheet.text(i)
        if i == group.title:
            end = _title_end(sheet.blocks[i])
            title, href, text = text[:end].strip(), _address(sheet.blocks[i]), text[end:].strip(" .,;:–—-·|")
        lines += [(i, part) for part in (_PIECES.split(text) if len(text) <= _LONGEST_LIST else [text]) if part]
    return title, href, lines


def _address(block: Block) -> str | None:
    return next((span.href for span in block.spans if span.href), None)


def _joined(known: Cited, new: Cited) -> Cited:
    """What is known, then of the new what was not. Authors come one by one."""
    identifiers = {name: value for name, value in structs.asdict(known.identifiers).items() if value}
    return Cited(
        title=known.title or new.title,
        authors=(*known.authors, *(name for name in new.authors if name not in known.authors)),
        container=known.container or new.container,
        published=known.published or new.published,
        identifiers=Identifiers(**{**structs.asdict(new.identifiers), **identifiers}),
    )


def _tells(group: _Group, i: int, text: str, titled: bool) -> bool:
    """Whether a line is the beginning of a snippet: sentences, or a part of a structured abstract."""
    if group.title is not None and i < group.title:
        return False
    head, colon, _ = text.partition(":")
    sentences = titled or (ends_sentence(text) and is_prose(text))
    if sentences and colon and (label := find_label(head)) is not None and label.cls == "section_heading_in_abstract":
        return True
    if is_prose(text) and (word_count(text) > _LONGEST_TITLE or titled or len(group.lines) == 1):
        return not (is_affiliation(text) and is_title_case(text))
    return titled and word_count(text) > _SHORTEST_TITLE and ends_sentence(text) and not is_affiliation(text) and not is_author_line(text)


def _can_be_title(text: str) -> bool:
    return word_count(text) >= _SHORTEST_TITLE and not is_author_line(text) and not (is_affiliation(text) and is_title_case(text))


def _is_person(sheet: Sheet, lines: Sequence[tuple[int, str]], place: int, known: Cited) -> bool:
    """Whether a line names a person. A serial may look like one: then its element tells, or the date behind it."""
    i, line = lines[place]
    text = _ET_AL.sub("", line)
    if not looks_like_person(text):
        return False
    if text != line or INITIALS_LAST.search(text) or known.container is not None:
        return True
    block = sheet.blocks[i]
    hint = next((hint for hint in reversed(block.hints[-2:]) if hint in ("author", "journal")), None)
    if hint is not None:
        return hint == "author"
    if any(span.kind in ("em", "i") and span.end - span.start == len(block.text) for span in block.spans):
        return False
    after = read_citation(lines[place + 1][1]) if place + 1 < len(lines) else None
    return after is None or after.container is not None or after.published is None or after.published.precision == "day"
