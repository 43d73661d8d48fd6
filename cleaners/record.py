"""The record: what one page says, as one immutable value and one line of JSON.

Absent values are ``None``, absent lists are empty. Strings are NFC, without control characters.
These types are the schema: `json_schema` derives the published JSON Schema from them.
"""

import re
from typing import Annotated, Any, Literal

import msgspec

Kind = Literal["article", "listing", "blocked", "consent", "not_found", "paywall", "empty", "unreadable"]
Precision = Literal["day", "month", "season", "year", "interval", "decade", "unknown"]


def _doc(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """One author, as the page names them; nothing is guessed."""

    name: Annotated[str, _doc("The name as shown, given name first.")]
    given: Annotated[str | None, _doc("Given names, where the page tells them apart.")] = None
    family: Annotated[str | None, _doc("Family name, where the page tells it apart.")] = None
    orcid: Annotated[str | None, _doc("Bare ORCID iD, 0000-0000-0000-0000.")] = None
    affiliations: Annotated[tuple[int, ...], _doc("Indexes into the record's `affiliations`.")] = ()


class PartialDate(msgspec.Struct, frozen=True, kw_only=True):
    """A date with no part that the page does not state."""

    edtf: Annotated[str | None, _doc("EDTF (ISO 8601-2) value; null where the text is no date.")] = None
    precision: Annotated[Precision, _doc("The finest part that is stated.")] = "unknown"
    raw: Annotated[str, _doc("The text that it was read from.")] = ""


class RoleDate(PartialDate, frozen=True, kw_only=True):
    """A date with the role that the page gives it."""

    role: Annotated[str, _doc("published, epub, received, revised, accepted, submitted, updated, issue, copyright, …")]


class Identifiers(msgspec.Struct, frozen=True, kw_only=True):
    """Identifiers of the article itself, never those of a reference or a related record."""

    doi: Annotated[str | None, _doc("Bare DOI, lower case, no URL.")] = None
    pmid: Annotated[str | None, _doc("PubMed identifier, digits.")] = None
    pmcid: Annotated[str | None, _doc("PubMed Central identifier with its PMC prefix.")] = None
    arxiv: Annotated[str | None, _doc("arXiv identifier without version.")] = None
    issn: Annotated[tuple[str, ...], _doc("ISSNs as 1234-567X.")] = ()
    isbn: Annotated[tuple[str, ...], _doc("ISBNs as stated, without hyphens.")] = ()


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A labelled part of a structured abstract."""

    label: Annotated[str | None, _doc("The label as shown, without its colon; null before the first.")] = None
    text: str


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """Where the rest of a cut text was taken from; only the export of many records completes."""

    source: Annotated[str, _doc("The id of the record whose abstract begins with the text shown.")]
    shown: Annotated[str, _doc("All that the page itself shows of the text.")]


class Abstract(msgspec.Struct, frozen=True, kw_only=True):
    """The article's own abstract."""

    text: Annotated[str, _doc("Paragraphs separated by a blank line.")]
    sections: Annotated[tuple[Section, ...], _doc("Sections of a structured abstract; empty where it has none.")] = ()
    truncated: Annotated[bool | None, _doc("null: cannot be known from this text.")] = None
    marker: Annotated[str | None, _doc("The mark of truncation that was removed, as shown.")] = None
    completed: Annotated[Completion | None, _doc("Set where the text was cut and its rest is another record's.")] = None


class Keyword(msgspec.Struct, frozen=True, kw_only=True):
    """One keyword."""

    term: str
    count: Annotated[int | None, _doc("Only where the page shows one.")] = None


class Snippet(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of text that may have been cut."""

    text: Annotated[str, _doc("The text without its marker, otherwise untouched.")]
    truncated: Annotated[bool | None, _doc("null: cannot be known from this text.")] = None
    kind: Annotated[str | None, _doc("How it was cut, or why it counts as whole.")] = None
    marker: Annotated[str | None, _doc("The mark of truncation that was removed, as shown.")] = None
    completed: Annotated[Completion | None, _doc("Set where the text was cut and its rest is another record's.")] = None


class Related(msgspec.Struct, frozen=True, kw_only=True):
    """A related record ("Similar Publications" and its like); missing parts are never filled from the snippet."""

    title: str | None = None
    authors: Annotated[tuple[str, ...], _doc("Names as shown.")] = ()
    container_title: str | None = None
    affiliations: tuple[str, ...] = ()
    published: PartialDate | None = None
    url: str | None = None
    identifiers: Identifiers = Identifiers()
    snippet: Snippet | None = None


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """Links to the article's other forms; http and https only."""

    pdf: str | None = None
    source: Annotated[str | None, _doc("Where the page says that it has the article from.")] = None


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a careful reader of the record should know."""

    code: Annotated[str, _doc("Stable, snake_case.")]
    message: str


class MadeBy(msgspec.Struct, frozen=True, kw_only=True):
    """What made the record."""

    version: str
    config: Annotated[str, _doc("Hash over the catalogues and the site profile that were in force.")]
    site: Annotated[str | None, _doc("Site profile, null where none applied.")] = None
    libraries: Annotated[dict[str, str], _doc("Versions of the libraries that can change a record.")]


class Warc(msgspec.Struct, frozen=True, kw_only=True):
    """Where a page lies in a web archive: what the index of one (CDX) calls by the same names."""

    filename: Annotated[str, _doc("Name of the WARC file, without folder; - for one that came through a pipe.")]
    offset: Annotated[int | None, _doc("Byte in the file, as it is stored, where the WARC record begins; null where it cannot be sought there.")]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One of several records of a work that were merged into one."""

    id: str
    url: str | None = None
    fetched_at: str | None = None
    warc: Warc | None = None
    content_sha256: str
    lost: Annotated[dict[str, Any], _doc("The fields in which it says something else, as it says them.")] = {}


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What one page says, or, where records were merged, what several say of one work."""

    schema: Literal["pagesieve.record/1"] = "pagesieve.record/1"
    id: Annotated[str, _doc("doi:…, else pmid:…, arxiv:…, else url:<canonical>, else sha256:<of the input>.")]
    kind: Annotated[Kind, _doc("What the page is; only articles go into the main export.")]
    url: Annotated[str | None, _doc("As fetched or given.")] = None
    canonical_url: Annotated[str | None, _doc("As the page declares it, normalised.")] = None
    title: Annotated[str | None, _doc("Without site name, label or markup.")] = None
    authors: Annotated[tuple[Author, ...], _doc("In page order.")] = ()
    affiliations: Annotated[tuple[str, ...], _doc("In page order.")] = ()
    container_title: Annotated[str | None, _doc("Journal, proceedings or site name as shown; not expanded.")] = None
    publisher: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    language: Annotated[str | None, _doc("BCP 47.")] = None
    license: str | None = None
    published: Annotated[PartialDate | None, _doc("The best publication date.")] = None
    dates: Annotated[tuple[RoleDate, ...], _doc("All dates with their roles.")] = ()
    identifiers: Identifiers = Identifiers()
    abstract: Abstract | None = None
    body: Annotated[str | None, _doc("Main text; paragraphs separated by a blank line.")] = None
    keywords: tuple[Keyword, ...] = ()
    metrics: Annotated[dict[str, int | str], _doc("snake_case of the shown label; whole numbers as int.")] = {}
    related: Annotated[tuple[Related, ...], _doc("In page order.")] = ()
    links: Links = Links()
    warnings: tuple[Notice, ...] = ()
    provenance: Annotated[dict[str, str], _doc("Field → where the chosen value came from.")] = {}
    merged: Annotated[tuple[Source, ...], _doc("The records that this one was made of; empty for that of one page.")] = ()
    fetched_at: Annotated[str | None, _doc("RFC 3339 time of fetch.")] = None
    warc: Annotated[Warc | None, _doc("Where the page was read from, if from a WARC file.")] = None
    content_sha256: Annotated[str, _doc("Hash of the input bytes.")]
    made_by: MadeBy

    def to_dict(self) -> dict[str, Any]:
        """The record as plain dicts and lists, in the order of the schema."""
        plain: dict[str, Any] = msgspec.json.decode(self.to_json())
        return plain

    def to_json(self) -> str:
        """The record as one line of JSON, without a line end."""
        return json_line(self)

    @classmethod
    def from_json(cls, line: str | bytes) -> "Record":
        """Read what `to_json` wrote; raises `msgspec.ValidationError` that names the wrong field."""
        return msgspec.json.decode(line, type=cls)


# What a page says; the other fields say where the record comes from.
CONTENT_FIELDS = (
    "title", "authors", "affiliations", "container_title", "publisher", "volume", "issue", "pages", "language",
    "license", "published", "dates", "identifiers", "abstract", "body", "keywords", "metrics", "related", "links",
)  # fmt: skip
# Controls that JSON lets stand, and the line ends of Unicode.
_BREAKS = re.compile("[\x7f-\x9f\u2028\u2029]")
_BLANK = Record(id="", kind="empty", content_sha256="", made_by=MadeBy(version="", config="", libraries={}))


def json_line(value: object) -> str:
    """A value as one line of JSON, whatever a reader takes for the end of a line: all control characters are escaped."""
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", msgspec.json.encode(value).decode())


def known_id(identifiers: Identifiers) -> str | None:
    """The id of a record whose work has an identifier; `None` for one without."""
    return next((f"{name}:{value}" for name in ("doi", "pmid", "arxiv") if (value := getattr(identifiers, name))), None)


def filled(record: Record) -> tuple[str, ...]:
    """The names of the content fields that have a value, in the order of the schema."""
    return tuple(name for name in CONTENT_FIELDS if getattr(record, name) != getattr(_BLANK, name))


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a record."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **msgspec.json.schema(Record),
    }
