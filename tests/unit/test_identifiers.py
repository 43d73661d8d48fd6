"""Identifiers: bare and normalised, nothing glued to them, check digits where the scheme has them."""

from collections.abc import Callable

import pytest

from cleaners import clean_html, clean_text
from cleaners.identifiers import (
    find_doi,
    lone_doi,
    normalise_arxiv,
    normalise_doi,
    normalise_isbn,
    normalise_issn,
    normalise_orcid,
    normalise_pmcid,
    normalise_pmid,
)


@pytest.mark.parametrize(
    ("text", "dois"),
    [
        # what pages glue to it
        ("http://dx.doi.org/10.5555/lsx.2024.123297DOI Listing", ["10.5555/lsx.2024.123297"]),
        ("10.5555/lsx.2024.123297DOI", ["10.5555/lsx.2024.123297"]),
        ("doi: 10.5555/abc.17PubMedGoogle Scholar", ["10.5555/abc.17"]),
        ("10.5555/abc.17Received: 5 July 2013", ["10.5555/abc.17"]),
        ("10.5555/abc-2020-017View Article", ["10.5555/abc-2020-017"]),
        # what sentences put behind it
        ("see 10.5555/abc.17.", ["10.5555/abc.17"]),
        ("(doi:10.5555/abc.17)", ["10.5555/abc.17"]),
        ("Is it 10.5555/abc.17?", ["10.5555/abc.17"]),
        ("“10.5555/abc.17”, and <10.5555/def.18>;", ["10.5555/abc.17", "10.5555/def.18"]),
        ("cited as 10.5555/abc.17, 10.5555/abc.18…", ["10.5555/abc.17", "10.5555/abc.18"]),
        # what belongs to it
        ("10.1000/456#789", ["10.1000/456#789"]),
        ("10.5555/bull(2020)", ["10.5555/bull(2020)"]),
        ("10.5555/S0140-6736(05)12345-X.", ["10.5555/s0140-6736(05)12345-x"]),
        ("(10.5555/S0140-6736(05)12345-X)", ["10.5555/s0140-6736(05)12345-x"]),
        ("10.1002/(SICI)1097-0142(19960101)77:1<12::AID-CNCR3>3.0.CO;2-#", ["10.1002/(sici)1097-0142(19960101)77:1<12::aid-cncr3>3.0.co;2-#"]),
        ("1982;39<0001:TMOTA>; <10.5555/abc.17><b>3</b>", ["10.5555/abc.17"]),
        ("10.5555.12/nested.prefix", ["10.5555.12/nested.prefix"]),
        ("10.5555/PDF2020.DOI7", ["10.5555/pdf2020.doi7"]),
        # no DOI
        ("version 10.5555 of 10/2020", []),
        ("10.5555/", []),
        ("10.5/abc and 110.5555", []),
        ("", []),
    ],
)
def test_find_doi(text: str, dois: list[str]) -> None:
    found = find_doi(text)
    assert [doi for doi, _, _ in found] == dois
    assert all(text[start:end].lower() == doi for doi, start, end in found)


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.5555/ABC.17", "10.5555/abc.17"),
        ("doi:10.5555/abc.17", "10.5555/abc.17"),
        ("DOI 10.5555/abc.17", "10.5555/abc.17"),
        ("info:doi/10.5555/abc.17", "10.5555/abc.17"),
        ("https://doi.org/10.5555/abc.17", "10.5555/abc.17"),
        ("http://dx.doi.org/10.5555/abc.17", "10.5555/abc.17"),
        ("https://doi.org/10.5555/s0140-6736%2805%2912345-x", "10.5555/s0140-6736(05)12345-x"),
        ("https://doi.org/10.1175/1520-0469(1982)039%3C0001:TMOTA%3E2.0.CO;2", "10.1175/1520-0469(1982)039<0001:tmota>2.0.co;2"),
        ("https://doi.org/10.1002/(SICI)1097-0142(1996)77:1%3C12::AID-CNCR3%3E3.0.CO;2-%23", "10.1002/(sici)1097-0142(1996)77:1<12::aid-cncr3>3.0.co;2-#"),
        ("https://press.example/doi/10.5555/abc.17;jsessionid=F3A0", "10.5555/abc.17"),
        ("https://press.example/doi/full/10.5555/abc.17?tab=refs#s2", "10.5555/abc.17"),
        ("https://press.example/doi/10.5555/abc.17/full", "10.5555/abc.17"),
        ("https://press.example/content/10.5555/abc.17v2.full.pdf", "10.5555/abc.17v2"),
        ("/doi/pdf/10.5555/abc.17.pdf", "10.5555/abc.17"),
        ("10.5555/abc.17/full", "10.5555/abc.17/full"),  # a suffix may hold anything; only in an address is it a page
        ("https://press.example/articles/17", None),
        ("", None),
    ],
)
def test_normalise_doi(text: str, doi: str | None) -> None:
    assert normalise_doi(text) == doi


