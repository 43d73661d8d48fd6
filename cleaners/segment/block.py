"""A block: the smallest piece of a page that later steps speak of."""

import re

import msgspec

_POSITION = re.compile(r"\[\d+\]")


class Span(msgspec.Struct, frozen=True):
    """An inline element inside a block: ``kind`` is its tag (``a``, ``sup``, ``b``), or ``affiliation`` for another that the markup
    calls so; ``href`` is set on ``a`` only.
    """

    start: int
    end: int
    kind: str
    href: str | None = None


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One block of text.

    ``where`` is an XPath for HTML and ``line N`` (from 1) for flat text. ``tag`` is the element that made the block,
    ``line`` in flat text. ``hints`` are what the markup around it says, outermost first (see ``hints.toml``);
    always empty in flat text. ``gap`` is true where a blank line or the edge of a container stands before the block.
    """

    index: int
    text: str
    tag: str
    where: str
    hints: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    gap: bool = False

    @property
    def kind(self) -> str:
        """The path without positions: the same for all entries of a list."""
        return without_positions(self.where)

    def is_inside(self, element: str) -> bool:
        """Whether the block is the element at this path, or stands in it."""
        return f"{self.where}/".startswith(f"{element}/")


def without_positions(path: str) -> str:
    """A path that all entries of a list share: ``/html/body/ul/li`` of ``/html/body/ul/li[3]``."""
    return _POSITION.sub("", path)
