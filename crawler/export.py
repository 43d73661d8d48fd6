"""The articles of a store as JSONL."""

from collections import Counter
from pathlib import Path

import msgspec

from crawler.fields import CONTENT_FIELDS, filled
from crawler.files import whole_file
from crawler.report import articles
from crawler.store import Store


class Exported(msgspec.Struct, frozen=True):
    """How many articles were written, and how many of them have a value in each content field."""

    articles: int
    filled: dict[str, int]


def export(store: Store, out: str | Path) -> Exported:
    """Write the articles, one line each, by address, one per record id."""
    counts = Counter(dict.fromkeys(CONTENT_FIELDS, 0))
    lines = 0
    with whole_file(out) as file:
        for record in articles(store):
            file.write(f"{record.to_json()}\n".encode())
            counts.update(filled(record))
            lines += 1
    return Exported(lines, dict(counts))
