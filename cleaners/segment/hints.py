"""What the markup around a block says: class, id, role and itemprop words as a small set of hints."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# A class attribute of generated markup can be kilobytes long; what names a part of the page stands in its first words.
_LONGEST_NAME = 300


class _Tables(msgspec.Struct, frozen=True):
    """``starts`` holds all beginnings of words: most names of a page have none of them."""

    words: dict[str, str]
    starts: frozenset[str]
    tags: dict[str, str]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    data = tomllib.loads(files("cleaners.segment").joinpath("hints.toml").read_text(encoding="utf-8"))
    words = {word: hint for hint, words in data["words"].items() for word in words}
    return _Tables(words, frozenset(word[:end] for word in words for end in range(1, len(word) + 1)), data["tags"])


@lru_cache(maxsize=8192)
def hints_of(tag: str, names: str) -> tuple[str, ...]:
    """The hints of one element: its tag's, then those of the words in ``names``, each once, in order."""
    tables = _tables()
    words = tables.words
    tokens = [w.lower() for w in _WORD.findall(names[:_LONGEST_NAME])]
    own = (tables.tags[tag],) if tag in tables.tags else ()
    if tables.starts.isdisjoint(tokens):
        return own
    found = dict.fromkeys(own)
    at = 0
    while at < len(tokens):
        if tokens[at] not in tables.starts:
            at += 1
            continue
        two = tokens[at : at + 2]
        word = next((w for w in (" ".join(two), "".join(two), tokens[at]) if w in words), None)
        if word is not None:
            found[words[word]] = None
        at += len(two) if word not in (None, tokens[at]) else 1
    return tuple(found)
