"""Authors and affiliations as a page shows them: which line holds them, where they end, and what joins them."""

import pytest

from cleaners import clean_html, clean_text
from cleaners.affiliations import can_be_affiliation, clean_affiliation, split_affiliations
from cleaners.record import Record

TITLE = "Slow cooling of recycled bottle glass: residual stress in cast tiles"
ABSTRACT = "We cast 212 tiles from mixed cullet and cooled them at four rates, and the slowest of them were the strongest. " * 4
ORCID = "0000-0002-1825-0097"


def flat(*lines: str) -> Record:
    return clean_text("\n\n".join([TITLE, *lines, "Abstract", ABSTRACT]))


def html(head: str) -> Record:
    return clean_html(f"<main><h1>{TITLE}</h1>{head}<h2>Abstract</h2><p>{ABSTRACT}</p></main>")


def names(record: Record) -> list[str]:
    return [author.name for author in record.authors]


def joined(record: Record) -> list[tuple[str, tuple[int, ...]]]:
    return [(author.name, author.affiliations) for author in record.authors]


MARKED = [("Rosa Hale", (0,)), ("Otto Brand", (0, 1)), ("Moira Tennant", (1,))]
PLACES = ("Institute of Glass, Tern Bay University, Tern Bay, Ireland", "Kreisarchiv Oberau, Oberau, Österreich")


@pytest.mark.parametrize(
    "line",
    [
        "Rosa Hale1, Otto Brand1,2, Moira Tennant2",
        "Rosa Hale 1 , Otto Brand 1 2 , Moira Tennant 2",
        "Rosa Hale¹, Otto Brand¹,², Moira Tennant²",
        "Rosa Hale1*, Otto Brand1,2, and Moira Tennant2,†",
    ],
)
@pytest.mark.parametrize("number", ["{} {}", "{}{}", "{}. {}", "({}) {}"])
def test_marks_in_flat_text(line: str, number: str) -> None:
    record = flat(line, *(number.format(i, place) for i, place in enumerate(PLACES, start=1)), "PMID: 99200145", "Free article of the month")
    assert joined(record) == MARKED
    assert record.affiliations == PLACES


@pytest.mark.parametrize(
    "markup",
    [
        ('<p class="authors"><a href="/a">Rosa Hale</a><sup>1</sup>, <a href="/b">Otto Brand</a><sup>1,2,*</sup> <a href="/c">Moira Tennant</a><sup>2</sup></p>'
        f'<ul class="affiliations"><li><sup>1</sup>{PLACES[0]}</li><li><sup>2</sup>{PLACES[1]}</li>'
        "<li><sup>*</sup>Corresponding author: <a>o@glass.example</a></li></ul>"),
        ('<p class="authors">Rosa Hale<sup>1</sup>, Otto Brand<sup>1,2</sup>, Moira Tennant<sup>2</sup></p>'
        f'<ol class="affiliations"><li>{PLACES[0]}</li><li>{PLACES[1]}</li></ol>'),
    ],
    ids=["raised", "numbers of a list element"],
)
def test_marks_in_markup(markup: str) -> None:
    record = html(markup)
    assert joined(record) == MARKED
    assert record.affiliations == PLACES


def test_cards_with_a_place_each() -> None:
    card = '<div class="author-card"><b>{0}</b><p class="affiliation">{0} {1}</p></div>'
    record = html("".join(card.format(name, place) for name, place in zip(("Rosa Hale", "Otto Brand"), PLACES, strict=True)))
    assert joined(record) == [("Rosa Hale", (0,)), ("Otto Brand", (1,))]
    assert record.affiliations == PLACES


def test_affiliations_behind_the_text() -> None:
    held = ("Rosa Hale & Otto Brand", "Otto Brand & Moira Tennant")
    items = "".join(f"<li><p>{place}</p><p>{by}</p></li>" for place, by in zip(PLACES, held, strict=True))
    record = clean_html(
        f"<h1>{TITLE}</h1><ul class='author-list'><li>Rosa Hale,</li><li>Otto Brand &</li><li>Moira Tennant</li></ul><h2>Abstract</h2><p>{ABSTRACT}</p>"
        f"<h2>Results</h2><p>{ABSTRACT}</p><h2>Author information</h2><h3>Authors and Affiliations</h3><ol>{items}</ol>"
    )
    assert joined(record) == MARKED
    assert record.affiliations == PLACES


