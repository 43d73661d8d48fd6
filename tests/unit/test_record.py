"""The record: immutable, one line of JSON, and its own schema."""

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from cleaners.record import (
    Abstract,
    Author,
    Completion,
    Identifiers,
    Keyword,
    Links,
    MadeBy,
    Notice,
    PartialDate,
    Record,
    Related,
    RoleDate,
    Section,
    Snippet,
    Source,
    json_schema,
)

MADE_BY = MadeBy(version="1.0", config="c0ffee", libraries={"lxml": "6.1"})
BARE = Record(id="sha256:00", kind="empty", content_sha256="00", made_by=MADE_BY)
FILLED = Record(
    id="doi:10.5555/nuw.2018.201",
    kind="article",
    url="https://x.example/a?b=1",
    canonical_url="https://x.example/a",
    title="Fledermäuse “unter” Brücken\u2028∷",
    authors=(Author(name="Rosa Hale", given="Rosa", family="Hale", orcid="0000-0002-1825-0097", affiliations=(0, 1)), Author(name="林若溪")),
    affiliations=("Bat Unit, Wendmoor", "County of Ullsdale"),
    container_title="Urban Wildlife",
    publisher="Lantern Press",
    volume="6",
    issue="3",
    pages="201–212",
    language="de-AT",
    license="https://creativecommons.org/licenses/by/4.0/",
    published=PartialDate(edtf="2018-07", precision="month", raw="Juli 2018"),
    dates=(RoleDate(role="received", edtf="2018-01-03", precision="day", raw="3.1.2018"), RoleDate(role="issue", raw="Sommer")),
    identifiers=Identifiers(doi="10.5555/nuw.2018.201", pmid="99400201", pmcid="PMC9940201", arxiv="1807.00001", issn=("2049-3630",), isbn=("9780306406157",)),
    abstract=Abstract(text="Eins.\n\nMethods: Zwei", sections=(Section(text="Eins."), Section(label="Methods", text="Zwei")), truncated=True, marker="..."),
    body="One.\n\nTwo.",
    keywords=(Keyword(term="bats", count=12), Keyword(term="bridges")),
    metrics={"citations": 11, "category_ranking": "98%"},
    related=(Related(), Related(title="T", authors=("Otto Brand",), snippet=Snippet(text="S", completed=Completion(source="doi:1", shown="s")))),
    links=Links(pdf="https://x.example/a.pdf", source="https://doi.org/10.5555/nuw.2018.201"),
    warnings=(Notice(code="dropped_prose", message="…"),),
    provenance={"title": "block:3"},
    merged=(Source(id="doi:1", content_sha256="ff", lost={"title": "Bats", "authors": [{"name": "R. Hale"}]}),),
    fetched_at="2025-01-02T03:04:05Z",
    content_sha256="ff",
    made_by=MADE_BY,
)
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


@pytest.mark.parametrize("record", [BARE, FILLED], ids=["bare", "filled"])
def test_a_record_is_one_line_of_json_that_validates_and_comes_back(record: Record) -> None:
    line = record.to_json()
    assert "\n" not in line
    VALIDATOR.validate(json.loads(line))
    assert Record.from_json(line) == record
    assert Record.from_json(line.encode()) == record
    assert json.loads(line) == record.to_dict()


def test_every_field_is_written_in_the_order_of_the_schema() -> None:
    assert list(BARE.to_dict()) == list(FILLED.to_dict()) == list(Record.__struct_fields__)


def test_what_is_absent_is_null_and_absent_lists_are_empty() -> None:
    plain = BARE.to_dict()
    lists = {name for name, value in plain.items() if value == []}
    assert lists == {"authors", "affiliations", "dates", "keywords", "merged", "related", "warnings"}
    assert plain["identifiers"] == {"doi": None, "pmid": None, "pmcid": None, "arxiv": None, "issn": [], "isbn": []}
    assert plain["links"] == {"pdf": None, "source": None}
    assert plain["abstract"] is plain["title"] is plain["published"] is None


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kind": "recipe"}, "kind"),
        ({"title": 7}, "title"),
        ({"authors": [{"given": "Rosa"}]}, "authors"),
        ({"metrics": {"citations": 1.5}}, "metrics"),
        ({"published": {"edtf": "2018", "precision": "minute", "raw": ""}}, "published"),
        ({"schema": "pagesieve.record/2"}, "schema"),
        ({"id": None}, "id"),
    ],
)
def test_schema_and_reader_refuse_the_same_things(change: dict[str, Any], complaint: str) -> None:
    wrong = FILLED.to_dict() | change
    errors = list(VALIDATOR.iter_errors(wrong))
    assert errors
    assert complaint in {error.absolute_path[0] for error in errors}
    with pytest.raises(msgspec.ValidationError, match=rf"\$\.{complaint}"):
        Record.from_json(json.dumps(wrong))


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        FILLED.title = "another"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        FILLED.identifiers.doi = "10.5555/other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        FILLED.authors[0] = Author(name="another")  # type: ignore[index]


def test_the_schema_describes_each_field_that_needs_it() -> None:
    definitions = json_schema()["$defs"]
    assert definitions["Abstract"]["properties"]["truncated"]["description"] == "null: cannot be known from this text."
    assert set(definitions["Record"]["required"]) == {"id", "kind", "content_sha256", "made_by"}
