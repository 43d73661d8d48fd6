"""Which of a page's dates is the article's: each rule with a page where it must not hold."""

import pytest

from cleaners import clean_html, clean_text
from cleaners.record import Record

TITLE = "Stone bridges as shelters: bats before and after the repair of 38 arches"
TEXT = "Stone bridges shelter bats in their joints, and repairs close the joints with mortar, which is why we counted them. "
DOI = "10.5555/stone.2018.0042"


def page(*lines: str, head: str = "", above: str = "", below: str = "", url: str | None = None) -> Record:
    shown = "".join(f"<p>{line}</p>" for line in lines)
    body = f"{above}<main><h1>{TITLE}</h1>{shown}{f'<p>{TEXT * 4}</p>' * 3}{below}</main>"
    return clean_html(f"<html lang='en'><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>", url=url)


def published(record: Record) -> str | None:
    return record.published.edtf if record.published else None


def meta(**stated: str) -> str:
    return "".join(f"<meta name='{name.replace('__', ':')}' content='{value}'>" for name, value in stated.items())


SOFTWARE = meta(article__published_time="2025-12-19T02:41:41+00:00")


@pytest.mark.parametrize(
    ("line", "head", "day"),
    [
        ("December 18, 2025", SOFTWARE, "2025-12-18"),  # the next day in Greenwich
        ("Published Apr 26, 2023", SOFTWARE, "2023-04-26"),
        ("December 20, 2025", SOFTWARE + meta(article__modified_time="2025-12-20"), "2025-12-19"),  # the day of an update
        ("Updated December 20, 2025", SOFTWARE, "2025-12-19"),
        ("December 2025", SOFTWARE, "2025-12-19"),
        ("Rosa Hale met them on December 18, 2025, when the river was low and the joints of the old arches were dry.", SOFTWARE, "2025-12-19"),
        ("December 18, 2025", meta(citation_publication_date="2026/01"), "2026-01"),  # what is made for citation is cited
    ],
)
def test_the_day_next_to_the_headline_against_what_software_states(line: str, head: str, day: str) -> None:
    assert published(page(line, head=head)) == day


def test_a_byline_counts_behind_the_headline_and_the_day_of_the_visit_above_it_does_not() -> None:
    assert published(page(above="<header><div class='banner'>March 14, 2026</div></header>")) is None
    assert published(page("<div class='banner'>March 14, 2025</div>", above="<header><div class='banner'>March 14, 2026</div></header>")) == "2025-03-14"


def test_the_last_update_is_an_answer_only_where_the_page_shows_no_other() -> None:
    record = page("Updated October 23, 2025")
    assert published(record) == "2025-10-23"
    assert [(d.role, d.edtf) for d in record.dates] == [("updated", "2025-10-23")]
    assert published(page("Published May 3, 2024", "Updated October 23, 2025")) == "2024-05-03"
    assert published(page(head=meta(article__modified_time="2025-10-23"))) is None


def test_the_address_is_the_last_to_be_asked() -> None:
    url = "https://press.example/2024/05/12/bridges"
    assert published(page(url=url)) == "2024-05-12"
    assert published(page("May 11, 2024", url=url)) == "2024-05-11"
    assert published(page(url="https://press.example/2024/05/bridges")) is None


def test_another_date_of_the_page_shows_which_number_is_the_day() -> None:
    assert published(page("03/04/2024")) == "[2024-03-04,2024-04-03]"
    assert published(page("03/04/2024", below="<ul><li>Older: 12/17/2023</li></ul>")) == "2024-03-04"
    assert published(page("03/04/2024", below="<ul><li>Older: 17/12/2023</li></ul>")) == "2024-04-03"
    assert published(page("03/04/2024", below="<ul><li>Older: 17/12/2023</li><li>Older: 12/17/2023</li></ul>")) == "[2024-03-04,2024-04-03]"


def test_an_issue_dated_ahead_of_its_article_is_not_when_it_appeared() -> None:
    assert published(page("Urban Wildlife, Volume 1, Issue 4, 2015", "Published online: 26 Feb 2016")) == "2016-02-26"
    assert published(page("Urban Wildlife, Volume 1, Issue 4, March 2016", "Published online: 26 Feb 2016")) == "2016-03"


def test_nothing_is_published_before_its_manuscript_was_received() -> None:
    history = "Received: 23 February 2021 / Accepted: 21 April 2021 / Published: 23 April 2021"
    assert published(page(history, head=meta(citation_publication_date="2021/1"))) == "2021-04-23"
    assert published(page(history, head=meta(citation_publication_date="2021/06"))) == "2021-06"
    # nor is it without a date where all that is stated cannot be
    assert published(page("Received: 23 February 2021", head=meta(citation_publication_date="2021/1"))) == "2021-01"


