"""Cuts that no mark shows: where many snippets of a site end without the end of a sentence at one length, a program cut them there."""

from collections import Counter, defaultdict
from urllib.parse import urlsplit

import msgspec

from cleaners.record import Record, Related, Snippet

# What is shorter is a line about the text, not the text.
_LEAST = 60
# By chance hardly ever more than two texts share the greatest length; a space that fell on the limit is gone.
_SAME, _SPACE = 4, 1
# A program that cuts between words ends up to a word below its limit. There are then more texts than in three such stretches
# below, while by chance the longest are the fewest, and hardly any of them is whole.
_WORD, _NEAR, _SHARE = 15, 6, 0.8
_BELOW = 3 * _WORD
_WHOLE = ("complete", "sentence_boundary_excerpt")


class Cuts:
    """The lengths, in characters, of the unmarked snippets of each site, and the limits that they show."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, int]] = set()
        self._open: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._whole: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def add(self, record: Record) -> None:
        """Count the snippets of a record; the same text counts once, however many pages of the site show it."""
        site = _site(record)
        for snippet in (r.snippet for r in record.related if r.snippet is not None):
            text = (site, hash(snippet.text))
            if snippet.marker is None and len(snippet.text) >= _LEAST and text not in self._seen:
                self._seen.add(text)
                (self._whole if snippet.kind in _WHOLE else self._open)[site][len(snippet.text)] += 1

    def mark(self, record: Record) -> Record:
        """The record with those of its snippets marked as truncated that end where their site cuts."""
        lengths = self._cut_lengths(_site(record))
        related = tuple(_marked(r, lengths) for r in record.related) if lengths else record.related
        return msgspec.structs.replace(record, related=related) if related != record.related else record

    def _cut_lengths(self, site: str) -> range:
        """The lengths at which an unfinished text was cut; empty where the site shows no limit."""
        unfinished, whole = self._open.get(site, Counter()), self._whole.get(site, Counter())
        limit = max((*unfinished, *whole), default=0)

        def count(lengths: Counter[int], stretch: range) -> int:
            return sum(lengths[n] for n in stretch)

        same = range(limit - _SPACE, limit + 1)
        if count(unfinished, same) >= _SAME:
            return same
        near, below = range(limit - _WORD, limit + 1), range(limit - _WORD - _BELOW, limit - _WORD)
        cut, ended = count(unfinished, near), count(whole, near)
        clear = cut >= _NEAR and cut >= _SHARE * (cut + ended) and cut > count(unfinished, below) + count(whole, below)
        return near if clear else range(0)


def _marked(related: Related, lengths: range) -> Related:
    snippet = related.snippet
    if snippet is None or snippet.truncated or snippet.marker or snippet.kind in _WHOLE or len(snippet.text) not in lengths:
        return related
    return msgspec.structs.replace(related, snippet=Snippet(text=snippet.text, truncated=True, kind="cut_at_length"))


def _site(record: Record) -> str:
    return (urlsplit(record.url).hostname or "").removeprefix("www.") if record.url else ""
