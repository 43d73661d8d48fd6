"""The title: what metadata and page agree on, without the site's name."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from cleaners.candidates import NOTHING, Found, ranked
from cleaners.labels import find_label
from cleaners.ledger import Candidate
from cleaners.lines import TELLING, fold
from cleaners.regions import Regions
from cleaners.sheet import Sheet

_SEPARATOR = re.compile(r"\s+[|–—·•»›:/-]{1,2}\s+|\s*[|»]\s*|\s+::\s+")
_MARKS = re.compile(r"\s*[*†‡§¶☆★✩]+$")


def known_titles(candidates: Sequence[Candidate]) -> list[str]:
    """The titles that metadata gives, best first, each also without the site's name.

    Microdata is left to the page: it names related articles in the same way.
    """
    sites = _sites(candidates)
    titles = [str(c.value) for c in ranked(candidates, "title") if fold(str(c.value)) not in sites and not c.source.startswith("microdata:")]
    return list(dict.fromkeys([*titles, *(cut_site(t, sites) for t in titles)]))


def choose_title(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate]) -> Found:
    """Metadata where the page shows the same; the shown title where the metadata has only the site's title line."""
    sites = _sites(candidates)
    stated = [c for c in ranked(candidates, "title") if fold(str(c.value)) not in sites]
    page = [str(c.value) for c in candidates if c.field == "page_title"]
    shown = _shown(sheet, regions, page)
    if shown is not None:
        shown = _across_lines(sheet, regions, shown, page)
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
        if longer and not best.source.startswith("meta:citation") and len(key) >= TELLING:
            return Found(shown, f"block:{regions.title}", f"{best.source} adds the site's name to it")
    if stated:
        value = str(stated[0].value)
        return Found(cut_site(value, sites), stated[0].source, "most believed source that states it")
    if page:
        pieces = [p for p in parts(page[0]) if fold(p) not in sites]
        if pieces:
            return Found(max(pieces, key=len), "title", "the page shows no title of its own")
    return NOTHING


def _shown(sheet: Sheet, regions: Regions, page: Sequence[str]) -> str | None:
    """The block that shows the title, without marks of footnotes and a label that runs on behind it ("… Open Access")."""
    if regions.title is None:
        return None
    text = _MARKS.sub("", sheet.text(regions.title))
    words = text.split(" ")
    for count in (2, 1):
        rest, label = " ".join(words[:-count]), " ".join(words[-count:])
        if len(words) > 3 + count and label[:1].isupper() and find_label(label) is not None:
            whole, key = fold(text), fold(rest)
            others = [fold(p) for p in page] + [fold(b.text) for b in sheet.blocks if b.index != regions.title]
            if any(key in other and whole not in other for other in others):
                return rest
    return text


def _across_lines(sheet: Sheet, regions: Regions, shown: str, page: Sequence[str]) -> str:
    """The title as the page's title line has it, where the page breaks it over two blocks and shows them one after the other."""
    i = regions.title or 0
    key = fold(shown)
    wholes = {fold(sheet.text(j)) + key if j < i else key + fold(sheet.text(j)) for j in (i - 1, i + 1) if 0 <= j < len(sheet.blocks)}
    return next((p for line in page for p in (line, *parts(line)) if fold(p) in wholes and fold(p) != key), shown)


def parts(title: str) -> list[str]:
    """The parts of a title line between its separators, longest first; the whole line where it has none."""
    pieces = [p for p in _SEPARATOR.split(title) if p and p.strip()]
    return sorted(pieces, key=len, reverse=True) if len(pieces) > 1 else [title]


def cut_site(title: str, sites: Iterable[str]) -> str:
    """The title without a leading or trailing part that is the name of the site."""
    pieces = list(_SEPARATOR.finditer(title))
    known = set(sites)
    if pieces and fold(title[pieces[-1].end() :]) in known:
        return cut_site(title[: pieces[-1].start()], known)
    if pieces and fold(title[: pieces[0].start()]) in known:
        return cut_site(title[pieces[0].end() :], known)
    return title


def _sites(candidates: Sequence[Candidate]) -> frozenset[str]:
    names = {fold(str(c.value)) for c in candidates if c.field in ("site_name", "container_title", "publisher")}
    hosts = {urlsplit(str(c.value)).hostname or "" for c in candidates if c.field == "canonical_url"}
    return frozenset(names | {fold(h.removeprefix("www.")) for h in hosts} | {fold(h.removeprefix("www.").split(".")[0]) for h in hosts}) - {""}
