"""A page that somebody wrote by hand around the year 2000: no metadata, no classes, no language."""

import expect
from catalogue import Article
from markup import esc, items

from layouts.filling import fill


def page(article: Article, base: str) -> str:
    """The page."""
    people = " and ".join(n.full for n in article.names)
    return fill(article, base, people=esc(people), story=items(map(esc, article.body_lines), "p"))


def expected(article: Article, base: str) -> expect.Expected:
    """The record. No journal, no language, no abstract: the page has none."""
    return {
        **expect.common(article, base),
        "canonical_url": None,
        "authors": expect.shown_names(article.names),
        "affiliations": [],
        "container_title": None,
        "publisher": None,
        "language": None,
        "published": expect.date(article.edtf),
        "identifiers": expect.identifiers(article),
        "abstract": None,
        "body": "\n\n".join(article.body_lines),
        "keywords": [],
        "links": {"pdf": None, "source": None},
        **expect.NO_LOCATORS,
    }
