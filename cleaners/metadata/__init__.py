"""What a page says of itself in its markup: every form of embedded metadata, as candidates."""

from typing import Any

from lxml.html import HtmlElement

from cleaners.ledger import Candidate
from cleaners.metadata import coins, jsonld, microdata, script_state, tags

_SCRIPT_TYPES = ("application/ld+json", "application/json+ld")


def embedded(tree: HtmlElement, *, url: str | None = None) -> list[Candidate]:
    """The candidates of a page, grouped by form, each form in page order. Never raises; a broken script costs only itself."""
    metas: list[tuple[str, str]] = []
    links: list[tuple[str, str, str]] = []
    data: list[str] = []
    states: list[str] = []
    title = None
    for element in tree.iter("meta", "link", "script", "title"):
        if element.tag == "meta":
            name = element.get("name") or element.get("property") or element.get("itemprop") or element.get("http-equiv")
            if name and (content := element.get("content")):
                metas.append((name, content))
        elif element.tag == "link":
            if (rel := element.get("rel")) and (href := element.get("href")):
                links.append((rel, href, element.get("type") or ""))
        elif element.tag == "title":
            if title is None and not _in_svg(element):
                title = element.text_content()
        elif (element.get("type") or "").split(";")[0].strip().lower() in _SCRIPT_TYPES:
            data.append(element.text or "")
        elif element.text and script_state.may_hold(element.text):
            states.append(element.text)
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
    return found


def _in_svg(element: Any) -> bool:
    return element.getparent() is not None and element.getparent().tag not in ("head", "html", "body")
