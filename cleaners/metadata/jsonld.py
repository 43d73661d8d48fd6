"""JSON-LD: schema.org descriptions of the page's article, in all the shapes in which sites write them."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from cleaners.identifiers import normalise_orcid
from cleaners.ledger import Candidate, Person
from cleaners.metadata.values import candidate, identifier, pages_of, people, split_keywords, tables, text_of, whole_escapes
from cleaners.names import is_generic_author, person, split_authors

_WRAP = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)(?:\s*+;)?+\s*+$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_NODES = 2000
# Types that also describe pages without an article; of these the earlier in the table is believed first.
_VAGUE = frozenset(("webpage", "itempage", "creativework", "book", "dataset"))
_CONTAINERS = frozenset(("periodical", "newspaper", "journal", "book", "bookseries", "magazine", "creativeworkseries", "event"))


def from_scripts(scripts: Iterable[str], *, url: str | None) -> list[Candidate]:
    """Candidates of the node that describes this page; each script stands alone, a broken one costs only itself."""
    nodes = [node for text in scripts for data in _load(text) for node in _nodes(data)]
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node and len(node) > 1}
    article = _article(nodes, url)
    if article is None:
        return _site(nodes)
    return [*_fields(article, by_id), *_site(nodes)]


def _load(text: str) -> Iterator[Any]:
    """The values of a script: as they are, mended where they are broken in the usual ways, or one after another."""
    text = whole_escapes(_WRAP.sub("", _WRAP.sub("", text)).strip().rstrip(";"))
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text), html.unescape(text)):
        try:
            yield json.loads(attempt, strict=False)
            return
        except (ValueError, RecursionError):
            continue
    decoder = json.JSONDecoder(strict=False)
    at = 0
    while at < len(text):
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value
        at = end
        while at < len(text) and text[at] in " \t\r\n,;":
            at += 1


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Every typed node, outermost first, lists and graphs opened."""
    stack, seen = [data], 0
    while stack and seen < _NODES:
        value = stack.pop()
        seen += 1
        if isinstance(value, list):
            stack.extend(reversed(value))
        elif isinstance(value, dict):
            if "@type" in value or "@id" in value:
                yield value
            stack.extend(v for k in ("mainEntity", "@graph", "mainEntityOfPage", "item") if isinstance(v := value.get(k), list | dict))


def _types(node: dict[str, Any]) -> set[str]:
    types = node.get("@type")
    return {str(t).rsplit("/", 1)[-1].casefold() for t in (types if isinstance(types, list) else [types]) if t}


def _article(nodes: list[dict[str, Any]], url: str | None) -> dict[str, Any] | None:
    """The node of this page's article: by address where several are there, else the most article-like, then the first."""
    known: list[str] = tables()["types"]["article"]
    fitting = [n for n in nodes if _types(n) & set(known) and (n.get("headline") or n.get("name") or n.get("articleBody"))]
    if not fitting:
        return None

    def rank(node: dict[str, Any]) -> tuple[bool, int]:
        return not _is_page(node, url), min(known.index(t) if t in _VAGUE else 0 for t in _types(node) & set(known))

    return min(fitting, key=rank)


def _is_page(node: dict[str, Any], url: str | None) -> bool:
    if not url:
        return False
    main = node.get("mainEntityOfPage")
    stated = [node.get("url"), node.get("@id"), main.get("@id") if isinstance(main, dict) else main]
    path = urlsplit(url).path.rstrip("/")
    return any(isinstance(s, str) and path and urlsplit(s).path.rstrip("/") == path for s in stated)


