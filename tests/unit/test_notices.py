"""What a record warns of: each warning with a page that must not have it."""

import pytest

from cleaners import Page, clean, explain, replay
from cleaners.record import Record

LINES = [
    f"{subject} shelter bats in their joints, and repairs close the joints with mortar, which is why we counted them for {number} years."
    for number, subject in enumerate(("Stone bridges", "Old walls", "The vaults of mills", "Quarries of slate"), 3)
]


def page(byline: str, *, language: str = "en", end: str = "", fetched_at: str | None = None) -> Page:
    text = "".join(f"<p>{line}</p>" for line in (byline, *LINES, *LINES[::-1], end) if line)
    content = f"<html lang='{language}'><head><title>Bats in winter</title></head><body><article><h1>Bats in winter</h1>{text}</article></body></html>"
    return Page(content=content, kind="html", url="https://press.example/bats", fetched_at=fetched_at)


def told(record: Record, code: str) -> list[str]:
    return [w.message for w in record.warnings if w.code == code]


@pytest.mark.parametrize(
    ("byline", "language", "edtf", "why"),
    [
        ("Published 03/04/2024", "en", "[2024-03-04,2024-04-03]", "nothing on the page tells"),
        ("Publié le 03/04/2024", "fr", "2024-04-03", "day, month, year: it is usual in the page's language, fr"),
        ("Published 03/04/2024. Updated 04/25/2024", "en", "2024-03-04", "month, day, year: another date of the page shows it"),
        ("Published 13/04/2024", "en", "2024-04-13", None),
        ("Published 04/04/2024", "en", "2024-04-04", None),
        ("Published 3 April 2024", "en", "2024-04-03", None),
    ],
)
def test_how_the_order_of_day_and_month_was_decided(byline: str, language: str, edtf: str, why: str | None) -> None:
    record = clean(page(byline, language=language))
    assert record.published is not None
    assert record.published.edtf == edtf
    messages = told(record, "date_order")
    assert (len(messages) == 1 and why in messages[0]) if why else not messages


def test_a_publication_after_the_fetch_is_kept_as_stated() -> None:
    ahead = clean(page("Published 5 June 2030", fetched_at="2024-03-01T10:00:00Z"))
    assert ahead.published is not None
    assert ahead.published.edtf == "2030-06-05"
    assert told(ahead, "date_ahead") == ["The publication date, '5 June 2030', is after the fetch on 2024-03-01."]
    assert not told(clean(page("Published 2 March 2024", fetched_at="2024-03-01T23:00:00Z")), "date_ahead"), "in Auckland it was"
    assert not told(clean(page("Published 5 June 2030")), "date_ahead"), "when it was fetched is not known"


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ("We then opened the joints of all the arches and found in each of them [...]", "found in each of them"),
        ("We then opened the joints of all the arches and found in … Read more", "arches and found in"),
        ("We then opened the joints of all the arches, and in each of them was a bat.", "was a bat."),
    ],
)
def test_a_body_that_its_page_cuts(end: str, last: str) -> None:
    record, ledger = explain(page("By Rosa Hale", end=end))
    assert record.body is not None
    assert record.body.endswith(last)
    assert bool(told(record, "body_truncated")) == (not end.endswith("."))
    assert replay(record, ledger) == record


def test_a_body_that_breaks_off_with_its_page() -> None:
    def warned(end: str) -> bool:
        text = "".join(f"<p>{line}</p>" for line in (*LINES, *LINES[::-1]))
        content = f"<html><head><title>Bats in winter</title></head><body><article><h1>Bats in winter</h1><p>By Rosa Hale</p>{text}{end}"
        return bool(told(clean(Page(content=content, kind="html")), "body_truncated"))

    assert warned("<p>We then opened the joints of all the arches, and in each of them the bats of the")
    assert not warned("<p>We then opened the joints of all the arches, and in each of them was a bat.")
    assert not warned("<p>We then opened the joints of all the arches, and in each of them the bats of the</article><footer>Bat Press, 1 Arch Lane</footer>")
