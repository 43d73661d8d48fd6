"""What a record must hold, in the form of `cleaners.testing`: of a dict the given keys, of a list all items."""

import re
from collections.abc import Sequence
from typing import Any

from catalogue import Article, Name

Expected = dict[str, Any]
_ELECTRONIC = re.compile(r"\s*Electronic address:$")
_FORMS = {
    r"\d{4}": "year",
    r"\d{4}-(0\d|1[0-2])": "month",
    r"\d{4}-2[1-4]": "season",
    r"\d{4}-\d\d-\d\d": "day",
    r".+/.+": "interval",
}


def date(edtf: str) -> Expected:
    """A date, with the precision that its form has."""
    return {"edtf": edtf, "precision": next(name for form, name in _FORMS.items() if re.fullmatch(form, edtf))}


def dates(pairs: Sequence[tuple[str, str]]) -> list[Expected]:
    """Dates with their roles, in the order in which the page states them."""
    return [{"role": role, **date(edtf)} for role, edtf in pairs]


def shown_names(names: Sequence[Name], *, marked: bool = False) -> list[Expected]:
    """Authors of a page that shows full names only; ``marked`` where it also says who belongs where."""
    return [{"name": n.full, "orcid": n.orcid, "affiliations": [m - 1 for m in n.marks] if marked else []} for n in names]


def split_names(names: Sequence[Name], *, marked: bool = False) -> list[Expected]:
    """Authors of a page whose metadata tells family names from given names."""
    told = [{"given": n.given, "family": n.family} if n.given else {} for n in names]
    return [
        {"name": n.full, "orcid": n.orcid, "affiliations": [m - 1 for m in n.marks] if marked else [], **parts}
        for n, parts in zip(names, told, strict=True)
    ]


def tidy(affiliation: str) -> str:
    """An affiliation without the label that dangles behind it."""
    return _ELECTRONIC.sub("", affiliation)


def abstract(article: Article) -> Expected | None:
    """The abstract, with its sections where it is structured; one that ends in dots is cut off on the page."""
    parts = article.abstract_parts
    if not parts:
        return None
    sections = [{"label": label, "text": text} for label, text in parts] if any(label for label, _ in parts) else []
    text = "\n\n".join(f"{label}: {text}" if label else text for label, text in parts)
    marker = "..." if text.endswith("...") else None
    return {"text": text.removesuffix("..."), "sections": sections, "truncated": marker is not None, "marker": marker}


def keywords(terms: Sequence[str]) -> list[Expected]:
    """Keywords without counts."""
    return [{"term": term, "count": None} for term in terms]


def metrics(article: Article) -> dict[str, int | str]:
    """Names in snake case, whole numbers as such."""
    plain = {name: value.replace(",", "") for name, value in article.metrics.items()}
    return {name.lower().replace(" ", "_"): int(v) if v.isdigit() else article.metrics[name] for name, v in plain.items()}


def identifiers(article: Article, *, pmid: bool = False) -> Expected:
    """The DOI, and the PubMed identifier where the layout shows one."""
    number = str(article.number) if pmid else None
    return {"doi": article.doi, "pmid": number, "pmcid": None, "arxiv": None, "issn": [], "isbn": []}


def locators(article: Article) -> Expected:
    """Volume, issue and pages; a range has an en dash."""
    return {"volume": article.volume, "issue": article.issue, "pages": article.pages and article.pages.replace("-", "–")}


NO_LOCATORS: Expected = {"volume": None, "issue": None, "pages": None}


def common(article: Article, base: str, **fields: Any) -> Expected:
    """What is the same for all layouts, with what is not."""
    address = base + article.path
    return {
        "kind": "article",
        "id": f"doi:{article.doi}" if article.doi else f"url:{address}",
        "canonical_url": address,
        "title": article.title,
        "language": article.language,
        "license": None,
        "body": None,
        "metrics": {},
        "related": [],
        **fields,
    }
