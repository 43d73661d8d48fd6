"""Mending text: decoding faults go, typography stays."""

import unicodedata

import pytest

from cleaners.ledger import Candidate, Person
from cleaners.segment.block import Block, Span
from cleaners.text import mend, mend_blocks, mend_candidates


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("schÃ¶n und groÃŸ", "schön und groß"),
        ("the authorâ€™s own words", "the author’s own words"),
        ("25 Â°C, 3 Âµm", "25 °C, 3 µm"),
        ("RÃ©sumÃ© de lâ€™Ã©tude", "Résumé de l’étude"),
        ("Ð’Ð»Ð¸Ñ\x8fÐ½Ð¸Ðµ", "Влияние"),
        ("Ã la carte, Ã  propos", "à la carte, à propos"),  # the second byte of à is a space that did not break
        ("and so on\x85 it\x92s late", "and so on… it’s late"),  # Windows-1252 taken for Latin-1
        ("doubly schÃƒÂ¶n", "doubly schön"),
    ],
)
def test_mojibake_is_undone(broken: str, whole: str) -> None:
    assert mend(broken) == (whole, "ftfy")


@pytest.mark.parametrize(
    "text",
    [
        "acute leukaemia with BCR∷ABL",
        "“curly” and ‘single’ quotes, the author’s own – and an em dash —",
        "ﬁbre, ﬂow and oﬀset as the printer set them",
        "Ｆｕｌｌ ｗｉｄｔｈ and ﾊﾝｶｸ",
        "x² + y³ ≤ ½, 5 µm, Å, №, ™, ①",
        "H₂O &amp; CO&lt;sub&gt;2",
        "naïve Ångström Straße façade",
        "São Paulo, Łódź, Đà Nẵng, Αθήνα, Москва, 東京, العربية",
        "می‌خواهم",  # the non-joiner is part of the spelling
        "👩‍🔬 and 1 − 2 ± 3",
        "A MANHÃ DA IRMÃ EM SÃO PAULO, CÂMARA E SERTÃO",
    ],
)
def test_typography_is_the_authors(text: str) -> None:
    assert mend(text) == (unicodedata.normalize("NFC", text), None if unicodedata.is_normalized("NFC", text) else "nfc")


@pytest.mark.parametrize(
    ("text", "want", "rule"),
    [
        ("cafe\u0301", "café", "nfc"),
        ("가".encode().decode(), "가", None),
        ("soft\u00adhyphen and zero\u200bwidth\ufeff", "softhyphen and zerowidth", "unseen"),
        ("plain \u202egnisrever\u202c and \u2066isolated\u2069", "plain gnisrever and isolated", "unseen"),
        ("bell\x07 and null\x00, schön\x7f", "bell and null, schön", "unseen"),
        ("  a   b\u00a0c\td  ", "a b c d", "whitespace"),
        ("one\n\n\n two  three \nfour", "one\n\ntwo three four", "whitespace"),
        ("plain", "plain", None),
        ("", "", None),
    ],
)
def test_unseen_characters_and_spaces(text: str, want: str, rule: str | None) -> None:
    assert mend(text) == (want, rule)


def test_every_change_of_a_block_is_an_edit_and_spans_stay_inside() -> None:
    blocks = [
        Block(index=0, text="whole", tag="p", where="/p[1]"),
        Block(index=1, text="Zoë Ã–zil", tag="p", where="/p[2]", spans=(Span(4, 9, "a", "/oz"),)),
    ]
    kept, edits = mend_blocks(blocks)
    assert [block.text for block in kept] == ["whole", "Zoë Özil"]
    assert kept[1].spans == (Span(4, 8, "a", "/oz"),)
    assert [(edit.where, edit.before, edit.after, edit.rule) for edit in edits] == [("/p[2]", "Zoë Ã–zil", "Zoë Özil", "ftfy")]


def test_candidates_are_mended_at_any_depth_and_empty_ones_go() -> None:
    mended = mend_candidates(
        [
            Candidate(field="title", value="Ã‰tude", source="og:title"),
            Candidate(field="authors", value=(Person(name="JosÃ© DÃ­az", affiliations=("Univ. MÃ¡laga",)),), source="meta:author"),
            Candidate(field="publisher", value="\u200b", source="meta:publisher"),
        ]
    )
    assert [candidate.value for candidate in mended] == ["Étude", (Person(name="José Díaz", affiliations=("Univ. Málaga",)),)]


def test_marks_piled_on_a_letter_cost_linear_time_and_stay() -> None:
    piled = "e" + "\u0316\u0301" * 100_000
    mended, _ = mend(piled)
    assert sorted(mended.replace("\u034f", "")) == sorted(unicodedata.normalize("NFC", "e\u0301") + piled[3:] + "\u0316")
    assert unicodedata.is_normalized("NFC", mended)
