"""Embedded metadata: every form is read, each script on its own, and values are text."""

import json
from typing import Any

import lxml.html
import pytest

from cleaners.ledger import Person
from cleaners.metadata import embedded

URL = "https://www.press.example/article/17"


def found(head: str = "", body: str = "", *, url: str | None = URL) -> dict[str, Any]:
    """``source → value`` of what the page states, a role behind a dot."""
    tree = lxml.html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")
    return {f"{c.source} {c.field}" + (f".{c.role}" if c.role else ""): c.value for c in embedded(tree, url=url)}


def script(data: object) -> str:
    return f'<script type="application/ld+json">{data if isinstance(data, str) else json.dumps(data)}</script>'


GOOD = {"@type": "ScholarlyArticle", "headline": "Bats under bridges", "datePublished": "2018-07-24"}


@pytest.mark.parametrize(
    "broken",
    ['{"@type": "Article", "headline": "Cut off', "", "null", "[]", '{"@type": 3}', "}{", "<!-- nothing -->", "[[[[" * 5000, '{"@graph": {"@graph": "x"}}'],
)
def test_a_broken_script_costs_only_itself(broken: str) -> None:
    for page in (script(broken) + script(GOOD), script(GOOD) + script(broken)):
        assert found(page)["jsonld:headline title"] == "Bats under bridges"


@pytest.mark.parametrize(
    "written",
    [
        '{"@type": "Article", "headline": "Bats",}',
        '<!-- {"@type": "Article", "headline": "Bats"} -->',
        '//<![CDATA[\n{"@type": "Article", "headline": "Bats"}\n//]]>',
        '{"@type": "Article", "headline": "Bats"};',
        '{"@type": "Person", "name": "Rosa Hale"}{"@type": "Article", "headline": "Bats"}',
        '{"@type": "Article",\n "headline": "Bats", "description": "two\nlines"}',
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;Bats&quot;}",
        '[[{"@type": ["Thing", "Article"], "headline": "Bats"}]]',
        '{"@type": "http://schema.org/Article", "headline": "Bats"}',
        '{"@type": "WebPage", "mainEntity": {"@type": "Article", "headline": "Bats"}}',
    ],
)
def test_json_ld_in_the_shapes_in_which_sites_write_it(written: str) -> None:
    assert found(script(written))["jsonld:headline title"] == "Bats"


def test_nodes_of_a_graph_refer_to_each_other() -> None:
    graph = [
        {"@type": "WebSite", "@id": "#site", "name": "Press Online"},
        {"@type": "Article", "headline": "Bats", "author": [{"@id": "#rosa"}, "Otto Brand"], "publisher": {"@id": "#press"}, "isPartOf": {"@id": "#issue"}},
        {
            "@type": "Person",
            "@id": "#rosa",
            "givenName": "Rosa",
            "familyName": "Hale",
            "sameAs": ["https://orcid.org/0000-0002-1825-0097"],
            "affiliation": {"@type": "Organization", "name": "Bat Unit", "address": "Wendmoor"},
        },
        {"@type": "Organization", "@id": "#press", "name": "Lantern Press"},
        {"@type": "PublicationIssue", "@id": "#issue", "issueNumber": "3", "isPartOf": {"@id": "#volume"}},
        {"@type": "PublicationVolume", "@id": "#volume", "volumeNumber": 6, "isPartOf": {"@id": "#journal"}},
        {"@type": "Periodical", "@id": "#journal", "name": "Urban Wildlife", "issn": ["2049-3630"]},
    ]
    page = found(script({"@context": "https://schema.org", "@graph": graph}))
    assert page["jsonld:author authors"] == (
        Person(name="Rosa Hale", given="Rosa", family="Hale", orcid="0000-0002-1825-0097", affiliations=("Bat Unit, Wendmoor",)),
        Person(name="Otto Brand"),
    )
    assert page["jsonld:publisher publisher"] == "Lantern Press"
    assert page["jsonld:isPartOf container_title"] == "Urban Wildlife"
    assert (page["jsonld:isPartOf volume"], page["jsonld:isPartOf issue"], page["jsonld:isPartOf issn"]) == ("6", "3", "2049-3630")


def test_of_several_articles_the_one_of_this_page_is_taken() -> None:
    teasers = [{"@type": "NewsArticle", "headline": f"Teaser {i}", "url": f"https://www.press.example/article/{i}"} for i in (15, 16)]
    own = {"@type": "WebPage", "headline": "Own", "url": "https://www.press.example/article/17/"}
    assert found(script([*teasers, own]))["jsonld:headline title"] == "Own"
    assert found(script(teasers), url=None)["jsonld:headline title"] == "Teaser 15"


