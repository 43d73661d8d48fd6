"""A bibliographic database of medicine: numbered affiliations, a citation line, similar articles as citations."""

import expect
from catalogue import Article, Name, articles, journals
from markup import esc, items, link, meta

from layouts.filling import fill


def page(article: Article, base: str) -> str:
    """The page."""
    names = article.names
    people = "".join(_person(name, last=number == len(names)) for number, name in enumerate(names, 1))
    places = items(f'<sup class="key">{number}</sup>&nbsp;{esc(text)}' for number, text in enumerate(article.affiliations, 1))
    abstract = "\n".join(f"<p>{f'<strong class=sub-title>{esc(label)}:</strong> ' if label else ''}{esc(text)}</p>" for label, text in article.abstract_parts)
    tags = [
        ("citation_title", article.title),
        ("citation_authors", "".join(f"{n.full};" for n in names)),
        ("citation_journal_title", journals()[article.journal or ""].title),
        ("citation_doi", article.doi),
        ("citation_pmid", article.number),
    ]
    return fill(
        article,
        base,
        tags=meta(tags),
        people=people,
        places=places,
        abstract=abstract,
        keywords=esc("; ".join(article.keywords)),
        related=items(_citation(articles()[other]) for other in article.related),
    )


def expected(article: Article, base: str) -> expect.Expected:
    """The record."""
    return expect.common(
        article,
        base,
        authors=expect.shown_names(article.names, marked=True),
        affiliations=list(article.affiliations),
        container_title=journals()[article.journal or ""].title,
        publisher=None,
        published=expect.date(article.edtf),
        identifiers=expect.identifiers(article, pmid=True),
        abstract=expect.abstract(article),
        keywords=expect.keywords(article.keywords),
        related=[_expected_citation(articles()[other], base) for other in article.related],
        links={"pdf": None},
        **expect.locators(article),
    )


def _person(name: Name, *, last: bool) -> str:
    marks = '<span class="separator">&nbsp;</span>'.join(f'<a href="#affiliation-{mark}">{mark}</a>' for mark in name.marks)
    comma = "" if last else '<span class="comma">,&nbsp;</span>'
    orcid = f' <a class="orcid" href="https://orcid.org/{name.orcid}"><span class="visually-hidden">ORCID: </span>{name.orcid}</a>' if name.orcid else ""
    return f'<span class="authors-list-item">{link(f"/search?author={name.initials}", name.full)}<sup>&nbsp;{marks}</sup>{orcid}{comma}</span>'


def _place(other: Article) -> str:
    """Volume, issue and pages, as far as it has them."""
    return f";{other.volume}({other.issue}):{other.pages}" if other.volume else ""


def _citation(other: Article) -> str:
    pmid = f" <span>PMID: {other.number}</span>" if other.layout in ("medbase", "europe") else ""
    people = ", ".join(n.initials for n in other.names)
    title = other.title.rstrip(".")
    where = f"{journals()[other.journal or ''].short}. {other.citation_date}{_place(other)}. doi: {other.doi}."
    return (
        f'{link(other.path, title if title.endswith("?") else f"{title}.")}<div class="docsum-citation"><span class="docsum-authors">{esc(people)}.</span> '
        f'<span class="docsum-journal">{esc(where)}</span>{pmid}</div>'
    )


def _expected_citation(other: Article, base: str) -> expect.Expected:
    title = other.title.rstrip(".")
    return {
        "title": title if title.endswith("?") else f"{title}.",
        "authors": [n.initials for n in other.names],
        "container_title": journals()[other.journal or ""].short,
        "published": expect.date(other.edtf),
        "url": base + other.path,
        "identifiers": expect.identifiers(other, pmid=other.layout in ("medbase", "europe")),
        "snippet": None,
    }
