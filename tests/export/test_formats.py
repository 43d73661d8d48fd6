"""What holds of all formats: the ending says which, the same records give the same bytes, chosen fields are all that is said."""

import gzip
from pathlib import Path

import pytest
from example_records import record, samples, written

from cleaners import Record
from cleaners.export import FORMATS, format_of, write
from cleaners.export.fields import known, only, project, resolve
from cleaners.record import Abstract, Author, Identifiers, Keyword

ALL = record(
    title="Willow fences and brown hares",
    authors=(Author(name="Rosa Hale"),),
    identifiers=Identifiers(doi="10.5555/a.1", pmid="77"),
    abstract=Abstract(text="Hares rest by fences.", truncated=True),
    keywords=(Keyword(term="coppice"),),
    body="The whole text.",
)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        *[("a.jsonl", "jsonl"), ("a.JSONL.GZ", "jsonl"), ("x/a.b.csv", "csv"), ("a.db", "sqlite"), ("a.sqlite", "sqlite"), ("a.json.gz", "csl-json")],
        *[("a.bib", "bibtex"), ("a.ris", "ris"), ("a.md", "markdown"), ("a.parquet", "parquet")],
        *[("a", None), ("a.gz", None), ("a.parquet.gz", None), ("a.xlsx", None), ("csv", None)],
    ],
)
def test_the_ending_says_the_format(path: str, name: str | None) -> None:
    found = format_of(path)
    assert (found.name if found else None) == name


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_records_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    """Those of all samples, and none; of the formats that are text gzipped too, without a time in it."""
    first, form = written(samples(), name, tmp_path).read_bytes(), FORMATS[name]
    assert written(iter(samples()), name, tmp_path).read_bytes() == first
    write(samples(), tmp_path / "zipped", form, gzipped=form.is_text)
    zipped = (tmp_path / "zipped").read_bytes()
    assert (gzip.decompress(zipped) if form.is_text else zipped) == first
    assert not form.is_text or zipped[3:8] == bytes(5), "neither flags, that is a name, nor a time"
    write([], tmp_path / "none", form)
    if not form.is_text:
        assert (tmp_path / "none").stat().st_size, "an empty table is one"
    else:
        assert (tmp_path / "none").read_bytes().strip() in (b"", b"[]", first.partition(b"\r\n")[0])


def test_jsonl_is_the_records(tmp_path: Path) -> None:
    lines = written(samples(), "jsonl", tmp_path).read_bytes().splitlines()
    assert tuple(map(Record.from_json, lines)) == samples()


def test_fields_have_paths_and_short_names() -> None:
    assert resolve(["title", "doi", "identifiers.doi", "abstract.text", "text", "pdf", "published"]) == (
        *("title", "identifiers.doi", "abstract.text", "links.pdf", "published"),
    )
    for name in ("doi ", "authors.name", "novel", ""):
        with pytest.raises(ValueError, match=r"no field .* the fields are schema, id, kind, url, .* doi, "):
            resolve([name])
    # Each name can be asked of each record, be its struct there or not.
    for one in samples():
        assert project(one, resolve(known())) == one.to_dict()
        assert only(one, resolve(known())) == without_warc(one)


def without_warc(one: Record) -> Record:
    """The place in a web archive is in no format that leaves fields empty."""
    return Record.from_json(only(one, [name for name in known() if name in one.__struct_fields__]).to_json())


@pytest.mark.parametrize("name", FORMATS)
def test_of_chosen_fields_only_these_are_said(name: str, tmp_path: Path) -> None:
    content = written([ALL], name, tmp_path, resolve(["title", "pmid"]))
    said = content.read_bytes()
    if name != "parquet":  # which is compressed
        assert b"Willow fences" in said
        assert b"77" in said or name == "bibtex"
    for absent in (b"Rosa", b"coppice", b"The whole text", b"rest by"):
        assert absent not in said
    empty = only(ALL, resolve(["abstract.truncated"]))
    assert (empty.title, empty.authors, empty.abstract) == (None, (), Abstract(text="", truncated=True))
    write([empty], tmp_path / "empty", FORMATS[name])
