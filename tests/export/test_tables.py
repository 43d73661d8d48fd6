"""Parquet, CSV and SQLite, read by what people read them with."""

import csv
import datetime
import json
import sqlite3
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa
import pytest
from example_records import HOSTILE, dated, record, samples, text_of, written
from pyarrow import parquet

from cleaners import Record
from cleaners.export.csv import COLUMNS
from cleaners.export.days import days
from cleaners.export.fields import resolve
from cleaners.export.safe import safe_cell, without_controls
from cleaners.record import Author, Identifiers, Keyword, Related, RoleDate, Source, Warc

DAY = datetime.date
FULL = record(
    title="Willow fences",
    authors=(Author(name="Rosa Hale", given="Rosa", family="Hale", affiliations=(1, 0)), Author(name="Otto Brand", affiliations=(1,))),
    affiliations=("Hedge Institute", "Farm School"),
    identifiers=Identifiers(doi="10.5555/a.1", issn=("1234-567X", "2345-6789", "1234-567X")),
    published=dated("2025-01"),
    dates=(RoleDate(role="received", edtf="2024-05-03", precision="day", raw="3 May 2024"), RoleDate(role="issue", edtf="2024-21", raw="Spring")),
    keywords=(Keyword(term="hares", count=3), Keyword(term="fences", count=2**64 - 1)),
    metrics={"citations": 12, "visits": 2**64 - 1, "ranking": "41%"},
    related=(Related(title="Owls", authors=("A. Owl", "B. Owl"), identifiers=Identifiers(pmid="5"), published=dated("2019")),),
    fetched_at="2026-02-01T10:00:00+02:00",
    warc=Warc(filename="a.warc.gz", offset=7),
    merged=(Source(id="url:x", content_sha256="11", lost={"pages": "1–2"}),),
)


@pytest.mark.parametrize(
    ("edtf", "first", "last"),
    [
        ("2024-02-29", DAY(2024, 2, 29), DAY(2024, 2, 29)),
        ("2024-02", DAY(2024, 2, 1), DAY(2024, 2, 29)),
        ("2024", DAY(2024, 1, 1), DAY(2024, 12, 31)),
        ("199X", DAY(1990, 1, 1), DAY(1999, 12, 31)),
        ("2024-35", DAY(2024, 7, 1), DAY(2024, 9, 30)),
        ("2025-01/2025-02", DAY(2025, 1, 1), DAY(2025, 2, 28)),
        ("[2013-01-07,2013-07-01]", DAY(2013, 1, 7), DAY(2013, 7, 1)),
        # Spring is in March or in September, as the page's half of the globe has it.
        ("2024-21", DAY(2024, 1, 1), DAY(2024, 12, 31)),
        ("2024-05/..", DAY(2024, 5, 1), None),
        ("../2024-05", None, DAY(2024, 5, 31)),
        *[(unsaid, None, None) for unsaid in ("2024~", "2024-05?", "-0044", "0000", "", "soon", None)],
    ],
)
def test_the_days_of_a_date_are_no_more_than_it_says(edtf: str | None, first: DAY | None, last: DAY | None) -> None:
    assert days(dated(edtf)) == (first, last)


