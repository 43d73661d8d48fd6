"""An open access journal: the whole text, with captions, references and declarations around it."""

import expect
from catalogue import Article, journals
from markup import esc, items, link, meta

from layouts.filling import fill

LICENSE = "https://creativecommons.org/licenses/by/4.0/"


def page(article: Article, base: str) -> str:
    """The page."""
    journal = journals()[article.journal or ""]
    tags = [
        ("dc.title", article.title),
        *(("dc.creator", n.full) for n in article.names),
        ("dc.identifier", f"doi:{article.doi}"),
        ("dc.date", article.meta_date and article.meta_date.replace("/", "-")),
        ("dc.publisher", journal.publisher),
        ("prism.publicationName", journal.title),
        ("prism.volume", article.volume),
        ("prism.number", article.issue),
        ("prism.startingPage", (article.pages or "").partition("-")[0]),
        ("prism.endingPage", (article.pages or "").partition("-")[2]),
    ]
    marked = any(n.marks for n in article.names)
    people = ", ".join(f"{link(f'/search?author={n.family}', n.full)}{''.join(f'<sup>{mark}</sup>' for mark in n.marks)}" for n in article.names)
    places = items((f"{f'<sup>{number}</sup> ' if marked else ''}{esc(text)}" for number, text in enumerate(article.affiliations, 1)), "p")
    sections = "\n".join(_section(number, heading, text) for number, (heading, text) in enumerate(article.sections))
    return fill(
        article,
        base,
        tags=meta(tags),
        license=LICENSE,
        contents=items(link(f"#s{number}", heading) for number, (heading, _) in enumerate(article.sections)),
        people=people,
        places=places,
        keywords=esc(", ".join(article.keywords)),
        sections=sections,
    )


def expected(article: Article, base: str) -> expect.Expected:
    """The record. The text goes from the first heading to the last paragraph, without captions and declarations; the licence line has a year too."""
    journal = journals()[article.journal or ""]
    return expect.common(
        article,
        base,
        authors=expect.shown_names(article.names, marked=True),
        affiliations=list(article.affiliations),
        container_title=journal.title,
        publisher=journal.publisher,
        license=LICENSE,
        published=expect.date(article.edtf),
        dates=expect.dates([("published", article.edtf), ("copyright", article.edtf[:4])]),
        identifiers=expect.identifiers(article),
        abstract=expect.abstract(article),
        body="\n\n".join(article.body_lines),
        keywords=expect.keywords(article.keywords),
        links={"pdf": f"{base}/articles/{article.id}.pdf"},
        **expect.locators(article),
    )


def _section(number: int, heading: str, text: str) -> str:
    paragraphs = items(map(esc, text.split("\n")), "p")
    figure = """
<figure id="fig1"><figcaption><b>Fig. 1</b> The place of the measurements.</figcaption><img src="/fig1.png" alt="Map">
<a href="/fig/1">Full size image</a></figure>"""
    return f'<h2 id="s{number}">{esc(heading)}</h2>\n{paragraphs}{figure if number == 1 else ""}'
