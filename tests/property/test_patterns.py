"""Patterns tried at once find what `re` finds trying one after the other."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.patterns import Patterns, Sieve

_CLASSES = [r"\w", r"\W", r"\d", r"\s", r"\S", ".", r"[ab\d]", r"[^a\W]", r"[^ab]", r"[\]a-]", "[-i]", r"[\w.]"]
_PIECES = st.sampled_from([*_CLASSES, "a", "K", "é", "一", r"\u4e00", r"\.", "i", "ı", "[a-z]", "(?-i:K)", "(?:a|bb)"])
_COUNTS = st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}", "{0,2}", "{2,}"])
_COUNTED = st.tuples(_PIECES, _COUNTS).map("".join)
_PATTERNS = st.lists(_COUNTED | st.sampled_from([r"\b", "^", "$", "(?!a)", "(?=[ab])", r"(?<![^\W_])", "(?<=[a)])"]), min_size=1, max_size=4).map("".join)
_TEXTS = st.text(alphabet="aAbBkKKiIıİ1٣éÉ一 \t\n\x1c\x85\u00a0._-]\ud800", max_size=6)


@settings(max_examples=500, deadline=None)
@given(patterns=st.lists(_PATTERNS, min_size=1, max_size=3), texts=st.lists(_TEXTS, min_size=1, max_size=8))
def test_the_first_that_matches(patterns: list[str], texts: list[str]) -> None:
    tried = Patterns(patterns)
    for text in texts:
        one_by_one = next((i for i, pattern in enumerate(patterns) if re.compile(pattern, re.IGNORECASE).fullmatch(text)), None)
        assert tried.first(text) == one_by_one


@settings(max_examples=500, deadline=None)
@given(pattern=_PATTERNS, texts=st.lists(_TEXTS, min_size=1, max_size=8))
def test_a_sieve_finds_the_same(pattern: str, texts: list[str]) -> None:
    sieve, plain = Sieve(pattern), re.compile(pattern, re.IGNORECASE)
    for text in texts:
        found, expected = sieve.search(text), plain.search(text)
        assert (found and found.span()) == (expected and expected.span())