@pytest.mark.parametrize(
    ("normalise", "text", "value"),
    [
        (normalise_pmid, "99100187", "99100187"),
        (normalise_pmid, "PMID: 00123", "123"),
        (normalise_pmid, "https://pubmed.ncbi.nlm.nih.gov/99100187/", "99100187"),
        (normalise_pmid, "99100187 [PubMed]", None),
        (normalise_pmid, "0", None),
        (normalise_pmid, "PMC9940201", None),
        (normalise_pmcid, "PMC9940201", "PMC9940201"),
        (normalise_pmcid, "https://example.org/articles/pmc9940201/", "PMC9940201"),
        (normalise_pmcid, "9940201", None),
        (normalise_arxiv, "arXiv:2101.99042v3", "2101.99042"),
        (normalise_arxiv, "0704.0001", "0704.0001"),
        (normalise_arxiv, "https://arxiv.org/pdf/2101.99042v2.pdf", "2101.99042"),
        (normalise_arxiv, "hep-th/9901001", "hep-th/9901001"),
        (normalise_arxiv, "arXiv:math.GT/0309136v1", "math.GT/0309136"),
        (normalise_arxiv, "10.5555/abc.17", None),
        (normalise_arxiv, "12345.678", None),
        (normalise_arxiv, "2101.9904212", None),
        (normalise_issn, "2049-3630", "2049-3630"),
        (normalise_issn, "ISSN 20493630", "2049-3630"),
        (normalise_issn, "2434-561x", "2434-561X"),
        (normalise_issn, "2049-3631", None),  # check digit
        (normalise_issn, "2094-3630", None),  # two digits changed places
        (normalise_issn, "204X-3630", None),
        (normalise_issn, "2049-363", None),
        (normalise_isbn, "978-0-306-40615-7", "9780306406157"),
        (normalise_isbn, "ISBN 0-306-40615-2", "0306406152"),
        (normalise_isbn, "0-8044-2957-X", "080442957X"),
        (normalise_isbn, "978-0-306-40615-8", None),
        (normalise_isbn, "0-306-40615-3", None),
        (normalise_isbn, "0-8044-X957-2", None),
        (normalise_orcid, "https://orcid.org/0000-0002-1694-233X", "0000-0002-1694-233X"),
        (normalise_orcid, "ORCID: 0000-0002-1694-233x", "0000-0002-1694-233X"),
        (normalise_orcid, "0000-0002-1825-0098", None),
        (normalise_orcid, "0000000218250097", None),
    ],
)
def test_other_schemes(normalise: Callable[[str], str | None], text: str, value: str | None) -> None:
    assert normalise(text) == value


TITLE = "Stone bridges as shelters: bats before and after the repair of 38 arches"
OWN, OTHER = "10.5555/stone.17", "10.5555/canal.42"
REFERENCE = f"Hale, R. (2013). Roosts along old canals in winter. Canal Nat 57, 283–287. doi:{OTHER}"
TEXT = "Stone bridges shelter bats in their joints, and repairs close the joints with mortar, which is why we counted them. " * 4


@pytest.mark.parametrize(
    "lines",
    [
        [f"Published online June 14, 2013, doi: {OWN}", REFERENCE],
        [REFERENCE, f"Published online June 14, 2013, doi: {OWN}"],
        [f"Urban Wildlife (2012) 28 (22): 2891-2897. doi: {OWN}"],
        [f"DOI: https://doi.org/{OWN}", *(f"https://doi.org/{OWN}.00{n}" for n in range(1, 6))],  # its figures
        [f"How to cite: Hale R. {TITLE}. Urban Wildlife 2015, 3:190 (doi: {OWN})", "DOI", OTHER, "Approved"],  # a report
    ],
)
def test_the_articles_own_doi_among_others(lines: list[str]) -> None:
    assert clean_text("\n\n".join([TITLE, "Rosa Hale, Odile Marchetti", "Abstract", TEXT, *lines, TEXT])).identifiers.doi == OWN


def test_a_study_that_a_web_page_links_to_is_not_the_page() -> None:
    story = f"<p>Bats like joints, <a href='https://doi.org/{OTHER}'>a study</a> says. {TEXT}</p>"
    assert clean_html(f"<article><h1>{TITLE}</h1><p>By Rosa Hale</p>{story}<p>{TEXT}</p></article>").identifiers.doi is None


def test_the_address_says_which_of_two_linked_dois_is_the_pages() -> None:
    links = f"<p><a href='https://doi.org/{OTHER}'>The reply</a></p><p><a href='https://press.example/cite/{OWN}?format=ris'>Citation</a></p>"
    page = f"<article><h1>{TITLE}</h1>{links}<h2>Abstract</h2><p>{TEXT}</p></article>"
    assert clean_html(page, url="https://press.example/articles/stone.17").identifiers.doi == OWN


@pytest.mark.parametrize("text", ["10.5555/…", "doi:10.5555/.", "10.5555//;", "https://doi.org/10.5555/-"])
def test_a_doi_of_which_punctuation_alone_is_left_is_none(text: str) -> None:
    assert normalise_doi(text) is None
    assert lone_doi(text) is None
