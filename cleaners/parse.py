"""Text to tree: lxml, with the loss that it does not report noticed, and BeautifulSoup for the pages that it loses."""

import html
import re
from itertools import islice
from typing import Any

import lxml.html
import msgspec
from lxml import etree
from lxml.html import HtmlElement

from cleaners.record import Notice

# Past this size a page is cut: lxml takes 60 ms a megabyte, and no article page is near it.
_LARGEST = 32 * 1024 * 1024
# lxml's attribute handling is quadratic: 1e5 attributes on one tag cost 15 s. Real tags have fewer than a hundred.
_MOST_ATTRIBUTES = 500
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}>?")
_ATTRIBUTE = re.compile(r"[^\s\"'>/=]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# lxml stops reading at the first of these; some pages go on behind it, and others hold whole pages.
_END_OF_PAGE = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{4,}")
# The last words of the source that must stand in the tree; scripts and comments at the end of a page are no text.
_TAIL = 3000
_LAST_WORDS = 4
_IN_HEAD = frozenset(("title", "meta", "link", "script", "style", "base", "noscript", "template"))
_MARKUP = re.compile(r"<!--.*?(?:-->|$)|<(script|style|noscript|template)\b.*?(?:</\1\s*>|$)|<[^>]*>?|[^<]*?-->", re.DOTALL | re.IGNORECASE)


class Parsed(msgspec.Struct, frozen=True):
    """The tree, and what a reader of the record should know about how it came to be."""

    tree: Any
    notices: tuple[Notice, ...] = ()


def parse_html(text: str) -> Parsed:
    """One tree for everything. Text that is no HTML gives a tree that holds it; an empty text gives an empty tree."""
    notices: list[Notice] = []
    if len(text) > _LARGEST:
        text = text[:_LARGEST]
        notices.append(Notice(code="input_cut", message=f"The page is longer than {_LARGEST >> 20} MiB; the rest was left out."))
    text = _END_OF_PAGE.sub("", _XML_DECLARATION.sub("", text))
    trimmed = _LONG_TAG.sub(_trim, text)
    if trimmed != text:
        notices.append(Notice(code="attributes_cut", message=f"A tag has more than {_MOST_ATTRIBUTES} attributes; the others were left out."))
    tree = _lxml(trimmed)
    if tree is None:
        return Parsed(_empty(), tuple(notices))
    if _lost(trimmed, tree):
        rescued = _rescue(trimmed)
        if rescued is not None and _size(rescued) > _size(tree):
            message = f"lxml kept {_size(tree)} characters of text, BeautifulSoup {_size(rescued)}; the latter is used."
            return Parsed(rescued, (*notices, Notice(code="parser_rescue", message=message)))
    return Parsed(tree, tuple(notices))


def _empty() -> HtmlElement:
    return lxml.html.document_fromstring("<html><body></body></html>")


def _lxml(text: str) -> HtmlElement | None:
    if not text.strip():
        return None
    try:
        tree = lxml.html.document_fromstring(text, parser=lxml.html.HTMLParser(huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    _empty_head(tree)
    return tree


def _empty_head(tree: HtmlElement) -> None:
    """Move content that stands in the head into the body.

    A page may leave out its body's tag. The parser is older than HTML 5, and keeps a main or article there in the head.
    """
    for head in tree.findall("head"):
        stray = [e for e in head if isinstance(e.tag, str) and e.tag not in _IN_HEAD and "".join(e.itertext()).strip()]
        if stray:
            body = tree.find("body")
            body = etree.SubElement(tree, "body") if body is None else body
            stray[-1].tail = (stray[-1].tail or "") + (body.text or "")
            body.text, body[:0] = None, stray


def _trim(match: re.Match[str]) -> str:
    """The tag with its first attributes only."""
    tag = match[0]
    surplus = next(islice(_ATTRIBUTE.finditer(tag), _MOST_ATTRIBUTES, None), None)
    return tag if surplus is None else tag[: surplus.start()] + ">"


def _lost(source: str, tree: HtmlElement) -> bool:
    """Whether the last words of the source are missing from the end of the tree, or stand there in another order."""
    last = _WORDS.findall(html.unescape(_MARKUP.sub(" ", source[-_TAIL:])))[-_LAST_WORDS:]
    if not last:
        return len(source) > 100_000 and _size(tree) * 50 < len(source) and _size(tree) < 200
    end, at = "".join(tree.itertext())[-2 * _TAIL :], 0
    for word in last:
        at = end.find(word, at) + len(word)
        if at < len(word):
            return True
    return False


def _size(tree: HtmlElement) -> int:
    return sum(len(text) for text in tree.itertext())


def _rescue(text: str) -> HtmlElement | None:
    """The same page through BeautifulSoup: ten times slower, but it loses nothing to depth or size."""
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString, PreformattedString, Tag

    soup = BeautifulSoup(text, "html.parser")
    root = lxml.html.Element("html")
    stack: list[tuple[Any, HtmlElement]] = [(soup, root)]
    while stack:
        node, target = stack.pop()
        for child in node.children:
            if isinstance(child, Tag):
                flat = child.name if child.name != "html" else "div"
                try:
                    element = etree.SubElement(target, flat)
                except ValueError:
                    element = etree.SubElement(target, "span")
                for name in ("class", "id", "href", "content", "name", "property", "type", "style", "itemprop"):
                    if (value := child.get(name)) is not None:
                        element.set(name, _valid(" ".join(value) if isinstance(value, list) else str(value)))
                stack.append((child, element))
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                _append(target, _valid(str(child)))
    return root


def _valid(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]", "", text)


def _append(target: HtmlElement, text: str) -> None:
    last = target[-1] if len(target) else None
    if last is None:
        target.text = (target.text or "") + text
    else:
        last.tail = (last.tail or "") + text
