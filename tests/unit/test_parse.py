"""Parsing: one tree for every text, and what lxml loses without a word."""

import time

import pytest

from cleaners.parse import parse_html
from cleaners.segment import html


def texts(markup: str) -> list[str]:
    return [block.text for block in html.segment(parse_html(markup).tree)]


@pytest.mark.parametrize("markup", ["", "  \n\t ", "<!-- a comment -->", "<script>1</script>", "<?xml version='1.0'?>", "<", "<>", "</p>", "<!DOCTYPE html>"])
def test_no_text_gives_a_tree_without_text(markup: str) -> None:
    parsed = parse_html(markup)
    assert parsed.tree.tag == "html"
    assert "".join(texts(markup)).strip("<>") == ""


@pytest.mark.parametrize(
    ("markup", "want"),
    [
        ("no markup at all", ["no markup at all"]),
        ("<p>open <b>and <i>never closed", ["open and never closed"]),
        ("<p>5 < 6 & 7 > 2</p>", ["5 < 6 & 7 > 2"]),
        ('<?xml version="1.0" encoding="utf-16"?><html><body><p>Größe</p></body></html>', ["Größe"]),
        ("<p>before</p></body></html><p>behind the end</p>", ["before", "behind the end"]),
        ("<table><p>in no cell</p><tr><td>in a cell</td></tr></table>", ["in no cell", "in a cell"]),
        ("<title>T</title><main><h2>no body tag</h2></main>", ["no body tag"]),
        ("<meta charset=utf-8><header>one</header><article><p>two</p>three</article>four<p>five</p>", ["one", "two", "three", "four", "five"]),
        ("<head><script>1</script><my-part>one</my-part> two</head><body>three<p>four</p></body>", ["one twothree", "four"]),
        ("<html><body><p>one</p></body></html><!-- --><html><body><p>two</p></body></html>", ["one", "two"]),
        ("<p>α &alpha; &#945; &#x3b1; &nosuch;</p>", ["α α α α &nosuch;"]),
    ],
)
def test_broken_markup_keeps_its_text(markup: str, want: list[str]) -> None:
    assert texts(markup) == want
    assert parse_html(markup).notices == ()


def test_what_lxml_loses_to_depth_is_rescued() -> None:
    depth = 20_000
    markup = "<html><body><p>First words.</p>" + "<div>" * depth + "<p>Deep words.</p>" + "</div>" * depth + "<p>Closing words.</p></body></html>"
    parsed = parse_html(markup)
    assert [notice.code for notice in parsed.notices] == ["parser_rescue"]
    found = [block.text for block in html.segment(parsed.tree)]
    assert found == ["First words.", "Deep words.", "Closing words."]


def test_the_rescued_tree_keeps_what_metadata_stands_in() -> None:
    depth = 20_000
    markup = '<head><meta name="citation_title" content="Kept"></head><body><div class="abstract"><p>Words.</p></div>' + "<div>" * depth + "closing words"
    tree = parse_html(markup).tree
    assert tree.xpath("//meta[@name='citation_title']/@content") == ["Kept"]
    assert next(html.segment(tree).__iter__()).hints == ("abstract",)


def test_a_huge_text_is_kept_whole() -> None:
    markup = "<p>first</p><pre>" + "lorem ipsum " * 1_000_000 + "</pre><p>lastword</p>"
    parsed = parse_html(markup)
    assert "".join(parsed.tree.itertext()).endswith("lastword")


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Words.</p><script>var last = 'unseenword';</script>",
        "<p>Words.</p><!-- unseenword -->",
        "<p>Words.</p><style>.unseenword {}</style></html>",
        "<p>Words.</p><noscript><img alt='unseenword'></noscript>",
        "<p>Words &amp; caf&eacute;</p>",
    ],
)
def test_no_rescue_where_nothing_is_lost(markup: str) -> None:
    assert parse_html(markup).notices == ()


def test_a_tag_of_a_hundred_thousand_attributes_costs_little() -> None:
    markup = "<p>before</p><div " + " ".join(f'a{i}="{i}"' for i in range(100_000)) + "><p>inside</p></div><p>after</p>"
    began = time.process_time()
    parsed = parse_html(markup)
    assert time.process_time() - began < 3
    assert [notice.code for notice in parsed.notices] == ["attributes_cut"]
    assert [block.text for block in html.segment(parsed.tree)] == ["before", "inside", "after"]


def test_a_long_tag_of_few_attributes_is_left_alone() -> None:
    markup = f'<p data-state="{"x" * 50_000}" class="abstract">text</p>'
    parsed = parse_html(markup)
    assert parsed.notices == ()
    assert parsed.tree.xpath("//p/@class") == ["abstract"]


def test_a_page_beyond_any_page_is_cut() -> None:
    parsed = parse_html("<p>start</p>" + " " * (33 << 20) + "<p>end</p>")
    assert [notice.code for notice in parsed.notices] == ["input_cut"]
    assert [block.text for block in html.segment(parsed.tree)] == ["start"]


def test_entities_of_a_document_type_are_not_followed() -> None:
    markup = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><p>&x; &b; end</p>'
    shown = " ".join(texts(markup))
    assert "root:" not in shown
    assert "aaaa" not in shown.replace('"aaaa"', "")
    assert shown.endswith("end")


@pytest.mark.parametrize("depth", [300, 1500])
def test_elements_that_stand_too_deep_are_flattened_and_keep_their_text(depth: int) -> None:
    markup = "".join(f"<div>Level {i}" for i in range(depth)) + "<p>closing words"
    parsed = parse_html(markup)
    assert [notice.code for notice in parsed.notices] == ["parser_rescue"]
    found = html.segment(parsed.tree)
    assert [block.text for block in found] == [*(f"Level {i}" for i in range(depth)), "closing words"]
    assert max(block.where.count("/") for block in found) <= 128


@pytest.mark.parametrize("name", ["script", "style", "title", "textarea", "template", "!--"])
def test_what_an_element_swallows_that_is_never_closed_is_stated(name: str) -> None:
    parsed = parse_html(f"<p>First words.</p><{name}><p>These words nobody will ever see again.</p></body></html>")
    shown = [block.text for block in html.segment(parsed.tree)]
    assert any("see again" in text for text in shown) or [notice.code for notice in parsed.notices] == ["text_lost"]


def test_attributes_are_counted_in_tags_only() -> None:
    words = " ".join(f"a{i}=b" for i in range(2000))
    assert parse_html(f"<p>Words.</p><script>if (a<b) x = '{words}' > 1</script><!-- <a {words}> --><p>Words.</p>").notices == ()
    assert [notice.code for notice in parse_html(f"<p title='>' {words}>Words.</p>").notices] == ["attributes_cut"]
