"""Pages in a real browser: what they say, how they are used, and that nothing but they themselves is asked for."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

_NAMES = ("chromium", "google-chrome")
# On a build machine the browser is there, or the build is broken.
_IS_THERE = any(map(which, _NAMES)) or [*Path.home().glob(".cache/ms-playwright/chromium*")] or "CI" in os.environ


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed behind each module: while it runs, no other test of the process can have an event loop of its own."""
    if not _IS_THERE:
        pytest.skip("there is no Chromium")
    with sync_playwright() as driver:
        path = next(filter(None, map(which, _NAMES)), None)
        running = driver.chromium.launch(executable_path=path, chromium_sandbox=os.geteuid() != 0)
        yield running
        running.close()


class Visit:
    """A page that is open, and all that went wrong with it: errors, dialogs, requests for anything but its own address's origin."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", lambda message: self.problems.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("dialog", lambda dialog: (self.problems.append(f"dialog {dialog.message}"), dialog.dismiss()))
        origin = url.partition("?")[0] if url.startswith("file:") else "/".join(url.split("/")[:3]) + "/"
        page.on("requestfinished", lambda request: None if request.url.startswith((origin, "data:")) else self.problems.append(f"request {request.url}"))
        page.on("requestfailed", lambda request: None if request.failure == "csp" else self.problems.append(f"request {request.url}: {request.failure}"))
        page.goto(url)

    def follow(self, what: str) -> None:
        """Click on what leads to another page, and wait for all of it: a click alone is over while the old page may still be there."""
        with self.page.expect_navigation():
            self.page.click(what)

    def faults(self) -> list[str]:
        """The serious faults that axe-core finds."""
        from axe_playwright_python.sync_playwright import Axe

        found: list[dict[str, Any]] = Axe().run(self.page).response["violations"]
        return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open an address in a window of its own: ``width`` in pixels, ``scheme`` light or dark."""
    windows = []

    def go(url: str, *, width: int = 1280, scheme: str = "light") -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=False)
        windows.append(context)
        return Visit(context.new_page(), url)

    yield go
    for window in windows:
        window.close()
