"""The tables of the page on exports name the formats and columns that there are."""

import re
import sqlite3
from pathlib import Path

from example_records import record, written
from loopback import ROOT

from cleaners.export import FORMATS
from cleaners.export.csv import COLUMNS

PAGE = ROOT / "docs" / "exports.md"


def test_the_tables_name_what_there_is(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[`([\w-]+)`\]\(#[\w-]+\) \| (.*?) \|", text, re.MULTILINE)
    assert [(name, tuple(re.findall(r"`(\S+)`", endings))) for name, endings in listed] == [(form.name, form.endings) for form in FORMATS.values()]
    rows = text.partition("## CSV")[2].partition("With `--fields`")[0]
    named = [name for cells in re.findall(r"^\| (`.*?) \|", rows, re.MULTILINE) for name in re.findall(r"`(\w+)`", cells)]
    assert named == [column.name for column in COLUMNS]
    with sqlite3.connect(written([record()], "sqlite", tmp_path)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        columns = {table: [row[1] for row in db.execute(f"PRAGMA table_info({table})")] for table in (*tables, "works")}
    rows = text.partition("## SQLite")[2].partition("## CSL")[0]
    for table in tables:
        (cells,) = re.findall(rf"^\| `{table}` \| (.*?) \|", rows, re.MULTILINE)
        assert re.findall(r"`(\w+)`", re.sub(r" \(.*?\)", "", cells)) == columns[table]
    assert re.findall(r"`(\w+)`", re.findall(r"The view `works` has one line a record: (.*?)\.$", rows, re.MULTILINE)[0]) == columns["works"]
