"""WARC records, made by hand in the manner of Common Crawl."""

import gzip
import io
from collections.abc import Iterable

from crawler.warc import WarcPage, read_pages

DATE = "2024-05-01T12:00:00Z"


def record(kind: str, url: str, block: bytes, *more: str, content_type: str = "application/http; msgtype=response") -> bytes:
    """One WARC record; ``more`` are further lines of its head."""
    lines = [f"WARC-Type: {kind}", f"WARC-Date: {DATE}", "WARC-Record-ID: <urn:uuid:5b2b7b2e-1f2c-4a52-8d53-0c1f3a5e7d9b>"]
    lines += [f"WARC-Target-URI: {url}", f"Content-Type: {content_type}", *more, f"Content-Length: {len(block)}"]
    return "\r\n".join(["WARC/1.0", *lines, "", ""]).encode() + block + b"\r\n\r\n"


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An HTTP answer; an HTML page if no header is given."""
    return "\r\n".join([f"HTTP/1.1 {status}", *(headers or ("Content-Type: text/html; charset=utf-8",)), "", ""]).encode("latin-1") + body


def page(number: int, body: bytes | None = None) -> bytes:
    """A response record with a small page."""
    return record("response", f"https://journal.example/{number}", answer(b"<p>Page %d of many.</p>" % number if body is None else body))


def zipped(records: Iterable[bytes]) -> bytes:
    """Each record a gzip member of its own."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


class Told:
    """What reading a file gave: the pages, where it was damaged, what was skipped."""

    def __init__(self, data: bytes) -> None:
        self.damage: list[tuple[int, str]] = []
        self.skipped: list[str] = []
        found = read_pages(io.BytesIO(data), "a/b.warc.gz", damaged=lambda place, why: self.damage.append((place, why)), skipped=self.skipped.append)
        self.pages: list[WarcPage] = list(found)

    @property
    def contents(self) -> list[bytes | str]:
        return [one.page.content for one in self.pages]

    @property
    def offsets(self) -> list[int | None]:
        return [one.page.warc.offset for one in self.pages if one.page.warc]
