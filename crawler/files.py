"""Output files: there is a whole one, or the old one."""

import filecmp
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def part_of(path: str | Path) -> Path:
    """Where `whole_file` writes until the file is whole."""
    target = Path(os.path.realpath(path))
    return target.with_name(f"{target.name}.part")


@contextmanager
def whole_path(path: str | Path) -> Iterator[Path]:
    """The path to write a file to that gets its name when it is whole (`part_of`), for what opens its file itself.

    An error removes the part. An interrupt leaves it: it may hold hours of work. The mode of an old file is kept, and an
    old file that would stay the same is not touched.
    """
    part, target = part_of(path), os.path.realpath(path)
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        if os.path.exists(target):
            if filecmp.cmp(part, target, shallow=False):
                part.unlink()
                return
            shutil.copymode(target, part)
        part.replace(target)
    except Exception as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:  # a full disk does not say which
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


@contextmanager
def whole_file(path: str | Path) -> Iterator[IO[bytes]]:
    """The file that `whole_path` names, open."""
    with whole_path(path) as part, part.open("wb") as file:
        yield file


def unwritable(path: str | Path) -> str | None:
    """Why `whole_file` cannot write here, with the mend; ``None`` if nothing stands against it."""
    target = Path(os.path.realpath(path))
    if str(path) == "-":
        return "- is no name for a file that is written: give another one, or ./- if you mean it"
    if target.is_dir():
        return f"{path} is a folder: name a file in it"
    if target.exists() and not target.is_file():
        return f"{path} is no file that could be replaced: name one that is, or a new one"
    if target.exists() and not os.access(target, os.W_OK):
        return f"{path} is write-protected: name another file, or lift the protection"
    if not target.parent.is_dir():
        return f"there is no folder {target.parent} for {path}: make it first"
    if not os.access(target.parent, os.W_OK):
        return f"the folder {target.parent} cannot be written to: put {target.name} elsewhere"
    return None