def _fields(node: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Iterator[Candidate]:
    table = tables()["schema"]
    ends: dict[str, str] = {}
    for key, value in node.items():
        field = table.get(key.casefold())
        source = f"jsonld:{key}"
        if field is None or value in (None, "", [], {}):
            continue
        if field == "authors":
            if persons := people(_persons(value, by_id)):
                yield Candidate(field="authors", value=persons, source=source)
        elif field == "keywords":
            if terms := split_keywords(value if isinstance(value, list) else [value]):
                yield Candidate(field="keywords", value=terms, source=source)
        elif field == "container":
            yield from _container(value, source, by_id)
        elif field in ("first_page", "last_page"):
            ends[field] = text_of(value)
        elif field == "identifier":
            for item in value if isinstance(value, list) else [value]:
                text = item.get("value") or item.get("@id") if isinstance(item, dict) else item
                prefix = str(item.get("propertyID") or "") if isinstance(item, dict) else ""
                if made := identifier(f"{prefix} {text_of(text)}".strip(), source):
                    yield made
        elif field == "access":
            yield Candidate(field="access", value=str(value).casefold(), source=source)
        else:
            if isinstance(value, list):
                value = value[0]
            if isinstance(value, dict):
                value = _resolve(value, by_id).get("name") or value.get("@value") or value.get("url") or value.get("alternateName")
            if made := candidate(field, value, source):
                yield made
    if pages := pages_of(ends.get("first_page", ""), ends.get("last_page", "")):
        yield Candidate(field="pages", value=pages, source="jsonld:pageStart")


def _container(value: Any, source: str, by_id: dict[str, dict[str, Any]]) -> Iterator[Candidate]:
    """A chain of isPartOf: issue in volume in periodical."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, str):
            if "://" not in value and (made := candidate("container_title", value, source)):
                yield made
            return
        if not isinstance(value, dict):
            return
        value = _resolve(value, by_id)
        if _types(value) & _CONTAINERS and (made := candidate("container_title", value.get("name") or value.get("headline"), source)):
            yield made
        for key, field in (("volumeNumber", "volume"), ("issueNumber", "issue"), ("issn", "issn")):
            for item in value[key] if isinstance(value.get(key), list) else [value.get(key)]:
                if made := candidate(field, item, source):
                    yield made
        value = value.get("isPartOf")


def _persons(value: Any, by_id: dict[str, dict[str, Any]], depth: int = 0) -> Iterator[Person | None]:
    if depth > 3:
        return
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, list):
            yield from _persons(item, by_id, depth + 1)
        elif isinstance(item, str):
            if not is_generic_author(item):
                yield from split_authors(text_of(item))
        elif isinstance(item, dict):
            node = _resolve(item, by_id)
            if "organization" in _types(node) or "newsmediaorganization" in _types(node):
                continue
            if "role" in _types(node):  # schema.org sets it between the article and who has the role
                yield from _persons(node.get("author") or node.get("creator"), by_id, depth + 1)
                continue
            name = node.get("name") or " ".join(text_of(node.get(k)) for k in ("givenName", "familyName")).strip()
            if isinstance(name, list):
                yield from _persons(name, by_id, depth + 1)
                continue
            name = text_of(name)
            if not name or is_generic_author(name):
                continue
            one = person(name)
            if one is None:
                continue
            yield Person(
                name=one.name,
                given=text_of(node.get("givenName")) or one.given,
                family=text_of(node.get("familyName")) or one.family,
                orcid=one.orcid or _orcid(node),
                affiliations=tuple(_affiliations(node.get("affiliation"), by_id)),
            )


def _orcid(node: dict[str, Any]) -> str | None:
    stated = [node.get("@id"), node.get("identifier"), node.get("url"), *(node["sameAs"] if isinstance(node.get("sameAs"), list) else [node.get("sameAs")])]
    for value in stated:
        text = value.get("value") or value.get("@id") if isinstance(value, dict) else value
        if isinstance(text, str) and (orcid := normalise_orcid(text)):
            return orcid
    return None


def _affiliations(value: Any, by_id: dict[str, dict[str, Any]]) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            item = _resolve(item, by_id)
            address = item.get("address")
            place = text_of(address.get("name")) if isinstance(address, dict) else text_of(address)
            name = text_of(item.get("name"))
            yield from [place if name and name in place else ", ".join(filter(None, (name, place)))] if name or place else []
        elif text := text_of(item):
            yield text


def _resolve(node: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The node that a bare ``@id`` points to."""
    return by_id.get(str(node["@id"]), node) if "@id" in node and len(node) <= 2 else node


def _site(nodes: list[dict[str, Any]]) -> list[Candidate]:
    found = [c for n in nodes if "website" in _types(n) if (c := candidate("site_name", n.get("name"), "jsonld:WebSite"))]
    types = [t for n in nodes[:1] for t in sorted(_types(n))]
    return found[:1] + [Candidate(field="page_type", value=t, source="jsonld:@type") for t in types]
