"""Web archives become shards: an archive is a piece of work, its shard the file, or the files, of its records.

`clean_shard` is all that an engine has to call, on this machine or on many, in any order and more than once. Beside the
shards of a folder, in ``_shards``, lies a manifest for each: of what it was made, what its pages came to, which files are
its own. It is written last. A shard without one, or with one that says something else, is made anew.
"""

import hashlib
import os
import re
import shutil
import sqlite3
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

import msgspec

from cleaners.page import Page
from cleaners.record import MadeBy, Record, json_line
from crawler.partitions import Form, Partition, write_files
from crawler.warc import read_pages
from crawler.workers import CleanPool

# Readers of data sets pass over what begins so.
_BESIDE = "_shards"
_UNDER_WAY = ".part"
_ENDING = re.compile(r"(?:\.(?:warc|wet|gz|zst))+$", re.IGNORECASE)
# Signs that no reader of data sets takes for more than a name.
_OTHER_SIGNS = re.compile(r"[^A-Za-z0-9.-]+")
_LONGEST_STEM = 100


class NoShard(Exception):
    """Nothing came of an archive; the message says why. The others are not concerned."""


class Unfit(Exception):
    """A machine cannot do what is asked for, or not as the one that asks would; the message says how to mend it."""


class Trouble(msgspec.Struct, frozen=True, order=True):
    """What is told of an archive: damage or a page that could not be cleaned, at a byte of the file."""

    byte: int
    why: str


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides over the content of a shard; ``sha256`` is that of the archive's bytes."""

    sha256: str
    form: Form
    partition: Partition | None
    made_by: MadeBy


class Shard(msgspec.Struct, frozen=True, kw_only=True):
    """A manifest: ``files`` are the paths of the shard's files in the folder, with their size in bytes.

    While a shard takes the place of another one, it is not whole, and its files are those of both.
    """

    archive: str
    terms: Terms
    is_whole: bool = True
    files: dict[str, int]
    kinds: dict[str, int]
    skipped: dict[str, int]
    troubles: tuple[Trouble, ...]


def clean_shard(
    archive: str,
    folder: str,
    pool: CleanPool,
    *,
    form: Form = "jsonl",
    partition: Partition | None = None,
    maker: MadeBy | None = None,
    each: Callable[[], object] = lambda: None,
) -> tuple[Shard, bool]:
    """Clean the pages of a WARC file into a shard, and say whether it had to be made: one that is whole stays as it is.

    ``folder`` is one that `shard_folder` holds, on this machine or on the one that asks; ``each`` is called for each page. The same archive
    gives the same bytes on all machines with one maker. Raises `NoShard` where the archive cannot be read; `Unfit` where the pool's
    maker is not the one that is wanted, or the folder is not to be seen; and `OSError` where the shard cannot be written.
    """
    ours = pool.maker()
    if maker and maker != ours:
        raise Unfit(f"it would make other records ({_difference(ours, maker)}): give all machines the same release, libraries and site profiles")
    beside = Path(folder, _BESIDE)
    if not beside.is_dir():
        raise Unfit(f"there is no folder {beside} on it: archives and --out must lie where all machines see them under one name")
    name = _name(archive)
    with _Archive(archive) as pages:
        terms = Terms(sha256=pages.sha256, form=form, partition=partition, made_by=ours)
        old = _manifest(beside / f"{name}.json")
        if old and old.is_whole and old.terms == terms and all(_has(Path(folder, path), size) for path, size in old.files.items()):
            return old, False
        # A folder for each attempt: of two that an engine has begun for one archive, each is whole, and they are the same.
        with tempfile.TemporaryDirectory(prefix=f"{name}.", suffix=_UNDER_WAY, dir=beside, ignore_cleanup_errors=True) as attempt:
            with closing(pages.records(pool, each)) as records:
                files = write_files(records, Path(attempt), name, form, partition)
            new = Shard(
                archive=os.fsencode(os.path.abspath(archive)).decode("utf-8", "replace"),
                terms=terms,
                files={path: Path(attempt, path).stat().st_size for path in files},
                kinds=dict(pages.kinds),
                skipped=dict(pages.skipped),
                troubles=tuple(sorted(pages.troubles)),
            )
            _publish(Path(attempt), Path(folder), name, old, new)
    return new, True


