"""Answers of the server: the bytes, the status and the headers, with everything that goes wrong on the way."""

import gzip
import tomllib
from functools import cache
from pathlib import Path

import msgspec

HTML = "text/html"
_META = '<meta charset="{}">'


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent for one address.

    ``outcome`` is what a crawl should make of it, in the words of `crawler.report`; ``None`` where no crawl should ask
    for it by this address. ``article`` is the id of the article that it shows.
    ``sent`` is how many bytes of the body leave before the connection ends, ``None`` for all. ``busy``: the first
    request gets a 503.
    """

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    outcome: str | None = None
    article: str | None = None
    sent: int | None = None
    busy: bool = False


class Delivery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a page is sent; see ``deliveries.toml``."""

    encoding: str = "utf-8"
    header: str = "utf-8"
    page: str = "utf-8"
    twice: bool = False
    gzip: bool = False
    cut: str | None = None
    busy: bool = False


PLAIN = Delivery()


@cache
def deliveries() -> dict[str, Delivery]:
    """The articles that are not sent plainly, by their ids."""
    data = tomllib.loads(Path(__file__).with_name("deliveries.toml").read_text(encoding="utf-8"))
    return msgspec.convert(data, dict[str, Delivery])


def deliver(html: str, delivery: Delivery = PLAIN, *, status: int = 200, outcome: str | None = None, article: str | None = None) -> Answer:
    """A page, sent as the delivery says."""
    utf8 = _META.format("utf-8")
    text = html.replace(_META.format("UTF-8"), utf8).replace(utf8, _META.format(delivery.page) if delivery.page else "")
    if delivery.twice:
        text = text.encode("utf-8").decode("cp1252")
    body = text.encode(delivery.encoding, "xmlcharrefreplace")
    sent = body.index(delivery.cut.encode()) + len(delivery.cut) if delivery.cut else None
    headers = [("Content-Type", f"{HTML}; charset={delivery.header}" if delivery.header else HTML)]
    if delivery.gzip:
        body = gzip.compress(body, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    return Answer(body=body, status=status, headers=tuple(headers), outcome=outcome, article=article, sent=sent, busy=delivery.busy)


def redirect(status: int, location: str, *, outcome: str | None = None, article: str | None = None) -> Answer:
    """A redirect."""
    return Answer(status=status, headers=(("Location", location),), outcome=outcome, article=article)


def file(body: bytes, content_type: str, outcome: str | None = None) -> Answer:
    """Anything that is no page."""
    return Answer(body=body, headers=(("Content-Type", content_type),), outcome=outcome)
