"""What kind of page it is, decided before any field: an article stays one unless the page gives evidence against it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from cleaners.ledger import Candidate
from cleaners.lines import has_locator, is_prose
from cleaners.names import looks_like_person
from cleaners.patterns import Sieve
from cleaners.record import Kind
from cleaners.segment.block import Block
from cleaners.shape import LETTER, LONGEST_HEADING, SHORTEST_PROSE, Shape, plain, straight
from cleaners.tables import read_table

# An abstract has at least so many characters; teasers in lists have fewer.
_ABSTRACT = 300
# Prose that stands together is a text from this length on: phrases of walls and lists in it say nothing.
_TEXT = 1500
# A wall has less prose than this beside its own words.
_WALL = 700
# A page with so much text around it is none, but for a paywall's.
_LARGEST_WALL = 8 * _WALL
# "Please enable JavaScript", and what stands beside it on a page that shows nothing else.
_LONGEST_NOTICE, _BESIDE_NOTICE = 300, 200
# A heading of this many characters is the title of one work; those of lists ("Archive", "2024") are shorter, or say what they are.
_HEADING_OF_ONE = 20
# So many of them, and less prose beside them than this, make a list: none of 708 news pages and 434 of scholarly articles did, without metadata.
_FEWEST_ENTRIES = 5
_LITTLE = 300
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
    data = read_table("verdict")
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


def judge(blocks: Sequence[Block], candidates: Sequence[Candidate], *, status: int | None, abstract: int = 0) -> Verdict:
    """The page's kind.

    ``status`` is that of the HTTP answer, `None` where unknown; ``abstract`` is how many characters stand below a heading
    of an abstract, 0 where the page has several, as lists of results have.
    """
    if status in (404, 410):
        return Verdict("not_found", "http_status", f"The server answered {status}.")
    page = Shape(blocks, candidates, abstract=abstract, references=_tables().references)
    return _wall(page, status) or _nothing(page) or _article(page) or _listing(page) or _default(page)


# ------------------------------------------------------------------ walls


def _wall(page: Shape, status: int | None) -> Verdict | None:
    """A page that stands in the way of another: its own words, and hardly any text beside them."""
    tables = _tables()
    if page.run >= _TEXT:
        return None
    kinds: tuple[Kind, ...] = ("blocked", "not_found", "paywall", "consent")
    for kind in kinds:
        if page.size >= _LARGEST_WALL and (kind != "paywall" or page.run >= _WALL // 2):
            continue
        texts = [line for line in page.lines if tables.texts[kind].search(straight(line))] if tables.texts[kind].may_hold(page.all_lines) else []
        beside = page.prose - sum(len(t) for t in texts if len(t) >= SHORTEST_PROSE and is_prose(t))
        headed = [t for t in (page.title, *page.headings) if len(t) <= LONGEST_HEADING]
        named = next((t for t in headed if (m := tables.titles[kind].search(straight(t))) and _is_named(m, t)), None)
        small = beside < _WALL and page.size < _LARGEST_WALL
        if named and small and len(page.scholarly) < 2:
            return Verdict(kind, f"{kind}_title", f"The page is headed “{named[:100]}” and has hardly any text.")
        if texts and _decides(kind, page, beside, texts):
            return Verdict(kind, f"{kind}_text", f"Beside “{texts[0][:120]}” the page has hardly any text.")
    if page.run < _WALL and not page.scholarly and plain(_TITLE_BREAK.split(page.title.strip())[0]) in tables.login:
        return Verdict("blocked", "login_title", f"The page is headed “{page.title[:100]}” and has hardly any text.")
    if status is not None and status >= 400 and page.run < _WALL and len(page.scholarly) < 2:
        kind = "blocked" if status in (401, 403, 429, 503) else "empty"
        return Verdict(kind, "http_status", f"The server answered {status}, and the page has hardly any text.")
    return None


def _is_named(match: re.Match[str], text: str) -> bool:
    """Whether the phrase is what the heading says and not a part of a longer title."""
    return len(match[0]) >= 0.4 * len(text) or match.start() == 0


def _decides(kind: Kind, page: Shape, beside: int, texts: Sequence[str]) -> bool:
    if kind == "paywall":
        return beside < _WALL and page.run < _WALL // 2
    if len(page.scholarly) >= 2:
        return False
    if kind == "consent":
        return beside < 200 and page.size < 4000 and sum(map(len, texts)) > 0.3 * page.size
    return beside < 300 and page.size < 3000


def _nothing(page: Shape) -> Verdict | None:
    if page.scholarly and len(page.scholarly) >= 2:
        return None
    texts = [b.text for b in page.main if LETTER.search(b.text)]
    if not texts:
        return Verdict("empty", "no_text", "The page shows no text.")
    if page.size >= _LONGEST_NOTICE + _BESIDE_NOTICE:
        return None
    waiting = next((t for t in texts if len(t) < _LONGEST_NOTICE and _tables().texts["javascript"].search(t)), None)
    if waiting is not None and page.size - len(waiting) < _BESIDE_NOTICE:
        return Verdict("empty", "script_shell", f"All that the page shows is “{waiting[:100]}”.")
    return None


# ------------------------------------------------------------------ articles and lists


def _article(page: Shape) -> Verdict | None:
    if len(page.scholarly) >= 2:
        return Verdict("article", "embedded_metadata", f"Its metadata gives {', '.join(page.scholarly)} of one work.")
    if page.abstract >= _ABSTRACT:
        return Verdict("article", "abstract", f"It has an abstract of {page.abstract} characters.")
    # A list gives the DOI of each entry, or none: of 220 scholarly pages 124 show one alone, of the pages of several works none.
    if len(page.dois) == 1 and _heading_of_many(page) is None:
        return Verdict("article", "own_doi", f"It shows one DOI, {page.dois[0]}.")
    return None


def _listing(page: Shape) -> Verdict | None:
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


def _heading_of_many(page: Shape) -> str | None:
    """The title or first heading that says that the page is a list."""
    return next((t for t in (_own_title(page), *page.headings[:1]) if _tables().listing.search(t)), None)


def _own_title(page: Shape) -> str:
    """The page's title without what surrounds its heading there: that names the site ("… - Internet Archive")."""
    title = page.title.casefold()
    return next((h for h in page.headings if len(h) >= _HEADING_OF_ONE and h.casefold() in title), page.title)


