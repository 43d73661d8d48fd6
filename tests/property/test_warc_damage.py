"""Whatever a WARC file holds: reading it ends, never raises, and loses nothing but what is damaged."""

import gzip
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from warcs import Told, answer, page, record, zipped

_ODD = (b"", b"\r\n\r\n", b"\r\n\r\nWARC/1.0\r\n\r\n", b"<p>\nWARC/1.0\r\nWARC-Type: response\r\n", b"\x1f\x8b\x08\0\0")
_BODIES = st.binary(max_size=300) | st.sampled_from(_ODD)
_CODINGS = st.sampled_from([*(f"Content-Encoding: {name}" for name in ("gzip", "br", "deflate", "zstd")), "Transfer-Encoding: chunked"])
_RECORDS = st.builds(
    lambda body, codings: record("response", "https://a.example/", answer(body, "Content-Type: text/html", *codings)),
    _BODIES | _BODIES.map(gzip.compress),
    st.lists(_CODINGS, max_size=3),
)
_PIECES = st.one_of(st.binary(max_size=60), _RECORDS, _RECORDS.map(gzip.compress), _RECORDS.map(lambda one: gzip.compress(one)[:-9]))


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(_PIECES, max_size=5))
def test_any_bytes_are_read(pieces: list[bytes]) -> None:
    told = Told(b"".join(pieces))
    offsets = [offset for offset in told.offsets if offset is not None]
    assert offsets == sorted(set(offsets)), "each place is one page's, in the order of the file"


@settings(max_examples=150, deadline=None)
@given(bodies=st.lists(_BODIES, min_size=1, max_size=4), is_zipped=st.booleans(), data=st.data())
def test_a_torn_file_is_read_up_to_the_tear(bodies: list[bytes], is_zipped: bool, data: st.DataObject) -> None:
    records = [page(number, body) for number, body in enumerate(bodies)]
    stored = [zipped([one]) for one in records] if is_zipped else records
    ends = list(itertools.accumulate(map(len, stored)))
    tear = data.draw(st.integers(1, ends[-1]))
    told = Told(b"".join(stored)[:tear])
    whole = sum(end <= tear for end in ends)
    # The line ends behind a record, and a checksum, can be missing without a loss.
    assert told.contents in (bodies[:whole], bodies[: whole + 1])
    assert told.damage or tear in ends or (not is_zipped and tear in (end - cut for end in ends for cut in range(5)))


@settings(max_examples=150, deadline=None)
@given(number=st.integers(0, 3), is_zipped=st.booleans(), data=st.data())
def test_damage_costs_no_other_record(number: int, is_zipped: bool, data: st.DataObject) -> None:
    """One byte is changed, or some are cut out."""
    bodies = [b"<p>Page %d of many, with a sentence.</p>" % at for at in range(4)]
    stored = [zipped([page(at, body)]) if is_zipped else page(at, body) for at, body in enumerate(bodies)]
    at = data.draw(st.integers(0, len(stored[number]) - 1))
    cut = data.draw(st.integers(1, 3))
    byte = data.draw(st.binary(max_size=1))
    stored[number] = stored[number][:at] + byte + stored[number][at + cut :]
    told = Told(b"".join(stored))
    assert [body for body in told.contents if body in bodies and body != bodies[number]] == bodies[:number] + bodies[number + 1 :]
