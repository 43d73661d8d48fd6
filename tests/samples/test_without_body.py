"""Without the main text the record of a sample page says the same of all else."""

import gzip
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cleaners import Page, Record, clean
from cleaners.made_by import made_by

PAGES = sorted((Path(__file__).resolve().parents[2] / "samples").glob("*/page.*"))
# Warnings that speak of the main text.
OF_BODY = ("dropped_prose", "body_truncated")


def rest(record: Record) -> Record:
    changes: dict[str, Any] = {"body": None, "made_by": made_by(), "warnings": tuple(w for w in record.warnings if w.code not in OF_BODY)}
    return msgspec.structs.replace(record, provenance={field: source for field, source in record.provenance.items() if field != "body"}, **changes)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name)
def test_all_else_is_the_same(path: Path) -> None:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    page = Page(content=content, kind="text" if ".txt" in path.name else "html", url="https://example.org/1")
    bare = clean(page, body=False)
    assert bare.body is None
    assert bare.made_by != made_by()
    assert rest(bare) == rest(clean(page))
