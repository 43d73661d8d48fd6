"""Which blocks are the abstract: behind its heading or its tab, in an element that markup calls so, or alone below the byline."""

import re
from itertools import islice

import msgspec

from cleaners.addresses import has_doi, has_mail
from cleaners.labels import find_label
from cleaners.lines import ends_sentence, is_prose, word_count
from cleaners.scholarly import is_teaser, shows_work
from cleaners.sheet import Sheet, captions, heading_level

# With more the markup calls a whole article its summary, and a heading "Summary" behind so much of a text with an introduction
# closes it; of 157 abstracts none had more than 2,900.
_LONGEST_ABSTRACT = 6000
# Text behind a tab of that name is the abstract if it is no longer than abstracts are.
_LONGEST_TABBED = 3000
# A tab's text stands at most so many blocks behind it: the other tabs, or a list of contents.
_LONGEST_TABS = 30
# A paragraph that is the abstract without a heading, a tab's text, and what makes a heading's text beyond doubt.
_SHORTEST_SURE = 200
# With nothing but a DOI on the page a lone paragraph is at least this long; notices and licences are shorter.
_LONE_PARAGRAPH = 350
# What markup calls an abstract and is shorter is a teaser.
_SHORTEST_MARKED = 150
# A teaser and the abstract have so many characters in common, at least.
_BEGINNING = 40
# Sections make an abstract from so many on, of one paragraph each; the sections of an article's text are longer.
_FEWEST_SECTIONS = 3
_LONGEST_SECTION = 1200
# Labels that run into a paragraph are short.
_LONGEST_LABEL = 40
# Headings of sections have at most so many words: "Design, setting and participants:".
_LONGEST_HEADING = 5
# "Contact: …" and "Supplementary information: …" are parts of some journals' abstracts, these are not.
_NOTES = frozenset(("author_affiliation", "section_heading_other", "cite_export", "keyword_heading", "copyright_line"))
# Rights are no part of an abstract: "© 2023 …", "This is an open access article distributed under the terms …".
_RIGHTS = re.compile(
    r"(?:copyright\s*)?(?:©|\(c\)\s*(?:19|20)\d\d|copyright\s+(?:19|20)\d\d)"
    r"|this\b.{0,80}\b(?:article|work|paper|content|publication)\b.{0,60}\b(?:distributed|licen[sc]ed|published|available) (?:under|in accordance with)\b",
    re.IGNORECASE,
)
# A label in front of a text without a mark between them: a capital follows.
_WORD_BORDER = re.compile(r"\s(?=[A-Z0-9(])")
# An abstract without a heading begins no later behind the title, has no more paragraphs, and most of the prose there.
_LONGEST_HEAD = 60
_MOST_PARAGRAPHS = 4
_LONE_SHARE = 0.6


class Headed(msgspec.Struct, frozen=True):
    """The abstract's heading and its blocks: paragraphs and the headings of its sections."""

    label: int
    blocks: tuple[int, ...]


def headed_abstract(sheet: Sheet, references: frozenset[int]) -> Headed | None:
    """The abstract behind its heading. Where that is a tab, other tabs or a list of contents stand between the two."""
    best: tuple[int, Headed] | None = None
    introduced, prose = False, 0
    for i in range(len(sheet.labels)):
        label = sheet.labels[i]
        if label is not None:
            introduced = introduced or label.introduces
        elif introduced and i not in sheet.peripheral and is_prose(sheet.text(i)):
            prose += len(sheet.text(i))
        if sheet.field(i) != "abstract" or i in references or prose > _LONGEST_ABSTRACT:
            continue
        for rank, start in ((0, i + 1), (1, _behind_tabs(sheet, i))):
            blocks = abstract_blocks(sheet, start, references) if start is not None else ()
            texts = [sheet.text(j) for j in blocks]
            length = sum(map(len, texts)) if any(is_prose(t) or ends_sentence(t) for t in texts) else 0
            if length < 40 or (rank and length > _LONGEST_TABBED):
                continue
            rank += (i in sheet.peripheral) * 4 + (length < _SHORTEST_SURE) * 2
            if not rank:
                return Headed(i, blocks)
            if best is None or rank < best[0]:
                best = (rank, Headed(i, blocks))
    return best[1] if best else None


def _behind_tabs(sheet: Sheet, tab: int) -> int | None:
    """The first paragraph behind a row of tabs or a list of contents; one other line, the title, may stand between."""
    labels = others = 0
    for i in range(tab + 1, min(len(sheet.blocks), tab + _LONGEST_TABS)):
        if sheet.labels[i] is not None or i in sheet.peripheral:
            labels += 1
        elif len(sheet.text(i)) >= _SHORTEST_MARKED and is_prose(sheet.text(i)):
            above = sheet.labels[i - 1]  # "Introduction", "Results": the text of another part
            return i if labels > 1 and (above is None or above.action != "keep") else None
        elif word_count(sheet.text(i)) > 3:
            others += 1
            if others > 1:
                return None
    return None


