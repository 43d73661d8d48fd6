"""The sheet: a page's blocks with their UI labels, glued labels split off. What all later steps read."""

from collections.abc import Iterable, Iterator

import msgspec

from cleaners.labels import Label, find_label, split_labels
from cleaners.lines import is_caption
from cleaners.segment.block import Block, Span

# What stands under these hints is around the article, not in it.
PERIPHERAL = frozenset(("navigation", "footer", "overlay", "share", "advert", "search", "comments", "form", "button", "banner"))
# The rank of a heading that a label alone makes one: below h6.
BELOW_HEADINGS = 7
# A hint that covers more of the page's text than this says nothing: some pages are one big form, or sit in an "overlay".
_COVERS_ALL = 0.5


class Sheet(msgspec.Struct, frozen=True):
    """Blocks and labels, index by index. ``peripheral`` holds the blocks that the markup puts around the article."""

    blocks: tuple[Block, ...]
    labels: tuple[Label | None, ...]
    peripheral: frozenset[int]

    def text(self, index: int) -> str:
        return self.blocks[index].text

    def field(self, index: int) -> str | None:
        """The field or region that the block's label opens."""
        label = self.labels[index]
        return label.field if label else None

    def is_heading(self, index: int) -> bool:
        """Whether the block opens a part of the page: by its label, or by its element."""
        label = self.labels[index]
        return (label is not None and label.action == "section_boundary") or heading_level(self.blocks[index]) is not None


def heading_level(block: Block) -> int | None:
    """1 to 6 for h1 to h6, else `None`."""
    tag = block.tag
    return int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit() else None


def captions(block: Block) -> bool:
    """Whether the block is the caption of a figure or a table. Further out, sites name whole articles so."""
    return is_caption(block.text) or "caption" in block.hints[-2:]


def lay_out(blocks: Iterable[Block]) -> Sheet:
    """Find the labels; a block with labels glued to its borders becomes several blocks at the same address."""
    cut: list[Block] = []
    labels: list[Label | None] = []
    known: dict[str, Label | None] = {}
    for block in blocks:
        for piece, label in _pieces(block, known):
            cut.append(piece if piece.index == len(cut) else msgspec.structs.replace(piece, index=len(cut)))
            labels.append(label)
    return Sheet(tuple(cut), tuple(labels), _around(cut))


def _pieces(block: Block, known: dict[str, Label | None]) -> Iterator[tuple[Block, Label | None]]:
    """The block, or what its labels part it into; ``known`` are the labels of lines that stood on the page before."""
    if block.text not in known:
        known[block.text] = find_label(block.text)
    line = known[block.text]
    label = msgspec.structs.replace(line) if line is not None else _links_label(block)
    if label is not None:
        yield block, label
        return
    pieces = split_labels(block.text)
    if len(pieces) == 1:
        yield block, None
        return
    for number, piece in enumerate(pieces):
        spans = tuple(
            Span(max(s.start, piece.start) - piece.start, min(s.end, piece.end) - piece.start, s.kind, s.href)
            for s in block.spans
            if s.start < piece.end and s.end > piece.start
        )
        yield msgspec.structs.replace(block, text=piece.text, spans=spans, gap=block.gap and not number), piece.label


def _links_label(block: Block) -> Label | None:
    """The label of a line of links that are all labels, however they are run together: "PDFEPUB"."""
    links = [s for s in block.spans if s.kind == "a"]
    if len(links) < 2 or sum(s.end - s.start for s in links) + 3 * len(links) < len(block.text):
        return None
    chrome: list[Label] = []
    for s in links:
        if (label := find_label(block.text[s.start : s.end])) is None:
            return None
        if label.action == "drop_line":
            chrome.append(label)
    return msgspec.structs.replace(chrome[0], text=block.text) if chrome else None


def _around(blocks: list[Block]) -> frozenset[int]:
    weight: dict[str, int] = {}
    total = 1
    for block in blocks:
        if len(block.text) >= 80:
            total += len(block.text)
            for hint in PERIPHERAL.intersection(block.hints):
                weight[hint] = weight.get(hint, 0) + len(block.text)
    telling = {hint for hint in PERIPHERAL if weight.get(hint, 0) <= _COVERS_ALL * total}
    return frozenset(b.index for b in blocks if not telling.isdisjoint(b.hints))
