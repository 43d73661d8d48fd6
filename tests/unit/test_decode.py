"""Decoding: what decides the charset, in which order, and what a page may not do to the reader."""

import gzip
import tracemalloc
import zlib

import pytest

from cleaners.decode import decode, looks_binary

GERMAN = "Größe und Wärmehaushalt überwinternder Bäume in höheren Lagen"
RUSSIAN = "Влияние температуры на рост лишайников в горных лесах Урала"
JAPANESE = "高山帯における地衣類の成長と気温の関係について"


def page(text: str, charset: str | None = None) -> str:
    return f'<html><head>{f"<meta charset={charset!r}>" if charset else ""}</head><body><p>{text}</p></body></html>'


@pytest.mark.parametrize(
    ("content", "header", "charset", "evidence"),
    [
        (page(GERMAN).encode(), None, "utf-8", "valid"),
        (page(GERMAN).encode("cp1252"), "windows-1252", "cp1252", "header"),
        (page(GERMAN, "iso-8859-1").encode("cp1252"), None, "cp1252", "declared"),
        (page(RUSSIAN, "koi8-r").encode("cp1251"), "windows-1251", "cp1251", "header"),
        (page(JAPANESE, "Shift_JIS").encode("cp932"), None, "cp932", "declared"),
        (page(JAPANESE, "euc-jp").encode("euc_jp"), None, "euc_jp", "declared"),
        (page(JAPANESE, "no-such-charset").encode(), "neither-this", "utf-8", "valid"),
        (f'<?xml version="1.0" encoding="windows-1251"?>{page(RUSSIAN)}'.encode("cp1251"), None, "cp1251", "declared"),
        (b"\xef\xbb\xbf" + page(JAPANESE).encode(), "shift_jis", "utf-8", "bom"),
        (b"\xff\xfe" + page(RUSSIAN).encode("utf-16-le"), "utf-8", "utf-16-le", "bom"),
        (b"\xfe\xff" + page(RUSSIAN).encode("utf-16-be"), None, "utf-16-be", "bom"),
        (b"\xff\xfe\x00\x00" + page(RUSSIAN).encode("utf-32-le"), None, "utf-32-le", "bom"),
        (page(GERMAN).encode("cp1252"), None, "cp1252", "guessed"),
        (page(RUSSIAN * 5).encode("cp1251"), None, "cp1251", "guessed"),
        (page(GERMAN, "utf-8").encode("cp1252"), "utf-8", "cp1252", "guessed"),
    ],
)
def test_the_strongest_evidence_decides(content: bytes, header: str | None, charset: str, evidence: str) -> None:
    decoded = decode(content, charset=header)
    assert (decoded.charset, decoded.evidence) == (charset, evidence)
    assert any(text in decoded.text for text in (GERMAN, RUSSIAN, JAPANESE))
    assert "\ufeff" not in decoded.text
    assert all(notice.code == "charset_conflict" for notice in decoded.notices)


@pytest.mark.parametrize(("header", "declared", "liar"), [("iso-8859-1", None, "header"), (None, "windows-1252", "declared")])
def test_valid_utf8_wins_over_a_declaration_that_lies(header: str | None, declared: str | None, liar: str) -> None:
    decoded = decode(page(GERMAN, declared).encode(), charset=header)
    assert GERMAN in decoded.text
    [notice] = decoded.notices
    assert notice.code == "charset_conflict"
    assert f"The {liar} charset" in notice.message


def test_a_lie_that_changes_nothing_is_not_worth_a_notice() -> None:
    assert decode(b"<p>plain ASCII</p>", charset="iso-8859-1").notices == ()


def test_latin1_is_read_as_browsers_read_it() -> None:
    assert decode(b"<p>\x93quoted\x94 \x80 5</p>", charset="ISO-8859-1").text == "<p>“quoted” € 5</p>"


def test_a_few_broken_bytes_do_not_cost_the_rest() -> None:
    content = page(JAPANESE * 40).encode().replace("気温".encode(), b"\xe6\xb0", 1)
    decoded = decode(content, charset="utf-8")
    assert decoded.charset == "utf-8"
    assert JAPANESE in decoded.text
    assert [notice.code for notice in decoded.notices] == ["undecodable_bytes"]


def test_controls_go_and_white_space_stays() -> None:
    text = "a\x00b\x08c\x1bd\x7fe\ud800f\tg\r\nh"
    assert decode(text).text == "abcdef\tg\r\nh"
    assert decode(text.replace("\ud800", "").encode()).text == "abcdef\tg\r\nh"


def test_a_declaration_that_names_no_text_encoding_is_none() -> None:
    assert GERMAN in decode(page(GERMAN, "base64").encode("cp1252"), charset="zip").text


def test_gzip_is_unpacked_and_its_faults_are_told() -> None:
    packed = gzip.compress(page(GERMAN * 200).encode())
    assert GERMAN in decode(packed).text
    assert decode(packed).notices == ()
    torn = decode(packed[: len(packed) // 2])
    assert [notice.code for notice in torn.notices] == ["input_cut"]
    assert next(notice.code for notice in decode(b"\x1f\x8b no gzip at all").notices) == "broken_gzip"


def test_a_bomb_does_not_go_off() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(512)) + packer.flush()
    assert len(bomb) < 1 << 20
    tracemalloc.start()
    decoded = decode(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "input_cut" in [notice.code for notice in decoded.notices]
    assert peak < 400 << 20


def test_wrong_use_names_the_mend() -> None:
    with pytest.raises(TypeError, match="read the file first"):
        decode(bytearray(b"<p>"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"%PDF-1.7\n", "a PDF"), (b"PK\x03\x04\x14", "a ZIP archive"), (b"\x89PNG\r\n", "a PNG image"), (b"<p>%PDF-1.7</p>", None), (b"", None)],
)
def test_binaries_are_known_by_their_first_bytes(content: bytes, name: str | None) -> None:
    assert looks_binary(content) == name
