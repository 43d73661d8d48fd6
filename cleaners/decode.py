"""Bytes to text: byte order mark, valid UTF-8, the HTTP header's charset, the page's own, then a guess; with evidence."""

import codecs
import re
import zlib

import msgspec

from cleaners.record import Notice

# A page declares its charset within its first bytes; HTML says 1,024, real pages take more.
_PRESCAN = 4096
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
# Browsers read these labels as their supersets (WHATWG Encoding Standard, "names and labels").
_SUPERSETS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
}
# Encodings of Python that no page is written in; some of them raise on other bytes, whatever the error handler.
_NO_CHARSETS = frozenset(("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7"))
# UTF-32 before UTF-16, whose mark is the beginning of its own.
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7fELF", "a program"),
)
# Bytes of control characters, without ESC, which some Japanese encodings are made of; in noise one byte in ten is such a one.
_NO_TEXT = bytes(i for i in range(32) if i not in b"\t\n\f\r\x1b")
_MOST_NO_TEXT = 20
_CONTROLS = {i: None for i in range(32) if i not in (9, 10, 13)} | {127: None} | dict.fromkeys(range(55296, 57344))
_NO_CONTROL = bytes(i for i in range(256) if i not in _CONTROLS)
_LAST_LATIN = "\u024f"
_GZIP = b"\x1f\x8b"
# A page inflates at most to this size; what is longer is a bomb.
_LARGEST = 64 * 1024 * 1024


class Decoded(msgspec.Struct, frozen=True):
    """The text of a page. ``evidence`` says what decided the charset: bom, valid, header, declared, guessed, given."""

    text: str
    charset: str
    evidence: str
    notices: tuple[Notice, ...] = ()


def decode(content: bytes | str, *, charset: str | None = None) -> Decoded:
    """Read a page's bytes. ``charset`` is the HTTP header's. Text passes as it is, without control characters.

    Raises `TypeError` for anything that is neither bytes nor text.
    """
    if isinstance(content, str):
        return Decoded(_plain(content), "utf-8", "given")
    if not isinstance(content, bytes):
        raise TypeError(f"a page is bytes or str, not {type(content).__name__}: read the file first")
    content, unpacked = inflate(content)
    notices = list(unpacked)
    for mark, codec in _BOMS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], codec, "bom", notices)
    if (unmarked := _by_zeros(content[:_PRESCAN])) is not None:
        return _decoded(content, unmarked, "guessed", notices)
    declared = _DECLARED.search(content[:_PRESCAN])
    said = [(charset, "header"), (declared[1].decode("ascii", "replace") if declared else None, "declared")]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        for name, where in said:
            if name and not text.isascii() and _codec(name) not in (None, "utf-8"):
                message = f"The {where} charset is {name}, but the bytes are valid UTF-8 and are read so."
                notices.append(Notice(code="charset_conflict", message=message))
        return Decoded(_plain(text, content), "utf-8", "valid", tuple(notices))
    for name, where in said:
        told = _codec(name) if name else None
        if told and told != "utf-8":
            return _decoded(content, told, where, notices)
    # UTF-8 by declaration, but broken: a few bad bytes are the page's, many mean that the declaration is wrong.
    broken = content.decode("utf-8", "replace")
    if broken.count("\ufffd") * 200 <= len(broken):
        return _decoded(content, "utf-8", "declared", notices)
    return _decoded(content, _guess(content), "guessed", notices)


def looks_binary(content: bytes) -> str | None:
    """What the content is if it is no text at all ("a PDF"), else `None`."""
    known = next((name for magic, name in _MAGIC if content.startswith(magic)), None)
    head = content[:_PRESCAN]
    if known is None and (len(head) - len(head.translate(None, _NO_TEXT))) * _MOST_NO_TEXT > len(head) and not _is_unicode(content):
        return "binary data"
    return known


def _is_unicode(content: bytes) -> bool:
    if content.startswith(tuple(mark for mark, _ in _BOMS)) or _by_zeros(content[:_PRESCAN]) is not None:
        return True
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(content: bytes, codec: str, evidence: str, notices: list[Notice]) -> Decoded:
    text = content.decode(codec, "replace")
    lost = text.count("\ufffd") - content.count(b"\xef\xbf\xbd") * (codec == "utf-8")
    if lost > 0:
        notices = [*notices, Notice(code="undecodable_bytes", message=f"{lost} places could not be read as {codec}.")]
    return Decoded(_plain(text), codec, evidence, tuple(notices))


def _by_zeros(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, told by where the zeros of its ASCII stand."""
    if head.count(0) * 3 < len(head):
        return None
    patterns: dict[tuple[bool, ...], str] = {
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
    }
    return patterns.get(tuple(head[i::4].count(0) * 8 > len(head) for i in range(4)))


def _plain(text: str, content: bytes | None = None) -> str:
    """The text without control characters and half surrogate pairs. ``content`` are its bytes in UTF-8, where they are at hand."""
    try:
        controls = (content or text.encode()).translate(None, _NO_CONTROL)  # a twentieth of the time of a regular expression
    except UnicodeEncodeError:
        return text.translate(_CONTROLS)
    return text.translate(_CONTROLS) if controls else text


def _codec(name: str) -> str | None:
    label = name.strip().casefold()
    label = _SUPERSETS.get(label, label)
    try:
        found = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    return found.name if found._is_text_encoding and found.name not in _NO_CHARSETS else None


def _guess(content: bytes) -> str:
    from bs4.dammit import UnicodeDammit

    found = _codec(UnicodeDammit(content[:200_000], is_html=True).original_encoding or "") or "cp1252"
    # To a guesser the code pages of Latin script look alike ("naďve", "mac-iceland"): the commonest is right most often.
    letters = [c for c in content[:200_000].decode(found, "replace") if not c.isascii() and c.isalpha()]
    return found if sum(c > _LAST_LATIN for c in letters) * 2 > len(letters) else "cp1252"


def inflate(content: bytes) -> tuple[bytes, tuple[Notice, ...]]:
    """The content as it was before gzip, and what is to be said where that is not all of it; other content as it is."""
    if not content.startswith(_GZIP):
        return content, ()
    inflated, notice = _inflate(content)
    return inflated, (notice,) if notice else ()


def _inflate(content: bytes) -> tuple[bytes, Notice | None]:
    reader = zlib.decompressobj(wbits=31)
    try:
        inflated = reader.decompress(content, _LARGEST)
    except zlib.error as error:
        return content, Notice(code="broken_gzip", message=f"The content begins like gzip and cannot be unpacked: {error}.")
    if reader.unconsumed_tail:
        return inflated, Notice(code="input_cut", message=f"The content inflates beyond {_LARGEST >> 20} MiB; the rest was left out.")
    if not reader.eof:
        return inflated, Notice(code="input_cut", message="The compressed content ends early; what came was read.")
    return inflated, None
