"""Identifiers of the article itself, from metadata, labelled lines, links and the page's address."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from urllib.parse import urlsplit

import msgspec

from cleaners.candidates import NOTHING, Found, ranked
from cleaners.identifiers import find_doi, lone_doi, normalise_arxiv, normalise_doi, normalise_issn, normalise_pmcid, normalise_pmid
from cleaners.ledger import Candidate
from cleaners.lines import TELLING, fold, is_prose, word_count
from cleaners.record import Identifiers
from cleaners.regions import Regions
from cleaners.sheet import Sheet

_PMID = re.compile(r"\bPMID:?\s*(\d{4,9})\b")
_PMCID = re.compile(r"\b(PMC\d{4,9})\b")
_ARXIV = re.compile(r"\barXiv:\s?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.IGNORECASE)
# "(2013)" and ", 1049–1070." stand in citations. Without a title they are the article's own: "Acme J (2012) 28 (22): 2891-2897. doi:".
_OWN_WORDS = 10
_CITES_ANOTHER = re.compile(r"\((?:19|20)\d\d[a-z]?\)|\d\s?[-–]\s?\d+\W+(?:doi\W+)?$", re.IGNORECASE)
# A link near the title, or a DOI in the text, has less: 21 of 710 pages of news link so to a study that they report.
_LEAST = 3
_IN_ADDRESS, _MOST_LINES, _TELLING_SUFFIX = 4, 3, 6
_ISSN = re.compile(r"\bISSN(?:\s*\([^)]{1,20}\))?:?\s*(\d{4}-?\d{3}[\dXx])")


class Identity(msgspec.Struct, frozen=True):
    """The identifiers and where each came from."""

    identifiers: Identifiers
    found: dict[str, Found]


def find_identifiers(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], *, url: str | None) -> Identity:
    """Metadata first; then what stands in the article's own part of the page, never in a reference or a related record."""
    outside = regions.elsewhere
    own = [b.index for b in sheet.blocks if b.index not in outside]
    found = {
        "doi": _stated(candidates, "doi", normalise_doi) or _doi(sheet, regions, own, url),
        "pmid": _stated(candidates, "pmid", normalise_pmid) or _labelled(sheet, regions, own, "PMID", _PMID, normalise_pmid),
        "pmcid": _stated(candidates, "pmcid", normalise_pmcid) or _labelled(sheet, regions, own, "PMC", _PMCID, normalise_pmcid),
        "arxiv": _stated(candidates, "arxiv", normalise_arxiv) or _labelled(sheet, regions, own, ":", _ARXIV, normalise_arxiv),
    }
    issn = [n for c in ranked(candidates, "issn") if (n := normalise_issn(str(c.value)))]
    if not issn:
        issn = [n for i in own if "ISSN" in sheet.text(i) for m in _ISSN.finditer(sheet.text(i)[:500]) if (n := normalise_issn(m[1]))]
    isbn = dict.fromkeys(str(c.value) for c in ranked(candidates, "isbn"))
    values = {name: f.value if f else None for name, f in found.items()}
    return Identity(
        Identifiers(**values, issn=tuple(dict.fromkeys(issn)), isbn=tuple(isbn)),
        {f"identifiers.{name}": f or NOTHING for name, f in found.items()},
    )


def _stated(candidates: Sequence[Candidate], field: str, normalise: object) -> Found | None:
    for candidate in ranked(candidates, field):
        value = normalise(str(candidate.value))  # type: ignore[operator]
        if value:
            return Found(value, candidate.source, "most believed source that states it")
    return None


def _labelled(sheet: Sheet, regions: Regions, own: Iterable[int], mark: str, pattern: re.Pattern[str], normalise: object) -> Found | None:
    """What the pattern finds first; ``mark`` stands in whatever it finds."""
    for i in own:
        text = sheet.text(i)
        if mark in text and (i in regions.head or len(text) < 300) and (match := pattern.search(text[:2000])):
            return Found(normalise(match[1]), f"block:{i}", "stands behind its label")  # type: ignore[operator]
    return None


