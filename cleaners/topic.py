"""What a page is about: which words recur in its paragraphs. A title is made of them, a menu or a notice is not."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from cleaners.lines import is_cjk, words

# Endings are cut off for comparison ("magmas", "magmatic"); shorter words say little, but pairs of characters where no spaces stand.
_STEM = 6
_SHORTEST = 5
_PAIR = 2
# So many of the page's most used words are what it is about.
_CENTRAL = 12
# A paragraph's first words suffice: on 671 pages 2000 characters and the whole gave the same titles.
_READ = 2000


class Topic(msgspec.Struct, frozen=True):
    """``paragraphs`` counts for every stem the paragraphs that hold it; ``most`` is the sum over the most used stems."""

    paragraphs: dict[str, int]
    most: int

    def share(self, of: frozenset[str], at_least: int = 1) -> float:
        """The share, 0 to 1, of a line's stems that stand in so many paragraphs of the page; 0 where it has none."""
        return sum(self.paragraphs.get(stem, 0) >= at_least for stem in of) / len(of) if of else 0.0

    def weight(self, of: frozenset[str], *, itself: bool = False) -> float:
        """How much of what the page is about a line's stems name, 0 to 1. ``itself``: the line is one of the paragraphs, and not counted."""
        return min(1.0, sum(max(0, self.paragraphs.get(stem, 0) - itself) for stem in of) / self.most) if self.most else 0.0


def find_topic(paragraphs: Iterable[str]) -> Topic:
    """The words that recur in these paragraphs."""
    counts: Counter[str] = Counter()
    for text in paragraphs:
        counts.update(stems(text[:_READ]))
    return Topic(dict(counts), sum(count for _, count in counts.most_common(_CENTRAL)))


def stems(text: str) -> frozenset[str]:
    """The telling words of a text, without their endings."""
    if text.isascii():
        return frozenset([word[:_STEM] for word in words(text) if len(word) >= _SHORTEST])
    found: set[str] = set()
    for word in words(text):
        if not word.isascii() and is_cjk(word):
            found.update(word[i : i + _PAIR] for i in range(len(word) - 1))
        elif len(word) >= _SHORTEST:
            found.add(word[:_STEM])
    return frozenset(found)
