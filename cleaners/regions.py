"""Which part of the page each block belongs to: title, head, abstract, keywords, related records, references."""

import re
from collections.abc import Iterable

import msgspec

from cleaners.labels import find_label
from cleaners.lines import ends_sentence, has_locator, is_caption, is_prose, word_count
from cleaners.sections import contents, holder
from cleaners.segment.block import Block
from cleaners.sheet import Sheet, heading_level
from cleaners.title_block import find_title

# The head of an article (authors, affiliations, dates) was never longer on 228 real pages, hidden author cards included.
_LONGEST_HEAD = 250
# A paragraph that is the abstract without saying so is at least this long; notices and licences are shorter.
_LONE_PARAGRAPH = 350
# What markup calls an abstract and is shorter is a teaser.
_SHORTEST_MARKED = 150
# Labels that run into a paragraph are short.
_LONGEST_LABEL = 40
# "Contact: …" and "Supplementary information: …" are parts of some journals' abstracts, these are not.
_NOTES = frozenset(("author_affiliation", "section_heading_other", "cite_export", "keyword_heading", "copyright_line"))
# With more the markup calls a whole article its summary; of 157 abstracts none had more than 2,900.
_LONGEST_ABSTRACT = 6000
_DOI = re.compile(r"\b10\.\d{4,9}/")
# What a label may open that holds other articles; what no box of them holds; classes of lines that end one in flat text.
_OTHER_ARTICLES = frozenset(("related", "elsewhere"))
_NO_BOX = frozenset(("footer", "comments"))
_MENU = frozenset(("navigation", "login_paywall", "cookie_consent", "copyright_line"))


class Regions(msgspec.Struct, frozen=True, kw_only=True):
    """Block indexes by region. ``head`` runs from the title to what ends it; ``abstract`` holds the text blocks only."""

    title: int | None
    head: range
    abstract_label: int | None
    abstract: tuple[int, ...]
    related: tuple[range, ...]
    references: frozenset[int]

    def in_related(self, index: int) -> bool:
        return any(index in span for span in self.related)

    def outside(self, index: int) -> bool:
        """Whether the block speaks of other articles than this one."""
        return index in self.references or self.in_related(index)


def find_regions(sheet: Sheet, *, titles: Iterable[str] = (), page_title: str | None = None, url: str | None = None) -> Regions:
    """Lay the regions over a sheet. ``titles`` are what the page's metadata gives as its title, best first."""
    references = _references(sheet)
    abstract_label = _abstract_label(sheet, references)
    related = _related(sheet, abstract_label, references)
    outside = references.union(*map(frozenset, related)) if related else references
    title = find_title(sheet, abstract=abstract_label, outside=outside, known=list(titles), page_title=page_title, url=url)
    if abstract_label is not None:
        abstract = abstract_blocks(sheet, abstract_label + 1, outside)
    else:
        abstract = _marked_abstract(sheet, title, outside) or _lone_abstract(sheet, title, outside)
    end = abstract_label if abstract_label is not None and (title is None or abstract_label > title) else None
    if end is None and abstract and (title is None or abstract[0] > title):
        end = abstract[0]
    start = (title + 1) if title is not None else 0
    if end is None:
        end = next((i for i in range(start, len(sheet.blocks)) if _opens_body(sheet, i)), len(sheet.blocks))
    return Regions(
        title=title,
        head=range(start, min(end, start + _LONGEST_HEAD)),
        abstract_label=abstract_label,
        abstract=abstract,
        related=related,
        references=references,
    )


def _opens_body(sheet: Sheet, index: int) -> bool:
    """Whether the text begins here: a heading "Introduction", a long paragraph, or one of two that follow each other.

    A standfirst is a paragraph too, but the names of the authors follow it.
    """
    label = sheet.labels[index]
    if label is not None:
        return label.cls == "section_heading_in_abstract" and label.text.casefold().startswith("introduction")
    if not _is_paragraph(sheet, index):
        return False
    after = next((i for i in range(index + 1, min(len(sheet.blocks), index + 8)) if sheet.labels[i] is None and i not in sheet.peripheral), None)
    return len(sheet.text(index)) > 400 or (after is not None and _is_paragraph(sheet, after))


