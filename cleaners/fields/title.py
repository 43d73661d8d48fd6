"""The title: what metadata and page agree on, without the site's name."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import msgspec

from cleaners.candidates import NOTHING, Found, ranked
from cleaners.dates import parse_dates
from cleaners.labels import find_label
from cleaners.ledger import Candidate
from cleaners.lines import TELLING, fold, words
from cleaners.regions import Regions
from cleaners.sheet import Sheet, heading_level

_SEPARATOR = re.compile(r"\s+[|–—·•»›:/-]{1,2}\s+|\s*[|»]\s*|\s+::\s+")
_MARKS = re.compile(r"\s*[*†‡§¶☆★✩]+$")
# A line that ends with a quotation: "Paper on 'Title'".
_QUOTED = re.compile(r"^[^'\"“«„]{2,80}\s['\"“«„](.+)['\"”»“]$")
# Shorter words are "for", "the", "and"; of a heading's longer ones this share stands in the metadata's title or in the address too.
_LONG_WORD = 4
_SHARED = 0.5
# A name that is found in a host by its words has so many letters.
_HOST_WORD = 4


class SiteNames(msgspec.Struct, frozen=True):
    """What names a site, folded: what it calls itself (``own``), the sections in the article's address, its hosts.

    Sections and hosts tell of a part of a title line only: an address may have the title's own words
    ("/title-of-the-article/10.1000/1").
    """

    own: frozenset[str]
    sections: frozenset[str]
    hosts: frozenset[str]

    def name(self, part: str) -> bool:
        """Whether they name a text as the site: one of them, or words of a host ("encorerealtysc" has "Encore Realty")."""
        key = fold(part)
        named = words(part)
        in_host = len(key) >= _HOST_WORD and bool(named) and any(all(fold(w) in host for w in named) for host in self.hosts)
        return key in self.own or key in self.sections or in_host


def known_titles(candidates: Sequence[Candidate]) -> list[str]:
    """The titles that metadata gives, best first, each also without the site's name.

    Microdata is left to the page: it names related articles in the same way.
    """
    sites = site_names(candidates)
    titles = [str(c.value) for c in ranked(candidates, "title") if fold(str(c.value)) not in sites.own and not c.source.startswith("microdata:")]
    return list(dict.fromkeys([*titles, *(cut_site(t, sites) for t in titles)]))


def choose_title(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate]) -> Found:
    """Metadata where the page shows the same; the shown title where the metadata has only the site's title line."""
    sites = site_names(candidates)
    stated = [c for c in ranked(candidates, "title") if fold(str(c.value)) not in sites.own]
    page = [str(c.value) for c in candidates if c.field == "page_title"]
    shown = _shown(sheet, regions, page)
    if shown is not None:
        shown = _across_lines(sheet, regions, shown, page, sites)
        key = fold(shown)
        for candidate in stated:
            if fold(str(candidate.value)) == key:
                return Found(shown, candidate.source, f"shown in block {regions.title}")
        stated = [c for c in stated if not c.source.startswith("microdata:")]
        if not stated:
            return Found(shown, f"block:{regions.title}", "the block that most evidence on the page speaks for")
        best = stated[0]
        other = fold(str(best.value))
        longer = other.startswith(key) or other.endswith(key)
        if best.source.startswith("meta:citation"):
            pass
        elif longer and len(key) >= TELLING:
            return Found(shown, f"block:{regions.title}", f"{best.source} adds the site's name to it")
        elif _is_headline(sheet, regions, shown, [str(best.value), *page, *_addresses(candidates)]):
            return Found(shown, f"block:{regions.title}", f"the headline of the page; {best.source} is worded for search engines")
    if stated:
        value = str(stated[0].value)
        return Found(cut_site(value, sites), stated[0].source, "most believed source that states it")
    if page:
        pieces = [p for p in parts(page[0]) if fold(p) not in sites.own]
        if pieces:
            return Found(max(pieces, key=len), "title", "the page shows no title of its own")
    return NOTHING


