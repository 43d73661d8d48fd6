"""What the markup around a block says: class, id, role and itemprop words as a small set of hints."""

import re
from functools import lru_cache

import msgspec

from cleaners.tables import read_table

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
    data = read_table("hints", "cleaners.segment")
    words = {word: hint for hint, words in data["words"].items() for word in words}
    return _Tables(words, frozenset(word[:end] for word in words for end in range(1, len(word) + 1)), data["tags"])


@lru_cache(maxsize=8192)
def hints_of(tag: str, names: str) -> tuple[str, ...]:
    """The hints of one element: its tag's, then those of the words in ``names``, each once, in order."""
    tables = _tables()
    tokens = [w.lower() for w in _WORD.findall(names[:_LONGEST_NAME])]
    own = (tables.tags[tag],) if tag in tables.tags else ()
    if tables.starts.isdisjoint(tokens):
        return own
    words, starts = tables.words, tables.starts
    found = dict.fromkeys(own)
    second = -1
    for at, token in enumerate(tokens):
        if token not in starts or at == second:
            continue
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        hint = words.get(f"{token} {following}") or words.get(token + following) if following else None
        if hint is not None:
            second = at + 1
        else:
            hint = words.get(token)
        if hint is not None:
            found[hint] = None
    return tuple(found)
