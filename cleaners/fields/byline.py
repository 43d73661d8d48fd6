"""The names and affiliations that a page shows between its title and its text, with the marks that join them."""

import re

import msgspec

from cleaners.addresses import without_mail, without_urls
from cleaners.affiliations import can_be_affiliation, is_note, leading_mark, plain_mark, split_affiliations, states_affiliation
from cleaners.fields.entries import people_in, read_entries
from cleaners.fields.marks import ONE_MARK, between_links, between_marks, cut, marks_of, spaced, unmarked
from cleaners.ledger import Person
from cleaners.lines import ends_in_country, fold, has_locator, is_prose, serial_words
from cleaners.names import is_author_line, is_generic_author, looks_like_person, split_authors
from cleaners.regions import Regions
from cleaners.segment.block import Block, Span
from cleaners.sheet import Sheet, heading_level

_BETWEEN = re.compile(r"(?:www\.)?orcid\.org/[\dX-]*|\b(?:and|und|et|y)\b|[,;&|]")
_ORCID = re.compile(r"\b(\d{4}-\d{4}-\d{4}-\d{3}[\dX])\b")
# After the last name, this many lines that are neither names nor affiliations end the list.
_PATIENCE = 12
# Below a title with so many other lines under it stand no names; what looks like some is of the text or of the footer.
_LOST = 40
# A single name that nothing introduces stands so near to the names before it; so near to the title, or to the author's entry before it.
_NEAR, _FAR = 3, 8
# Where no title was found, names that nothing introduces stand so near to the text.
_UNTITLED = 30
_LONGEST = 6000


class Shown(msgspec.Struct):
    """A name as the page shows it, with its marks and the affiliations that stand beside it."""

    person: Person
    marks: tuple[str, ...] = ()
    beside: list[int] = []


class Byline(msgspec.Struct):
    """Names, affiliations, index of the affiliation by its mark, and the role of each block that was read."""

    shown: list[Shown] = []
    affiliations: list[str] = []
    marked: dict[str, int] = {}
    blocks: dict[int, str] = {}
    listed: bool = False
    current: list[Shown] = []
    cards: bool = False
    around: frozenset[str] = frozenset()


def read_byline(sheet: Sheet, regions: Regions) -> Byline:
    """Read the lines between title and abstract: a label or the markup says what they hold, else they say so themselves."""
    byline = Byline(around=frozenset(sheet.blocks[regions.title].hints if regions.title is not None else ()))
    mode: str | None = None
    misses, start, end = 0, _start(regions), regions.head.stop
    for i in regions.head:
        block, label = sheet.blocks[i], sheet.labels[i]
        if regions.outside(i) or i in byline.blocks or (i < start and "author" not in block.hints):
            continue
        if label is not None and not _marks_next(sheet, i, byline):
            mode = label.field if label.field in ("authors", "affiliations") else None
            continue
        if i in sheet.peripheral and "author" not in block.hints and "affiliation" not in block.hints:
            continue
        if entries := read_entries(block, listed=bool(byline.shown)):
            for people, place in entries:
                _add_names(byline, block, [Shown(p) for p in people])
                byline.cards = True
                _add_affiliations(byline, {i: place})
            misses = 0
            continue
        if _is_correspondence(sheet, i):
            continue
        if _is_affiliation(block, mode, byline) or _is_called_for(block, byline) or _marks_next(sheet, i, byline):
            _add_affiliations(byline, _pieces(sheet, i))
            misses = 0
            continue
        mode = mode if mode == "authors" else None
        if byline.shown and mode is None and _is_value(sheet, i):
            continue
        near = regions.title is not None and misses <= (_NEAR if byline.shown and not byline.cards else _FAR)
        if found := _names_in(block, mode, byline, near=near):
            _add_names(byline, block, found)
            misses = 0
        elif not _is_between(block.text):
            misses += 1
            if misses > (_PATIENCE if byline.shown else _LOST) or (heading_level(block) is not None and byline.shown):
                end = i
                break
    if not byline.shown:
        _read_section(byline, sheet, regions)
    if byline.shown and not byline.affiliations:
        _read_end(byline, sheet, regions, end)
    used = {m for s in byline.shown for m in s.marks if m.isdigit()}
    if not byline.marked and used == {str(n) for n in range(1, len(byline.affiliations) + 1)}:
        # The numbers of a list element are no text.
        byline.marked.update({str(n): n - 1 for n in range(1, len(byline.affiliations) + 1)})
    return byline


def _is_correspondence(sheet: Sheet, index: int) -> bool:
    """Whether a label right before the block says that letters go there."""
    label = sheet.labels[index - 1] if index else None
    return label is not None and label.text.casefold().startswith(("correspondence", "address"))


def _is_between(text: str) -> bool:
    """Whether a line stands among names without being one: a comma, an address, a note."""
    return is_note(text) or not _BETWEEN.sub("", without_mail(without_urls(text))).strip()


