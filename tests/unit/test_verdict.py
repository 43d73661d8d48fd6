"""What a page is: an article stays one unless the page gives evidence against it."""

import pytest

from cleaners.metadata import embedded
from cleaners.parse import parse_html
from cleaners.segment.html import segment
from cleaners.verdict import Verdict, judge

SENTENCE = "Stone bridges shelter bats in their joints, and repairs close the joints with mortar, which is why we counted them. "
NAV = "<nav><a href='/a'>Home</a> <a href='/b'>Journals</a> <a href='/c'>Sign in</a></nav>"
SCHOLARLY = "<meta name='citation_title' content='Bats under bridges'><meta name='citation_author' content='Hale, Rosa'>"


def page(body: str, *, title: str = "Bats under bridges", head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{NAV}{body}<footer>© 2025 Press</footer></body></html>"


def prose(paragraphs: int) -> str:
    return "".join(f"<p>{SENTENCE * 3}</p>" for _ in range(paragraphs))


def verdict(html: str, *, status: int | None = 200, url: str | None = None) -> Verdict:
    tree = parse_html(html).tree
    return judge(segment(tree), embedded(tree, url=url), status=status)


ENTRY = "<li><h3><a href='/{0}'>A study of bats, part {0}</a></h3><p>Rosa Hale. Urban Wildlife 2018;6(3):{0}-{1}</p><a href='/{0}'>View article</a></li>"
ENTRIES = "".join(ENTRY.format(i, i + 9) for i in range(100, 200, 10))
TEASERS = "".join(f"<div><h3>Bat number {i}</h3><p>{SENTENCE}</p><a href='/{i}'>Read more</a></div>" for i in range(9))
CARDS = "".join(f"<h3><a href='/{i}'>Bats are back, part {i}</a></h3><time>May 2</time>" for i in range(9))

PAGES = {
    "just a moment": (page("<h1>press.example</h1><p>Verify you are human by completing the action below.</p>", title="Just a moment..."), "blocked"),
    "captcha": (page("<h2>Security check</h2><p>Please enter the characters you see in the picture.</p>", title="press.example"), "blocked"),
    "access denied": (page("<h1>Access denied</h1><p>You don't have permission to access this resource.</p>", title="Access Denied"), "blocked"),
    "captcha in German": (page("<p>Bitte bestätigen Sie, dass Sie ein Mensch sind.</p>", title="Sicherheitsüberprüfung"), "blocked"),
    "soft 404": (page("<h1>Page not found</h1><p>The page you requested does not exist.</p>", title="Press"), "not_found"),
    "soft 404 in Chinese": (page("<h1>页面不存在</h1><p>您访问的页面已被删除。</p>", title="404"), "not_found"),
    "DOI not found": (page("<h1>DOI Not Found</h1><p>This DOI cannot be found in the DOI System.</p>", title="Error: DOI Not Found"), "not_found"),
    "paywall": (page(f"<h1>Bats</h1><p>{SENTENCE}</p><p>Subscribe to continue reading.</p>", title="Bats | Press"), "paywall"),
    "consent": (
        page("<h1>Before you continue</h1><p>We and our partners use cookies to show you advertisements.</p><button>Accept all</button>", title="Press"),
        "consent",
    ),
    "search results": (page(f"<h1>Search results for bats</h1><p>1–10 of 143 results</p><ol>{ENTRIES}</ol>", title="Search results"), "listing"),
    "table of contents": (page(f"<h1>Volume 6, Issue 3</h1><ol>{ENTRIES}</ol>", title="Table of contents"), "listing"),
    "the link under each entry": (page(f"<h1>Bats</h1>{TEASERS}", title="Bats | Press"), "listing"),
    "nothing": ("<html><body></body></html>", "empty"),
    "script shell": (page("<p>You need to enable JavaScript to run this app.</p>", title="App").replace(NAV, "").replace("© 2025 Press", ""), "empty"),
    "article": (page(f"<h1>Bats under bridges</h1>{prose(4)}"), "article"),
    "landing page": (page("<h1>Bats under bridges</h1><p>Rosa Hale</p>", head=SCHOLARLY), "article"),
    "short note": (page(f"<h1>A bat in the belfry</h1><p>{SENTENCE}</p>", title="A bat in the belfry"), "article"),
    "results without a heading": (page("".join(f"<div><a href='/{i}'>A study of bats, part {i}</a><p>… {SENTENCE}</p></div>" for i in range(6))), "listing"),
    "a reporter's page": (page(f"<h1>Rosa Hale</h1><p>{SENTENCE}</p>{CARDS}", title="Rosa Hale, Author at the Press"), "listing"),
    "login": (page("<h1>Welcome back</h1><label>E-mail</label><p>Forgot your password?</p>", title="Sign in | Press"), "blocked"),
}


@pytest.mark.parametrize("name", PAGES)
def test_kinds(name: str) -> None:
    html, kind = PAGES[name]
    found = verdict(html)
    assert found.kind == kind, found
    assert found.rule
    assert found.evidence.endswith((".", "”"))


CHROME = {
    "a subscription": "<p>Subscribe to continue reading.</p><p>Already a subscriber? Log in to continue.</p>",
    "offers before the full text": "<p>This article is for subscribers. To continue reading, please sign in.</p>",
    "cookies": "<div class='cookie'><p>We and our partners use cookies.</p><button>Accept all</button></div>",
    "a captcha for comments": "<form><p>I am not a robot</p></form>",
    "a broken link": "<p>If a link does not work, the page you are looking for may have been moved or deleted.</p>",
    "scripts": "<p>Please enable JavaScript to see the figures.</p>",
    "entries": f"<h2>Related articles</h2><ol>{ENTRIES}</ol>",
    "references": f"<h2>References</h2><ol>{ENTRIES * 3}</ol>",
}


@pytest.mark.parametrize("name", CHROME)
def test_a_free_article_stays_one_whatever_its_chrome_says(name: str) -> None:
    assert verdict(page(f"<h1>Bats under bridges</h1>{prose(6)}{CHROME[name]}")).kind == "article"


def test_works_in_the_references_make_no_listing() -> None:
    assert verdict(page(f"<h1>Bats under bridges</h1>{prose(1)}<h2>References</h2><ol>{ENTRIES}</ol>")).kind == "article"
    assert verdict(page(f"<h1>Bats under bridges</h1>{prose(1)}<ol>{ENTRIES}</ol>")).kind == "listing"


@pytest.mark.parametrize("name", ["a subscription", "offers before the full text", "cookies", "a captcha for comments", "scripts"])
def test_an_abstract_with_its_metadata_is_an_article_before_any_wall(name: str) -> None:
    assert verdict(page(f"<h1>Bats under bridges</h1><h2>Abstract</h2>{prose(2)}{CHROME[name]}", head=SCHOLARLY)).kind == "article"


@pytest.mark.parametrize("title", ["Access denied: who may enter the commons?", "Page not found: the lost leaves of a psalter", "Search results vary"])
def test_a_title_that_sounds_like_a_wall_is_none_above_a_text(title: str) -> None:
    assert verdict(page(f"<h1>{title}</h1>{prose(6)}", title=title)).kind == "article"
    assert verdict(page(f"<h1>{title}</h1><p>Rosa Hale</p>", title=title, head=SCHOLARLY)).kind == "article"


def test_an_article_about_walls_is_none() -> None:
    said = f"<p>{SENTENCE * 2}The sign said: verify you are human.</p>"
    assert verdict(page(f"<h1>Bats under bridges</h1>{said * 7}")).kind == "article"
    assert verdict(page(f"<h1>Bats under bridges</h1>{said}")).kind == "blocked"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, prose(6), "not_found"),
        (410, prose(6), "not_found"),
        (403, "<p>Sorry.</p>", "blocked"),
        (429, "<p>Sorry.</p>", "blocked"),
        (503, "<p>Sorry.</p>", "blocked"),
        (500, "<p>Sorry.</p>", "empty"),
        (403, prose(3), "article"),  # some servers send whole pages so
        (None, prose(6), "article"),
    ],
)
def test_the_status_counts_where_the_text_does_not_speak_against_it(status: int | None, body: str, kind: str) -> None:
    assert verdict(page(f"<h1>Bats under bridges</h1>{body}"), status=status).kind == kind


def test_one_doi_of_its_own_makes_a_page_of_links_an_article() -> None:
    doi = "<dl><dt>DOI</dt><dd>https://doi.org/10.5555/bats.17</dd></dl>"
    body = f"<h1>Bats under bridges</h1><ol>{ENTRIES}</ol>"
    assert verdict(page(body)).kind == "listing"
    assert verdict(page(body + doi)).kind == "article"
    assert verdict(page(body + doi + doi.replace("17", "18"))).kind == "listing"
    assert verdict(page(body.replace("Bats under bridges", "Search results") + doi, title="Search results")).kind == "listing"


def test_a_dash_inside_a_word_ends_no_name() -> None:
    works = "".join(f"<li>Heat fluxes of the northern sea, a note from the year {year}</li>" for year in range(2001, 2008))
    assert verdict(page(f"<h1>Assessing Air–Sea Fluxes</h1>{prose(1)}<ul>{works}</ul>", title="Assessing Air–Sea Fluxes")).kind == "article"


def test_an_article_with_cards_of_others_below_it_is_no_listing() -> None:
    assert verdict(page(f"<h1>Bats under bridges</h1>{prose(2)}<h2>More stories</h2>{CARDS}")).kind == "article"