def _is_paragraph(sheet: Sheet, index: int) -> bool:
    text = sheet.text(index)
    return index not in sheet.peripheral and len(text) > 80 and is_prose(text)


# ------------------------------------------------------------------ parts that speak of other articles


def _section_end(sheet: Sheet, start: int, *, longest: int) -> int:
    """Where the section that the heading at ``start`` opens ends: at the next heading of its rank or a higher one.

    A title ends any section: what stands before it is an entry of a list of contents.
    """
    level, opener = heading_level(sheet.blocks[start]), sheet.labels[start]
    opened = opener and (opener.cls, opener.field)
    for i in range(start + 1, min(len(sheet.blocks), start + longest)):
        label, rank = sheet.labels[i], heading_level(sheet.blocks[i])
        if label is not None and label.action == "section_boundary" and (label.cls, label.field) != opened:
            return i
        if rank is not None and rank <= (level or 1):
            return i
    return min(len(sheet.blocks), start + longest)


def _references(sheet: Sheet) -> frozenset[int]:
    found: set[int] = set()
    entries = contents(sheet)
    for i, label in enumerate(sheet.labels):
        if label is not None and label.field == "references" and i not in sheet.peripheral and i not in entries:
            end, held = _section_end(sheet, i, longest=3000), holder(sheet, i)
            end = next((j for j in range(i + 1, end) if not sheet.blocks[j].where.startswith(held)), end)
            if end - i > 2:
                found.update(range(i, end))
    found.update(b.index for b in sheet.blocks if "references" in b.hints and ("li" in b.where or has_locator(b.text)))
    return frozenset(found)


def _related(sheet: Sheet, abstract: int | None, references: frozenset[int]) -> tuple[range, ...]:
    """The boxes of other articles, each with its heading: related ones, and what else the site has."""
    spans: list[range] = []
    for i, label in enumerate(sheet.labels):
        if label is None or label.field not in _OTHER_ARTICLES or (spans and i < spans[-1].stop) or i in references:
            continue
        end, alone = _box_end(sheet, i, _section_end(sheet, i, longest=400))
        if abstract is not None and i < abstract and not (alone and end <= abstract):  # a tab or a link to the box, not the box
            continue
        items = [j for j in range(i + 1, end) if sheet.labels[j] is None and (word_count(sheet.text(j)) >= 4 or leads_on(sheet.blocks[j]))]
        if items and (alone or not (end - i > 2 and sheet.labels[i + 1] is not None and len(items) < 2)):
            spans.append(range(i, end))
    return tuple(spans)


def captions(block: Block) -> bool:
    """Whether the block is the caption of a figure or a table. Further out, sites name whole articles so."""
    return is_caption(block.text) or "caption" in block.hints[-2:]


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


# ------------------------------------------------------------------ abstract


def _abstract_label(sheet: Sheet, references: frozenset[int]) -> int | None:
    """The heading that really opens the abstract: text follows it. A tab of that name is followed by other tabs."""
    best: tuple[int, int] | None = None
    for i in range(len(sheet.labels)):
        if sheet.field(i) != "abstract" or i in references:
            continue
        texts = [sheet.text(j) for j in abstract_blocks(sheet, i + 1, references)]
        length = sum(map(len, texts)) if any(is_prose(t) or ends_sentence(t) for t in texts) else 0
        if length < 40:
            continue
        rank = (i in sheet.peripheral) * 2 + (length < 200)
        if best is None or rank < best[0]:
            best = (rank, i)
    return best[1] if best else None