@contextmanager
def shard_folder(folder: str) -> Iterator[None]:
    """Hold a folder for the shards of one run; it is made where there is none. Raises `Unfit` while another run holds it."""
    beside = Path(folder, _BESIDE)
    beside.mkdir(parents=True, exist_ok=True)
    # An exclusive transaction: the system ends it with the process, however that dies.
    with closing(sqlite3.connect(beside / "lock", isolation_level=None, timeout=0)) as guard:
        try:
            guard.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise Unfit(f"another run writes into {folder}: wait for its end, or give another folder") from error
            # Some file systems that machines share know no locks: there is nobody then who could be kept out.
        # An attempt of an earlier run that goes on somewhere shall come to nothing.
        _clear(beside)
        yield
        _clear(beside)


def _clear(beside: Path) -> None:
    """Remove what attempts have left that were killed."""
    for left in beside.glob(f"*{_UNDER_WAY}"):
        shutil.rmtree(left, ignore_errors=True)


class _Archive:
    """An open archive, and the way of its pages through the workers, with the count of what came of them. A context manager."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._bytes: deque[int] = deque()
        self.kinds: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.troubles: list[Trouble] = []
        try:
            self._file = open(path, "rb")  # noqa: SIM115  # leaving closes it
            # Takes a thousandth of what cleaning takes, and is right where times and sizes are not.
            self.sha256 = hashlib.file_digest(self._file, "sha256").hexdigest()
            self._file.seek(0)
        except OSError as error:
            raise NoShard(error.strerror or str(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def records(self, pool: CleanPool, each: Callable[[], object]) -> Generator[Record]:
        """The records of the pages, in their order. Raises `NoShard` where the file cannot be read on."""
        for record, _ in pool.clean(self._pages()):
            byte = self._bytes.popleft()
            self.kinds[record.kind] += 1
            if record.kind == "unreadable":
                self._trouble(byte, record.warnings[-1].message)
            each()
            yield record

    def _pages(self) -> Iterator[Page]:
        try:
            for found in read_pages(self._file, self._path, damaged=self._trouble, skipped=self._skip):
                self._bytes.append((found.page.warc and found.page.warc.offset) or 0)
                yield found.page
        except OSError as error:
            raise NoShard(error.strerror or str(error)) from error

    def _skip(self, what: str) -> None:
        self.skipped[what] += 1

    def _trouble(self, byte: int, why: str) -> None:
        self.troubles.append(Trouble(byte, why))


def _name(archive: str) -> str:
    """What the files of a shard are called, but for their ending: archives of one name lie in different folders."""
    path = os.path.abspath(archive)
    stem = _OTHER_SIGNS.sub("-", _ENDING.sub("", os.path.basename(path)))[:_LONGEST_STEM].strip(".-")
    return f"{stem or 'archive'}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}"


def _manifest(path: Path) -> Shard | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Shard)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _has(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def _publish(attempt: Path, folder: Path, name: str, old: Shard | None, new: Shard) -> None:
    """Put a shard in the place of an old one. Whenever this is cut short, the manifest names every file that may be there."""
    manifest = folder / _BESIDE / f"{name}.json"
    before = old.files if old else {}
    _write_manifest(attempt, manifest, msgspec.structs.replace(new, is_whole=False, files=before | new.files))
    for path in new.files:
        (folder / path).parent.mkdir(exist_ok=True)
        _place(attempt / path, folder / path)
    for path in before.keys() - new.files.keys():
        with suppress(FileNotFoundError, NotADirectoryError):
            (folder / path).unlink()
    _write_manifest(attempt, manifest, new)


def _write_manifest(attempt: Path, path: Path, shard: Shard) -> None:
    part = attempt / "manifest"
    part.write_text(f"{json_line(shard)}\n", encoding="utf-8")
    _place(part, path)


def _place(part: Path, target: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)


def _difference(ours: MadeBy, wanted: MadeBy) -> str:
    here, there = ({"pagesieve": maker.version, "its tables and site profiles": maker.config, **maker.libraries} for maker in (ours, wanted))
    return ", ".join(f"{name} {value} instead of {there.get(name)}" for name, value in here.items() if value != there.get(name))
