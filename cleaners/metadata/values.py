"""What all forms share: clean text out of values, tables of names, candidates that belong together."""

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from cleaners.identifiers import normalise_arxiv, normalise_doi, normalise_issn, normalise_pmcid, normalise_pmid
from cleaners.ledger import Candidate, Person
from cleaners.tables import read_table

_BREAK = re.compile(r"</?(?:p|div|br|li|h\d|sec|jats:p|jats:sec|jats:title)\b[^>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][\w:-]{0,30}(?:\s[^<>]{0,500})?/?>")
_EMPTY = frozenset(("", "null", "none", "undefined", "n/a", "na", "nan", "[object object]", "-", "tbd", "unknown", "false", "true", "[]", "{}"))
# What a template left unfilled; "${}^{3}$He" and "{{\\rm d}}" are mathematics. A clock at zero was never set.
_TEMPLATE = re.compile(
    r"\{\{[^{}\\]*\}\}|\$\{[A-Za-z][\w.]*\}(?!\s*[$^_])|<%(?:(?!<%).)*%>|%%\w+%%|^%[A-Za-z_]+%$|^\$[a-zA-Z]\w*(?:\.\w+)*$|^(?:1970|0001)-01-01[T ]00:00|^0000\b"
)
_TEMPLATE_SIGN = re.compile(r"[{%$]")
_KEYWORD = re.compile(r"\s*[;|•、；，]\s*|\s*,\s+|,(?=\S)|\s+-\s+")
_HALVES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_PARAGRAPH = re.compile(r"\n\s*\n")


@lru_cache(maxsize=1)
def tables() -> dict[str, dict[str, Any]]:
    """The tables of ``fields.toml``."""
    return read_table("fields", "cleaners.metadata")


def whole_escapes(script: str) -> str:
    """JSON without escapes of half a surrogate pair, which are no characters: a cut emoji is U+FFFD."""
    return _HALVES.sub(r"\\ufffd", script) if "\\ud" in script or "\\uD" in script else script


def text_of(value: object) -> str:
    """Text without entities and markup, white space collapsed, paragraphs kept; empty for template text and "N/A"."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    text = str(value)
    for _ in range(3):  # some sites escape twice
        if "&" not in text or (plain := html.unescape(text)) == text:
            break
        text = plain
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n\n", text))
    text = "\n\n".join(filter(None, (" ".join(p.split()) for p in _PARAGRAPH.split(text))))
    if text.casefold() in _EMPTY:
        return ""
    # To look for the signs of a template takes a tenth of the time: most texts have none.
    return "" if (text[:1] in "01" or _TEMPLATE_SIGN.search(text)) and _TEMPLATE.search(text) else text


def split_keywords(values: Iterable[object]) -> tuple[str, ...]:
    """The terms of one or more keyword values; one value may hold a whole list."""
    texts = [t for t in map(text_of, values) if t]
    terms = texts if len(texts) > 1 and not any(";" in t for t in texts) else [k for t in texts for k in _terms(t)]
    return tuple(dict.fromkeys(t.strip(" .;,") for t in terms if t.strip(" .;,")))


def _terms(text: str) -> list[str]:
    return re.split(r"\s*;\s*", text) if ";" in text else _KEYWORD.split(text)


def candidate(field: str, value: object, source: str) -> Candidate | None:
    """A candidate for a field as the tables name it ("date.epub"), `None` where the value is empty."""
    if isinstance(value, tuple):
        return Candidate(field=field, value=value, source=source) if value else None
    text = text_of(value)
    if not text:
        return None
    name, _, role = field.partition(".")
    if name == "doi":
        text = normalise_doi(text) or ""
    if name == "identifier":
        return identifier(text, source)
    return Candidate(field=name, value=text, source=source, role=role or None) if text else None


def identifier(text: str, source: str) -> Candidate | None:
    """An identifier of whatever kind it is by its form."""
    if "10." in text and (doi := normalise_doi(text)):
        return Candidate(field="doi", value=doi, source=source)
    folded = text.casefold()
    for name, normalise in (("pmcid", normalise_pmcid), ("arxiv", normalise_arxiv), ("pmid", normalise_pmid), ("issn", normalise_issn)):
        is_named = name.removesuffix("id") in folded or name in folded or (name == "pmid" and "pubmed" in folded)
        if is_named and (value := normalise(text)):
            return Candidate(field=name, value=value, source=source)
    return None


def pages_of(first: str, last: str) -> str | None:
    """ "12–20", "12" where the end is missing or equal, `None` without a beginning."""
    if not first:
        return None
    return f"{first}–{last}" if last and last != first else first


def people(persons: Iterable[Person | None]) -> tuple[Person, ...]:
    """Each person once, in order."""
    return tuple(dict.fromkeys(p for p in persons if p is not None))
