"""The names and affiliations that a page shows between its title and its text, with the marks that join them."""

import re
from itertools import pairwise

import msgspec

from cleaners.affiliations import can_be_affiliation, leading_mark, plain_mark, split_affiliations, states_affiliation
from cleaners.ledger import Person
from cleaners.lines import EMAIL, URL, fold, is_prose, serial_score
from cleaners.names import is_author_line, is_generic_author, looks_like_person, split_authors
from cleaners.regions import Regions
from cleaners.segment.block import Block, Span
from cleaners.sheet import Sheet, heading_level

_SIGN = r"[*†‡§¶#∗⁎‖]{1,3}"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
# Marks behind a name in flat text: "Smith1,2*", "Smith 1 2 , Doe", "Smith¹".
_FLAT_MARKS = re.compile(
    rf"(?<=[^\W\d_.])(?:[ ]?(?:\d{{1,2}}|{_SIGN})(?:[ ]?[,;][ ]?(?:\d{{1,2}}|{_SIGN}|[a-z](?![^\W_]))|[ ]\d{{1,2}}|{_SIGN})*(?![\w.])"
    rf"|[{_RAISED}](?:[,;]?[{_RAISED}])*)"
)
_ONE_MARK = re.compile(rf"\d+|[a-z]|[*†‡§¶#]|[{_RAISED}]+")
_ORCID = re.compile(r"\b(\d{4}-\d{4}-\d{4}-\d{3}[\dX])\b")
# After the last name, this many lines that are neither names nor affiliations end the list.
_PATIENCE = 12
_LONGEST_MARKS = 30
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


def read_byline(sheet: Sheet, regions: Regions) -> Byline:
    """Read the lines between title and abstract: a label or the markup says what they hold, else they say so themselves."""
    byline = Byline()
    mode: str | None = None
    misses = 0
    for i in regions.head:
        block, label = sheet.blocks[i], sheet.labels[i]
        if regions.outside(i):
            continue
        if label is not None:
            mode = label.field if label.field in ("authors", "affiliations") else None
            continue
        if i in sheet.peripheral and "author" not in block.hints and "affiliation" not in block.hints:
            continue
        if _is_affiliation(block, mode, byline):
            _add_affiliations(byline, block)
            misses = 0
            continue
        mode = mode if mode == "authors" else None
        if found := _names_in(block, mode, byline):
            known = {fold(s.person.name) for s in byline.shown}
            byline.shown.extend(s for s in found if fold(s.person.name) not in known)
            byline.blocks[i] = "authors"
            misses = 0
        else:
            misses += 1
            if (byline.shown and misses > _PATIENCE) or (heading_level(block) is not None and byline.shown):
                break
    return byline


# ------------------------------------------------------------------ affiliations


def _is_affiliation(block: Block, mode: str | None, byline: Byline) -> bool:
    plain = unmarked(block).strip()
    said = mode == "affiliations" or "affiliation" in block.hints[-3:]
    if said and can_be_affiliation(plain):
        mark = leading_mark(block.text)
        # Behind a numbered list of affiliations, what has no number is something else.
        if mark or not byline.marked or "affiliation" in block.hints[-3:]:
            known = mark is not None and any(mark in s.marks for s in byline.shown)
            return known or not (looks_like_person(plain) or is_author_line(plain)) or states_affiliation(plain)
    return states_affiliation(plain) and not is_author_line(plain) and not (mode == "authors" and looks_like_person(plain))


def _add_affiliations(byline: Byline, block: Block) -> None:
    for mark, name in split_affiliations(_spaced(block)):
        if name not in byline.affiliations:
            byline.affiliations.append(name)
        index = byline.affiliations.index(name)
        if mark:
            byline.marked.setdefault(mark, index)
        elif byline.shown and index not in byline.shown[-1].beside and _stands_alone(byline):
            byline.shown[-1].beside.append(index)
    byline.blocks[block.index] = "affiliations"