def test_parquet_has_the_types_of_the_record(tmp_path: Path) -> None:
    table = parquet.read_table(written([*samples(), FULL], "parquet", tmp_path))
    assert table.column_names == list(Record.__struct_fields__)
    kinds = {name: str(table.schema.field(name).type) for name in table.column_names}
    assert kinds["title"] == "string"
    assert kinds["fetched_at"] == "timestamp[us, tz=UTC]"
    assert kinds["published"] == "struct<edtf: string, precision: string, raw: string, earliest: date32[day], latest: date32[day]>"
    assert kinds["authors"].startswith("list<")
    assert pa.types.is_int64(table.schema.field("authors").type.value_type.field("affiliations").type.value_type)
    assert pa.types.is_list(table.schema.field("related").type.value_type.field("authors").type)
    assert pa.types.is_map(table.schema.field("provenance").type)
    rows = table.to_pylist()
    for one, row in zip(samples(), rows, strict=False):
        # But for what is added and what has another form, a row is the record.
        plain = one.to_dict()
        for name in set(plain) - {"published", "dates", "related", "metrics", "provenance", "made_by", "merged", "fetched_at"}:
            assert row[name] == plain[name], name
        assert dict(row["provenance"]) == plain["provenance"]
        assert [{k: v for k, v in date.items() if k in ("role", "raw", "edtf", "precision")} for date in row["dates"]] == plain["dates"]
        assert {metric["name"]: metric["text"] if metric["number"] is None else metric["number"] for metric in row["metrics"]} == plain["metrics"]
        assert [related["snippet"] for related in row["related"]] == [related["snippet"] for related in plain["related"]]
    last = rows[-1]
    assert last["fetched_at"] == datetime.datetime(2026, 2, 1, 8, tzinfo=datetime.UTC)
    assert (last["published"]["earliest"], last["published"]["latest"]) == (DAY(2025, 1, 1), DAY(2025, 1, 31))
    assert last["metrics"][1] == {"name": "visits", "number": None, "text": str(2**64 - 1)}, "no number of 64 bits with a sign"
    assert [keyword["count"] for keyword in last["keywords"]] == [3, None]
    assert (json.loads(last["merged"][0]["lost"]), last["warc"]) == ({"pages": "1–2"}, {"filename": "a.warc.gz", "offset": 7})


def test_parquet_in_sql(tmp_path: Path) -> None:
    """Counts a month, authors out of their lists, and columns of chosen fields only."""
    path = written([*samples(), FULL], "parquet", tmp_path)
    months = duckdb.sql(
        f"SELECT strftime(published.earliest, '%Y-%m') AS month, count(*) FROM '{path}'"
        " WHERE published.precision = 'day' GROUP BY month ORDER BY month"
    ).fetchall()
    wanted: dict[str, int] = {}
    for one in samples():
        if one.published and one.published.precision == "day" and one.published.edtf:
            wanted[one.published.edtf[:7]] = wanted.get(one.published.edtf[:7], 0) + 1
    assert dict(months) == wanted
    names = duckdb.sql(f"SELECT a.name FROM (SELECT unnest(authors) AS a FROM '{path}')").fetchall()
    assert sorted(name for (name,) in names) == sorted(author.name for one in (*samples(), FULL) for author in one.authors)
    few = written([FULL], "parquet", tmp_path, resolve(["published.edtf", "identifiers.doi", "pmid", "abstract"]))
    assert duckdb.sql(f"SELECT published, identifiers FROM '{few}'").fetchall() == [({"edtf": "2025-01"}, {"doi": "10.5555/a.1", "pmid": None})]
    assert parquet.read_schema(few).names == ["published", "identifiers", "abstract"]


def test_row_groups_are_bounded(tmp_path: Path) -> None:
    """By their text too: 20 of two million letters do not wait for each other in memory."""
    path = written((record(id=f"url:{i}", body="x" * 2_000_000) for i in range(20)), "parquet", tmp_path)
    meta = parquet.ParquetFile(path).metadata
    assert meta.num_rows == 20
    assert max(meta.row_group(i).num_rows for i in range(meta.num_row_groups)) <= 8
    many = parquet.ParquetFile(written((record(id=f"url:{i}") for i in range(10_001)), "parquet", tmp_path)).metadata
    assert [many.row_group(i).num_rows for i in range(many.num_row_groups)] == [10_000, 1]


