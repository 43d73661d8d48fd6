"""The articles of a store as JSONL."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from cleaners.record import CONTENT_FIELDS, Abstract, Record, Snippet, filled
from cleaners.works import Cuts, WholeTexts, group, merge
from crawler.files import whole_file
from crawler.report import article_pages
from crawler.store import Store


class Exported(msgspec.Struct, frozen=True):
    """How many articles were written, and how many of them have a value in each content field.

    ``is_new``: whether the file differs from what it was, or was not there. ``completed``: cut abstracts and snippets whose
    whole text another record had. ``marked``: those that only their length, among those of their site, shows to be cut.
    ``merged``: records that went into one with others.
    """

    articles: int
    filled: dict[str, int]
    completed: int
    marked: int
    merged: int
    is_new: bool


def export(store: Store, out: str | Path, *, merged: bool = False) -> Exported:
    """Write the articles, one line each, by address: one per record id, or with ``merged`` one per work, made of all its records."""
    counts = Counter(dict.fromkeys(CONTENT_FIELDS, 0))
    lines = completed = marked = sources = 0
    texts, cuts = WholeTexts(store.record), Cuts()
    pages = article_pages(store, one_per_id=False)
    for page in pages:
        record = store.record(page)
        texts.add(page, record)
        cuts.add(record)
    before = _identity(out)
    with whole_file(out) as file:
        for record in _works(store, pages) if merged else map(store.record, article_pages(store, one_per_id=True)):
            seen = cuts.mark(record)
            whole = texts.complete(seen)
            file.write(f"{whole.to_json()}\n".encode())
            counts.update(filled(whole))
            lines += 1
            marked += _truncated(seen) - _truncated(record)
            completed += _completed(whole)
            sources += len(whole.merged)
    return Exported(lines, dict(counts), completed, marked, sources, is_new=_identity(out) != before)


def _identity(path: str | Path) -> tuple[int, int] | None:
    # A file that stays the same is not written anew, see `whole_file`.
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns


def _works(store: Store, pages: Sequence[int]) -> Iterator[Record]:
    """One record per work, by the address of its first."""
    for work in group((page, store.record(page)) for page in pages):
        yield merge([store.record(page) for page in work])


def _truncated(record: Record) -> int:
    return sum(text.truncated is True for text in _texts(record))


def _completed(record: Record) -> int:
    return sum(text.completed is not None for text in _texts(record))


def _texts(record: Record) -> list[Abstract | Snippet]:
    return [text for text in (record.abstract, *(r.snippet for r in record.related)) if text is not None]
