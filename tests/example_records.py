"""Records to export: those of the sample pages, and ones made up in a test."""

import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from cleaners import Page, Record, clean
from cleaners.export import FORMATS, write
from cleaners.record import MadeBy, PartialDate

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
# What formats take for more than text, as titles, names and keywords may hold it.
HOSTILE = (
    *("=cmd|' /C calc'!A0", "@SUM(1)", "-1+1", "+", "quo\"te, 'and' ; semi", '"', "'", "''"),
    *("un{balanced", "un}balanced", "{}", "ends with \\", "\\input{/etc/passwd}", "50% & $x_1^2$ #~", "%", "a -- b --- ``c''", "@article{x, title={y}}"),
    *("Smith and Jones", "others", "Hale, Rosa, Jr.", "ER  - ", "one\nER  - \n\nTY  - JOUR", "two\r\n\r\nlines"),
    *("null\x00 bell\x07 esc\x1b[31m", "\u202eRTL\u202c", "עברית العربية", "👩‍🔬 🧪", "é", "\u2028line\u2029", "x" * 300),
    *("# heading", "- item", "1. item", "1) item", "===", "---", "```", "~~~", "> quote", "    code", ":", "a:smile:", "| a | b |"),
    *("<script>alert(1)</script>", "<!-- c", "<b>x</b>", "&lt;b&gt; &#60;", "**b** _i_ `c` ~~d~~", "![i](http://e.example/i.png)"),
    *("[x]: http://e.example", "[x](javascript:alert(1))", "http://e.example/?a=b", "www.e.example", "a@e.example", "<http://e.example>"),
)


def record(**fields: Any) -> Record:
    """An article with these fields."""
    needed = {"id": "doi:10.5555/a.1", "kind": "article", "content_sha256": "00", "made_by": MadeBy(version="1", config="", libraries={})}
    return Record(**(needed | fields))


def dated(edtf: str | None, raw: str = "as the page words it") -> PartialDate:
    """A date; its precision does not matter for what is exported."""
    return PartialDate(edtf=edtf, raw=raw)


@lru_cache(maxsize=1)
def samples() -> tuple[Record, ...]:
    """The records of all sample pages, of those with one id the first."""
    found: dict[str, Record] = {}
    for path in sorted(SAMPLES.glob("*/page.*")):
        page = Page(content=path.read_bytes(), kind="text" if path.suffix == ".txt" else "html", url=f"https://journal.example/{path.parent.name}")
        one = clean(page)
        found.setdefault(one.id, one)
    return tuple(found.values())


def written(records: Iterable[Record], name: str, folder: Path, fields: Sequence[str] = ()) -> Path:
    """The file of these records in a format."""
    path = folder / f"out{FORMATS[name].endings[0]}"
    write(records, path, FORMATS[name], fields=fields)
    return path


def text_of(path: Path) -> io.StringIO:
    """A file's text, with its line ends as they are."""
    return io.StringIO(path.read_bytes().decode(), newline="")
