"""What the profile of a page's site decides, at each step of the flow. Without a profile every step passes on what it was given."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from lxml.html import HtmlElement

from cleaners.body import BodyVote
from cleaners.labels import Label
from cleaners.ledger import Candidate, Choice, Ledger, Mark, Person
from cleaners.lines import fold
from cleaners.names import person, split_authors
from cleaners.notices import date_order
from cleaners.page import Page
from cleaners.profiles import Directives, Layout, Profile, ProfileError, find_profile, many, select
from cleaners.record import Notice, PartialDate, Record
from cleaners.regions import Regions
from cleaners.segment.html import segment
from cleaners.sheet import Sheet
from cleaners.text import mend_candidates
from cleaners.verdict import Verdict

D = TypeVar("D", bound=PartialDate)
# Directives that select what a page of an article has, with the candidates' fields that they overrule.
_FIELDS = {"title": "title", "authors": "authors", "container_title": "container_title", "published": "date", "abstract": "abstract"}
_SHOWN = (*_FIELDS, "body")
# An inline element has no block of its own; what is longer is none.
_LONGEST_INLINE = 1000
# Roles that the profile's body takes over: they come from markup and place, not from what a line says.
_OPEN_RULES = frozenset(("hint:peripheral", "region:head"))
_OPEN_ROLES = frozenset(("chrome", "head", "body"))
_ONE_OF = re.compile(r"^\[(\d{4}-\d\d-\d\d(?:,\d{4}-\d\d-\d\d)+)\]$")
_NUMBER = re.compile(r"\d+")


class _Spots(msgspec.Struct, frozen=True):
    """Where selected elements stand: their paths, and for inline ones each outer path with their text."""

    paths: frozenset[str] = frozenset()
    inline: frozenset[tuple[str, str]] = frozenset()

    def blocks(self, sheet: Sheet) -> tuple[int, ...]:
        """The blocks in the elements, or that are an inline one as a whole."""
        return tuple(b.index for b in sheet.blocks if self._has(b.where, b.text)) if self.paths else ()

    def around(self, sheet: Sheet) -> tuple[int, ...]:
        """The blocks that hold an inline one among other text."""
        return tuple(b.index for b in sheet.blocks if any(b.where == outer and key in fold(b.text) for outer, key in self.inline))

    def _has(self, where: str, text: str) -> bool:
        return not self.paths.isdisjoint(_outer(where)) or (len(text) <= _LONGEST_INLINE and (where, fold(text)) in self.inline)


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A site's say on one page. ``source`` reads ``site:<domain>``; ``candidates`` are those that the choosers shall see."""

    candidates: list[Candidate]
    name: str | None = None
    source: str = ""
    directives: Directives = Directives()
    spots: dict[str, _Spots] = {}
    own: tuple[Candidate, ...] = ()
    overruled: tuple[Candidate, ...] = ()
    kind: Verdict | None = None
    notices: tuple[Notice, ...] = ()
    missing: tuple[Notice, ...] = ()

    def label(self, sheet: Sheet) -> Sheet:
        """Chrome of this site, labelled."""
        if self.name is None:
            return sheet
        lines = {_key(line) for line in many(self.directives.labels)}
        cut = {*self._blocks("remove", sheet), *(b.index for b in sheet.blocks if lines and _key(b.text) in lines)}
        labels = (Label(self.source, b.text, "site", "drop_line") if b.index in cut else sheet.labels[b.index] for b in sheet.blocks)
        return Sheet(sheet.blocks, tuple(labels), sheet.peripheral | cut) if cut else sheet

    def place(self, sheet: Sheet, regions: Regions) -> Regions:
        """The regions with the title and the abstract where the profile sees them."""
        title = [i for i in self._blocks("title", sheet) or self._around("title", sheet) if not self._cut(sheet, i)]
        if len(title) == 1 and title[0] != regions.title:
            start = title[0] + 1
            regions = msgspec.structs.replace(regions, title=title[0], head=range(start, max(start, regions.head.stop)))
        if self._states("abstract"):
            abstract = tuple(i for i in self._blocks("abstract", sheet) if not self._cut(sheet, i) and sheet.field(i) != "abstract")
            regions = msgspec.structs.replace(regions, abstract=abstract)
        return regions

    def judge(self, verdict: Verdict) -> Verdict:
        """The page's kind."""
        return self.kind or verdict

    def mark(self, sheet: Sheet, marks: dict[int, Mark]) -> dict[int, Mark]:
        """The marks with the site's own signature on what is cut, and its body's blocks taken back from guesses by their place."""
        if self.name is None:
            return marks
        cut = {i: Mark(i, "chrome", self.source) for i in self.cut(sheet)}
        inside = (i for i in self._blocks("body", sheet) if i not in marks or (marks[i].role in _OPEN_ROLES and marks[i].rule in _OPEN_RULES))
        return marks | {i: Mark(i, "body", self.source) for i in inside} | cut

    def cut(self, sheet: Sheet) -> frozenset[int]:
        """The blocks that the profile calls chrome, whatever they look like."""
        return frozenset(i for i in range(len(sheet.labels)) if self._cut(sheet, i)) if self.name else frozenset()

    def body(self, sheet: Sheet, marks: Mapping[int, Mark]) -> BodyVote | None:
        """The main text; `None` where the profile does not say."""
        inside = tuple(i for i in self._blocks("body", sheet) if i in marks and marks[i].role in ("body", "heading"))
        return BodyVote(inside, self.source) if any(marks[i].role == "body" for i in inside) else None

    def sign(self, record: Record, ledger: Ledger) -> tuple[Record, Ledger]:
        """The record with what the profile alone can decide, and both with its name."""
        if self.name is None and not self.notices:
            return record, ledger
        changes: dict[str, Any] = {"made_by": msgspec.structs.replace(record.made_by, site=self.name), "warnings": (*record.warnings, *self.notices)}
        signed: dict[str, str] = {}
        if record.kind in ("article", "paywall") and self.name is not None:
            changes["warnings"] += self.missing
            for c in self.own:
                if c.field == "title":
                    changes["title"] = c.value
                    signed["title"] = self.source
            if self._states("abstract") and record.abstract is not None:
                signed["abstract"] = self.source
            if any(m.rule == self.source and m.role == "body" for m in ledger.marks):
                signed["body"] = self.source
            changes |= (redated := self._dates(record))
            if redated["dates"] != record.dates or redated["published"] != record.published:
                others = (w for w in changes["warnings"] if w.code != "date_order")
                changes["warnings"] = (*others, *date_order(**redated, decided_by=f"the profile of {self.name} says so"))
            if redated["published"] != record.published:
                signed["published"] = self.source
        choices = tuple(Choice(c.field, signed[c.field], "the site's profile says so") if c.field in signed else c for c in ledger.choices)
        record = msgspec.structs.replace(record, provenance=record.provenance | signed, **changes)
        return record, msgspec.structs.replace(ledger, candidates=(*ledger.candidates, *self.overruled), choices=choices)

    def _blocks(self, directive: str, sheet: Sheet) -> tuple[int, ...]:
        spots = self.spots.get(directive)
        return spots.blocks(sheet) if spots else ()

    def _around(self, directive: str, sheet: Sheet) -> tuple[int, ...]:
        spots = self.spots.get(directive)
        return spots.around(sheet) if spots else ()

    def _cut(self, sheet: Sheet, index: int) -> bool:
        label = sheet.labels[index]
        return label is not None and label.id == self.source

    def _states(self, field: str) -> bool:
        return any(c.field == field for c in self.own)

    def _dates(self, record: Record) -> dict[str, Any]:
        """The dates of the record, those in digits read in the site's order."""
        order = self.directives.date_order
        dates = tuple(dict.fromkeys(_in_order(d, order) for d in record.dates))
        return {"dates": dates, "published": _in_order(record.published, order) if record.published else None}


