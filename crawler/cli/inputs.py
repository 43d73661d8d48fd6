"""From what stands on the command line to pages: files, folders, patterns, stdin, JSONL, gzipped or not, and WARC files."""

import gzip
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from glob import glob, has_magic
from io import BufferedIOBase
from pathlib import Path
from typing import Literal

import msgspec

from cleaners.page import Page
from crawler.cli import WrongUse
from crawler.sniff import looks_like_markup
from crawler.urls import without_credentials
from crawler.warc import read_pages as read_archive
from crawler.warc.members import is_warc
from crawler.workers import LARGEST_PAGE

Kind = Literal["html", "text"]
Named = Literal["html", "text", "jsonl", "warc"]
Complain = Callable[[str, str], None]

# What a file's name says of its content; of these a folder's files are taken.
_KINDS: dict[str, Named] = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "text",
    ".jsonl": "jsonl",
}
_EXTENSIONS = ", ".join((*_KINDS, ".warc"))
# What is compressed in a way that cannot be read is taken too, and told.
_ARCHIVE = re.compile(r"\.(?:warc|wet)(?:\.(?:gz|zst|lz4|bz2|xz|br))?$")
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
# How a line of JSONL begins, and no page.
_JSON_LINE = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"')


class _Line(msgspec.Struct):
    """A line of JSONL."""

    url: str | None = None
    html: str | None = None
    text: str | None = None


_line = msgspec.json.Decoder(_Line)


def is_address(source: str) -> bool:
    """Whether it is to be fetched, not read."""
    return source.casefold().startswith(("http://", "https://"))


def is_archive(source: str) -> bool:
    """Whether a source is a file with a web archive, by its name, else by how it begins; also one that cannot be read, which is told later."""
    if source == "-" or is_address(source) or (os.path.exists(source) and not os.path.isfile(source)):
        return False
    if named := _kind(source):
        return named == "warc"
    try:
        with open(source, "rb") as raw:
            return is_warc(raw.peek())
    except OSError:
        return True


def find_sources(arguments: Sequence[str], *, written: Iterable[str]) -> list[str]:
    """The files, addresses and ``-`` that the arguments mean; folders and patterns give their files in order of name.

    ``written`` are the files and folders that the command writes: a folder's other files are taken. Raises `WrongUse`.
    """
    if arguments.count("-") > 1:
        raise WrongUse("stdin can be read only once: give a single -")
    own = {os.path.realpath(path) for path in written}
    sources = [source for argument in arguments for source in _expand(argument, own)]
    for source in (*arguments, *sources):
        if os.path.realpath(source) in own:
            raise WrongUse(f"{source} would be read and written: give the output another name")
    return sources


def _expand(argument: str, own: set[str]) -> list[str]:
    if argument == "-" or is_address(argument):
        return [argument]
    if os.path.isdir(argument):
        found = [path for path in _walk(argument, own) if os.path.realpath(path) not in own]
        if not found:
            raise WrongUse(f"no pages in the folder {argument}: it has no files named {_EXTENSIONS}, or one of these with .gz")
        return found
    if os.path.lexists(argument):
        return [argument]
    if has_magic(argument):
        matches = (path for path in sorted(glob(argument, recursive=True)) if not os.path.isdir(path))
        found = [path for path in matches if os.path.realpath(path) not in own]
        if not found:
            raise WrongUse(f"no file matches {argument}: ** crosses folders, * does not")
        return found
    raise WrongUse(f"no such file or folder: {without_credentials(argument)} (an address begins with http:// or https://)")


def _walk(folder: str, own: set[str]) -> Iterator[str]:
    for parent, folders, names in os.walk(folder, onerror=_fail):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and os.path.realpath(os.path.join(parent, name)) not in own)
        yield from (os.path.join(parent, name) for name in sorted(names) if not name.startswith(".") and _kind(name))