def _repeated(page: Shape) -> tuple[str, int]:
    """The small link that stands under the entries of a list, and how often."""
    seen: Counter[str] = Counter()
    for block in page.main:
        if 3 <= len(block.text) <= 80 and LETTER.search(block.text):
            seen[_DIGITS.sub("0", block.text)] += 1
    links = ((text, times) for text, times in seen.most_common(20) if _tables().entry_links.search(text))
    return next(links, ("", 0))


def _person(page: Shape) -> Verdict | None:
    """A person's own page: headed by a name, with links to what persons show of themselves or a list of works."""
    name = _TITLE_BREAK.split(page.title.strip())[0]
    if page.scholarly or page.is_typed or not 2 <= len(name.split()) <= 4 or not looks_like_person(name):
        return None
    if any(h.casefold().startswith(name.casefold()) and len(h) > len(name) + 20 for h in page.headings):
        return None  # the first words of a title ("Feuchte Keller, trockene Akten") look like a name
    parts = {plain(b.text) for b in page.main if len(b.text) <= 40} | {plain(b.text.partition(":")[0]) for b in page.main if len(b.text) <= 80}
    works = [b for b in page.main if 30 <= len(b.text) <= 400 and _YEAR.search(b.text)]
    if len(parts & _tables().profile) >= 2 or len(works) >= 5:
        return Verdict("listing", "person", f"The page is headed by a name, “{name}”, and lists {len(works)} works.")
    return None


def _default(page: Shape) -> Verdict:
    if page.run:
        return Verdict("article", "prose", f"The page has {page.prose} characters of sentences, {page.run} of them together.")
    return Verdict("article", "no_evidence_against", "Nothing says that the page is something else.")
