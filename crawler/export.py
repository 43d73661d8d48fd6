"""The records of a store or of a file of records, put together and written in a format of `cleaners.export`."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from cleaners.export import FORMATS, Format, write
from cleaners.record import CONTENT_FIELDS, Abstract, Record, Snippet, filled
from cleaners.works import Cuts, WholeTexts, group, merge
from crawler.files import whole_path
from crawler.records import RecordFile
from crawler.report import record_pages
from crawler.store import Store
from crawler.stores import Stores

_ARTICLES = ("article",)


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """How many records were written, and how many of them have a value in each content field.

    ``is_new``: whether the file differs from what it was, or was not there. ``completed``: cut abstracts and snippets whose
    whole text another record had. ``marked``: those that only their length, among those of their site, shows to be cut.
    ``merged``: records that went into one with others. ``repeated``: records that were left out because another one with
    their id says more. ``undated``: records that are there because nothing says when they were fetched (see `export`).
    """

    articles: int
    filled: dict[str, int]
    completed: int
    marked: int
    merged: int
    repeated: int
    undated: int
    is_new: bool


def export(
    source: Store | Stores | RecordFile,
    out: str | Path,
    *,
    form: Format = FORMATS["jsonl"],
    gzipped: bool = False,
    merged: bool = False,
    fields: Sequence[str] = (),
    kinds: Sequence[str] = _ARTICLES,
    since: date | None = None,
) -> Exported:
    """Write the records of these kinds: one per record id, or with ``merged`` one per work, made of all its records.

    Those of stores come by address, those of a file in its order. ``form``, ``gzipped`` and ``fields`` as in `cleaners.export.write`.
    ``since``, a day in UTC, leaves out what was fetched before it; of a merged record one of its pages must be that new. What does
    not say when it was fetched stays: to whoever looks for new works, one that is missing costs more than one too many.
    """
    counts = Counter(dict.fromkeys(CONTENT_FIELDS, 0))
    told: Counter[str] = Counter()
    texts, cuts = WholeTexts(source.record), Cuts()
    for place in _places(source, {*_ARTICLES, *kinds}, one_per_id=False):
        record = source.record(place)
        texts.add(place, record)
        cuts.add(record)
    places = _places(source, kinds, one_per_id=False)
    firsts = places if merged else _places(source, kinds, one_per_id=True)

    def chosen() -> Iterator[Record]:
        for record in _works(source, places) if merged else map(source.record, firsts):
            fetched = _last_fetch(record) if since else None
            if since and fetched and fetched < since:
                continue
            seen = cuts.mark(record)
            whole = texts.complete(seen)
            counts.update(filled(whole))
            told["articles"] += 1
            told["marked"] += _truncated(seen) - _truncated(record)
            told["completed"] += _completed(whole) - _completed(record)
            told["merged"] += len(whole.merged) if merged else 0
            told["undated"] += since is not None and fetched is None
            yield whole

    before = _identity(out)
    with whole_path(out) as part:
        write(chosen(), part, form, fields=fields, gzipped=gzipped)
    numbers = {name: told[name] for name in ("articles", "completed", "marked", "merged", "undated")}
    return Exported(filled=dict(counts), repeated=len(places) - len(firsts), is_new=_identity(out) != before, **numbers)


def _identity(path: str | Path) -> tuple[int, int] | None:
    # A file that stays the same is not written anew, see `whole_path`.
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns


def _places(source: Store | Stores | RecordFile, kinds: Sequence[str] | set[str], *, one_per_id: bool) -> list[int]:
    """By what numbers the records of a source are found; in a store those are of pages."""
    if isinstance(source, Store):
        return record_pages(source, sorted(kinds), one_per_id=one_per_id)
    return source.places(kinds, one_per_id=one_per_id)


def _works(source: Store | Stores | RecordFile, places: Sequence[int]) -> Iterator[Record]:
    """One record per work, in the order of its first."""
    for work in group((place, source.record(place)) for place in places):
        yield merge([source.record(place) for place in work])


def _last_fetch(record: Record) -> date | None:
    """The day, in UTC, when the last of the record's pages was fetched; `None` where none says."""
    return max(filter(None, map(_day, (record.fetched_at, *(one.fetched_at for one in record.merged)))), default=None)


def _day(fetched_at: str | None) -> date | None:
    try:
        time = datetime.fromisoformat(fetched_at) if fetched_at else None
        return (time.astimezone(UTC) if time.tzinfo else time).date() if time else None
    except (ValueError, OverflowError):
        return None


def _truncated(record: Record) -> int:
    return sum(text.truncated is True for text in _texts(record))


def _completed(record: Record) -> int:
    return sum(text.completed is not None for text in _texts(record))


def _texts(record: Record) -> list[Abstract | Snippet]:
    return [text for text in (record.abstract, *(r.snippet for r in record.related)) if text is not None]