def _doi(sheet: Sheet, regions: Regions, own: Sequence[int], url: str | None) -> Found | None:
    """The DOI that the page gives most weight: in the address, behind a label, in a line of its own, near the title, with the title, in a link."""
    # The best place of each kind counts: names of species link to their own DOIs all over a text, reports and references repeat theirs.
    kinds: tuple[dict[str, int], ...] = ({}, {}, {})
    source: dict[str, str] = {}
    lines: Counter[str] = Counter()

    def note(kind: int, doi: str, points: int, where: str) -> None:
        kinds[kind][doi] = max(kinds[kind].get(doi, 0), points)
        source.setdefault(doi, where)

    if url and "10." in url and (in_url := normalise_doi(url)):
        note(0, in_url, _IN_ADDRESS, "url")
    title = fold(sheet.text(regions.title)) if regions.title is not None else ""
    near = range(max(0, (regions.title or 0) - 40), regions.head.stop + 60)
    for i in own:
        block = sheet.blocks[i]
        if len(block.text) > 2000 and is_prose(block.text):
            continue
        found = find_doi(block.text) if "10." in block.text else []
        # A citation of this very article ends with its DOI; what the article answers to is cited as well.
        cites = bool(found) and len(title) >= TELLING and i != regions.title and title in fold(block.text)
        labelled = i > 0 and sheet.field(i - 1) in ("doi", "identifiers")
        lone = lone_doi(block.text) if found else None
        for doi, start, _ in found:
            # Behind a year in brackets, or pages, and below the head, it closes the citation of another article.
            before = block.text[:start]
            others = not cites and i >= regions.head.stop and word_count(before) > _OWN_WORDS and _CITES_ANOTHER.search(before) is not None
            lines[doi] += i in near
            own_label = labelled or "doi" in before[-20:].casefold()
            points = 1 + (0 if others else 2 * own_label + 3 * (i in near)) + 4 * cites - (len(block.text) > 600)
            note(0 if doi == lone or cites else 1, doi, points + 2 * (doi == lone), f"block:{i}")
        for span in block.spans:
            if span.href and "10." in span.href and (linked := normalise_doi(span.href)):
                note(2, linked, 1 + (i in near), f"block:{i}")
    weight = {
        doi: sum(kind.get(doi, 0) for kind in kinds) + min(_MOST_LINES, lines[doi]) + _IN_ADDRESS * _ends_address(doi, url)
        for doi in source
        if not _is_component(doi, source)
    }
    if not weight:
        return _only(sheet)
    best = max(weight, key=lambda doi: weight[doi])
    if weight[best] < _LEAST:
        return None
    return Found(best, source[best], "the DOI that the page gives most weight")


def _ends_address(doi: str, url: str | None) -> bool:
    """Whether the page's address ends with what follows the slash of the DOI: "/articles/s00000-020-0001-5"."""
    suffix = doi.partition("/")[2]
    return url is not None and len(suffix) >= _TELLING_SUFFIX and urlsplit(url).path.casefold().rstrip("/").endswith(f"/{suffix}")


def _is_component(doi: str, others: Collection[str]) -> bool:
    """Whether the DOI is that of a figure or a table of the work that another one names: "10.1371/journal.pone.0000001.g001"."""
    return any(mark in "./" and doi[:at] in others for at, mark in enumerate(doi))


def _only(sheet: Sheet) -> Found | None:
    """The one DOI that stands alone in a line, where the article's own part of the page has none."""
    lone = {doi: b.index for b in reversed(sheet.blocks) if "10." in b.text and (doi := lone_doi(b.text))}
    return next((Found(doi, f"block:{i}", "the only DOI in a line of its own") for doi, i in lone.items()), None) if len(lone) == 1 else None
