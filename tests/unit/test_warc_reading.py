"""Pages out of WARC files: which records are pages, how their bodies are decoded, and what damage costs."""

import gzip
import io
import itertools
import re
import struct
import sys
import zlib

import brotli
import pytest
from fastwarc.stream_io import GzipWriter, ZstdWriter
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
from warcs import DATE, Told, answer, page, record, zipped

from cleaners.record import Warc
from crawler.workers import LARGEST_PAGE

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HTML = "<html><head><title>Über Dächer</title></head><body><p>Ein Satz über Dächer.</p></body></html>".encode()
PAGES = [page(number) for number in range(4)]
CONTENTS = [b"<p>Page %d of many.</p>" % number for number in range(4)]
STARTS = list(itertools.accumulate([0, *(len(one) for one in PAGES)]))


def test_a_page_is_what_a_fetch_would_have_given() -> None:
    head = ("Content-Type: text/html; charset=ISO-8859-1", "X-Crawl-Content-Encoding: gzip", "X-Folded: a\r\n b")
    block = answer(HTML, *head, status="404 Not Found")
    told = Told(zipped([PAGES[0], record("response", "<https://journal.example/ü#part>", block, "WARC-Truncated: length")]))
    (_, found), warc = told.pages, Warc(filename="b.warc.gz", offset=len(gzip.compress(PAGES[0])))
    one = found.page
    assert (one.content, one.kind, one.charset, one.status, one.fetched_at) == (HTML, "html", "ISO-8859-1", 404, DATE)
    assert (one.url, one.truncated, one.warc) == ("https://journal.example/%C3%BC", "length", warc)
    assert found.headers == (("Content-Type", "text/html; charset=ISO-8859-1"), ("X-Crawl-Content-Encoding", "gzip"), ("X-Folded", "a b"))
    assert told.damage == []


def test_which_records_are_pages() -> None:
    """What is about other records is passed over; what holds no page is told by what it is."""
    pdf, nothing = "Content-Type: application/pdf", "Server: old"
    told = Told(
        b"".join(
            [
                record("warcinfo", "", b"software: x\r\n", content_type="application/warc-fields"),
                record("request", "https://a.example/", b"GET / HTTP/1.1\r\n\r\n", content_type="application/http; msgtype=request"),
                record("metadata", "https://a.example/", b"via: x\r\n", content_type="application/warc-fields"),
                record("response", "https://a.example/", answer(HTML, "Location: /b", "Content-Type: text/html", status="301 Moved")),
                record("revisit", "https://a.example/", answer(b"")),
                record("response", "dns:a.example", b"20240501 a.example. IN A 192.0.2.1", content_type="text/dns"),
                record("response", "https://a.example/1", answer(b"%PDF-1.7", pdf)),
                record("response", "https://a.example/2", answer(b"%PDF-1.7"), "WARC-Identified-Payload-Type: application/pdf"),
                record("response", "https://a.example/3", answer(HTML, "Content-Type: unk"), "WARC-Identified-Payload-Type: text/html"),
                record("response", "https://a.example/4", answer(HTML, nothing)),
                record("response", "https://a.example/5", answer(b"\x00\x01", nothing)),
                record("response", "https://a.example/6", answer(b"Flat text.", "Content-Type: text/plain")),
                record("resource", "https://a.example/7", HTML, content_type="text/html"),
                record("conversion", "https://a.example/8", b"Flat text.", content_type="text/plain"),
                record("novelty", "https://a.example/9", HTML, content_type="text/html"),
            ]
        )
    )
    taken = [(one.page.url, one.page.kind, one.page.status) for one in told.pages]
    assert taken == [
        ("https://a.example/3", "html", 200),
        ("https://a.example/4", "html", 200),
        ("https://a.example/6", "text", 200),
        ("https://a.example/7", "html", None),
        ("https://a.example/8", "text", None),
    ]
    assert told.skipped == ["redirect", "revisit", "text/dns", "application/pdf", "application/pdf", "no media type", "unknown type of record"]
    assert told.damage == []


def chunked(body: bytes) -> bytes:
    return b"".join(b"%x;ext=1\r\n%s\r\n" % (len(body[i : i + 7]), body[i : i + 7]) for i in range(0, len(body), 7)) + b"0\r\n\r\n"


