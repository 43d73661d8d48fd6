"""``pagesieve inspect`` over a store that a real crawl made, of pages that want to be more than text, in a real browser."""

import json
import os
import re
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from loopback import Answer, article, command, crawl, environment, listing, serve

# Whole tags are taken out of what metadata states; this is none, until it stands in markup.
_EVIL = '"><svg/onload=alert(1)//'


def hostile(number: int) -> str:
    """An article whose title, names and headings are markup, if they are let."""
    escaped = _EVIL.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    page = article(number).replace("<h1>", f"<h1>{escaped} ").replace("<title>", f"<title>{escaped} ")
    page = page.replace('name="citation_title" content="', f'name="citation_title" content="{escaped} ')
    return page.replace('content="Nováková, Petra"', f'content="{escaped}"')


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inspected")
    with serve() as site:
        paths = [f"/article/{number}" for number in range(60)] + ["/evil?q=%22%3E%3Cscript%3Ealert(3)%3C/script%3E", "/wall"]
        site.pages |= {"/list": Answer(listing(paths)), "/wall": Answer("<title>Just a moment...</title><p>Verify you are human.</p>")}
        site.pages |= {path: Answer(article(number)) for number, path in enumerate(paths[:60])} | {paths[60]: Answer(hostile(60))}
        assert crawl(folder, f"{site.base}/list").returncode == 1  # one page was blocked
    return folder / "articles.sqlite"


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    """A running inspector: the address that it printed."""
    with subprocess.Popen(command("inspect", store), env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        yield line.split()[-1]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert not os.path.exists(f"{store}.part")


def ask(address: str, path: str, **headers: str) -> tuple[int, dict[str, str]]:
    """Status and headers of an answer, without a browser."""
    parts = urlsplit(address)
    asking = HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    asking.request("GET", path, headers=headers)
    answer = asking.getresponse()
    return answer.status, dict(answer.getheaders())


def test_only_who_has_the_token_is_answered(address: str) -> None:
    parts = urlsplit(address)
    assert ask(address, "/")[0] == 403
    assert ask(address, "/?token=guess")[0] == 403
    assert ask(address, f"/?{parts.query}", Host="journal.example")[0] == 403
    status, headers = ask(address, f"/records?{parts.query}&text=hare")
    assert (status, headers["Location"]) == (302, "/records?text=hare")
    cookie = headers["Set-Cookie"].split(";")[0]
    assert "HttpOnly" in headers["Set-Cookie"]
    assert "SameSite=Strict" in headers["Set-Cookie"]
    assert ask(address, "/records", Cookie=cookie)[0] == 200
    assert ask(address, "/pages/999999", Cookie=cookie)[0] == 404
    assert "script-src" not in ask(address, "/", Cookie=cookie)[1]["Content-Security-Policy"]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_view(address: str, store: Path, width: int, scheme: str, visit: Callable[..., Any]) -> None:
    """From the runs to a record and its explanation, with nothing that runs, nothing that is asked for elsewhere, no serious fault."""
    seen = visit(address, width=width, scheme=scheme)
    page = seen.page
    assert "token" not in page.url
    assert page.locator("h1").inner_text() == "Runs of articles.sqlite"
    assert "article 61" in page.locator("main").inner_text()
    assert seen.faults() == []
    seen.follow("tbody a")
    assert "Journal" not in page.locator("h1").inner_text()
    assert page.locator("h1").inner_text() == "Run 1"
    assert seen.faults() == []
    for name in ("Sites", "Records", "Blocked"):
        seen.follow(f"nav >> text={name}")
        assert page.locator("tbody tr").count() > 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.faults() == []
    assert "Just a moment" in page.locator("main").inner_text()
    seen.follow("nav >> text=Records")
    assert page.locator("tbody tr").count() == 50
    seen.follow("text=later")
    assert page.locator("tbody tr").count() == 13  # with the listing and the wall
    page.fill("[name=text]", "svg/onload")
    seen.follow("button")
    assert page.locator("tbody tr").count() == 1
    seen.follow("tbody a")
    assert _EVIL in page.locator("h1").inner_text()
    assert seen.faults() == []
    seen.follow("text=Cleaned again")
    assert "Nothing differs." in page.locator("main").inner_text()
    page.go_back()
    seen.follow("text=Why it is so")
    assert page.locator(".line").count() > 3
    assert page.locator("#field-title .value").inner_text()
    page.fill("#search", "neighbours")
    assert page.locator(".line:visible").count() < page.locator(".line").count()
    assert seen.faults() == []
    assert seen.problems == []


def test_a_re_clean_shows_before_and_after(address: str, store: Path, visit: Callable[..., Any]) -> None:
    with sqlite3.connect(store) as db:
        [(number, line)] = db.execute("SELECT page_id, record FROM records WHERE kind = 'article' ORDER BY page_id LIMIT 1")
        old = json.loads(line) | {"title": "What an older version made of it"}
        db.execute("UPDATE records SET record = ? WHERE page_id = ?", (json.dumps(old), number))
    page = visit(address).page
    page.goto(re.sub(r"/\?.*", f"/pages/{number}/again", address))
    assert page.locator("tbody th").all_inner_texts() == ["title"]
    assert "What an older version" in page.locator("del").inner_text()
    assert "in a changing landscape" in page.locator("ins").inner_text()


def test_nothing_is_written(address: str, store: Path, visit: Callable[..., Any]) -> None:
    def content() -> str:
        with sqlite3.connect(store) as db:
            return "\n".join(db.iterdump())

    before = content()
    page = visit(address).page
    for path in ("", "sites", "records?text=%25", "blocked", "pages/2", "pages/2/again", "pages/2/explanation"):
        page.goto(re.sub(r"/\?.*", f"/{path}", address))
    assert content() == before
