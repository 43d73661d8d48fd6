"""Which fields of a record hold something."""

from cleaners.record import MadeBy, Record

# What a page says; the other fields say where the record comes from.
CONTENT_FIELDS = (
    "title", "authors", "affiliations", "container_title", "publisher", "volume", "issue", "pages", "language",
    "license", "published", "dates", "identifiers", "abstract", "body", "keywords", "metrics", "related", "links",
)  # fmt: skip
_BLANK = Record(id="", kind="empty", content_sha256="", made_by=MadeBy(version="", config="", libraries={}))


def filled(record: Record) -> tuple[str, ...]:
    """The names of the content fields that have a value, in the order of the schema."""
    return tuple(name for name in CONTENT_FIELDS if getattr(record, name) != getattr(_BLANK, name))