def deflated(body: bytes, wbits: int) -> bytes:
    packer = zlib.compressobj(wbits=wbits)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (chunked(HTML), ["Transfer-Encoding: chunked"]),
        (chunked(gzip.compress(HTML)), ["Content-Encoding: GZip", "Transfer-Encoding: chunked"]),
        (chunked(HTML), ["Transfer-Encoding: gzip, chunked"]),
        (gzip.compress(HTML[:9]) + gzip.compress(HTML[9:]), ["Content-Encoding: gzip"]),
        (gzip.compress(brotli.compress(HTML)), ["Content-Encoding: br, gzip"]),
        (brotli.compress(HTML), ["Content-Encoding: br"]),
        (zstd.compress(HTML), ["Content-Encoding: zstd"]),
        (deflated(HTML, 15), ["Content-Encoding: deflate"]),
        (deflated(HTML, -15), ["Content-Encoding: deflate"]),
        *((HTML, [f"Content-Encoding: {name}", "Transfer-Encoding: chunked"]) for name in ("gzip", "br", "zstd", "deflate", "identity", "novelty")),
    ],
)
def test_codings_are_undone_where_they_are_there(body: bytes, headers: list[str]) -> None:
    """Some archives keep bodies as they were sent, others decoded, under the same head."""
    (found,) = Told(record("response", "https://a.example/", answer(body, "Content-Type: text/html", *headers))).pages
    assert (found.page.content, found.page.truncated) == (HTML, None)
    assert found.headers == (("Content-Type", "text/html"),)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "chunked"])
