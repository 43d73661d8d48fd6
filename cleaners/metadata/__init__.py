"""What a page says of itself in its markup: every form of embedded metadata, as candidates."""

from typing import Any

import msgspec
from lxml.html import HtmlElement

from cleaners.ledger import Candidate
from cleaners.metadata import coins, jsonld, microdata, script_state, tags
from cleaners.record import Notice

_SCRIPT_TYPES = ("application/ld+json", "application/json+ld")
# Real pages have 274 meta elements at most; a paper of three thousand authors has seven thousand. A value as long as this is none.
_MOST_TAGS, _LONGEST_VALUE = 20_000, 200_000
# Characters of scripts that are read as data, over all; real pages have a third of a million.
_MOST_DATA = 4_000_000


class Stated(msgspec.Struct, frozen=True):
    """The candidates of a page, and what is to be said where some were not read."""

    candidates: list[Candidate]
    notices: tuple[Notice, ...] = ()


def embedded(tree: HtmlElement, *, url: str | None = None) -> list[Candidate]:
    """The candidates of a page, grouped by form, each form in page order. Never raises; a broken script costs only itself."""
    return read_metadata(tree, url=url).candidates


def read_metadata(tree: HtmlElement, *, url: str | None = None) -> Stated:
    """As `embedded`, with notices of metadata that were left out because there are too many."""
    metas: list[tuple[str, str]] = []
    links: list[tuple[str, str, str]] = []
    data: list[str] = []
    states: list[str] = []
    title = None
    cut, room = 0, _MOST_DATA
    for element in tree.iter("meta", "link", "script", "title"):
        if element.tag == "meta":
            name = element.get("name") or element.get("property") or element.get("itemprop") or element.get("http-equiv")
            if name and (content := element.get("content")):
                if len(metas) < _MOST_TAGS and len(name) + len(content) <= _LONGEST_VALUE:
                    metas.append((name, content))
                else:
                    cut += 1
        elif element.tag == "link":
            if (rel := element.get("rel")) and (href := element.get("href")) and len(links) < _MOST_TAGS:
                links.append((rel, href, element.get("type") or ""))
        elif element.tag == "title":
            if title is None and not _in_svg(element):
                title = element.text_content()[:_LONGEST_VALUE]
        elif script := element.text:
            is_data = (element.get("type") or "").split(";")[0].strip().lower() in _SCRIPT_TYPES
            if not is_data and not script_state.may_hold(script):
                continue
            room -= len(script)
            if room < 0:
                cut += 1
            else:
                (data if is_data else states).append(script)
    found = tags.from_meta(metas)
    found += tags.from_links(links)
    found += jsonld.from_scripts(data, url=url)
    found += script_state.from_scripts(states, page_title=title)
    found += microdata.from_tree(tree)
    found += coins.from_tree(tree)
    if title and title.strip():
        found.append(Candidate(field="page_title", value=" ".join(title.split()), source="title"))
    if language := (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang")):
        found.append(Candidate(field="language", value=language.strip(), source="html:lang"))
    message = f"{cut} tags or scripts with metadata were not read: there are too many of them, or they are too long."
    return Stated(found, (Notice(code="metadata_cut", message=message),) if cut else ())


def _in_svg(element: Any) -> bool:
    return element.getparent() is not None and element.getparent().tag not in ("head", "html", "body")
