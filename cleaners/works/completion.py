"""Complete cut texts from the whole abstract of another record.

A whole text completes a cut one where it begins with all that is shown of it, letters and digits compared, and where the two are
of one work by name, or what is shown is too long for a beginning that works share. Where several whole texts begin so and then
differ, none does.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b

import msgspec

from cleaners.lines import fold
from cleaners.record import Abstract, Completion, Record, Related, Snippet
from cleaners.works.names import names

# Letters and digits, a dozen words: shorter beginnings ("The aim of this study was to investigate the effect of …") are shared.
_BEGINNING = 80
# Two or three words show that a work's text is this one and not another that stands on its page.
_SHORTEST = 15
# Where nothing else speaks for a cut, less than this at the end is a note that one page has and another has not.
_NOTE = 20
# Pages of one work; that many with one name or beginning are a form that somebody filled in, and the first are as good as all.
_MOST_PLACES = 20


class WholeTexts:
    """In which records the whole abstracts are, by the names of the works and by how the texts begin.

    A record is known by its ``place``, a number by which ``load`` finds it again: the texts themselves need not be held,
    some 500 bytes a record are.
    """

    def __init__(self, load: Callable[[int], Record]) -> None:
        self._load = load
        self._places: defaultdict[int, list[int]] = defaultdict(list)

    def add(self, place: int, record: Record) -> None:
        """Remember a record, if it has a whole abstract."""
        if record.abstract is not None and record.abstract.truncated is not True:
            for key in _keys(names(record), fold(record.abstract.text)):
                if len(self._places[key]) < _MOST_PLACES:
                    self._places[key].append(place)

    def complete(self, record: Record) -> Record:
        """The record with its abstract and the snippets of its related records completed, where a whole text is known."""
        changes: dict[str, object] = {}
        abstract = record.abstract
        if abstract is not None and abstract.truncated is not False and (whole := self._whole(abstract, record)) and whole.abstract:
            completed = Completion(source=whole.id, shown=abstract.text)
            changes["abstract"] = msgspec.structs.replace(whole.abstract, marker=abstract.marker, completed=completed)
            changes["provenance"] = {**record.provenance, "abstract": f"record:{whole.id}"}
        related = tuple(map(self._with_whole_snippet, record.related))
        if related != record.related:
            changes["related"] = related
        return msgspec.structs.replace(record, **changes) if changes else record

    def _with_whole_snippet(self, related: Related) -> Related:
        snippet = related.snippet
        if snippet is None or not (whole := self._whole(snippet, related)) or not whole.abstract:
            return related
        text, truncated = whole.abstract.text, whole.abstract.truncated
        completed = Completion(source=whole.id, shown=snippet.text)
        return msgspec.structs.replace(
            related, snippet=Snippet(text=text, truncated=truncated, kind=snippet.kind, marker=snippet.marker, completed=completed)
        )

    def _whole(self, cut: Abstract | Snippet, work: Record | Related) -> Record | None:
        """The record that has the most of a text, `None` where none has more than is shown, or several go on differently."""
        shown = fold(cut.text)
        if len(shown) < _SHORTEST:
            return None
        more = 1 if cut.truncated else _NOTE
        named = self._begun(shown, _keys(names(work), ""), more)
        return _fullest(named or self._begun(shown, _keys((), shown), more))

    def _begun(self, shown: str, keys: Iterable[int], more: int) -> list[tuple[str, Record]]:
        """The whole texts, folded, that begin with what is shown and go on for so many characters, in the order of their places."""
        places = sorted({place for key in keys for place in self._places.get(key, ())})
        records = ((fold(r.abstract.text), r) for r in map(self._load, places) if r.abstract is not None)
        return [(whole, r) for whole, r in records if len(whole) >= len(shown) + more and whole.startswith(shown)]


def _fullest(candidates: Sequence[tuple[str, Record]]) -> Record | None:
    if not candidates:
        return None
    fullest, record = max(candidates, key=lambda c: len(c[0]))
    return record if all(fullest.startswith(whole) for whole, _ in candidates) else None


def _keys(named: Iterable[str], text: str) -> Iterator[int]:
    yield from map(_hash, named)
    if len(text) >= _BEGINNING:
        yield _hash(f"text:{text[:_BEGINNING]}")


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")
