"""The answers of stores as a WARC file."""

import base64
import gzip
import hashlib
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import msgspec

from cleaners.made_by import VERSION
from crawler.files import whole_file
from crawler.store import Store

_FORMAT = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_INFO = {"software": f"pagesieve/{VERSION}", "format": "WARC File Format 1.1", "conformsTo": _FORMAT}
_FIELDS = "application/warc-fields"
# They are true of the bytes that were sent; the store has them decoded. Common Crawl keeps them under these names too.
_OF_THE_TRANSFER = ("content-encoding", "content-length", "transfer-encoding")
_KEPT_AS = "X-Crawl-"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def write_warc(stores: Iterable[Store], out: str | Path) -> int:
    """Write all answers that stores have, of each in the order in which they came; says how many.

    A WARC 1.1 file, gzipped record by record; the same stores give the same bytes. A store knows the status, the headers
    and the decoded body of an answer, so the status line is made anew, and headers that are true only of the coded body
    are renamed. Of redirects it knows the addresses alone: they stand in a ``metadata`` record beside the answer.
    Raises `OSError` where the file cannot be written.
    """
    count = 0
    with whole_file(out) as file:
        for store in stores:
            for kind, record in _records(store):
                file.write(gzip.compress(record, mtime=0))
                count += kind == "response"
    return count


def _records(store: Store) -> Iterator[tuple[str, bytes]]:
    started = store.query("SELECT min(fetched_at) FROM pages").fetchone()[0]
    if started is None:
        return
    info = _id("warcinfo", started)
    yield "warcinfo", _record("warcinfo", info, started, (("Content-Type", _FIELDS),), _lines(_INFO.items()))
    seen: set[str] = set()
    rows = store.query("SELECT id, final_url, fetched_at, status, headers, redirects, dataloss FROM pages ORDER BY id")
    for page, url, fetched_at, status, headers, redirects, dataloss in rows:
        body = bytes(store.page(page).content)  # type: ignore[arg-type]  # a store holds bytes
        block = _http(status, msgspec.json.decode(headers), body)
        identity = _id(url, fetched_at, _digest(block))
        if identity in seen:  # asked twice within a second, and the same answer
            continue
        seen.add(identity)
        about = (("WARC-Target-URI", url), ("WARC-Warcinfo-ID", info))
        yield "response", _record(
            "response", identity, fetched_at,
            (*about, ("WARC-Payload-Digest", _digest(body)), *((("WARC-Truncated", "disconnect"),) if dataloss else ()),
             ("Content-Type", "application/http; msgtype=response")),
            block,
        )  # fmt: skip
        if before := msgspec.json.decode(redirects):
            chain = _lines(("redirectedFrom", address) for address in before)
            fields = (*about, ("WARC-Concurrent-To", identity), ("Content-Type", _FIELDS))
            yield "metadata", _record("metadata", _id(identity, "metadata"), fetched_at, fields, chain)


def _record(kind: str, identity: str, date: str, fields: Iterable[tuple[str, str]], block: bytes) -> bytes:
    head = (("WARC-Type", kind), ("WARC-Record-ID", identity), ("WARC-Date", date), ("WARC-Block-Digest", _digest(block)), *fields)
    return b"WARC/1.1\r\n" + _lines((*head, ("Content-Length", str(len(block))))) + b"\r\n" + block + b"\r\n\r\n"


def _http(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    kept = [(f"{_KEPT_AS}{name}" if name.casefold() in _OF_THE_TRANSFER else name, value) for name, value in headers]
    line = f"HTTP/1.1 {status} {_PHRASES.get(status, '')}\r\n".encode()
    return line + _lines((*kept, ("Content-Length", str(len(body)))), "latin-1") + b"\r\n" + body


def _lines(fields: Iterable[tuple[str, str]], encoding: str = "utf-8") -> bytes:
    return b"".join(f"{name}: {' '.join(value.split())}\r\n".encode(encoding, "replace") for name, value in fields)


def _id(*parts: str) -> str:
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(parts))}>"


def _digest(content: bytes) -> str:
    # The digest that indexes of archives are made of and looked up by; nothing here is kept safe by it.
    return f"sha1:{base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()}"
