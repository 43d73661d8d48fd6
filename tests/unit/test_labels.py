"""UI labels: whole lines of chrome are found, lines of text never are, and what is glued to a text is cut off cleanly."""

import tomllib
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.labels import Label, find_label, split_labels

CATALOGUE: dict[str, Any] = tomllib.loads(files("cleaners").joinpath("labels.toml").read_text(encoding="utf-8"))
PATTERNS = [(group, pattern) for group in CATALOGUE["group"] for pattern in group.get("patterns", ())]
LINES = [(group["class"], text) for group in CATALOGUE["group"] for texts in group.get("lines", {}).values() for text in texts]
LABELLED = ["Abstract", "Keywords", "References", "Download PDF", "View Article", "Similar Publications", "Cite this article", "Share"]


# ------------------------------------------------------------------ the catalogue itself


@pytest.mark.parametrize(("group", "pattern"), PATTERNS, ids=[f"{group['class']}~{pattern['name']}" for group, pattern in PATTERNS])
def test_the_cases_beside_each_pattern(group: dict[str, Any], pattern: dict[str, Any]) -> None:
    assert pattern["yes"]
    assert pattern["no"]
    for line in pattern["yes"]:
        found = find_label(line)
        assert found is not None, line
        assert (found.cls, found.action, found.field) == (group["class"], group["action"], group.get("field")), line
        assert found.text == line
    for line in pattern["no"]:
        found = find_label(line)
        assert found is None or found.id != f"{group['class']}~{pattern['name']}", line


def test_every_line_finds_itself() -> None:
    missing = [text for _, text in LINES if find_label(text) is None]
    assert not missing
    first: dict[str, str] = {}  # where two groups hold the same line, the first wins
    for cls, text in LINES:
        first.setdefault(text, cls)
    assert [(text, found.cls) for text, cls in first.items() if (found := find_label(text)) and found.cls != cls and not _same_key(text, found)] == []


def _same_key(text: str, found: Label) -> bool:
    """Whether an earlier line of the catalogue differs from this one in capitals or outer marks only."""
    return found.id.partition(":")[2] in text.casefold().replace("’", "'")


def test_the_catalogue_is_well_formed() -> None:
    actions = {"drop_line", "field_label", "section_boundary", "keep"}
    assert {group["action"] for group in CATALOGUE["group"]} <= actions
    assert not [text for _, text in LINES if text != text.strip() or not text]
    assert set(CATALOGUE["counted"]) <= {group["class"] for group in CATALOGUE["group"]}


# ------------------------------------------------------------------ whole lines


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("Abstract", "abstract"),
        ("ABSTRACT:", "abstract"),
        ("  abstract  ", "abstract"),
        ("Article Abstract", "abstract"),
        ("Zusammenfassung", "abstract"),
        ("Résumé", "abstract"),
        ("【摘要】", "abstract"),
        ("Keywords:", "keywords"),
        ("Top Keywords", "keywords"),
        ("Schlüsselwörter", "keywords"),
        ("关键词：", "keywords"),
        ("References", "references"),
        ("References (34)", "references"),
        ("34 references", "references"),
        ("Similar Publications", "related"),
        ("Similar content being viewed by others", "related"),
    ],
)
def test_what_a_label_opens(line: str, field: str) -> None:
    found = find_label(line)
    assert found is not None
    assert found.field == field


@pytest.mark.parametrize("line", ["PDF: 112", "下载: 27", "14 citations", "Downloads: 3"])
def test_what_is_counted_is_a_metric_whatever_its_words_do_alone(line: str) -> None:
    found = find_label(line)
    assert found is not None
    assert (found.cls, found.action) == ("metrics", "field_label")


@pytest.mark.parametrize(
    "line",
    [
        "Download full-text PDF",
        "View Article and Find Full Text PDF",
        "→ Download PDF ←",
        "Cite this article",
        "Share on Facebook",
        "Access through your institution",
        "Skip to main content",
        "Alle akzeptieren",
        "View all issues",
        "Log in | Register",
    ],
)
def test_commands_are_dropped(line: str) -> None:
    found = find_label(line)
    assert found is not None
    assert found.action == "drop_line"


