"""Data that a page's scripts keep for themselves: objects assigned to a variable that hold an article's fields."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from cleaners.identifiers import normalise_orcid
from cleaners.ledger import Candidate, Person
from cleaners.lines import TELLING, fold
from cleaners.metadata.values import candidate, pages_of, people, split_keywords, tables, text_of, whole_escapes
from cleaners.names import is_generic_author, person, split_authors

# A value, and the name before it. The name is looked for from its end: from each name on to see whether a value follows took ten times as long.
_ASSIGNMENT = re.compile(r"=\s*(?=[{\[])")
_NAME = re.compile(r"[A-Za-z_$][\w$.\[\]\"']{1,80}\Z")
_LONGEST_NAME = 81
_DECODER = json.JSONDecoder(strict=False)
_MOST_ASSIGNMENTS = 40
_DEPTH = 6


def may_hold(script: str) -> bool:
    """Whether a script can hold an article's fields: it names a DOI or authors as keys of data."""
    if '"doi"' in script or '"articleTitle"' in script:
        return True
    return ('"authors"' in script or '"author"' in script) and ('"title"' in script or '"headline"' in script)


def from_scripts(scripts: Iterable[str], *, page_title: str | None = None) -> list[Candidate]:
    """Candidates of the first object that has a title and a DOI, or authors and the title that ``page_title`` has too.

    Without either it may be any of the articles that a page leads to.
    """
    head = fold(page_title or "")
    for script in map(whole_escapes, scripts):
        for name, at in islice(_assigned(script), _MOST_ASSIGNMENTS):
            article = _article(_value(script, at), head)
            if article is not None:
                return _fields(article, f"script:{name}")
        if script.lstrip().startswith("{") and (article := _article(_value(script.lstrip(), 0), head)) is not None:
            return _fields(article, "script:data")
    return []


def _assigned(script: str) -> Iterator[tuple[str, int]]:
    """The names that objects or lists are assigned to, and where each of these begins."""
    for assignment in _ASSIGNMENT.finditer(script):
        end = assignment.start()
        while end and script[end - 1].isspace():
            end -= 1
        if name := _NAME.search(script, max(0, end - _LONGEST_NAME), end):
            yield name[0], assignment.end()


def _value(script: str, at: int) -> Any:
    try:
        return _DECODER.raw_decode(script, at)[0]
    except (ValueError, RecursionError):
        return None


def _article(data: Any, head: str, depth: int = 0) -> dict[str, Any] | None:
    if isinstance(data, dict):
        keys = {str(k).casefold() for k in data}
        if "doi" in keys and keys & {"title", "articletitle", "displaydoctitle"} and isinstance(data.get("authors", []), list | str):
            return data
        if head and isinstance(data.get("authors") or data.get("author"), list | str | dict):
            title = fold(text_of(data.get("headline") or data.get("title")))
            if len(title) >= TELLING and title in head:
                return data
    if depth < _DEPTH and isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data[:20]:
            if isinstance(value, dict | list) and (found := _article(value, head, depth + 1)) is not None:
                return found
    return None


def _fields(data: dict[str, Any], source: str) -> list[Candidate]:
    table = tables()["state"]
    found: list[Candidate] = []
    ends: dict[str, str] = {}
    for key, value in data.items():
        field = table.get(str(key).casefold())
        if field is None:
            continue
        if field == "authors":
            if persons := people(_persons(value)):
                found.append(Candidate(field="authors", value=persons, source=source))
        elif field == "keywords":
            terms = [k for item in value for k in (item.get("kwd", []) if isinstance(item, dict) else [item])] if isinstance(value, list) else [value]
            if made := split_keywords(terms):
                found.append(Candidate(field="keywords", value=made, source=source))
        elif field == "issn" and isinstance(value, list):
            found += [c for item in value if (c := candidate("issn", item.get("value") if isinstance(item, dict) else item, source))]
        elif field in ("first_page", "last_page"):
            ends[field] = text_of(value)
        elif one := candidate(field, value, source):
            found.append(one)
    if pages := pages_of(ends.get("first_page", ""), ends.get("last_page", "")):
        found.append(Candidate(field="pages", value=pages, source=source))
    return found


def _persons(value: Any) -> list[Person | None]:
    if isinstance(value, str):
        return list(split_authors(text_of(value)))
    persons: list[Person | None] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            persons.append(person(text_of(item)))
        elif isinstance(item, dict):
            given, family = text_of(item.get("firstName") or item.get("given")), text_of(item.get("lastName") or item.get("family"))
            name = text_of(item.get("name") or item.get("preferredName")) or f"{given} {family}".strip()
            stated = item.get("affiliation") or item.get("affiliations") or []
            places = tuple(t for t in map(text_of, stated if isinstance(stated, list) else [stated]) if t)
            if name and not is_generic_author(name):
                persons.append(
                    Person(name=name, given=given or None, family=family or None, orcid=normalise_orcid(text_of(item.get("orcid"))), affiliations=places)
                )
    return persons
