"""Authors and affiliations: from metadata, and from the lines between the title and the abstract."""

import re
from collections.abc import Sequence

import msgspec

from cleaners.candidates import NOTHING, Found, ranked
from cleaners.ledger import Candidate, Person
from cleaners.lines import EMAIL, URL, fold, is_affiliation, is_prose, serial_score, word_count
from cleaners.names import is_author_line, is_generic_author, looks_like_person, split_authors
from cleaners.record import Author
from cleaners.regions import Regions
from cleaners.segment.block import Block
from cleaners.sheet import Sheet, heading_level

# Superscripts are fenced with private-use characters, so that a comma between marks does not look like one between names.
_OPEN, _CLOSE = "\ue000", "\ue001"
_FENCED = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_FLAT_MARKS = re.compile(r"(?<=[^\W\d_.])[ ]?((?:\d{1,2}|[*†‡§¶#∗⁎‖]{1,3})(?:[ ]?[,;][ ]?(?:\d{1,2}|[*†‡§¶#∗⁎‖]{1,3}|[a-z](?![^\W_])))*)(?![\w.])")
_SEPARATOR = re.compile(r"\s*[,;•·|]\s*|\s+(?:and|und|et|y|e|&)\s+|\s*&\s*")
_LEADING_MARK = re.compile(r"^[(\[]?(\d{1,2}|[a-z]|[*†‡§¶#∗⁎‖]{1,3})[)\]]?[.:]?\s*(?=[^\W\d_a-z]|\W?[A-ZÀ-Þ])")
_INNER_MARK = re.compile(r"(?:[;,.]|\band\b)?\s+(?:and\s+)?(\d{1,2})\s?(?=[A-ZÀ-Þ][^\W\d])")
_DANGLING = re.compile(r"[\s.;,]*(?:electronic address|e-?mail(?: address)?|correspondence(?: to)?|email)\s*:?\s*$", re.IGNORECASE)
_ORCID = re.compile(r"orcid\.org/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])", re.IGNORECASE)
# After the last name, this many lines that are neither names nor affiliations end the list.
_PATIENCE = 12


class People(msgspec.Struct, frozen=True):
    """Authors with indexes into ``affiliations``, and the blocks they were read from."""

    authors: Found
    affiliations: Found
    blocks: dict[int, str]


class _Shown(msgspec.Struct):
    """A name as the page shows it, with its marks and the affiliations that stand beside it."""

    person: Person
    marks: tuple[str, ...]
    beside: list[int]


def find_people(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate]) -> People:
    """Metadata's names in metadata's order, with what the page shows beside them; else the names that it shows."""
    shown, affiliations, marked, blocks = _visible(sheet, regions)
    stated = [c for c in ranked(candidates, "authors") if any(not is_generic_author(p.name) for p in c.value)]
    if stated:
        people: tuple[Person, ...] = tuple(p for p in stated[0].value if not is_generic_author(p.name))
        source, reason = stated[0].source, "most believed source that states it"
        # A source that is believed less but names more people, the first among them, has the whole list.
        fuller = next((c for c in stated[1:] if len(c.value) > len(people) and _same(c.value[0].name, people[0].name)), None)
        if fuller is not None:
            people, source, reason = tuple(fuller.value), fuller.source, "the fuller of two lists that begin alike"
    elif shown:
        people, source, reason = tuple(s.person for s in shown), f"block:{min(blocks)}", "names between title and abstract"
    else:
        people, source, reason = (), None, NOTHING.reason
    names = list(affiliations)
    if any(p.affiliations for p in people):
        names = list(dict.fromkeys(a for p in people for a in map(clean_affiliation, p.affiliations) if a))
        place = source
    elif extra := [c for c in ranked(candidates, "affiliations") if c.value]:
        names = list(dict.fromkeys(a for a in map(clean_affiliation, extra[0].value) if a))
        place = extra[0].source
    else:
        place = f"block:{min(i for i, r in blocks.items() if r == 'affiliations')}" if names else None
    authors = tuple(_author(p, names, shown, marked, affiliations) for p in people)
    return People(
        Found(authors, source, reason),
        Found(tuple(names), place, "stated beside the authors" if names else NOTHING.reason),
        blocks,
    )


def _author(person: Person, names: list[str], shown: list[_Shown], marked: dict[str, int], affiliations: list[str]) -> Author:
    """The author of the record: indexes by what the source states beside the name, else by the marks on the page."""
    beside = [a for a in map(clean_affiliation, person.affiliations) if a]
    indexes = [names.index(a) for a in beside if a in names]
    match = next((s for s in shown if _same(s.person.name, person.name)), None)
    if not indexes and match is not None and names == affiliations:
        indexes = [marked[m] for m in match.marks if m in marked] or match.beside
    orcid = person.orcid or (match.person.orcid if match else None)
    return Author(
        name=person.name, given=person.given, family=person.family, orcid=orcid, affiliations=tuple(dict.fromkeys(indexes))
    )


def _same(a: str, b: str) -> bool:
    first, second = ({w for w in re.findall(r"[^\W\d_]{2,}", n.casefold())} for n in (a, b))
    return bool(first & second) and (fold(a)[:1] == fold(b)[:1] or len(first & second) > 1)


# ------------------------------------------------------------------ what the page shows


