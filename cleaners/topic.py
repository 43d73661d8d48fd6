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
# A paragraph's first words suffice: of 430 real pages 2000 characters and the whole gave the same titles.
_READ = 2000


class Topic(msgspec.Struct, frozen=True):
    """``paragraphs`` counts for every stem the paragraphs that hold it; ``most`` is the sum over the most used stems."""

    paragraphs: dict[str, int]
    most: int

    def share(self, text: str, at_least: int = 1) -> float:
        """The share, 0 to 1, of the text's own telling words that stand in so many paragraphs of the page; 0 where it has none."""
        own = stems(text)
        return sum(self.paragraphs.get(stem, 0) >= at_least for stem in own) / len(own) if own else 0.0

    def weight(self, text: str, *, own: bool = False) -> float:
        """How much of what the page is about the text names, 0 to 1. ``own``: it is itself one of the paragraphs, and not counted."""
        found = (self.paragraphs.get(stem, 0) for stem in stems(text))
        return min(1.0, sum(max(0, count - own) for count in found) / self.most) if self.most else 0.0


def find_topic(paragraphs: Iterable[str]) -> Topic:
    """The words that recur in these paragraphs."""
    counts = Counter(stem for text in paragraphs for stem in stems(text[:_READ]))
    return Topic(dict(counts), sum(count for _, count in counts.most_common(_CENTRAL)))


def stems(text: str) -> frozenset[str]:
    """The telling words of a text, without their endings."""
    found = words(text)
    pairs = {w[i : i + _PAIR] for w in found if is_cjk(w) for i in range(len(w) - 1)}
    return frozenset(pairs.union(w[:_STEM] for w in found if len(w) >= _SHORTEST and not is_cjk(w)))
