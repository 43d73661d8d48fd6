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


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("between", ["", "<h1>Stone bridges as shelters: bats before and after the repair</h1>"])
def test_behind_a_row_of_tabs_the_first_text_is_the_abstract(between: str, flat: bool) -> None:
    tabs = "<ul><li>Abstract</li><li>Cited by</li><li>Related content</li></ul>"
    sheet, regions = laid_out(f"{HEAD}{tabs}{between}<p>{ABSTRACT}</p><h3>Download PDF</h3>", flat=flat)
    assert texts(sheet, regions.abstract) == [ABSTRACT.strip()]


@pytest.mark.parametrize("flat", [False, True])
def test_behind_a_row_of_tabs_another_part_is_not_the_abstract(flat: bool) -> None:
    tabs = "<ul><li>Abstract</li><li>Full text</li><li>References</li></ul>"
    assert laid_out(f"{HEAD}{tabs}<h2>Introduction</h2><p>{ABSTRACT}</p><p>{TWO * 3}</p>", flat=flat)[1].abstract == ()


@pytest.mark.parametrize("flat", [False, True])
def test_sections_that_run_into_their_short_paragraphs_stay_in(flat: bool) -> None:
    parts = ["Objective To count the bats of 38 arches.", "Design Case-control study.", "Setting Two counties.", f"Results {ONE}".strip()]
    markup = "".join(f"<p>{p}</p>" for p in parts)
    sheet, regions = laid_out(f"{HEAD}<h2>Abstract</h2>{markup}<p>Stone bridges</p><p>Bats</p>", flat=flat)
    assert texts(sheet, regions.abstract) == parts


@pytest.mark.parametrize("flat", [False, True])
def test_sections_without_a_heading_are_the_abstract_and_those_of_a_text_are_not(flat: bool) -> None:
    parts = {"Background:": ONE, "Methods:": TWO, "Results:": ONE}
    short = "".join(f"<p>{name}</p><p>{text.strip()}</p>" for name, text in parts.items())
    sheet, regions = laid_out(f"{HEAD}{short}<h2>References</h2>", flat=flat)
    assert texts(sheet, regions.abstract) == [t.strip() for pair in parts.items() for t in pair]
    text = "".join(f"<h2>{name}</h2><p>{text * 9}</p><p>{text * 9}</p>" for name, text in parts.items())
    assert laid_out(f"{HEAD}{text}", flat=flat)[1].abstract == ()


@pytest.mark.parametrize("flat", [False, True])
def test_a_section_of_any_name_stays_among_sections(flat: bool) -> None:
    parts = {"Background:": ONE, "Methods:": TWO, "Results:": ONE, "Primary purse:": "The county of Ullsdale."}
    markup = "".join(f"<p>{name}</p><p>{text.strip()}</p>" for name, text in parts.items())
    sheet, regions = laid_out(f"{HEAD}{markup}<p>Contact us:</p><p>Ullsdale Press, Quay 3</p>", flat=flat)
    assert texts(sheet, regions.abstract) == [t.strip() for pair in parts.items() for t in pair]


@pytest.mark.parametrize("flat", [False, True])
def test_a_teaser_says_where_the_abstract_is(flat: bool) -> None:
    teaser = f"<p>{ONE[:90]}… Click to show full abstract</p>"
    sheet, regions = laid_out(f"{HEAD}{teaser}<p>{ABSTRACT}</p><p>Open the tabs to see related content.</p>", flat=flat)
    assert texts(sheet, regions.abstract) == [ABSTRACT.strip()]
    sheet, regions = laid_out(f"{HEAD}{teaser}<p>Open the tabs to see related content.</p>", flat=flat)
    assert texts(sheet, regions.abstract) == [f"{ONE[:90]}… Click to show full abstract"]


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize(
    "rights",
    [
        "© 2024 Ullsdale Society for Bats. All rights reserved. For reuse see the policy of the society.",
        "This is an Open Access article distributed under the terms of the licence, which permits any use if the work is cited.",
    ],
)
def test_rights_are_no_part_of_the_abstract(rights: str, flat: bool) -> None:
    sheet, regions = laid_out(f"{HEAD}<section class='abstract'><h2>Abstract</h2><p>{ABSTRACT}</p><p>{rights}</p></section>", flat=flat)
    assert texts(sheet, regions.abstract) == [ABSTRACT.strip()]


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("behind", ["<h2>Introduction</h2>", "<p>Keywords:</p><p>bats, bridges</p>"])
def test_without_a_heading_the_text_before_the_introduction_or_the_keywords_is_the_abstract(behind: str, flat: bool) -> None:
    text = f"<p>{TWO * 5}</p><p>{ONE * 5}</p>" * 3
    journal = "<p>Urban Wildlife 6 (3), pages 201-219</p>"
    sheet, regions = laid_out(f"{HEAD}{journal}<p>{ABSTRACT}</p>{behind}{text}", flat=flat)
    assert texts(sheet, regions.abstract) == [ABSTRACT.strip()]
    assert laid_out(f"{HEAD}{journal}<p>{ABSTRACT}</p>{text}", flat=flat)[1].abstract == ()


@pytest.mark.parametrize("flat", [False, True])
def test_a_summary_that_closes_the_article_is_no_abstract(flat: bool) -> None:
    body = "".join(f"<p>{TWO * 5}</p><p>{ONE * 5}</p>" for _ in range(6))
    assert laid_out(f"{HEAD}<h2>Introduction</h2>{body}<h2>Summary</h2><p>{ABSTRACT}</p>", flat=flat)[1].abstract == ()


@pytest.mark.parametrize(
    "teaser", [f"<div class='description'><p>{ABSTRACT}</p></div>", f"<h2>Overview</h2><p>{ABSTRACT}</p>", f"<h2>Summary</h2><p>{ABSTRACT}</p>"]
)
def test_only_a_paper_has_an_abstract(teaser: str) -> None:
    page = f"<h1>{TITLE}</h1><p>By Rosa Hale</p>{teaser}<h2>Introduction</h2>" + f"<p>{TWO * 5}</p><p>{ONE * 5}</p>" * 3
    assert laid_out(page)[1].abstract == ()
    sheet, regions = laid_out(f"<p>Urban Wildlife 6 (3), pages 201-219</p>{page}")
    assert texts(sheet, regions.abstract) == [ABSTRACT.strip()]


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
