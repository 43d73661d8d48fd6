"""The explanation of a record in a browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cleaners import Page, explain
from cleaners.explanation.page import page as html_of
from cleaners.explanation.view import view

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FIVE = ("pubfacts-html", "publisher-fulltext", "news-article", "chinese-html", "pubfacts-flat")
HOSTILE = """<html><head><title>&lt;/title&gt;&lt;script&gt;alert('title')&lt;/script&gt;</title>
<meta name="citation_title" content="<img src=x onerror=alert('meta')>"><meta name="citation_doi" content="10.5555/&quot;><script>alert('doi')</script>">
<link rel="canonical" href="javascript:alert('canonical')"></head>
<body class="{{ 7 * 7 }}"><h1>&lt;script&gt;alert("heading")&lt;/script&gt; of the willow</h1>
<p id='"><script>alert(1)</script>'>{{ config }} {% raw %} --&gt; ]]&gt; A paragraph about \u202ewillows\u202c with
<a href="javascript:alert('link')">a link</a>, which is as long as a sentence has to be here.</p><p>&lt;/script&gt;&lt;/style&gt;</p></body></html>"""


def written(folder: Path, content: bytes | str, *, kind: str = "html", url: str | None = "https://journal.example/1") -> str:
    """The address of an explanation."""
    path = folder / "why.html"
    path.write_text(html_of(view(*explain(Page(content=content, kind=kind, url=url))), "page.html"), encoding="utf-8")
    return path.as_uri()


def of_sample(folder: Path, name: str) -> str:
    path = next(p for p in (SAMPLES / name).iterdir() if p.name.startswith("page."))
    return written(folder, path.read_bytes(), kind="text" if path.suffix == ".txt" else "html")


@pytest.mark.parametrize("name", FIVE)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_line_and_field_is_there(name: str, width: int, scheme: str, tmp_path: Path, visit: Callable[..., Any]) -> None:
    """The page's lines in order, each with its role; the record's fields with their lines; no serious fault for who cannot see it."""
    path = next(p for p in (SAMPLES / name).iterdir() if p.name.startswith("page."))
    record, ledger = explain(Page(content=path.read_bytes(), kind="text" if path.suffix == ".txt" else "html", url="https://journal.example/1"))
    seen = visit(of_sample(tmp_path, name), width=width, scheme=scheme)
    page = seen.page
    assert page.locator(".line > .text").all_text_contents() == [block.text for block in ledger.blocks]
    roles = {mark.block: mark.role for mark in ledger.marks}
    assert [line.get_attribute("data-role") for line in page.locator(".line").all()] == [roles.get(block.index, "none") for block in ledger.blocks]
    assert page.locator("#field-title .value").inner_text() == record.title
    assert page.locator("h1").inner_text() == record.title
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.faults() == []
    assert seen.problems == []


def test_the_keyboard_reaches_every_reason(tmp_path: Path, visit: Callable[..., Any]) -> None:
    seen = visit(of_sample(tmp_path, "pubfacts-html"))
    page = seen.page
    page.locator(".line summary").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("#line-2 .why").get_attribute("open") is not None
    assert "sites put around articles" in page.locator("#line-2 .why").inner_text()
    assert page.locator(".line summary[tabindex='0']").count() == 1
    page.locator("#field-authors .links a").first.press("Enter")
    page.wait_for_function("document.activeElement.closest('.line')?.id === 'line-7'")
    assert seen.problems == []


def test_search_and_filters(tmp_path: Path, visit: Callable[..., Any]) -> None:
    seen = visit(of_sample(tmp_path, "pubfacts-html"))
    page = seen.page
    shown = page.locator(".line:visible")
    everything = shown.count()
    page.fill("#search", "NITRATE")
    assert 0 < shown.count() < everything
    assert all("nitrate" in text.lower() for text in shown.locator(".text").all_text_contents())
    assert page.locator("#shown").inner_text() == f"{shown.count()} lines"
    page.fill("#search", "")
    page.uncheck("[name=role][value=chrome]")
    assert page.locator(".line[data-role=chrome]:visible").count() == 0
    page.select_option("#kept", "left")
    assert page.locator(".line.kept:visible").count() == 0
    page.select_option("#kept", "")
    page.select_option("#rule", "region:abstract")
    assert {line.get_attribute("data-rule") for line in shown.all()} == {"region:abstract"}
    # A link of the record brings back what is filtered away.
    page.click("#field-authors .links a")
    assert page.locator("#line-7").is_visible()
    assert seen.problems == []


def test_what_a_page_holds_stays_text(tmp_path: Path, visit: Callable[..., Any]) -> None:
    seen = visit(written(tmp_path, HOSTILE, url="javascript:alert('url')"))
    page = seen.page
    assert 'alert("heading")' in page.locator("#page").inner_text()
    assert "{{ config }}" in page.locator("#page").inner_text()
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, [onerror], a[href^='javascript']").count() == 0
    assert "[U+202E]" in page.locator(".edit").first.inner_text()
    assert seen.problems == []


def test_nothing_runs_even_if_it_were_markup(tmp_path: Path, visit: Callable[..., Any]) -> None:
    """The policy of the page itself: a script or a picture that got into it would be refused."""
    url = of_sample(tmp_path, "news-article")
    path = tmp_path / "why.html"
    path.write_text(path.read_text(encoding="utf-8").replace("<main>", "<main><script>document.title = 'run'</script><img src='https://other.example/x.png'>"))
    seen = visit(url)
    assert seen.page.title() != "run"
    assert [p for p in seen.problems if p.startswith("request")] == []
    assert any("Content Security Policy" in p for p in seen.problems)


def test_it_is_the_same_each_time(tmp_path: Path) -> None:
    written(tmp_path, HOSTILE)
    first = (tmp_path / "why.html").read_bytes()
    written(tmp_path, HOSTILE)
    assert (tmp_path / "why.html").read_bytes() == first
