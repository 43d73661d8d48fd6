"""Learn the weights of ``cleaners/body_block.toml`` from pages with their main text: those for news and web pages, those for such pages
about which trafilatura was asked, and those for pages of scholarly works, whose text is where ``paper_bodies.toml`` says.

    python benchmarks/train_body.py [--data ../shared/data] [--folds 3]

Each block is text or not: a logistic loss first, then the pages' mean F1 in words itself, with chances in the place of choices;
both with a ridge. Reported is each page by weights that were learned without its site; the weights that are written are fitted on
all. Needs numpy (``pip install numpy``).
"""

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path

import msgspec
import numpy
import paper_bodies
from corpus import DATA, fold_of, site_of

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cleaners import body, pipeline  # noqa: E402
from cleaners.body_block import body_features  # noqa: E402
from cleaners.lines import fold  # noqa: E402
from cleaners.page import Page  # noqa: E402

_WORDS = re.compile(r"\w+")
# Blocks of fewer letters stand in any text: they are part of it where they follow the last block that was.
TELLING = 25
# So many letters may stand between.
BETWEEN = 60
# A longer block is part of the text with so many of its runs of four words.
SHARED = 0.5
# Features of fewer pages tell more of those pages than of others.
FEWEST_PAGES = 15
# Platforms that give the sites of many publishers one markup: they are learned from together or not at all.
PLATFORMS = {
    "highwire": ("oxfordjournals.org", "bmj.com", "sgmjournals.org", "sagepub.com", "physiology.org", "elifesciences.org"),
    "atypon": ("science.org", "pnas.org"),
    "bmc": ("biomedcentral.com", "trialsjournal.com", "ijbnpa.org", "springeropen.com"),
    "plos": ("plos.org", "plosone.org", "plosbiology.org", "plosmedicine.org"),
}
# A feature that moves scores less than this tells of the pages that it was learned from: 203 are as good as 109 on unseen sites.
LEAST = 0.08
RIDGE, SOFT_RIDGE = 3e-4, 3e-5
ROUNDS = 150


class Case(msgspec.Struct, frozen=True):
    """A page: its site, what the steps before found, and which blocks its text holds."""

    site: str
    blocks: tuple
    roles: dict
    views: dict
    right: frozenset
    ignored: frozenset
    size: int


def asked(content: bytes, url: str) -> list:
    """What is known of a page where its body is looked for: tree, blocks, roles, whether it is a paper's; nothing where it is not."""
    found: list = []

    def ask(tree, blocks, roles, *, paper):
        found.append((tree, blocks, roles, paper))
        return body.NO_BODY

    pipeline.find_body = ask
    pipeline.explain(Page(content=content, url=url, kind="html"))
    return found


