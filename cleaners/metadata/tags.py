"""Meta and link elements: Highwire, Dublin Core, PRISM, EPrints, bepress, OpenGraph and the tags of news sites."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from cleaners.identifiers import normalise_orcid
from cleaners.ledger import Candidate, Person
from cleaners.metadata.values import candidate, pages_of, people, split_keywords, tables, text_of
from cleaners.names import is_generic_author, person, split_authors

# Sites name this in many ways: of 12 names that no table holds, 10 gave the day that their pages show ("w-published-date",
# "cxenseparse:publishtime", "og:publish_date", "published"). A last publication is an update.
_PUBLISHED = re.compile(r"^(?!.*last).*(?:publish(?:ed)?[._-]?(?:date|time|at|on)?|publication[._-]?(?:date|time)|date[._-]?pub(?:lished)?)$")
_FAMILIES = (("dc.", "dc:"), ("dcterms.", "dc:"), ("prism.", "prism:"), ("eprints.", "eprints:"))


def from_meta(metas: Iterable[tuple[str, str]]) -> list[Candidate]:
    """Candidates of the page's meta elements, given as (name, content) in page order."""
    table = tables()["meta"]
    found: list[Candidate] = []
    groups: dict[str, list[Person]] = {}
    keywords: dict[str, list[str]] = {}
    pages: dict[str, dict[str, str]] = {}
    last: str | None = None
    unnamed: list[Candidate] = []
    for raw_name, content in metas:
        name = raw_name.strip().casefold().replace("dcterms:", "dcterms.").replace("dc:", "dc.").replace("prism:", "prism.")
        field = table.get(name)
        if field is None and "pub" in name and _PUBLISHED.search(name) and (made := candidate("date.published", content, _source(name, raw_name))):
            unnamed.append(made)
        if field is None:
            continue
        source = _source(name, raw_name)
        if field in ("author", "authors"):
            last = _family(name)
            groups.setdefault(f"{last} {source}", []).extend(_persons(content, many=field == "authors"))
        elif field in ("author_affiliation", "author_orcid") and last is not None:
            _attach(groups, last, field, content)
        elif field == "keywords":
            keywords.setdefault(source, []).append(content)
        elif field in ("first_page", "last_page"):
            pages.setdefault(_family(name), {}).setdefault(field, text_of(content))
        elif field == "dc_source":
            found += [c for c in (candidate("container_title", content, source),) if c and not any(x in content for x in ("http", "/", "10."))]
        elif field == "dc_description":
            found += [c for c in (candidate("abstract" if len(content) > 300 else "description", content, source),) if c]
        elif made := candidate(field, content, source):
            found.append(made)
    found += unnamed if not any(c.field == "date" and c.role == "published" for c in found) else []
    for label, persons in groups.items():
        if unique := people(persons):
            found.append(Candidate(field="authors", value=unique, source=label.partition(" ")[2]))
    for source, values in keywords.items():
        if terms := split_keywords(values):
            found.append(Candidate(field="keywords", value=terms, source=source))
    for family, ends in pages.items():
        if value := pages_of(ends.get("first_page", ""), ends.get("last_page", "")):
            found.append(Candidate(field="pages", value=value, source=f"{family}firstpage"))
    return found


def from_links(links: Iterable[tuple[str, str, str]]) -> list[Candidate]:
    """Candidates of link elements, given as (rel, href, type)."""
    found = []
    for rel, href, kind in links:
        names = rel.casefold().split()
        if "canonical" in names:
            found.append(Candidate(field="canonical_url", value=href.strip(), source="link:canonical"))
        elif "alternate" in names and kind == "application/pdf":
            found.append(Candidate(field="pdf", value=href.strip(), source="link:alternate"))
        elif "license" in names:
            found.append(Candidate(field="license", value=href.strip(), source="link:license"))
    return found


def _source(name: str, raw: str) -> str:
    for prefix, family in _FAMILIES:
        if name.startswith(prefix):
            return family + raw
    if name.startswith(("og:", "twitter:")):
        return name
    return f"meta:{raw}"


def _family(name: str) -> str:
    if name.startswith("citation_"):
        return "meta:citation_"
    return _source(name, name).partition(":")[0] + ":" + name.split("_")[0].split(".")[0]


def _persons(content: str, *, many: bool) -> list[Person]:
    """A citation_author names one person, some sites put them all there; citation_authors names many."""
    text = text_of(content)
    if not text or is_generic_author(text):
        return []
    if many or ";" in text or text.count(",") > 2 or " and " in text or " & " in text:
        return split_authors(text)
    single = person(text)
    return [single] if single else []


def _attach(groups: dict[str, list[Person]], family: str, field: str, content: str) -> None:
    """Affiliation and ORCID tags follow the author that they belong to."""
    own: Sequence[str] = [label for label in groups if label.startswith(family)]
    if not own or not groups[own[-1]]:
        return
    persons = groups[own[-1]]
    if field == "author_orcid":
        persons[-1] = msgspec.structs.replace(persons[-1], orcid=normalise_orcid(content) or persons[-1].orcid)
    elif text := text_of(content):
        persons[-1] = msgspec.structs.replace(persons[-1], affiliations=(*persons[-1].affiliations, text))
