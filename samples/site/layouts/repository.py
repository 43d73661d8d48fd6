"""Journals of many languages on one hosting system. The metadata has no date: it stands on the page, as its readers write dates."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import expect
from catalogue import Article, Name, journals
from markup import esc, items, link, meta

from layouts.filling import fill

LICENSE = "https://creativecommons.org/licenses/by-sa/4.0/"


@cache
def _languages() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))


def page(article: Article, base: str) -> str:
    """The page."""
    journal = journals()[article.journal or ""]
    words = _languages()[article.language]
    first, _, last = (article.pages or "").partition("-")
    pdf = f"{base}/journals/{article.journal}/article/download/{article.id}.pdf"
    tags = [
        ("generator", "Lectern Journal Systems 3.3"),
        *(tag for name in article.names for tag in _author_tags(name, article)),
        ("citation_title", article.title),
        ("citation_journal_title", journal.title),
        ("citation_volume", article.volume),
        ("citation_issue", article.issue),
        ("citation_firstpage", first),
        ("citation_lastpage", last),
        ("citation_doi", article.doi),
        ("citation_language", article.language),
        ("citation_pdf_url", pdf),
        ("DC.Publisher", journal.publisher),
        ("DC.Rights", LICENSE),
    ]
    people = items(f'<span class="name">{esc(n.full)}</span><span class="affiliation">{esc(article.affiliations[0])}</span>' for n in article.names)
    separator = {"zh": "；", "ja": "、", "ar": "، "}.get(article.language, ", ")
    return fill(
        article,
        base,
        language=article.language,
        direction=' dir="rtl"' if article.language == "ar" else "",
        tags=meta(tags),
        pdf=esc(pdf),
        menu=items(link(f"/journals/{article.journal}/{number}", word) for number, word in enumerate(words["menu"])),
        people=people,
        keywords=esc(separator.join(article.keywords)),
        inverted=esc("; ".join(n.inverted for n in article.names)),
        **{f"word_{name}": esc(word) for name, word in words.items() if name != "menu"},
    )


def expected(article: Article, base: str) -> expect.Expected:
    """The record. Each author stands with an affiliation, and the issue with its year."""
    journal = journals()[article.journal or ""]
    return expect.common(
        article,
        base,
        authors=[{**name, "affiliations": [0]} for name in expect.split_names(article.names)],
        affiliations=list(article.affiliations),
        container_title=journal.title,
        publisher=journal.publisher,
        license=LICENSE,
        published=expect.date(article.edtf),
        dates=expect.dates([("published", article.edtf), ("issue", article.edtf[:4])]),
        identifiers=expect.identifiers(article),
        abstract=expect.abstract(article),
        keywords=expect.keywords(article.keywords),
        links={"pdf": f"{base}/journals/{article.journal}/article/download/{article.id}.pdf"},
        **expect.locators(article),
    )


def _author_tags(name: Name, article: Article) -> list[tuple[str, str]]:
    return [("citation_author", name.inverted), ("citation_author_institution", article.affiliations[0])]
