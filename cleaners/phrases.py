"""Any of many phrases in a text: RE2 tells in one pass that it has none, `re` is asked only where it may have one.

To look for 25 phrases in a line takes `re` 37 µs, RE2 1.
"""

import re
from collections.abc import Iterable

import re2

from cleaners.patterns import loosened


class MayHold:
    """Whether a text may match one of these patterns; letter case makes no difference. A yes is to be confirmed, a no is sure."""

    def __init__(self, patterns: Iterable[str]) -> None:
        options = re2.Options()
        options.case_sensitive = False
        self._set = re2.Set.SearchSet(options)
        for pattern in patterns:
            self._set.Add(loosened(pattern))
        self._set.Compile()

    def __call__(self, text: str) -> bool:
        # To `re` a dotless i is an i where case makes no difference, to RE2 it is none.
        plain = text if text.isascii() else text.replace("ı", "i").replace("İ", "i")
        return bool(self._set.Match(plain.encode("utf-8", "replace")))


class Phrases:
    """Any of the phrases as whole words; scripts without spaces have none. Letter case makes no difference."""

    def __init__(self, phrases: Iterable[str]) -> None:
        ordered = sorted(phrases, key=len, reverse=True)
        self._pattern = re.compile("|".join(rf"(?<![^\W_]){re.escape(p)}(?![^\W_])" if p.isascii() else re.escape(p) for p in ordered), re.IGNORECASE)
        self.may_be_in = MayHold(map(re.escape, ordered))

    def search(self, text: str) -> re.Match[str] | None:
        """The first of the phrases that the text has, the longest where several begin."""
        return self._pattern.search(text) if self.may_be_in(text) else None
