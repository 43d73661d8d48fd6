"""A publisher's page of an article that is for sale: metadata for search engines, a history line, and offers."""

import expect
from catalogue import Article, Name, articles, journals
from markup import esc, items, link, meta

from layouts.filling import fill


def page(article: Article, base: str) -> str:
    """The page."""
    journal = journals()[article.journal or ""]
    first, _, last = (article.pages or "").partition("-")
    tags = [
        ("citation_title", article.title),
        ("citation_journal_title", journal.title),
        ("citation_journal_abbrev", journal.short),
        ("citation_publisher", journal.publisher),
        ("citation_volume", article.volume),
        ("citation_issue", article.issue),
        ("citation_firstpage", first),
        ("citation_lastpage", last),
        ("citation_doi", article.doi),
        ("citation_publication_date", article.meta_date),
        ("citation_pdf_url", f"{base}/doi/pdf/{article.doi}.pdf"),
        *(tag for name in article.names for tag in _author_tags(name, article)),
    ]
    abstract = "\n".join(f"<p>{f'<strong>{esc(label)}:</strong> ' if label else ''}{esc(text)}</p>" for label, text in article.abstract_parts)
    people = ", ".join(f"{link('#author', n.full)}{''.join(f'<sup>{mark}</sup>' for mark in n.marks)}" for n in article.names)
    marked = any(n.marks for n in article.names)
    places = items(f"{f'<sup>{number}</sup> ' if marked else ''}{esc(text)}" for number, text in enumerate(article.affiliations, 1))
    return fill(
        article,
        base,
        tags=meta(tags),
        people=people,
        places=places,
        abstract=abstract,
        keywords=items(link(f"/search?keyword={term}", term) for term in article.keywords),
        related="".join(_card(other) for other in _others(article)),
        citation=esc(_citation(article)),
    )


def expected(article: Article, base: str) -> expect.Expected:
    """The record. Several affiliations without marks say nothing about who belongs where."""
    journal = journals()[article.journal or ""]
    return expect.common(
        article,
        base,
        authors=expect.split_names(article.names, marked=True),
        affiliations=list(article.affiliations),
        container_title=journal.title,
        publisher=journal.publisher,
        published=expect.date(article.edtf),
        dates=expect.dates(article.dates),
        identifiers=expect.identifiers(article),
        abstract=expect.abstract(article),
        keywords=expect.keywords(article.keywords),
        related=[_expected_card(other, base) for other in _others(article)],
        links={"pdf": f"{base}/doi/pdf/{article.doi}.pdf"},
        **expect.locators(article),
    )


def _author_tags(name: Name, article: Article) -> list[tuple[str, str]]:
    return [("citation_author", name.inverted), *(("citation_author_institution", article.affiliations[mark - 1]) for mark in name.marks)]


def _others(article: Article) -> list[Article]:
    """Two further articles of this layout."""
    return [other for other in articles().values() if other.layout == "publisher" and other is not article][:2]


def _card(other: Article) -> str:
    title = link(other.path, other.title)
    return f'<div class="card"><h3>{title}</h3><span class="type">Article</span> <span class="date">{esc(other.day_month_year)}</span></div>\n'


def _expected_card(other: Article, base: str) -> expect.Expected:
    return {
        "title": other.title,
        "authors": [],
        "container_title": None,
        "affiliations": [],
        "published": expect.date(other.edtf),
        "url": base + other.path,
        "snippet": None,
    }


def _citation(article: Article) -> str:
    people = ", ".join(f"{n.family}, {n.given[0]}." if n.given else n.family for n in article.names)
    pages = (article.pages or "").replace("-", "–")
    return f"{people} {article.title}. {journals()[article.journal or ''].short} {article.volume}, {pages} ({article.edtf[:4]}). https://doi.org/{article.doi}"
