"""What of a paper's page is its main text, by the markup of its publisher: ``paper_bodies.toml``, which says how it is to be read.

The labelled corpus has no main text of scholarly pages. `read` is for training and for scoring, `measure` for the gate.
"""

import functools
import gzip
import statistics
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

PATH = Path(__file__).with_suffix(".toml")
# The marks of blocks.
TEXT, IGNORED, REST = "text", "ignored", "rest"


@functools.lru_cache(maxsize=1)
def read() -> dict[str, dict[str, Any]]:
    """The layout of each page by the page's name; an empty one for a page without main text."""
    data = _data()
    common = data["ignored"]
    layouts = {page: {"out": [], **layout, "ignored": [*common, *layout.get("ignored", ())]} for layout in data["layout"] for page in layout["pages"]}
    return layouts | {page: {} for page in data["without"]["pages"]}


def _data() -> dict[str, Any]:
    return tomllib.loads(PATH.read_text(encoding="utf-8"))


def pages(data: Path) -> list[tuple[str, Path]]:
    """Names and files of the pages that are known."""
    files = {path.name.partition(".")[0]: path for path in sorted((data / "scholarly/pages").glob("*.gz"))}
    return [(name, files[name]) for name in sorted(read()) if name in files]


def marks(page: str, tree: Any, blocks: Sequence[Any]) -> list[str]:
    """What each block of a page is. Of figures and tables, which are ignored, the captions are none of the text."""
    from cleaners.sheet import captions

    layout = read()[page]
    if not layout:
        return [REST] * len(blocks)
    find = _finder()
    signed: dict[Any, str] = {element: TEXT for path in layout["body"] for element in find(tree, path)}
    bodies = list(signed)
    for key, mark in (("ignored", IGNORED), ("out", REST)):
        for path in layout[key]:
            signed |= {element: mark for start in ([tree] if path.startswith("//") else bodies) for element in find(start, path)}
    elements = {path: element for element in tree.iter(etree.Element) if (path := tree.getroottree().getpath(element))}
    found = []
    for block in blocks:
        element = elements[block.where]
        while element is not None and element not in signed:
            element = element.getparent()
        mark = REST if element is None else signed[element]
        found.append(REST if mark == IGNORED and captions(block) else mark)
    return found


@functools.lru_cache(maxsize=1)
def _finder() -> Callable[[Any, str], list[Any]]:
    data = _data()

    def text(context: Any) -> str:
        return " ".join("".join(context.context_node.itertext()).split()).lower()

    def is_back(context: Any) -> bool:
        said = text(context)
        return any(part in said for part in data["back_holds"]) or said.startswith(tuple(data["back_opens"])) or said in data["back_is"]

    functions = {
        "class": lambda context, name: name in (context.context_node.get("class") or "").split(),
        "opens": lambda context, part: text(context).startswith(part),
        "holds": lambda context, part: part in text(context),
        "is": lambda context, part: text(context) == part,
        "back": is_back,
    }
    extensions = {(None, name): function for name, function in functions.items()}
    return lambda start, path: start.xpath(path, extensions=extensions)


def measure(data: Path) -> dict[str, float]:
    """How well this project finds the text: means of each page's precision, recall and F1 in characters, and the share of pages
    without text that are given one.
    """
    from cleaners import Page, explain
    from cleaners.decode import decode
    from cleaners.parse import parse_html

    scores, invented = [], []
    for name, path in pages(data):
        content = gzip.decompress(path.read_bytes())
        _, ledger = explain(Page(content=content, url=f"https://{name.rpartition('-')[0].replace('-', '.')}/a/1", kind="html"))
        body = {mark.block for mark in ledger.marks if mark.role == "body"}
        tree = parse_html(decode(content, charset=None).text).tree
        size = {(mark, chosen): 0 for mark in (TEXT, IGNORED, REST) for chosen in (True, False)}
        for block, mark in zip(ledger.blocks, marks(name, tree, ledger.blocks), strict=True):
            size[mark, block.index in body] += len(block.text)
        hits, wrong, missed = size[TEXT, True], size[REST, True], size[TEXT, False]
        if hits + missed:
            scores.append((2 * hits / (2 * hits + wrong + missed), hits / (hits + wrong or 1), hits / (hits + missed)))
        else:
            invented.append(float(wrong > 0))
    figures = dict(zip(("body F1", "body precision", "body recall"), map(statistics.fmean, zip(*scores, strict=True)), strict=True))
    return figures | {"body given where there is none": statistics.fmean(invented)}


if __name__ == "__main__":
    from corpus import DATA

    for figure, value in measure(DATA).items():
        print(f"{figure:34}{value:8.4f}")
