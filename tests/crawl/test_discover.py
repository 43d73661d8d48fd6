"""What is found on a page: items, next pages, entries; and what is not."""

import gzip
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import article, listing

from crawler.discover import discover
from crawler.listing import Rules
from crawler.model import Found
from crawler.plan import make_plan
from crawler.politeness import LONGEST_WAIT, retry_after, retry_at
from crawler.urls import fetchable, key, site

BASE = "https://www.journal.example"
TITLE = "How the river learned to carry sand to the sea"


def look(html: str, url: str = f"{BASE}/list", *, kind: str = "seed", rules: Rules | None = None) -> Found:
    return discover(html.encode(), None, url, kind=kind, rules=rules or Rules())  # type: ignore[arg-type]


def paths(found: Found, rel: str = "item") -> list[str]:
    return [link.url.removeprefix(BASE) for link in found.links if link.rel == rel]


@pytest.mark.parametrize(
    ("pager", "after"),
    [
        ('<a href="/list?page=2">Next</a>', ["/list?page=2"]),
        ('<a rel="next" href="/list/more"></a>', ["/list/more"]),
        ('<a href="?start=20" aria-label="Nächste Seite">*</a>', ["/list?start=20"]),
        ('<b>1</b><a href="?page=2">2</a><a href="?page=3">3</a>', ["/list?page=2", "/list?page=3"]),
        ('<a href="/list/page/2/">2</a>', ["/list/page/2/"]),
        ('<a href="/list?year=2019">2019</a><a href="/items/2">2</a><a href="https://else.example/2">Next</a>', []),
    ],
)
def test_next_pages(pager: str, after: list[str]) -> None:
    found = look(listing(["/a/1", "/a/2", "/a/3"], extra=pager))
    assert found.role == "listing"
    assert paths(found) == ["/a/1", "/a/2", "/a/3"]
    assert paths(found, "next") == after


def test_items_by_structure() -> None:
    """Titles, identifiers and DOIs are items; menus, tags, files, other sites and inline links are not."""
    titled = "".join(f'<li><a href="/2024/{slug}-by-the-sea">{TITLE} {slug}</a></li>' for slug in "abc")
    chrome = f'<footer><a href="/2024/imprint-of-the-sea">{TITLE}</a></footer><a href="/tag/rivers-and-their-sand">{TITLE}</a>'
    others = f'<a href="https://else.example/2024/x-y-z">{TITLE}</a><a href="/2024/a-b-c.pdf">{TITLE}</a>'
    inline = f'<p>As {TITLE}, so <a href="/2024/d-by-the-sea">{TITLE}</a> said; {TITLE}, {TITLE}, {TITLE}.</p>'
    found = look(f"<html><body><ul>{titled}</ul>{chrome}{others}{inline}</body></html>")
    assert paths(found) == [f"/2024/{slug}-by-the-sea" for slug in "abc"]

    numbered = "".join(
        f'<dt><a href="/abs/2401.0{i}">arXiv:2401.0{i}</a> <a href="/pdf/2401.0{i}">pdf</a>' for i in range(1000, 1006)
    )
    assert paths(look(f"<dl>{numbered}</dl>")) == [f"/abs/2401.0{i}" for i in range(1000, 1006)]

    dois = "".join(f'<div><a href="/doi/10.5555/x.{i}">Full text</a></div>' for i in range(3))
    assert paths(look(f"<body>{dois}</body>")) == [f"/doi/10.5555/x.{i}" for i in range(3)]


def test_what_is_an_article_and_what_a_listing() -> None:
    related = f'<h2>More</h2><h3><a href="/a/8">{TITLE}</a></h3><h3><a href="/a/9">{TITLE} again</a></h3>'
    text = "".join(f"<p>{TITLE}, and nobody had asked it to do so for {i} years.</p>" for i in range(30))
    assert look(article(1, extra=related)).role == "page", "it declares itself"
    assert look(f"<body><h1>One</h1>{text}{related}</body>").role == "page", "its text is of one piece"
    snippets = "".join(f'<h3><a href="/a/{i}">{TITLE} {i}</a></h3><p>{TITLE}, {TITLE}, {TITLE}.</p>' for i in range(20))
    assert look(f"<body>{snippets}</body>").role == "listing", "much text, but in snippets"
    assert look(listing(["/a/1", "/a/2"]), kind="article").links == (), "an expected article is not followed"
    assert look("").role == "page"


def test_a_listing_without_items_has_no_next_page() -> None:
    assert look('<body><p>Nothing here.</p><a href="?page=8">Next</a></body>', kind="listing").links == ()


def test_patterns_of_the_crawl_file_decide() -> None:
    rules = make_plan(start=[BASE], article=[r"/p/\d+$"], follow=[r"/year/\d{4}$"]).rules
    html = listing(["/a/1", "/a/2"], extra='<a href="/p/7">7</a><nav><a href="/year/2020">2020</a></nav>')
    found = look(html, rules=rules)
    assert paths(found) == ["/p/7"]
    assert paths(found, "follow") == ["/year/2020"]


