"""Text to tree: lxml, with the loss that it does not report noticed, and BeautifulSoup for the pages that it loses."""

import html
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

import lxml.html
import msgspec
from lxml import etree
from lxml.html import HtmlElement

from cleaners.record import Notice
from cleaners.segment.html import BLOCK_TAGS, UNSEEN_TAGS

# Past this size a page is cut: lxml takes 60 ms a megabyte, and no article page is near it.
_LARGEST = 32 * 1024 * 1024
# lxml's attribute handling is quadratic: 1e5 attributes on one tag cost 15 s. Of 959 real pages none has a tag with more than 25,
# and one with more than this has at least so many characters for each attribute to cost nothing.
_MOST_ATTRIBUTES = 100
_LONG = 2000
# A quote opens a value behind "=" only; from there on ">" and "<" are text, as all is in a comment or a script. Possessive, and each
# character is read once: linear.
_ATTRIBUTES = r"(?:[^=>]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+>?"
_TAG = re.compile(
    rf"<!--(?:[^-]++|-(?!->))*+|(<((?i:script|style|textarea|title|xmp))\b{_ATTRIBUTES})(?:[^<]++|<(?!/(?i:\2)\b))*+|(<[a-zA-Z]{_ATTRIBUTES})"
)
# The beginning of a page in whose tags no more can be: mostly all of it. A turn of the loop is one attribute, or a value without quotes.
_VALUE = r"=\s*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"']))"
_SHORT = rf"(?:\s*+(?:[^\s=>]++(?:{_VALUE})?+|{_VALUE})){{0,{_MOST_ATTRIBUTES}}}+\s*+>"
# Each name by itself: a group in a possessive loop is an error of the library.
_RAW = "|".join(rf"<(?i:{name})\b{_SHORT}(?:[^<]++|<(?!/(?i:{name})\b))*+" for name in ("script", "style", "textarea", "title", "xmp"))
_SHORT_TAGS = re.compile(rf"(?:[^<]++|<(?![a-zA-Z]|!--)|(?=<[stxSTX])(?:{_RAW})|<[a-zA-Z]{_SHORT}|<!--(?:[^-]++|-(?!->))*+)*+")
_ATTRIBUTE = re.compile(r"[^\s\"'>/=]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
# Elements deeper than this are flattened. Real pages have 60 levels at most; lxml stops reading at 2048, and what walks down a tree
# of elements for each of its blocks costs their product.
_DEEPEST = 128
_IS_DEEP = etree.XPath(f"boolean({'/*' * (_DEEPEST + 1)})")
# BeautifulSoup takes 25 µs for a tag: a page with more of them is not rescued. Real pages have 50,000 at most.
_MOST_RESCUED = 250_000
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_XHTML_PREFIX = re.compile(r"<([a-z]{1,9}):html\s[^>]{0,2000}?\bxmlns:\1=[\"']http://www\.w3\.org/1999/xhtml[\"']")
# lxml stops reading at the first of these; some pages go on behind it, and others hold whole pages.
_END_OF_PAGE = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{4,}")
# The last words of the source that must stand in the tree; scripts and comments at the end of a page are no text.
_TAIL = 3000
_LAST_WORDS = 4
# Letters by which source and tree differ where markup is broken, but nothing is lost: 128 of 7,497 at most in 13 pages.
_FEW_LETTERS = 200
_TEXT = etree.XPath("string()")
_UNREAD = frozenset((etree.Comment, etree.PI, "script", "style", "noscript", "template"))
_IN_HEAD = frozenset(("title", "meta", "link", "script", "style", "base", "noscript", "template"))
# What is no text of the source, each character read once; the end of the source may begin in the middle of a comment.
_MARKUP = re.compile(
    r"<!--(?:[^-]++|-(?!->))*+(?:-->)?+|<((?i:script|style|noscript|template))\b(?:[^<]++|<(?!/(?i:\1)\b))*+|<[^>]*+>?+|\A[^<>]*?-->"
)
_TAGS = re.compile(r"<[^>]*>")
# What the rescued tree keeps of a tag: what names a part of the page, and what metadata stands in.
_KEPT = (
    "class", "id", "href", "content", "name", "property", "type", "style", "itemprop", "itemtype", "itemscope", "rel", "datetime", "title", "lang", "hidden",
)  # fmt: skip


class Parsed(msgspec.Struct, frozen=True):
    """The tree, and what a reader of the record should know about how it came to be."""

    tree: Any
    notices: tuple[Notice, ...] = ()


def parse_html(text: str) -> Parsed:
    """One tree for everything. Text that is no HTML gives a tree that holds it; an empty text gives an empty tree.

    No element of it stands deeper than 128 levels or has more than 100 attributes. What is left out, or lost, is said in the notices.
    """
    notices: list[Notice] = []
    if len(text) > _LARGEST:
        text = text[:_LARGEST]
        notices.append(Notice(code="input_cut", message=f"The page is longer than {_LARGEST >> 20} MiB; the rest was left out."))
    text = _END_OF_PAGE.sub("", _plain(_XML_DECLARATION.sub("", text)))
    trimmed = _trim(text)
    if trimmed != text:
        notices.append(Notice(code="attributes_cut", message=f"A tag has more than {_MOST_ATTRIBUTES} attributes; the others were left out."))
    tree = _lxml(trimmed)
    if tree is None:
        return Parsed(_empty(), tuple(notices))
    deep, lost = bool(_IS_DEEP(tree)), _lost(trimmed, tree)
    if deep or lost:
        rescued = _rescue(trimmed) if trimmed.count("<") <= _MOST_RESCUED else None
        if rescued is not None and (deep or _size(rescued) > _size(tree)):
            message = f"lxml kept {_size(tree)} characters of text, BeautifulSoup {_size(rescued)}; the latter is used."
            notices.append(Notice(code="parser_rescue", message=message))
            return Parsed(rescued, tuple(notices))
        if deep:
            notices.append(Notice(code="text_lost", message=f"Elements are nested deeper than {_DEEPEST} levels; what stands deeper was left out."))
            _cut_depth(tree)
    if (swallowed := _swallowed(trimmed, tree)) is not None:
        notices.append(Notice(code="text_lost", message=swallowed))
    return Parsed(tree, tuple(notices))


def _plain(text: str) -> str:
    """The text without the prefix that XHTML may give to its elements."""
    prefix = _XHTML_PREFIX.search(text[:_TAIL])
    return re.sub(rf"(</?){prefix[1]}:", r"\1", text) if prefix else text


def _empty() -> HtmlElement:
    return lxml.html.document_fromstring("<html><body></body></html>")


def _lxml(text: str) -> HtmlElement | None:
    if not text.strip():
        return None
    try:
        tree = lxml.html.document_fromstring(text, parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    _empty_head(tree)
    return tree


def _parser() -> etree.HTMLParser:
    """A parser of its own for each page, whose elements are all of one class: that of lxml.html's for each tag costs a call of Python
    whenever an element is met, a tenth of all.
    """
    parser = etree.HTMLParser(huge_tree=True)
    classes = {"element": HtmlElement, "comment": lxml.html.HtmlComment, "pi": lxml.html.HtmlProcessingInstruction, "entity": lxml.html.HtmlEntity}
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(**classes))
    return parser


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


def _trim(text: str) -> str:
    """The text with the first attributes only of tags that have too many."""
    parts: list[str] = []
    at = 0
    plain = _SHORT_TAGS.match(text)
    for match in _TAG.finditer(text, plain.end() if plain else 0):
        start, end = match.span(1 if match[2] else 3)
        if end - start > _LONG and (surplus := next(islice(_ATTRIBUTE.finditer(text, start + 1, end), _MOST_ATTRIBUTES + 1, None), None)) is not None:
            parts += [text[at : surplus.start()], ">"]
            at = end
    return "".join((*parts, text[at:])) if parts else text


def _lost(source: str, tree: HtmlElement) -> bool:
    """Whether text of the source is missing from the tree: its last words from the end, and more letters than markup can hide."""
    last = _WORDS.findall(html.unescape(_MARKUP.sub(" ", source[-_TAIL:])))[-_LAST_WORDS:]
    if not last:
        return len(source) > 100_000 and _size(tree) * 50 < len(source) and _size(tree) < 200
    end, at = str(_TEXT(tree))[-2 * _TAIL :], 0
    for word in last:
        at = end.find(word, at) + len(word)
        if at < len(word):
            break
    else:
        return False
    # A script at the end hides the last words too: of 13 such pages none had lost a letter.
    shown = _letters(text for element in tree.iter() for text in (None if element.tag in _UNREAD else element.text, element.tail) if text)
    return _letters([html.unescape(_MARKUP.sub(" ", source))]) > shown + min(_FEW_LETTERS, shown // 50)


def _letters(texts: Iterable[str]) -> int:
    return sum(len("".join(text.split())) for text in texts)


def _swallowed(source: str, tree: HtmlElement) -> str | None:
    """What is to be said of an element, or a comment, that is never closed and holds the end of the page unseen; else `None`."""
    node: Any = tree
    while True:
        last = next(node.iterchildren(reversed=True), None)
        if last is None or (last.tail or "").strip():
            return None
        if last.tag is etree.Comment or last.tag in UNSEEN_TAGS or last.tag == "title":
            break
        node = last
    held = last.text or "" if last.tag is etree.Comment else "".join(last.itertext())
    if len(_WORDS.findall(held[-_TAIL:])) < _LAST_WORDS:
        return None
    name, closing = ("comment", "-->") if last.tag is etree.Comment else (last.tag, f"</{last.tag}")
    at = max(source.rfind(closing), source.rfind(closing.upper()))
    if not _WORDS.search(_TAGS.sub("", source[max(at + len(closing), len(source) - len(held), 0) :])):
        return None
    return f"A {name} that is never closed holds the last {len(held)} characters of the page."


def _cut_depth(tree: HtmlElement) -> None:
    """Take out what stands deeper than a tree may be."""
    found: Any = etree.XPath("/*" * _DEEPEST)(tree)
    for element in found:
        for child in list(element):
            element.remove(child)


def _size(tree: HtmlElement) -> int:
    return sum(len(text) for text in tree.itertext())


def _rescue(text: str) -> HtmlElement:
    """The same page through BeautifulSoup: ten times slower, but it loses nothing to depth or size.

    An element that stands too deep becomes a line break, or nothing where it is inline; its text stays.
    """
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString, PreformattedString, Tag

    soup = BeautifulSoup(text, "html.parser")
    root = lxml.html.Element("html")
    places: dict[int, tuple[HtmlElement, int]] = {id(soup): (root, 1)}
    for node in soup.descendants:
        target, depth = places[id(node.parent)]
        if isinstance(node, Tag):
            if depth >= _DEEPEST:
                if node.name in BLOCK_TAGS:
                    etree.SubElement(target, "br")
                places[id(node)] = (target, depth)
                continue
            try:
                element = etree.SubElement(target, node.name if node.name != "html" else "div")
            except ValueError:
                element = etree.SubElement(target, "span")
            for name in _KEPT:
                if (value := node.get(name)) is not None:
                    element.set(name, _valid(" ".join(value) if isinstance(value, list) else str(value)))
            places[id(node)] = (element, depth + 1)
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            _append(target, _valid(str(node)))
    return root


def _valid(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]", "", text)


def _append(target: HtmlElement, text: str) -> None:
    last = next(target.iterchildren(reversed=True), None)  # to count the children is linear
    if last is None:
        target.text = (target.text or "") + text
    else:
        last.tail = (last.tail or "") + text