def test_what_sites_write_behind_a_name() -> None:
    items = ("Rosa HaleEmail author", "Otto Brand equal contributor,", "Moira Tennant and", "Ann Lind mail")
    record = html(f"<ul class='authors'>{''.join(f'<li>{item}</li>' for item in items)}</ul>")
    assert names(record) == ["Rosa Hale", "Otto Brand", "Moira Tennant", "Ann Lind"]


def test_each_link_is_a_name() -> None:
    record = html('<div class="authors"><a href="/a">Rosa Hale</a> <a href="/b">Kadek</a> <a href="/c">Otto Ortega y Vega</a></div>')
    assert names(record) == ["Rosa Hale", "Kadek", "Otto Ortega y Vega"]
    record = html('<div class="authors"><a href="/a">Hale, Rosa</a> <a href="/b">Brand, Otto</a></div>')
    assert names(record) == ["Rosa Hale", "Otto Brand"]


def test_one_place_below_several_names_is_nobodys() -> None:
    assert joined(flat("Rosa Hale, Otto Brand", PLACES[0])) == [("Rosa Hale", ()), ("Otto Brand", ())]
    assert joined(flat("Rosa Hale", PLACES[0])) == [("Rosa Hale", (0,))]


@pytest.mark.parametrize("place", range(3))
def test_an_orcid_belongs_to_the_name_before_it(place: int) -> None:
    items = [f'<a href="/{i}">{name}</a>' for i, name in enumerate(("Rosa Hale", "Otto Brand", "Moira Tennant"))]
    items[place] += f'<sup>1</sup> <a href="https://orcid.org/{ORCID}">ORCID</a>'
    record = html(f'<p class="authors">{", ".join(items)}</p>')
    assert names(record) == ["Rosa Hale", "Otto Brand", "Moira Tennant"]
    assert [author.orcid for author in record.authors] == [ORCID if i == place else None for i in range(3)]


@pytest.mark.parametrize("journal", ["Zentralbl Chir", "Stroke Vasc Neurol", "Harbour Notes", "Gut", "Review of Settlement and Society"])
def test_a_journal_is_no_author_and_no_affiliation(journal: str) -> None:
    for lines in (("Rosa Hale, Otto Brand", journal, PLACES[0]), ("Rosa Hale, Otto Brand", PLACES[0], journal)):
        record = flat(*lines)
        assert names(record) == ["Rosa Hale", "Otto Brand"]
        assert record.affiliations == PLACES[:1]


@pytest.mark.parametrize(
    "line",
    [
        "PMID: 99200145",
        "https://doi.org/10.5555/psl.2020.101 PMID: 99300101",
        "Polar Survey Letters, 01 Feb 2020, 15(2):101-114",
        "Review of Settlement and Society, 8 April 2022, 17(1):55-73",
        "Corresponding author:",
        "Correspondence: Rosa Hale, rosa@glass.example",
        "ORCID: 0000-0002-1825-0097",
        "These authors contributed equally to this work.",
    ],
)
def test_what_stands_below_affiliations_and_is_none(line: str) -> None:
    assert not can_be_affiliation(line)
    assert flat("Rosa Hale, Otto Brand", "Affiliations", PLACES[0], line).affiliations == PLACES[:1]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (f"{PLACES[0]}. Electronic address: rosa@glass.example.", f"{PLACES[0]}."),
        (f"{PLACES[0]}. rosa@glass.example.", f"{PLACES[0]}."),
        (f"{PLACES[0]}. E-mail:", f"{PLACES[0]}."),
        (f"{PLACES[0]}, https://glass.example", PLACES[0]),
        ("Corresponding author:", "Corresponding author:"),
        ("", ""),
    ],
)
def test_clean_affiliation(text: str, want: str) -> None:
    assert clean_affiliation(text) == want