def abstract_blocks(sheet: Sheet, start: int, outside: frozenset[int]) -> tuple[int, ...]:
    """The blocks of the abstract that begins at ``start``: its paragraphs and the headings of its sections."""
    taken: list[int] = []
    size, sections = 0, False
    marked = _marked_end(sheet, start)
    for i in range(start, min(len(sheet.blocks), start + 60)):
        label, text = sheet.labels[i], sheet.text(i)
        inside = i < marked
        if label is not None:
            if label.cls == "section_heading_in_abstract" and (not size or sections or inside or _short_paragraphs(sheet, taken)):
                if label.introduces and size and not inside:
                    break
                sections = True
                taken.append(i)
                continue
            if label.action == "drop_line" and (not size or inside):
                continue
            if not size and label.field == "abstract":
                continue
            break
        if sections and _opens_part(text) and i + 1 < len(sheet.blocks) and ends_sentence(sheet.text(i + 1)):
            taken.append(i)
            continue
        if i in outside or (size and heading_level(sheet.blocks[i]) is not None and not (i + 1 < marked and is_prose(sheet.text(i + 1)))):
            break
        if captions(sheet.blocks[i]):
            continue
        if size and (_opens_note(text) or _RIGHTS.match(text)):
            break
        behind_heading = bool(taken) and heads_section(sheet, taken[-1])
        if not _belongs(text, first=not size, inside=inside, in_section=sections and (behind_heading or len(text) >= 20)):
            if (not size and i - start < 4 and len(text) < 60) or i + 1 < marked:
                continue
            break
        if size and not sections and not inside and size + len(text) > _LONGEST_ABSTRACT:
            break
        taken.append(i)
        size += len(text)
    while taken and heads_section(sheet, taken[-1]):
        taken.pop()
    return tuple(taken)


def _opens_part(text: str) -> bool:
    """Whether a line is written as the sections of an abstract are headed: "Limitation:", "Primary funding source:"."""
    return text.endswith(":") and text[:1].isupper() and len(text) <= _LONGEST_LABEL and word_count(text) <= _LONGEST_HEADING


def heads_section(sheet: Sheet, index: int) -> bool:
    """Whether a block of an abstract is the heading of one of its sections, by its label or by how it is written."""
    return sheet.labels[index] is not None or _opens_part(sheet.text(index))


def _belongs(text: str, *, first: bool, inside: bool, in_section: bool) -> bool:
    """Whether a line is a paragraph of the abstract: sentences, or what its place makes one."""
    if is_prose(text) or in_section or section_label(text) is not None or (inside and len(text) >= 60):
        return True
    if first:
        return len(text) >= 60 and ends_sentence(text) and word_count(text) >= 5
    head, colon, rest = text.partition(":")  # a short last line: "Contact: …", "Trial registration: …", or a short sentence
    return (bool(colon) and 2 < len(head) < 50 and len(rest) > 3) or (word_count(text) >= 5 and ends_sentence(text))


def section_label(paragraph: str) -> tuple[str, str] | None:
    """The label with which a paragraph opens a section of an abstract, and the rest: "Methods: We …", "Design Case-control study."."""
    head, colon, rest = paragraph.partition(":")
    places = [(head, rest)] if colon and len(head) < 60 else []
    places += [(paragraph[: m.start()], paragraph[m.end() :]) for m in islice(_WORD_BORDER.finditer(paragraph[:_LONGEST_LABEL]), 4)]
    for label, text in places:
        found = find_label(f"{label}:") if text.strip() else None
        if found is not None and found.cls == "section_heading_in_abstract":
            return label.strip(), text.strip()
    return None


def _marked_end(sheet: Sheet, start: int) -> int:
    """Where the blocks end that the markup calls the abstract; ``start`` where it calls none so, or a whole article."""
    end = start
    while end < len(sheet.blocks) and "abstract" in sheet.blocks[end].hints[-4:]:
        end += 1
    return end if sum(len(b.text) for b in sheet.blocks[start:end]) <= _LONGEST_ABSTRACT else start


def _short_paragraphs(sheet: Sheet, taken: list[int]) -> bool:
    return all(len(sheet.text(i)) < 700 for i in taken)


def _opens_note(text: str) -> bool:
    """Whether a paragraph behind the abstract says in its first words that it is none: "Citation: …", "Funding: …"."""
    head, colon, _ = text.partition(":")
    label = find_label(f"{head}:") if colon and len(head) <= _LONGEST_LABEL else None
    return label is not None and label.cls in _NOTES