def test_organisations_and_placeholders_are_no_authors() -> None:
    authors = [{"@type": "Organization", "name": "Elwick Post"}, {"@type": "Person", "name": "Admin"}, {"name": "https://x.example/a"}, {"name": "Jane Doe"}]
    assert found(script({"@type": "NewsArticle", "headline": "Ferry", "author": authors}))["jsonld:author authors"] == (Person(name="Jane Doe"),)


def test_highwire_tags_belong_to_the_author_before_them() -> None:
    tags = [
        ("citation_author", "Ravnsborg, Helle"),
        ("citation_author_institution", "Lofthus University"),
        ("citation_author_orcid", "https://orcid.org/0000-0002-1825-0097"),
        ("citation_author", "de Vuyst, Anneke"),
        ("citation_author_institution", "Lofthus University"),
        ("citation_author_institution", "De Meule Research Centre"),
        ("citation_firstpage", "233"),
        ("citation_lastpage", "247"),
        ("citation_online_date", "2022/08/19"),
        ("citation_publication_date", "2022/10"),
        ("citation_doi", "https://doi.org/10.5555/JAFP.2022.0314"),
    ]
    page = found("".join(f'<meta name="{name}" content="{value}">' for name, value in tags))
    assert page["meta:citation_author authors"] == (
        Person(name="Helle Ravnsborg", given="Helle", family="Ravnsborg", orcid="0000-0002-1825-0097", affiliations=("Lofthus University",)),
        Person(name="Anneke de Vuyst", given="Anneke", family="de Vuyst", affiliations=("Lofthus University", "De Meule Research Centre")),
    )
    assert page["meta:citation_firstpage pages"] == "233–247"
    assert (page["meta:citation_online_date date.epub"], page["meta:citation_publication_date date.published"]) == ("2022/08/19", "2022/10")
    assert page["meta:citation_doi doi"] == "10.5555/jafp.2022.0314"


@pytest.mark.parametrize(
    ("head", "key", "value"),
    [
        ('<meta name="DC.Title" content="Bats">', "dc:DC.Title title", "Bats"),
        ('<meta name="DCTERMS.issued" content="2018-07">', "dc:DCTERMS.issued date.published", "2018-07"),
        ('<meta property="og:title" content="Bats">', "og:title title", "Bats"),
        ('<meta name="prism.publicationName" content="Urban Wildlife">', "prism:prism.publicationName container_title", "Urban Wildlife"),
        ('<meta name="citation_keywords" content="bats; bridges">', "meta:citation_keywords keywords", ("bats", "bridges")),
        (
            '<meta name="citation_keywords" content="bats"><meta name="citation_keywords" content="arches, old">',
            "meta:citation_keywords keywords",
            ("bats", "arches, old"),
        ),
        ('<link rel="canonical" href=" https://x.example/a ">', "link:canonical canonical_url", "https://x.example/a"),
        ('<link rel="alternate" type="application/pdf" href="/a.pdf">', "link:alternate pdf", "/a.pdf"),
        ("<title> Bats\n under  bridges </title>", "title page_title", "Bats under bridges"),
        ('<meta name="citation_firstpage" content="77"><meta name="citation_lastpage" content="77">', "meta:citation_firstpage pages", "77"),
        ('<meta name="citation_lastpage" content="77">', "meta:citation_firstpage pages", None),
        # values are text
        (
            '<meta name="citation_title" content="Fish &amp;amp;amp; Ships: the CO&lt;sub&gt;2&lt;/sub&gt; of &lt;i&gt;Gadus&lt;/i&gt;">',
            "meta:citation_title title",
            "Fish & Ships: the CO2 of Gadus",
        ),
        ('<meta name="citation_title" content="p &lt; 0.05 and x > 3">', "meta:citation_title title", "p < 0.05 and x > 3"),
        ('<meta name="citation_abstract" content="&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;">', "meta:citation_abstract abstract", "One.\n\nTwo."),
        # what states nothing
        ('<meta name="citation_title" content="{{article.title}}">', "meta:citation_title title", None),
        ('<meta name="author" content="N/A">', "meta:author authors", None),
        ('<meta name="citation_doi" content="none">', "meta:citation_doi doi", None),
        ('<meta name="citation_title">', "meta:citation_title title", None),
    ],
)
def test_tags(head: str, key: str, value: object) -> None:
    assert found(head).get(key) == value


