"""The tables of words and weights: TOML files, each beside the module that reads it."""

from importlib.resources import files
from typing import Any

# As tomllib, whose author wrote it, but compiled: the labels take it 0.05 s, and tomllib 0.15.
import tomli


def read_table(name: str, package: str = "cleaners") -> dict[str, Any]:
    """What ``name`` (without ``.toml``) holds; read anew each time."""
    return tomli.loads(files(package).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
