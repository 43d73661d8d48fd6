"""What holds for every page: a record, the same one each time, made of the page's own text."""

import random
import string
from collections.abc import Iterator
from itertools import groupby

import jsonschema
import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners import Ledger, Page, Record, clean, explain, replay
from cleaners.decode import decode
from cleaners.lines import fold
from cleaners.parse import parse_html
from cleaners.record import json_schema
from cleaners.segment import html, text

_WORDS = st.text(string.ascii_letters + "äß中文 .,:;/()\"'<>&\n\t\x00\x1b\u200b\u202e", max_size=80)
_TAGS = st.sampled_from(["p", "div", "h1", "h2", "li", "a", "span", "sup", "td", "br", "nav", "title", "script", "meta", "abstract"])
_LABELS = st.sampled_from(
    ["Abstract", "Keywords", "Similar Publications", "View Article", "References", "Received 3 May 2024", "10.5555/a.b", "Cited by 12", "Source", "Authors"]
)
_SENTENCES = (
    "We counted brown hares at dusk on fourteen farms, seven of which had replaced their wire with fences of willow.",
    "After three years there were twice as many hares near the willow as near the wire, and foxes were no more frequent.",
    "Ã‰tudes of hedges, as “Zoë” says,  are the oldest that we have, and no-one has done them again since the war...",
    "Farmers told us that the fences cost them little, but that they need to be cut every winter before the snow comes.",
)
# Lines as they stand on pages of articles, in the order of a page; some come with text glued to them.
_TITLE = "Willow fences and brown hares: a count on fourteen farms"
_HEADS = ("Rosa Hale, Otto Brand", "J Hedge Ecol", "Published: January 2025", "10.5555/jhe.2025.0112DOI Listing")
_BREAKS = ("Abstract", "Abstract", "Summary", "Introduction", "Methods", "Keywords: hares; hedges", "Similar Publications", "References", "Share")


@st.composite
def markup(draw: st.DrawFn) -> str:
    """Pages of the kind that the cleaner reads, broken in every way."""
    parts = []
    for _ in range(draw(st.integers(0, 25))):
        tag, content = draw(_TAGS), draw(st.one_of(_WORDS, _LABELS))
        parts.append(draw(st.sampled_from([f"<{tag} class='{content[:8]}'>{content}</{tag}>", f"<{tag}>{content}", f"{content}</{tag}>", content])))
    return "".join(parts)


@st.composite
def articles(draw: st.DrawFn) -> Page:
    """Pages with a title and, mostly, an abstract and a text; as HTML or as a flat dump."""
    lines = [_TITLE, *draw(st.lists(st.sampled_from(_HEADS), max_size=4))]
    for heading in draw(st.lists(st.sampled_from(_BREAKS), min_size=2, max_size=6)):
        paragraphs = st.lists(st.lists(st.sampled_from(_SENTENCES), min_size=1, max_size=5).map(" ".join), min_size=1, max_size=3)
        lines += [heading, *draw(paragraphs)]
    if draw(st.booleans()):
        return Page(content="\n\n".join(lines), kind="text")
    tags = draw(st.lists(st.sampled_from(["p", "p", "div", "h2", "li", "section", "nav"]), min_size=1, max_size=4))
    return Page(content="".join(f"<{tag}>{line}</{tag}>\n" for tag, line in zip(["h1", *tags * len(lines)], lines, strict=False)))


_VALIDATOR = jsonschema.Draft202012Validator(json_schema())
_KINDS = st.sampled_from(["html", "text"])
_PAGES = st.one_of(articles(), articles(), st.builds(lambda content, kind: Page(content=content, kind=kind), markup(), _KINDS))


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=400), markup().map(lambda m: m.encode())), _KINDS)
def test_any_bytes_give_a_valid_record_and_always_the_same(content: bytes, kind: str) -> None:
    page = Page(content=content, kind=kind, url="https://example.org/a")  # type: ignore[arg-type]
    record = clean(page)
    _VALIDATOR.validate(record.to_dict())
    assert clean(page).to_json() == record.to_json()
    assert Record.from_json(record.to_json()) == record


@settings(max_examples=15, deadline=None)
@given(st.lists(_PAGES, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_pages_does_not_matter(pages: list[Page], chance: random.Random) -> None:
    before = [clean(page).to_json() for page in pages]
    order = chance.sample(range(len(pages)), len(pages))
    assert [clean(pages[i]).to_json() for i in order] == [before[i] for i in order]


def _shown(record: Record) -> Iterator[tuple[str, str]]:
    """The fields that were taken from what the page shows."""
    if record.title is not None and record.provenance["title"].startswith("block:"):
        yield "title", record.title
    if record.abstract is not None and record.provenance["abstract"].startswith("block:"):
        yield "abstract", record.abstract.text
    if record.body is not None:
        yield "body", record.body


@settings(max_examples=60, deadline=None)
@given(_PAGES)
def test_shown_text_is_a_subsequence_of_the_blocks(page: Page) -> None:
    record, ledger = explain(page)
    for field, shown in _shown(record):
        blocks = iter(ledger.blocks)
        for paragraph in shown.split("\n\n"):
            # Each in a block behind that of the one before.
            assert any(paragraph in block.text for block in blocks), (field, paragraph)


@settings(max_examples=60, deadline=None)
@given(_PAGES)
def test_the_blocks_are_the_page_after_the_edits(page: Page) -> None:
    _, ledger = explain(page)
    content = decode(page.content).text
    edits = list(ledger.edits)
    whole = []
    for block in html.segment(parse_html(content).tree) if page.kind == "html" else text.segment(content):
        if edits and (edits[0].where, edits[0].before) == (block.where, block.text):
            block = msgspec.structs.replace(block, text=edits.pop(0).after)
        whole.append((block.where, block.text))
    assert not edits

    def by_address(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(where, fold("".join(shown for _, shown in group))) for where, group in groupby(pairs, key=lambda pair: pair[0])]

    # Labels that are glued to a text are split off it, at the same address.
    assert by_address([(b.where, b.text) for b in ledger.blocks]) == by_address(whole)


@settings(max_examples=60, deadline=None)
@given(_PAGES)
def test_replaying_the_ledger_gives_the_same_bytes(page: Page) -> None:
    record, ledger = explain(page)
    stored = msgspec.json.decode(msgspec.json.encode(ledger), type=Ledger)
    bare = msgspec.structs.replace(record, body=None)
    assert replay(bare, stored).to_json() == record.to_json()


@settings(max_examples=50, deadline=None)
@given(_PAGES)
def test_every_mark_names_a_block_and_each_block_has_at_most_one(page: Page) -> None:
    _, ledger = explain(page)
    marked = [mark.block for mark in ledger.marks]
    assert marked == sorted(set(marked))
    assert all(0 <= i < len(ledger.blocks) for i in marked)
    assert [block.index for block in ledger.blocks] == list(range(len(ledger.blocks)))
