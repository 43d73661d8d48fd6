"""What only several records tell: cut texts completed, cuts that lengths show, works merged. Each rule with a case where it must not hold."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners import works
from cleaners.record import Abstract, Author, Completion, Identifiers, MadeBy, Notice, PartialDate, Record, Related, Section, Snippet
from cleaners.works import group, merge

MADE_BY = MadeBy(version="1", config="c", libraries={})
WHOLE = (
    "Stone bridges shelter bats in their joints, and repairs close the joints with mortar. We counted the bats of 38 arches before and after the repair, "
    "with and without slots of wood. Slots kept nine bats in ten; without them the arches were empty for six years."
)
START = WHOLE[:120]


def record(name: str, *, abstract: Abstract | str | None = None, **fields: Any) -> Record:
    text = Abstract(text=abstract, truncated=False) if isinstance(abstract, str) else abstract
    known = {"id": f"url:https://{name}", "url": f"https://{name}", "kind": "article", "content_sha256": name, "made_by": MADE_BY}
    return Record(**known | {"abstract": text} | fields)


def citing(snippet: Snippet, **work: Any) -> Record:
    return record("aggregator.example/1", related=(Related(snippet=snippet, **work),))


def completed(cut: Record, *others: Record) -> Record:
    return works.completed([cut, *others])[0]


def snippet_of(done: Record) -> Snippet:
    (related,) = done.related
    assert related.snippet is not None
    return related.snippet


CUT = Snippet(text=START, truncated=True, kind="ellipsis_dots", marker="...")
DOI = Identifiers(doi="10.5555/bats.1")
TITLE = "Stone bridges as shelters: bats before and after the repair"


def test_a_snippet_is_completed_and_keeps_what_its_page_shows() -> None:
    done = completed(citing(CUT), record("journal.example/bats", abstract=WHOLE))
    source = "url:https://journal.example/bats"
    assert snippet_of(done) == Snippet(
        text=WHOLE, truncated=False, kind="ellipsis_dots", marker="...", completed=Completion(source=source, shown=START)
    )


@pytest.mark.parametrize(
    ("stated", "of_other"),
    [
        ({"identifiers": DOI}, {"identifiers": DOI}),
        ({"url": "https://journal.example/bats#abstract"}, {}),
        ({"title": TITLE + "."}, {"title": TITLE}),
    ],
)
def test_of_a_work_that_is_named_a_few_words_are_enough(stated: dict[str, Any], of_other: dict[str, Any]) -> None:
    whole = record("journal.example/bats", abstract=WHOLE, **of_other)
    few = Snippet(text="Stone bridges shelter", truncated=True)
    assert snippet_of(completed(citing(few, **stated), whole)).text == WHOLE
    assert snippet_of(completed(citing(few), whole)) == few, "a beginning that any work could have"
    assert snippet_of(completed(citing(Snippet(text="Stone", truncated=True), **stated), whole)).text == "Stone"
    other = Snippet(text="Bats sleep in the joints of old stone bridges and", truncated=True)
    assert snippet_of(completed(citing(other, **stated), whole)) == other, "the whole text does not begin so"


def test_texts_that_go_on_differently_complete_nothing() -> None:
    erratum = record("journal.example/other", abstract=START + " and this is how another one goes on, which nobody can know.")
    whole = record("journal.example/bats", abstract=WHOLE)
    assert snippet_of(completed(citing(CUT), whole, erratum)) == CUT
    assert snippet_of(completed(citing(CUT, identifiers=DOI), msgspec.structs.replace(whole, identifiers=DOI), erratum)).text == WHOLE
    longer = record("journal.example/copy", abstract=WHOLE + " Wood is cheap.")
    assert snippet_of(completed(citing(CUT), whole, longer)).text.endswith("Wood is cheap.")


def test_a_cut_text_and_a_note_behind_a_whole_one_complete_nothing() -> None:
    assert snippet_of(completed(citing(CUT), record("journal.example/bats", abstract=Abstract(text=WHOLE, truncated=True)))) == CUT
    whole = Snippet(text=WHOLE, truncated=False, kind="complete")
    assert snippet_of(completed(citing(whole), record("journal.example/bats", abstract=WHOLE + " (c) Bat Press"))) == whole


def test_an_abstract_is_completed_with_its_sections_and_says_from_where() -> None:
    sections = (Section(label="Background", text=WHOLE[:86]), Section(label="Methods", text=WHOLE[86:]))
    whole = record("journal.example/bats", abstract=Abstract(text=WHOLE, sections=sections, truncated=False), identifiers=DOI)
    cut = record("aggregator.example/bats", abstract=Abstract(text=START, truncated=True, marker="…"), identifiers=DOI, provenance={"abstract": "block:7"})
    done = completed(cut, cut, whole)
    assert done.abstract == Abstract(
        text=WHOLE, sections=sections, truncated=False, marker="…", completed=Completion(source=whole.id, shown=START)
    )
    assert done.provenance == {"abstract": f"record:{whole.id}"}
    assert completed(whole, cut, whole) == whole


_SENTENCES = st.lists(st.sampled_from(WHOLE.split(". ")), min_size=1, max_size=4).map(". ".join)


@settings(deadline=None)
@given(_SENTENCES, st.lists(_SENTENCES, max_size=3), st.integers(1, 400))
def test_what_is_completed_begins_with_what_was_shown(text: str, others: list[str], cut: int) -> None:
    """Whatever the texts have in common: what the page shows is kept, and the source is a record that has just this text."""
    records = [record(f"journal.example/{n}", abstract=other) for n, other in enumerate([text, *others])]
    shown = Snippet(text=text[:cut].rstrip(), truncated=True)
    done = snippet_of(completed(citing(shown), *records))
    if done.completed is None:
        assert done == shown
    else:
        assert done.completed.shown == shown.text
        assert done.text.startswith(shown.text)
        assert done.text in {r.abstract.text for r in records if r.abstract is not None and r.id == done.completed.source}


def marked(*texts: str, site: str = "news.example") -> list[Snippet]:
    snippets = [Snippet(text=t, truncated=False, kind="complete" if t.endswith(".") else "no_final_period") for t in texts]
    pages = [record(f"{site}/{number}", related=(Related(snippet=s),)) for number, s in enumerate(snippets)]
    return [snippet_of(done) for done in works.completed(pages)]


def text_of(number: int, length: int) -> str:
    """A text of its own of this length that ends in no full stop."""
    return f"{number} {'word ' * 80}"[: length - 1] + "d"


def test_texts_that_all_end_at_one_length_were_cut_there() -> None:
    cut = [text_of(n, 140) for n in range(4)]
    shorter = [text_of(9, 90), "A whole text that ends with a full stop, as most of them do on this site, and is not as long."]
    found = marked(*cut, *shorter)
    assert [(s.truncated, s.kind) for s in found[:4]] == [(True, "cut_at_length")] * 4
    assert [s.truncated for s in found[4:]] == [False, False]
    assert [s.text for s in found] == [*cut, *shorter]


def test_texts_that_end_a_word_below_one_length_were_cut_there() -> None:
    found = marked(*(text_of(n, 200 - n) for n in range(7)), text_of(8, 120), text_of(9, 101))
    assert [s.truncated for s in found] == [True] * 7 + [False] * 2


def test_abstracts_that_all_end_at_one_length_were_cut_there() -> None:
    pages = [record(f"index.example/{n}", abstract=text_of(n, 300)) for n in range(4)]
    whole = record("index.example/9", abstract=WHOLE)
    assert [r.abstract and r.abstract.truncated for r in works.completed([*pages, whole])] == [True] * 4 + [False]
    assert works.completed([*pages[:3], whole]) == [*pages[:3], whole]


@pytest.mark.parametrize(
    "texts",
    [
        [text_of(n, 60 + 7 * n) for n in range(12)],  # lengths as they come
        [text_of(n, 140) for n in range(3)],
        [text_of(1, 140)] * 8,  # one text on many pages
        [text_of(n, 60 + n) for n in range(40)],
        [text_of(n, 139) + "." for n in range(8)],  # whole ones
    ],
)
def test_lengths_that_show_no_limit(texts: list[str]) -> None:
    assert not any(s.truncated for s in marked(*texts))


def work(name: str, doi: str | None = None, pmid: str | None = None, title: str | None = None, year: str = "2021", **fields: Any) -> Record:
    identifiers = Identifiers(doi=doi, pmid=pmid)
    known = f"doi:{doi}" if doi else f"pmid:{pmid}" if pmid else f"url:https://{name}"
    return record(name, id=known, identifiers=identifiers, title=title, published=PartialDate(edtf=year, precision="year"), **fields)


WORKS = {
    "publisher": work("a.example", doi="10.5555/1", pmid="7", title=TITLE),
    "index": work("b.example", pmid="7"),
    "aggregator": work("c.example", title=TITLE.upper()),
    "preprint": work("d.example", doi="10.5555/preprint.1", title=TITLE, year="2020"),
    "next": work("e.example", title=TITLE, year="2023"),
    "short": work("f.example", title="Editorial"),
    "other short": work("g.example", title="Editorial"),
}


@settings(deadline=None, max_examples=30)
@given(st.permutations(list(WORKS)))
def test_records_of_one_work_are_found_in_any_order(order: list[str]) -> None:
    found = group((place, WORKS[name]) for place, name in enumerate(order))
    named = sorted(sorted(order[place] for place in places) for places in found)
    assert named == [["aggregator", "index", "publisher"], ["next"], ["other short"], ["preprint"], ["short"]]


def test_a_title_that_two_works_have_is_neithers() -> None:
    two = [work("a.example", doi="10.5555/1", title=TITLE), work("b.example", doi="10.5555/2", title=TITLE), work("c.example", title=TITLE)]
    assert works.merged(two) == two


def test_merging_takes_each_field_where_it_is_best_and_keeps_the_rest() -> None:
    publisher = work(
        *("p.example/1", "10.5555/1"), title=TITLE, abstract=Abstract(text=START, truncated=True), volume="4", issue="2",
        authors=(Author(name="Rosa Hale", affiliations=(0,)), Author(name="Otto Brand")), affiliations=("Bat House",),
        provenance={"title": "meta:citation_title", "authors": "meta:citation_author", "abstract": "block:9"}, warnings=(Notice(code="w", message="W"),),
    )  # fmt: skip
    index = work(
        *("i.example/1", "10.5555/1", "7", TITLE, "2021-05"), abstract=WHOLE, authors=(Author(name="Hale R"),), provenance={"abstract": "block:3"}
    )
    wrong = work("w.example/1", "10.5555/1", title="Stone bridges", authors=(Author(name="Admin"),), warnings=(Notice(code="w", message="W"),))
    merged = merge([wrong, index, publisher])
    assert merged == merge([publisher, wrong, index])
    assert (merged.id, merged.title, merged.url, merged.volume) == ("doi:10.5555/1", TITLE, publisher.url, "4")
    assert (merged.authors, merged.affiliations) == (publisher.authors, publisher.affiliations)
    assert merged.abstract == index.abstract
    assert merged.published == index.published
    assert merged.identifiers == Identifiers(doi="10.5555/1", pmid="7")
    assert merged.warnings == publisher.warnings
    assert merged.provenance["title"] == "meta:citation_title of https://p.example/1"
    assert merged.provenance["abstract"] == "block:3 of https://i.example/1"
    lost = {source.url: source.lost for source in merged.merged}
    assert list(lost) == [publisher.url, index.url, wrong.url]
    assert lost[publisher.url] == {field: publisher.to_dict()[field] for field in ("abstract", "published")}
    assert lost[wrong.url]["title"] == "Stone bridges"
    assert Record.from_json(merged.to_json()) == merged


def test_one_record_is_its_work() -> None:
    alone = WORKS["publisher"]
    assert merge([alone]) == alone