def _start(regions: Regions) -> int:
    """From where on lines may say of themselves that they are names: the title, or where none was found, a little above the abstract."""
    if regions.title is not None:
        return regions.head.start
    return regions.head.stop - _UNTITLED if regions.abstract else regions.head.stop


def _is_value(sheet: Sheet, index: int) -> bool:
    """Whether a label right before the block says that it is something else ("Academic editor", "Subject areas")."""
    label = sheet.labels[index - 1] if index else None
    return label is not None and label.action != "drop_line" and "author" not in label.text.casefold() and label.field not in ("authors", "affiliations")


def _read_section(byline: Byline, sheet: Sheet, regions: Regions) -> None:
    """The names in a section "Authors" behind the text, where none stand before it: each is a heading above the person's life."""
    heads = ((i, level) for i in range(regions.head.stop, len(sheet.blocks)) if sheet.field(i) == "authors" and (level := heading_level(sheet.blocks[i])))
    start, level = next(heads, (len(sheet.blocks), 0))
    for block in sheet.blocks[start + 1 :]:
        rank = heading_level(block)
        if (rank is not None and rank <= level) or regions.outside(block.index):
            return
        if rank is not None and looks_like_person(block.text):
            _add_names(byline, block, [Shown(p) for p in people_in(block.text)])


def _read_end(byline: Byline, sheet: Sheet, regions: Regions, start: int) -> None:
    """Affiliations behind the text, where the head has none; below each may stand the names of those who work there."""
    byline.current, said = [], False
    held: list[int] = []
    for i in range(start, len(sheet.blocks)):
        block, label = sheet.blocks[i], sheet.labels[i]
        if label is not None or heading_level(block) is not None:
            said, held = label is not None and label.field == "affiliations" and block.tag != "li", []
        elif (said or _hinted(block, byline)) and not regions.outside(i) and i not in byline.blocks:
            if (_is_affiliation(block, None, byline) and states_affiliation(unmarked(block))) or _marks_next(sheet, i, byline):
                known = len(byline.affiliations)
                _add_affiliations(byline, _pieces(sheet, i))
                held = list(range(known, len(byline.affiliations)))
            elif held:
                names = {fold(person.name) for person in split_authors(unmarked(block))}
                for shown in byline.shown:
                    if fold(shown.person.name) in names:
                        shown.beside.extend(held)


def _add_names(byline: Byline, block: Block, found: list[Shown]) -> None:
    known = {fold(s.person.name): s for s in byline.shown}
    byline.shown.extend(s for s in found if fold(s.person.name) not in known)
    byline.current = [known.get(fold(s.person.name), s) for s in found]
    # A name below an affiliation, or one that was named before: each author has an entry with a place of its own.
    last = next(reversed(byline.blocks.values()), None)
    byline.cards = len(found) == 1 and (byline.cards or last == "affiliations" or fold(found[0].person.name) in known)
    byline.blocks[block.index] = "authors"


# ------------------------------------------------------------------ affiliations


def _hinted(block: Block, byline: Byline) -> bool:
    """Whether the markup calls the block an affiliation, and not the title as well."""
    return "affiliation" in block.hints[-3:] and "affiliation" not in byline.around


def _is_affiliation(block: Block, mode: str | None, byline: Byline) -> bool:
    plain = unmarked(block).strip()
    said = mode == "affiliations" or _hinted(block, byline)
    if is_prose(plain) and not said and not leading_mark(block.text) and not ends_in_country(plain):
        return False
    if said and can_be_affiliation(plain) and not (is_prose(plain) and not states_affiliation(plain)):
        mark = leading_mark(block.text)
        # Behind a numbered list of affiliations, what has no number is something else.
        if mark or not byline.marked or _hinted(block, byline):
            known = mark is not None and any(mark in s.marks for s in byline.shown)
            return known or not (looks_like_person(plain) or is_author_line(plain)) or states_affiliation(plain)
    return states_affiliation(plain) and not is_author_line(plain) and not (mode == "authors" and looks_like_person(plain))


def _is_called_for(block: Block, byline: Byline) -> bool:
    """Whether a line begins with a number that stands behind a name, and has no other: "2Acme Technologies"."""
    mark, known = leading_mark(block.text), {m for s in byline.shown for m in s.marks}
    others = [m for m in marks_of(block) if m.start]
    return mark is not None and mark.isdigit() and mark in known and not others and can_be_affiliation(unmarked(block))


def _marks_next(sheet: Sheet, index: int, byline: Byline) -> bool:
    """Whether the block is the mark of the affiliation in the next one."""
    block, after = sheet.blocks[index], index + 1
    if not ONE_MARK.fullmatch(block.text.strip()) or "affiliation" not in block.hints or after >= len(sheet.blocks):
        return False
    return sheet.labels[after] is None and _is_affiliation(sheet.blocks[after], None, byline)


