"""Cut a parsed page into blocks: one walk over the tree, one block for each run of text between block elements."""

from collections.abc import Sequence

from lxml import etree
from lxml.html import HtmlElement

from cleaners.segment.block import Block, Span
from cleaners.segment.hints import hints_of
from cleaners.segment.limits import MOST_BLOCKS, MOST_TEXT

# HTML elements that stand on lines of their own, and those whose content a reader never sees.
BLOCK_TAGS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre",
    "section", "select", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
))  # fmt: skip
UNSEEN_TAGS = frozenset((
    "head", "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas", "audio", "video",
    "map", "textarea", "input", "math-source",
))  # fmt: skip
_SPANS = frozenset(("a", "sup", "sub", "b", "strong", "i", "em"))
# Attributes that name a part of the page.
_NAMING = frozenset(("class", "id", "role", "itemprop", "data-testid"))
# Zero-width space, word joiner, byte order mark and soft hyphen carry no text; U+200C and U+200D do (Persian, emoji).
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))


def _hints(tag: str, attributes: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """An element's own hints."""
    names = ""
    hidden = False
    for name, value in attributes:
        if name in _NAMING:
            names += value + " "
        elif name == "hidden" or (name == "style" and "display:none" in value.replace(" ", "").lower()):
            hidden = True
    own = hints_of(tag, names) if names or tag in BLOCK_TAGS else ()
    return (*own, "hidden") if hidden else own


def segment(tree: HtmlElement) -> tuple[Block, ...]:
    """The blocks of a page, in document order, one more than the limit where there are more. Empty for a page without text.

    Whitespace is collapsed as it comes. One loop without calls: a page has 2,400 elements in the mean, most of them without text.
    """
    path = tree.getroottree().getpath
    blocks: list[Block] = []
    size, gap = 0, True
    # The line that is read: the pieces of its text and their length, whether white space stands behind them, its spans.
    parts: list[str] = []
    spans: list[Span] = []
    length, space = 0, False
    outer: list[tuple[HtmlElement, tuple[str, ...], tuple[str, ...], str | None, int]] = []
    owner = tree
    said: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    def line() -> Block:
        return Block(index=len(blocks), text="".join(parts), tag=owner.tag, where=path(owner), hints=said, spans=tuple(spans), gap=gap)

    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = element.tag
        ends_line = tag in BLOCK_TAGS and (tag != "br" or event == "start")
        if ends_line:
            if length:
                blocks.append(line())
                size += length
                parts, spans, length, gap = [], [], 0, False
                if size > MOST_TEXT or len(blocks) > MOST_BLOCKS:
                    break
            space = False
        if event == "start":
            if tag in UNSEEN_TAGS:
                outer.append((owner, said, hints, None, 0))
                walk.skip_subtree()
                continue
            attributes = element.items()
            own = _hints(tag, attributes) if attributes or tag in BLOCK_TAGS else ()
            kind = tag if tag in _SPANS else "affiliation" if "affiliation" in own and tag not in BLOCK_TAGS else None
            outer.append((owner, said, hints, kind, length + 1 if space and length else length))
            if own:
                hints = (*hints, *own)
            if ends_line:
                if tag != "br":
                    gap, owner, said = True, element, hints
            elif own and not length:  # an inline element that opens the line may say what the line is
                said = hints
            text = element.text
        else:
            if event == "end":
                owner, before, hints, kind, start = outer.pop()
                if kind is not None and start < length:
                    spans.append(Span(start, length, kind, element.get("href") if tag == "a" else None))
                if ends_line:
                    gap = True
                if not length or tag in BLOCK_TAGS:
                    said = before
            text = element.tail if element is not tree else None
        if not text:
            continue
        if not (words := text.split()):
            space = True
            continue
        joined = " ".join(words)
        if not joined.isascii():
            joined = joined.translate(INVISIBLE)
        if length and (space or text[0].isspace()):
            joined = " " + joined
        parts.append(joined)
        length += len(joined)
        space = text[-1].isspace()
    if length:
        blocks.append(line())
    return tuple(blocks)
