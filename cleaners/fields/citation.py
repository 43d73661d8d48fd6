"""A line that cites an article: authors, title, serial, date and identifiers, as far as the line states them."""

import re

import msgspec

from cleaners.dates import parse_dates
from cleaners.identifiers import find_doi, normalise_arxiv
from cleaners.labels import find_label
from cleaners.lines import has_locator, is_prose, is_serial_like, names_no_container, serial_words, word_count
from cleaners.names import is_author_line, looks_like_person, split_authors
from cleaners.record import Identifiers, PartialDate

_PMID = re.compile(r"\bPMID\s?:?\s*(\d{1,9})\b", re.IGNORECASE)
_PMCID = re.compile(r"\b(?:PMCID\s?:?\s*)?PMC\s?(\d{3,9})\b", re.IGNORECASE)
_ARXIV = re.compile(r"\barxiv[:\s]\s*\S+", re.IGNORECASE)
_DOI_LABEL = re.compile(r"(?:\bdoi\s?[:=]?\s*|https?://(?:dx\.|www\.)?doi\.org/)+$", re.IGNORECASE)
# Volume, issue and pages at the end of what stands before a date: ", 2(2):40-49, ", " volume 12, pages 1–9 (".
_LOCATORS = re.compile(r"(?:[\s,.;:(]+(?:(?:vol(?:ume)?|no|issue|pp?|pages?|art(?:icle)?)\b\.?\s*)?[A-Za-z]?\d[\w()\s:–/-]*)+[\s,.;:([]*$", re.IGNORECASE)
_SENTENCE = re.compile(r"\.\s+|(?<=[?!])\s+")
# The same where initials have dots: "J. Smith, A. Doe. Journal".
_SENTENCE_OF_DOTTED = re.compile(r"(?<!\b[A-Z])\.\s+|(?<=[?!])\s+")
_DOTTED = re.compile(r"[A-Z]\.[\s-]")
# A person as bibliographies print it: "Tsao WL", "Lie H.".
INITIALS_LAST = re.compile(r"\s[A-ZÀ-Þ]{1,3}\.?$")
_LABELLED = re.compile(r"[:：]\s*$")
_EDGES = " \u00a0\t,.;:|·•–—([)]"
# Words of a date's line that are no part of the date: "Article Open access 04 May 2021".
_MOST_FURNITURE = 5
_SHORTEST_TITLE = 4
_LONGEST_CITATION = 60
_LONGEST = 1500
# Precisions of dates that are more than a year.
_FINE = ("day", "month", "season", "interval")


class Cited(msgspec.Struct, frozen=True, kw_only=True):
    """What a line says about an article."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    container: str | None = None
    published: PartialDate | None = None
    identifiers: Identifiers = Identifiers()


def read_citation(text: str, *, authors_known: bool = False) -> Cited | None:
    """What a citation states; `None` for a line that is none: it has no date, no locator and no identifier.

    ``authors_known`` says that a lone name is rather the serial's.
    """
    if len(text) > _LONGEST:
        return None
    identifiers, rest = _identifiers(text)
    stated = identifiers != Identifiers()
    if not rest.strip(_EDGES) or is_furniture(rest):
        return Cited(identifiers=identifiers) if stated else None
    dates = parse_dates(rest)
    date = next((d for d in dates if d.role != "epub"), None)
    located = has_locator(rest)
    at = date.start if date is not None else len(rest)
    before = _LOCATORS.sub("", rest[:at]).strip(_EDGES)
    published = PartialDate(edtf=date.edtf, precision=date.precision, raw=date.raw) if date is not None else None
    if published is not None and (not before or is_furniture(before) or _LABELLED.search(rest[:at])):
        after = rest[at + len(published.raw) :].strip(_EDGES)
        if not before and word_count(after) > _MOST_FURNITURE and not located:
            return None
        return Cited(published=published, identifiers=identifiers)
    if (date is None and not located) or (is_prose(rest) and not (located and word_count(rest) <= _LONGEST_CITATION)):
        return Cited(identifiers=identifiers) if stated and not is_prose(rest) else None
    found = _names_and_titles(before, serial_first=located or authors_known)
    sure = located or stated or (date is not None and date.precision in _FINE and not _is_years(date.edtf))
    if found is None or not (sure or found.authors or (found.container and serial_words(found.container))):
        return Cited(identifiers=identifiers) if stated else None
    return msgspec.structs.replace(found, published=published, identifiers=identifiers)


def is_furniture(text: str) -> bool:
    """Whether the words are nothing but kinds of articles, labels and counts ("Article Open access")."""
    words = text.strip(_EDGES).split()
    if not words:
        return True
    if len(words) > _MOST_FURNITURE:
        return False
    plain = " ".join(words)
    if names_no_container(plain) or find_label(plain) is not None:
        return True
    return any(is_furniture(" ".join(words[:i])) and is_furniture(" ".join(words[i:])) for i in range(1, len(words)))


def _is_years(edtf: str) -> bool:
    return all(len(part.strip("[]")) <= 4 for part in edtf.split("/"))


def _identifiers(text: str) -> tuple[Identifiers, str]:
    """The identifiers of a line, and the line without them."""
    doi = pmid = pmcid = arxiv = None
    for found, start, end in reversed(find_doi(text)):
        doi = found
        text = _DOI_LABEL.sub("", text[:start]) + text[end:]
    if match := _PMID.search(text):
        pmid = match[1].lstrip("0") or None
        text = text[: match.start()] + text[match.end() :]
    if match := _PMCID.search(text):
        pmcid = f"PMC{match[1]}"
        text = text[: match.start()] + text[match.end() :]
    if (match := _ARXIV.search(text)) and (arxiv := normalise_arxiv(match[0])):
        text = text[: match.start()] + text[match.end() :]
    return Identifiers(doi=doi, pmid=pmid, pmcid=pmcid, arxiv=arxiv), text


def _names_and_titles(text: str, *, serial_first: bool) -> Cited | None:
    """Authors, title and serial from what stands before the date: "Kowal R, Brandt E. J Shift Health"."""
    pieces = [p for p in (_SENTENCE_OF_DOTTED if _DOTTED.match(text) else _SENTENCE).split(text) if p.strip(_EDGES)]
    authors: tuple[str, ...] = ()
    for size in range(1, len(pieces) + 1):
        head = ". ".join(pieces[:size])
        if not _names_people(head, alone=len(pieces) == 1, serial_first=serial_first):
            continue
        authors, pieces = tuple(person.name for person in split_authors(head)), pieces[size:]
        break
    pieces = [p.strip(" ,;:") for p in pieces]
    if not pieces:
        return Cited(authors=authors)
    serial = pieces[-1]
    if is_serial_like(serial) and not names_no_container(serial):
        title = ". ".join(pieces[:-1])
        if title and word_count(title) < _SHORTEST_TITLE:
            return Cited(authors=authors, container=". ".join(pieces)) if is_serial_like(". ".join(pieces)) else None
        return Cited(authors=authors, title=title or None, container=serial)
    return Cited(authors=authors) if authors else None


def _names_people(text: str, *, alone: bool, serial_first: bool) -> bool:
    if is_author_line(text):
        return not (alone and serial_first and serial_words(text))
    return looks_like_person(text) and not (alone and serial_first)
