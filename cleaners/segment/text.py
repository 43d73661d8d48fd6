"""Cut a flat text dump into blocks: one for each line that holds text."""

from cleaners.segment.block import Block
from cleaners.segment.html import INVISIBLE
from cleaners.segment.limits import MOST_BLOCKS, MOST_TEXT


def segment(text: str) -> tuple[Block, ...]:
    """The blocks of a flat text, in order, one more than the limit where there are more.

    Lines end at LF, CRLF or CR; a blank line sets the next block's `gap`.
    """
    blocks: list[Block] = []
    gap, size = True, 0
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        content = " ".join(line.translate(INVISIBLE).split())
        if content:
            blocks.append(Block(index=len(blocks), text=content, tag="line", where=f"line {number}", gap=gap))
            size += len(content)
            if size > MOST_TEXT or len(blocks) > MOST_BLOCKS:
                break
        gap = not content
    return tuple(blocks)
