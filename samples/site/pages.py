"""The whole site: every address with its answer, and what a crawl should make of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import listings
import msgspec
from answers import PLAIN, Answer, deliver, deliveries, file, redirect
from catalogue import Article, articles
from expect import Expected
from layouts import LAYOUTS
from listings import Entry

STARTS = ("/browse", "/toc", "/gazette", "/sitemap.xml", "/feeds/rss.xml", "/feeds/atom.xml")
# What robots.txt forbids.
FORBIDDEN = ("/private/", "/refine", "/search")
_PER_PAGE = 7
_STORIES_PER_PAGE = 4
_OLDER = re.compile(r"/gazette\?page=(\d{1,6})")
_MONTH = re.compile(r"/gazette/events\?month=(\d{4}-\d\d)")
_SESSION = re.compile(r";jsessionid=\w+|\?.*")

_CAPTCHA = Entry("/detail/90000201/hand-hygiene-in-small-kitchens", "Hand hygiene in small kitchens: what eleven cameras saw.")
_WITHDRAWN = Entry("/detail/90000202/withdrawn-a-scale-for-patience", "A scale for patience in waiting rooms, developed on a Tuesday.")
_GONE = Entry("/detail/90000203/gone-cobbles-and-ankles", "Cobbles and ankles: a year of falls in an old town.")
_REFUSED = Entry("/detail/90000204/members-only-statistics", "Statistics of small counts for members of the society.")
_PRIVATE = Entry("/private/draft-of-a-report", "Draft of a report on the reading rooms of nine libraries.")
_CONSENT = Entry("/gazette/2024/05/harbour-lights", "Harbour lights to be dimmed for migrating birds in May")
_PREMIUM = Entry("/gazette/2024/06/baker-recipe", "The baker who gave away his recipe and kept one word of it back")
_LEAFLET = Entry("/leaflets/annual-report-2024.pdf", "Annual report of the libraries, as a leaflet to print")
_OLD_ADDRESS = {"otter-ditches": "/old/otters", "kiln-fuel": "/old/kilns"}
_CHAIN = ("/go/knee", "/go/knee/2")


class Site(msgspec.Struct, frozen=True):
    """The site as it is served at ``base``."""

    base: str
    answers: dict[str, Answer]

    def answer(self, target: str) -> Answer:
        """The answer for what a request line asks for: a path, perhaps with a query."""
        if target in self.answers:
            return self.answers[target]
        if match := _OLDER.fullmatch(target):
            return _front(int(match[1]))
        if match := _MONTH.fullmatch(target):
            return deliver(listings.calendar(match[1]))
        plain = _SESSION.sub("", target)
        return self.answers[plain] if plain in self.answers else _obstacle("not-found", None, status=404)

    def outcomes(self) -> dict[str, str]:
        """What a crawl should make of every address that it comes to know, in the words of `crawler.report`."""
        return {self.base + target: answer.outcome for target, answer in self.answers.items() if answer.outcome}

    def addresses(self, article: str) -> set[str]:
        """The addresses that show an article."""
        return {self.base + target for target, answer in self.answers.items() if answer.article == article}

    def expected(self) -> dict[str, Expected]:
        """The exported record of every article, by its id: as far as its page shows it, and cut snippets completed."""
        shown = {a.id: _as_sent(a, LAYOUTS[a.layout].expected(a, self.base)) for a in articles().values()}
        by_address = {self.base + a.path: shown[a.id] for a in articles().values()}
        return {name: _completed(expected, by_address) for name, expected in shown.items()}


def make_site(base: str) -> Site:
    """The site; ``base`` is its address without a slash at the end."""
    found = dict(_articles(base))
    found |= _aliases(base)
    found |= _obstacles()
    found |= _lists(base)
    found["/"] = deliver(listings.home({target: answer.outcome for target, answer in found.items() if answer.outcome}))
    return Site(base, found)


def _render(article: Article, base: str) -> str:
    return LAYOUTS[article.layout].page(article, base)


def _articles(base: str) -> Iterator[tuple[str, Answer]]:
    for article in articles().values():
        # What has moved is asked for by its old address.
        outcome = None if article.id in _OLD_ADDRESS else "article"
        yield article.path, deliver(_render(article, base), deliveries().get(article.id, PLAIN), outcome=outcome, article=article.id)


def _aliases(base: str) -> dict[str, Answer]:
    """Further addresses of articles: moved, chained, shortened, printed, and a copy on another part of the site."""
    known = articles()
    aliases = {old: redirect(301, known[name].path, outcome="article", article=name) for name, old in _OLD_ADDRESS.items()}
    knee, letters, honey, drift = (known[name] for name in ("knee-prehab", "clinic-letters", "honey-dressings", "config-drift"))
    aliases[_CHAIN[0]] = redirect(302, _CHAIN[1], outcome="duplicate", article=knee.id)
    aliases[_CHAIN[1]] = redirect(302, knee.path, article=knee.id)
    aliases[f"{letters.path}?format=print"] = deliver(
        _render(letters, base).replace("<body>", '<body class="print" onload="window.print()">'), outcome="duplicate", article=letters.id
    )
    aliases[_short(honey)] = deliver(_render(honey, base), outcome="duplicate", article=honey.id)
    aliases[f"/doi/abs/{drift.doi}"] = deliver(_render(drift, base), outcome="duplicate", article=drift.id)
    copy = _copied()
    aliases[copy.path] = deliver(_render(copy, base), outcome="article", article=copy.id)
    return aliases


def _short(article: Article) -> str:
    return article.path.rpartition("/")[0]


def _copied() -> Article:
    """A publisher's article as the aggregator shows it, with less of it: the same article by its DOI alone."""
    metrics = {"Category Ranking": "64%", "Total Visits": "87", "Avg Visit Duration": "1 minute", "Citations": "2"}
    return msgspec.structs.replace(articles()["school-asthma"], layout="aggregator", metrics=metrics)


