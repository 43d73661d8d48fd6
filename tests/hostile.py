"""Pages made to break what reads them: each by name, in any size, with what must hold of its record.

The hostile part mostly stands in an ordinary article, so that what happens to the rest can be told: its title, its first paragraph
and its last are in the record, or a warning says what is missing. `CASES` are all of them; ``small`` sizes are those of the tests,
``large`` ones those of ``benchmarks/hostile.py``.
"""

import gzip
import json
import random
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Literal, NamedTuple

from cleaners import Page, Record

TITLE = "How lichens colonise copper roofs in harbour towns"
FIRST = (
    "We measured lichens on forty copper roofs over nine years and found that the oldest of them carried the most species by far. On those that were younger than thirty years only three species lived, and none of them grew in the shade of the chimneys. The roofs that "
    "face the sea were green all over, those in the lee of them brown, and where gulls nest there was nothing but the commonest kind. We think that "
    "the metal keeps others away as long as it is bright, and that rain and salt make it a stone like any other in a lifetime of a man or two."
)
LAST = "The harbour masters kept their ladders ready for us, and so the whole of the work could be done in two summers without a fall."
ORDINARY = f"<!DOCTYPE html><html lang='en'><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>{FIRST}</p><p>{LAST * 3}</p></body></html>"
# Codes of warnings that say that text of the page is not in the record.
LOSSES = frozenset((
    "input_cut", "text_lost", "blocks_cut", "attributes_cut", "dropped_prose", "metadata_cut", "undecodable_bytes", "not_a_page",
    "cleaning_timeout", "cleaning_memory", "cleaning_crash",
))  # fmt: skip
Place = Literal["body", "head", "whole"]


class Case(NamedTuple):
    """A page made of ``make(size)``: in the body or the head of an article, or the whole page.

    ``kinds`` are those that the record may have, any where it is empty; ``warns`` are codes of which it must have one, ``shows`` is
    text that it must hold, ``hides`` text that it may not.
    """

    make: Callable[[int], str | bytes]
    small: int
    large: int
    place: Place = "body"
    form: Literal["html", "text"] = "html"
    kinds: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    shows: str = ""
    hides: str = ""

    def page(self, size: int) -> Page:
        """The page, with so many repetitions of what makes it hostile."""
        made = self.make(size)
        if self.place != "whole":
            text = made if isinstance(made, str) else made.decode("latin-1")
            if self.form == "text":
                made = f"{TITLE}\n\n{FIRST}\n\n{text}\n\n{LAST * 3}\n"
            else:
                head, body = (text, "") if self.place == "head" else ("", text)
                made = f"<!DOCTYPE html><html lang='en'><head><title>{TITLE}</title>{head}</head><body><h1>{TITLE}</h1><p>{FIRST}</p>{body}<p>{LAST * 3}</p></body></html>"
        return Page(content=made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass"), kind=self.form, url="https://example.org/roofs")

    def faults(self, record: Record) -> list[str]:
        """What does not hold of the record that was made of the page."""
        codes, line = {warning.code for warning in record.warnings}, record.to_json()
        found = []
        if self.kinds and record.kind not in self.kinds:
            found.append(f"kind is {record.kind}")
        if self.warns and codes.isdisjoint(self.warns):
            found.append(f"no warning {' or '.join(self.warns)} among {sorted(codes)}")
        if record.kind == "unreadable" and not codes:
            found.append("unreadable without a reason")
        if self.shows and self.shows not in line:
            found.append(f"{self.shows!r} is not in the record")
        if self.hides and self.hides in line:
            found.append(f"{self.hides!r} is in the record")
        if self.place != "whole" and codes.isdisjoint(LOSSES) and record.kind == "article":
            shown = f"{record.abstract.text if record.abstract else ''} {record.body}"
            found += [f"{name} is missing, and no warning says so" for name, text in (("first", FIRST), ("last", LAST)) if text not in shown]
            found += [f"the title is {record.title!r:.80}"] if record.title != TITLE and self.place == "body" else []
        return found


def _nested(*tags: str, inside: str = "Deep words stand here.") -> Callable[[int], str]:
    def make(size: int) -> str:
        opened = [tags[i % len(tags)] for i in range(size)]
        return "".join(f"<{tag}>" for tag in opened) + inside + "".join(f"</{tag.split()[0]}>" for tag in reversed(opened))

    return make


def _times(text: str) -> Callable[[int], str]:
    """The text over and over; ``%d`` in it is counted."""
    return lambda size: "".join(text.replace("%d", str(i)) for i in range(size)) if "%d" in text else text * size


def _in(before: str, text: str, behind: str) -> Callable[[int], str]:
    return lambda size: before + _times(text)(size) + behind


def _data(make: Callable[[int], str]) -> Callable[[int], str]:
    """A script of JSON-LD."""
    return lambda size: f'<script type="application/ld+json">{make(size)}</script>'


def _article(**fields: object) -> str:
    return json.dumps({"@context": "https://schema.org", "@type": "ScholarlyArticle", "headline": TITLE} | fields)


def _encoded(codec: str, mark: bytes = b"", errors: str = "strict") -> Callable[[int], bytes]:
    return lambda size: mark + ORDINARY.replace("towns", "towns äöü €" if codec not in ("cp037", "utf-7") else "towns").encode(codec, errors)


def _zip(_: int) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("page.html", ORDINARY)
    return file.getvalue()


def _noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)


