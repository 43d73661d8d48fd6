"""What kind of page it is, decided before any field: an article stays one unless the page gives evidence against it."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files

import msgspec

from cleaners.identifiers import lone_doi
from cleaners.ledger import Candidate
from cleaners.lines import has_locator, is_prose, word_count
from cleaners.names import looks_like_person
from cleaners.patterns import Sieve
from cleaners.record import Kind
from cleaners.segment.block import Block
from cleaners.sheet import heading_level

# Sources that only pages about one work have.
_SCHOLARLY = ("meta:citation_", "meta:eprints", "meta:bepress", "eprints:", "bepress:", "script:", "prism:", "dc:", "jsonld:")
# An abstract has at least so many characters; teasers in lists have fewer.
_ABSTRACT = 300
# Prose: sentences of this many characters, less than half of them link.
_SHORTEST_PROSE = 80
# Prose that stands together is a text from this length on: phrases of walls and lists in it say nothing.
_TEXT = 1500
# A wall has less prose than this beside its own words.
_WALL = 700
# A page with so much text around it is none, but for a paywall's.
_LARGEST_WALL = 8 * _WALL
# "Please enable JavaScript", and what stands beside it on a page that shows nothing else.
_LONGEST_NOTICE, _BESIDE_NOTICE = 300, 200
# Pieces of prose with at most this many blocks between them stand together.
_TOGETHER = 3
# A heading of this many characters is the title of one work; those of lists ("Archive", "2024") are shorter, or say what they are.
_HEADING_OF_ONE = 20
# A link of so many words may be the title of another text; what stands in so many blocks behind it is about that text.
_ENTRY = 4
_TEASER = 3
# So many of them, and less prose beside them than this, make a list: none of 708 news pages and 434 of scholarly articles did, without metadata.
_FEWEST_ENTRIES = 5
_LITTLE = 300
_LETTER = re.compile(r"[^\W\d_]")
_OUTER = " .:0123456789()[]"
_DIGITS = re.compile(r"\d+")
# "Air–Sea" is one word.
_TITLE_BREAK = re.compile(r"\s*(?:--+|[|—:,•·»]|\s[-–]\s)\s*")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\bforthcoming\b", re.IGNORECASE)


class Verdict(msgspec.Struct, frozen=True):
    """What the page is, the rule that says so, and what the rule saw."""

    kind: Kind
    rule: str
    evidence: str


class _Tables(msgspec.Struct, frozen=True):
    titles: dict[str, Sieve]
    texts: dict[str, Sieve]
    listing: re.Pattern[str]
    counts: re.Pattern[str]
    entry_links: Sieve
    login: frozenset[str]
    profile: frozenset[str]
    references: frozenset[str]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    data = tomllib.loads(files("cleaners").joinpath("verdict.toml").read_text(encoding="utf-8"))
    listing = data.pop("listing")
    return _Tables(
        titles={kind: _phrases(lists["title"]) for kind, lists in data.items() if "title" in lists},
        texts={kind: _phrases(lists["text"]) for kind, lists in data.items() if "text" in lists},
        listing=re.compile("|".join(listing["titles"]), re.IGNORECASE),
        counts=re.compile("|".join(listing["counts"]), re.IGNORECASE),
        entry_links=_phrases(listing["entry_links"]),
        login=frozenset(data["login"]["title"]),
        profile=frozenset(listing["profile"]),
        references=frozenset(listing["references"]),
    )


def _phrases(phrases: Iterable[str]) -> Sieve:
    """Any of the phrases as whole words; scripts without spaces have none."""
    ordered = sorted(phrases, key=len, reverse=True)
    return Sieve("|".join(rf"(?<![^\W_]){re.escape(p)}(?![^\W_])" if p.isascii() else re.escape(p) for p in ordered))


class _Page:
    """What the rules look at. Most pages are told by the first of it, so each part is read when it is asked for."""

    def __init__(self, blocks: Sequence[Block], candidates: Sequence[Candidate], abstract: int) -> None:
        self._candidates = candidates
        self.main = _before_references(blocks)
        """The blocks before the references."""
        self.abstract = abstract
        """Characters below the only heading "Abstract"."""

    @cached_property
    def title(self) -> str:
        return next((str(c.value) for c in self._candidates if c.field == "page_title"), "")

    @cached_property
    def headings(self) -> tuple[str, ...]:
        return tuple(b.text for b in self.main if b.tag in ("h1", "h2") and len(b.text) <= 120)[:4]

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The blocks that are no long paragraphs."""
        return tuple(b.text for b in self.main if len(b.text) <= 400)

    @cached_property
    def all_lines(self) -> str:
        return _straight("\n".join(self.lines))

    @cached_property
    def size(self) -> int:
        return sum(len(b.text) for b in self.main)

    @cached_property
    def linked(self) -> float:
        """Share of the characters that are link."""
        return sum(map(_linked, self.main)) / self.size if self.size else 0.0

    @cached_property
    def _pieces(self) -> tuple[int, ...]:
        """Which blocks are prose."""
        return tuple(i for i, b in enumerate(self.main) if len(b.text) >= _SHORTEST_PROSE and 2 * _linked(b) < len(b.text) and is_prose(b.text))

    @cached_property
    def prose(self) -> int:
        return sum(len(self.main[i].text) for i in self._pieces)

    @cached_property
    def run(self) -> int:
        """Characters of the longest run of prose."""
        longest, together, last = 0, 0, -_TOGETHER - 1
        for i in self._pieces:
            length = len(self.main[i].text)
            together = together + length if i - last <= _TOGETHER else length
            longest, last = max(longest, together), i
        return longest

    @cached_property
    def scholarly(self) -> tuple[str, ...]:
        """Which of title, authors and doi the metadata of one work gives."""
        stated = {c.field for c in self._candidates if c.source.casefold().startswith(_SCHOLARLY)}
        return tuple(name for name, names in (("title", {"title"}), ("authors", {"authors", "author"}), ("doi", {"doi"})) if stated & names)

    @cached_property
    def is_typed(self) -> bool:
        """Whether the metadata calls the page an article."""
        return any(c.field == "page_type" and "article" in str(c.value).casefold() for c in self._candidates)

    @cached_property
    def dois(self) -> tuple[str, ...]:
        """The different DOIs that stand alone in a line."""
        return tuple(sorted({doi for b in self.main if "10." in b.text and (doi := lone_doi(b.text))}))

    @cached_property
    def _leading(self) -> frozenset[int]:
        return _entries(self.main)

    @cached_property
    def entries(self) -> tuple[str, ...]:
        """The links that lead to other texts, each with something about its text behind it."""
        return tuple(self.main[i].text for i in sorted(self._leading))

    @cached_property
    def own_prose(self) -> int:
        """Characters of prose that do not stand behind such a link."""
        return sum(len(self.main[i].text) for i in self._pieces if not self._leading.intersection(range(i - _TEASER, i)))


