"""Identifiers of the article itself, from metadata, labelled lines, links and the page's address."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from cleaners.candidates import NOTHING, Found, ranked
from cleaners.identifiers import find_doi, normalise_arxiv, normalise_doi, normalise_issn, normalise_pmcid, normalise_pmid
from cleaners.ledger import Candidate
from cleaners.lines import TELLING, fold, is_prose
from cleaners.record import Identifiers
from cleaners.regions import Regions
from cleaners.sheet import Sheet

_PMID = re.compile(r"\bPMID:?\s*(\d{4,9})\b")
_PMCID = re.compile(r"\b(PMC\d{4,9})\b")
_ARXIV = re.compile(r"\barXiv:\s?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.IGNORECASE)
# "https://doi.org/", "Digital Object Identifier: "
_LABEL = 30
_ISSN = re.compile(r"\bISSN(?:\s*\([^)]{1,20}\))?:?\s*(\d{4}-?\d{3}[\dXx])")


class Identity(msgspec.Struct, frozen=True):
    """The identifiers and where each came from."""

    identifiers: Identifiers
    found: dict[str, Found]


def find_identifiers(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], *, url: str | None) -> Identity:
    """Metadata first; then what stands in the article's own part of the page, never in a reference or a related record."""
    own = [b.index for b in sheet.blocks if not regions.outside(b.index)]
    found = {
        "doi": _stated(candidates, "doi", normalise_doi) or _doi(sheet, regions, own, url),
        "pmid": _stated(candidates, "pmid", normalise_pmid) or _labelled(sheet, regions, own, _PMID, normalise_pmid),
        "pmcid": _stated(candidates, "pmcid", normalise_pmcid) or _labelled(sheet, regions, own, _PMCID, normalise_pmcid),
        "arxiv": _stated(candidates, "arxiv", normalise_arxiv) or _labelled(sheet, regions, own, _ARXIV, normalise_arxiv),
    }
    issn = [n for c in ranked(candidates, "issn") if (n := normalise_issn(str(c.value)))]
    if not issn:
        issn = [n for i in own for m in _ISSN.finditer(sheet.text(i)[:500]) if (n := normalise_issn(m[1]))]
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


def _labelled(sheet: Sheet, regions: Regions, own: Iterable[int], pattern: re.Pattern[str], normalise: object) -> Found | None:
    for i in own:
        text = sheet.text(i)
        if (i in regions.head or len(text) < 300) and (match := pattern.search(text[:2000])):
            return Found(normalise(match[1]), f"block:{i}", "stands behind its label")  # type: ignore[operator]
    return None


def _doi(sheet: Sheet, regions: Regions, own: Sequence[int], url: str | None) -> Found | None:
    """The DOI that the page gives most weight: behind a label, in a link, in the head, in the address, more than once."""
    weight: Counter[str] = Counter()
    source: dict[str, str] = {}
    # Names of species link to their own DOIs all over a text, and a list of references may name one DOI twice: once each.
    once: dict[str, int] = {}
    linked_once: dict[str, int] = {}

    def note(doi: str, points: int, where: str) -> None:
        weight[doi] += points
        source.setdefault(doi, where)

    in_url = normalise_doi(url) if url and "10." in url else None
    if in_url:
        note(in_url, 4, "url")
    title = fold(sheet.text(regions.title)) if regions.title is not None else ""
    near = range(max(0, (regions.title or 0) - 40), regions.head.stop + 60)
    for i in own:
        block = sheet.blocks[i]
        if len(block.text) > 2000 and is_prose(block.text):
            continue
        # A citation of this very article ends with its DOI; what the article answers to is cited as well.
        cites = 4 * (len(title) >= TELLING and i != regions.title and title in fold(block.text))
        labelled = i > 0 and sheet.field(i - 1) in ("doi", "identifiers")
        for doi, start, _ in find_doi(block.text):
            own_label = "doi" in block.text[max(0, start - 20) : start].casefold()
            # An article shows its own in a line of its own; behind authors, title and journal it is another's.
            alone = len(block.text) - len(doi) <= _LABEL
            points = 1 + 2 * (labelled or own_label) + 3 * (i in near) + cites + 2 * alone - (len(block.text) > 600)
            if alone or cites:
                note(doi, points, f"block:{i}")
            else:
                once[doi] = max(once.get(doi, 0), points)
                source.setdefault(doi, f"block:{i}")
        for span in block.spans:
            if span.href and "10." in span.href and (linked := normalise_doi(span.href)):
                linked_once[linked] = max(linked_once.get(linked, 0), 1 + (i in near))
                source.setdefault(linked, f"block:{i}")
    weight.update(once)
    weight.update(linked_once)
    if not weight:
        return None
    best = max(weight, key=lambda d: (weight[d], -list(weight).index(d)))
    if weight[best] < 2 and len(weight) > 1:
        return None
    return Found(best, source[best], "the DOI that the page gives most weight")
