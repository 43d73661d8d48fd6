"""Whatever text a record holds, each format gives it back to what reads it: as it is, or on one line where the format has lines."""

import csv
import json
import re
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bibtexparser
import duckdb
import rispy
from example_records import HOSTILE, record, text_of, written
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pyarrow import parquet

from cleaners import Record
from cleaners.export.csl_json import item
from cleaners.export.markdown import document
from cleaners.export.safe import one_line, safe_cell, without_controls
from cleaners.record import Abstract, Author, Keyword

TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.text(st.sampled_from("{}\\%&$#_~^\"'`@,;-=<>[]()*|!?: \n\r\t\x00aé"), max_size=30),
    st.sampled_from(HOSTILE),
    st.tuples(st.sampled_from(HOSTILE), st.sampled_from(HOSTILE)).map("".join),
)
SIGNS = {
    r"{\textbackslash}": "\\", r"{\textbraceleft}": "{", r"{\textbraceright}": "}", r"{\textasciitilde}": "~", r"{\textasciicircum}": "^",
    r"\{": "{", r"\}": "}", "{}": "",
    **{f"\\{c}": c for c in "%&$#_"},
}
PARSER = MarkdownIt("gfm-like")
PARSER.linkify.set({"fuzzy_link": False})


@st.composite
def records(draw: Any) -> list[Record]:
    texts = draw(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=3))
    return [
        record(id=f"url:{i}", title=a, authors=(Author(name=b),), keywords=(Keyword(term=c),), abstract=Abstract(text=b), body=c, metrics={a: b}, pages=c)
        for i, (a, b, c) in enumerate(texts)
    ]


def shown(value: str) -> str:
    """What TeX shows of a value: each sign that we wrote, taken back."""
    for written_as, sign in SIGNS.items():
        value = value.replace(written_as, f"\0{sign}")  # a sign that was taken back begins nothing again
    return re.sub(r"(?<!\0)[{}]|\0", "", value)  # braces that are left keep capitals


@settings(max_examples=150, deadline=None)
@given(records())
def test_text_comes_back_from_every_format(made: list[Record]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        titles = [one.title or "" for one in made]
        bodies = [one.body or "" for one in made]
        lines = [one_line(title) for title in titles]
        assert [Record.from_json(line) for line in written(made, "jsonl", folder).read_bytes().splitlines()] == made

        path = written(made, "parquet", folder)
        rows = parquet.read_table(path).to_pylist()
        assert [(row["title"], row["body"], row["authors"][0]["name"]) for row in rows] == [(one.title, one.body, one.authors[0].name) for one in made]
        assert [title for (title,) in duckdb.sql(f"SELECT title FROM '{path}'").fetchall()] == titles

        with sqlite3.connect(written(made, "sqlite", folder)) as db:
            assert db.execute("SELECT title, body FROM records ORDER BY id").fetchall() == list(zip(titles, bodies, strict=True))
            assert db.execute("SELECT term FROM keywords ORDER BY record_id").fetchall() == [(one.keywords[0].term,) for one in made]

        cells = list(csv.DictReader(text_of(written(made, "csv", folder))))
        assert [row["title"] for row in cells] == [safe_cell(without_controls(title)) for title in titles]
        assert not [cell for row in cells for cell in row.values() if safe_cell(cell) != cell]

        items = json.loads(written(made, "csl-json", folder).read_bytes())
        assert items == [item(one) for one in made]

        read = bibtexparser.parse_file(str(written(made, "bibtex", folder)), encoding="utf-8")
        assert not read.failed_blocks
        assert [shown(entry["title"]) if "title" in entry else "" for entry in read.entries] == lines
        assert [shown(entry["abstract"]) if "abstract" in entry else "" for entry in read.entries] == [one_line(one.authors[0].name) for one in made]

        references = rispy.loads(written(made, "ris", folder).read_text(encoding="utf-8"))
        assert [reference.get("title", "") for reference in references] == lines


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_markdown_shows_the_text_and_nothing_else(text: str) -> None:
    """In a heading, in a list, in a paragraph."""
    tokens = PARSER.parse(document(record(title=text or "t", container_title=text, body=f"{text}\n\nend")))
    kinds = [token.type for token in tokens if token.type.endswith("_open")]
    assert set(kinds) <= {"heading_open", "bullet_list_open", "list_item_open", "paragraph_open"}
    inline = [token for token in tokens if token.type == "inline"]
    assert {child.type for token in inline for child in token.children or ()} <= {"text", "text_special"}
    assert "".join(child.content for child in inline[0].children or ()) == one_line(text or "t").strip()
