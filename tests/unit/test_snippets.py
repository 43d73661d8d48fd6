"""Snippets: the mark goes, the text stays, and "cannot be known" is an answer."""

import pytest

from cleaners.snippets import clean_snippet

WHOLE = "Stone bridges shelter bats in their joints. We counted bats at 38 bridges and found half of them again."
OPEN = "Stone bridges shelter bats in their joints, and repairs close the joints with"


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ("...", "ellipsis_dots"),
        (" ...", "ellipsis_dots"),
        (" . . .", "ellipsis_dots"),
        ("…", "ellipsis_char"),
        (" […]", "ellipsis_bracketed"),
        (" [...]", "ellipsis_bracketed"),
        (" (…)", "ellipsis_parenthesised"),
        ("... Read more", "read_more_link"),
        ("… [Read More]", "read_more_link"),
        ("... Read more »", "read_more_link"),
        (" … weiterlesen", "read_more_link"),
        ("... Lire la suite", "read_more_link"),
        ("… 查看更多", "read_more_link"),
        ("…続きを読む", "read_more_link"),
        ("… читать далее", "read_more_link"),
        ("... Continue reading Bats under bridges →", "read_more_link"),
        (" [abstract truncated at 250 words]", "truncation_note"),
        (" [+1234 chars]", "truncation_note"),
        ("...</p>", "ellipsis_dots"),
    ],
)
def test_marks(mark: str, kind: str) -> None:
    snippet = clean_snippet(OPEN + mark)
    assert (snippet.text, snippet.truncated, snippet.kind) == (OPEN, True, kind)
    assert OPEN + (snippet.marker or "") == OPEN + mark


@pytest.mark.parametrize("link", ["Read more", "Show full abstract", "Mehr anzeigen", "(more)"])
def test_a_link_behind_a_whole_sentence_is_a_mark_too(link: str) -> None:
    snippet = clean_snippet(f"{WHOLE} {link}")
    assert (snippet.text, snippet.truncated, snippet.marker) == (WHOLE, True, f" {link}")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (OPEN, "cut_midsentence"),
        ("Bridges shelter bats in their joints, and the repair of old arches,", "cut_midsentence"),
        ("Bats came back after two years, and we found thr", "cut_midword"),
        ("Brücken bieten Fledermäusen Schutz in ihren Fugen, und wir haben die Fugen mit der", "cut_midsentence"),
        ("Les ponts abritent des chauves-souris dans leurs joints, et nous avons compté les animaux dans les", "cut_midsentence"),
        ("Мосты дают приют летучим мышам, и мы считали их на", "cut_midsentence"),
        # a structured abstract promises its later parts
        ("Background: Bridges shelter bats.\n\nMethods: We counted them for five summers.", "sentence_boundary_excerpt"),
        ("Hintergrund: Brücken bieten Fledermäusen Schutz. Methoden: Wir haben sie gezählt.", "sentence_boundary_excerpt"),
    ],
)
def test_cuts_without_a_mark(text: str, kind: str) -> None:
    snippet = clean_snippet(text)
    assert (snippet.text, snippet.truncated, snippet.kind, snippet.marker) == (text, True, kind, None)


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "Only 8% of the bats left (p < 0.01).",
        "He asked: “Where are the bats?”",
        "蝙蝠在桥缝中栖息。",
        "Background: Bridges shelter bats.\n\nMethods: We counted.\n\nResults: Half stayed.\n\nConclusions: Leave a joint open.",
        # a missing full stop alone is no evidence
        "A survey of bats under stone bridges in five counties",
        "Visit www.bats.example",
        "The trial is registered as LIGHTS-2021-0084",
        # sentences that end in words of links
        "To understand the repair of bridges you should read more",
        "Readers who liked this book will want to see more.",
    ],
)
def test_whole_texts_stay_as_they_are(text: str) -> None:
    snippet = clean_snippet(text)
    assert (snippet.text, snippet.truncated, snippet.marker) == (text, False, None)


@pytest.mark.parametrize(
    "text",
    [
        # an own ellipsis, once more than once
        "Well... that is how bats are, and nobody minds...",
        "",
        "   ",
    ],
)
def test_what_the_text_cannot_tell(text: str) -> None:
    snippet = clean_snippet(text)
    assert snippet.truncated is None
    assert snippet.text == text.strip()


def test_a_placeholder_is_no_text() -> None:
    snippet = clean_snippet("Loading...")
    assert (snippet.text, snippet.truncated, snippet.kind) == ("", None, "loading_placeholder")


def test_a_copyright_note_is_a_note_on_the_text() -> None:
    snippet = clean_snippet(f"{WHOLE} © 2019 Lantern Press. All rights reserved.")
    assert (snippet.text, snippet.truncated, snippet.marker) == (WHOLE, False, " © 2019 Lantern Press. All rights reserved.")


def test_nothing_but_the_end_is_touched() -> None:
    text = "An inner […] and   wide spaces\nand “quotes”… stay, as in [1]. See more bats below; the rest is told at"
    assert clean_snippet(f"  {text} [...]\n").text == text
