"""Journal, proceedings or site, with volume, issue and pages."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from cleaners.candidates import NOTHING, Found, first, ranked
from cleaners.dates import parse_dates
from cleaners.dates.roles import find_labels
from cleaners.fields.locators import citation_lines, find_locator
from cleaners.labels import find_label
from cleaners.ledger import Candidate
from cleaners.lines import (
    ends_in_country,
    fold,
    has_locator,
    is_affiliation,
    is_serial_like,
    names_no_container,
    names_serial,
    serial_score,
    serial_words,
    speaks_to_reader,
    word_count,
    words,
)
from cleaners.names import is_author_line, looks_like_person
from cleaners.regions import Regions
from cleaners.segment.block import Block
from cleaners.sheet import Sheet, heading_level

# "Br J Ophthalmol 2014;98:377-382", "Bioinformatics (2012) 28 (22): 2891", "Life Sci. 2025 Jan 15;361:1", "Journal X, Volume 3, Issue 2"
_CITED = re.compile(
    r"^(?:(?:in|this paper appears in|published in|citation|cite (?:this )?as|source)\s?:?\s+)?(?:(?:19|20)\d\d[,.:]?\s)?"
    r"(?P<name>[^\d;:()\[\]]{2,150}?)[\s,.;:]*"
    r"(?:[\[(]?(?:\d{1,2}[\s/.-]+)*(?:\b[^\W\d_]{3,9}\.?\s)?(?:19|20)\d\d\b|\b(?:vol(?:ume)?|issue|no|band|tome?|том)\b\.?\s*\d|[№第]\s?\d|\bdoi\b|\b\d{1,4}\s?[(,:]\s?\d)",
    re.IGNORECASE,
)
# "《…》" and "「…」" stand around titles in Chinese and Japanese.
_BRACKETS = re.compile(r"^[《「『〈](.+)[》」』〉]$")
_SPLIT = re.compile(r"\s+[|–—·•»›:>/-]{1,2}\s+|\s*[|»›]\s*|\s+::\s+|:\s+|\s\[(?=[^\]]+\]$)|\]$|\bin:\s|(?=\bVolume\s\d)")
_CRUMB = re.compile(r"\s*[>»›→|]\s*|\s+/\s+")
_MAY_HAVE_CRUMBS = re.compile(r"[>»›→|/]")
# "Volume 23, Number 5/6", "Issue 90, 2012"
_LOCATORS_ONLY = re.compile(r"^(?:vol(?:ume|umen)?|issue|no|number|band|jahrgang|heft|tome?|tomo|том|第)\.?\s*\d", re.IGNORECASE)
# "Ann Stone" above ". 2012 Nov 26;41(3):36-42. doi: 10.5555/…".
_RUNS_ON = re.compile(r"[.,;]\s*(?:19|20)\d\d\b.{0,20};\s*\d")
# "Sec. Ceramics and Glass" is a part of a journal; "(2019). Acme J" stands behind authors; "Annales Année 1998".
_SECTION = re.compile(r"sec(?:\.|tion:?)\s", re.IGNORECASE)
_BEHIND_YEAR = re.compile(r"[^()]{3,300}\((?:19|20)\d\d[a-z]?\)[.,:]?\s+(.+)")
_YEAR_WORD = re.compile(r"\s+(?:year|année|año|ano|anno|jahr(?:gang)?|rok|год)\s*$", re.IGNORECASE)
_NEAR_TITLE = 2
_HOME = re.compile(r"(?:https?://[^/?#]+)?/(?:index\.\w+|[a-z]{2}/?)?")
_SMALL = frozenset(("of", "the", "and", "for", "in", "on", "de", "la", "du", "et", "der", "für", "und"))
_AND_OTHERS = " et al"
_LOCATOR_LABELS = frozenset(
    ("volume", "vol", "issue", "published", "publishedin", "in", "pages", "citation", "articleid", "copyright", "accepted", "received", "epub")
)
# One strong sign (cited so, in the title line) or several weak ones.
_ENOUGH = 3.0
# Nothing tells more than the name before a volume, an issue or a page; a label, or a volume in the line below, is near it.
_CITED_SO, _STATED_SO = 6.0, 4.5
# In a run of short lines, and what is written as a sentence; for names that say what they name, and for one that opens the page and recurs.
_LISTED, _SENTENCE, _KIND, _OPENS = 1.5, 1.0, 0.5, 1.0
_LOWER = re.compile(r"(?<![\w'’])[a-z]{4,}")
_MOST_LOWER = 3


class Container(msgspec.Struct, frozen=True):
    """The container and its locators."""

    title: Found
    volume: Found
    issue: Found
    pages: Found


def find_container(
    sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], *, title: str | None, doi: str | None, authors: Iterable[str] = ()
) -> Container:
    """Metadata first, then the page: the name that most of its lines, its title line and its citation lines agree on.

    ``authors`` are the names of persons; title lines have the first one's too ("… - Hale - 2019 - Urban Wildlife").
    """
    lines = list(citation_lines(sheet, regions, title, doi))
    people = frozenset(word for name in authors for word in words(name))
    return Container(
        _container_title(sheet, regions, candidates, title, lines, people),
        *(find_locator(candidates, field, lines) for field in ("volume", "issue", "pages")),
    )


def _container_title(
    sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], title: str | None, lines: Sequence[tuple[int, str]], people: frozenset[str]
) -> Found:
    stated = [c for c in ranked(candidates, "container_title") if fold(str(c.value)) != fold(title or "")]
    if stated:
        return Found(str(stated[0].value), stated[0].source, "most believed source that states it")
    shown = _shown(sheet, regions, candidates, title, lines, people)
    return shown if shown.value else first((c for c in candidates if not names_no_container(str(c.value))), "site_name")


def _shown(
    sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], title: str | None, lines: Sequence[tuple[int, str]], people: frozenset[str]
) -> Found:
    """Every short line that can name a serial, weighed by what else on the page speaks for it."""
    title_key = fold(title or "")
    page_titles = [str(c.value) for c in candidates if c.field == "page_title"]
    seen: dict[str, list[_Named]] = {}
    for one in _names(sheet, regions, page_titles, title, lines):
        seen.setdefault(fold(one.name), []).append(one)
    pieces = [p for t in page_titles for p in _SPLIT.split(t) if p and fold(p)]
    # The title itself, where the page's title line words it otherwise.
    headline = "" if any(fold(p) in title_key for p in pieces) else max((fold(p) for p in pieces), key=len, default="")
    title_parts = {fold(p) for p in pieces if not names_no_container(p)} - {headline}
    title_line = "".join(fold(t) for t in page_titles).replace(title_key, "") if len(title_key) > 10 else ""
    sites = {fold(str(c.value)) for c in candidates if c.field == "site_name"} | _home_links(sheet)
    short = [fold(b.text) for b in sheet.blocks if len(b.text) <= 200 and b.index not in regions.references]
    counts = Counter(short)
    beside = "\n".join(short)

    def weigh(key: str, named: _Named, place: float) -> float:
        # The site's name ends the title of every page, whatever journals it shows.
        weight = 1.2 * (key in title_parts) if key in sites else 4.0 * (key in title_parts) + 2.0 * (key in title_line and len(key) > 5)
        weight += _KIND * names_serial(named.name) - _SENTENCE * (len(_LOWER.findall(named.name)) > _MOST_LOWER)
        weight += place + 0.3 * min(3, counts[key] - 1) + min(2, serial_score(named.name))
        weight += _OPENS * (named.source == "block:0" and counts[key] > 1)
        return weight + (min(1.0, 0.3 * (beside.count(key) - counts[key])) if len(key) > 5 else 0.0)

    best, best_weight = None, 0.0
    for key, places in seen.items():
        if not 2 <= len(key) <= 130 or key == title_key or (len(key) > 20 and (key in title_key or key == headline)):
            continue
        # What else a line may be is asked where it would win: of 160 names of a page 3 would.
        highest = max(one.place for one in places)
        bound = max(weigh(key, one, highest) for one in places)
        if bound <= best_weight or bound < _ENOUGH:
            continue
        places = _serials(sheet, places)
        # Whether it is the name of a person or of an institution is asked last: that takes longest.
        named = None if all(_is_none(one.name, people) for one in places) else _best_of(sheet, places)
        weight = weigh(key, named, named.place) if named is not None and not _is_none(named.name, people) else 0.0
        if weight > best_weight:
            best, best_weight = named, weight
    if best is None or best_weight < _ENOUGH:
        return NOTHING
    parts = [fold(word) for word in words(best.name)]
    longer = (_serials(sheet, places) for key, places in seen.items() if all(part in key for part in parts if part not in _SMALL))
    whole = (found for places in longer if any(_spells_out(p.name, best.name) for p in places) and (found := _best_of(sheet, places)))
    best = next((named for named in whole if _spells_out(named.name, best.name)), best)
    return Found(best.name, best.source, f"named like a serial, {best_weight:.1f} points of evidence")


class _Named(msgspec.Struct, frozen=True):
    """A name that may be the container's, where it was seen, and the points for the place.

    ``block`` is the index of a block that shows it among others, where it may name something else; else `None`. ``stated``: a label
    or a locator says that it is a container's, whatever else stands around.
    """

    name: str
    source: str
    place: float
    block: int | None = None
    stated: bool = False


def _serials(sheet: Sheet, places: Iterable[_Named]) -> list[_Named]:
    """The places at which the name can be a serial's, with fewer points for one in a list of such lines."""
    kept = (one for one in places if one.block is None or (is_serial_like(one.name) and not speaks_to_reader(one.name)))
    return [
        one if one.block is None or one.stated or not _is_listed(sheet, one.block) else msgspec.structs.replace(one, place=one.place - _LISTED) for one in kept
    ]