def abstract_blocks(sheet: Sheet, start: int, outside: frozenset[int]) -> tuple[int, ...]:
    """The blocks of the abstract that begins at ``start``: its paragraphs and the headings of its sections."""
    taken: list[int] = []
    size, sections = 0, False
    container = _container(sheet, start)
    for i in range(start, min(len(sheet.blocks), start + 60)):
        label, text = sheet.labels[i], sheet.text(i)
        inside = bool(container) and sheet.blocks[i].where.startswith(container)
        if label is not None:
            if label.cls == "section_heading_in_abstract" and (not size or sections or _short_paragraphs(sheet, taken)):
                if text.casefold().startswith("introduction") and size and not inside:
                    break
                sections = True
                taken.append(i)
                continue
            if label.action == "drop_line" and (not size or inside):
                continue
            if not size and label.field == "abstract":
                continue
            break
        if i in outside or (size and heading_level(sheet.blocks[i]) is not None and not inside):
            break
        if captions(sheet.blocks[i]):
            continue
        if size and _opens_note(text):
            break
        if not (is_prose(text) or (size and _closing_line(text)) or (sections and len(text) >= 20) or (inside and len(text) >= 60)):
            if not size and i - start < 4 and len(text) < 60:
                continue
            if inside and i + 1 < len(sheet.blocks) and sheet.blocks[i + 1].where.startswith(container):
                continue
            break
        if size and not sections and not inside and size + len(text) > _LONGEST_ABSTRACT:
            break
        taken.append(i)
        size += len(text)
    while taken and sheet.labels[taken[-1]] is not None:
        taken.pop()
    return tuple(taken)


def _short_paragraphs(sheet: Sheet, taken: list[int]) -> bool:
    return all(len(sheet.text(i)) < 700 for i in taken)


def _closing_line(text: str) -> bool:
    """A short last line of an abstract: "Contact: ...", "Trial registration: ...", or a short sentence."""
    head, colon, rest = text.partition(":")
    return (bool(colon) and 2 < len(head) < 50 and len(rest) > 3) or (word_count(text) >= 5 and ends_sentence(text))


def _opens_note(text: str) -> bool:
    """Whether a paragraph behind the abstract says in its first words that it is none: "Citation: …", "Funding: …"."""
    head, colon, _ = text.partition(":")
    label = find_label(f"{head}:") if colon and len(head) <= _LONGEST_LABEL else None
    return label is not None and label.cls in _NOTES


def _container(sheet: Sheet, index: int) -> str:
    """The path of the element that the markup calls the abstract and that holds the block, else an empty string."""
    if index >= len(sheet.blocks):
        return ""
    block = sheet.blocks[index]
    if "abstract" not in block.hints:
        return ""
    path = block.where.split("/")
    depth = len(path) - 1 if block.tag == "p" or heading_level(block) is not None else len(path)
    return "/".join(path[:depth])


def _marked_abstract(sheet: Sheet, title: int | None, outside: frozenset[int]) -> tuple[int, ...]:
    """An abstract without a heading, in an element that the markup calls so; not where that holds a whole article."""
    marked = [b for b in sheet.blocks if "abstract" in b.hints[-4:] and "references" not in b.hints]
    if sum(len(b.text) for b in marked) > _LONGEST_ABSTRACT:
        return ()
    near = (b for b in marked if b.index not in outside and b.index not in sheet.peripheral and (title is None or b.index > title))
    first = next((b for b in near if sheet.labels[b.index] is None and len(b.text) >= _SHORTEST_MARKED and is_prose(b.text)), None)
    return abstract_blocks(sheet, first.index, outside) if first is not None else ()


def _lone_abstract(sheet: Sheet, title: int | None, outside: frozenset[int]) -> tuple[int, ...]:
    """The only prose of a landing page: a page with a DOI whose one to three long paragraphs stand below the title."""
    if title is None or not any("10." in b.text and _DOI.search(b.text[:3000]) for b in sheet.blocks):
        return ()
    prose = [
        b.index
        for b in sheet.blocks[title + 1 :]
        if len(b.text) >= _LONE_PARAGRAPH and b.index not in sheet.peripheral and b.index not in outside and is_prose(b.text)
    ]
    if not 1 <= len(prose) <= 3 or prose[0] - title > 60 or prose[-1] - prose[0] >= len(prose):
        return ()
    return tuple(prose)
