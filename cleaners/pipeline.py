"""The whole flow, in order: decode, segment, label, regions, candidates, choose, fix. The file to read first."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cleaners.body import NO_BODY, find_body
from cleaners.candidates import NOTHING, Found, first, ranked
from cleaners.decode import decode, inflate, looks_binary
from cleaners.fields.container import find_container
from cleaners.fields.dating import find_dates
from cleaners.fields.identify import find_identifiers
from cleaners.fields.keywords import find_keywords, find_metrics
from cleaners.fields.linked import absolute, find_license, find_pdf, find_source
from cleaners.fields.people import find_people
from cleaners.fields.related import find_related
from cleaners.fields.summary import find_abstract
from cleaners.fields.title import choose_title, known_titles
from cleaners.ledger import Candidate, Choice, Ledger, Mark
from cleaners.made_by import made_by
from cleaners.metadata import read_metadata
from cleaners.notices import cut_body, data_loss, date_ahead, date_order, dropped_prose
from cleaners.page import Page
from cleaners.parse import parse_html
from cleaners.record import Identifiers, Kind, Links, MadeBy, Notice, Record, known_id
from cleaners.regions import Regions, find_regions
from cleaners.roles import assign_roles
from cleaners.scholarly import states_work
from cleaners.segment import html, text
from cleaners.segment.limits import limited
from cleaners.sheet import Sheet, lay_out
from cleaners.site import read_site
from cleaners.snippets import clean_end
from cleaners.text import mend_blocks, mend_candidates
from cleaners.verdict import judge

_LANGUAGE = re.compile(r"^[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*$")
# Kinds of page that hold an article's fields at all.
_HOLDS_FIELDS = ("article", "paywall")
# A heading, a tab and a link "Abstract" belong to one; a list of results has one with each.
_MOST_ABSTRACTS = 3


def clean(page: Page, *, sites: str | Path | None = None, body: bool = True) -> Record:
    """The record of a page. Never raises on what the page holds. ``sites`` is a folder of site profiles of your own.

    Without ``body`` the main text is not looked for: ``body`` is `None`, no warning speaks of it, and a quarter of the time is saved.
    """
    return explain(page, sites=sites, body=body)[0]


def explain(page: Page, *, sites: str | Path | None = None, body: bool = True) -> tuple[Record, Ledger]:
    """The record of a page, and the ledger that says why it is so. ``sites`` and ``body`` as in `clean`."""
    maker = made_by(sites, body=body)
    content, unpacked = inflate(page.content) if isinstance(page.content, bytes) else (page.content, ())
    binary = looks_binary(content) if isinstance(content, bytes) else None
    if binary is not None:
        notice = next((n for n in unpacked if n.code == "broken_gzip"), Notice(code="not_a_page", message=f"The content is {binary}, not a page."))
        return _bare(page, "unreadable", (), notice, maker), Ledger()
    decoded = decode(content, charset=page.charset)
    notices = (*unpacked, *decoded.notices)
    if page.kind == "html":
        parsed = parse_html(decoded.text)
        stated = read_metadata(parsed.tree, url=page.url)
        tree, candidates, notices = parsed.tree, mend_candidates(stated.candidates), (*notices, *parsed.notices, *stated.notices)
        read, cut = limited(html.segment(tree))
    else:
        tree, candidates = None, []
        read, cut = limited(text.segment(decoded.text))
    notices = (*notices, *cut)
    blocks, edits = mend_blocks(read)

    # What the site's profile says comes in at every step; most sites have none.
    site = read_site(page, tree, candidates, sites)
    candidates = site.candidates
    sheet = site.label(lay_out(blocks))
    page_title = first(candidates, "page_title").value
    regions = find_regions(sheet, titles=known_titles(candidates), page_title=page_title, url=page.url, paper=states_work(candidates))
    regions = site.place(sheet, regions)
    verdict = site.judge(judge(sheet.blocks, candidates, status=page.status, abstract=_abstract_size(sheet, regions)))
    if verdict.kind not in _HOLDS_FIELDS:
        bare = _bare(page, verdict.kind, notices, Notice(code=verdict.rule, message=verdict.evidence), maker)
        return site.sign(bare, Ledger(blocks=sheet.blocks, edits=edits, candidates=tuple(candidates)))

    reference = _time(page.fetched_at)
    title = choose_title(sheet, regions, candidates)
    people = find_people(sheet, regions, candidates)
    language = _language(candidates)
    identity = find_identifiers(sheet, regions, candidates, url=page.url)
    doi = identity.identifiers.doi
    dating = find_dates(sheet, regions, candidates, language=language.value, reference=reference, url=page.url, doi=doi)
    container = find_container(sheet, regions, candidates, title=title.value, doi=doi, authors=[a.name for a in people.authors.value])
    abstract = find_abstract(sheet, regions, candidates)
    keywords = find_keywords(sheet, regions, candidates)
    metrics, metric_blocks = find_metrics(sheet, regions)
    related = find_related(sheet, regions, url=page.url)
    pdf = find_pdf(sheet, regions, candidates, url=page.url)
    source = find_source(sheet, regions, candidates, range(len(sheet.blocks)))
    canonical = absolute(first(candidates, "canonical_url").value, page.url)

    # A text below a heading "Summary" may be a part of the main text, so that is looked for here as well, without trafilatura's vote.
    in_page = (abstract.source or "").startswith("block:")
    marks: dict[int, Mark] = {}
    vote = NO_BODY
    if body or in_page:
        marks = assign_roles(sheet, regions, people=people.blocks, dates=dating.blocks, keywords=keywords.blocks, metrics=metric_blocks)
        marks = site.mark(sheet, marks)
        roles = {i: mark.role for i, mark in marks.items()}
        vote = site.body(sheet, marks) or find_body(tree if body else None, sheet.blocks, roles, paper=regions.paper, cut=site.cut(sheet))
    if in_page and not set(vote.indexes).isdisjoint(regions.abstract):
        abstract = NOTHING
    if not body:
        vote = NO_BODY
    for i in vote.indexes:
        heads = i in marks and marks[i].role == "heading"
        marks[i] = Mark(i, "body", marks[i].rule if heads else vote.rule)
    chosen = {
        "title": title,
        "authors": people.authors,
        "affiliations": people.affiliations,
        "container_title": container.title,
        "volume": container.volume,
        "issue": container.issue,
        "pages": container.pages,
        "publisher": first(candidates, "publisher"),
        "language": language,
        "license": find_license(sheet, regions, candidates),
        "published": dating.published,
        "abstract": abstract,
        "keywords": keywords.found,
        "links.pdf": pdf,
        "links.source": source,
        **identity.found,
    }
    body_text, end = clean_end("\n\n".join(sheet.text(i) for i in vote.indexes))
    published = dating.published.value
    doubts = [*date_ahead(published, reference), *date_order(published, dating.dates, dating.decided_by), *data_loss(page.truncated)]
    losses = [*dropped_prose(sheet, marks), *cut_body(end, closes_page=vote.indexes[-1:] == (len(sheet.blocks) - 1,))] if body else []
    record = Record(
        id=_identifier(identity.identifiers, canonical or page.url, page.content),
        kind=verdict.kind,
        url=page.url,
        canonical_url=canonical,
        title=title.value,
        authors=people.authors.value,
        affiliations=people.affiliations.value,
        container_title=container.title.value,
        publisher=chosen["publisher"].value,
        volume=container.volume.value,
        issue=container.issue.value,
        pages=container.pages.value,
        language=language.value,
        license=chosen["license"].value,
        published=published,
        dates=dating.dates,
        identifiers=identity.identifiers,
        abstract=abstract.value,
        body=body_text or None,
        keywords=keywords.found.value or (),
        metrics=metrics,
        related=related,
        links=Links(pdf=pdf.value, source=source.value),
        warnings=(*notices, *losses, *doubts),
        provenance={field: found.source for field, found in chosen.items() if found.source},
        fetched_at=page.fetched_at,
        warc=page.warc,
        content_sha256=_sha256(page.content),
        made_by=maker,
    )
    ledger = Ledger(
        blocks=sheet.blocks,
        marks=tuple(marks[i] for i in sorted(marks)),
        edits=edits,
        candidates=tuple(candidates),
        choices=tuple(Choice(field, found.source, found.reason) for field, found in chosen.items()),
    )
    return site.sign(record, ledger)


def unreadable(page: Page, notice: Notice, *, sites: str | Path | None = None) -> Record:
    """The record of a page that could not be read; the notice says why."""
    return _bare(page, "unreadable", (), notice, made_by(sites))


def _bare(page: Page, kind: Kind, notices: Sequence[Notice], evidence: Notice, maker: MadeBy) -> Record:
    """The record of a page that is no article: what it is, and how that shows."""
    return Record(
        id=_identifier(Identifiers(), page.url, page.content),
        kind=kind,
        url=page.url,
        warnings=(*notices, *data_loss(page.truncated), evidence),
        fetched_at=page.fetched_at,
        warc=page.warc,
        content_sha256=_sha256(page.content),
        made_by=maker,
    )


def _identifier(identifiers: Identifiers, address: str | None, content: bytes | str) -> str:
    return known_id(identifiers) or (f"url:{address}" if address else f"sha256:{_sha256(content)}")


def _sha256(content: bytes | str) -> str:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()


def _abstract_size(sheet: Sheet, regions: Regions) -> int:
    """Characters of the abstract below its heading; a heading, a tab and a link of that name are one, more are a list's."""
    headings = sum(sheet.field(i) == "abstract" for i in range(len(sheet.labels)))
    return sum(len(sheet.text(i)) for i in regions.abstract) if regions.abstract_label is not None and headings <= _MOST_ABSTRACTS else 0


def _language(candidates: Sequence[Candidate]) -> Found:
    """The first stated language that is one by its form (BCP 47)."""
    for candidate in ranked(candidates, "language"):
        value = str(candidate.value).strip()
        if _LANGUAGE.match(value):
            return Found(value.replace("_", "-"), candidate.source, "most believed source that states it")
    return NOTHING


def _time(fetched_at: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(fetched_at) if fetched_at else None
    except ValueError:
        return None