def read_site(page: Page, tree: HtmlElement | None, candidates: list[Candidate], folder: str | Path | None = None) -> Site:
    """What the profile for the page's address says of it. Never raises: a profile that cannot be used gives a notice."""
    try:
        found = find_profile(page.url, folder)
    except ProfileError as error:
        return Site(candidates=candidates, notices=(_notice(str(error)),))
    if found is None:
        return Site(candidates=candidates)
    domain, profile = found
    layout = _layout(profile, tree, page.fetched_at)
    directives = profile.with_layout(layout) if layout else profile
    source = f"site:{domain}"
    selected: dict[str, tuple[Any, ...]] = {}
    missing: list[Notice] = []
    if tree is not None:
        selected = {name: select(tree, selectors) for name in _SHOWN if (selectors := getattr(directives, name))}
        missing = [_notice(f"{domain}.toml: {name}: selects nothing on this page") for name, elements in selected.items() if not elements]
        # Of this directive every selector counts.
        selected["remove"] = tuple(e for one in many(directives.remove) for e in select(tree, one))
    own = tuple(mend_candidates([c for name in _FIELDS if (c := _candidate(name, selected.get(name, ()), source)) is not None]))
    # Other dates than the publication's stay, and of these the profile's is believed most.
    stated = {c.field for c in own if c.field != "date"}
    return Site(
        candidates=[*own, *(c for c in candidates if c.field not in stated)],
        name=f"{domain}/{layout.name}" if layout else domain,
        source=source,
        directives=directives,
        spots={name: _spots(elements) for name, elements in selected.items() if elements},
        own=own,
        overruled=tuple(c for c in candidates if c.field in stated),
        kind=_kind(directives, tree, source),
        missing=tuple(missing),
    )