def test_split_affiliations() -> None:
    assert split_affiliations(f"1 {PLACES[0]}; 2 {PLACES[1]}") == [("1", PLACES[0]), ("2", PLACES[1])]
    assert split_affiliations(f"a {PLACES[0]}") == [("a", PLACES[0])]
    assert split_affiliations(PLACES[1]) == [(None, PLACES[1])]
    assert split_affiliations("* Corresponding author: Rosa Hale") == []


@pytest.mark.parametrize("label", ["Academic Editor:", "Subject Areas:"])
def test_the_value_of_another_label_is_no_author(label: str) -> None:
    record = html(f"<p class='authors'>Rosa Hale, Otto Brand</p><dl class='author'><dt>{label}</dt><dd>Moira Tennant</dd></dl>")
    assert names(record) == ["Rosa Hale", "Otto Brand"]


def test_addresses_separate_names() -> None:
    line = f"Rosa Hale https://orcid.org/{ORCID} rosa@glass.example Otto Brand https://orcid.org/0000-0001-5109-3700, and Moira Tennant"
    record = flat(line)
    assert names(record) == ["Rosa Hale", "Otto Brand", "Moira Tennant"]
    assert [author.orcid for author in record.authors] == [ORCID, "0000-0001-5109-3700", None]


def test_a_news_page_has_no_affiliations() -> None:
    text = "The council met the head of the University of Lofthus, the hospital, the police, and three schools, and it was late. " * 4
    record = clean_html(f"<h1>{TITLE}</h1><p class='byline'>By Rosa Hale</p><p>{text}</p><p>{text}</p><address>520 E Douglas Ave, Lofthus</address>")
    assert names(record) == ["Rosa Hale"]
    assert record.affiliations == ()


STORY = "<p>" + "The council met on the quay and talked about the ferry for two hours, and most of those who spoke were against it. " * 5 + "</p>"


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("<p>By Rosa Hale | 3 May 2024</p>", ["Rosa Hale"]),
        ("<p>May 3, 2024 · 4 min read · By Rosa Hale and Otto Brand</p>", ["Rosa Hale", "Otto Brand"]),
        ("<p>Written by</p><p>Rosa Hale, Senior Editor at Ferry Watch</p>", ["Rosa Hale"]),
        ("<div class='byline'>Rosa HaleFounder at Ferry Watch</div>", ["Rosa Hale"]),
        ("<p>Posted by quaymaster | May 3, 2024</p>", ["quaymaster"]),
        ("<p>By the Ferry Watch Team</p>", ["the Ferry Watch Team"]),
        ("<div><a href='/authors/rosa-hale'>Rosa Hale</a></div>", ["Rosa Hale"]),
        ("<p>Rosa Hale</p><p>3 May 2024</p>", ["Rosa Hale"]),
        # What web pages have below their titles and is no name.
        ("<p>By talking to those who waited, we learned more.</p>", []),
        ("<div>Council Meeting</div><p>The next council meeting is in June.</p>", []),
        ("<p>Edited by: Rosa Hale</p>", []),
        ("<p>Contact: <a href='/people/rosa-hale'>Rosa Hale</a></p>", []),
        ("<h1>Otto Brand</h1>", []),
        ("<p>Harbour and Quay, Council Meeting, Timber Prices</p><p>The harbour, the quay, the council and the meeting on prices.</p>", []),
        ("<div class='author'><p><a href='/files/harbour-companion.pdf'>Harbour Companion</a></p></div>", []),
        (f"<div class='author'>{STORY * 6}<p>Harbour Companion</p></div>", []),
    ],
)
def test_who_signs_an_article_of_the_web(below: str, expected: list[str]) -> None:
    record = clean_html(f"<main><article><h1>Ferry to stay on its winter timetable until June</h1>{below}{STORY * 3}</article></main>")
    assert names(record) == expected


@pytest.mark.parametrize(("posted", "expected"), [("quay_admin", "Rosa Hale"), ("Otto Brand", "Rosa Hale"), ("Rosa M. Hale", "Rosa M. Hale")])
def test_a_signature_and_who_put_the_page_there(posted: str, expected: str) -> None:
    head = f"<head><meta name='author' content='{posted}'></head>"
    record = clean_html(f"<html>{head}<body><h1>Ferry to stay on its winter timetable until June</h1><p>By Rosa Hale</p>{STORY * 3}</body></html>")
    assert names(record) == [expected]