def unheaded_abstract(sheet: Sheet, title: int | None, outside: frozenset[int]) -> tuple[int, ...]:
    """An abstract without a heading, as a page of a scholarly work may have one."""
    found = _marked_abstract(sheet, title, outside) or _sectioned_abstract(sheet, title, outside)
    return found or _teased_abstract(sheet, outside) or _lone_abstract(sheet, title, outside)


def _marked_abstract(sheet: Sheet, title: int | None, outside: frozenset[int]) -> tuple[int, ...]:
    """An abstract without a heading, in an element that the markup calls so; not where that holds a whole article."""
    # "description" is a name of the text below a figure, too.
    marked = [b for b in sheet.blocks if "abstract" in b.hints[-4:] and "references" not in b.hints and "/figure" not in b.where]
    if sum(len(b.text) for b in marked) > _LONGEST_ABSTRACT:
        return ()
    near = (b for b in marked if b.index not in outside and b.index not in sheet.peripheral and (title is None or b.index > title))
    first = next((b for b in near if sheet.labels[b.index] is None and len(b.text) >= _SHORTEST_MARKED and is_prose(b.text)), None)
    return abstract_blocks(sheet, first.index, outside) if first is not None else ()


def _sectioned_abstract(sheet: Sheet, title: int | None, outside: frozenset[int]) -> tuple[int, ...]:
    """An abstract that shows itself by its sections: labels "Background", "Methods", "Results", each with one short paragraph."""
    for i in range(0 if title is None else title + 1, len(sheet.blocks)):
        if i in outside or i in sheet.peripheral or not _opens_section(sheet, i):
            continue
        blocks = abstract_blocks(sheet, i, outside)
        texts = [sheet.text(j) for j in blocks if not heads_section(sheet, j)]
        opened = sum(heads_section(sheet, j) or section_label(sheet.text(j)) is not None for j in blocks)
        short = sum(map(len, texts)) <= _LONGEST_TABBED and max(map(len, texts), default=0) <= _LONGEST_SECTION
        return blocks if short and is_sectioned(sheet, blocks) and len(texts) <= opened else ()
    return ()


def is_sectioned(sheet: Sheet, abstract: tuple[int, ...]) -> bool:
    """Whether an abstract has the sections that only papers' abstracts have."""
    return sum(_opens_section(sheet, i) for i in abstract) >= _FEWEST_SECTIONS


def _opens_section(sheet: Sheet, index: int) -> bool:
    label = sheet.labels[index]
    return label.cls == "section_heading_in_abstract" if label is not None else section_label(sheet.text(index)) is not None


def _teased_abstract(sheet: Sheet, outside: frozenset[int]) -> tuple[int, ...]:
    """What follows a teaser and begins as it does, else the teaser itself: "In older adults the … Click to show full abstract"."""
    teasers = [b for b in sheet.blocks if is_teaser(b.text) and b.index not in outside]
    for teaser in teasers:
        begun = teaser.text[:_BEGINNING]
        whole = next((b for b in sheet.blocks[teaser.index + 1 :] if b.text.startswith(begun) and len(b.text) > len(teaser.text)), None)
        if whole is not None:
            return (whole.index,)
    return (teasers[0].index,) if teasers else ()


def _lone_abstract(sheet: Sheet, title: int | None, outside: frozenset[int]) -> tuple[int, ...]:
    """The first paragraphs below the title, where the introduction or the keywords follow, or hardly any other prose does."""
    if title is None:
        return ()
    own = range(title + 1, len(sheet.blocks))
    around: frozenset[int] = frozenset() if title in sheet.peripheral else sheet.peripheral  # some sites set the article's own head as the page's
    prose = [i for i in own if i not in around and i not in outside and sheet.labels[i] is None and is_prose(sheet.text(i))]
    # "Jane Roe is at the Laboratory of …, e-mail: …" is a sentence too.
    first = next((i for i in prose if len(sheet.text(i)) >= _SHORTEST_MARKED and not has_mail(sheet.text(i))), None)
    head = range(max(0, title - 5), first or 0)
    above = sheet.labels[first - 1] if first is not None else None
    # Metadata is not enough: offices of the state write "citation_title" into every page.
    if first is None or first - title > _LONGEST_HEAD or not shows_work(sheet, head) or (above is not None and above.introduces):
        return ()
    end = first + 1
    while end in prose:
        end += 1
    size, rest = (sum(len(sheet.text(i)) for i in part) for part in (range(first, end), prose))
    if end - first > _MOST_PARAGRAPHS or size > _LONGEST_TABBED:
        return ()
    alone = size >= _LONE_SHARE * rest and (size >= _LONE_PARAGRAPH or any(has_doi(sheet.text(i)) for i in head))
    after = sheet.labels[end] if end < len(sheet.labels) else None
    closed = size >= _SHORTEST_SURE and after is not None and (after.field == "keywords" or after.introduces)
    return tuple(range(first, end)) if alone or closed else ()
