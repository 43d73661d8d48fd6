"""Pages whose text is made by scripts: the answer is given to a browser, and what it makes of it goes on in its place."""

import asyncio
import logging
import re
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware
from scrapy.exceptions import DownloadTimeoutError, NotConfigured
from scrapy.http import HtmlResponse, Request, Response
from w3lib.encoding import http_content_type_encoding

from cleaners.decode import decode
from cleaners.profiles import ProfileError, find_profile
from crawler.addresses import is_public
from crawler.browser import BrowserError, Renderer, Source
from crawler.spiders.articles import ArticlesSpider
from crawler.urls import fetchable

# They speak of the page as it was sent; the store gets it as the browser leaves it.
_OF_THE_BYTES = (b"Content-Encoding", b"Content-Length", b"Transfer-Encoding", b"Connection")
# What changes how the page runs; in others a browser may find something that it refuses.
_FOR_SCRIPTS = ("Content-Security-Policy", "Referrer-Policy", "Last-Modified", "Set-Cookie")
_UTF8 = "text/html; charset=utf-8"
# The header that a rendered page has in the store.
RENDERED = "X-Pagesieve-Rendered"

logger = logging.getLogger(__name__)


class RenderMiddleware(BaseRedirectMiddleware):
    """Renders the pages that the crawl file (``render``) or the profile of their site asks for.

    The page itself is fetched as all are, with robots.txt, limits and redirects, and only HTML goes to the browser.
    Where a script leads to another page, that is a redirect like those of HTTP.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)
        spider = crawler.spider
        if not isinstance(spider, ArticlesSpider):
            raise NotConfigured
        self._plan = spider.plan
        self._patterns = tuple(map(re.compile, spider.plan.render))
        # Where private addresses are allowed, scripts of the own machine may ask the places that the crawl starts from, and no others.
        self._own = set(map(_host_and_port, spider.plan.start)) if spider.plan.allow_private else set()
        self._closing: asyncio.Future[None] | None = None  # it waits for all requests, so none can wait for it
        self._renderer = Renderer(
            self._may_connect, seconds=crawler.settings.getfloat("DOWNLOAD_TIMEOUT"), largest=crawler.settings.getint("DOWNLOAD_MAXSIZE")
        )
        crawler.signals.connect(self._renderer.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        middleware = cls(crawler)
        middleware.crawler = crawler
        crawler.signals.connect(middleware._engine_started, signals.engine_started)
        return middleware

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """The rendered page, where it is to be; with a header that says so, and otherwise the status and headers that it came with."""
        if "lease" not in request.meta or not isinstance(response, HtmlResponse) or response.status >= 400 or not self._wanted(response.url):
            return response
        source = Source(
            url=response.url,
            status=response.status,
            headers={name: value for name in _FOR_SCRIPTS if (value := _joined(response, name))} | {"Content-Type": _UTF8},
            # The browser would read it with a charset of its own finding.
            body=decode(response.body, charset=http_content_type_encoding(_joined(response, "Content-Type"))).text.encode("utf-8", "replace"),
            user_agent=(request.headers.get("User-Agent") or b"").decode("latin-1"),
        )
        try:
            rendered = await self._renderer.render(source)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"its scripts took longer than {self.crawler.settings['DOWNLOAD_TIMEOUT']} seconds") from error
        except BrowserError as error:
            # No page that is to be rendered could be had from now on.
            if self._closing is None:
                self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=str(error)))
            raise
        self.crawler.stats.inc_value("pagesieve/rendered")
        if rendered.moved:
            target = fetchable(rendered.moved)
            return self._redirect(self._build_redirect_request(request, response, url=target), request, "script") if target else response
        headers = response.headers.copy()
        for name in _OF_THE_BYTES:
            headers.pop(name, None)
        headers["Content-Type"] = _UTF8
        headers[RENDERED] = rendered.by
        return response.replace(body=rendered.html.encode("utf-8", "replace"), headers=headers, encoding="utf-8")

    def _wanted(self, url: str) -> bool:
        if any(pattern.search(url) for pattern in self._patterns):
            return True
        with suppress(ProfileError):  # the cleaner tells of it
            found = find_profile(url, self._plan.sites)
            return found is not None and found[1].render
        return False

    def _may_connect(self, host: str, port: int, address: str) -> bool:
        allowed = is_public(address) or (host, port) in self._own
        if not allowed:
            logger.info("a script wanted to connect to %s:%d (%s), which is not public: refused", host, port, address)
        return allowed


def _joined(response: Response, name: str) -> str:
    """A header's values, a line each, as the driver wants several cookies."""
    return "\n".join(value.decode("latin-1") for value in response.headers.getlist(name))


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
