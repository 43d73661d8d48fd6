"""Related records: where their box ends, and what its lines say of each."""

from cleaners import clean_html, clean_text
from cleaners.record import Record

TEXT = "Stone bridges shelter bats in their joints, and repairs close the joints with mortar, which is why we counted them. "
TITLE = "Stone bridges as shelters: bats before and after the repair of 38 arches"
FIRST, SECOND = "Church towers as shelters: swifts before and after the repair of 12 spires", "How many bats live under one arch? A count at night"


def page(box: str, below: str = "") -> Record:
    article = f"<article><h1>{TITLE}</h1><p>Rosa Hale, Odile Marchetti</p><h2>Abstract</h2><p>{TEXT * 4}</p></article>"
    return clean_html(f"<html><body>{article}{box}{below}</body></html>", url="https://press.example/a/1")


def test_linked_titles_with_their_lines() -> None:
    record = page(
        f"<aside><h2>Similar articles</h2><ul><li><a href='/a/2'>{FIRST}</a>"
        f"<div>Ferrer M, Soto P. Urban Wildlife. "
        f"2019 Mar;7(2):88-95. doi: 10.5555/uw.2019.88. PMID: 99100011</div></li>"
        f"<li><a href='/a/3'>{SECOND}</a><div>Kowal R. Night Count. 2022 Nov 3;11:40.</div></li></ul></aside>",
        "<div><h3>Newsletter</h3><p>Get the newest publications in your field by e-mail</p></div>",
    )
    first, second = record.related
    assert (first.title, first.url, first.authors, first.container_title) == (FIRST, "https://press.example/a/2", ("Ferrer M", "Soto P"), "Urban Wildlife")
    assert first.published is not None
    assert first.published.edtf == "2019-03"
    assert (first.identifiers.doi, first.identifiers.pmid, first.snippet) == ("10.5555/uw.2019.88", "99100011", None)
    assert (second.title, second.authors, second.container_title) == (SECOND, ("Kowal R",), "Night Count")


def test_what_is_most_read_is_not_related() -> None:
    assert page(f"<aside><h2>Most read</h2><ul><li><a href='/a/2'>{FIRST}</a></li><li><a href='/a/3'>{SECOND}</a></li></ul></aside>").related == ()


def test_buttons_and_addresses_of_scripts_are_left_out() -> None:
    items = f"<li><a href='javascript:go()'>{FIRST}</a><button>Save</button></li><li><a href='/a/3'>{SECOND}</a></li>"
    record = page(f"<aside><h2>Related articles</h2><ul>{items}</ul></aside>")
    assert [(r.title, r.url) for r in record.related] == [(FIRST, None), (SECOND, "https://press.example/a/3")]


def test_flat_records_end_at_the_link_that_closes_them() -> None:
    closing = "View Article and Find Full Text PDF"
    lines = [
        TITLE, "Rosa Hale", "Article Abstract", TEXT * 4, "Similar Publications",
        f"Aims: To count swifts. {TEXT}", f"Results: The towers were full, and {TEXT.lower()}", closing,
        FIRST, "Urban Wildlife", "2020 Jul-Aug", "Institute of Bridges, Lofthus University, 5781 Lofthus, Norway.", closing,
    ]  # fmt: skip
    first, second = clean_text("\n\n".join(lines)).related
    assert first.title is None
    assert first.snippet is not None
    assert first.snippet.truncated is True
    assert (second.title, second.container_title, second.snippet) == (FIRST, "Urban Wildlife", None)
    assert second.affiliations == ("Institute of Bridges, Lofthus University, 5781 Lofthus, Norway.",)
    assert second.published is not None
    assert second.published.raw == "2020 Jul-Aug"