def _visible(sheet: Sheet, regions: Regions) -> tuple[list[_Shown], list[str], dict[str, int], dict[int, str]]:
    """Names, affiliations, affiliation by mark, and the role of each block that was read."""
    shown: list[_Shown] = []
    affiliations: list[str] = []
    marked: dict[str, int] = {}
    blocks: dict[int, str] = {}
    mode: str | None = None
    misses = 0
    for i in regions.head:
        block, label = sheet.blocks[i], sheet.labels[i]
        if i in regions.references or regions.in_related(i):
            continue
        if label is not None:
            mode = label.field if label.field in ("authors", "affiliations") else None
            continue
        if i in sheet.peripheral and "author" not in block.hints and "affiliation" not in block.hints:
            continue
        text = fenced(block)
        plain = _FENCED.sub("", text)
        if _is_affiliation(block, plain, mode):
            for mark, name in split_affiliations(text):
                if name not in affiliations:
                    affiliations.append(name)
                index = affiliations.index(name)
                if mark:
                    marked.setdefault(mark, index)
                elif shown and index not in shown[-1].beside and _stands_alone(shown, blocks, i):
                    shown[-1].beside.append(index)
            blocks[i] = "affiliations"
            misses = 0
            continue
        found = _names_in(block, text, mode, bool(shown))
        if found:
            known = {fold(s.person.name) for s in shown}
            shown.extend(s for s in found if fold(s.person.name) not in known)
            blocks[i] = "authors"
            misses = 0
        else:
            misses += 1
            if (shown and misses > _PATIENCE) or (heading_level(block) is not None and shown):
                break
    return shown, affiliations, marked, blocks


def _stands_alone(shown: list[_Shown], blocks: dict[int, str], index: int) -> bool:
    """Whether affiliations stand under each name rather than under the whole list of them."""
    before = [r for j, r in sorted(blocks.items()) if j < index]
    names = sum(r == "authors" for r in before)
    return names == len(shown) and (names == 1 or "affiliations" in before)


def fenced(block: Block) -> str:
    """The block's text with affiliation marks fenced: superscripts in HTML, trailing digits and daggers in flat text."""
    text = block.text
    sups = [s for s in block.spans if s.kind == "sup"]
    if sups:
        for span in sorted(sups, key=lambda s: -s.start):
            text = f"{text[: span.start]}{_OPEN}{text[span.start : span.end]}{_CLOSE}{text[span.end :]}"
        return text
    return _FLAT_MARKS.sub(f"{_OPEN}\\1{_CLOSE}", text)


def _is_affiliation(block: Block, plain: str, mode: str | None) -> bool:
    if mode == "authors" and is_author_line(plain):
        return False
    said = mode == "affiliations" or "affiliation" in block.hints[-3:]
    if said and word_count(plain) >= 2 and not looks_like_person(plain) and len(plain) < 1500:
        return not is_author_line(plain) or is_affiliation(plain)
    return is_affiliation(plain) and not is_author_line(plain)


def split_affiliations(text: str) -> list[tuple[str | None, str]]:
    """One line's affiliations, each with its mark: "1Dept. of A and 2Dept. of B" holds two."""
    text = text.replace(_OPEN, " ").replace(_CLOSE, " ").strip() if text.startswith(_OPEN) else _FENCED.sub(r" \1 ", text)
    pieces: list[str] = []
    start, expected = 0, 2
    for inner in _INNER_MARK.finditer(text):
        if int(inner[1]) == expected and _LEADING_MARK.match(text):
            pieces.append(text[start : inner.start()])
            start, expected = inner.start(1), expected + 1
    pieces.append(text[start:])
    out = []
    for piece in pieces:
        mark = _LEADING_MARK.match(piece.strip())
        name = clean_affiliation(piece.strip()[mark.end() :] if mark else piece)
        if name:
            out.append((mark[1] if mark else None, name))
    return out


def clean_affiliation(text: str) -> str:
    """Without e-mail, web address, and the label that they leave dangling."""
    text = URL.sub("", EMAIL.sub("", " ".join(text.split()))).strip()
    cut = _DANGLING.sub("", text)
    return (cut + "." if cut != text and text[len(cut) :].lstrip().startswith(".") else cut).strip(" ,;|")


def _names_in(block: Block, text: str, mode: str | None, already: bool) -> list[_Shown]:
    """The names that a block holds, empty where it holds anything else."""
    plain = _FENCED.sub(" ", text).strip()
    plain = EMAIL.sub("", URL.sub("", plain)).strip()
    if len(plain) > 6000 or not plain or (is_prose(plain) and plain.count(",") < 4):
        return []
    hinted = "author" in block.hints[-4:] or mode == "authors"
    marked = _OPEN in text
    if not hinted and not is_author_line(plain):
        if not looks_like_person(plain) or not (marked or already or serial_score(plain) == 0):
            return []
    people = [p for p in split_authors(plain) if not is_generic_author(p.name)]
    if not people or (hinted and not looks_like_person(people[0].name)):
        return []
    segments = [(fold(_FENCED.sub("", s)), _FENCED.findall(s)) for s in _outside_fences(text)]
    orcids = [m[1] for s in block.spans if s.href and (m := _ORCID.search(s.href))] or _ORCID.findall(block.text)
    shown = []
    for number, person in enumerate(people):
        key = fold(person.name)
        marks = next((m for k, m in segments if k and (k == key or key in k)), [])
        if person.orcid is None and len(orcids) == len(people):
            person = msgspec.structs.replace(person, orcid=orcids[number])
        shown.append(_Shown(person, tuple(m for run in marks for m in re.findall(r"\d+|[a-z]|[*†‡§¶#]", run)), []))
    return shown


def _outside_fences(text: str) -> list[str]:
    """Split a line of names at its separators, but not inside marks."""
    safe = _FENCED.sub(lambda m: _OPEN + re.sub(r"[,;&\s]+", "\ue002", m[1]) + _CLOSE, text)
    safe = safe.replace(_CLOSE + _OPEN, "\ue002")
    return [s.replace("\ue002", " ") for s in _SEPARATOR.split(safe) if s]
