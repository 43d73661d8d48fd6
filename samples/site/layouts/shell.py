"""A page that a script would draw: all that it holds for others is JSON-LD."""

import expect
from catalogue import Article, journals
from markup import linked_data

from layouts.filling import fill


def page(article: Article, base: str) -> str:
    """The page."""
    journal = journals()[article.journal or ""]
    data = {
        "@type": "ScholarlyArticle",
        "@id": base + article.path,
        "headline": article.title,
        "author": [{"@type": "Person", "givenName": n.given, "familyName": n.family, "name": n.full} for n in article.names],
        "datePublished": article.date,
        "isPartOf": {"@type": "Periodical", "name": journal.title},
        "publisher": {"@type": "Organization", "name": journal.publisher},
        "identifier": {"@type": "PropertyValue", "propertyID": "DOI", "value": article.doi},
        "inLanguage": article.language,
        "abstract": article.abstract.strip(),
        "keywords": article.keywords,
    }
    return fill(article, base, data=linked_data(data))


def expected(article: Article, base: str) -> expect.Expected:
    """The record, all of it from the script."""
    journal = journals()[article.journal or ""]
    return expect.common(
        article,
        base,
        authors=expect.split_names(article.names),
        affiliations=[],
        container_title=journal.title,
        publisher=journal.publisher,
        published=expect.date(article.edtf),
        dates=expect.dates([("published", article.edtf)]),
        identifiers=expect.identifiers(article),
        abstract=expect.abstract(article),
        keywords=expect.keywords(article.keywords),
        links={"pdf": None, "source": None},
        **expect.NO_LOCATORS,
    )