def _laughs(size: int) -> str:
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, size))
    return f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "laugh">{entities}]><html><body><h1>{TITLE}</h1><p>{FIRST} &l{size - 1};</p></body></html>'


def _external(address: str) -> Callable[[int], str]:
    return lambda _: (
        f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "{address}"><!ENTITY % p SYSTEM "{address}">%p;]>'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>{TITLE}</h1><p>{FIRST}</p><p>&x;</p></body></html>'
    )


def _names(size: int) -> str:
    """The name of one tag in as many spellings as capitals allow."""
    return "".join(
        f'<meta name="{"".join(c.upper() if i >> k & 1 else c for k, c in enumerate("citation_author"))}" content="Rosa Hale{i}"><meta name="citation_author_institution" content="Roof {i}">'
        for i in range(size)
    )


def _everywhere(text: str) -> Callable[[int], str]:
    """A string in every place that has a reader of its own, about ``size`` characters long."""

    def make(size: int) -> str:
        s = (text * (size // len(text) + 1))[:size]
        quoted = s.replace("&", "&amp;").replace('"', "&quot;")
        shown = s.replace("&", "&amp;").replace("<", "&lt;")
        names = ("title", "author", "authors", "keywords", "doi", "date", "publication_date", "journal_title", "firstpage", "issn", "pdf_url", "abstract", "author_institution")
        tags = "".join(f'<meta name="citation_{name}" content="{quoted}">' for name in names)
        tags += f'<meta name="dc.source" content="{quoted}"><meta name="dc.identifier" content="{quoted}"><meta property="og:title" content="{quoted}">'
        data = _article(author=s, datePublished=s, keywords=s, identifier=s, name=s, isPartOf=s, pageStart=s).replace("<", "\\u003c")
        lines = "".join(f"<{tag}>{shown}</{tag}>" for tag in ("p", "h2", "li", "td", "div class='authors'", "div class='abstract'", "time", "span class='date'"))
        places = "".join(f"<h3>{name}</h3><p>{shown}</p>" for name in ("Abstract", "Keywords", "References", "Similar Publications", "Affiliations"))
        return (
            f"<html><head><title>{shown}</title>{tags}<script type='application/ld+json'>{data}</script><script>x = {{\"doi\": \"1\", \"title\": \"2\"}};{s.replace('<', '')}</script></head>"
            f"<body><h1>{TITLE}</h1><p>{FIRST}</p>{lines}<p>Published: {shown}</p><p>Keywords: {shown}</p><p>doi:{shown}</p><p><a href=\"{quoted}\">{shown}</a></p>"
            f"{places}<p>{LAST * 3}</p></body></html>"
        )

    return make


def _flat(text: str) -> Callable[[int], str]:
    """The same string in the lines of a flat dump."""
    return lambda size: f"{TITLE}\n{text * (size // len(text))}\n\nAbstract\n{text * (size // len(text))}\n\nKeywords: {text * (size // len(text))}\nReferences\n{text * (size // len(text))}\n{LAST * 3}"


def _lines(line: str) -> dict[str, Case]:
    """One line over and over: as paragraphs, as table cells in a list, and in a flat dump."""
    name = line[:24].strip()
    marked = line.replace("&", "&amp;").replace("<", "&lt;")
    return {
        f"lines: {name}": Case(_times(f"<p>{marked}</p>\n"), 300, 20_000),
        f"flat lines: {name}": Case(_times(line + "\n"), 300, 20_000, form="text"),
        f"linked lines: {name}": Case(_in("<ul>", f"<li class='item'><a href='/a/%d'>{marked}</a></li>", "</ul>"), 300, 20_000),
    }


_CASES: dict[str, Case] = {
    # Attributes.
    "attributes on one tag": Case(lambda n: "<div " + " ".join(f'a{i}="{i}"' for i in range(n)) + ">Inside.</div>", 20_000, 100_000, warns=("attributes_cut",)),
    "attributes with > in them": Case(lambda n: "<div " + " ".join(f'a{i}="<{i}>"' for i in range(n)) + ">Inside.</div>", 20_000, 100_000, warns=("attributes_cut",)),
    "attributes without values": Case(lambda n: "<div " + " ".join(f"a{i}" for i in range(n)) + ">Inside.</div>", 20_000, 100_000, warns=("attributes_cut",)),
    "the same attribute again": Case(_in("<div ", "a=1 ", ">Inside.</div>"), 20_000, 100_000, warns=("attributes_cut",)),
    "attributes on many tags": Case(lambda n: ("<p " + " ".join(f"a{i}=1" for i in range(400)) + ">x</p>") * n, 50, 2_000),
    "an attribute of megabytes": Case(_in('<p title="', "x", '">Inside.</p>'), 1_000_000, 10_000_000),
    "a class of megabytes": Case(_in('<p class="', "abstract author date ", '">Inside.</p>'), 50_000, 500_000),
    "a style of megabytes": Case(_in('<p style="', "display : none ; ", '">Inside.</p>'), 50_000, 500_000),
    "an attribute never closed": Case(lambda n: '<a href="' + "x " * n, 1_000, 100_000, warns=("text_lost", "parser_rescue")),
    "quotes confused": Case(_times("<a href=\"x' title='y\" class=z\">q</a>'<i b='\">"), 1_000, 20_000),
    # Depth.
    **{f"nested {tags[0]}": Case(_nested(*tags), 5_000, 100_000, shows="Deep words") for tags in (("div",), ("span",), ("font",), ("b", "i", "em", "u"), ("blockquote",), ("section", "article"), ("my-part",))},
    "nested table": Case(_nested("table", "tr", "td"), 3_000, 100_000, shows="Deep words"),
    "nested list": Case(_nested("ul", "li"), 4_000, 100_000, shows="Deep words"),
    "nested link": Case(_nested('a href="/x"'), 3_000, 100_000, shows="Deep words"),
    "nested form": Case(_nested("form", "fieldset"), 3_000, 100_000),
    "nested svg": Case(lambda n: "<svg>" + _nested("g", inside="<text>drawn</text>")(n) + "</svg>", 5_000, 100_000),
    "nested math": Case(lambda n: "<p>Let <math>" + _nested("mrow", inside="<mi>x</mi>")(n) + "</math> be.</p>", 5_000, 100_000),
    "nested unseen": Case(_nested("noscript", "template"), 3_000, 100_000),
    "text on every level": Case(_times("<div>Level %d of many that hold words."), 2_000, 50_000),
    "a hint on every level": Case(_times('<div class="abstract author date article-body">'), 2_000, 50_000),
    "an item on every level": Case(_times('<div itemscope itemtype="https://schema.org/Article" itemprop="author"><span itemprop="name">Rosa Hale %d</span>'), 1_000, 30_000),
    "items with properties": Case(_in('<div itemscope itemtype="https://schema.org/Article">', '<span itemprop="author"><i itemprop="name">Rosa Hale %d</i></span>', "</div>"), 2_000, 50_000),
    "a property in a property": Case(_in('<div itemscope itemtype="https://schema.org/Article">', '<i itemprop="description keywords author name">w', "</div>"), 1_000, 30_000),
    # Tags never closed, or closed wrongly.
    "a never closed": Case(_times('<a href="/x">'), 5_000, 100_000),
    "a never closed, no bracket": Case(_times("<a "), 5_000, 100_000),
    "p never closed": Case(_times("<p>Words of it."), 5_000, 100_000),
    "td never closed": Case(_times("<td>Words"), 5_000, 100_000),
    "formatting crossed": Case(_times("<b><i>x</b></i>"), 3_000, 50_000),
    "paragraphs and tables crossed": Case(_times("<p><table></p><td>x</table>"), 1_000, 20_000),
    "end tags alone": Case(_times("</div></p></a>"), 5_000, 100_000),
    "deep with wrong end tags": Case(lambda n: "<div>" * n + "</span>" * n, 3_000, 30_000),
    "unknown tags": Case(_times("<x%d>w</x%d>"), 5_000, 100_000),
    "a tag's name of megabytes": Case(lambda n: f"<x{'y' * n}>Inside.</x{'y' * n}>", 100_000, 5_000_000),
    "colons in names": Case(_times("<o:p>w</o:p><:x><x:>"), 2_000, 50_000),
    "angles": Case(_times("<"), 100_000, 1_000_000),
    "angles and letters": Case(_times("<a<b<c"), 10_000, 200_000),
    "half end tags": Case(_times("</"), 50_000, 500_000),
    "half declarations": Case(_times("<!"), 50_000, 500_000),
    "half instructions": Case(_times("<?"), 50_000, 500_000),
    "comments opened": Case(_times("<!--"), 50_000, 500_000),
    "comments closed": Case(_times("-->"), 50_000, 500_000),
    "comments in comments": Case(lambda n: "<!-- " * n + "hidden" + " -->" * n, 5_000, 100_000),
    "a comment for each line": Case(_times("<p>w<!--[if IE]>x<![endif]--></p>"), 3_000, 50_000),
    "CDATA sections": Case(_times("<![CDATA[ w ]]>"), 5_000, 100_000),
    "CDATA opened": Case(_times("<![CDATA["), 50_000, 300_000),
    **{f"{tag} never closed": Case(lambda n, tag=tag: f"<{tag}>" + "words " * n, 1_000, 100_000) for tag in ("!-- ", "script", "style", "title", "textarea", "plaintext", "xmp", "iframe", "noscript", "template", "svg", "select", "object")},
    "scripts in scripts": Case(_times("<script><!--<script>"), 3_000, 50_000),
    # Very many, very long.
    "empty paragraphs": Case(_times("<p></p>"), 50_000, 1_000_000),
    "empty inline elements": Case(_times("<i></i>"), 50_000, 1_000_000),
    "line breaks": Case(_times("<br>"), 20_000, 100_000),
    "lines with breaks": Case(_times("w<br>"), 10_000, 200_000),
    "words in elements": Case(_times("<b>w</b> "), 20_000, 300_000),
    "links": Case(_times('<a href="/p/%d">link %d</a> '), 10_000, 200_000),
    "links in items": Case(_times('<li><a href="/p/%d">link %d</a></li>'), 5_000, 200_000),
    "headings": Case(_times("<h2>Part %d</h2>"), 3_000, 50_000),
    "headings with text": Case(_times(f"<h2>Part %d</h2><p>{LAST}</p>"), 1_000, 30_000),
    "related headings": Case(lambda n: ORDINARY.replace("</body>", "<h3>Similar Publications</h3>" * n), 1_000, 20_000, "whole", shows=FIRST),
    "cells": Case(lambda n: "<table>" + "<tr><td>1</td><td>2</td></tr>" * n + "</table>", 5_000, 100_000),
    "a cell that spans all": Case(_times('<table><tr><td colspan="1000000000" rowspan="1000000000">w</td></tr></table>'), 100, 2_000),
    "options": Case(_in("<select>", "<option>Choice %d", "</select>"), 5_000, 100_000),
    "images": Case(_times('<img src="/i/%d" alt="A roof">'), 5_000, 100_000),
    "one text of megabytes": Case(_in("<p>", "lorem ipsum dolor ", "</p>"), 50_000, 1_700_000),
    "one sentence of megabytes": Case(_in("<p>", "The roof was green, and it rained on it. ", "</p>"), 25_000, 700_000),
    "one word of megabytes": Case(_in("<p>", "x", "</p>"), 1_000_000, 10_000_000),
    "a minified page": Case(lambda n: "".join(f"<div class=c{i % 99}><p>{LAST}</p><ul><li>{i}<li><a href=/{i}>{i}</a></ul></div>" for i in range(n)), 1_000, 150_000),
    "a page beyond the largest": Case(_in("<pre>", " ", "</pre>"), 1_000_000, 40_000_000),
    # Entities.
    "entities": Case(_in("<p>", "&amp;", "</p>"), 50_000, 1_000_000),
    "long entities": Case(_in("<p>", "&CounterClockwiseContourIntegral;", "</p>"), 10_000, 200_000),
    "no entities": Case(_in("<p>", "&nosuchentity", "</p>"), 20_000, 200_000),
    "half entities": Case(_in("<p>", "&#", "</p>"), 50_000, 500_000),
    "ampersands": Case(_in("<p>", "&", "</p>"), 100_000, 1_000_000),
    "numbers that are no characters": Case(_in("<p>", "&#0;&#xD800;&#x110000;&#1;&#x1b;&#x85;&#xFFFE;&#99999999999999999999;", "</p>"), 2_000, 50_000, hides="\\u001b"),
    "a number of megabytes": Case(_in("<p>&#", "9", ";</p>"), 100_000, 1_000_000),
    # Bytes.
    "NULs": Case(_in("<p>", "a\0b", "</p>"), 20_000, 500_000, hides="\\u0000"),
    "controls": Case(_in("<p>", "".join(map(chr, range(1, 32))) + "\x7f" + "".join(map(chr, range(0x80, 0xA0))), "</p>"), 1_000, 50_000, hides="\\u001b"),
    "lone surrogates": Case(_in("<p>", "w \ud800 w \udfff ", "</p>"), 1_000, 100_000),
    "unpaired in UTF-16": Case(lambda n: b"\xff\xfe" + ORDINARY.replace(LAST, LAST + "\ud800" * n).encode("utf-16-le", "surrogatepass"), 1_000, 100_000, "whole", shows=FIRST),
    "overlong UTF-8": Case(lambda n: ORDINARY.encode().replace(b"nine", b"\xc0\xbcscript\xc0\xbe" * n + b"nine"), 100, 10_000, "whole", hides="<script"),
    "UTF-7": Case(lambda n: b'<meta charset="utf-7">' + ORDINARY.encode() + b"+ADw-script+AD4-" * n, 100, 10_000, "whole", hides="<script"),
    **{f"{codec}{', marked' if mark else ''}": Case(_encoded(codec, mark), 1, 1, "whole", shows="towns äöü €") for codec, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-32-le", b"\xff\xfe\0\0"), ("utf-32-be", b"\0\0\xfe\xff"), ("utf-8", b"\xef\xbb\xbf"))},
    **{f"{codec}, no mark": Case(_encoded(codec), 1, 1, "whole", shows="towns äöü €") for codec in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")},
    "EBCDIC": Case(_encoded("cp037"), 1, 1, "whole", warns=("undecodable_bytes",)),
    "a wrong label": Case(lambda n: ORDINARY.replace("<title>", '<meta charset="utf-16"><title>').replace("towns", "towns ä").encode(), 1, 1, "whole", shows="towns ä"),
    "a label that is none": Case(lambda n: ORDINARY.replace("<title>", '<meta charset="idna"><title>').encode() + b"\xff" * n, 10, 100, "whole", shows=FIRST),
    "escapes of ISO-2022": Case(lambda n: ORDINARY.encode() + b"\x1b$B$3\x1b(B" * n, 100, 50_000, "whole", hides="\\u001b"),
    "a gzip bomb": Case(lambda n: gzip.compress(b"<p>" + b"a" * n), 70_000_000, 500_000_000, "whole", warns=("input_cut",)),
    "a gzip cut": Case(lambda n: gzip.compress(ORDINARY.encode() * n, mtime=0)[:-20], 20, 2_000, "whole", warns=("input_cut",)),
    "no gzip": Case(lambda n: b"\x1f\x8b" + _noise(n), 1_000, 1_000_000, "whole", kinds=("unreadable", "empty"), warns=("broken_gzip", "not_a_page")),
    "gzip in gzip": Case(lambda n: gzip.compress(gzip.compress(ORDINARY.encode())), 1, 1, "whole"),
    "a ZIP": Case(_zip, 1, 1, "whole", kinds=("unreadable",), warns=("not_a_page",)),
    "a PDF": Case(lambda n: b"%PDF-1.7\n" + _noise(n), 1_000, 1_000_000, "whole", kinds=("unreadable",), warns=("not_a_page",)),
    "a PNG": Case(lambda n: b"\x89PNG\r\n\x1a\n" + _noise(n), 1_000, 1_000_000, "whole", kinds=("unreadable",), warns=("not_a_page",)),
    "noise": Case(_noise, 100_000, 5_000_000, "whole", kinds=("unreadable", "empty")),
    "noise as text": Case(_noise, 100_000, 5_000_000, "whole", form="text", kinds=("unreadable", "empty")),
    # XML.
    "billion laughs": Case(_laughs, 10, 100, "whole", shows=FIRST, hides="laughlaugh"),
    "a file from outside": Case(_external("file:///etc/passwd"), 1, 1, "whole", shows=FIRST, hides="root:"),
    "an address from outside": Case(_external("http://127.0.0.1:9/x"), 1, 1, "whole", shows=FIRST),
    "a document type of megabytes": Case(lambda n: "<!DOCTYPE html [" + "<!ELEMENT x ANY>" * n + "]>" + ORDINARY, 1_000, 100_000, "whole", shows=FIRST),
    "document types": Case(lambda n: "<!DOCTYPE html>" * n + ORDINARY, 1_000, 100_000, "whole", shows=FIRST),
    "instructions": Case(lambda n: "<?xml-stylesheet href='x'?>" * n + ORDINARY, 1_000, 100_000, "whole", shows=FIRST),
    "XHTML with a prefix": Case(lambda n: f'<?xml version="1.0"?><h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:body><h:h1>{TITLE}</h:h1><h:p>{FIRST}</h:p>' + "<h:p>w</h:p>" * n + "</h:body></h:html>", 10, 10_000, "whole", shows=FIRST),
    # Metadata.
    "meta tags": Case(_times('<meta name="x%d" content="y">'), 5_000, 100_000, "head"),
    "authors": Case(_times('<meta name="citation_author" content="Hale, Rosa %d">'), 2_000, 100_000, "head"),
    "authors with places": Case(_times('<meta name="citation_author" content="Hale, Rosa %d"><meta name="citation_author_institution" content="Roof Institute %d">'), 1_000, 50_000, "head"),
    "places of one author": Case(_in('<meta name="citation_author" content="Hale, Rosa">', '<meta name="citation_author_institution" content="Institute %d">', ""), 2_000, 100_000, "head"),
    "spellings of a tag": Case(_names, 1_000, 30_000, "head"),
    "titles": Case(_times("<title>T %d</title>"), 2_000, 50_000, "head"),
    "keywords": Case(_times('<meta name="citation_keywords" content="roof %d">'), 2_000, 100_000, "head"),
    "dates": Case(_times('<meta name="citation_date" content="2024/05/%d"><meta name="dc.date" content="May %d">'), 1_000, 30_000, "head"),
    "identifiers": Case(_times('<meta name="citation_doi" content="10.5555/roof.%d"><meta name="dc.identifier" content="10.5555/r.%d">'), 1_000, 50_000, "head"),
    "references in tags": Case(_times('<meta name="citation_reference" content="citation_title=Roofs %d; citation_author=R Hale;">'), 2_000, 100_000, "head"),
    "published in many ways": Case(_times('<meta name="%d-published-date-at" content="2024-05-01">'), 2_000, 50_000, "head"),
    "links of the head": Case(_times('<link rel="canonical alternate license" href="javascript:x%d">'), 2_000, 50_000, "head", hides="javascript:"),
    "a base elsewhere": Case(lambda n: "<base href='javascript:x'>" * n + '<link rel=canonical href="data:text/html,x"><meta name="citation_pdf_url" content="javascript:y">', 1, 1_000, "head", hides="javascript:"),
    "COinS": Case(_in("<span class='Z3988' title='", "rft.au=Hale&amp;", "'></span>"), 1_000, 100_000),
    "scripts of data": Case(_data(lambda n: "</script><script type='application/ld+json'>".join([_article()] * n)), 1_000, 50_000, "head"),
    "data nested in lists": Case(_data(lambda n: "[" * n + "]" * n), 5_000, 100_000, "head"),
    "data nested in graphs": Case(_data(lambda n: '{"@graph":' * n + "1" + "}" * n), 5_000, 100_000, "head"),
    "data never closed": Case(_data(lambda n: '{"a":[' * n), 5_000, 100_000, "head"),
    "data in small pieces": Case(_data(lambda n: "{} " * n), 10_000, 300_000, "head"),
    "data of megabytes": Case(_data(lambda n: _article(articleBody="words " * n)), 100_000, 3_300_000, "head"),
    "data of many nodes": Case(_data(lambda n: "[" + ",".join([_article(author=[{"name": "Rosa Hale"}])] * n) + "]"), 1_000, 100_000, "head"),
    "data of many authors": Case(_data(lambda n: _article(author=[{"@type": "Person", "name": f"Rosa Hale {i}", "affiliation": f"Roof {i}"} for i in range(n)])), 1_000, 50_000, "head"),
    "data of deep authors": Case(_data(lambda n: '{"@type":"Article","headline":"x","author":' + '{"@type":"Role","author":' * n + "1" + "}" * (n + 1)), 500, 50_000, "head"),
    "data in circles": Case(_data(lambda n: json.dumps([{"@type": "Article", "@id": "#a", "headline": TITLE, "isPartOf": {"@id": "#a"}, "author": {"@id": "#b"}}, {"@id": "#b", "author": {"@id": "#a"}, "@type": "Role"}] * n)), 10, 1_000, "head"),
    "odd numbers": Case(_data(lambda n: '{"@type":"Article","headline":1e999,"name":NaN,"datePublished":-Infinity,"volumeNumber":' + "9" * n + ',"headline":true,"author":NaN}'), 1_000, 100_000, "head"),
    "a number too long": Case(_data(lambda n: '{"@type":"Article","headline":' + "9" * n + "}"), 5_000, 1_000_000, "head"),
    "the same key again": Case(_data(lambda n: '{"@type":"Article",' + '"headline":"x",' * n + '"name":"y"}'), 5_000, 300_000, "head"),
    "types": Case(_data(lambda n: json.dumps({"@type": ["Article"] * n, "headline": TITLE, "author": [[[["x"] * n]]]})), 2_000, 100_000, "head"),
    "spaces behind a comment's end": Case(_data(lambda n: "-->" + " " * n + "x"), 20_000, 100_000, "head"),
    "commas in data": Case(_data(lambda n: "{" + ", " * n), 20_000, 500_000, "head"),
    "state in scripts": Case(lambda n: "<script>" + 'a={"authors":1,"title":2,"doi":' * n + "</script>", 1_000, 100_000, "head"),
    "state of megabytes": Case(lambda n: "<script>" + 'w.x = [{"doi": ' * 50 + "[" + "1," * n + "</script>", 10_000, 1_000_000, "head"),
    # Whole pages.
    "nothing": Case(lambda n: b"", 1, 1, "whole", kinds=("empty",)),
    "white space": Case(_times(" \n\t\u3000"), 10_000, 1_000_000, "whole", kinds=("empty",)),
    "frames only": Case(_in("<html><frameset>", '<frame src="/x%d">', "</frameset></html>"), 10, 10_000, "whole", kinds=("empty",)),
    "a title of emojis": Case(lambda n: f"<title>{'🪨' * n}</title><h1>{'🪨' * n}</h1><p>{FIRST}</p>", 10_000, 100_000, "whole"),
    "a title turned round": Case(lambda n: ORDINARY.replace(TITLE, "\u202e" * n + TITLE + "\u2066\u202c"), 10, 100_000, "whole", shows=f'"title":"{TITLE}"'),
    "hidden text": Case(_times('<div style="display:none" hidden>Secret words that nobody sees on this page at all, and more of them.</div>'), 500, 30_000),
    "links that run": Case(_times('<a href="javascript:a()" class="pdf">Download PDF</a><a href="data:application/pdf,x">PDF</a>'), 100, 10_000, hides="javascript:"),
    # Flat dumps.
    "blank lines": Case(_times("\n"), 100_000, 1_000_000, form="text"),
    "one line of megabytes": Case(_times("Lichens grow on roofs, and the rain does not wash them off. "), 10_000, 170_000, form="text"),
    "carriage returns": Case(_times("w\r\r\n"), 20_000, 300_000, form="text"),
    "tags as text": Case(_times("<p>w</p>\n"), 5_000, 100_000, form="text"),
}  # fmt: skip
_LINES = (
    "Abstract", "References", "Keywords: roofs; lichens; harbours", "Download PDF", "Rosa Hale, Otto Brand, and Ida Moos", "Share",
    "Department of Roofs, University of Harbour, 12345 Town, Germany", "Published: 3 May 2024", "Received 3 May 2024; Accepted 4 June 2024; Available online 5 July 2024",
    "J Roof Ecol 2024;12(3):45-67. doi: 10.5555/roof.2024.12", "1. Hale R, Brand O. Lichens of roofs. J Roof Ecol. 2019;7:1-9.", LAST, "Introduction", "Cited by 12", "12",
    "Roofs and lichens: a study in towns of the north", "https://example.org/a/b", "Volume 12, Issue 3", "Figure 1. A roof.", "文献は屋根の上に生える地衣類について述べる。", "Rosa Hale1,2*",
    "© 2024 The Authors", "May 2024", "View Article", "Page 1 of 9", "Read more", "rosa@example.org",
)  # fmt: skip
# Each against a pattern with repeated parts in it.
_STRINGS = {
    "digits": "9", "digits and points": "1.", "digits and hyphens": "12-", "digits and commas": "12, ", "numbers": "2024 ", "day, month": "3 May ", "days": "01/02/2024 ", "years": "2019-2020; ",
    "spaces": " \u00a0", "tabs": "\t", "line ends": "\n", "blank lines": "\n \n", "points": ".", "points and spaces": ". ", "ellipses": "… ", "commas": ",", "commas and spaces": " , ",
    "capitals": "A", "initials": "A. ", "initials, hyphens": "A.-", "capital words": "Abc ", "capital words glued": "Abc", "small letters": "a", "words": "word ", "hyphens": "-", "hyphened": "ab-",
    "apostrophes": "a'", "slashes": "/", "backslashes": "\\", "underscores": "_", "brackets": "(", "brackets closed": ")", "brackets, empty": "() ", "squares": "[", "squares, numbers": "[1]", "braces": "{",
    "templates": "{{x", "percent": "<%", "percent signs": "%%a", "dollars": "${A", "DOIs": "10.1234/", "DOIs with words": "10.1234/abc.DOI Listing", "DOI's tails": "10.1234/a/full/pdf/abs", "glued words": "10.1234/xDOIPubMedAbstract",
    "prefixes": "doi: ", "resolvers": "https://doi.org/", "addresses": "https://", "hosts": "www.", "mail": "a@b.", "mail at": "a.b (at) ", "ORCID": "0000-0001-", "ORCID id": "orcid id ", "arXiv": "arxiv: ", "PMC": "PMC ",
    "months": "January ", "months, hyphens": "Jan-", "ranges": "Jan-Feb 2025/", "names": "Rosa Hale, ", "names and": "Rosa Hale and ", "semicolons": "R. Hale; ", "et al": "Hale et al., ", "marks": "a1,2*†", "superscripts": "¹,", "raised": "1,a,*,",
    "volumes": "Vol. 1 (2): ", "pages": "pp. 1-", "copyright": "© ", "copyright words": "Copyright (c) ", "labels": "Abstract: ", "labels in lines": "Download | Share | ", "ends": "text. View Article ", "tags": "<p ", "tags closed": "</p>", "entities": "&amp;amp;", "comments": "--> ",
    "quotes": "\"'", "curly": "“”", "Chinese": "屋", "Chinese days": "2024年", "numerals": "十二", "Roman": "XVI", "Thai": "ก", "Arabic": "م", "combining": "e\u0301", "zalgo": "\u0301", "zalgo mixed": "\u0316\u0301", "soft hyphens": "a\u00ad", "joiners": "\u200d",
    "zero width": "\u200b", "overrides": "\u202e", "mojibake": "Ã©Ã¨", "mojibake twice": "ÃƒÂ©", "C1": "\x85\x92", "ago": "3 days ago ", "yesterday": "yesterday at 1", "before Christ": "12 BC-", "centuries": "19th century ", "seasons": "Spring ", "affiliations": "1 Dept. of X, ", "keywords": "a - ", "bars": " | ", "bullets": "•", "hash": "#1 ", "stars": "*",
}  # fmt: skip
CASES: dict[str, Case] = (
    _CASES
    | {name: case for line in _LINES for name, case in _lines(line).items()}
    | {f"string: {name}": Case(_everywhere(text), 1_000, 50_000, "whole") for name, text in _STRINGS.items()}
    | {f"flat string: {name}": Case(_flat(text), 3_000, 250_000, "whole", form="text") for name, text in _STRINGS.items()}
)


def named(words: Iterable[str]) -> dict[str, Case]:
    """The cases whose names hold one of the words; all of them without any."""
    wanted = tuple(words)
    return {name: case for name, case in CASES.items() if not wanted or any(word in name for word in wanted)}
