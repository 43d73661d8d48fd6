"""The container's title from the page alone, and volume, issue and pages from lines as journals write them."""

import pytest

from cleaners import clean_html, clean_text
from cleaners.record import Record

TITLE = "Stone bridges as shelters: bats before and after the repair of 38 arches"
TEXT = "Stone bridges shelter bats in their joints, and repairs close the joints with mortar, which is why we counted them. "


def shown(*lines: str, title: str = f"{TITLE} | Press Online", above: str = "") -> Record:
    body = "".join(f"<p>{line}</p>" for line in lines)
    page = f"<html><head><title>{title}</title></head><body><header><a href='/'>Press Online</a></header>{above}<h1>{TITLE}</h1>{body}"
    return clean_html(f"{page}<h2>Abstract</h2><p>{TEXT * 4}</p></body></html>")


@pytest.mark.parametrize(
    ("line", "name", "volume", "issue", "pages"),
    [
        ("Urban Wildlife 2018;6(3):201-212", "Urban Wildlife", "6", "3", "201–212"),
        ("Urban Wildlife, 24 Jul 2018, 6(3):201-212", "Urban Wildlife", "6", "3", "201–212"),
        ("Urban Wildlife, July 24, 2018, 6(3):201-212", "Urban Wildlife", "6", "3", "201–212"),
        ("Urban Wildlife, Summer 2018, 6(3):201-212", "Urban Wildlife", "6", "3", "201–212"),
        ("Urban Wildlife, 07/2018, 6(3):201-212", "Urban Wildlife", "6", "3", "201–212"),
        ("Urban Wildlife. 2018 Jul-Sep;6(3-4):201-212.", "Urban Wildlife", "6", "3-4", "201–212"),
        ("Urban Wildlife, Volume 6, Issue 3, Pages 201-212", "Urban Wildlife", "6", "3", "201–212"),
        ("Br J Ophthalmol 2014;98:377-382", "Br J Ophthalmol", "98", None, "377–382"),
        ("Zeitschrift für Archivbau, Band 17, Heft 2 (2021), S. 88–103", "Zeitschrift für Archivbau", "17", "2", "88–103"),
        ("《丘陵水文学报》 2021, 第38卷, 第4期: 512-520", "丘陵水文学报", "38", "4", "512–520"),
        ("Nature volume 506, pages 212–215 (2014)", "Nature", "506", None, "212–215"),
        ("Urban Wildlife", "Urban Wildlife", None, None, None),
    ],
)
def test_citation_lines(line: str, name: str, volume: str | None, issue: str | None, pages: str | None) -> None:
    record = shown(line, "Rosa Hale, Odile Marchetti")
    assert (record.container_title, record.volume, record.issue, record.pages) == (name, volume, issue, pages)


def test_the_line_above_the_volume_names_the_journal() -> None:
    assert shown("Rosa Hale", above="<div>Notes on Urban Wildlife</div><div>Volume 6, Issue 3</div>").container_title == "Notes on Urban Wildlife"


def test_a_path_of_links_names_it_in_one_of_its_steps() -> None:
    names = ["Home", "All Journals", "Rural Studies in Education", "List of Issues", "Volume 27"]
    steps = "".join(f"<a href='/{n}'>{name}</a> " for n, name in enumerate(names))
    above = f"<div>{steps}</div><h2 class='journal-title'>Rural Studies in Education</h2>"
    assert shown("Rosa Hale", above=above).container_title == "Rural Studies in Education"


def test_the_site_is_not_the_journal_where_a_journal_is_shown() -> None:
    record = shown("<span class='journal'>Kestrel Trans Softw</span>", "Rosa Hale, Odile Marchetti")
    assert record.container_title == "Kestrel Trans Softw"


def test_what_other_articles_appeared_in_is_not_the_journal() -> None:
    similar = ["Similar Publications", "Roosts along canals in winter.", "Canal Nat", "May 2015", TEXT]
    text = "\n\n".join([TITLE, "Rosa Hale, Odile Marchetti", "Abstract", TEXT * 4, *similar])
    assert clean_text(text).container_title is None


def test_a_label_names_it() -> None:
    text = "\n\n".join([TITLE, "Journal", "2025, Notes on Urban Wildlife, № 12, p. 57", "Abstract", TEXT * 4])
    assert clean_text(text).container_title == "Notes on Urban Wildlife"


@pytest.mark.parametrize(
    ("title", "lines", "name"),
    [
        (f"{TITLE} - Hale - 2019 - Journal of the American Bat Society - Press Online", [], "Journal of the American Bat Society"),
        (f"Press - Brazil - {TITLE}", ["Cerâmica 65 (374) • Apr-Jun 2019"], "Cerâmica"),
        (TITLE, ["Hale, R. and Brand, O. (2019). Urban Wildlife 12(3), 45-58."], "Urban Wildlife"),
        (TITLE, ["Annales d'écologie Année 1998 49 pp. 33-41"], "Annales d'écologie"),
        (TITLE, ["Sec. Bats and Bridges", "Volume 7 - 2020"], None),
    ],
)
def test_what_stands_beside_the_name(title: str, lines: list[str], name: str | None) -> None:
    assert shown("Rosa Hale, Odile Marchetti", *lines, title=title).container_title == name


def test_the_value_of_its_label_behind_the_text() -> None:
    below = "<h3>Published in</h3><span>Urban Wildlife, 12(3), 45-58, 2019.</span>"
    record = clean_html(f"<main><h1>{TITLE}</h1><p>Rosa Hale, Odile Marchetti</p><h2>Description</h2><p>{TEXT * 4}</p>{below}</main>")
    assert record.container_title == "Urban Wildlife"


def flat(*lines: str) -> Record:
    return clean_text("\n\n".join([*lines[:-1], "Abstract", TEXT * 4, lines[-1]]))


def test_menus_of_subjects_name_no_journal() -> None:
    menu = ["Sciences of the river", "Biology", "Ecology", "Physics", "Ecology", "Chemistry"]
    assert flat(*menu, TITLE, "Rosa Hale, Odile Marchetti", "Biology / Ecology", "Read the very best research published on bridges", "").container_title is None


def test_the_name_that_opens_the_page_and_comes_again() -> None:
    record = flat("Bridges of the Past", "Bridges of the Past", "Home", TITLE, "Rosa Hale, Odile Marchetti", "Bridges of the Past")
    assert record.container_title == "Bridges of the Past"


@pytest.mark.parametrize(
    "cited",
    [
        "Urban Wildl 2018;6(3):201-212 doi:10.5555/stone.2018.0042",
        "Urban Wildl 2018;6(3):201-212\n\ndoi:10.5555/stone.2018.0042",
        "Urban Wildl\n\n. 2018 Jul 24;6(3):201-212. doi: 10.5555/stone.2018.0042",
    ],
)
def test_the_line_with_the_doi_cites_the_article_wherever_it_stands(cited: str) -> None:
    record = flat(TITLE, "Rosa Hale, Odile Marchetti", "https://doi.org/10.5555/stone.2018.0042", f"Introduction\n\n{TEXT * 6}\n\n{cited}")
    assert record.container_title == "Urban Wildl"


def test_the_label_of_a_date_is_no_journal() -> None:
    assert shown("Published online ahead of print 24 July 2018, doi: 10.5555/stone.2018.0042", "Rosa Hale").container_title is None