def _is_none(name: str, people: frozenset[str]) -> bool:
    """Whether the name says itself that it is no container's: a label, a person of the article, a country, a section."""
    if names_no_container(name) or find_label(name) is not None or people.issuperset(words(name)):
        return True
    return bool(_SECTION.match(name)) or ("," not in name and ends_in_country(name))


def _best_of(sheet: Sheet, places: Iterable[_Named]) -> _Named | None:
    """The first place of a name, with the points for the best; those are left out at which it names somebody."""
    kept = [one for one in places if one.block is None or not _is_other(sheet, one.block, one.name)]
    return msgspec.structs.replace(kept[0], place=max(one.place for one in kept)) if kept else None


def _names(sheet: Sheet, regions: Regions, page_titles: Sequence[str], title: str | None, lines: Sequence[tuple[int, str]]) -> Iterator[_Named]:
    """What may be the name of the container: parts of the page's title, what citation lines begin with, short lines and links."""
    for text in page_titles:
        for part in _SPLIT.split(text):
            if part and is_serial_like(part.strip()) and fold(part) not in fold(title or ""):
                yield _Named(part.strip(), "title", 0.0)
    for i, text in lines:
        name = _cited_name(text) if len(_links(sheet.blocks[i])) <= 2 else ""
        if is_serial_like(name) and not _is_label(name) and _AND_OTHERS not in name.casefold():
            yield _Named(name, f"block:{i}", _CITED_SO)
    end = max(len(sheet.blocks) - 150, regions.head.stop + 10)
    outside = regions.elsewhere
    above_locators = _above_locators(sheet)
    for block in sheet.blocks:
        i = block.index
        if (regions.head.stop + 10 < i < end and i not in above_locators) or i in outside:
            continue
        if i == regions.title or len(block.text) > 300 or block.tag == "option":
            continue
        for piece in _pieces(block):
            name = _plain(piece)
            alone = name == _plain(block.text)
            stated = (i > 0 and sheet.field(i - 1) == "container_title") or (alone and i in above_locators)
            yield _Named(name, f"block:{i}", _STATED_SO if stated else _place(block, regions, alone=alone), i, stated)


