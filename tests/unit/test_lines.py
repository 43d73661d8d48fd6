"""Kinds of lines, told by their own words."""

from collections.abc import Callable

import pytest

from cleaners.lines import (
    ends_sentence,
    fold,
    has_locator,
    is_affiliation,
    is_prose,
    is_serial_like,
    is_title_case,
    names_no_container,
    word_count,
    words,
)

PROSE = "We counted bats at 38 bridges for five summers, and half of them were found again."
AFFILIATION = "Department of Bridges, County of Ullsdale, Ullsdale, UK."
TITLE = "Bats under bridges: acoustic counts before and after the repair of 38 stone arches"
JOURNAL = "Notes on Urban Wildlife"
CITATION = "Notes on Urban Wildlife 2018;6(3):201-212"
NAMES = "Rosa Hale, Otto Brand, Moira Tennant"
ALL = (PROSE, AFFILIATION, TITLE, JOURNAL, CITATION, NAMES)


@pytest.mark.parametrize(
    ("test", "yes"),
    [
        (is_prose, {PROSE}),
        (ends_sentence, {PROSE, AFFILIATION}),
        (is_affiliation, {AFFILIATION}),
        (has_locator, {CITATION}),
    ],
)
def test_each_kind_is_told_from_the_others(test: Callable[[str], bool], yes: set[str]) -> None:
    assert {line for line in ALL if test(line)} == yes


@pytest.mark.parametrize(
    ("test", "text", "want"),
    [
        (is_prose, "Die Brücken bieten den Fledermäusen Schutz, und wir haben sie in fünf Sommern gezählt.", True),
        (is_prose, "山区小水库的蒸发多按白天的气象资料估算，夜间的蒸发常被忽略。本文在三座小水库连续观测三年。", True),
        (is_prose, "Мосты дают приют летучим мышам, и это было известно, но никто их не считал до нас.", True),
        (is_prose, "Home News Sport Weather Opinion Culture Food Travel Jobs Cars Homes Dating Games Shop", False),
        (is_prose, "云岭大学水利学院水文与水资源工程研究所第三研究室", False),
        (is_prose, "We counted them, and they were few.", False),  # a title or a line of a list may read so
        (is_prose, "", False),
        (is_affiliation, "Institut für Bauklimatik, Hochschule Weißenfurt, Weißenfurt, Deutschland", True),
        (is_affiliation, "云岭大学水利学院, 云岭 650500", True),
        (is_affiliation, "Lund, Sweden", False),  # may be a title or a place of publication
        (is_affiliation, "School size and the hospital visits of children in five towns", False),
        (is_affiliation, "The university was founded in 1843 and has since been moved three times, which is why it has no library.", False),
        (has_locator, "Vol. 12, No. 3", True),
        (has_locator, "第38卷, 第4期", True),
        (has_locator, "Band 17, Heft 2", True),
        (has_locator, "pp. 12–21", True),
        (has_locator, "Published 12 March 2021", False),
        (has_locator, "38 bridges, 20 controls", False),
        (ends_sentence, "Where are the bats?”", True),
        (ends_sentence, "as others found.12,13", True),
        (ends_sentence, "蝙蝠在桥缝中栖息。", True),
        (ends_sentence, "as others", False),
        (is_serial_like, JOURNAL, True),
        (is_serial_like, "J. Appl. Ferment. Pract.", True),
        (is_serial_like, "丘陵水文学报", True),
        (is_serial_like, "Is this a journal?", False),
        (is_serial_like, "Volume 12", False),
        (is_serial_like, "editor@journal.example", False),
        (names_no_container, "Research  Article", True),
        (names_no_container, "PubMed Central", True),
        (names_no_container, "Research in Public Houses", False),
        (is_title_case, "Notes on Urban Wildlife", True),
        (is_title_case, "Notes on urban wildlife", False),
        (is_title_case, "of it", False),
    ],
)
def test_line(test: Callable[[str], bool], text: str, want: bool) -> None:
    assert test(text) is want


@pytest.mark.parametrize(
    ("text", "count"), [("one", 1), ("one two three", 3), ("山区小水库的蒸发", 4), ("BCR 融合 gene", 3)]
)
def test_word_count(text: str, count: int) -> None:
    assert word_count(text) == count


def test_words_are_folded_and_keep_what_joins_them() -> None:
    assert words("The O'Brien–Hale rule: Groß-Lüdemann's 12 cases, e.g. 3") == ("the", "o'brien", "hale", "rule", "gross-lüdemann's", "cases", "e.g")


def test_folding_keeps_letters_and_digits_only() -> None:
    assert fold("  “Straße” – No. 7 (CO₂) ") == "strasseno7co₂"
    assert fold("BATS, under bridges.") == fold("Bats under Bridges")
