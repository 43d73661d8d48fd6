"""What made a record: our version, the catalogues in force, the libraries that can change a result."""

import hashlib
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from cleaners.record import MadeBy

VERSION = "0.1.0"
_LIBRARIES = ("beautifulsoup4", "dateparser", "ftfy", "lxml", "trafilatura")


def _tables(folder: Traversable) -> list[Traversable]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            found.extend(_tables(entry))
        elif entry.name.endswith(".toml"):
            found.append(entry)
    return found


@lru_cache(maxsize=8)
def made_by(sites: str | Path | None = None, *, body: bool = True) -> MadeBy:
    """The maker of every record of this process, with or without a folder of site profiles, with or without the main text."""
    digest = hashlib.sha256()
    for table in [*_tables(files("cleaners")), *(sorted(Path(sites).glob("*.toml")) if sites is not None else ())]:
        digest.update(table.name.encode() + b"\0" + table.read_bytes())
    if not body:
        digest.update(b"no body")
    return MadeBy(version=VERSION, config=digest.hexdigest()[:16], libraries={name: version(name) for name in _LIBRARIES})
