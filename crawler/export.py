"""The articles of a store as JSONL."""

import os
from collections import Counter
from pathlib import Path

import msgspec

from crawler.fields import CONTENT_FIELDS, filled
from crawler.report import articles
from crawler.store import Store


class Exported(msgspec.Struct, frozen=True):
    """How many articles were written, and how many of them have a value in each content field."""

    articles: int
    filled: dict[str, int]


def export(store: Store, out: str | Path) -> Exported:
    """Write the articles, one line each, by address, one per record id.

    The file is written beside and renamed: there is a whole one or, as before, the old one.
    """
    target = Path(out)
    part = target.with_name(f"{target.name}.part")
    counts = Counter(dict.fromkeys(CONTENT_FIELDS, 0))
    lines = 0
    with part.open("w", encoding="utf-8", newline="\n") as file:
        for record in articles(store):
            file.write(f"{record.to_json()}\n")
            counts.update(filled(record))
            lines += 1
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    return Exported(lines, dict(counts))