def test_microdata_of_the_article_and_not_of_what_stands_inside_it() -> None:
    body = """<div itemscope itemtype="http://schema.org/ScholarlyArticle"><h1 itemprop="name headline">Bats under bridges</h1>
      <span itemprop="author" itemscope itemtype="http://schema.org/Person"><span itemprop="name">Rosa Hale</span></span>
      <time itemprop="datePublished" datetime="2018-07-24">last summer</time>
      <div itemscope itemtype="http://schema.org/Comment"><b itemprop="headline">First!</b><i itemprop="datePublished">2019</i></div></div>"""
    page = found(body=body)
    assert page["microdata:headline title"] == "Bats under bridges"
    assert page["microdata:author authors"] == (Person(name="Rosa Hale"),)
    assert page["microdata:datePublished date.published"] == "2018-07-24"


def test_a_name_in_two_parts_twice_on_the_page() -> None:
    body = """<article typeof="ScholarlyArticle"><h1 property="name">Bats under bridges</h1>
      <span property="author" typeof="Person"><span property="givenName">Rosa</span> <span property="familyName">Hale</span>
        <a property="sameAs" href="https://orcid.org/0000-0002-1825-0097">ORCID</a></span>
      <div property="author" typeof="Person"><h5><span property="givenName">Rosa</span> <span property="familyName">Hale</span></h5>
        <div property="affiliation" typeof="Organization"><span property="name">Tern Bay University, Tern Bay</span></div></div></article>"""
    assert found(body=body)["microdata:author authors"] == (
        Person(name="Rosa Hale", given="Rosa", family="Hale", orcid="0000-0002-1825-0097", affiliations=("Tern Bay University, Tern Bay",)),
    )


COINS = (
    '<span class="Z3988" title="ctx_ver=Z39.88-2004&amp;rft.atitle=Bats+under+%C3%A9toiles&amp;rft.jtitle=Urban+Wildlife&amp;rft.au=Hale%2C+Rosa'
    '&amp;rft.au=Otto+Brand&amp;rft.spage=201&amp;rft.epage=212&amp;rft_id=info%3Adoi%2F10.5555%2Fnuw.2018.201"></span>'
)


def test_coins() -> None:
    page = found(body=COINS)
    assert page["coins:rft.atitle title"] == "Bats under étoiles"
    assert page["coins:rft.au authors"] == (Person(name="Rosa Hale", given="Rosa", family="Hale"), Person(name="Otto Brand"))
    assert page["coins:rft.spage pages"] == "201–212"
    assert page["coins:rft_id doi"] == "10.5555/nuw.2018.201"


def test_several_coins_are_a_list_of_references() -> None:
    assert not [key for key in found(body=COINS * 2) if key.startswith("coins:")]


def test_data_that_a_script_keeps_for_itself() -> None:
    data = {"title": "Bats under bridges", "doi": "10.5555/nuw.2018.201", "publicationTitle": "Urban Wildlife", "authors": [{"name": "Rosa Hale"}]}
    page = found(f"<script>var x = 1; global.document.metadata={json.dumps(data)}; run();</script>")
    assert page["script:global.document.metadata title"] == "Bats under bridges"
    assert page["script:global.document.metadata doi"] == "10.5555/nuw.2018.201"
    assert page["script:global.document.metadata authors"] == (Person(name="Rosa Hale"),)


def test_script_data_without_a_doi_is_the_article_where_the_page_has_its_title() -> None:
    other = {"title": "Owls over the harbour wall", "authors": [{"name": "Ada Nowak"}], "publishedAt": "2018-05-01"}
    own = {"headline": "Bats under stone bridges", "authors": [{"firstName": "Rosa", "lastName": "Hale"}], "publishedAt": "2018-07-24"}
    state = f"<script>window.STATE = {json.dumps({'list': [other], 'page': own})};</script>"
    page = found(f"<title>Bats under stone bridges | Urban Wildlife</title>{state}")
    assert page["script:window.STATE authors"] == (Person(name="Rosa Hale", given="Rosa", family="Hale"),)
    assert page["script:window.STATE date.published"] == "2018-07-24"
    assert not [key for key in found(state) if key.startswith("script:")]


def test_what_a_template_left_unfilled_is_no_value_and_mathematics_is_none_of_it() -> None:
    for text in ("{{article.title}}", "${title}", "%TITLE%", "<%= title %>", "undefined", "1970-01-01T00:00:00Z"):
        assert not found(f'<meta name="citation_title" content="{text}">'), text
    for text in ("Spin of ${}^{3}$He in ${\\rm Ca}$", "A bound on ${n}$ colours", "Sales of 1970-01-01 and after"):
        assert found(f'<meta name="citation_title" content="{text}">')["meta:citation_title title"] == text


def test_a_role_stands_between_an_article_and_its_author() -> None:
    role = {"@type": "Role", "author": {"@type": "Person", "name": "Rosa Hale"}}
    assert found(script({**GOOD, "author": [role]}))["jsonld:author authors"] == (Person(name="Rosa Hale"),)
