"""No page makes a crawl connect to a private address: not by a link, a redirect, a notation, or a name that resolves to one.

Names are looked at where they are resolved, so that the address which is connected to is the one that was checked.
"""

from collections.abc import Sequence
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware, MetaRefreshMiddleware, RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import HostResolution
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer

from crawler.addresses import REFUSED, is_private_by_name, is_public, proxy_hosts
from crawler.plan import CrawlPlan
from crawler.urls import fetchable, host


class PublicOnly:
    """Scrapy extension: private addresses are not connected to, unless the plan allows them.

    ``refused`` are the host names that resolved to private addresses only.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._before: Any = None
        self.refused: set[str] = set()
        self._proxies = proxy_hosts()
        crawler.signals.connect(self._install, signals.engine_started)
        crawler.signals.connect(self._remove, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    @property
    def _is_off(self) -> bool:
        plan = getattr(self._crawler.spider, "plan", None)
        return isinstance(plan, CrawlPlan) and plan.allow_private

    def _install(self) -> None:
        from twisted.internet import reactor

        self._before = reactor.nameResolver  # type: ignore[attr-defined]
        reactor.installNameResolver(_PublicResolver(self._before, self.refused, is_off=self._is_off))  # type: ignore[attr-defined]

    def _remove(self) -> None:
        from twisted.internet import reactor

        if self._before is not None:  # an engine may stop before it has started
            reactor.installNameResolver(self._before)  # type: ignore[attr-defined]

    def refuses(self, url: str) -> bool:
        """Whether this address is private, as far as is known by now. A proxy is to be asked for pages, but for none of its own."""
        name = host(url)
        return not self._is_off and (is_private_by_name(name) or name in self.refused or name in self._proxies)


class PublicOnlyMiddleware:
    """Scrapy downloader middleware: what is private by its very address is not even asked for, also where a proxy would resolve it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let it pass, or raise."""
        guard = self._crawler.get_extension(PublicOnly)
        if guard is not None and guard.refuses(request.url):
            raise IgnoreRequest(REFUSED)


class _Followed(BaseRedirectMiddleware):
    """Redirects lead to addresses as links do: without credentials, which are neither sent nor logged."""

    def _redirect(self, redirected: Request, request: Request, reason: object) -> Request:
        url = fetchable(redirected.url)
        if url is None:
            raise IgnoreRequest("redirected to what is no address of a page")
        return super()._redirect(redirected.replace(url=url), request, reason)


class Redirects(_Followed, RedirectMiddleware):
    """Scrapy's middleware, for the addresses that links may have too."""


class MetaRefreshes(_Followed, MetaRefreshMiddleware):
    """Scrapy's middleware, for the addresses that links may have too."""


@implementer(IResolutionReceiver)
class _PublicReceiver:
    """Passes on the public addresses of a name."""

    def __init__(self, receiver: Any, name: str, refused: set[str]) -> None:
        self._receiver = receiver
        self._name = name
        self._refused = refused
        self._seen: list[bool] = []

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:
        self._seen.append(is_public(getattr(address, "host", "")))
        if self._seen[-1]:
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:
        if self._seen and not any(self._seen):
            self._refused.add(self._name)
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class _PublicResolver:
    """Asks another resolver, and keeps private addresses back, unless it ``is_off``."""

    def __init__(self, resolver: Any, refused: set[str], *, is_off: bool) -> None:
        self._is_off = is_off
        self._resolver = resolver
        self._refused = refused
        self._proxies = proxy_hosts()

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        receiver: Any = resolutionReceiver
        try:
            hostName.encode("idna")
        except UnicodeError:  # Twisted would fail in a thread of its own, and never say so
            receiver.resolutionBegan(HostResolution(hostName))
            receiver.resolutionComplete()
            return HostResolution(hostName)
        if not self._is_off and hostName not in self._proxies:
            receiver = _PublicReceiver(resolutionReceiver, hostName, self._refused)
        resolution: IHostResolution = self._resolver.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)
        return resolution
