"""A network of researchers: each author with a place of work below the name, and the text on request."""

import expect
from catalogue import Article, Name, articles, journals
from markup import esc, items, link

from layouts.filling import fill


def page(article: Article, base: str) -> str:
    """The page."""
    return fill(
        article,
        base,
        teaser=esc(_teaser(article)),
        people="\n".join(_person(name, article) for name in article.names),
        citations=esc(article.metrics["Citations"]),
        reads=esc(article.metrics["Reads"]),
        related="".join(_recommended(articles()[other]) for other in article.related),
    )


def expected(article: Article, base: str) -> expect.Expected:
    """The record. The number in the address is the site's own, and the text can be asked for but not fetched."""
    return expect.common(
        article,
        base,
        authors=expect.shown_names(article.names, marked=True),
        affiliations=list(article.affiliations),
        container_title=journals()[article.journal or ""].title,
        published=expect.date(article.edtf),
        identifiers=expect.identifiers(article),
        abstract=expect.abstract(article),
        keywords=[],
        metrics=expect.metrics(article),
        related=[_expected_recommended(articles()[other], base) for other in article.related],
        links={"pdf": None},
        **expect.NO_LOCATORS,
    )


def _person(name: Name, article: Article) -> str:
    places = "".join(f'<div class="person-place">{esc(article.affiliations[mark - 1])}</div>' for mark in name.marks)
    return f'<li><div class="person">{link("/profile/" + name.full.replace(" ", "-"), name.full)}</div>{places}</li>'


def _recommended(other: Article) -> str:
    people = items(f"<a>{esc(n.full)}</a>" for n in other.names)
    title = link(other.path, other.title, ' class="publication-title"')
    return f"""<div class="publication-item"><div class="badge">Article</div>{title}<div>{esc(other.short_date[0])}</div><ul>{people}</ul>
<p>{esc(_teaser(other))}...</p><a href="{esc(other.path)}">Read more</a></div>
"""


def _expected_recommended(other: Article, base: str) -> expect.Expected:
    return {
        "title": other.title,
        "authors": [n.full for n in other.names],
        "container_title": None,
        "affiliations": [],
        "published": expect.date(other.short_date[1]),
        "url": base + other.path,
        "snippet": {"text": _teaser(other), "truncated": True, "marker": "..."},
    }


def _teaser(article: Article) -> str:
    label, text = article.abstract_parts[0]
    whole = f"{label}: {text}" if label else text
    return whole[:140].rpartition(" ")[0]