def web_pages(data: Path):
    """Every page of news and of the web that comes as far as its body and is no paper's."""
    for path in sorted((data / "wcxb-articles/ground-truth").glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        text = case["ground_truth"].get("main_content")
        content = gzip.decompress((data / f"wcxb-articles/html/{path.stem}.html.gz").read_bytes())
        for tree, blocks, roles, paper in asked(content, case["url"]):
            if text and not paper and (found := body.votes(tree, blocks, roles)) is not None:
                views = {"vote": found[0], "rule": found[1]}
                yield Case(site_of(case["url"]), blocks, roles, views, right_blocks(text, blocks), frozenset(), len(_WORDS.findall(text)))


def papers(data: Path):
    """Every page of a scholarly work that comes as far as its body."""
    for name, path in paper_bodies.pages(data):
        host = name.rpartition("-")[0].replace("-", ".")
        for tree, blocks, roles, _ in asked(gzip.decompress(path.read_bytes()), f"https://{host}/a/1"):
            marks = paper_bodies.marks(name, tree, blocks)
            right, ignored = (frozenset(i for i, mark in enumerate(marks) if mark == wanted) for wanted in (paper_bodies.TEXT, paper_bodies.IGNORED))
            site = next((platform for platform, ends in PLATFORMS.items() if host.endswith(ends)), site_of(f"https://{host}/"))
            size = sum(len(_WORDS.findall(blocks[i].text)) for i in right)
            yield Case(site, blocks, roles, {"rule": body.open_text(blocks, roles)}, right, ignored, size)


def right_blocks(text: str, blocks) -> frozenset:
    """The blocks that the text holds."""
    whole, runs = fold(text), frozenset(_runs(text))
    lines = {fold(line) for line in text.split("\n")}
    found, last = set(), 0
    for block in blocks:
        key = fold(block.text)
        if len(key) >= TELLING:
            at = whole.find(key, last)
            if at >= 0:
                last = at + len(key)
            own = _runs(block.text)
            if key in whole or (own and sum(run in runs for run in own) >= SHARED * len(own)):
                found.add(block.index)
        elif key:
            at = whole.find(key, last, last + len(key) + BETWEEN)
            if at >= 0:
                last = at + len(key)
            if at >= 0 or (len(key) >= 8 and key in lines):
                found.add(block.index)
    return frozenset(found)


def _runs(text: str, length: int = 4) -> list:
    words = [word.casefold() for word in _WORDS.findall(text)]
    return [tuple(words[i : i + length]) for i in range(len(words) - length + 1)]


class Table(msgspec.Struct, frozen=True):
    """All blocks of all pages, row by row."""

    names: list
    matrix: numpy.ndarray
    right: numpy.ndarray
    words: numpy.ndarray
    sizes: numpy.ndarray
    texts: numpy.ndarray


def table(found: list, *, views: bool) -> Table:
    """The features of all blocks; ``words`` of each block, none of those that are ignored, ``texts`` the words of each page's text."""
    features = [body_features(c.blocks, c.roles, views=c.views if views else None) for c in found]
    seen = Counter(name for f in features for name, indexes in f.names.items() if indexes)
    names = [*features[0].columns, *sorted(name for name, count in seen.items() if count >= FEWEST_PAGES)]
    column = {name: n for n, name in enumerate(names)}
    sizes = numpy.array([len(c.blocks) for c in found])
    matrix = numpy.zeros((int(sizes.sum()), len(names)), numpy.float32)
    row = 0
    for f in features:
        for name, values in f.columns.items():
            matrix[row : row + len(values), column[name]] = values
        for name, indexes in f.names.items():
            if name in column:
                matrix[[row + i for i in indexes], column[name]] = 1
        row += len(f.columns["link"])
    right = numpy.array([b.index in c.right for c in found for b in c.blocks], numpy.float32)
    words = numpy.array([0 if b.index in c.ignored else len(_WORDS.findall(b.text)) for c in found for b in c.blocks], numpy.float32)
    return Table(names, matrix, right, words, sizes, numpy.array([c.size for c in found], numpy.float32))


def part(rows: Table, pages: numpy.ndarray) -> Table:
    """The rows of some of the pages."""
    own = numpy.repeat(pages, rows.sizes)
    return Table(rows.names, numpy.ascontiguousarray(rows.matrix[own]), rows.right[own], rows.words[own], rows.sizes[pages], rows.texts[pages])


def fit(rows: Table) -> numpy.ndarray:
    """Weights that tell text from the rest, then ones with the best mean F1."""
    page = numpy.repeat(numpy.arange(len(rows.sizes)), rows.sizes)
    starts = numpy.concatenate([[0], numpy.cumsum(rows.sizes)[:-1]])
    count = len(rows.sizes)
    importance = numpy.minimum((rows.words + 1) / numpy.clip(rows.texts, 1, 2000)[page], 0.2) / count

    def chances(weights):
        return 1 / (1 + numpy.exp(-numpy.clip(rows.matrix @ weights, -30, 30)))

    def logistic(weights):
        return rows.matrix.T @ ((chances(weights) - rows.right) * importance) + numpy.float32(RIDGE) * weights

    def soft(weights):
        chance = chances(weights)
        hits = numpy.add.reduceat(rows.words * rows.right * chance, starts)
        both = numpy.add.reduceat(rows.words * chance, starts) + rows.texts + 1
        slope = (hits / both**2)[page] * rows.words - rows.words * rows.right / both[page]
        return rows.matrix.T @ (2 * slope * chance * (1 - chance) / count) + numpy.float32(SOFT_RIDGE) * weights

    return _descend(soft, _descend(logistic, numpy.zeros(rows.matrix.shape[1], numpy.float32), 0.05), 0.03)


def telling(rows: Table, weights: numpy.ndarray) -> Table:
    """The features that move scores, by their weights and by how much they differ from block to block."""
    moves = (numpy.abs(weights) * rows.matrix.std(0) >= LEAST) | (numpy.array(rows.names) == "bias")
    return msgspec.structs.replace(rows, names=[n for n, m in zip(rows.names, moves, strict=True) if m], matrix=numpy.ascontiguousarray(rows.matrix[:, moves]))


def _descend(gradient, weights, step):
    """Adam: the gradient's mean, scaled by its spread."""
    mean, spread = numpy.zeros_like(weights), numpy.zeros_like(weights)
    for n in range(1, ROUNDS + 1):
        slope = gradient(weights)
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.99 * spread + 0.01 * slope * slope
        weights = weights - step * (mean / (1 - 0.9**n)) / (numpy.sqrt(spread / (1 - 0.99**n)) + 1e-8)
    return weights


def word_f1(rows: Table, chosen: numpy.ndarray) -> numpy.ndarray:
    """F1 of each page in words."""
    starts = numpy.concatenate([[0], numpy.cumsum(rows.sizes)[:-1]])
    hits = numpy.add.reduceat(rows.words * rows.right * chosen, starts)
    return 2 * hits / numpy.maximum(1, numpy.add.reduceat(rows.words * chosen, starts) + rows.texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--folds", type=int, default=3)
    arguments = parser.parse_args()
    web, of_works = list(web_pages(arguments.data)), list(papers(arguments.data))
    learned = {}
    for name, found, views in (("web", web, False), ("web_voted", web, True), ("paper", of_works, True)):
        learned[name] = learn(table(found, views=views), numpy.array([fold_of(c.site, arguments.folds) for c in found]), name)
    doubt = learned["web"].doubt
    for share in (0.0, 0.1, 0.2, 0.3, 0.5, 1.0):
        asked = doubt >= numpy.quantile(doubt, 1 - share) if share else doubt > 1e9
        f1 = numpy.where(asked, learned["web_voted"].f1, learned["web"].f1).mean()
        print(f"trafilatura asked about {asked.mean():.0%}, doubt from {doubt[asked].min() if share else numpy.inf:.3f} on: {f1:.4f}")
    target = ROOT / "cleaners/body_block.toml"
    head = target.read_text(encoding="utf-8").partition("[weights.")[0]
    lines = {name: "".join(f"{feature} = {weight:.3f}\n" for feature, weight in zip(*part.weights, strict=True)) for name, part in learned.items()}
    tables = [f"[weights.{name}]\n{of_table}" for name, of_table in lines.items()]
    target.write_text(head + "\n".join(tables), encoding="utf-8")


class Learned(msgspec.Struct, frozen=True):
    """Weights by their features, fitted on all pages; F1 and doubt of each page by weights that were learned without its site."""

    weights: tuple
    f1: numpy.ndarray
    doubt: numpy.ndarray


def learn(rows: Table, folds: numpy.ndarray, name: str) -> Learned:
    scores = numpy.zeros(len(rows.right), numpy.float32)
    for number in sorted(set(folds)):
        held = folds == number
        own = numpy.repeat(held, rows.sizes)
        seen = part(rows, ~held)
        seen = telling(seen, fit(seen))
        scores[own] = rows.matrix[own][:, [rows.names.index(feature) for feature in seen.names]] @ fit(seen)
    f1 = word_f1(rows, scores > 0)
    starts = numpy.concatenate([[0], numpy.cumsum(rows.sizes)[:-1]])
    wrong = numpy.add.reduceat(rows.words / (1 + numpy.exp(numpy.minimum(numpy.abs(scores), 50))), starts)
    doubt = wrong / numpy.maximum(1, numpy.add.reduceat(rows.words * (scores > 0), starts))
    rows = telling(rows, fit(rows))
    weights = fit(rows)
    held, known = f1[rows.texts > 0].mean(), word_f1(rows, rows.matrix @ weights > 0)[rows.texts > 0].mean()
    print(f"{name}: {held:.4f} on unseen sites, {known:.4f} on seen ones, {len(weights)} weights")
    return Learned((rows.names, weights), f1, doubt)


if __name__ == "__main__":
    main()