def judge(blocks: Sequence[Block], candidates: Sequence[Candidate], *, status: int | None, abstract: int = 0) -> Verdict:
    """The page's kind.

    ``status`` is that of the HTTP answer, `None` where unknown; ``abstract`` is how many characters stand below a heading
    of an abstract, 0 where the page has several, as lists of results have.
    """
    if status in (404, 410):
        return Verdict("not_found", "http_status", f"The server answered {status}.")
    page = _Page(blocks, candidates, abstract)
    return _wall(page, status) or _nothing(page) or _article(page) or _listing(page) or _default(page)


def _entries(main: Sequence[Block]) -> frozenset[int]:
    """The lines that are links as a whole and headings, or have a line behind them that is no such link: titles above their teasers."""
    links = frozenset(i for i, b in enumerate(main) if word_count(b.text) >= _ENTRY and _linked(b) >= 0.8 * len(b.text))
    told = frozenset(i for i, b in enumerate(main) if i not in links and not heading_level(b) and _LETTER.search(b.text))
    return frozenset(i for i in links if heading_level(main[i]) or i + 1 in told)


def _before_references(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks before the last heading of references that a list follows; a link of that name is followed by little, and
    "Cited by 2310" is a count.
    """
    names = _tables().references
    longest = max(map(len, names))
    short = (i for i in range(len(blocks) - 1, -1, -1) if len(blocks[i].text.strip(_OUTER)) <= longest)
    end = next((i for i in short if _plain(blocks[i].text) in names and not blocks[i].text[-1:].isdigit()), len(blocks))
    if len(blocks) - end < 8:
        end = len(blocks)
    return tuple(b for b in blocks[:end] if "references" not in b.hints)


def _plain(text: str) -> str:
    return _straight(text.casefold().strip(_OUTER))


def _straight(text: str) -> str:
    """With straight apostrophes."""
    return text.replace("’", "'")


def _linked(block: Block) -> int:
    return sum([s.end - s.start for s in block.spans if s.kind == "a"]) if block.spans else 0


# ------------------------------------------------------------------ walls


def _wall(page: _Page, status: int | None) -> Verdict | None:
    """A page that stands in the way of another: its own words, and hardly any text beside them."""
    tables = _tables()
    if page.run >= _TEXT:
        return None
    kinds: tuple[Kind, ...] = ("blocked", "not_found", "paywall", "consent")
    for kind in kinds:
        if page.size >= _LARGEST_WALL and (kind != "paywall" or page.run >= _WALL // 2):
            continue
        texts = [line for line in page.lines if tables.texts[kind].search(_straight(line))] if tables.texts[kind].may_hold(page.all_lines) else []
        beside = page.prose - sum(len(t) for t in texts if len(t) >= _SHORTEST_PROSE and is_prose(t))
        headed = [t for t in (page.title, *page.headings) if len(t) <= 120]
        named = next((t for t in headed if (m := tables.titles[kind].search(_straight(t))) and _is_named(m, t)), None)
        small = beside < _WALL and page.size < _LARGEST_WALL
        if named and small and len(page.scholarly) < 2:
            return Verdict(kind, f"{kind}_title", f"The page is headed “{named[:100]}” and has hardly any text.")
        if texts and _decides(kind, page, beside, texts):
            return Verdict(kind, f"{kind}_text", f"Beside “{texts[0][:120]}” the page has hardly any text.")
    if page.run < _WALL and not page.scholarly and _plain(_TITLE_BREAK.split(page.title.strip())[0]) in tables.login:
        return Verdict("blocked", "login_title", f"The page is headed “{page.title[:100]}” and has hardly any text.")
    if status is not None and status >= 400 and page.run < _WALL and len(page.scholarly) < 2:
        kind = "blocked" if status in (401, 403, 429, 503) else "empty"
        return Verdict(kind, "http_status", f"The server answered {status}, and the page has hardly any text.")
    return None


def _is_named(match: re.Match[str], text: str) -> bool:
    """Whether the phrase is what the heading says and not a part of a longer title."""
    return len(match[0]) >= 0.4 * len(text) or match.start() == 0


def _decides(kind: Kind, page: _Page, beside: int, texts: Sequence[str]) -> bool:
    if kind == "paywall":
        return beside < _WALL and page.run < _WALL // 2
    if len(page.scholarly) >= 2:
        return False
    if kind == "consent":
        return beside < 200 and page.size < 4000 and sum(map(len, texts)) > 0.3 * page.size
    return beside < 300 and page.size < 3000


def _nothing(page: _Page) -> Verdict | None:
    if page.scholarly and len(page.scholarly) >= 2:
        return None
    texts = [b.text for b in page.main if _LETTER.search(b.text)]
    if not texts:
        return Verdict("empty", "no_text", "The page shows no text.")
    if page.size >= _LONGEST_NOTICE + _BESIDE_NOTICE:
        return None
    waiting = next((t for t in texts if len(t) < _LONGEST_NOTICE and _tables().texts["javascript"].search(t)), None)
    if waiting is not None and page.size - len(waiting) < _BESIDE_NOTICE:
        return Verdict("empty", "script_shell", f"All that the page shows is “{waiting[:100]}”.")
    return None


# ------------------------------------------------------------------ articles and lists


def _article(page: _Page) -> Verdict | None:
    if len(page.scholarly) >= 2:
        return Verdict("article", "embedded_metadata", f"Its metadata gives {', '.join(page.scholarly)} of one work.")
    if page.abstract >= _ABSTRACT:
        return Verdict("article", "abstract", f"It has an abstract of {page.abstract} characters.")
    # A list gives the DOI of each entry, or none: of 220 scholarly pages 124 show one alone, of the pages of several works none.
    if len(page.dois) == 1 and _heading_of_many(page) is None:
        return Verdict("article", "own_doi", f"It shows one DOI, {page.dois[0]}.")
    return None


def _listing(page: _Page) -> Verdict | None:
    """A page of many works: its title, its counts, its repeated entries, or a person's page with their works."""
    tables = _tables()
    if page.run < _TEXT:
        named = _heading_of_many(page)
        if named is not None and (page.run < 900 or _repeated(page)[1] >= 5):
            return Verdict("listing", "listing_title", f"The page is headed “{named[:100]}”.")
        entry, times = _repeated(page)
        if times >= 8:
            return Verdict("listing", "repeated_entries", f"“{entry[:80]}” stands on the page {times} times.")
        items = [b for b in page.main if 25 <= len(b.text) <= 400]
        cited = [b for b in items if has_locator(b.text)]
        if len(cited) >= 8 and page.run < 900:
            return Verdict("listing", "many_citations", f"The page gives {len(cited)} works, such as “{cited[0].text[:80]}”.")
        entries = [b for b in items if not is_prose(b.text)]
        if page.run < 500 and len(entries) >= 12 and sum(len(b.text) for b in entries) > 0.6 * page.size and page.prose < 0.2 * page.size:
            return Verdict("listing", "entries_without_text", f"{len(entries)} entries such as “{entries[0].text[:80]}”, and no text.")
        count = next((m for b in page.main if len(b.text) <= 120 and (m := tables.counts.search(b.text))), None)
        if count is not None and page.run < 900 and page.linked > 0.3:
            return Verdict("listing", "result_count", f"The page counts its entries: “{count[0]}”.")
        if page.linked >= 0.6 and page.prose < 0.3 * page.size and page.run < 1000 and not page.is_typed and not page.scholarly:
            return Verdict("listing", "links", f"{page.linked:.0%} of the text is links.")
    if len(page.entries) >= _FEWEST_ENTRIES and page.own_prose < _LITTLE and not page.is_typed and not page.scholarly:
        number, entry = len(page.entries), page.entries[0][:80]
        return Verdict("listing", "linked_entries", f"{number} links to other texts such as “{entry}”, and hardly any text beside them.")
    return _person(page)


def _heading_of_many(page: _Page) -> str | None:
    """The title or first heading that says that the page is a list."""
    return next((t for t in (_own_title(page), *page.headings[:1]) if _tables().listing.search(t)), None)


def _own_title(page: _Page) -> str:
    """The page's title without what surrounds its heading there: that names the site ("… - Internet Archive")."""
    title = page.title.casefold()
    return next((h for h in page.headings if len(h) >= _HEADING_OF_ONE and h.casefold() in title), page.title)


def _repeated(page: _Page) -> tuple[str, int]:
    """The small link that stands under the entries of a list, and how often."""
    seen: Counter[str] = Counter()
    for block in page.main:
        if 3 <= len(block.text) <= 80 and _LETTER.search(block.text):
            seen[_DIGITS.sub("0", block.text)] += 1
    links = ((text, times) for text, times in seen.most_common(20) if _tables().entry_links.search(text))
    return next(links, ("", 0))


def _person(page: _Page) -> Verdict | None:
    """A person's own page: headed by a name, with links to what persons show of themselves or a list of works."""
    name = _TITLE_BREAK.split(page.title.strip())[0]
    if page.scholarly or page.is_typed or not 2 <= len(name.split()) <= 4 or not looks_like_person(name):
        return None
    if any(h.casefold().startswith(name.casefold()) and len(h) > len(name) + 20 for h in page.headings):
        return None  # the first words of a title ("Feuchte Keller, trockene Akten") look like a name
    parts = {_plain(b.text) for b in page.main if len(b.text) <= 40} | {_plain(b.text.partition(":")[0]) for b in page.main if len(b.text) <= 80}
    works = [b for b in page.main if 30 <= len(b.text) <= 400 and _YEAR.search(b.text)]
    if len(parts & _tables().profile) >= 2 or len(works) >= 5:
        return Verdict("listing", "person", f"The page is headed by a name, “{name}”, and lists {len(works)} works.")
    return None


def _default(page: _Page) -> Verdict:
    if page.run:
        return Verdict("article", "prose", f"The page has {page.prose} characters of sentences, {page.run} of them together.")
    return Verdict("article", "no_evidence_against", "Nothing says that the page is something else.")
