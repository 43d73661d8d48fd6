"""By what a work is known: its identifiers, its address, its title."""

from collections.abc import Iterator
from urllib.parse import urldefrag

from cleaners.lines import TELLING_TITLE, fold
from cleaners.record import Identifiers, Record, Related

SCHEMES = ("doi", "pmid", "pmcid", "arxiv")


def identifiers(stated: Identifiers) -> Iterator[str]:
    """ "doi:10.…", "pmid:…", "pmcid:…", "arxiv:…"."""
    return (f"{scheme}:{value}" for scheme in SCHEMES if (value := getattr(stated, scheme)))


def names(work: Record | Related) -> Iterator[str]:
    """All names of a work: its identifiers, its addresses, and its title where that is long enough to be its alone."""
    yield from identifiers(work.identifiers)
    for url in {work.url, work.canonical_url} if isinstance(work, Record) else {work.url}:
        if url:
            yield f"url:{urldefrag(url).url.rstrip('/')}"
    title = fold(work.title or "")
    if len(title) >= TELLING_TITLE:
        yield f"title:{title}"


def same_year(record: Record) -> Iterator[str]:
    """The title with the year, under which a work is known on pages that state no identifier: a preprint of another year is another one."""
    title = fold(record.title or "")
    if len(title) >= TELLING_TITLE and record.published is not None and record.published.edtf:
        yield f"title:{title} {record.published.edtf[:4]}"
