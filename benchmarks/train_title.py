"""Learn the weights of ``cleaners/title_block.toml`` from labelled pages.

    python benchmarks/train_title.py [--data ../shared/data]

A softmax over the blocks of a page (one of them "none"), with a ridge, fitted by plain gradient descent. Two thirds of the
sites train, the rest is reported; the weights that are written are fitted on all. Needs numpy (``pip install numpy``).
"""

import argparse
import gzip
import json
import sys
from pathlib import Path

import numpy
from corpus import DATA, fold_of, site_of
from lxml import etree
from lxml.html import HtmlElement

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cleaners.candidates import first  # noqa: E402
from cleaners.decode import decode  # noqa: E402
from cleaners.lines import fold  # noqa: E402
from cleaners.metadata import embedded  # noqa: E402
from cleaners.parse import parse_html  # noqa: E402
from cleaners.regions import find_regions  # noqa: E402
from cleaners.segment import html, text  # noqa: E402
from cleaners.sheet import lay_out  # noqa: E402
from cleaners.title_block import keys_of, title_features  # noqa: E402

_UNSEEN = frozenset(("script", "style", "noscript", "template", "svg", "iframe"))
_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "br", "button", "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "menu", "nav", "ol", "option", "p",
        "pre", "section", "select", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    )
)
# A label may run on behind the title in its line: "… Open Access".
RUN_ON = 12
# With all 700 news pages and scholarly ones counted three times, 90.3 % of the titles of flat scholarly text were right on the pages
# that it had learned from: news has other heads, and three times as many pages. With these 94.2 % are.
SCHOLARLY = 6
EVERY = 3
RIDGE = 0.0005
ROUNDS = 600
STEP = 0.2


def pages(data: Path):
    """(site, titles, blocks, page title, url, weight) of the scholarly pages and every third of the news pages, each in its four forms."""
    rows = [json.loads(line) for line in (data / "scholarly/index.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in rows:
        if title := row["gold"].get("title"):
            source = data / f"scholarly/pages/{row['id']}.html.gz"
            yield from _forms(gzip.decompress(source.read_bytes()), row["url"], [title, *row["accept"].get("title", [])], SCHOLARLY)
    for path in sorted((data / "wcxb-articles/ground-truth").glob("*.json"))[EVERY - 1 :: EVERY]:
        case = json.loads(path.read_text(encoding="utf-8"))
        if title := case["ground_truth"].get("title"):
            yield from _forms(gzip.decompress((data / f"wcxb-articles/html/{path.stem}.html.gz").read_bytes()), case["url"], [title], 1)


def _forms(content: bytes, url: str, titles: list[str], weight: int):
    """The page as HTML, with and without its title line; as a dump of its text; and as a dump in PubMed's manner, from the title on and
    with a full stop behind it.
    """
    tree = parse_html(decode(content).text).tree
    blocks = html.segment(tree)
    keys = {fold(t) for t in titles}
    page_title = first(embedded(tree, url=url), "page_title").value
    site = site_of(url)
    yield site, keys, blocks, page_title, url, weight
    yield site, keys, blocks, None, url, weight
    lines = [b.text for b in blocks]
    yield site, keys, text.segment("\n\n".join(dump(tree))), None, url, weight
    at = next((n for n, line in enumerate(lines) if fold(line) in keys), None)
    if at is not None:
        title = lines[at] if lines[at].endswith((".", "?", "!")) else f"{lines[at]}."
        yield site, keys, text.segment("\n\n".join([title, *lines[at + 1 :]])), None, None, weight


def dump(tree: HtmlElement) -> list[str]:
    """The lines that a naive scraper leaves: the text of the body, broken at every element that browsers show as a block."""
    lines = [""]
    for event, element in etree.iterwalk(tree.find("body") if tree.find("body") is not None else tree, events=("start", "end", "comment")):
        name = element.tag if isinstance(element.tag, str) else ""
        if name in _BLOCKS:
            lines.append("")
        if event == "start" and name and name not in _UNSEEN:
            lines[-1] += element.text or ""
        elif event in ("end", "comment"):
            lines[-1] += element.tail or ""
    return [line for line in (" ".join(line.split()) for line in lines) if line]


def cases(data: Path):
    """(site, weight, features of the candidates, indexes of the right ones)."""
    for site, keys, blocks, page_title, url, weight in pages(data):
        sheet = lay_out(blocks)
        regions = find_regions(sheet, page_title=page_title, url=url)
        outside = regions.references.union(*map(frozenset, regions.related))
        folded = keys_of(sheet)
        found = list(title_features(sheet, folded, abstract=regions.abstract_label, outside=outside, page_title=page_title, url=url))
        right = [n for n, (i, _) in enumerate(found) if any(folded[i].startswith(key) and len(folded[i]) <= len(key) + RUN_ON for key in keys)]
        if found:
            yield site, weight, [features for _, features in found], right


def fit(training, width):
    """Weights that give the right block of every page the largest share of its softmax."""
    matrix = numpy.vstack([numpy.vstack([rows, numpy.zeros(width)]) for rows, _, _, _ in training])
    sizes = numpy.array([len(rows) + 1 for rows, _, _, _ in training])
    starts = numpy.concatenate([[0], numpy.cumsum(sizes)[:-1]])
    page = numpy.repeat(numpy.arange(len(training)), sizes)
    wanted = numpy.zeros(len(matrix))
    for start, size, (_, _, right, _) in zip(starts, sizes, training, strict=True):
        wanted[[start + n for n in right] if right else start + size - 1] = 1
    importance = numpy.array([weight for _, weight, _, _ in training], dtype=float)
    importance /= importance.sum()
    weights, momentum = numpy.zeros(width), numpy.zeros(width)
    for _ in range(ROUNDS):
        scores = matrix @ weights
        share = numpy.exp(scores - numpy.maximum.reduceat(scores, starts)[page])
        share /= numpy.add.reduceat(share, starts)[page]
        target = share * wanted
        target /= numpy.add.reduceat(target, starts)[page]
        momentum = 0.9 * momentum + matrix.T @ ((share - target) * importance[page]) + RIDGE * weights
        weights -= STEP * momentum
    return weights


def accuracy(weights, tests):
    """The share of pages whose best block is a right one, of those that have one."""
    hits = [int(numpy.argmax(rows @ weights)) in right for rows, _, right, _ in tests if right]
    return sum(hits) / max(1, len(hits)), len(hits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    found = list(cases(arguments.data))
    names = sorted({name for _, _, rows, _ in found for row in rows for name in row})
    column = {name: n for n, name in enumerate(names)}
    made = []
    for site, weight, rows, right in found:
        matrix = numpy.zeros((len(rows), len(names)))
        for n, row in enumerate(rows):
            for name, value in row.items():
                matrix[n, column[name]] = value
        made.append((matrix, weight, right, site))
    held = [case for case in made if fold_of(case[3], 3) == 0]
    rest = [case for case in made if fold_of(case[3], 3)]
    weights = fit(rest, len(names))
    for label, part in (("seen sites", rest), ("unseen sites", held)):
        share, count = accuracy(weights, part)
        print(f"{label}: {share:.4f} of {count} pages")
    weights = fit(made, len(names))
    lines = ["# Weights of the features of cleaners/title_block.py, learned by benchmarks/train_title.py.", "", "[weights]"]
    lines += [f"{name} = {weights[n]:.3f}" for n, name in enumerate(names)]
    (ROOT / "cleaners/title_block.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