def test_a_body_that_ends_early_is_read_up_to_there(coding: str) -> None:
    text = b"".join(b"<p>Sentence %d of a page that goes on for a long while.</p>" % number for number in range(5000))
    packed = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstd.compress, "deflate": zlib.compress, "chunked": chunked}[coding](text)
    name = "Transfer-Encoding" if coding == "chunked" else "Content-Encoding"
    (found,) = Told(record("response", "https://a.example/", answer(packed[: len(packed) // 2], "Content-Type: text/html", f"{name}: {coding}"))).pages
    content = found.page.content
    assert isinstance(content, bytes)
    assert 1000 < len(content) < len(text)
    assert text.startswith(content)
    assert found.page.truncated == "unspecified"


def bomb(size: int, before: bytes = b"") -> bytes:
    """So many zeros, gzipped."""
    packer = zlib.compressobj(level=1, wbits=31)
    pieces = (packer.compress(bytes(min(1 << 20, size - at))) for at in range(0, size, 1 << 20))
    return b"".join([packer.compress(before), *pieces, packer.flush()])


def test_bombs_are_not_let_off() -> None:
    """Neither one within the body nor one that is the record itself takes more than a page may."""
    block = answer(b"")
    size = len(block) + LARGEST_PAGE + (1 << 20)
    head = record("response", "https://a.example/", block).replace(b"Content-Length: %d" % len(block), b"Content-Length: %d" % size)
    within = record("response", "https://a.example/", answer(bomb(size), "Content-Type: text/html", "Content-Encoding: gzip"))
    told = Told(zipped([within]) + bomb(size - len(block), head.removesuffix(b"\r\n\r\n")) + zipped(PAGES[:1]))
    assert [why for _, why in told.damage] == ["the page is larger than 256 MB"] * 2
    assert told.contents == CONTENTS[:1]


@pytest.mark.parametrize("writer", [GzipWriter, ZstdWriter, None])
def test_what_fastwarc_writes_and_seeks(writer: type | None) -> None:
    """The offset is the one that other tools go by: from there they read the same page."""
    file = io.BytesIO()
    for number, content in enumerate(CONTENTS):
        one = WarcRecord()
        one.init_headers(WarcRecordType.response)
        one.headers["WARC-Target-URI"] = f"https://journal.example/{number}"
        one.headers["Content-Type"] = "application/http; msgtype=response"
        one.set_bytes_content(answer(content))
        if writer is None:
            one.write(file)
        else:
            with writer(file) as packed:
                one.write(packed)
    told = Told(file.getvalue())
    assert (told.contents, told.damage) == (CONTENTS, [])
    for offset, content in zip(told.offsets, CONTENTS, strict=True):
        assert offset is not None
        file.seek(offset)
        assert next(iter(ArchiveIterator(file))).reader.read() == content


def test_records_that_cannot_be_sought_have_no_offset() -> None:
    """In a file that is compressed as a whole there is a way to the first alone."""
    for pack in (gzip.compress, zstd.compress):
        told = Told(pack(b"".join(PAGES)))
        assert (told.contents, told.offsets, told.damage) == (CONTENTS, [0, None, None, None], [])


def test_zstd_with_a_dictionary() -> None:
    samples = [page(number, b"<p>The roof of number %d, with lichens on it.</p>" % number) for number in range(300)]
    dictionary = zstd.train_dict(samples, 2000)
    frames = b"".join(zstd.compress(one, zstd_dict=dictionary) for one in PAGES)
    for kept in (dictionary.dict_content, zstd.compress(dictionary.dict_content)):
        told = Told(struct.pack("<II", 0x184D2A5D, len(kept)) + kept + frames)
        assert (told.contents, told.damage) == (CONTENTS, [])


WRONG = {
    "no WARC record begins here": lambda one: one.replace(b"WARC/1.0", b"XARC/1.0", 1),
    "the record has no usable Content-Length": lambda one: one.replace(b"Content-Length: ", b"Content-Length: -", 1),
    "the record does not end where its Content-Length says": lambda one: re.sub(rb"Content-Length: \d+", b"Content-Length: 70", one),
    "the head of the record has no end": lambda one: one.replace(b"\r\n\r\n", b"\r\n"),
    "the record has no HTTP head": lambda one: one.replace(b"HTTP/1.1 200", b"HTTQ/1.1 200", 1),
}


@pytest.mark.parametrize("why", WRONG)
@pytest.mark.parametrize("is_zipped", [True, False])
def test_a_record_that_is_wrong_costs_itself(why: str, is_zipped: bool) -> None:
    records = [PAGES[0], WRONG[why](PAGES[1]), *PAGES[2:]]
    assert records[1] != PAGES[1]
    told = Told(zipped(records) if is_zipped else b"".join(records))
    assert told.contents == [CONTENTS[0], *CONTENTS[2:]]
    start = len(zipped(records[:1])) if is_zipped else STARTS[1]
    assert told.damage == [(start, why)]


@pytest.mark.parametrize("length", [b"999999", b"200", b"999999999999999999"])
def test_a_length_that_reaches_over_others_costs_none_of_them(length: bytes) -> None:
    wrong = PAGES[1].replace(b"Content-Length: %d" % len(answer(CONTENTS[1])), b"Content-Length: " + length)
    told = Told(b"".join([PAGES[0], wrong, *PAGES[2:]]))
    assert told.contents == [CONTENTS[0], *CONTENTS[2:]]
    assert [place for place, _ in told.damage] == [STARTS[1]]


def test_damaged_members_cost_themselves() -> None:
    """Also where the checksum alone tells, where what is damaged is the mark, and where bytes stand between."""
    members = [gzip.compress(one, mtime=0) for one in PAGES]
    start, end = len(members[0]), len(members[0] + members[1])
    rest = members[2] + members[3]
    flipped = bytearray(members[1])
    flipped[len(flipped) // 2] ^= 0xFF
    for member in (bytes(flipped), members[1][:-8] + bytes(8), b"\x1f\x8c" + members[1][2:], members[1][:-30]):
        told = Told(members[0] + member + rest)
        assert told.contents == [CONTENTS[0], *CONTENTS[2:]]
        assert [place for place, _ in told.damage] == [start]
    told = Told(members[0] + members[1] + b"no member" + rest)
    assert (told.contents, [place for place, _ in told.damage]) == (CONTENTS, [end])
    assert Told(b"".join(members) + bytes(500)).damage == [], "some writers fill the last block of a tape"


def test_files_that_are_none() -> None:
    for data in (b"", b"<html>", gzip.compress(b"<html>"), b"\x1f\x8b\x08"):
        told = Told(data)
        assert told.pages == []
        assert len(told.damage) == 1
