"""What lists articles: pages with further pages, sitemaps, feeds; and robots.txt."""

import gzip
from collections.abc import Sequence
from html import escape

import msgspec
from markup import esc, items, link


class Entry(msgspec.Struct, frozen=True):
    """One entry of a list: an address, from the root, with what the list says about it."""

    href: str
    title: str
    line: str = ""
    teaser: str = ""


# The aggregator's filters, as many as there are words; robots.txt forbids them.
FACETS = {
    "/refine?subject=community-nursing-and-wound-care": "Only publications on community nursing and on wound care",
    "/refine?subject=ecology-of-lowlands-and-uplands": "Only publications on the ecology of lowlands and uplands",
    "/refine?subject=software-and-its-maintenance": "Only publications on software and on its maintenance",
}


def robots(base: str, forbidden: Sequence[str]) -> bytes:
    """What may be fetched."""
    return "\n".join(["User-agent: *", *(f"Disallow: {path}" for path in forbidden), "", f"Sitemap: {base}/sitemap.xml", ""]).encode()


def home(outcomes: dict[str, str]) -> str:
    """For people who look around: every address, with what a crawl should make of it."""
    rows = items((f"<td>{link(href, href)}</td><td>{outcome}</td>" for href, outcome in outcomes.items()), "tr")
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>The sample site</title></head>
<body><h1>The sample site</h1><p>Everything here is invented. Beside each address stands what a crawl should make of it.</p>
<table>
{rows}
</table></body></html>
"""


def browse(entries: Sequence[Entry], number: int, after: str | None) -> str:
    """A page of the aggregator's list."""
    shown = "".join(
        f'<div class="result"><h4>{link(e.href, e.title)}</h4><div class="result-line">{esc(e.line)}</div><p>{esc(e.teaser)}</p></div>\n' for e in entries
    )
    facets = items(link(href, text) for href, text in FACETS.items()) if number == 1 else ""
    pager = f'<a href="{esc(after)}">Next »</a>' if after else ""
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Latest publications, page {number} | PaperHeron</title></head>
<body><nav class="navbar"><a class="brand" href="/">PaperHeron</a><ul><li><a href="/browse">Publications</a></li><li><a href="/login">Login</a></li></ul></nav>
<main><h1>Latest publications</h1>
<ul class="refine">{facets}</ul>
{shown}<div class="pages">{pager}</div></main>
<footer><a href="/about">About</a> <a href="/privacy">Privacy Policy</a><p>© 2016-2025 PaperHeron. All rights reserved.</p></footer></body></html>
"""


def contents(entries: Sequence[Entry]) -> str:
    """The table of contents of a publisher's latest issues."""
    shown = "".join(
        f'<article class="toc-item"><span class="type">Article</span><h3>{link(e.href, e.title)}</h3><p class="toc-authors">{esc(e.line)}</p>'
        f'<p class="toc-links"><a href="{esc(e.href)}#abstract">Abstract</a> <a href="/pdf/toc">PDF</a></p></article>\n'
        for e in entries
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Table of contents | OrreryLink</title></head>
<body><header><a href="/">OrreryLink</a> <a href="/login">Log in</a></header>
<main><h1>Latest issues</h1>
{shown}</main>
<footer><p>© 2025 Orrery Science</p></footer></body></html>
"""


def front(entries: Sequence[Entry], number: int) -> str:
    """A page of a newspaper's archive. It offers a next page for ever, and so does its calendar."""
    shown = "".join(f"<article><h2>{link(e.href, e.title)}</h2><p>{esc(e.teaser)}</p></article>\n" for e in entries)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Latest stories | The Tern Bay Gazette</title></head>
<body><header class="masthead"><a href="/gazette">The Tern Bay Gazette</a> <a href="/subscribe">Subscribe</a></header>
<main><h1>Latest stories</h1>
{shown}<p class="older"><a href="/gazette?page={number + 1}">Older stories</a> <a rel="next" href="/gazette?page={number + 1}">Next</a></p>
<div class="events-box"><h3>January 2025</h3><a href="/gazette/events?month=2025-02" title="Next">»</a></div></main>
<footer><p>© 2025 The Tern Bay Gazette. All rights reserved.</p></footer></body></html>
"""


def calendar(month: str) -> str:
    """A month of a calendar in which nothing happens; the next month is one link away, for ever."""
    year, number = map(int, month.split("-"))
    after = f"{year + number // 12}-{number % 12 + 1:02}"
    days = "".join(f'<td><a href="/gazette/events?month={month}&amp;day={day}">{day}</a></td>' for day in range(1, 29))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Events calendar | The Tern Bay Gazette</title></head>
<body><h1>Events in {month}</h1><table><tr>{days}</tr></table><p>No events.</p><a href="/gazette/events?month={after}" title="Next">»</a></body></html>
"""


def sitemap(addresses: Sequence[str]) -> bytes:
    """A sitemap."""
    return _xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items(map(_location, addresses), "url")}</urlset>')


def sitemap_index(addresses: Sequence[str]) -> bytes:
    """An index of sitemaps."""
    return _xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items(map(_location, addresses), "sitemap")}</sitemapindex>')


def zipped(body: bytes) -> bytes:
    """A file that is gzip itself, as large sitemaps are."""
    return gzip.compress(body, mtime=0)


def rss(base: str, entries: Sequence[Entry]) -> bytes:
    """An RSS feed."""
    shown = items(
        (f"<title>{_text(e.title)}</title><link>{_text(base + e.href)}</link><description>{_text(e.teaser)}</description>" for e in entries), "item"
    )
    return _xml(f'<rss version="2.0"><channel><title>MedStack: newest records</title><link>{base}/</link>{shown}</channel></rss>')


def atom(base: str, entries: Sequence[Entry], after: str | None) -> bytes:
    """A page of an Atom feed."""
    shown = items((f'<id>{_text(base + e.href)}</id><title>{_text(e.title)}</title><link href="{_text(base + e.href)}"/>' for e in entries), "entry")
    following = f'<link rel="next" href="{base}{after}"/>' if after else ""
    return _xml(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Lectern Journal Systems</title><id>{base}/feed</id>{following}{shown}</feed>')


def _location(address: str) -> str:
    return f"<loc>{_text(address)}</loc>"


def _text(text: str) -> str:
    return escape(text, quote=True)


def _xml(content: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{content}\n'.encode()
