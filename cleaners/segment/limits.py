"""How much of a page is read: more blocks or text than any article has are left out, and a notice says so."""

from collections.abc import Sequence

import msgspec

from cleaners.record import Notice
from cleaners.segment.block import Block

# Of 959 real pages the largest has 3,890 blocks; each costs the later steps about a millisecond.
MOST_BLOCKS = 10_000
# Characters. A long book has 3 million; each million costs the later steps two seconds.
MOST_TEXT = 4_000_000


def limited(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[Notice, ...]]:
    """The blocks up to the limits, and what is to be said where that are not all."""
    kept: list[Block] = []
    room = MOST_TEXT
    for block in blocks[:MOST_BLOCKS]:
        if room <= 0:
            break
        kept.append(block if len(block.text) <= room else _cut(block, room))
        room -= len(block.text)
    if len(kept) == len(blocks) and room >= 0:
        return tuple(blocks), ()
    shown = sum(len(block.text) for block in kept)
    message = f"The page has more text than is read: {len(kept)} blocks with {shown} characters were kept, the last is {kept[-1].where}."
    return tuple(kept), (Notice(code="blocks_cut", message=message),)


def _cut(block: Block, size: int) -> Block:
    return msgspec.structs.replace(block, text=block.text[:size], spans=tuple(s for s in block.spans if s.end <= size))
