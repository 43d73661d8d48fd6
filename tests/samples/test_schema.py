"""The published JSON Schema is the one that the code makes, and every record keeps it."""

import json
from pathlib import Path

import jsonschema
import pytest

from cleaners import clean_html, clean_text
from cleaners.record import json_schema

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path for path in (ROOT / "samples").glob("*/page.*"))
PUBLISHED = json.loads((ROOT / "schema" / "record-1.json").read_bytes())


def test_the_published_schema_is_that_of_the_code() -> None:
    """Where they differ: ``pagesieve schema > schema/record-1.json``, and a line in the changelog."""
    assert json.loads(json.dumps(json_schema())) == PUBLISHED


def test_the_schema_is_one_and_can_fail() -> None:
    jsonschema.Draft202012Validator.check_schema(PUBLISHED)
    record = clean_text("A line of text that nobody could take for more than that.").to_dict()
    for wrong in ({"kind": "novel"}, {"title": 7}, {"authors": [{"given": "Rosa"}]}, {"keywords": [{"term": None}]}, {"metrics": {"citations": 1.5}}):
        assert not _validator().is_valid(record | wrong)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name)
def test_records_of_the_samples(path: Path) -> None:
    record = (clean_text if path.suffix == ".txt" else clean_html)(path.read_bytes()).to_dict()
    assert [f"{error.json_path}: {error.message}" for error in _validator().iter_errors(record)] == []
    assert list(record) == list(PUBLISHED["$defs"]["Record"]["properties"]), "all fields are there, in this order"


def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(PUBLISHED)
