"""``pagesieve explain``, and what there is to be seen of a record."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from loopback import command, environment, in_terminal

from cleaners import Page, explain
from cleaners.explanation.page import differences
from cleaners.explanation.view import view
from cleaners.ledger import Edit

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def run(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command("explain", *arguments), env=environment(), input=stdin, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("name", ["pubfacts-html/page.html", "pubfacts-flat/page.txt"])
def test_each_line_of_the_page_is_told(name: str) -> None:
    """In order, with its sign, role and rule; then the fields."""
    done = run(SAMPLES / name)
    assert done.returncode == 0
    told = done.stdout.decode()
    kind = "text" if name.endswith("txt") else "html"
    record, ledger = explain(Page(content=(SAMPLES / name).read_bytes(), kind=kind))
    marks = {mark.block: mark for mark in ledger.marks}
    at = 0
    for block in ledger.blocks:
        role = marks[block.index].role if block.index in marks else "–"
        at = told.index(f"{block.index:>2} ", at)
        line = told[at:].partition("\n")[0]
        assert role in line, line
        assert block.text[:20].strip() in line, line
    assert f"title  {record.title[:30]}" in told[at:]
    assert "\n  block:" in told[at:]


def test_it_fits_the_terminal() -> None:
    told, status = in_terminal(command("explain", SAMPLES / "news-article/page.html"), SAMPLES, environment() | {"NO_COLOR": "1"}, columns=80)
    assert status == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", told)
    assert max(map(len, plain.splitlines())) == 80
    assert " + body         " in plain


def test_a_page_is_written_and_stdin_is_read(tmp_path: Path) -> None:
    page = (SAMPLES / "news-article/page.html").read_bytes()
    done = run("-", "--html", tmp_path / "why.html", "--url", "https://news.example/1", stdin=page)
    assert (done.returncode, done.stdout) == (0, b"")
    assert f"the explanation is in {tmp_path}/why.html" in done.stderr.decode()
    assert "https://news.example/1" in (tmp_path / "why.html").read_text(encoding="utf-8")


def test_several_pages_are_refused(tmp_path: Path) -> None:
    (tmp_path / "two.jsonl").write_text("".join(json.dumps({"html": f"<h1>Page {i}</h1>"}) + "\n" for i in range(2)))
    done = run(tmp_path / "two.jsonl")
    assert done.returncode == 2
    assert "one is explained at a time" in done.stderr.decode()


def test_a_page_that_is_none_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    done = run(tmp_path / "picture.html")
    assert done.returncode == 1
    assert "PNG" in (done.stdout + done.stderr).decode()


def test_what_of_related_articles_is_not_in_the_record_is_left_out() -> None:
    """The site's buttons stand among them, and are shown as what they are."""
    seen = view(*explain(Page(content=(SAMPLES / "pubfacts-html/page.html").read_bytes())))
    kept = {line.text: line.kept for line in seen.lines if line.role == "related"}
    assert kept["Winter denitrification under willow and alder."]
    assert not kept["View Article and Find Full Text PDF"]


def test_every_kept_line_leads_to_a_field_and_back() -> None:
    for name in ("pubfacts-html", "publisher-fulltext", "news-article"):
        seen = view(*explain(Page(content=(SAMPLES / name / "page.html").read_bytes())))
        by_name = {field.name: field for field in seen.fields}
        assert any(line.fields for line in seen.lines)
        for line in seen.lines:
            assert all(line.index in by_name[field].lines for field in line.fields)


def test_differences_show_what_cannot_be_seen() -> None:
    edit = Edit("/html/body/p", 0, "wil\u200blows  grow", "willows grow", "unseen")
    parts = list(differences(edit))
    assert "".join(text for kind, text in parts if kind != "new") == "wil[U+200B]lows  grow"
    assert "".join(text for kind, text in parts if kind != "gone") == "willows grow"
