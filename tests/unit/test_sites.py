"""Site profiles: each directive decides what it says, nothing else changes, and a broken one is told in one line."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cleaners import Page, Record, clean_html, clean_text, explain, profiles
from cleaners.made_by import made_by
from cleaners.profiles import Profile, ProfileError, broken_profiles, find_profile, load_profile
from cleaners.testing import sample_cases

URL = "https://www.reed-post.example/a/1"
PAGE = """<html lang="en"><head><meta charset="utf-8"><title>The Reed Post</title><meta name="serial" content="Pond Letters">
<meta name="citation_title" content="All that is new on ponds"><meta name="citation_author" content="Otto Masthead"></head><body>
<h1>The weekly round of the post</h1><h2 class="story"><span class="t">Moorhens of the lower canal</span><span class="flag">Hot</span></h2>
<h4>An older headline of the same</h4>
<p class="by">Words by <b>Rosa Hale</b>, pictures by <b>Otto Brand</b></p><p><time>03/04/2021</time></p><p>Updated: 05/06/2021</p>
<div id="gist"><p>We counted the moorhens of nine canals and found that they were many more than we had thought at the start of it.</p>
<p class="promo">Buy now the book of moorhens and of all the other birds that live on the canals of this country!</p>
<p>They had eaten all of the bread that the people had thrown to them in the spring of that year.</p></div>
<p>Read this too</p><p class="comment">A paragraph of somebody who has read the story and has something to say that is not a part of it, with many words.</p>
<footer><p>The first moorhen was seen on a Monday in May and it was not alone, for there were two others with it on that day.</p>
<h3>On the second day</h3><p>There were none to be seen, and so we went home again, where we had tea and cake until it was late at night.</p>
<p class="promo">Subscribe to the letters of this pond and you will have them all in your house in every week of the year.</p></footer></body></html>"""

BIRDS = [("moorhens", "a Monday"), ("coots", "a Tuesday"), ("grebes", "a Friday"), ("herons", "a Sunday")]


def sites(folder: Path, text: str, domain: str = "reed-post.example") -> Path:
    (folder / f"{domain}.toml").write_text(text, encoding="utf-8")
    return folder


def cleaned(folder: Path, text: str, **page: Any) -> Record:
    return explain(Page(**({"content": PAGE, "url": URL} | page)), sites=sites(folder, text))[0]


def signed(record: Record) -> set[str]:
    return {field for field, source in record.provenance.items() if source == "site:reed-post.example"}


def test_fields_are_what_the_selectors_select(tmp_path: Path) -> None:
    record = cleaned(
        tmp_path,
        """
        title = [".nothing", "h2.story .t"]
        authors = ".by b"
        container_title = "//meta[@name='serial']/@content"
        published = "time"
        abstract = "#gist"
        """,
    )
    assert record.title == "Moorhens of the lower canal"
    assert [author.name for author in record.authors] == ["Rosa Hale", "Otto Brand"]
    assert record.container_title == "Pond Letters"
    assert record.published is not None
    assert record.published.raw == "03/04/2021"
    assert record.abstract is not None
    assert record.abstract.text.startswith("We counted")
    assert record.abstract.text.endswith("of that year.")
    assert signed(record) == {"title", "authors", "container_title", "published", "abstract"}
    assert record.made_by.site == "reed-post.example"
    assert [w.code for w in record.warnings] == ["date_order"]  # which only the page's author knows, or a profile


def test_the_body_may_stand_in_what_looks_like_a_footer(tmp_path: Path) -> None:
    record = cleaned(tmp_path, 'body = "footer"\nremove = [".none", ".promo"]')
    body = (record.body or "").split("\n\n")
    assert [line[:12] for line in body] == ["The first mo", "On the secon", "There were n"]
    assert signed(record) == {"body"}


def test_what_is_cut_is_not_taken_for_the_text(tmp_path: Path) -> None:
    """It reads like the paragraphs around it, which learned weights alone would follow."""
    more = "and there were many more of them than anybody on the lower canal had thought when the counting began."
    prose = [f"The {bird} were counted on {day}, {more}" for bird, day in BIRDS]
    page = f'<html lang="en"><h1>Birds of the lower canal</h1><div><p>{prose[0]}<p class="promo">{prose[1]}<p>{prose[2]}<p>{prose[3]}</div></html>'
    record = cleaned(tmp_path, f'remove = ".promo"\nlabels = "{prose[2]}"', content=page)
    assert (clean_html(page, url=URL).body, record.body) == ("\n\n".join(prose), f"{prose[0]}\n\n{prose[3]}")


def test_the_ledger_says_what_was_cut_and_what_was_overruled(tmp_path: Path) -> None:
    folder = sites(tmp_path, 'title = "h2.story .t"\nremove = ".promo"\nlabels = "Read this too"')
    _, ledger = explain(Page(content=PAGE, url=URL), sites=folder)
    cut = [ledger.blocks[m.block].text[:8] for m in ledger.marks if (m.role, m.rule) == ("chrome", "site:reed-post.example")]
    assert cut == ["Buy now ", "Read thi", "Subscrib"]
    titles = [c for c in ledger.candidates if c.field == "title"]
    assert [c.source for c in titles] == ["site:reed-post.example", "meta:citation_title"]
    assert next(c.source for c in ledger.choices if c.field == "title") == "site:reed-post.example"
    marks = [m for m in ledger.marks if m.role == "title"]
    assert [ledger.blocks[m.block].text for m in marks] == ["Moorhens of the lower canalHot"]


@pytest.mark.parametrize(("order", "published", "updated"), [("dmy", "2021-04-03", "2021-06-05"), ("mdy", "2021-03-04", "2021-05-06")])
def test_the_order_of_dates(tmp_path: Path, order: str, published: str, updated: str) -> None:
    record = cleaned(tmp_path, f'date_order = "{order}"\npublished = "time"')
    assert [(d.role, d.edtf) for d in record.dates] == [("published", published), ("updated", updated)]
    assert record.published is not None
    assert (record.published.edtf, record.published.precision) == (published, "day")


def test_labels_and_order_hold_for_flat_text_too(tmp_path: Path) -> None:
    text = "Moorhens of the lower canal\n\nRosa Hale\n\nPublished: 03/04/2021\n\nRead this too\n"
    record = clean_text(text, url=URL, sites=sites(tmp_path, 'title = "h1"\nlabels = "Read this too"\ndate_order = "dmy"'))
    assert (record.title, record.published and record.published.edtf) == ("Moorhens of the lower canal", "2021-04-03")
    (notice,) = record.warnings
    assert notice.message == "'03/04/2021' is read as day, month, year: the profile of reed-post.example says so."


def test_evidence_for_the_kind(tmp_path: Path) -> None:
    record = cleaned(tmp_path, 'kind.listing = [".none", "p.comment"]')
    assert (record.kind, record.made_by.site) == ("listing", "reed-post.example")
    assert "p.comment" in record.warnings[-1].message


LAYOUTS = """
title = "h2.story .t"
[[layouts]]
name = "old"
until = 2020-01-01
title = "h4"
[[layouts]]
name = "flagged"
from = 2022-01-01
when = "span.flag"
remove = ".promo"
[[layouts]]
name = "never"
when = ".none"
"""


@pytest.mark.parametrize(
    ("fetched_at", "layout", "title"),
    [
        ("2019-12-31T23:00:00Z", "reed-post.example/old", "An older headline of the same"),
        ("2020-01-01T00:00:00Z", "reed-post.example", "Moorhens of the lower canal"),
        ("2022-05-01T00:00:00Z", "reed-post.example/flagged", "Moorhens of the lower canal"),
        (None, "reed-post.example/flagged", "Moorhens of the lower canal"),
        ("yesterday", "reed-post.example/flagged", "Moorhens of the lower canal"),
    ],
)
def test_layouts(tmp_path: Path, fetched_at: str | None, layout: str, title: str) -> None:
    record = cleaned(tmp_path, LAYOUTS, fetched_at=fetched_at)
    assert (record.made_by.site, record.title) == (layout, title)


def test_what_selects_nothing_is_told_and_the_general_rules_answer(tmp_path: Path) -> None:
    record = cleaned(tmp_path, 'title = "h7"\nremove = ".none"')
    assert record.title == clean_html(PAGE, url=URL).title
    assert [(w.code, w.message) for w in record.warnings if w.code == "site_profile"] == [
        ("site_profile", "reed-post.example.toml: title: selects nothing on this page")
    ]


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://reed-post.example/a", "reed-post.example"),
        ("http://WWW.Reed-Post.example:8080/a", "reed-post.example"),
        ("https://news.de.reed-post.example./", "reed-post.example"),
        ("https://blog.reed-post.example/", "blog.reed-post.example"),
        ("https://reed-post.example.org/", None),
        ("https://my-reed-post.example/", None),
        ("https://other.example/", None),
        ("https://../../reed-post.example", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_the_nearest_domain_of_the_host_has_the_word(tmp_path: Path, url: str | None, domain: str | None) -> None:
    sites(sites(tmp_path, 'title = "h1"'), 'title = "h2"', "blog.reed-post.example")
    found = find_profile(url, tmp_path)
    assert (found and found[0]) == domain


def test_a_folder_comes_before_the_profiles_that_are_built_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, built_in = tmp_path / "own", tmp_path / "built-in"
    own.mkdir()
    built_in.mkdir()
    sites(built_in, 'title = "h4"')
    monkeypatch.setattr(profiles, "BUILT_IN", built_in)
    profiles._built_in.cache_clear()
    try:
        assert clean_html(PAGE, url=URL).title == "An older headline of the same"
        assert clean_html(PAGE, url=URL, sites=own).title == "An older headline of the same"
        assert clean_html(PAGE, url=URL, sites=sites(own, 'title = ".t"')).title == "Moorhens of the lower canal"
    finally:
        profiles._built_in.cache_clear()


def test_other_sites_are_as_they_were(tmp_path: Path) -> None:
    sites(sites(tmp_path, 'title = "h4"'), "titel = 1", "broken.example")
    for url in (None, "https://other.example/1"):
        plain, beside = clean_html(PAGE, url=url), clean_html(PAGE, url=url, sites=tmp_path)
        assert msgspec.structs.replace(beside, made_by=plain.made_by) == plain
    assert made_by(tmp_path).config != made_by().config


def test_a_broken_profile_costs_a_notice_on_the_pages_of_its_site(tmp_path: Path) -> None:
    record = cleaned(tmp_path, 'titel = "h1"')
    assert record.title == clean_html(PAGE, url=URL).title
    assert record.made_by.site is None
    assert [w.code for w in record.warnings][-1] == "site_profile"
    assert [*broken_profiles(tmp_path)] == [record.warnings[-1].message]


@pytest.mark.parametrize(
    ("text", "directive", "mend"),
    [
        ('titel = "h1"', "titel", "did you mean title?"),
        ("title = 3", "title", "a text or a list of texts"),
        ('title = ""', "title", "mend it"),
        ('title = "h1["', "title", "or write an XPath"),
        ('abstract = ["p", "//a["]', "abstract", "mend it"),
        ('body = "//a[foo()]"', "body", "there is no foo()"),
        ('body = "(count(//p))"', "body", "select elements"),
        ('kind.artcle = "x"', "kind", "article, listing"),
        ('kind.paywall = "..x"', "kind.paywall", "mend it"),
        ('date_order = "ymd"', "date_order", '"dmy" or "mdy"'),
        ("labels = [1]", "labels[0]", "a text or a list of texts"),
        ('render = "yes"', "render", "true or false"),
        ('tried = "lately"', "tried", "a day without quotes"),
        ('sample = "../x"', "sample", "beside the profile"),
        ("layouts = 3", "layouts", "[[layouts]]"),
        ('[[layouts]]\nwhen = "a"', "layouts[0]", "name"),
        ('[[layouts]]\nname = "a"', "layouts[0]", "give from, until or when"),
        ('[[layouts]]\nname = "a"\nwhen = "b"\nboddy = "p"', "layouts[0].boddy", "did you mean body?"),
        ('[[layouts]]\nname = "a"\nfrom = 2024-01-01\nuntil = 2023-01-01', "layouts[0].until", "a later day"),
        ('[[layouts]]\nname = "a"\nwhen = "b"\n[[layouts]]\nname = "a"\nwhen = "c"', "layouts[1].name", "of its own"),
        ("title =", "is not TOML", "mend it"),
    ],
)
def test_a_broken_profile_names_file_directive_and_mend(tmp_path: Path, text: str, directive: str, mend: str) -> None:
    path = sites(tmp_path, text) / "reed-post.example.toml"
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: {directive}: ")
    assert mend in message
    assert "\n" not in message


def test_the_profiles_that_are_built_in_are_right() -> None:
    built_in = Path(str(profiles.BUILT_IN))
    assert [*broken_profiles(built_in)] == []
    for path in built_in.glob("*.toml"):
        profile = load_profile(path)
        assert profile.samples
        assert profile.tried
        for case in sample_cases(path.parent, sites=path.parent):
            case.check()


def test_the_guide_has_all_directives_and_they_are_so(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "sites.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```toml\n# all\.toml\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    profile = load_profile(sites(tmp_path, shown) / "reed-post.example.toml")
    assert [name for name in Profile.__struct_fields__ if not getattr(profile, name)] == []
    assert "from: " in shown  # a layout has one of the two
