"""Cuts that no mark shows: where many texts of a site end without the end of a sentence at one length, a program cut them there."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from cleaners.lines import ends_sentence
from cleaners.record import Abstract, Record, Related, Snippet

# What is shorter is a line about the text, not the text.
_LEAST = 60
# By chance hardly ever more than two texts share the greatest length; a space that fell on the limit is gone.
_SAME, _SPACE = 4, 1
# A program that cuts between words ends up to a word below its limit. There are then more texts than in three such stretches
# below, while by chance the longest are the fewest, and hardly any of them is whole.
_WORD, _NEAR, _SHARE = 15, 6, 0.8
_BELOW = 3 * _WORD


class Cuts:
    """The lengths, in characters, of each site's abstracts and snippets that bear no mark, and the limits that they show."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, int]] = set()
        self._open: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._whole: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._known: dict[str, range] = {}

    def add(self, record: Record) -> None:
        """Count the texts of a record; the same text counts once, however many pages of the site show it."""
        for place, text in _unmarked(record):
            key = (place, hash(text.text))
            if len(text.text) >= _LEAST and key not in self._seen:
                self._seen.add(key)
                (self._whole if ends_sentence(text.text) else self._open)[place][len(text.text)] += 1
                self._known.pop(place, None)

    def mark(self, record: Record) -> Record:
        """The record with those of its texts marked as truncated that end where their site cuts."""
        cut = {(place, text.text) for place, text in _unmarked(record) if len(text.text) in self._lengths(place) and not ends_sentence(text.text)}
        if not cut:
            return record
        snippets, abstracts = _places(record)
        abstract = record.abstract
        if abstract is not None and (abstracts, abstract.text) in cut:
            abstract = msgspec.structs.replace(abstract, truncated=True)
        related = tuple(_marked(r) if r.snippet is not None and (snippets, r.snippet.text) in cut else r for r in record.related)
        return msgspec.structs.replace(record, abstract=abstract, related=related)

    def _lengths(self, place: str) -> range:
        if place not in self._known:
            self._known[place] = self._cut_lengths(place)
        return self._known[place]

    def _cut_lengths(self, place: str) -> range:
        """The lengths at which an unfinished text was cut; empty where the site shows no limit."""
        unfinished, whole = self._open.get(place, Counter()), self._whole.get(place, Counter())
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


def _unmarked(record: Record) -> Iterator[tuple[str, Abstract | Snippet]]:
    """The texts without a mark of truncation, each with where its like are counted."""
    snippets, abstracts = _places(record)
    texts = [(snippets, r.snippet) for r in record.related] + [(abstracts, record.abstract)]
    return ((place, text) for place, text in texts if text is not None and text.marker is None)


def _places(record: Record) -> tuple[str, str]:
    """Where the snippets and where the abstracts of a record's site are counted."""
    site = (urlsplit(record.url).hostname or "").removeprefix("www.") if record.url else ""
    return f"related of {site}", f"abstract of {site}"


def _marked(related: Related) -> Related:
    if related.snippet is None or related.snippet.truncated:
        return related
    return msgspec.structs.replace(related, snippet=Snippet(text=related.snippet.text, truncated=True, kind="cut_at_length"))
