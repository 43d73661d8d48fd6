"""A site that lists articles of other publishers, with counts of its own and similar publications."""

import re

import expect
from catalogue import Article, articles, journals
from markup import esc, items, link

from layouts.filling import fill

_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")


def page(article: Article, base: str) -> str:
    """The page."""
    abstract = "\n".join(f'<p class="paper-abstract">{esc(f"{label}: {text}" if label else text)}</p>' for label, text in article.abstract_parts)
    stat = '<div class="stat"><span class="stat-name">{}</span><div class="stat-value">{}</div></div>'
    stats = "\n".join(stat.format(esc(name), esc(value)) for name, value in article.metrics.items())
    counts = items((f"<td>{esc(term)}</td><td>{count}</td>" for term, count in _counts(article)), "tr")
    people = " ".join(link(f"/browse?author={n.family}", n.full) for n in article.names)
    return fill(
        article,
        base,
        teaser=esc(_teaser(article, 150)),
        people=people,
        affiliation=esc(article.affiliations[0]),
        stats=stats,
        abstract=abstract,
        source=_source(article),
        counts=counts,
        related="".join(_similar(other, index) for index, other in enumerate(_others(article))),
    )


def expected(article: Article, base: str) -> expect.Expected:
    """The record. One affiliation below all names does not say whose it is."""
    return expect.common(
        article,
        base,
        authors=expect.shown_names(article.names),
        affiliations=[expect.tidy(article.affiliations[0])],
        container_title=journals()[article.journal or ""].short,
        publisher=None,
        published=expect.date(article.edtf),
        dates=expect.dates([("published", article.edtf)]),
        identifiers=expect.identifiers(article),
        abstract=expect.abstract(article),
        keywords=[{"term": term, "count": count} for term, count in _counts(article)],
        metrics=expect.metrics(article),
        related=[_expected_similar(other, index, base) for index, other in enumerate(_others(article))],
        **expect.NO_LOCATORS,
    )


def _others(article: Article) -> list[Article]:
    return [articles()[other] for other in article.related]


def _counts(article: Article) -> list[tuple[str, int]]:
    """How often each keyword stands in title and abstract, the most frequent first."""
    text = f"{article.title} {article.abstract}".casefold()
    return sorted(((term, max(1, text.count(term.casefold()))) for term in article.keywords), key=lambda pair: -pair[1])


def _source(article: Article) -> str:
    """The DOI as a link, or as bare text that the tag behind it is glued to."""
    return link(f"http://dx.doi.org/{article.doi}", f"http://dx.doi.org/{article.doi}") if article.sequence % 2 else esc(article.doi)


def _similar(other: Article, index: int) -> str:
    where = other.path
    paragraphs = "".join(f"<p>{esc(text)}</p>" for text in _snippet(other, index))
    affiliation = f'<div class="similar-affiliation">{esc(other.affiliations[0])}</div>' if other.affiliations else ""
    return f"""<div class="similar-item"><h4>{link(where, other.title)}</h4>
<div class="similar-authors">{esc(", ".join(n.full for n in other.names))}</div>
<div class="similar-journal"><em>{esc(journals()[other.journal or ""].short)}</em></div><div class="similar-date">{esc(other.short_date[0])}</div>
{affiliation}
{paragraphs}
<a class="more" href="{esc(where)}">View Article and Find Full Text PDF</a></div>
"""


def _expected_similar(other: Article, index: int, base: str) -> expect.Expected:
    text = "\n\n".join(_snippet(other, index))
    marked = text.endswith("...")
    snippet: expect.Expected = {"text": text.removesuffix("..."), "marker": "..." if marked else None}
    # Whole sentences: whether more follows cannot be known, and a structured abstract that ends before its last part is cut.
    if marked or any(label for label, _ in other.abstract_parts):
        snippet["truncated"] = True
    return {
        "title": other.title,
        "authors": [n.full for n in other.names],
        "container_title": journals()[other.journal or ""].short,
        "published": expect.date(other.short_date[1]),
        "affiliations": [expect.tidy(a) for a in other.affiliations[:1]],
        "url": base + other.path,
        "snippet": snippet,
    }


def _snippet(other: Article, index: int) -> list[str]:
    """The beginning of an abstract: two parts of a structured one, three sentences, or some 200 characters and dots."""
    parts = other.abstract_parts
    if any(label for label, _ in parts):
        return [f"{label}: {text}" for label, text in parts[:2]]
    return [" ".join(_SENTENCE.split(other.abstract.strip())[:3])] if index % 2 else [_teaser(other, 200)]


def _teaser(article: Article, size: int) -> str:
    """Cut behind a word; four dots would not say which of them end a sentence."""
    text = " ".join(f"{label}: {text}" if label else text for label, text in article.abstract_parts)
    return f"{text[:size].rpartition(' ')[0].rstrip('.')}..."
