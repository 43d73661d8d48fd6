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
    for i, token in enumerate(tokens):
        after = tokens[i + 1] if i + 1 < len(tokens) else ""
        for word in (f"{token} {after}", token + after, token):
            if word in words:
                found[words[word]] = None
                break
    return tuple(found)