def test_feeds_and_sitemaps() -> None:
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="{BASE}/"/><link rel="next" href="{BASE}/feed?p=2"/>
    <entry><link rel="edit" href="{BASE}/e"/><link href="{BASE}/a/1"/></entry>
    <entry><link rel="alternate" href="https://else.example/a/2"/></entry></feed>"""
    rdf = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
    <channel><link>{BASE}</link></channel><item><title>x</title><link> {BASE}/a/1 </link></item></rdf:RDF>"""
    rss = f'<rss><channel><item><guid isPermaLink="true">{BASE}/a/1</guid></item><item><guid>7</guid></item></channel></rss>'
    xml = f"""<?xml version="1.0"?><urlset xmlns="x" xmlns:i="y"><url><i:image><i:loc>{BASE}/p.png</i:loc></i:image>
    <loc>{BASE}/a/1</loc></url><url><loc>https://else.example/2</loc></url></urlset>"""
    found = discover(atom.encode(), None, BASE, kind="seed", rules=Rules())
    assert found.role == "feed"
    assert paths(found) == ["/a/1", "https://else.example/a/2"]
    assert paths(found, "next") == ["/feed?p=2"]
    for body in (rdf, rss):
        assert paths(discover(body.encode(), None, BASE, kind="seed", rules=Rules())) == ["/a/1"]
    found = discover(gzip.compress(xml.encode()), None, BASE, kind="seed", rules=Rules())
    assert found.role == "sitemap"
    assert paths(found) == ["/a/1"]
    assert discover(gzip.compress(b"\0" * 40_000_000), None, BASE, kind="seed", rules=Rules()).links == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.example/x?b=1&a=2#top", "http://a.example/x?a=2&b=1", True),
        ("http://a.example/x?utm_source=n&id=3&fbclid=q", "http://a.example/x?id=3", True),
        ("http://a.example/x;jsessionid=A1B2?id=3", "http://a.example/x?id=3", True),
        ("http://a.example/x?id=3", "http://a.example/x?id=4", False),
        ("http://a.example/x", "http://a.example/x/", False),
    ],
)
def test_equal_addresses(one: str, other: str, same: bool) -> None:
    assert (key(one) == key(other)) is same


def test_sites() -> None:
    assert site("https://www.a.co.uk/x") == site("http://b.a.co.uk") == "a.co.uk"
    assert site("http://127.0.0.1:80/") != site("http://127.0.0.1:81/")


@given(st.text(max_size=60))
def test_any_address_is_usable_or_none(text: str) -> None:
    for candidate in (text, f"http://{text}", f"{BASE}/{text}"):
        url = fetchable(candidate)
        assert url is None or (key(key(url)) == key(url) and fetchable(url) is not None and site(url))


@settings(deadline=None)  # other tests share the processors
@given(st.binary(max_size=300), st.sampled_from(["seed", "article", "listing"]))
def test_any_page_can_be_looked_at(body: bytes, kind: str) -> None:
    for start in (b"", b"\x1f\x8b\x08", b"<urlset><url><loc>", b"<rss><item><link>", b"<html><a href=http://["):
        page = start + body
        discover(page, None, BASE, kind=kind, rules=Rules())  # type: ignore[arg-type]


def test_hostile_listing_is_quick() -> None:
    attributes = " ".join(f"a{i}=1" for i in range(100_000))
    html = f"<body><p {attributes}>x</p>{'<div>' * 20_000}{listing(['/a/1', '/a/2', '/a/3'])}"
    assert len(look(html).links) <= 3
    assert len(look("<body>" + "".join(f'<a href="/p/{i}">{TITLE}</a>' for i in range(30_000))).links) <= 5000


def test_retry_after() -> None:
    assert retry_after("120", 0) == 120
    assert retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 20) == 40
    assert retry_after("soon", 0) is None
    assert retry_after(None, 0) is None


@pytest.mark.parametrize(
    ("tries", "delay", "wanted", "seconds"),
    [
        (1, 1.0, None, 2),
        (2, 1.0, None, 4),
        (2, 5.0, None, 20),
        (1, 0.0, None, 0.5),
        (1, 1.0, 30.0, 30),
        (2, 1.0, 3.0, 4),
        (2, 1000.0, None, LONGEST_WAIT),
        (1, 1.0, LONGEST_WAIT + 1, None),
        (3, 1.0, None, None),
    ],
)
def test_when_to_try_again(monkeypatch: pytest.MonkeyPatch, tries: int, delay: float, wanted: float | None, seconds: float | None) -> None:
    monkeypatch.setattr(time, "time", lambda: 7000.0)
    assert retry_at(tries, 3, delay, wanted) == (None if seconds is None else 7000 + seconds)