def _cited_name(text: str) -> str:
    """What stands before the date or the locator of a citation, empty where it begins with one of them."""
    cited = _CITED.match(text)
    if cited is None:
        return ""
    if is_author_line(cited["name"]):  # "Hale, R. and Brand, O. (2019). Urban Wildlife 12(3), 45-58."
        behind = _BEHIND_YEAR.match(text)
        return _cited_name(behind[1]) if behind else ""
    date = next((text.find(d.raw) for d in parse_dates(text)), -1)
    return _plain(_YEAR_WORD.sub("", text[cited.start("name") : date] if cited.start("name") < date < cited.end() else cited["name"]))


def _is_listed(sheet: Sheet, index: int) -> bool:
    """Whether the line is one of many that are as short: a menu of subjects or of other journals, in flat text."""
    near = [i for i in range(max(0, index - 2), min(len(sheet.blocks), index + 3)) if i != index]
    return sum(sheet.labels[i] is None and word_count(sheet.text(i)) <= 4 and not has_locator(sheet.text(i)) for i in near) >= 3


def _above_locators(sheet: Sheet) -> frozenset[int]:
    """The lines of which one of the next two gives nothing but the volume or the issue."""
    locators = [b.index for b in sheet.blocks if len(b.text) < 60 and _LOCATORS_ONLY.match(b.text)]
    runs_on = (b.index for b in sheet.blocks if b.text[:1] in ".,;" and _RUNS_ON.match(b.text))
    return frozenset((*(i - 1 for i in locators), *(i - 2 for i in locators), *(i - 1 for i in runs_on)))


