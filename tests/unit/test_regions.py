"""Where each part of a page begins and ends, in HTML and in the flat text of the same page."""

import pytest

from cleaners.parse import parse_html
from cleaners.regions import Regions, find_regions
from cleaners.sections import back_matter, contents
from cleaners.segment import html, text
from cleaners.sheet import Sheet, lay_out

TITLE = "Stone bridges as shelters: bats before and after the repair of 38 arches"
ONE = "Stone bridges shelter bats in their joints, and repairs close the joints with mortar, which is why we counted them before and after. "
TWO = "Numbers fell where all joints were filled, but where one joint in ten was left open most of the bats were back after two years. "
ABSTRACT = ONE + TWO


def laid_out(markup: str, *, flat: bool = False) -> tuple[Sheet, Regions]:
    tree = parse_html(f"<body>{markup}</body>").tree
    blocks = html.segment(tree)
    sheet = lay_out(text.segment("\n\n".join(b.text for b in blocks)) if flat else blocks)
    return sheet, find_regions(sheet)


def texts(sheet: Sheet, indexes: object) -> list[str]:
    return [sheet.text(i) for i in indexes]  # type: ignore[attr-defined]


HEAD = f"<h1>{TITLE}</h1><p>Rosa Hale, Odile Marchetti</p><p>Field Ecology Unit, Wendmoor College, Wendmoor, UK</p>"


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize(
    "behind",
    [
        "<h2>Keywords</h2><p>bats, bridges</p>",
        "<h2>Introduction</h2><p>" + TWO * 3 + "</p>",
        "<h2>Similar articles</h2><ul><li><a href='/1'>Roost choice of bats along a canal in winter</a></li></ul>",
        "<p>Citation: Hale R, Marchetti O (2021) Stone bridges. Urban Wildlife 6(3): 201.</p><p>" + TWO + "</p>",
        "<p>Funding: The county paid for the ladders and for nothing else that we did.</p>",
        "<p>You have full access to this article via University of Norrhaven.</p>",
        "<p>Fig. 1. The arches that were counted, with the years of their repair and what was found there.</p>",
    ],
)
def test_the_abstract_ends_where_something_else_begins(behind: str, flat: bool) -> None:
    sheet, regions = laid_out(f"{HEAD}<h2>Abstract</h2><p>{ABSTRACT}</p>{behind}", flat=flat)
    assert texts(sheet, regions.abstract) == [ABSTRACT.strip()]


@pytest.mark.parametrize("flat", [False, True])
def test_a_structured_abstract_keeps_its_headings(flat: bool) -> None:
    parts = f"<h3>Background</h3><p>{ONE}</p><h3>Results</h3><p>{TWO}</p><p>Contact: hale@wendmoor.example</p>"
    sheet, regions = laid_out(f"{HEAD}<h2>Abstract</h2><div>{parts}</div><h2>Keywords</h2><p>bats</p>", flat=flat)
    assert texts(sheet, regions.abstract) == ["Background", ONE.strip(), "Results", TWO.strip(), "Contact: hale@wendmoor.example"]


@pytest.mark.parametrize("flat", [False, True])
def test_a_tab_named_abstract_is_not_its_heading(flat: bool) -> None:
    tabs = "<ul><li>Abstract</li><li>Full text</li><li>References</li></ul>"
    sheet, regions = laid_out(f"{HEAD}{tabs}<h2>Abstract</h2><p>{ABSTRACT}</p>", flat=flat)
    assert texts(sheet, regions.abstract) == [ABSTRACT.strip()]
    assert regions.references == frozenset()


def test_a_list_of_contents_is_no_abstract() -> None:
    _, regions = laid_out(f"{HEAD}<h2>Abstract</h2><ul><li>Introduction</li><li>How we counted the bats</li><li>What was found</li></ul>")
    assert regions.abstract == ()


@pytest.mark.parametrize("flat", [False, True])
def test_the_head_ends_where_the_text_begins(flat: bool) -> None:
    sheet, regions = laid_out(f"{HEAD}<p>{ONE}</p><p>{TWO}</p><p>{ONE}</p>", flat=flat)
    assert regions.title == 0
    assert texts(sheet, regions.head) == ["Rosa Hale, Odile Marchetti", "Field Ecology Unit, Wendmoor College, Wendmoor, UK"]


def test_entries_of_a_list_of_contents_open_no_section() -> None:
    sheet, regions = laid_out(
        f"{HEAD}<ul><li>Abstract</li><li>Introduction</li><li>Results</li><li>References</li></ul><h2>Results</h2><p>{TWO * 4}</p><p>{ONE}</p>"
    )
    assert set(texts(sheet, contents(sheet))) == {"Abstract", "Introduction", "Results", "References"}
    assert regions.references == frozenset()
    assert back_matter(sheet) == {}


BODY = f"<h2>Results</h2><p>{TWO * 4}</p><p>{ONE * 4}</p>"
NOTE = "The county of Ullsdale paid for the ladders, the lamps and the nights of the four people who counted the bats with us."


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("heading", ["Funding", "Acknowledgements", "Conflict of interest", "Data availability"])
def test_notes_behind_the_text_are_back_matter(heading: str, flat: bool) -> None:
    sheet, _ = laid_out(f"{HEAD}{BODY}<h2>{heading}</h2><p>{NOTE}</p>", flat=flat)
    assert texts(sheet, back_matter(sheet)) == [heading, NOTE]


def test_a_section_of_such_a_name_before_the_text_is_the_text() -> None:
    sheet, _ = laid_out(f"{HEAD}<h2>Notes</h2><p>{ONE * 4}</p>{BODY}")
    assert back_matter(sheet) == {}


def test_the_part_ends_with_the_element_that_holds_it() -> None:
    sheet, _ = laid_out(f"{HEAD}{BODY}<section><h2>Funding</h2><p>{NOTE}</p></section><p>{TWO}</p>")
    assert texts(sheet, back_matter(sheet)) == ["Funding", NOTE]