@pytest.mark.parametrize(
    "line",
    [
        "The abstract was shared with the authors before publication.",
        "Abstract Algebra",
        "Abstract 12",  # one of a conference; of "Citations 12" the number is the label's
        "Abstract expressionism in the museums of Lofthus",
        "Sharing is caring: data policies of 38 journals",
        "Download speeds and the use of full-text archives",
        "Results of a search for bats",
        "References to the war in three novels",
        "Keywords in context: a history of the concordance",
        "We accept all cookies that are baked by hand.",
        "Cite this book wherever you can, he said.",
        "Subscribe to what you like and read on",
        "Similar publications have reported lower figures.",
        "View from the bridge",
        "Copyright law and the orphan work",
        "Received wisdom on sourdough",
        "Moira Tennant",
        "Urban Wildlife",
        "10.5555/nuw.2018.201",
        "",
        "x" * 5000,
    ],
)
def test_real_content_is_no_label(line: str) -> None:
    assert find_label(line) is None


# ------------------------------------------------------------------ glued labels

SENTENCES = "We counted bats at 38 bridges for five summers and found that half of them had left. " * 2 + "One open joint in ten keeps them."


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("Abstract: Bats live here.", ["Abstract|", "Bats live here."]),
        (f"Abstract {SENTENCES}", ["Abstract|", SENTENCES]),
        (f"Abstract{SENTENCES}", ["Abstract|", SENTENCES]),
        (f"ABSTRACT {SENTENCES}", ["ABSTRACT|", SENTENCES]),
        (f"Zusammenfassung: {SENTENCES}", ["Zusammenfassung|", SENTENCES]),
        ("【摘要】蝙蝠在桥缝中栖息。", ["【摘要|", "蝙蝠在桥缝中栖息。"]),
        ("摘要：蝙蝠在桥缝中栖息。", ["摘要|", "蝙蝠在桥缝中栖息。"]),
        ("Keywords: bats; bridges", ["Keywords|", "bats; bridges"]),
        ("Key words—bats, bridges", ["Key words—bats, bridges"]),  # a dash without a long text may be a title's
        ("DOI: 10.5555/nuw.2018.201", ["DOI|", "10.5555/nuw.2018.201"]),
        ("http://dx.doi.org/10.5555/lsx.2024.123297DOI Listing", ["http://dx.doi.org/10.5555/lsx.2024.123297", "DOI Listing|"]),
        ("10.5555/lsx.2024.123297DOI Listing", ["10.5555/lsx.2024.123297", "DOI Listing|"]),
        (f"{SENTENCES} Download PDF", [SENTENCES, "Download PDF|"]),
        (f"{SENTENCES}Download PDF", [SENTENCES, "Download PDF|"]),
        (f"Abstract: {SENTENCES} View Article", ["Abstract|", SENTENCES, "View Article|"]),
        # nothing to cut
        (SENTENCES, [SENTENCES]),
        ("Abstract Algebra", ["Abstract Algebra"]),
        ("Abstract expressionism was shared: a view", ["Abstract expressionism was shared: a view"]),
        ("Abstracts of the third conference on bats", ["Abstracts of the third conference on bats"]),
        ("We download PDF", ["We download PDF"]),
        ("The authors refused to Download PDF", ["The authors refused to Download PDF"]),
        ("Keywordsearch: a method", ["Keywordsearch: a method"]),
        ("", [""]),
    ],
)
def test_split(line: str, pieces: list[str]) -> None:
    """A bar stands behind the pieces that are labels."""
    found = split_labels(line)
    assert [piece.text + ("|" if piece.label else "") for piece in found] == pieces
    _assert_pieces_of(line)


def _assert_pieces_of(line: str) -> None:
    at = 0
    for piece in split_labels(line):
        assert at <= piece.start <= piece.end <= len(line)
        assert piece.text == line[piece.start : piece.end]
        assert not set(line[at : piece.start]) - set(" \t\n\r\u00a0\u2003.:：—–】")  # between pieces nothing but a mark is lost
        at = piece.end
    assert not line[at:].strip()


_TEXT = st.lists(st.sampled_from([*LABELLED, SENTENCES, "10.5555/a.b", "http://x.example/10.5555/c", ": ", " ", ".", "We", "摘要：", "蝙蝠", "—"]), max_size=8)


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(max_size=200), _TEXT.map("".join)))
def test_pieces_are_ordered_disjoint_and_of_the_text(text: str) -> None:
    _assert_pieces_of(text)
    label = find_label(text)
    assert label is None or label.text == text