def _obstacle(name: str, outcome: str | None, *, status: int = 200) -> Answer:
    """A page of the folder ``obstacles``."""
    return deliver((Path(__file__).parent / "obstacles" / f"{name}.html").read_text(encoding="utf-8"), status=status, outcome=outcome)


def _obstacles() -> dict[str, Answer]:
    secret = deliver("<h1>Nobody should have asked for this</h1>", outcome="refused")
    return {
        _CAPTCHA.href: _obstacle("captcha", "blocked"),
        _REFUSED.href: _obstacle("forbidden", "blocked", status=403),
        _WITHDRAWN.href: _obstacle("soft-not-found", "not_found"),
        _GONE.href: _obstacle("not-found", "not_found", status=404),
        _CONSENT.href: _obstacle("consent", "consent"),
        _PREMIUM.href: _obstacle("paywall", "paywall"),
        "/app/nothing-yet": _obstacle("empty-shell", "empty"),
        "/app/blank": deliver("", outcome="empty"),
        _LEAFLET.href: file(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n", "application/pdf", "unreadable"),
        _PRIVATE.href: secret,
        **dict.fromkeys(listings.FACETS, secret),
    }


def _lists(base: str) -> dict[str, Answer]:
    sitemap = [base + path for path in _in_sitemap()]
    records = [_entry(a, "?utm_source=rss&utm_medium=feed#abstract") for a in _of("medbase")]
    hosted = [_entry(a) for a in _of("repository")]
    return {
        "/robots.txt": file(listings.robots(base, FORBIDDEN), "text/plain"),
        **_browse(),
        "/toc": deliver(listings.contents(_contents()), outcome="listing"),
        "/gazette": _front(1),
        **{f"/gazette?page={number}": _front(number) for number in (2, 3)},
        "/gazette/events?month=2025-02": deliver(listings.calendar("2025-02"), outcome="listing"),
        "/sitemap.xml": file(listings.sitemap_index([f"{base}/sitemap-1.xml.gz", f"{base}/sitemap-2.xml"]), "application/xml", "sitemap"),
        "/sitemap-1.xml.gz": file(listings.zipped(listings.sitemap(sitemap[::2])), "application/x-gzip", "sitemap"),
        "/sitemap-2.xml": file(listings.sitemap(sitemap[1::2]), "application/xml", "sitemap"),
        "/feeds/rss.xml": file(listings.rss(base, [*records, _LEAFLET]), "application/rss+xml", "feed"),
        "/feeds/atom.xml": file(listings.atom(base, hosted[:5], "/feeds/atom.xml?page=2"), "application/atom+xml", "feed"),
        "/feeds/atom.xml?page=2": file(listings.atom(base, hosted[5:], None), "application/atom+xml", "feed"),
    }


def _of(*layouts: str) -> list[Article]:
    return [article for article in articles().values() if article.layout in layouts]


def _entry(article: Article, behind: str = "") -> Entry:
    line = ", ".join(name.full for name in article.names)
    return Entry(_OLD_ADDRESS.get(article.id, article.path) + behind, article.title, line, _teaser(article))


def _teaser(article: Article) -> str:
    return f"{(article.abstract or article.body).strip()[:130].rpartition(' ')[0]}..."


def _browse() -> dict[str, Answer]:
    """The aggregator's list: its articles, the further addresses of some, and what is in the way."""
    known = articles()
    honey, knee = known["honey-dressings"], known["knee-prehab"]
    entries = [_entry(a) for a in _of("aggregator")]
    entries[3:3] = [_CAPTCHA, _PRIVATE]
    entries[8:8] = [_WITHDRAWN, _GONE, _entry(_copied())]
    entries += [_REFUSED, Entry(_CHAIN[0], knee.title), Entry(_short(honey), honey.title)]
    pages = [entries[i : i + _PER_PAGE] for i in range(0, len(entries), _PER_PAGE)]
    addresses = ["/browse", *(f"/browse?page={number}" for number in range(2, len(pages) + 1))]
    return {
        address: deliver(listings.browse(shown, number, after), outcome="listing")
        for number, (address, after, shown) in enumerate(zip(addresses, [*addresses[1:], None], pages, strict=True), 1)
    }


def _contents() -> list[Entry]:
    drift = articles()["config-drift"]
    entries = [_entry(a, ";jsessionid=3F9A0C77" if a.id == "jury-maths" else "") for a in _of("publisher", "fulltext")]
    return [*entries, Entry(f"/doi/abs/{drift.doi}", drift.title)]


def _stories() -> Sequence[Entry]:
    entries = [_entry(a) for a in _of("news")]
    entries[2:2] = [_CONSENT, _PREMIUM]
    return entries


def _front(number: int) -> Answer:
    """A page of the newspaper's archive; what lies beyond its end shows the last page again."""
    stories = _stories()
    last = -(-len(stories) // _STORIES_PER_PAGE)
    first = (min(number, last) - 1) * _STORIES_PER_PAGE
    return deliver(listings.front(stories[first : first + _STORIES_PER_PAGE], number), outcome="listing")


def _in_sitemap() -> list[str]:
    # The feed has the second too, with its tracking.
    letters, ladders = articles()["clinic-letters"], articles()["eel-ladders"]
    shown = [a.path for a in _of("network", "europe", "shell", "bare")]
    return [*shown, f"{letters.path}?format=print", ladders.path, "/app/nothing-yet", "/app/blank", _PRIVATE.href]


def _as_sent(article: Article, expected: Expected) -> Expected:
    """What is left of the record where the page ends in the middle of its abstract."""
    cut = deliveries().get(article.id, PLAIN).cut
    if cut is None:
        return expected
    before, words, _ = expected["abstract"]["text"].partition(cut)
    return {**expected, "abstract": {**expected["abstract"], "text": before + words, "truncated": True}, "keywords": [], "related": []}


def _completed(expected: Expected, by_address: Mapping[str, Expected]) -> Expected:
    """The record with the snippets of works that have a page with the whole abstract here."""
    if not expected.get("related"):
        return expected
    return {**expected, "related": [_with_whole_snippet(related, by_address) for related in expected["related"]]}


def _with_whole_snippet(related: Expected, by_address: Mapping[str, Expected]) -> Expected:
    snippet, work = related["snippet"], by_address.get(related["url"], {})
    abstract = work.get("abstract")
    if snippet is None or abstract is None or abstract["truncated"] or not abstract["text"].startswith(snippet["text"]):
        return related
    if abstract["text"] == snippet["text"]:
        return {**related, "snippet": {**snippet, "completed": None}}
    completed = {"source": work["id"], "shown": snippet["text"]}
    return {**related, "snippet": {**snippet, "text": abstract["text"], "truncated": False, "completed": completed}}