def _stands_alone(byline: Byline) -> bool:
    """Whether affiliations stand under each name rather than under the whole list of them."""
    roles = list(byline.blocks.values())
    names = roles.count("authors")
    return names == len(byline.shown) and (names == 1 or "affiliations" in roles)


# ------------------------------------------------------------------ names


def _names_in(block: Block, mode: str | None, byline: Byline) -> list[Shown]:
    """The names that a block holds, empty where it holds anything else."""
    marks = _marks(block)
    plain = unmarked(block)
    if len(plain) > _LONGEST or not plain.strip() or (is_prose(plain) and plain.count(",") < 4):
        return []
    hinted = "author" in block.hints[-4:] or mode == "authors"
    cuts = _between_links(block, plain)
    line = _cut(plain, cuts)
    line = EMAIL.sub("", URL.sub("", line)).strip()
    if not hinted and not is_author_line(line) and not _is_single(line, byline, marked=bool(marks)):
        return []
    people = [p for p in split_authors(line) if not is_generic_author(p.name)]
    if not people or (hinted and 2 * sum(looks_like_person(p.name) for p in people) < len(people)):
        return []
    if not hinted and len(people) > 1:
        byline.listed = True
    return _with_marks(people, block, plain, marks)


def _is_single(line: str, byline: Byline, *, marked: bool) -> bool:
    """Whether a line that nothing introduces is one name. Below a list of names it is a journal's or a place's."""
    return not byline.listed and looks_like_person(line) and (marked or bool(byline.shown) or serial_score(line) == 0)


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
        shown.append(Shown(person, tuple(plain_mark(m) for run in runs for m in _ONE_MARK.findall(run)), []))
    return shown


def _find_name(person: Person, text: str, start: int) -> tuple[int, int] | None:
    """Where a name stands, in the order of its words or with the family name first."""
    orders = [person.name.split()]
    if person.family and person.given:
        orders.append([*person.family.split(), *person.given.split()])
    orders.append([max(person.name.split(), key=len)])
    for order in orders:
        match = re.compile(r"[\s,.]*".join(re.escape(w.rstrip(".")) for w in order)).search(text, start)
        if match:
            return match.span()
    return None


def _between_links(block: Block, plain: str) -> list[int]:
    """Where one link ends and the next begins with nothing but space between: each is then a name of its own."""
    raised = [(s.start, s.end) for s in block.spans if s.kind == "sup"]
    named = (s for s in block.spans if s.kind == "a" and any(c.isalpha() for c in plain[s.start : s.end]))
    links = sorted((s for s in named if not any(a <= s.start and s.end <= b for a, b in raised)), key=lambda s: s.start)
    return [a.end for a, b in pairwise(links) if a.end <= b.start and not plain[a.end : b.start].strip()]


def _cut(plain: str, cuts: list[int]) -> str:
    parts = [plain[a:b] for a, b in pairwise([0, *cuts, len(plain)])]
    return "; ".join(parts)


# ------------------------------------------------------------------ marks


def _marks(block: Block) -> list[Span]:
    """Superscripts in HTML, trailing digits and daggers in flat text."""
    raised = [s for s in block.spans if s.kind == "sup" and s.end - s.start <= _LONGEST_MARKS]
    return raised or [Span(m.start(), m.end(), "sup") for m in _FLAT_MARKS.finditer(block.text)]


def unmarked(block: Block) -> str:
    """The block's text with its marks blanked, so that a comma between marks does not look like one between names."""
    text = block.text
    for mark in _marks(block):
        text = text[: mark.start] + " " * (mark.end - mark.start) + text[mark.end :]
    return text


def _spaced(block: Block) -> str:
    """The block's text with its superscripts set apart."""
    text = block.text
    for mark in sorted((s for s in block.spans if s.kind == "sup"), key=lambda s: -s.start):
        text = f"{text[: mark.start]} {text[mark.start : mark.end]} {text[mark.end :]}"
    return " ".join(text.split())
