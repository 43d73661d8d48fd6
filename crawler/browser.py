"""A browser that runs the scripts of a page which was fetched already. It needs the extra ``render`` and a Chromium."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from shutil import which
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urldefrag

import msgspec

from crawler.outlet import MayConnect, Outlet
from crawler.plan import NO_DRIVER

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Playwright, Route

NO_BROWSER = "pages are to be rendered, and no browser is to be had: apt-get install chromium, or playwright install chromium"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What a page needs to write its text. All else is for the eye, for the ear, or to watch the reader.
_NEEDED = ("script", "xhr", "fetch", "stylesheet")
# A page that has asked for nothing more for half a second is done; one that goes on asking is taken as it is after this.
_IDLE_SECONDS = 10.0
# A page with a hung script is closed in 0.1 s; a browser that cannot do that is ended.
_CLOSE_SECONDS = 5.0
# Each takes a process of 60 to 120 MB.
_AT_ONCE = 4
# A script that fills the page would otherwise fill the memory: 8 GB in 35 seconds.
_MEGABYTES = 1024
# UTF-16 units, of which a text has no more than bytes. A template makes a string of whatever a page has put in place.
_DOM = """most => {
  const type = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : "";
  const text = `${type}${document.documentElement?.outerHTML ?? ""}`;
  return text.length > most ? null : text;
}"""
_NO_WINDOWS = "window.open = () => null"


class BrowserError(Exception):
    """There is no browser to be had; the message says how to mend it."""


class RenderError(OSError):  # of the errors that may pass
    """A page could not be rendered, as when its browser died."""


class TooLarge(Exception):
    """What the scripts of a page made is larger than a page may be."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A page as the server sent it; ``headers`` without those that speak of its encoding and length."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    user_agent: str


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a page: its DOM as HTML, and by which browser. Where a script led away, the address that it wants."""

    html: str
    by: str
    moved: str | None = None


class Renderer:
    """Renders pages. The browser is started with the first of them, and anew after its death.

    Nothing is kept from page to page. ``seconds`` and ``largest`` bytes are what one page may take and have; where its
    scripts may connect to says ``may_connect``, as for `crawler.outlet.Outlet`.
    """

    def __init__(self, may_connect: MayConnect, *, seconds: float, largest: int) -> None:
        self._seconds = seconds
        self._largest = largest
        self._outlet = Outlet(may_connect, largest=largest, seconds=seconds)
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._starting = asyncio.Lock()
        self._running: _Running | None = None

    async def render(self, source: Source) -> Rendered:
        """Run the scripts of a page.

        Raises `TimeoutError`, `TooLarge`, `RenderError`, and `BrowserError` where no browser can be started.
        """
        async with self._room:
            running = await self._started()
            visit = _Visit(source)
            try:
                async with asyncio.timeout(self._seconds):
                    return await visit.rendered(running.browser, seconds=self._seconds, largest=self._largest)
            except (TimeoutError, TooLarge):
                raise
            except Exception as error:  # a driver that dies raises anything
                raise RenderError(_first_line(error)) from error
            finally:
                if not await visit.over():
                    await self._stop(running)

    async def close(self) -> None:
        """End the browser, if there is one."""
        if self._running:
            await self._stop(self._running)

    async def _started(self) -> "_Running":
        async with self._starting:
            if self._running and not self._running.browser.is_connected():
                await self._stop(self._running)
            if self._running is None:
                await self._outlet.open()
                try:
                    self._running = await _Running.start(self._outlet.port)
                except BaseException:
                    self._outlet.close()
                    raise
            return self._running

    async def _stop(self, running: "_Running") -> None:
        if running is self._running:
            self._running = None
            self._outlet.close()
            await running.stop()


class _Running:
    """A driver with its browser."""

    def __init__(self, driver: "Playwright", browser: "Browser") -> None:
        self._driver = driver
        self.browser = browser

    @classmethod
    async def start(cls, proxy_port: int) -> Self:
        try:
            from playwright.async_api import Error, async_playwright
        except ImportError as error:
            raise BrowserError(NO_DRIVER) from error

        with _memory_limit():
            driver = await async_playwright().start()
        why = ""
        # The one that the driver brings along, if it was installed, then the system's: the driver knows its own best.
        for path in filter(None, map(which, (driver.chromium.executable_path, *_NAMES))):
            try:
                return cls(driver, await driver.chromium.launch(executable_path=path, **_options(proxy_port)))
            except Error as error:
                why = f" ({path} does not start: {_first_line(error)})"
        await driver.stop()
        raise BrowserError(NO_BROWSER + why)

    async def stop(self) -> None:
        # Without the first, its folders in /tmp stay; with the second it ends, also where it can no longer be asked to.
        for end in (self.browser.close, self._driver.stop):
            with suppress(Exception):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await end()


class _Visit:
    """One page in a browser, from its opening to its end."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._shown = False
        self._moved: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def rendered(self, browser: "Browser", *, seconds: float, largest: int) -> Rendered:
        context = self._context = await browser.new_context(
            user_agent=self._source.user_agent, service_workers="block", accept_downloads=False
        )
        await context.add_init_script(_NO_WINDOWS)
        await context.route("**/*", self._answer)
        await context.route_web_socket("**/*", lambda socket: socket.close())
        page = self._page = await context.new_page()
        context.on("page", lambda other: other.close())
        settled = asyncio.ensure_future(self._settled(page, min(_IDLE_SECONDS, seconds / 2)))
        settled.add_done_callback(lambda done: done.cancelled() or done.exception())  # of one that nobody waits for any more
        try:
            await asyncio.wait((settled, self._moved), return_when=asyncio.FIRST_COMPLETED)
            by = f"Chromium {browser.version}"
            if not self._moved.done():
                await settled
            # One that wants to be loaded anew, as after a cookie that it set, would get no more than it has.
            elif (target := self._moved.result()) != urldefrag(self._source.url).url:
                return Rendered(html="", by=by, moved=target)
        finally:
            settled.cancel()
        html: str | None = await page.evaluate(_DOM, largest)
        if html is None or len(html.encode("utf-8", "replace")) > largest:
            raise TooLarge(f"larger than {largest} bytes after its scripts ran")
        return Rendered(html=html, by=by)

    async def over(self) -> bool:
        """Close it; false if the browser does not do so."""
        if self._context is None:
            return False
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._context.close()
        except Exception:  # a dead or a hung one, whatever the driver says of it
            return False
        return True

    async def _settled(self, page: "Page", idle_seconds: float) -> None:
        from playwright.async_api import TimeoutError as StillBusy

        await page.goto(self._source.url, wait_until="load", timeout=0)
        with suppress(StillBusy):
            await page.wait_for_load_state("networkidle", timeout=1000 * idle_seconds)

    async def _answer(self, route: "Route") -> None:
        from playwright.async_api import Error

        asked = route.request
        # What is asked for while the page closes can no longer be answered.
        with suppress(Error):
            if asked.resource_type in _NEEDED:
                await route.continue_()
                return
            if asked.is_navigation_request() and self._page is not None and asked.frame == self._page.main_frame:
                if not self._shown:
                    self._shown = True
                    await route.fulfill(status=self._source.status, headers=self._source.headers, body=self._source.body)
                    return
                # Not for the browser to follow: robots.txt, the delay and the limits of a crawl hold there too.
                if not self._moved.done():
                    self._moved.set_result(urldefrag(asked.url if asked.method == "GET" else self._source.url).url)
                # With any other error code the browser shows a page about it in place of the page.
                await route.abort("aborted")
                return
            await route.abort()


def _options(proxy_port: int) -> dict[str, Any]:
    return {
        # Without a user of its own that may make namespaces Chromium's sandbox does not start: as root there is none.
        "chromium_sandbox": os.geteuid() != 0,
        "proxy": {"server": f"http://127.0.0.1:{proxy_port}", "bypass": "<-loopback>"},
        "args": [
            # All that does not take the proxy leads nowhere.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        ],
        "ignore_default_args": ["--disable-popup-blocking"],
        # The driver and its browser end with the pipe to this process, not before: Ctrl-C lets pages under way come to their end.
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }


@contextmanager
def _memory_limit() -> Iterator[None]:
    """What is started in it inherits a limit of memory for each of its processes."""
    if sys.platform != "linux":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    limit = _MEGABYTES << 20
    resource.setrlimit(resource.RLIMIT_DATA, (limit if before[0] == resource.RLIM_INFINITY else min(limit, before[0]), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
