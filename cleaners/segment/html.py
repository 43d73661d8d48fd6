"""Cut a parsed page into blocks: one walk over the tree, one block for each run of text between block elements."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from cleaners.segment.block import Block, Span
from cleaners.segment.hints import hints_of

# HTML elements that stand on lines of their own, and those whose content a reader never sees.
_BLOCK = frozenset(
    "address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre section select "
    "summary table tbody td tfoot th thead title tr ul".split()
)
_UNSEEN = frozenset("head script style noscript template svg iframe object embed canvas audio video map textarea math-source".split())
_SPANS = frozenset(("a", "sup", "sub", "b", "strong", "i", "em"))
# Zero-width space, word joiner, byte order mark and soft hyphen carry no text; U+200C and U+200D do (Persian, emoji).
INVISIBLE = dict.fromkeys(map(ord, "​⁠﻿­"))


class _Line:
    """The text of the block that is being read, whitespace collapsed as it comes."""

    __slots__ = ("length", "parts", "space", "spans")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.space = False
        self.spans: list[Span] = []

    def add(self, text: str) -> None:
        words = text.split()
        if not words:
            self.space = self.space or bool(text)
            return
        if self.length and (self.space or text[0].isspace()):
            self.parts.append(" ")
            self.length += 1
        joined = " ".join(words)
        if not joined.isascii():
            joined = joined.translate(INVISIBLE)
        self.parts.append(joined)
        self.length += len(joined)
        self.space = text[-1].isspace()


def _names(element: HtmlElement) -> str:
    get = element.get
    return " ".join(filter(None, (get("class"), get("id"), get("role"), get("itemprop"), get("data-testid"))))


def _hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or bool(style and "display:none" in style.replace(" ", "").lower())


def segment(tree: HtmlElement) -> tuple[Block, ...]:
    """The blocks of a page, in document order. Empty for a page without text."""
    return tuple(_blocks(tree))


def _blocks(root: HtmlElement) -> Iterator[Block]:
    index, line, gap = 0, _Line(), True
    # A stack of frames instead of recursion: hostile pages nest deeper than Python's stack allows.
    tag = root.tag if isinstance(root.tag, str) else "html"
    stack: list[tuple[HtmlElement, Iterator[HtmlElement], tuple[str, ...], str, str, dict[str, int], int]] = []
    stack.append((root, iter(root), (), f"/{tag}", tag, {}, 0))
    owner: tuple[str, str, tuple[str, ...]] = (tag, f"/{tag}", ())
    if root.text:
        line.add(root.text)

    def flush() -> Block | None:
        nonlocal index, line, gap
        if not line.length:
            line = _Line()
            return None
        text = "".join(line.parts)
        block = Block(index=index, text=text, tag=owner[0], where=owner[1], hints=owner[2], spans=tuple(line.spans), gap=gap)
        index, line, gap = index + 1, _Line(), False
        return block

    while stack:
        element, children, hints, path, block_tag, counts, start = stack[-1]
        child = next(children, None)
        if child is not None:
            name = child.tag
            if not isinstance(name, str):  # a comment or a processing instruction: only its tail is text
                if child.tail:
                    line.add(child.tail)
                continue
            counts[name] = counts.get(name, 0) + 1
            if name in _UNSEEN or (name == "input" and not child.tail):
                if child.tail:
                    line.add(child.tail)
                continue
            names = _names(child)
            own = hints_of(name, names)
            if _hidden(child):
                own = (*own, "hidden")
            child_hints = (*hints, *own) if own else hints
            child_path = f"{path}/{name}[{counts[name]}]"
            if name in _BLOCK:
                block = flush()
                if block is not None:
                    yield block
                if name != "br":
                    gap = True
                    owner = (name, child_path, child_hints)
                child_tag = name if name != "br" else block_tag
            else:
                child_tag = block_tag
                if own and line.length == 0:  # an inline element that opens the line may say what the line is
                    owner = (owner[0], owner[1], child_hints)
            stack.append((child, iter(child), child_hints, child_path, child_tag, {}, line.length + (1 if line.space and line.length else 0)))
            if child.text:
                line.add(child.text)
            continue
        stack.pop()
        name = element.tag if isinstance(element.tag, str) else ""
        if name in _SPANS and line.length > start:
            line.spans.append(Span(start, line.length, name, element.get("href") if name == "a" else None))
        if name in _BLOCK and name != "br":
            block = flush()
            if block is not None:
                yield block
            gap = True
        if stack:
            parent = stack[-1]
            if name in _BLOCK:
                owner = (parent[4], parent[3], parent[2])
            if element.tail:
                line.add(element.tail)
    block = flush()
    if block is not None:
        yield block
