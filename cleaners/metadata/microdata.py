"""Microdata and RDFa: schema.org properties on visible elements."""

from lxml.html import HtmlElement

from cleaners.ledger import Candidate, Person
from cleaners.metadata.values import candidate, people, split_keywords, tables, text_of
from cleaners.names import is_generic_author, person, split_authors

# A page can carry thousands of properties of its comments and products; an article's own stand first.
_MOST = 400


def from_tree(tree: HtmlElement) -> list[Candidate]:
    """Candidates of the outermost article item of the page."""
    article = next((e for e in tree.iter() if isinstance(e.tag, str) and _is_article(e)), None)
    if article is None:
        return []
    table = tables()["schema"]
    found: list[Candidate] = []
    persons: list[Person] = []
    keywords: list[str] = []
    for number, element in enumerate(article.iterdescendants()):
        name = element.get("itemprop") or element.get("property") if isinstance(element.tag, str) else None
        if not name or number > 50 * _MOST:
            continue
        for prop in name.split():
            prop = prop.removeprefix("schema:")
            field = table.get(prop.casefold())
            if field is None or not _belongs(element, article):
                continue
            if field == "authors":
                persons.extend(_persons(element))
            elif field == "keywords":
                keywords.append(_value(element))
            elif field not in ("container", "access", "canonical_url") and (made := candidate(field, _value(element), f"microdata:{prop}")):
                found.append(made)
    if persons:
        found.append(Candidate(field="authors", value=people(persons), source="microdata:author"))
    if terms := split_keywords(keywords):
        found.append(Candidate(field="keywords", value=terms, source="microdata:keywords"))
    return found[:_MOST]


def _is_article(element: HtmlElement) -> bool:
    kind = element.get("itemtype") or element.get("typeof") or ""
    name = kind.rstrip("/").rsplit("/", 1)[-1].removeprefix("schema:").casefold()
    return bool(name) and name in tables()["types"]["article"] and name not in ("webpage", "itempage", "creativework")


def _belongs(element: HtmlElement, article: HtmlElement) -> bool:
    """Whether no other item stands between the property and the article."""
    above = element.getparent()
    while above is not None and above is not article:
        if above.get("itemscope") is not None or above.get("itemtype"):
            return False
        above = above.getparent()
    return True


def _value(element: HtmlElement) -> str:
    for name in ("content", "datetime"):
        if value := element.get(name):
            return str(value)
    return str(element.text_content()) if element.tag not in ("img", "link", "a") else str(element.get("href") or element.text_content())


def _persons(element: HtmlElement) -> list[Person]:
    inner = [e for e in element.iterdescendants() if isinstance(e.tag, str) and "name" in (e.get("itemprop") or e.get("property") or "").split()]
    text = text_of(_value(inner[0]) if inner else element.get("content") or element.text_content())
    if not text or is_generic_author(text):
        return []
    if inner:
        one = person(text)
        return [one] if one else []
    return split_authors(text)