AT = [f"<span class='affiliation'>{place}</span>" for place in PLACES]


@pytest.mark.parametrize(
    "head",
    [
        # Journal systems set a name and its affiliation as two elements of one line.
        f"<ul class='authors'><li><span>Rosa Hale</span> {AT[0]}</li><li><span>Otto Brand</span> {AT[1]} <a href='/'>https://orcid.org/{ORCID}</a></li></ul>",
        f"<div class='authors'><span>Rosa Hale r@glass.example {AT[0]}</span> <span>Otto Brand o@oberau.example {AT[1]}</span></div>",
        f"<p>Rosa Hale, {PLACES[0]}; Otto Brand, {PLACES[1]}</p>",
    ],
)
def test_names_and_their_places_in_one_line(head: str) -> None:
    assert joined(html(head)) == [("Rosa Hale", (0,)), ("Otto Brand", (1,))]
    assert html(head).affiliations == PLACES


def test_nothing_but_marks_between_names() -> None:
    line = "Rosa Hale<sup>1</sup> Otto Brand<sup>2</sup> Moira Tennant<sup>1</sup>"
    record = html(f"<p class='authors'>{line}</p><p class='authors'><sup>2</sup>Oberau Technologies</p>")
    assert names(record) == ["Rosa Hale", "Otto Brand", "Moira Tennant"]
    assert record.affiliations == ("Oberau Technologies",)


def test_a_section_of_authors_where_the_head_names_none() -> None:
    life = "<h3>{0}</h3><p>{0} is a fellow of Tern Bay University, where she has taught the casting of glass since 2003.</p>"
    lives = life.format("Rosa Hale") + life.format("Odile Marchetti")
    section = f"<h2>Authors</h2>{lives}<h2>Cited by</h2><h3>Otto Brand</h3>"
    page = f"<main><h1>{TITLE}</h1>{{}}<h2>Abstract</h2><p>{ABSTRACT}</p><h2>Introduction</h2><p>{ABSTRACT}</p>{section}</main>"
    assert names(clean_html(page.format(""))) == ["Rosa Hale", "Odile Marchetti"]
    assert names(clean_html(page.format("<p>Moira Tennant, Otto Brand</p>"))) == ["Moira Tennant", "Otto Brand"]


@pytest.mark.parametrize(("stated", "shown"), [("Hale R", True), ("glassdev", True), ("Moira Tennant", False)])
def test_a_tag_for_search_engines_against_the_list_on_the_page(stated: str, shown: bool) -> None:
    body = f"<main><h1>{TITLE}</h1><p>Hale R, Brand O</p><h2>Abstract</h2><p>{ABSTRACT}</p></main>"
    record = clean_html(f"<head><meta name='author' content='{stated}'></head>{body}")
    assert names(record) == (["Hale R", "Brand O"] if shown else [stated])


def test_the_citation_of_the_article_names_its_authors() -> None:
    cited = f"<p>{{}}Hale, Rosa and Brand, Otto (2018) <em>{TITLE}.</em> Glass Technology, 59 (2). pp. 33-41. ISSN 1753-3546</p>"
    assert names(html(cited.format(""))) == ["Rosa Hale", "Otto Brand"]
    assert names(html(cited.format("How to cite: "))) == ["Rosa Hale", "Otto Brand"]
    assert names(html("<p>Moira Tennant</p>" + cited.format(""))) == ["Moira Tennant"]


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Rosa J. Hale", "Rosa J. Hale"),  # "J." is a word of serials' titles too
        ("Rosa Hale equal group contributor,", "Rosa Hale"),
        ("<a href='/orcid'>View ORCID Profile</a>Rosa Hale", "Rosa Hale"),
    ],
)
def test_one_name_below_the_title(line: str, author: str) -> None:
    assert names(html(f"<div>{line}</div><div>{PLACES[0]}</div>")) == [author]


def test_a_label_glued_to_a_place_is_no_part_of_it() -> None:
    assert clean_affiliation("University of Lofthus, Lofthus, UKCorrespondencer.hale@lofthus.example") == "University of Lofthus, Lofthus, UK"
