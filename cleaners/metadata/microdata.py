"""Microdata and RDFa: schema.org properties on visible elements."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree
from lxml.html import HtmlElement
from msgspec.structs import replace

from cleaners.identifiers import normalise_orcid
from cleaners.ledger import Candidate, Person
from cleaners.metadata.values import candidate, people, split_keywords, tables, text_of
from cleaners.names import is_generic_author, person, split_authors

# Elements that are looked at inside authors, over all: an item in an item in an item is read again and again.
_MOST_INNER = 20_000
# A page can carry thousands of properties of its comments and products; an article's own stand first.
_MOST = 400
# By way of the attributes: to ask each element for them takes twice the time.
_TYPED = etree.XPath("(descendant-or-self::*/@itemtype | descendant-or-self::*/@typeof)/..")
_ITEMS = "ancestor{}::*[@itemscope or @itemtype != '' or @typeof != '']"
_DEPTH = etree.XPath(f"count({_ITEMS.format('-or-self')})")
_NAMED = etree.XPath(f"(descendant-or-self::*/@itemprop | descendant-or-self::*/@property)/parent::*[count({_ITEMS.format('')}) <= $depth]")


def from_tree(tree: HtmlElement) -> list[Candidate]:
    """Candidates of the outermost article item of the page."""
    typed: Any = _TYPED(tree)
    article = next(filter(_is_article, typed), None)
    if article is None:
        return []
    table = tables()["schema"]
    found: list[Candidate] = []
    persons: list[Person] = []
    keywords: list[str] = []
    budget = iter(range(_MOST_INNER))
    named: Any = _NAMED(article, depth=_DEPTH(article))
    for element in islice(named, 50 * _MOST):
        for prop in _properties(element):
            field = table.get(prop.casefold())
            if field is None:
                continue
            if field == "authors":
                persons.extend(_persons(element, budget))
            elif field == "keywords":
                keywords.append(_value(element))
            elif field not in ("container", "access", "canonical_url") and (made := candidate(field, _value(element), f"microdata:{prop}")):
                found.append(made)
    if persons:
        found.append(Candidate(field="authors", value=_merged(persons), source="microdata:author"))
    if terms := split_keywords(keywords):
        found.append(Candidate(field="keywords", value=terms, source="microdata:keywords"))
    return found[:_MOST]


def _is_article(element: HtmlElement) -> bool:
    kind = element.get("itemtype") or element.get("typeof") or ""
    name = kind.rstrip("/").rsplit("/", 1)[-1].removeprefix("schema:").casefold()
    return bool(name) and name in tables()["types"]["article"] and name not in ("webpage", "itempage", "creativework")


def _own(item: HtmlElement) -> Iterator[HtmlElement]:
    """The elements in an item that no other item stands around."""
    walk = etree.iterwalk(item, events=("start",))
    for _, element in walk:
        if element is not item:
            if element.get("itemscope") is not None or element.get("itemtype") or element.get("typeof"):
                walk.skip_subtree()
            yield element


def _value(element: HtmlElement) -> str:
    for name in ("content", "datetime"):
        if value := element.get(name):
            return str(value)
    return str(element.text_content()) if element.tag not in ("img", "link", "a") else str(element.get("href") or element.text_content())


def _persons(element: HtmlElement, budget: Iterator[int]) -> list[Person]:
    parts = {"name": "", "givenName": "", "familyName": ""}
    orcid, places = None, []
    for inner, _ in zip(_own(element), budget, strict=False):
        for prop in _properties(inner):
            if prop in parts:
                parts[prop] = parts[prop] or text_of(_value(inner))
            elif prop == "affiliation":
                places.extend(_names(inner))
            orcid = orcid or normalise_orcid(inner.get("href") or "")
    given, family = parts["givenName"], parts["familyName"]
    if parts["name"] or family:
        one = None if is_generic_author(parts["name"] or family) else person(parts["name"] or f"{given} {family}".strip())
        if one is None:
            return []
        stated = {"given": given, "family": family} if given and family and not parts["name"] else {}
        return [replace(one, orcid=one.orcid or orcid, affiliations=tuple(dict.fromkeys(places)), **stated)]
    text = text_of(element.get("content") or element.text_content())
    return split_authors(text) if text and not is_generic_author(text) else []


def _names(item: HtmlElement) -> list[str]:
    """The name of an organisation, else its text."""
    holders = [e for e in item.iterdescendants() if "name" in _properties(e)] or [item]
    return [name for name in (text_of(e.get("content") or e.text_content()) for e in holders) if name]


def _properties(element: HtmlElement) -> list[str]:
    raw = (element.get("itemprop") or element.get("property") or "") if isinstance(element.tag, str) else ""
    return [name.removeprefix("schema:") for name in raw.split()]


def _merged(persons: list[Person]) -> tuple[Person, ...]:
    """Each person once: pages name their authors below the title, and again with their affiliations further down."""
    found: dict[str, Person] = {}
    for one in persons:
        known = found.get(one.name)
        if known is not None:
            one = replace(known, orcid=known.orcid or one.orcid, affiliations=tuple(dict.fromkeys((*known.affiliations, *one.affiliations))))
        found[one.name] = one
    return people(found.values())
