"""A literature archive: authors as family name and initials, and an algorithm that explains itself."""

import expect
from catalogue import Article, articles, journals
from markup import esc, items, link

from layouts.filling import fill


def page(article: Article, base: str) -> str:
    """The page."""
    people = ", ".join(link(f"/search?query={n.initials}", n.initials) + "".join(f"<sup>{mark}</sup>" for mark in n.marks) for n in article.names)
    return fill(
        article,
        base,
        people=people,
        places=items(f"{number}. {esc(text)}" for number, text in enumerate(article.affiliations, 1)),
        keywords=esc(", ".join(article.keywords)),
        related=items(_similar(articles()[other]) for other in article.related),
    )


def expected(article: Article, base: str) -> expect.Expected:
    """The record. Names are as shown, and nothing splits them."""
    names = [{**name, "name": n.initials} for n, name in zip(article.names, expect.shown_names(article.names, marked=True), strict=True)]
    return expect.common(
        article,
        base,
        authors=names,
        affiliations=list(article.affiliations),
        container_title=journals()[article.journal or ""].title,
        publisher=None,
        published=expect.date(article.edtf),
        identifiers=expect.identifiers(article, pmid=True),
        abstract=expect.abstract(article),
        keywords=expect.keywords(article.keywords),
        related=[_expected_similar(articles()[other], base) for other in article.related],
        links={"pdf": None},
        **expect.locators(article),
    )


def _similar(other: Article) -> str:
    pmid = f"<div>PMID: {other.number}</div>" if other.layout in ("medbase", "europe") else ""
    place = f", {other.volume}({other.issue}):{other.pages}" if other.volume else ""
    people = ", ".join(n.initials for n in other.names)
    where = f"<em>{esc(journals()[other.journal or ''].short)}</em>{place}, {esc(other.short_date[0])}"
    return f"{link(other.path, other.title)}<div>{esc(people)}</div><div>{where}</div>{pmid}"


def _expected_similar(other: Article, base: str) -> expect.Expected:
    return {
        "title": other.title,
        "authors": [n.initials for n in other.names],
        "container_title": journals()[other.journal or ""].short,
        "published": expect.date(other.short_date[1]),
        "url": base + other.path,
        "identifiers": {"pmid": str(other.number) if other.layout in ("medbase", "europe") else None},
        "snippet": None,
    }
