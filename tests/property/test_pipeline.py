"""What holds for every page: a record, the same one each time, made of the page's own text."""

import string

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners import Page, Record, clean, explain
from cleaners.record import json_schema

_WORDS = st.text(string.ascii_letters + "äß中文 .,:;/()\"'<>&\n\t\x00\x1b\u200b\u202e", max_size=80)
_TAGS = st.sampled_from(["p", "div", "h1", "h2", "li", "a", "span", "sup", "td", "br", "nav", "title", "script", "meta", "abstract"])
_LABELS = st.sampled_from(
    ["Abstract", "Keywords", "Similar Publications", "View Article", "References", "Received 3 May 2024", "10.5555/a.b", "Cited by 12", "Source", "Authors"]
)


@st.composite
def markup(draw: st.DrawFn) -> str:
    """Pages of the kind that the cleaner reads, broken in every way."""
    parts = []
    for _ in range(draw(st.integers(0, 25))):
        tag, content = draw(_TAGS), draw(st.one_of(_WORDS, _LABELS))
        parts.append(draw(st.sampled_from([f"<{tag} class='{content[:8]}'>{content}</{tag}>", f"<{tag}>{content}", f"{content}</{tag}>", content])))
    return "".join(parts)


_VALIDATOR = jsonschema.Draft202012Validator(json_schema())


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), markup().map(lambda m: m.encode())), st.sampled_from(["html", "text"]))
def test_any_bytes_give_a_valid_record_and_always_the_same(content: bytes, kind: str) -> None:
    page = Page(content=content, kind=kind, url="https://example.org/a")  # type: ignore[arg-type]
    record = clean(page)
    _VALIDATOR.validate(record.to_dict())
    assert clean(page).to_json() == record.to_json()
    assert Record.from_json(record.to_json()) == record


@settings(max_examples=75, deadline=None)
@given(markup(), st.sampled_from(["html", "text"]))
def test_shown_text_is_the_text_of_the_blocks(content: str, kind: str) -> None:
    record, ledger = explain(Page(content=content, kind=kind))  # type: ignore[arg-type]
    shown = {block.text for block in ledger.blocks}
    for paragraph in (record.body or "").split("\n\n"):
        assert not paragraph or any(paragraph in text for text in shown)
    if record.title is not None and record.provenance["title"].startswith("block:"):
        assert any(record.title in text for text in shown)


@settings(max_examples=75, deadline=None)
@given(markup())
def test_every_mark_names_a_block_and_each_block_has_at_most_one(content: str) -> None:
    _, ledger = explain(Page(content=content))
    marked = [mark.block for mark in ledger.marks]
    assert marked == sorted(set(marked))
    assert all(0 <= i < len(ledger.blocks) for i in marked)
    assert [block.index for block in ledger.blocks] == list(range(len(ledger.blocks)))
