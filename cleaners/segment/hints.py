"""What the markup around a block says: class, id, role and itemprop words as a small set of hints."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# A class attribute of generated markup can be kilobytes long; what names a part of the page stands in its first words.
_LONGEST_NAME = 300


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    data = tomllib.loads(files("cleaners.segment").joinpath("hints.toml").read_text(encoding="utf-8"))
    return {word: hint for hint, words in data["words"].items() for word in words}, data["tags"]


@lru_cache(maxsize=8192)
def hints_of(tag: str, names: str) -> tuple[str, ...]:
    """The hints of one element: its tag's, then those of the words in ``names``, each once, in order."""
    words, tags = _tables()
    found = dict.fromkeys([tags[tag]] if tag in tags else [])
    tokens = [w.casefold() for w in _WORD.findall(names[:_LONGEST_NAME])]
    at = 0
    while at < len(tokens):
        two = tokens[at : at + 2]
        word = next((w for w in (" ".join(two), "".join(two), tokens[at]) if w in words), None)
        if word is not None:
            found[words[word]] = None
        at += len(two) if word not in (None, tokens[at]) else 1
    return tuple(found)
