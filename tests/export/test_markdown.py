"""Markdown, read by a parser that knows GitHub's dialect too: what a page says is text, whatever signs it is made of."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from example_records import HOSTILE, dated, record, samples, written
from markdown_it import MarkdownIt

from cleaners import Record
from cleaners.export.markdown import document, literal
from cleaners.export.safe import one_line
from cleaners.record import Abstract, Author, Identifiers, Keyword, Section

PARSER = MarkdownIt("gfm-like")
PARSER.linkify.set({"fuzzy_link": False})  # GitHub links what has a scheme, www. or an @


def outline(text: str) -> list[tuple[str, str]]:
    """The blocks of a document, each with the text that it shows."""
    tokens = PARSER.parse(text)
    return [(before.tag, "".join(child.content for child in token.children or ())) for before, token in pairwise(tokens) if token.type == "inline"]


def marks(text: str) -> set[str]:
    """All sorts of markup in a document."""
    found = {token.type for token in PARSER.parse(text)}
    return found | {child.type for token in PARSER.parse(text) for child in token.children or ()}


def test_a_document_has_facts_abstract_and_text() -> None:
    one = record(
        title="Willow fences",
        authors=(Author(name="Rosa Hale"), Author(name="Otto Brand")),
        container_title="J Hedge Ecol",
        volume="12",
        issue="3",
        pages="45–56",
        published=dated("2025-01"),
        identifiers=Identifiers(doi="10.1016/j.jhe_1"),
        abstract=Abstract(text="x", sections=(Section(label=None, text="Why."), Section(label="Results", text="Many.\n\nMore.")), truncated=True),
        body="Introduction\n\nHares rest.",
        url="https://journal.example/a_b",
    )
    assert document(one) == (
        "# Willow fences\n\n- Authors: Rosa Hale; Otto Brand\n- In: J Hedge Ecol 12(3), 45–56\n"
        "- Published: 2025-01\n- DOI: <https://doi.org/10.1016/j.jhe_1>\n- Address: <https://journal.example/a_b>\n\n"
        "## Abstract\n\nWhy.\n\n**Results:** Many.\n\nMore.\n\n*Cut off on the page.*\n\n## Text\n\nIntroduction\n\nHares rest."
    )


def test_the_samples_have_a_heading_each_and_all_their_text(tmp_path: Path) -> None:
    blocks = outline(written(samples(), "markdown", tmp_path).read_text(encoding="utf-8"))
    assert [text for tag, text in blocks if tag == "h1"] == [one.title or "(no title)" for one in samples()]
    shown = {text for _, text in blocks}
    for one in samples():
        assert set(map(one_line, (one.body or "").split("\n\n"))) - {""} <= shown


def all_made_of(text: str) -> Record:
    """A record with this text in each place that a document shows."""
    return record(
        title=text,
        authors=(Author(name=text),),
        container_title=text,
        keywords=(Keyword(term=text),),
        url=text,
        language=text,
        identifiers=Identifiers(pmid=text),
        abstract=Abstract(text="x", sections=(Section(label=text, text=text), Section(label=None, text=text))),
        body=f"{text}\n\n{text}\nnext {text}",
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_no_markup(text: str) -> None:
    one = all_made_of(text)
    found = document(one)
    links = {"link_open", "link_close"} if re.fullmatch(r"https?://\S+", text) else set()
    assert marks(found) - {"text_special"} == marks(document(all_made_of("t"))) | links
    blocks = outline(found)
    assert blocks[0] == ("h1", one_line(text))
    paragraphs = [one_line(paragraph) for paragraph in (one.body or "").split("\n\n")]
    assert [shown for _, shown in blocks[-len(paragraphs) :]] == paragraphs


def test_signs_of_other_dialects_are_text_too() -> None:
    """Which the parser here does not know: marks, insertions, raised and lowered letters, formulas, attributes, names, bare addresses."""
    shown = literal("==a== ++b++ c^2^ H~2~O $d$ {#e} @f #7 www.g.example")
    assert shown == r"\=\=a=\= +\+b+\+ c\^2\^ H\~2\~O \$d\$ \{\#e\} \@f \#7 www\.g.example"
    assert literal("p = 0.05, C++ and 3+4; e.g. a.b: c") == r"p = 0.05, C+\+ and 3+4; e.g. a.b: c"
