"""``pagesieve report --html`` in a browser."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, article, command, crawl, environment, listing, serve


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of two runs over a site whose second state has lost its dates ."""
    folder = tmp_path_factory.mktemp("reported")
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;"
    with serve() as site:
        paths = [f"/article/{number}" for number in range(30)]
        site.pages |= {"/list": Answer(listing(paths))}
        site.pages |= {path: Answer(article(number, extra=f"<footer>Sign in to {evil}</footer>")) for number, path in enumerate(paths)}
        assert crawl(folder, f"{site.base}/list", revisit=0).returncode == 0
        dated = '<meta name="citation_publication_date" content="2021/03">'
        site.pages |= {path: Answer(article(number).replace(dated, "")) for number, path in enumerate(paths)}
        assert crawl(folder, f"{site.base}/list", revisit=0).returncode == 4
    line = command("report", folder / "articles.sqlite", "--html", folder / "report.html")
    done = subprocess.run(line, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert "the report is in" in done.stderr
    return folder / "report.html"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_what_it_shows(written: Path, width: int, scheme: str, visit: Callable[..., Any]) -> None:
    seen = visit(written.as_uri(), width=width, scheme=scheme)
    page = seen.page
    assert "have published, before 100%" in page.locator("#fell + ul").inner_text()
    assert page.locator("section[aria-labelledby=runs] tbody tr").count() == 2
    published = page.locator("section[aria-labelledby=coverage] tr", has_text="published")
    assert published.locator("svg").get_attribute("aria-label") == "run 1 100%, run 2 0%"
    assert published.locator("td.number").inner_text() == "0% of 30"
    assert page.locator("section[aria-labelledby=dates] tbody th").all_inner_texts() == ["none"]
    assert "30" in page.locator("section[aria-labelledby=kinds] tbody").inner_text()
    assert page.locator("script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.faults() == []
    assert seen.problems == []


def test_it_is_the_same_each_time(written: Path) -> None:
    before = written.read_bytes()
    subprocess.run(command("report", written.with_name("articles.sqlite"), "--html", written), env=environment(), capture_output=True, check=True)
    assert written.read_bytes() == before
