"""Segmentation: one block for each run of text between block elements, addressed, with hints and spans."""

import lxml.html
import pytest

from cleaners.parse import parse_html
from cleaners.segment import html, text
from cleaners.segment.limits import MOST_BLOCKS, MOST_TEXT, limited


def blocks(markup: str) -> tuple[html.Block, ...]:
    return html.segment(lxml.html.document_fromstring(markup))


def test_inline_elements_join_and_block_elements_cut() -> None:
    found = blocks("<p>A <b>bold</b> word<br>next line</p><ul><li>one<li>two</ul>tail")
    assert [b.text for b in found] == ["A bold word", "next line", "one", "two", "tail"]


def test_every_address_finds_the_element_that_holds_the_text() -> None:
    markup = "<div><p>first</p><p>second <a href='/x'>link</a></p><table><tr><td>cell</td></tr></table></div>"
    tree = lxml.html.document_fromstring(markup)
    for block in html.segment(tree):
        (element,) = tree.getroottree().xpath(block.where)
        assert " ".join(element.text_content().split()) == block.text


def test_spans_point_at_their_text() -> None:
    (block,) = blocks("<p>  Ann  Lee<sup>1,2</sup>,\n <a href='/bo'>Bo   Chan</a> <sup>*</sup></p>")
    assert block.text == "Ann Lee1,2, Bo Chan *"
    assert [(block.text[s.start : s.end], s.kind, s.href) for s in block.spans] == [
        ("1,2", "sup", None),
        ("Bo Chan", "a", "/bo"),
        ("*", "sup", None),
    ]


def test_what_a_reader_never_sees_is_no_block() -> None:
    markup = "<head><title>T</title></head><p>seen<!-- not --> too</p><script>no()</script><style>p{}</style><template><p>no</p></template>"
    assert [b.text for b in blocks(markup)] == ["seen too"]


@pytest.mark.parametrize(
    ("markup", "hint"),
    [
        ("<nav><p>x</p></nav>", "navigation"),
        ("<div class='SideBar left'><p>x</p></div>", "sidebar"),
        ("<div id=relatedArticles><p>x</p></div>", "related"),
        ("<div class='article-abstract'><p>x</p></div>", "abstract"),
        ("<p><span class='contrib-author'>x</span></p>", "author"),
        ("<div style='Display: none'><p>x</p></div>", "hidden"),
    ],
)
def test_markup_gives_hints(markup: str, hint: str) -> None:
    (block,) = blocks(markup)
    assert hint in block.hints


def test_words_inside_other_words_give_no_hint() -> None:
    (block,) = blocks("<div class='heading navigable shareholder'><p>x</p></div>")
    assert block.hints == ()


def test_deep_nesting_does_not_exhaust_the_stack() -> None:
    tree = lxml.html.fromstring("<div>" * 200 + "deep" + "</div>" * 200)
    for _ in range(3000):
        outer = lxml.html.Element("div")
        outer.append(tree)
        tree = outer
    assert [b.text for b in html.segment(tree)] == ["deep"]


def test_flat_text_keeps_line_numbers_and_gaps() -> None:
    found = text.segment("\ufeffTitle\r\n\r\nfirst  line\rsecond\u200b line\n\n\n")
    assert [(b.text, b.where, b.gap) for b in found] == [
        ("Title", "line 1", True),
        ("first line", "line 3", True),
        ("second line", "line 4", False),
    ]


def test_more_than_any_page_has_is_left_out_and_stated() -> None:
    many = limited(html.segment(parse_html("<p>x</p>" * (MOST_BLOCKS + 10)).tree))
    long = limited(text.segment("word " * MOST_TEXT))
    for blocks, notices in (many, long):
        assert [notice.code for notice in notices] == ["blocks_cut"]
        assert len(blocks) <= MOST_BLOCKS
        assert sum(len(block.text) for block in blocks) <= MOST_TEXT
    whole = text.segment("one\n\ntwo")
    assert limited(whole) == (whole, ())