def _is_headline(sheet: Sheet, regions: Regions, shown: str, stated: Sequence[str]) -> bool:
    """Whether the shown title is the page's first heading and says in other words what metadata and address say.

    On 708 news pages 117 had such a heading: it was the title on 68, the metadata's on 27.
    """
    if regions.title is None or heading_level(sheet.blocks[regions.title]) != 1:
        return False
    before = shown[: -len(stated[0])] if shown.endswith(stated[0]) else ""
    if before.rstrip().endswith(":") or any(date.precision == "day" for date in parse_dates(before)):
        return False
    said = {w for text in stated for w in words(text.replace("-", " "))}
    telling = [w for w in words(shown.replace("-", " ")) if len(w) >= _LONG_WORD]
    return bool(telling) and sum(w in said for w in telling) >= _SHARED * len(telling)


def _addresses(candidates: Sequence[Candidate]) -> list[str]:
    return [urlsplit(str(c.value)).path for c in candidates if c.field == "canonical_url"]


def _shown(sheet: Sheet, regions: Regions, page: Sequence[str]) -> str | None:
    """The block that shows the title, without marks of footnotes and without what runs on before or behind it where another line
    of the page has the rest alone.
    """
    if regions.title is None:
        return None
    text = _MARKS.sub("", sheet.text(regions.title))
    whole, rests = fold(text), list(_without_company(text))
    others = [fold(t) for t in (*page, *(b.text for b in sheet.blocks if b.index != regions.title))] if rests else []
    return next((rest for rest in rests if any(fold(rest) in other and whole not in other for other in others)), text)


def _without_company(text: str) -> Iterator[str]:
    """What is left of a line without a label behind the title ("… Open Access"), a date before it, or the words that quote it."""
    words = text.split(" ")
    for count in (2, 1):
        label = " ".join(words[-count:])
        if len(words) > 3 + count and label[:1].isupper() and find_label(label) is not None:
            yield " ".join(words[:-count])
    date = next(iter(parse_dates(text)), None)
    if date is not None and date.precision == "day" and text.startswith(date.raw) and len(fold(text[len(date.raw) :])) >= TELLING:
        yield text[len(date.raw) :].lstrip(" .,:;|–—-")
    quoted = _QUOTED.match(text)
    if quoted and len(fold(quoted[1])) >= TELLING:
        yield quoted[1]


def _across_lines(sheet: Sheet, regions: Regions, shown: str, page: Sequence[str], sites: SiteNames) -> str:
    """The title as the page's title line has it, where the page breaks it over two blocks and shows them one after the other."""
    i = regions.title or 0
    key = fold(shown)
    beside = [j for j in (i - 1, i + 1) if 0 <= j < len(sheet.blocks) and not sites.name(sheet.text(j))]
    wholes = {fold(sheet.text(j)) + key if j < i else key + fold(sheet.text(j)) for j in beside}
    return next((p for line in page for p in (line, *parts(line)) if fold(p) in wholes and fold(p) != key), shown)


def parts(title: str) -> list[str]:
    """The parts of a title line between its separators, longest first; the whole line where it has none."""
    pieces = [p for p in _SEPARATOR.split(title) if p and p.strip()]
    return sorted(pieces, key=len, reverse=True) if len(pieces) > 1 else [title]


def cut_site(title: str, sites: SiteNames) -> str:
    """The title without a leading or trailing part that names the site. Behind the title all that names it counts, before it
    only what the site calls itself.
    """
    pieces = list(_SEPARATOR.finditer(title))
    if pieces and sites.name(title[pieces[-1].end() :]):
        return cut_site(title[: pieces[-1].start()], sites)
    if pieces and fold(title[: pieces[0].start()]) in sites.own:
        return cut_site(title[pieces[0].end() :], sites)
    return title


def site_names(candidates: Sequence[Candidate]) -> SiteNames:
    """What names the site of a page."""
    stated = {fold(str(c.value)) for c in candidates if c.field in ("site_name", "container_title", "publisher")}
    urls = [urlsplit(str(c.value)) for c in candidates if c.field == "canonical_url"]
    hosts = {(url.hostname or "").removeprefix("www.") for url in urls}
    sections = {fold(part) for url in urls for part in url.path.rstrip("/").split("/")[:-1]}
    return SiteNames(
        own=frozenset(stated | {fold(name) for h in hosts for name in (h, h.split(".")[0])}) - {""},
        sections=frozenset(sections) - {""},
        hosts=frozenset(map(fold, hosts)) - {""},
    )
