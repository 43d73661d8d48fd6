"""Single addresses, fetched as politely as a crawl does: robots.txt obeyed, one request a second to a host."""

import gzip
import http.client
import socket
import time
import urllib.request
import zlib
from collections.abc import Callable
from io import BufferedIOBase
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from protego import Protego

from cleaners.page import Page
from crawler.addresses import REFUSED, is_private_by_name, is_public, proxy_hosts
from crawler.cli.inputs import read_at_most
from crawler.settings import DOWNLOAD_DELAY, DOWNLOAD_MAXSIZE, DOWNLOAD_TIMEOUT, ROBOTSTXT_USER_AGENT, USER_AGENT
from crawler.store import rfc3339
from crawler.urls import fetchable, host, without_credentials

_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.5",
    "Accept-Encoding": "gzip",
}
# Parsers need to read no more of a robots.txt than this (RFC 9309).
_LARGEST_ROBOTS = 512_000
_LONGEST_DELAY = 600.0


class NotFetched(Exception):
    """No page could be had; the message says why."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to where a robot may go."""

    def __init__(self, fetcher: "Fetcher") -> None:
        self._fetcher = fetcher

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        target = fetchable(newurl)
        if target is None:
            raise NotFetched(f"redirected to {without_credentials(newurl)}, which is no address of a page")
        if urlsplit(req.full_url).path == "/robots.txt":
            self._fetcher.check(target)
        else:
            self._fetcher.ask(target)
        return super().redirect_request(req, fp, code, msg, headers, target)


def _connect_to_public(address: tuple[str, int], *arguments: Any) -> socket.socket:
    """As `socket.create_connection`; a name is looked up once, and what was checked is what is connected to."""
    name, port = address
    if name in proxy_hosts():
        return socket.create_connection(address, *arguments)
    found = list(dict.fromkeys(str(place[0]) for *_, place in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)))
    public = [one for one in found if is_public(one)]
    if found and not public:
        raise NotFetched(f"refused: {REFUSED}")
    errors: list[OSError] = []
    for one in public:
        try:
            return socket.create_connection((one, port), *arguments)
        except OSError as error:
            errors.append(error)
    raise errors[0] if errors else OSError(f"{name} has no address")


def _connecting(kind: type[http.client.HTTPConnection], connect: Callable[..., socket.socket]) -> Callable[..., http.client.HTTPConnection]:
    def make(*arguments: Any, **options: Any) -> http.client.HTTPConnection:
        connection = kind(*arguments, **options)
        connection._create_connection = connect  # type: ignore[attr-defined]  # the library's own place for it
        return connection

    return make


class _Http(urllib.request.HTTPHandler):
    """Connects with a function of ours."""

    def __init__(self, connect: Callable[..., socket.socket]) -> None:
        super().__init__()
        self._connect = connect

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_connecting(http.client.HTTPConnection, self._connect), req)  # type: ignore[arg-type]


class _Https(urllib.request.HTTPSHandler):
    """Connects with a function of ours."""

    def __init__(self, connect: Callable[..., socket.socket]) -> None:
        super().__init__()
        self._connect = connect

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_connecting(http.client.HTTPSConnection, self._connect), req)  # type: ignore[arg-type]


class Fetcher:
    """Fetches pages one after the other; from private addresses only with ``allow_private``."""

    def __init__(self, *, allow_private: bool = False) -> None:
        self._allow_private = allow_private
        connect = socket.create_connection if allow_private else _connect_to_public
        # Without the handlers for file:, ftp: and data:, which a page could redirect to.
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            _Http(connect),
            _Https(connect),
            _Redirects(self),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.UnknownHandler(),
        ):
            self._opener.add_handler(handler)
        self._robots: dict[str, Protego] = {}
        self._asked: dict[str, float] = {}

    def fetch(self, address: str) -> Page:
        """The page at an address, with whatever status it has; raises `NotFetched`."""
        url = fetchable(address)
        if url is None:
            raise NotFetched("no address that can be fetched")
        try:
            self.ask(url)
            return self._get(url)
        except NotFetched:
            raise
        except URLError as error:
            raise NotFetched(f"no answer: {error.reason}") from error
        except (OSError, http.client.HTTPException, EOFError, zlib.error, ValueError) as error:
            raise NotFetched(f"no answer: {error or type(error).__name__}") from error

    def ask(self, url: str) -> None:
        """Wait for our turn at this host; raises `NotFetched` where its robots.txt refuses."""
        self.check(url)
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(f"{origin}/robots.txt")
        robots = self._robots[origin]
        if not robots.can_fetch(url, ROBOTSTXT_USER_AGENT):
            raise NotFetched("refused by the site's robots.txt")
        delay = max(DOWNLOAD_DELAY, min(robots.crawl_delay(ROBOTSTXT_USER_AGENT) or 0.0, _LONGEST_DELAY))
        time.sleep(max(0.0, self._asked.get(origin, -delay) + delay - time.monotonic()))
        self._asked[origin] = time.monotonic()

    def check(self, url: str) -> None:
        """Raises `NotFetched` where an address is private by its very form: a proxy would resolve it, and is for no pages of its own."""
        if not self._allow_private and (is_private_by_name(host(url)) or host(url) in proxy_hosts()):
            raise NotFetched(f"refused: {REFUSED}")

    def _read_robots(self, url: str) -> Protego:
        try:
            with self._open(url) as response:
                return Protego.parse(_unpacked(response).read(_LARGEST_ROBOTS).decode("utf-8", "replace"))
        except HTTPError as error:
            # No robots.txt is leave to go on; a server in trouble has not given it (RFC 9309).
            if error.code < 500:
                return Protego.parse("")
            raise NotFetched(f"no leave to fetch: HTTP {error.code} for the site's robots.txt") from error

    def _open(self, url: str) -> http.client.HTTPResponse:
        request = urllib.request.Request(url, headers=_HEADERS)  # noqa: S310  # fetchable addresses only
        response: http.client.HTTPResponse = self._opener.open(request, timeout=DOWNLOAD_TIMEOUT)
        return response

    def _get(self, url: str) -> Page:
        try:
            answer = self._open(url)
        except HTTPError as error:
            if error.code < 400:
                raise NotFetched(f"HTTP {error.code}: redirects that lead nowhere") from error
            answer = error  # type: ignore[assignment]  # a page too, read in the same way
        with answer:
            return _page(answer)


def _unpacked(answer: http.client.HTTPResponse) -> BufferedIOBase:
    encoding = (answer.headers.get("Content-Encoding") or "identity").strip().casefold()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise NotFetched(f"packed as {encoding[:20]}, which was not asked for")
    return answer if encoding == "identity" else gzip.GzipFile(fileobj=answer)


def _page(answer: http.client.HTTPResponse) -> Page:
    content = read_at_most(_unpacked(answer), DOWNLOAD_MAXSIZE)
    if content is None:
        raise NotFetched(f"larger than {DOWNLOAD_MAXSIZE >> 20} MB")
    # What is left of the announced length; unlike a broken chunk, a body that ends too early is no error to the library.
    if getattr(getattr(answer, "fp", None) if isinstance(answer, HTTPError) else answer, "length", None):
        raise NotFetched("the connection ended before the announced length")
    return Page(
        content=content,
        kind="text" if answer.headers.get_content_type() == "text/plain" else "html",
        url=answer.url,
        charset=answer.headers.get_content_charset(),
        status=answer.status,
        fetched_at=rfc3339(time.time()),
    )