def _spells_out(name: str, short: str) -> bool:
    """Whether the name is the whole of an abbreviated one: "Duke Mathematical Journal" of "Duke Math. J"."""
    whole = [w for w in words(name) if w not in _SMALL]
    cut = [w.rstrip(".") for w in words(short) if w not in _SMALL]
    return len(whole) == len(cut) > 1 and whole != cut and all(w.startswith(c) and "." not in w for w, c in zip(whole, cut, strict=True))


def _home_links(sheet: Sheet) -> frozenset[str]:
    """What the links to the site's first page say: its name."""
    found = (fold(b.text[s.start : s.end]) for b in sheet.blocks for s in b.spans if s.href and _HOME.fullmatch(s.href))
    return frozenset(found) - {""}


def _pieces(block: Block) -> Sequence[str]:
    """The line as a whole, or the steps of a path of links."""
    crumbs = _CRUMB.split(block.text) if _MAY_HAVE_CRUMBS.search(block.text) else ()
    # Two names with a stroke between them are subjects, of a path the one is "Home" or "Articles".
    if len(crumbs) > 2 or (len(crumbs) == 2 and any(find_label(crumb) is not None for crumb in crumbs)):
        return crumbs
    if len(crumbs) == 2 and "|" not in block.text:
        return ()
    links = _links(block)
    return links if len(links) > 2 else (block.text,)


def _links(block: Block) -> Sequence[str]:
    return [block.text[s.start : s.end] for s in block.spans if s.kind == "a"]


def _plain(name: str) -> str:
    name = name.strip(" .,;:|–—-·•»›/")
    bracketed = _BRACKETS.match(name)
    return bracketed[1] if bracketed else name


def _place(block: Block, regions: Regions, *, alone: bool) -> float:
    """How much the place of a name says: in the article's head or in the page's banner, above the title, or in a menu."""
    centre = regions.title if regions.title is not None else 0
    called = "journal" in block.hints[-3:]
    if block.index in regions.head and alone:
        near = block.index - centre <= _NEAR_TITLE and regions.abstract_label is not None
        return 1.0 + 1.5 * called + 2.0 * near
    if "navigation" in block.hints:
        return -0.5 + 1.5 * called
    banner = block.index < 12 or "banner" in block.hints or heading_level(block) in (1, 2)
    return 1.5 * called + 0.5 * (block.index < centre) + 1.0 * banner


def _is_label(name: str) -> bool:
    """Whether the words before a locator or a date are themselves its label ("Published in", "Issue", "Published online ahead of print")."""
    roles = find_labels(name)
    return fold(name) in _LOCATOR_LABELS or (bool(roles) and roles[0].start == 0)


def _is_other(sheet: Sheet, i: int, text: str) -> bool:
    """Whether the line is a person's or an institution's name, or a heading of the article."""
    if serial_words(text) == 0 and (is_author_line(text) or looks_like_person(text) or _AND_OTHERS in text.casefold()):
        return True
    return (is_affiliation(text) and "," in text) or ("author" in sheet.blocks[i].hints[-2:])
