"""Body: the vote aligned back to blocks, and what it takes against the roles that labels gave."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from lxml import etree

from cleaners import body, clean_html
from cleaners.parse import parse_html
from cleaners.segment.block import Block
from cleaners.segment.html import segment

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SENTENCE = "The ferry of the island sails through the winter for the {} time, and the harbour is open to all of them."


def _blocks(*texts: str) -> tuple[Block, ...]:
    return tuple(Block(index=i, text=text, tag="p", where=f"/html/body/p[{i + 1}]", hints=(), spans=(), gap=True) for i, text in enumerate(texts))


@pytest.mark.parametrize(
    ("lines", "texts", "expected"),
    [
        (["One", "Two"], ["One", "-", "Two"], (0, 2)),
        (["| One | Two |", "Three"], ["Zero", "One", "Two", "Three"], (1, 2, 3)),  # a table row is a run of blocks
        (["The first half of a line,", "and the second half of it."], ["The first half of a line, and the second half of it."], (0,)),
        (["Menu"], ["The menu of the day"], ()),  # a short line in a sentence is not that sentence
        (["News", "Text", "News"], ["News", "Text", "News"], (0, 1, 2)),
        (["The islanderâ€™s own words"], ["The islander’s own words"], (0,)),  # blocks are mended, lines are not
        ([], ["One"], ()),
    ],
)
def test_align(lines: Sequence[str], texts: Sequence[str], expected: tuple[int, ...]) -> None:
    """A block is shown where the greater part of it is."""
    assert body.align(lines, _blocks(*texts)) == expected


def test_the_tree_stays_as_it_is() -> None:
    """Whoever asks for the vote may go on with the tree."""
    menu = '<nav><script>x = 1</script><a href="/">Home</a></nav><div class="comments">No comments</div>'
    tree = parse_html(f"<title>Ferries</title>{menu}<article>{''.join(f'<p>{SENTENCE.format(i)}</p>' for i in range(9))}</article>").tree
    before = etree.tostring(tree)
    assert body.votes(tree, segment(tree), {})
    assert etree.tostring(tree) == before


def _voted(monkeypatch: pytest.MonkeyPatch, votes: Sequence[int], roles: dict[int, str], count: int) -> tuple[int, ...]:
    """What the rules make of a vote for some of ``count`` paragraphs."""
    blocks = _blocks(*(SENTENCE.format(i) for i in range(count)))
    monkeypatch.setattr(body, "_main_text", lambda tree: [blocks[i].text for i in votes])
    found = body.votes(object(), blocks, roles)
    assert found is not None
    return found[1]


def test_label_in_text_yields_to_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    """A box that "Also read" opens does not swallow the paragraphs behind it; on a paper's page roles stand."""
    roles = {3: "related", 4: "related", 5: "back_matter", 6: "chrome"}
    assert _voted(monkeypatch, range(8), roles, 8) == (0, 1, 2, 3, 4, 5, 7)
    assert _voted(monkeypatch, range(8), {**roles, 7: "references"}, 8) == (0, 1, 2)


def test_abstract_before_text_is_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a part of the text, what a label calls the abstract is text."""
    assert _voted(monkeypatch, range(6), {0: "abstract"}, 6) == (1, 2, 3, 4, 5)
    assert _voted(monkeypatch, range(6), {4: "abstract"}, 6) == (0, 1, 2, 3, 4, 5)


def test_sentences_between_voted_ones_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands between parts of the text is text where no role says otherwise; what stands around it is not."""
    assert _voted(monkeypatch, (1, 2, 3, 7), {5: "chrome"}, 9) == (1, 2, 3, 4, 6, 7)


def test_small_vote_is_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vote for hardly anything of the page's sentences is no vote against the others."""
    assert _voted(monkeypatch, (4,), {}, 9) == tuple(range(9))


def test_trafilatura_is_asked_in_doubt_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a paper's page structure tells enough, and of a plain text; a page with much around its text is shown to trafilatura too."""
    asked = []
    main_text = body._main_text
    monkeypatch.setattr(body, "_main_text", lambda tree: asked.append(tree) or main_text(tree))
    plain = f"<html><body><article><h1>Ferry sails on</h1>{''.join(f'<p>{SENTENCE.format(i)}</p>' for i in range(9))}</article></body></html>"
    assert clean_html(plain).body
    assert clean_html((SAMPLES / "publisher-fulltext/page.html").read_bytes()).body
    assert not asked
    assert clean_html((SAMPLES / "news-article/page.html").read_bytes()).body
    assert len(asked) == 1


def test_body_is_marked_as_such() -> None:
    """A page with a label in its text has one text."""
    texts = [f"<p>{SENTENCE.format(i)}</p>" for i in range(9)]
    page = f"<html><body><article><h1>Ferry sails on</h1>{''.join(texts[:5])}<p>Also read:</p>{''.join(texts[5:])}</article></body></html>"
    found = clean_html(page).body or ""
    assert all(SENTENCE.format(i) in found for i in range(9))


def test_a_summary_at_the_end_of_a_text_is_no_abstract() -> None:
    """Text that the body took back from the abstract is in one field, under its heading."""
    texts = [f"<p>{SENTENCE.format(i)}</p>" for i in range(9)]
    page = f"<html><body><article><h1>Ferry sails on</h1>{''.join(texts[:6])}<h2>Summary</h2>{''.join(texts[6:])}</article></body></html>"
    record = clean_html(page)
    assert record.abstract is None
    assert (record.body or "").endswith("\n\n".join(["Summary", *(SENTENCE.format(i) for i in (6, 7, 8))]))


def test_what_stands_behind_a_text_is_none_of_it() -> None:
    """On a web page the weights decide: comments, teasers and biographies read like text."""
    texts = [f"<p>{SENTENCE.format(i)}</p>" for i in range(9)]
    around = [f"The harbour master of the island, who has written about ferries for {i} years, lives there with his dogs." for i in range(3)]
    page = f"""<html><body><nav><a href="/">Home</a></nav><div class="page"><h1>Ferry sails on</h1><div class="entry">{"".join(texts)}</div>
    <div class="author-box"><h3>About the author</h3><p>{around[0]}</p></div>
    <div class="comments"><h3>2 comments</h3><ol><li><p>{around[1]}</p></li><li><p>{around[2]}</p></li></ol></div></div></body></html>"""
    assert (clean_html(page).body or "").split("\n\n") == [SENTENCE.format(i) for i in range(9)]


def test_second_copies_go() -> None:
    """A text that stands twice, for two sizes of screen, is given once; what is short may be said twice."""
    texts = ["Pros", SENTENCE.format(1), "Cons", SENTENCE.format(2)]
    both = _blocks(*texts, *texts, "Pros", SENTENCE.format(3))
    assert [both[i].text for i in body._once(both, range(len(both)))] == [*texts, "Pros", SENTENCE.format(3)]
