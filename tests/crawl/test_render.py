"""Pages that scripts make, with a real browser; and what pages may do to one."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from shutil import which
from typing import Any
from uuid import uuid4

import pytest
from loopback import Answer, Pages, Site, article, command, crawl, crawl_file, environment, serve

from crawler.browser import NO_BROWSER
from crawler.outlet import Outlet
from crawler.plan import NO_DRIVER
from crawler.render import is_public
from crawler.store import Store

# On a build machine the browser is there, or the build is broken.
needs_browser = pytest.mark.skipif(
    not any(map(which, ("chromium", "google-chrome"))) and not [*Path.home().glob(".cache/ms-playwright/chromium*")] and "CI" not in os.environ,
    reason="there is no Chromium",
)
_HANGS = "<h1>Hangs</h1><script>fetch('/started').then(() => { for (;;); })</script>"


def made_by_script(number: int, also: str = "") -> Pages:
    """A page that is empty but for a script, which asks for the article and then for whatever else is given."""
    script = f"fetch('/data/{number}').then(r => r.text()).then(async text => {{ document.documentElement.innerHTML = text; {also} }})"
    body = f"<title>Loading</title><link rel=stylesheet href=/style.css><img src=/picture.png><video src=/film.mp4></video><script>{script}</script>"
    page = Answer(body, Content_Type="text/html", Set_Cookie="seen=1", X_Own="kept")
    return {f"/js/{number}": page, f"/data/{number}": Answer(article(number), Content_Type="text/plain")}


def stored(folder: Path, path: str) -> tuple[dict[str, str], str]:
    """Headers and why of the latest answer to a path."""
    with sqlite3.connect(folder / "articles.sqlite") as db:
        [(headers, why)] = db.execute("SELECT headers, why FROM urls LEFT JOIN pages p ON p.id = page_id WHERE url LIKE ?", (f"%{path}",))
    return dict(json.loads(headers or "[]")), why


def titles(folder: Path) -> dict[str, str]:
    records = map(json.loads, (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines())
    return {"/" + record["url"].split("/", 3)[3]: record["title"] for record in records}


def title(number: int) -> str:
    return article(number).split("<title>")[1].split("</title>")[0]


class Always(dict[str, Any]):
    """Pages, and one answer to all that has a query."""

    def __init__(self, pages: Pages, answer: Answer) -> None:
        super().__init__(pages)
        self._answer = answer

    def get(self, path: str, default: Any = None) -> Any:
        """As the server asks."""
        return self._answer if "?" in path else super().get(path, default)


class Marked:
    """The environment for a command, and the processes that have it: also those that lost their parent."""

    def __init__(self) -> None:
        self._mark = f"PAGESIEVE_TEST={uuid4().hex}"
        self.env = environment() | dict([self._mark.split("=")])

    def processes(self, name: str = "") -> list[int]:
        """Those whose command line has this in it."""
        return [int(process.name) for process in Path("/proc").glob("[0-9]*") if self._has(process, name)]

    def _has(self, process: Path, name: str) -> bool:
        try:
            return self._mark.encode() in (process / "environ").read_bytes() and name.encode() in (process / "cmdline").read_bytes()
        except OSError:
            return False


@pytest.fixture
def marked() -> Iterator[Marked]:
    """At the end none of them may be left."""
    mark = Marked()
    yield mark
    until(lambda: not mark.processes())


def until(holds: Callable[[], Any]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def scrapy(folder: Path, env: dict[str, str], site: Path, **settings: object) -> subprocess.Popen[str]:
    """Scrapy's command, whose limits can be set."""
    line = [sys.executable, "-m", "scrapy", "crawl", "articles", "-a", f"site={site}", "-O", "articles.jsonl"]
    line += [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    env = env | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    return subprocess.Popen(line, cwd=folder, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True)


@needs_browser
def test_articles_made_by_scripts(site: Site, tmp_path: Path) -> None:
    """Where crawl file or profile ask for it the record has them, elsewhere not; scripts get what they may have, and keep nothing."""
    with serve() as private:
        private.pages["/secret"] = Answer("secret", Access_Control_Allow_Origin="*")
        site.pages["/away"] = Answer("", 302, Location=f"{private.base}/secret")
        tell = f"""for (const url of ['{private.base}/secret', '/away']) await fetch(url).catch(e => e);
            new WebSocket('{private.base.replace("http", "ws")}/secret');
            document.body.append(`Agent ${{navigator.userAgent}}, čte, has cookies ${{document.cookie}}.`); document.cookie = 'script=1';"""
        site.pages |= made_by_script(1, tell) | made_by_script(2, tell) | made_by_script(3)
        site.pages["/plain/4"] = Answer(article(4) + "<script src=/never.js></script>")
        site.pages["/js/from"] = Answer("<title>Moved</title><script>location = '/js/3'</script>")
        site.pages["/js/feed"] = Answer(f"<rss><channel><item><link>{site.base}/js/2</link></item></channel></rss>", Content_Type="application/rss+xml")
        site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /js/no", Content_Type="text/plain")
        site.pages |= {f"/other/{number}": made_by_script(number)[f"/js/{number}"] for number in (5, 6)} | made_by_script(5)
        (tmp_path / "sites").mkdir()
        (tmp_path / "sites" / "localhost.toml").write_text("render = true", encoding="utf-8")
        starts = [site.base + path for path in ("/js/1", "/js/feed", "/js/from", "/js/no", "/plain/4", "/other/6")]
        starts.append(site.base.replace("127.0.0.1", "localhost") + "/other/5")
        crawl(tmp_path, *starts, render=["/js/"], sites="sites", contact="mailto:us@example.org")
        assert not private.hits
    assert titles(tmp_path) == {"/js/1": title(1), "/js/2": title(2), "/js/3": title(3), "/plain/4": title(4), "/other/5": title(5)}
    assert site.hits["/other/6"] == 1
    assert {path for path in ("/data/1", "/data/2", "/style.css") if site.hits[path]} == {"/data/1", "/data/2", "/style.css"}
    assert not {"/picture.png", "/film.mp4", "/never.js", "/js/no"} & set(site.hits)
    assert site.hits["/js/1"] == site.hits["/js/from"] == site.hits["/js/3"] == 1
    with Store(tmp_path / "articles.sqlite") as store:
        [(page,)] = store.query("SELECT id FROM pages WHERE final_url LIKE '%/js/2'")
        text = store.page(page).content.decode()
    headers, _ = stored(tmp_path, "/js/2")
    assert (headers["X-Own"], headers["Content-Type"]) == ("kept", "text/html; charset=utf-8")
    assert headers["X-Pagesieve-Rendered"].startswith("Chromium ")
    assert "X-Pagesieve-Rendered" not in stored(tmp_path, "/plain/4")[0] | stored(tmp_path, "/js/feed")[0]
    assert "(+mailto:us@example.org), čte, has cookies seen=1." in text


@needs_browser
def test_what_pages_may_do_to_a_browser(site: Site, tmp_path: Path, marked: Marked) -> None:
    """Each costs its own page at most."""
    text = "<title>T</title><h1>Heading</h1>"
    pages = {
        "/js/huge": f"{text}<script>for (let i = 0; i < 40; i++) document.body.append(new Comment('x'.repeat(1e5)))</script>",
        "/js/memory": f"{text}<script>const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()))</script>",
        "/js/windows": article(1) + "<a id=a target=_blank href=/x>x</a><script>for (let i = 0; i < 500; i++) { open('/x'); a.click() }</script>",
        "/js/reload": article(2) + "<script>location.reload()</script>",
        "/js/polls": article(3) + "<script>setInterval(() => fetch('/robots.txt'), 50)</script>",
        "/js/away": f"{text}<script>location = '/js/away?' + Math.random()</script>",
        "/js/loop": f"{text}<script>for (;;);</script>",
        "/js/alerts": f"{text}<script>for (;;) alert(1)</script>",
    }
    away = Answer(pages["/js/away"])
    site.pages = Always(site.pages | {path: Answer(body) for path, body in pages.items()}, away)
    starts = [site.base + path for path in pages]
    limits = {"DOWNLOAD_TIMEOUT": 8, "DOWNLOAD_MAXSIZE": 3_000_000, "REDIRECT_MAX_TIMES": 2}
    done = scrapy(
        tmp_path, marked.env, crawl_file(tmp_path, *starts, render=["/js/"]), RETRY_TIMES=0, **limits
    )
    log = done.communicate(timeout=90)[1]
    assert done.returncode == 0
    assert "Traceback" not in log
    assert titles(tmp_path) == {"/js/windows": title(1), "/js/reload": title(2), "/js/polls": title(3)}
    why = {path: stored(tmp_path, path)[1] for path in ("/js/loop", "/js/alerts", "/js/huge", "/js/memory", "/js/away")}
    assert why["/js/loop"] == why["/js/alerts"] == "DownloadTimeoutError: its scripts took longer than 8 seconds"
    assert why["/js/huge"].startswith("TooLarge: ")
    assert why["/js/memory"].startswith("RenderError: ")
    assert why["/js/away"] == "IgnoreRequest: max redirections reached"
    assert "/x" not in site.hits


@needs_browser
def test_a_killed_browser_costs_a_try(site: Site, tmp_path: Path, marked: Marked) -> None:
    site.pages |= made_by_script(1)
    good = site.pages["/js/1"]
    site.pages["/js/1"] = lambda count: Answer(_HANGS) if count == 1 else good  # type: ignore[return-value]
    line = command("crawl", "--site", crawl_file(tmp_path, site.base + "/js/1", render=[""]))
    running = subprocess.Popen(line, cwd=tmp_path, env=marked.env, stderr=subprocess.PIPE, text=True)
    until(lambda: site.hits["/started"])
    [browser] = marked.processes("--remote-debugging-pipe")
    os.kill(browser, signal.SIGKILL)
    told = running.communicate(timeout=60)[1]
    assert running.returncode == 0, told
    assert titles(tmp_path) == {"/js/1": title(1)}
    assert site.hits["/js/1"] == 2


@needs_browser
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_browser_outlives_its_crawl(site: Site, tmp_path: Path, marked: Marked, how: signal.Signals) -> None:
    site.pages["/js/1"] = Answer(_HANGS)
    running = scrapy(tmp_path, marked.env, crawl_file(tmp_path, site.base + "/js/1", render=[""]), DOWNLOAD_TIMEOUT=2)
    until(lambda: site.hits["/started"])
    assert marked.processes("--remote-debugging-pipe")
    # A terminal sends Ctrl-C to all processes of the command.
    os.killpg(running.pid, how) if how == signal.SIGINT else running.kill()
    log = running.communicate(timeout=60)[1]
    assert "Traceback" not in log
    assert how == signal.SIGKILL or "DownloadTimeoutError" in stored(tmp_path, "/js/1")[1]


def test_the_way_out(site: Site) -> None:
    """One answer to a connection, so that none to another host can follow on it; tunnels too are checked."""
    site.pages["/a"] = Answer("the answer", Connection="keep-alive")
    port = int(site.base.rpartition(":")[2])

    def ask(through: int, host: str, *, tunnel: bool) -> list[bytes | str]:
        connection = HTTPConnection("127.0.0.1", through, timeout=10)
        try:
            if tunnel:
                connection.set_tunnel(host, port)
            connection.request("GET", "/a" if tunnel else f"http://{host}:{port}/a")
            answer = connection.getresponse()
            return [answer.read(), answer.headers["Connection"]]
        except OSError as error:
            return [str(error)]
        finally:
            connection.close()

    async def run() -> list[list[bytes | str]]:
        outlet = await Outlet(lambda host, _, address: (host, address) == ("127.0.0.1", "127.0.0.1"), largest=1000, seconds=10).open()
        try:
            return [await asyncio.to_thread(ask, outlet.port, host, tunnel=tunnel) for host in ("127.0.0.1", "localhost") for tunnel in (False, True)]
        finally:
            outlet.close()

    plain, tunnelled, refused, refused_tunnel = asyncio.run(run())
    assert plain == [b"the answer", "close"]
    assert tunnelled == [b"the answer", "keep-alive"]
    assert refused == [b"", "close"]
    assert refused_tunnel == ["Tunnel connection failed: 403 Forbidden"]
    assert site.hits["/a"] == 2


def test_what_is_missing_is_named(site: Site, tmp_path: Path) -> None:
    site.pages["/js/1"] = Answer(article(1))
    file = crawl_file(tmp_path, site.base + "/js/1", render=["/js/"])
    hidden = "import sys; sys.modules['playwright'] = None; from crawler.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", hidden, "crawl", "--site", file], cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (2, f"pagesieve: {NO_DRIVER}\n")
    assert not site.hits
    env = environment() | {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    done = subprocess.run(command("crawl", "--site", file), cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"stopped early ({NO_BROWSER})" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("address", "public"),
    [("1.1.1.1", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("10.1.2.3", False), ("169.254.169.254", False), ("::1", False),
     ("::ffff:127.0.0.1", False), ("fe80::1%eth0", False), ("224.0.0.1", False), ("0.0.0.0", False), ("100.64.0.1", False)],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) == public
