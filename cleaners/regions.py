"""Which part of the page each block belongs to: title, head, abstract, keywords, related records, references."""

import re
from collections.abc import Callable, Iterable
from functools import cache

import msgspec

from cleaners.abstract_block import abstract_blocks, headed_abstract, is_sectioned, unheaded_abstract
from cleaners.lines import has_locator, is_prose, word_count
from cleaners.scholarly import shows_work
from cleaners.sections import contents, holder
from cleaners.segment.block import Block
from cleaners.sheet import Sheet, heading_level
from cleaners.title_block import find_title

# The head of an article (authors, affiliations, dates) was never longer on 228 real pages, hidden author cards included.
_LONGEST_HEAD = 250
# The journal's name and volume stand above the title as well.
_ABOVE_TITLE = 5
# Behind the citations a paragraph of at least this length is text; notes in lists of references are shorter.
_LONE_PARAGRAPH = 350
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b")
# Behind an entry "References" of a list of contents stand a date and a volume at most, before the next heading comes.
_FEWEST_CITATIONS = 3
# Some sites set an entry on four lines: its number, its authors, its title, its volume.
_BETWEEN_CITATIONS = 5
# Of 217 titles of related records 3 have more words.
_LONGEST_TITLE = 30
# What a label may open that holds other articles; what no box of them holds; classes of lines that end one in flat text.
_OTHER_ARTICLES = frozenset(("related", "elsewhere"))
_NO_BOX = frozenset(("footer", "comments"))
_MENU = frozenset(("navigation", "login_paywall", "cookie_consent", "copyright_line"))


class Regions(msgspec.Struct, frozen=True, kw_only=True):
    """Block indexes by region. ``head`` runs from the title to what ends it; ``abstract`` holds the text blocks only;
    ``elsewhere`` is what speaks of other articles: ``related`` and ``references``.

    ``paper``: the page is of an article in a journal or a repository, by its metadata or by what it shows.
    """

    paper: bool
    title: int | None
    head: range
    abstract_label: int | None
    abstract: tuple[int, ...]
    related: tuple[range, ...]
    references: frozenset[int]
    elsewhere: frozenset[int]

    def outside(self, index: int) -> bool:
        """Whether the block speaks of other articles than this one."""
        return index in self.elsewhere


def find_regions(sheet: Sheet, *, titles: Iterable[str] = (), page_title: str | None = None, url: str | None = None, paper: bool = False) -> Regions:
    """Lay the regions over a sheet. ``titles`` are what the page's metadata gives as its title, best first; ``paper``: it states a paper."""
    references = _references(sheet)
    headed = headed_abstract(sheet, references)
    abstract_label = headed.label if headed else None
    related = _related(sheet, headed.blocks[0] if headed else None, references)
    outside = references.union(*related)
    title = find_title(sheet, abstract=abstract_label, outside=outside, known=list(titles), page_title=page_title, url=url)
    abstract = abstract_blocks(sheet, headed.blocks[0], outside) if headed else unheaded_abstract(sheet, title, outside)
    head = _head(sheet, title, (abstract_label, *abstract[:1]))
    paper = paper or is_sectioned(sheet, abstract) or shows_work(sheet, range(max(0, head.start - 1 - _ABOVE_TITLE), head.stop))
    if not paper and (headed or abstract):  # what looks like an abstract is a standfirst, a note on the author, a product's overview
        abstract_label, abstract, head = None, (), _head(sheet, title, ())
    return Regions(
        paper=paper,
        title=title,
        head=head,
        abstract_label=abstract_label,
        abstract=abstract,
        related=related,
        references=references,
        elsewhere=outside,
    )


def _head(sheet: Sheet, title: int | None, ends: Iterable[int | None]) -> range:
    """The blocks behind the title, to the first of ``ends`` that stands there, else to the text."""
    start = title + 1 if title is not None else 0
    end = next((i for i in ends if i is not None and i >= start), None)
    if end is None:
        end = next((i for i in range(start, len(sheet.blocks)) if _opens_body(sheet, i)), len(sheet.blocks))
    return range(start, min(end, start + _LONGEST_HEAD))


def _opens_body(sheet: Sheet, index: int) -> bool:
    """Whether the text begins here: a heading "Introduction", a long paragraph, or one of two that follow each other.

    A standfirst is a paragraph too, but the names of the authors follow it.
    """
    label = sheet.labels[index]
    if label is not None:
        return label.introduces
    if not _is_paragraph(sheet, index):
        return False
    after = next((i for i in range(index + 1, min(len(sheet.blocks), index + 8)) if sheet.labels[i] is None and i not in sheet.peripheral), None)
    return len(sheet.text(index)) > 400 or (after is not None and _is_paragraph(sheet, after))


def _is_paragraph(sheet: Sheet, index: int) -> bool:
    text = sheet.text(index)
    return index not in sheet.peripheral and len(text) > 80 and is_prose(text)


# ------------------------------------------------------------------ parts that speak of other articles


