"""A local newspaper: boxes in and around the story, and a date line."""

import expect
from catalogue import Article, articles, journals
from markup import esc, items, link, linked_data

from layouts.filling import fill


def page(article: Article, base: str) -> str:
    """The page."""
    data = {
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.edtf,
        "author": [{"@type": "Person", "name": n.full} for n in article.names],
        "publisher": {"@type": "NewsMediaOrganization", "name": journals()["gazette"].title},
        "mainEntityOfPage": base + article.path,
    }
    return fill(
        article,
        base,
        data=linked_data(data),
        byline=" and ".join(link(f"/gazette/by/{n.family}", n.full, ' rel="author"') for n in article.names),
        story="".join(_paragraph(number, text, article) for number, text in enumerate(article.body_lines)),
        keywords=items(link(f"/tag/{term}", term, ' rel="tag"') for term in article.keywords),
        related=items(f"{link(other.path, other.title)}<p>{esc(_teaser(other))}</p>" for other in _others(article)),
    )


def expected(article: Article, base: str) -> expect.Expected:
    """The record. A story has no DOI, no affiliations and no abstract."""
    site = journals()["gazette"].title
    return expect.common(
        article,
        base,
        authors=expect.shown_names(article.names),
        affiliations=[],
        container_title=site,
        publisher=site,
        published=expect.date(article.edtf),
        dates=expect.dates([("published", article.edtf)]),
        identifiers=expect.identifiers(article),
        abstract=None,
        body="\n\n".join(article.body_lines),
        keywords=expect.keywords(article.keywords),
        related=[_expected_related(other, base) for other in _others(article)],
        links={"pdf": None, "source": None},
        **expect.NO_LOCATORS,
    )


def _others(article: Article) -> list[Article]:
    """Two further stories."""
    return [other for other in articles().values() if other.layout == "news" and other is not article][:2]


def _expected_related(other: Article, base: str) -> expect.Expected:
    return {
        "title": other.title,
        "authors": [],
        "container_title": None,
        "affiliations": [],
        "published": None,
        "url": base + other.path,
        "snippet": {"text": _teaser(other), "marker": None},
    }


def _teaser(other: Article) -> str:
    return other.body_lines[0].partition(". ")[0].rstrip(".") + "."


def _paragraph(number: int, text: str, article: Article) -> str:
    """A paragraph; a box stands behind the second, an advertisement behind the third, a newsletter behind the fourth."""
    other = _others(article)[0]
    boxes = {
        1: f'<aside class="read-more"><strong>Read more:</strong> {link(other.path, other.title)}</aside>\n',
        2: '<div class="ad">Advertisement</div>\n',
        3: """<div class="newsletter"><h3>The Morning Tide</h3><p>Sign up for our newsletter: the day’s local news in your inbox at seven.</p>
<form><input type="email" placeholder="Your email address"><button>Sign up</button></form></div>
""",
    }
    return f"<p>{esc(text)}</p>\n{boxes.get(number, '')}"
