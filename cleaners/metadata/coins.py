"""COinS: an OpenURL in the title of an empty span (ContextObjects in Spans, Z39.88-2004)."""

from typing import Any
from urllib.parse import parse_qsl

from lxml import etree
from lxml.html import HtmlElement

from cleaners.ledger import Candidate
from cleaners.metadata.values import candidate, pages_of, people, tables, text_of
from cleaners.names import person

# `parse_qsl` raises for more.
_MOST = 500
# Few spans have a title: to ask for that first takes half the time.
_SPANS = etree.XPath("descendant-or-self::span/@title/parent::*[contains(@class, 'Z3988') and @title != '']")


def from_tree(tree: HtmlElement) -> list[Candidate]:
    """Candidates of the page's only COinS; several are a list of references and describe other articles."""
    spans: Any = _SPANS(tree)
    if len(spans) != 1 or (spans[0].get("title") or "").count("&") >= _MOST:
        return []
    table = tables()["coins"]
    found: list[Candidate] = []
    persons = []
    ends: dict[str, str] = {}
    for name, value in parse_qsl(spans[0].get("title") or "", max_num_fields=_MOST):
        field = table.get(name.casefold())
        if field == "author":
            persons.append(person(text_of(value)))
        elif field in ("first_page", "last_page"):
            ends[field] = text_of(value)
        elif field and (made := candidate(field, value, f"coins:{name}")):
            found.append(made)
    if unique := people(persons):
        found.append(Candidate(field="authors", value=unique, source="coins:rft.au"))
    if pages := pages_of(ends.get("first_page", ""), ends.get("last_page", "")):
        found.append(Candidate(field="pages", value=pages, source="coins:rft.spage"))
    return found
