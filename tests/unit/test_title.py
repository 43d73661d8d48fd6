"""The title: chosen by the page and its metadata together, or by the page alone."""

from math import inf

import pytest

from cleaners import clean_html, clean_text
from cleaners.fields.title import SiteNames
from cleaners.segment import text
from cleaners.sheet import lay_out
from cleaners.title_block import best_first, keys_of, weights
from cleaners.title_features import Lines

TITLE = "Stone bridges as shelters: bats before and after the repair of 38 arches"
TEXT = "<p>" + "Stone bridges shelter bats in their joints, and repairs close the joints with mortar, which is why we counted them. " * 5 + "</p>"
BYLINE = "<p>Rosa Hale, Odile Marchetti</p><p>Field Ecology Unit, Wendmoor College, Wendmoor, UK</p>"
MENU = "<div><a href='/'>Home</a> <a href='/browse'>Browse all journals</a> <a href='/cart'>Cart</a></div>"


def page(body: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body>{MENU}{body}{TEXT * 2}<footer>© 2025 Press</footer></body></html>"


@pytest.mark.parametrize(
    "head",
    [
        "",
        f"<title>{TITLE} | Urban Wildlife | Press Online</title>",
        f"<title>Urban Wildlife - {TITLE}</title>",
        "<title>Press Online</title>",
        f"<meta property='og:title' content='{TITLE} - Press Online'><meta property='og:site_name' content='Press Online'>",
        "<meta property='og:title' content='Press Online'><meta property='og:site_name' content='Press Online'>",
        f"<meta name='citation_title' content='{TITLE}'>",
        f"<meta name='dc.title' content='{TITLE.upper()}'>",
    ],
)
def test_the_shown_title_whatever_the_head_says(head: str) -> None:
    assert clean_html(page(f"<h1>{TITLE}</h1>{BYLINE}", head)).title == TITLE


def test_no_heading_element_is_needed() -> None:
    assert clean_html(page(f"<div><b>{TITLE}</b></div>{BYLINE}")).title == TITLE


def test_the_name_of_the_journal_above_is_not_the_title() -> None:
    assert clean_html(page(f"<h1>Urban Wildlife</h1><div>Volume 6, Issue 3</div><h2>{TITLE}</h2>{BYLINE}")).title == TITLE


def test_a_related_article_is_not_the_title_though_microdata_names_it() -> None:
    entry = "<div itemscope itemtype='https://schema.org/ScholarlyArticle'><h3 itemprop='name'>Roosts along canals in winter</h3></div>"
    related = f"<aside><h2>Related articles</h2>{entry}</aside>"
    assert clean_html(page(f"<h1>{TITLE}</h1>{BYLINE}") + related).title == TITLE


def test_marks_and_labels_behind_the_title_are_no_part_of_it() -> None:
    head = f"<title>{TITLE} | Urban Wildlife</title>"
    assert clean_html(page(f"<h1>{TITLE} <span>Open Access</span></h1>{BYLINE}", head)).title == TITLE
    assert clean_html(page(f"<h1>{TITLE}*</h1>{BYLINE}", head)).title == TITLE


@pytest.mark.parametrize("end", ["", "."])
def test_a_dump_of_the_text(end: str) -> None:
    lines = ["Press Online", "Log in", f"{TITLE}{end}", "Urban Wildlife", "Rosa Hale, Odile Marchetti", "Wendmoor College, Wendmoor, UK", "Published: May 2021"]
    dump = "\n\n".join([*lines, "Abstract", "Stone bridges shelter bats in their joints, and repairs close them with mortar. " * 4])
    assert clean_text(dump).title == f"{TITLE}{end}"


def test_a_page_without_a_title_has_none() -> None:
    assert clean_text("Stone bridges shelter bats in their joints, and repairs close them with mortar. " * 6).title is None


@pytest.mark.parametrize(
    "first",
    [
        "Rosa M. Hale, PhD",
        "1Field Ecology Unit, Wendmoor College, 3 Quay Street, Wendmoor, UK",
        "Received 3 May 2024; Accepted 9 June 2024",
        "Visual abstract. Bats of 38 bridges",
        "Stone bridges shelter bats in their joints, and repairs… Show full abstract",
    ],
)
def test_what_reads_as_something_else_is_no_title(first: str) -> None:
    lines = [first, "https://doi.org/10.5555/stone.2018.0042", "Abstract", "Stone bridges shelter bats in their joints, and repairs close them. " * 4]
    assert clean_text("\n\n".join(lines)).title is None


@pytest.mark.parametrize(
    ("stated", "shown", "expected"),
    [
        ("Bats of bridges: 38 repairs compared", "The bats of 38 bridges, before and after repairs", "shown"),
        ("Bridge bats: 38 repairs compared", "Our bulletin", "stated"),
        (TITLE, f"3 May 2024 {TITLE}", "stated"),
        (f"{TITLE} | Arch Watch", "Our bulletin", "title"),
    ],
)
def test_the_headline_of_a_page_whose_metadata_is_worded_otherwise(stated: str, shown: str, expected: str) -> None:
    head = f"<meta property='og:title' content='{stated}'><link rel='canonical' href='https://www.archwatch.example/news/1'>"
    record = clean_html(page(f"<h1>{shown}</h1>", head))
    assert record.title == {"shown": shown, "stated": stated, "title": TITLE}[expected]


@pytest.mark.parametrize(("part", "names"), [("2024", False), ("Arch Watch", True), ("Watch", True), ("Bats", False)])
def test_a_part_without_letters_names_no_host(part: str, names: bool) -> None:
    assert SiteNames(frozenset(), frozenset(), frozenset(("archwatchcom",))).name(part) is names


def test_no_line_is_passed_over_that_would_win() -> None:
    head = ["Browse all journals", "Urban Wildlife", TITLE, "Rosa Hale, Odile Marchetti", "Wendmoor College, Wendmoor, UK", "Published: May 2021"]
    lines = [*head, "Bats in towns and what they need", TEXT[3:-4]]
    sheet = lay_out(text.segment("\n\n".join(lines)))
    page = Lines(sheet, keys_of(sheet), abstract=None, outside=(), page_title=None, url=None)
    weighed = sorted(((sum(weights().get(n, 0.0) * v for n, v in page.features(i).items()), -i) for i in page.may_be), reverse=True)
    found = [(score, -index) for score, index, _ in best_first(page, weights(), least=-inf)]
    assert found == [(pytest.approx(score), index) for score, index in weighed]