def test_the_articles_own_date_in_a_box_of_its_own_against_the_day_planned_for_the_issue() -> None:
    issue = "<p>Volume 25, Number 10 - 5 October 2020</p>"
    assert published(page("Rosa Hale", above=issue, below="<h2>Published</h2><p>2020-09-10</p>")) == "2020-09-10"
    assert published(page("Rosa Hale", above=issue, below="<h2>Published</h2><p>10 September 2020</p>")) == "2020-10-05"


def test_the_line_that_cites_the_article_is_its_own_even_behind_the_references() -> None:
    cited = f"Urban Wildlife November 2013 vol. 63 no. 11 4350-4353, doi: {DOI}"
    references = [f"{n}. Hale R. Roosts along canals. Canal Nat 20{n};12:{n}-99." for n in range(10, 16)]
    lines = [TITLE, "Rosa Hale, Odile Marchetti", f"doi: {DOI}", "Abstract", TEXT * 4, "References", *references]
    assert published(clean_text("\n\n".join([*lines, cited]))) == "2013-11"
    assert published(clean_text("\n\n".join([*lines, cited.replace(DOI, "10.5555/canal.7")]))) is None


def test_dates_of_captions_and_prose_are_the_storys() -> None:
    assert published(page(below="<figure><figcaption>Otto Brand, Arches #045, 1997. C-print, 61 × 40 cm.</figcaption></figure>")) is None
    assert published(page("May 3, 2024", below=f"<p>Then the council released a plan in April 2004, and all was quiet.</p><p>{TEXT}</p>")) == "2024-05-03"


@pytest.mark.parametrize(("name", "day"), [("w-published-date", "2024-05-03"), ("cxenseparse:publishtime", "2024-05-03"), ("cms:last_published", None)])
def test_names_of_tags_that_say_when_a_page_was_published(name: str, day: str | None) -> None:
    assert published(page(head=f"<meta name='{name}' content='2024-05-03'>")) == day
    assert published(page(head=f"<meta name='{name}' content='2024-05-03'><meta name='pubdate' content='2024-05-01'>")) == "2024-05-01"


def test_the_address_completes_what_the_page_leaves_open() -> None:
    assert published(page("03/04/2024", url="https://press.example/2024/april/03/bridges")) == "2024-04-03"
    assert published(page("03/04/2024", url="https://press.example/2024/05/03/bridges")) == "[2024-03-04,2024-04-03]"


def test_when_an_article_first_appeared_is_its_date() -> None:
    note = f"<p>This article was originally published on 26 Sep 2019 at 4:12pm but has been regularly updated.</p><p>{TEXT * 2}</p>"
    assert published(page("30 Sep 2022", below=note)) == "2019-09-26"
    assert published(page("30 Sep 2022", below=f"<div class='comments'>{note}</div>")) == "2022-09-30"


def test_the_day_of_a_post_below_it_and_those_of_many() -> None:
    text, tags = f"<p>{TEXT}</p>" * 9, f"<p>{TEXT}</p><p>{TEXT}</p>"
    assert published(page(below=f"{text}<div>Posted on April 13, 2023</div>{tags}")) == "2023-04-13"
    assert published(page(below=f"{text}<ul><li>Posted on April 13, 2023</li><li>Posted on April 14, 2023</li></ul>{tags}")) is None


@pytest.mark.parametrize("line", ["<h3>Acme Kettle 16 (2023)</h3>", "<p>Effective 6/2/2025:</p>"])
def test_a_heading_of_something_in_the_text_dates_no_article(line: str) -> None:
    assert published(page(line)) is None


@pytest.mark.parametrize(
    ("cited", "year"),
    [
        (f"Hale, Rosa and Brand, Otto (2018) {TITLE}. Urban Wildlife, 59 (2). pp. 33-41.", "2018"),
        (f"Urban Wildlife, Volume 12, Number 4 Citation R Hale et al 1976 Urban Wildl. 12 143 DOI {DOI}", "1976"),
        ("Hale, Rosa and Brand, Otto (2018) Roosts along canals. Urban Wildlife, 59 (2). pp. 33-41.", None),
    ],
)
def test_the_year_of_the_articles_own_citation(cited: str, year: str | None) -> None:
    assert published(page(below=f"<p>{TEXT}</p>" * 9 + f"<p>{cited}</p>", head=meta(citation_doi=DOI))) == year