def _pieces(sheet: Sheet, index: int) -> dict[int, str]:
    """The blocks of one affiliation: some sites cut it at its commas, or put its mark into a block of its own."""
    found = {index: spaced(sheet.blocks[index])}
    at = index
    while at + 1 < len(sheet.blocks):
        block = sheet.blocks[at + 1]
        text = block.text.strip()
        after_mark = at == index and ONE_MARK.fullmatch(found[index]) and sheet.labels[at + 1] is None
        after_comma = found[at] == "," and "affiliation" in block.hints
        if not (after_mark or after_comma or (text.startswith(",") and not {"affiliation", "author"}.isdisjoint(block.hints))):
            break
        at += 1
        found[at] = spaced(block)
    if found[at] == ",":
        del found[at]
    return found


def _add_affiliations(byline: Byline, pieces: dict[int, str]) -> None:
    alone = len(byline.current) == 1 and (byline.cards or len(byline.shown) == 1)
    text = " ".join(pieces.values()).replace(" ,", ",")
    if alone and text.startswith(named := byline.current[0].person.name):
        text = text[len(named) :].strip(" ,;:")
    for mark, name in split_affiliations(text):
        if name not in byline.affiliations:
            byline.affiliations.append(name)
        index = byline.affiliations.index(name)
        if mark:
            byline.marked.setdefault(mark, index)
        if alone and index not in byline.current[0].beside:
            byline.current[0].beside.append(index)
    byline.blocks.update({i: byline.blocks.get(i, "affiliations") for i in pieces})


# ------------------------------------------------------------------ names


def _names_in(block: Block, mode: str | None, byline: Byline, *, near: bool) -> list[Shown]:
    """The names that a block holds, empty where it holds anything else."""
    marks = marks_of(block)
    plain = unmarked(block)
    if len(plain) > _LONGEST or not plain.strip() or (is_prose(plain) and plain.count(",") < 4) or is_note(plain):
        return []
    hinted = "author" in block.hints[-4:] or mode == "authors"
    line = cut(plain, between_links(block, plain) or between_marks(plain, marks))
    line = without_mail(without_urls(line, "; "), "; ").strip("; ")
    if has_locator(line):
        return []
    if not hinted and not is_author_line(line) and not (near and _is_single(line, byline, marked=bool(marks))):
        return []
    people = [p for p in split_authors(line) if not is_generic_author(p.name)]
    if not people or (hinted and 2 * sum(looks_like_person(p.name) for p in people) < len(people)):
        return []
    if not hinted and len(people) > 1:
        byline.listed = True
    return _with_marks(people, block, plain, marks)


def _is_single(line: str, byline: Byline, *, marked: bool) -> bool:
    """Whether a line that nothing introduces is one name. Below a list of names it is a journal's or a place's."""
    shouted = line.isupper() and not all(s.person.name.isupper() for s in byline.shown)
    return not byline.listed and not shouted and looks_like_person(line) and (marked or bool(byline.shown) or serial_words(line) == 0)


def _with_marks(people: list[Person], block: Block, plain: str, marks: list[Span]) -> list[Shown]:
    """Each name with the marks and the ORCID that stand behind it, before the next name."""
    starts: list[int] = []
    at = 0
    for person in people:
        found = _find_name(person, plain, at)
        starts.append(found[0] if found else at)
        at = found[1] if found else at
    orcids = sorted(
        [(s.start, m[1]) for s in block.spans if s.href and "orcid.org" in s.href.casefold() and (m := _ORCID.search(s.href))]
        + [(m.start(), m[1]) for m in _ORCID.finditer(block.text)]
    )
    # Some sites put the sign before the name.
    before = bool(orcids) and orcids[0][0] < starts[0]
    shown = []
    for number, person in enumerate(people):
        start, end = starts[number], starts[number + 1] if number + 1 < len(starts) else len(block.text)
        own = [(starts[number - 1] if number else -1) < p < start for p, _ in orcids] if before else [start <= p < end for p, _ in orcids]
        values = {value for (_, value), here in zip(orcids, own, strict=True) if here}
        if person.orcid is None and len(values) == 1:
            person = msgspec.structs.replace(person, orcid=values.pop())
        runs = [block.text[m.start : m.end] for m in marks if start <= m.start < end]
        shown.append(Shown(person, tuple(plain_mark(m) for run in runs for m in ONE_MARK.findall(run)), []))
    return shown


def _find_name(person: Person, text: str, start: int) -> tuple[int, int] | None:
    """Where a name stands, in the order of its words or with the family name first, whatever spaces, commas and dots stand between them."""
    orders = [person.name.split()]
    if person.family and person.given:
        orders.append([*person.family.split(), *person.given.split()])
    orders.append([max(person.name.split(), key=len)])
    for order in orders:
        words = [w.rstrip(".") for w in order]
        at = text.find(words[0], start)
        if at < 0:
            continue
        written = " ".join(order).rstrip(".")
        if text.startswith(written, at) and all(w[:1] not in (",", "") for w in words):  # as nearly all are; no pattern need be made
            return at, at + len(written)
        match = re.compile(r"[\s,.]*".join(map(re.escape, words))).search(text, start)
        if match:
            return match.span()
    return None