def _notice(message: str) -> Notice:
    return Notice(code="site_profile", message=message)


def _layout(profile: Profile, tree: HtmlElement | None, fetched_at: str | None) -> Layout | None:
    try:
        fetched = date.fromisoformat((fetched_at or "")[:10])
    except ValueError:
        fetched = None
    fitting = (each for each in profile.layouts if each.holds(fetched))
    return next((each for each in fitting if not each.when or (tree is not None and select(tree, each.when))), None)


def _kind(directives: Directives, tree: HtmlElement | None, source: str) -> Verdict | None:
    for kind, selectors in directives.kind.items():
        for selector in many(selectors):
            if tree is not None and select(tree, selector):
                return Verdict(kind, "site_profile", f"{selector} is on the page ({source}).")
    return None


def _candidate(directive: str, found: Sequence[Any], source: str) -> Candidate | None:
    texts = [text for text in map(_texts, found) if text]
    if not texts:
        return None
    value: Any = "\n\n".join("\n\n".join(text) for text in texts) if directive == "abstract" else " ".join(texts[0])
    if directive == "authors":
        lines = [" ".join(text) for text in texts]
        names: Iterable[Person | None] = map(person, lines) if len(lines) > 1 else split_authors(lines[0])
        value = tuple(dict.fromkeys(name for name in names if name is not None))
    role = "published" if directive == "published" else None
    return Candidate(field=_FIELDS[directive], value=value, source=source, role=role) if value else None


def _texts(found: Any) -> list[str]:
    """The lines of an element, an attribute or a text."""
    if isinstance(found, str):
        line = " ".join(found.split())
        return [line] if line else []
    if not isinstance(found, HtmlElement):  # a comment
        return []
    return _texts(found.get("content", "")) if found.tag == "meta" else [b.text for b in segment(found)]


def _spots(found: Iterable[Any]) -> _Spots:
    elements = [e for e in found if isinstance(e, HtmlElement)]
    path = {e: e.getroottree().getpath(e) for e in elements}
    inline = ((p, fold(text)) for e, p in path.items() if len(text := e.text_content()) <= _LONGEST_INLINE)
    return _Spots(frozenset(path.values()), frozenset((outer, key) for p, key in inline if key for outer in _outer(p)))


def _outer(path: str) -> list[str]:
    """The path and those around it."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(2, len(parts) + 1)]


def _key(line: str) -> str:
    return fold(line) or line.strip()


def _in_order(stated: D, order: str | None) -> D:
    match = _ONE_OF.match(stated.edtf or "")
    numbers = [int(n) for n in _NUMBER.findall(stated.raw)[:2]]
    if order is None or match is None or len(numbers) < 2:
        return stated
    day, month = numbers if order == "dmy" else numbers[::-1]
    value = next((v for v in match[1].split(",") if v.endswith(f"-{month:02}-{day:02}")), None)
    return msgspec.structs.replace(stated, edtf=value, precision="day") if value else stated