def test_csv_is_a_row_a_record(tmp_path: Path) -> None:
    path = written([*samples(), FULL], "csv", tmp_path)
    assert b"\n" not in path.read_bytes().partition(b"\r\n")[0]
    rows = list(csv.DictReader(text_of(path)))
    assert list(rows[0]) == [column.name for column in COLUMNS]
    for row, one in zip(rows, (*samples(), FULL), strict=True):
        assert (row["id"], row["title"], row["body"]) == tuple(safe_cell(text or "") for text in (one.id, one.title, one.body))
        assert row["authors"] == safe_cell("; ".join(author.name for author in one.authors))
        assert row["published"] == ((one.published.edtf if one.published else None) or "")
        assert row["abstract_truncated"] in ("", "true", "false")
    last = rows[-1]
    assert (last["dates"], last["issn"]) == ("received 2024-05-03; issue 2024-21", "1234-567X; 2345-6789; 1234-567X")
    read = duckdb.sql(f"SELECT id, title, doi FROM read_csv('{path}', all_varchar = true)").fetchall()
    assert [(a, b or "", c or "") for a, b, c in read] == [(row["id"], row["title"], row["doi"]) for row in rows]


def test_csv_has_the_columns_of_chosen_fields_in_their_order(tmp_path: Path) -> None:
    path = written([FULL], "csv", tmp_path, resolve(["doi", "title", "abstract", "published", "made_by", "abstract.marker"]))
    row = next(iter(csv.DictReader(text_of(path))))
    assert list(row) == ["doi", "title", "abstract", "abstract_truncated", "published", "made_by", "abstract.marker"]
    assert json.loads(row["made_by"])["version"] == "1"


def test_no_cell_of_csv_is_run(tmp_path: Path) -> None:
    """In any column: not even a keyword that is the first of its list."""
    records = [
        record(id=f"url:{i}", title=text, container_title=text, keywords=(Keyword(term=text), Keyword(term="b")), metrics={text: 1}, abstract=None, pages=text)
        for i, text in enumerate(HOSTILE)
    ]
    path = written(records, "csv", tmp_path)
    rows = list(csv.DictReader(text_of(path)))
    assert [row["title"] for row in rows] == [safe_cell(without_controls(text)) for text in HOSTILE]
    assert not [cell for row in rows for cell in row.values() if safe_cell(cell) != cell]
    assert duckdb.sql(f"SELECT count(*) FROM read_csv('{path}', all_varchar = true, header = true)").fetchall() == [(len(HOSTILE),)]


def test_sqlite_has_tables_with_keys(tmp_path: Path) -> None:
    path = written([*samples(), FULL], "sqlite", tmp_path)
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        counts = {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("records", "authors", "keywords", "dates", "related")}
        everything = (*samples(), FULL)
        assert counts == {"records": len(everything)} | {name: sum(len(getattr(one, name)) for one in everything) for name in list(counts)[1:]}
        own = (FULL.id,)
        assert db.execute("SELECT scheme, value FROM identifiers WHERE record_id = ? ORDER BY 1, 2", own).fetchall() == [
            *[("doi", "10.5555/a.1"), ("issn", "1234-567X"), ("issn", "2345-6789")]
        ]
        assert db.execute("SELECT name, value FROM metrics WHERE record_id = ? ORDER BY 1", own).fetchall() == [
            *[("citations", 12), ("ranking", "41%"), ("visits", str(2**64 - 1))]
        ]
        where = "SELECT a.name, f.name FROM author_affiliations x JOIN authors a ON a.record_id = x.record_id AND a.position = x.author"
        where += " JOIN affiliations f ON f.record_id = x.record_id AND f.position = x.affiliation WHERE x.record_id = ? ORDER BY x.author, x.affiliation"
        assert db.execute(where, own).fetchall() == [("Rosa Hale", "Hedge Institute"), ("Rosa Hale", "Farm School"), ("Otto Brand", "Farm School")]
        assert db.execute("SELECT earliest, latest FROM dates WHERE record_id = ? ORDER BY position", own).fetchall()[0] == ("2024-05-03", "2024-05-03")
        works = db.execute("SELECT authors, year, title, doi, keywords FROM works WHERE id = ?", own).fetchall()
        assert works == [("Rosa Hale; Otto Brand", 2025, "Willow fences", "10.5555/a.1", "hares; fences")]
        db.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("INSERT INTO keywords VALUES ('url:none', 0, 'x', NULL)")


def test_sqlite_takes_an_id_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two records have one id"):
        written([FULL, msgspec.structs.replace(FULL, title="Another")], "sqlite", tmp_path)
