"""What holds for every text: mending is idempotent and loses no letter of whole text; a snippet is a part of its text."""

import unicodedata

from ftfy.badness import is_bad
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.decode import decode
from cleaners.snippets import clean_snippet
from cleaners.text import looks_bad, mend

_CONTROLS = set(map(chr, (*range(9), 11, 12, *range(14, 32), 127)))
_TEXT = st.text(st.characters(codec="utf-8"), max_size=120)


@settings(deadline=None)
@given(_TEXT)
def test_mending_twice_is_mending_once(text: str) -> None:
    once, rule = mend(text)
    assert mend(once) == (once, None)
    assert unicodedata.is_normalized("NFC", once)
    assert rule is not None or once == text.strip()


@settings(deadline=None)
@given(st.lists(st.sampled_from(["α", "β∷γ", "‘q’", "“q”", "ﬁ", "½", "µm", "Å", "東京", "naïve", "word", "–", "…"]), max_size=20))
def test_whole_text_keeps_every_character(words: list[str]) -> None:
    text = unicodedata.normalize("NFC", " ".join(words))
    assert mend(text)[0] == text


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "iso-8859-1", "shift_jis", "utf-7", "rot13", "idna", "\x00", "undefined"]))
def test_any_bytes_decode_to_text_without_controls(content: bytes, charset: str | None) -> None:
    text = decode(content, charset=charset).text
    assert not _CONTROLS & set(text)
    text.encode()


@settings(deadline=None)
@given(_TEXT)
def test_a_snippet_is_its_text_without_the_end(text: str) -> None:
    snippet = clean_snippet(text)
    whole = text.strip()
    assert whole.startswith(snippet.text)
    assert whole == snippet.text + (snippet.marker or "") or snippet.text == whole or not snippet.text
    if snippet.truncated is None and snippet.kind is None:
        assert snippet.text == ""


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from("aZ .°€ÃÂâ„¢œØ´«»Вв‚√╗$ó\xa0\x93\u2014字"), max_size=24))
def test_mojibake_is_seen_by_what_lies_around_letters_beyond_ascii(text: str) -> None:
    assert looks_bad(text) == is_bad(text)
