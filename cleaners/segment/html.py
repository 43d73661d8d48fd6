"""Cut a parsed page into blocks: one walk over the tree, one block for each run of text between block elements."""

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
            self.space = True
            return
        joined = " ".join(words)
        if not joined.isascii():
            joined = joined.translate(INVISIBLE)
        if self.length and (self.space or text[0].isspace()):
            joined = " " + joined
        self.parts.append(joined)
        self.length += len(joined)
        self.space = text[-1].isspace()

    def next_start(self) -> int:
        """Where the next word would start."""
        return self.length + (1 if self.space and self.length else 0)


def _hints(element: HtmlElement, tag: str) -> tuple[str, ...]:
    """The element's own hints."""
    names = ""
    hidden = False
    for name, value in element.items():
        if name in _NAMING:
            names += value + " "
        elif name == "hidden" or (name == "style" and "display:none" in value.replace(" ", "").lower()):
            hidden = True
    own = hints_of(tag, names) if names or tag in BLOCK_TAGS else ()
    return (*own, "hidden") if hidden else own


def segment(tree: HtmlElement) -> tuple[Block, ...]:
    """The blocks of a page, in document order, one more than the limit where there are more. Empty for a page without text."""
    size = 0
    path = tree.getroottree().getpath
    blocks: list[Block] = []
    line, gap = _Line(), True
    # What was in force outside each open element: the block element that owns the text, its hints; its kind of span and where that began.
    outer: list[tuple[HtmlElement, tuple[str, ...], tuple[str, ...], str | None, int]] = []
    owner = tree
    said: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    def end_line() -> None:
        nonlocal line, gap, size
        if line.length:
            spans = tuple(line.spans)
            text = "".join(line.parts)
            blocks.append(
                Block(index=len(blocks), text=text, tag=owner.tag, where=path(owner), hints=said, spans=spans, gap=gap)
            )
            size += line.length
            gap = False
            line = _Line()
        line.space = False

    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if size > MOST_TEXT or len(blocks) > MOST_BLOCKS:
            break
        if event == "start":
            tag = element.tag
            if tag in UNSEEN_TAGS:
                outer.append((owner, said, hints, None, 0))
                walk.skip_subtree()
                continue
            own = _hints(element, tag)
            kind = tag if tag in _SPANS else "affiliation" if "affiliation" in own and tag not in BLOCK_TAGS else None
            outer.append((owner, said, hints, kind, line.next_start()))
            if own:
                hints = (*hints, *own)
            if tag in BLOCK_TAGS:
                end_line()
                if tag != "br":
                    gap, owner, said = True, element, hints
            elif own and not line.length:  # an inline element that opens the line may say what the line is
                said = hints
            if element.text:
                line.add(element.text)
            continue
        if event == "end":
            tag = element.tag
            outside = outer.pop()
            kind, start = outside[3:]
            if kind is not None and start < line.length:
                line.spans.append(Span(start, line.length, kind, element.get("href") if tag == "a" else None))
            if tag in BLOCK_TAGS:
                if tag != "br":
                    end_line()
                    gap = True
                owner, said, hints = outside[:3]
            else:
                owner, hints = outside[0], outside[2]
                if not line.length:
                    said = outside[1]
        if element.tail and element is not tree:
            line.add(element.tail)
    end_line()
    return tuple(blocks)