def _section_end(sheet: Sheet, start: int, seen: dict[tuple[object, int | None], int], *, longest: int) -> int:
    """Where the section that the heading at ``start`` opens ends: at the next heading of its rank or a higher one.

    A title ends any section: what stands before it is an entry of a list of contents. ``seen`` holds how far was looked for headings
    like it before: a page may have thousands.
    """
    level, opener = heading_level(sheet.blocks[start]), sheet.labels[start]
    opened = opener and (opener.cls, opener.field)
    end = min(len(sheet.blocks), start + longest)
    before, seen[opened, level] = seen.get((opened, level), 0), end
    for i in range(max(start + 1, min(before, end)), end):
        seen[opened, level] = i
        label, rank = sheet.labels[i], heading_level(sheet.blocks[i])
        if label is not None and label.action == "section_boundary" and (label.cls, label.field) != opened:
            return i
        if rank is not None and rank <= (level or 1):
            return i
    seen[opened, level] = end
    return end


def _references(sheet: Sheet) -> frozenset[int]:
    found: set[int] = set()
    entries = contents(sheet)
    seen: dict[tuple[object, int | None], int] = {}
    cites = cache(lambda j: _cites(sheet.text(j)))
    for i, label in enumerate(sheet.labels):
        if label is not None and label.field == "references" and i not in sheet.peripheral and i not in entries:
            end, held = _section_end(sheet, i, seen, longest=3000), holder(sheet, i)
            end = next((j for j in range(i + 1, end) if not sheet.blocks[j].where.startswith(held)), end)
            end = end if held else _citations_end(sheet, i, end, cites)
            if end - i > 2:
                found.update(range(i, end))
    found.update(b.index for b in sheet.blocks if "references" in b.hints and ("li" in b.where or has_locator(b.text)))
    return frozenset(found)


def _citations_end(sheet: Sheet, start: int, end: int, cites_at: Callable[[int], bool]) -> int:
    """Where the citations end that a heading of flat text opens: at a paragraph with none near it. In a list of contents it opens none."""
    cites = [cites_at(j) for j in range(start + 1, end)]
    for n in range(len(cites)):
        i = start + 1 + n
        if not any(cites[n : n + _BETWEEN_CITATIONS]) and sheet.labels[i] is None and len(sheet.text(i)) >= _LONE_PARAGRAPH and is_prose(sheet.text(i)):
            cites = cites[:n]
            break
    return start + 1 + len(cites) if sum(cites) >= _FEWEST_CITATIONS else start


def _cites(text: str) -> bool:
    return has_locator(text) or bool(_YEAR.search(text))


def _related(sheet: Sheet, abstract: int | None, references: frozenset[int]) -> tuple[range, ...]:
    """The boxes of other articles, each with its heading: related ones, and what else the site has."""
    spans: list[range] = []
    seen: dict[tuple[object, int | None], int] = {}
    for i, label in enumerate(sheet.labels):
        if label is None or label.field not in _OTHER_ARTICLES or (spans and i < spans[-1].stop) or i in references:
            continue
        end, alone = _box_end(sheet, i, _section_end(sheet, i, seen, longest=400))
        if abstract is not None and i < abstract and not (alone and end <= abstract):  # a tab or a link to the box, not the box
            continue
        if _is_left(sheet, i, next((j for j in range(i + 1, end) if sheet.labels[j] is None), i)):
            continue
        items = [j for j in range(i + 1, end) if sheet.labels[j] is None and (word_count(sheet.text(j)) >= 4 or leads_on(sheet.blocks[j]))]
        if items and (alone or not (end - i > 2 and sheet.labels[i + 1] is not None and len(items) < 2)):
            spans.append(range(i, end))
    return tuple(spans)


def _is_left(sheet: Sheet, start: int, index: int) -> bool:
    """Whether the first block behind the heading of a box is a paragraph outside the element that the markup calls a box."""
    block = sheet.blocks[index]
    return "related" in sheet.blocks[start].hints and "related" not in block.hints and word_count(block.text) > _LONGEST_TITLE and is_prose(block.text)


def leads_on(block: Block) -> bool:
    """Whether the line is a heading or a link as a whole, as the title of another article is."""
    linked = any(span.kind == "a" and span.end - span.start >= 0.8 * len(block.text) for span in block.spans)
    return linked or heading_level(block) is not None


def _box_end(sheet: Sheet, start: int, end: int) -> tuple[int, bool]:
    """Where the box ends that the heading at ``start`` opens, ``end`` at the latest, and whether it has an element of its own.

    That is the smallest element with the heading and a title behind it. Flat text has none: there a menu ends the box.
    """
    blocks = sheet.blocks
    around = frozenset(blocks[start].hints)
    end = next((i for i in range(start + 1, end) if heading_level(blocks[i]) == 1 or not _NO_BOX.intersection(blocks[i].hints) <= around), end)
    if blocks[start].tag == "line":
        menu = (i for i in range(start + 1, end) if (label := sheet.labels[i]) is not None and label.cls in _MENU)
        return next((i for i in menu if any(sheet.labels[j] is None for j in range(start + 1, i))), end), False
    path = blocks[start].where.split("/")
    for depth in range(len(path), 2, -1):
        element = "/".join(path[:depth])
        stop = next((i for i in range(start + 1, end) if not blocks[i].is_inside(element)), end)
        if any(sheet.labels[i] is None and leads_on(blocks[i]) and word_count(blocks[i].text) >= 3 for i in range(start + 1, stop)):
            return stop, not (start and blocks[start - 1].is_inside(element))
    return end, False
