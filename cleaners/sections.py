"""Parts of the page behind headings that speak of the article rather than tell it: notes on authors, rights, comments."""

from cleaners.labels import Label
from cleaners.lines import is_prose
from cleaners.sheet import BELOW_HEADINGS, Sheet, heading_level

# Labels that open such a part wherever they stand, and those that do so only as a heading element: else they are links.
_OPENING = frozenset(("section_heading_other", "cited_by"))
_OPENING_AS_HEADING = frozenset(("author_affiliation", "cite_export", "login_paywall", "metrics", "share_social", "download_fulltext", "search_box"))
# A part with more of the page's prose than this is the text itself: "Notes" and "Contents" may head an article.
_COVERS_ALL = 0.5
# A part with at least so many characters of prose stands behind most of the text, or it is a section of it.
_HOLDS_TEXT = 200
# Two headings in a row are a section and its first part.
_SHORTEST_CONTENTS = 3


def contents(sheet: Sheet) -> frozenset[int]:
    """The entries of lists of contents and tabs: headings of an article one after the other, with no text between them."""
    found: set[int] = set()
    run: list[int] = []
    for block in sheet.blocks:
        label = sheet.labels[block.index]
        if label is not None and label.action in ("keep", "section_boundary") and heading_level(block) is None:
            run.append(block.index)
            continue
        if len(run) >= _SHORTEST_CONTENTS:
            found.update(run)
        run = []
    return frozenset(found.union(run) if len(run) >= _SHORTEST_CONTENTS else found)


def back_matter(sheet: Sheet) -> dict[int, Label]:
    """The blocks of such parts, each with the label of the heading that it stands behind."""
    found: dict[int, Label] = {}
    open_parts: list[tuple[int, Label | None, str]] = []
    sizes: list[int] = []
    entries = contents(sheet)
    for block in sheet.blocks:
        i, label, level = block.index, sheet.labels[block.index], heading_level(block)
        while open_parts and not block.where.startswith(open_parts[-1][2]):
            open_parts.pop()
        if level is not None or (label is not None and label.action == "section_boundary"):
            rank = level or BELOW_HEADINGS
            while open_parts and open_parts[-1][0] >= rank:
                open_parts.pop()
            classes = _OPENING if level is None else _OPENING | _OPENING_AS_HEADING
            opens = label is not None and label.cls in classes and i not in entries and i not in sheet.peripheral
            open_parts.append((rank, label if opens else None, holder(sheet, i)))
        governing = next((part[1] for part in reversed(open_parts) if part[1] is not None), None)
        sizes.append(len(block.text) if is_prose(block.text) else 0)
        if governing is not None:
            found[i] = governing
    parts: dict[int, list[int]] = {}
    for i, label in found.items():
        parts.setdefault(id(label), []).append(i)
    text = [0 if i in found else size for i, size in enumerate(sizes)]
    most = _COVERS_ALL * (1 + sum(sizes))
    kept: dict[int, Label] = {}
    for at in parts.values():
        held = sum(sizes[i] for i in at)
        if held <= most and (held < _HOLDS_TEXT or sum(text[: at[0]]) >= sum(text[at[-1] :])):
            kept.update((i, found[i]) for i in at)
    return dict(sorted(kept.items()))


def holder(sheet: Sheet, i: int) -> str:
    """The path of the element that holds both the heading and what follows it; empty in flat text, which has no elements."""
    if i + 1 >= len(sheet.blocks):
        return ""
    here, after = (sheet.blocks[j].where for j in (i, i + 1))
    if not here.startswith("/"):
        return ""
    shared = 0
    for a, b in zip(here.split("/")[:-1], after.split("/"), strict=False):
        if a != b:
            break
        shared += 1
    return "/".join(here.split("/")[:shared]) + "/"