def _fail(error: OSError) -> None:
    raise WrongUse(f"cannot look into the folder {error.filename} ({error.strerror}): make it readable, or give the files that are") from error


def _kind(name: str) -> Named | None:
    name = name.casefold()
    return "warc" if _ARCHIVE.search(name) else _KINDS.get(Path(name.removesuffix(".gz")).suffix)


def read_pages(
    source: str, *, kind: Kind | None, url: str | None, complain: Complain, skipped: Callable[[str], None]
) -> Iterator[tuple[str, Page]]:
    """The pages of a file or of ``-``, each with a name to speak of it; what cannot be read is told to ``complain``.

    ``kind`` overrules what name and content say, except that of JSONL and WARC files. ``url`` is the address of the only page.
    ``skipped`` is told what a WARC record is that holds no page.
    """
    name = "stdin" if source == "-" else source
    try:
        with open(0 if source == "-" else source, "rb", closefd=source != "-") as raw:
            named = None if source == "-" else _kind(source)
            if named == "warc" or (named is None and kind is None and is_warc(raw.peek())):
                if url:
                    raise WrongUse(f"--url is for a single page, and {name} is a WARC file: its pages have their own")
                yield from _archived(raw, name, source, complain, skipped)
                return
            stream: BufferedIOBase = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == _GZIP else raw
            yield from _pages(stream, name, named, kind, url, complain)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        complain(name, "broken gzip data")
    except OSError as error:
        complain(name, error.strerror or str(error))


def _pages(
    stream: BufferedIOBase, name: str, named: str | None, forced: Kind | None, url: str | None, complain: Complain
) -> Iterator[tuple[str, Page]]:
    first = b""
    if named is None and forced is None:
        first = stream.readline(LARGEST_PAGE)
        if _JSON_LINE.match(first):
            named = "jsonl"
    if named == "jsonl":
        if url:
            raise WrongUse(f"--url is for a single page, and {name} is JSONL: its lines have their own")
        yield from _lines(first, stream, name, complain)
        return
    content = read_at_most(stream, LARGEST_PAGE, first)
    if content is None:
        complain(name, f"larger than {LARGEST_PAGE >> 20} MB")
        return
    yield name, Page(content=content, kind=forced or _told(named, content), url=url)


def _archived(raw: BufferedIOBase, name: str, source: str, complain: Complain, skipped: Callable[[str], None]) -> Iterator[tuple[str, Page]]:
    for archived in read_archive(raw, source, damaged=lambda place, why: complain(f"{name}:{place}", why), skipped=skipped):
        page = archived.page
        place = f":{page.warc.offset}" if page.warc and page.warc.offset is not None else f" {page.url or ''}".rstrip()
        yield f"{name}{place}", page


def _told(named: str | None, content: bytes) -> Kind:
    if named == "html" or (named is None and looks_like_markup(content)):
        return "html"
    return "text"


def read_at_most(stream: BufferedIOBase, most: int, first: bytes = b"") -> bytes | None:
    """``first`` and the rest of a stream; ``None`` if that is more than ``most`` bytes."""
    parts, size = [first], len(first)
    while chunk := stream.read(_CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if size > most:
            return None
    return b"".join(parts)


def _lines(first: bytes, stream: BufferedIOBase, name: str, complain: Complain) -> Iterator[tuple[str, Page]]:
    number = 0
    while line := first or stream.readline(LARGEST_PAGE):
        first = b""
        number += 1
        where = f"{name}:{number}"
        if not (line := line.removeprefix(_BOM).strip()):
            continue
        try:
            read = _line.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            complain(where, f'no page as {{"url": …, "html": …}} or {{"url": …, "text": …}}: {error}')
            continue
        if read.html is not None:
            yield where, Page(content=read.html, kind="html", url=read.url)
        elif read.text is not None:
            yield where, Page(content=read.text, kind="text", url=read.url)
        else:
            complain(where, 'neither "html" nor "text"')
