"""Score other libraries on the same pages with the same measures, and put their figures beside ours.

    python benchmarks/peers.py [--data DIR] [--jobs 2]     measure those that are installed, write ``peers.toml``, print the table
    python benchmarks/peers.py --markdown                  the table of what is on file, for README.md

Their figures are written to ``peers.toml``, where the gate finds them; ours in the table are those of ``floors.toml``. The peers need an
environment of their own (``peers.txt``; ``make peers`` does all this), in which this project need not be installed.
"""

import argparse
import importlib.metadata
import importlib.util
import statistics
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import lxml.html
from corpus import DATA, fingerprint, load_scorer
from gate import FLOORS, PEERS, Floors, as_toml, read

TASKS = ("records:full", "records:visible", "articles")
TEXT = ("body F1", "body precision", "body recall")
FIELDS = (
    *("title", "authors F1", "author", "author given where gold has none", "abstract F1 >= .95"),
    *("published: year", "published: nothing contradicts", "published day", "date given where gold has none"),
)
# Name: module, distribution, and the figures of what it looks for at all.
READERS = {
    "trafilatura": ("trafilatura", "trafilatura", (*FIELDS, *TEXT)),
    "trafilatura-fast": ("trafilatura", "trafilatura", TEXT),
    "newspaper4k": ("newspaper", "newspaper4k", (*FIELDS, *TEXT)),
    "readability-lxml": ("readability", "readability-lxml", ("title", *TEXT)),
}
SHOWN = {
    "records (full)": ("title", "authors F1", "published: year", "doi", "abstract F1 >= .95"),
    "records (visible)": ("title", "authors F1", "published: year", "doi", "abstract F1 >= .95"),
    "articles": ("title", "author", "author given where gold has none", "published day", "date given where gold has none", "body F1"),
}
HEADER = "# What other libraries reach on the pages of the gate. Written by peers.py.\n"


class TrafilaturaFast:
    """The text of trafilatura without the other extractors that it tries on poor results; the fields are the same."""

    def html(self, content: bytes, url: str | None) -> Any:
        import trafilatura

        return {"body": trafilatura.extract(content, url=url, fast=True), "kind": "article"}


class Readability:
    """Title and text of readability-lxml, which looks for nothing else."""

    def html(self, content: bytes, url: str | None) -> Any:
        import readability  # type: ignore[import-not-found, unused-ignore]

        document = readability.Document(content.decode("utf-8", "replace"), url=url)
        body = "\n".join(map(str, lxml.html.document_fromstring(document.summary()).itertext()))
        return {"title": document.short_title(), "body": body, "kind": "article"}


def engine(name: str, scorer: ModuleType) -> Any:
    engines = {"trafilatura": scorer.Trafilatura, "newspaper4k": scorer.Newspaper}
    return {**engines, "trafilatura-fast": TrafilaturaFast, "readability-lxml": Readability}[name]()


def measure(name: str, task: str, data: Path) -> dict[str, float]:
    scorer = load_scorer(data)
    kind, _, view = task.partition(":")
    tally = scorer.TASKS[kind](engine(name, scorer), data, *([view] if view else []))
    return {figure: statistics.fmean(values) for figure, values in tally.items() if figure in READERS[name][2]}


def markdown(about: dict[str, str], peers: Floors, ours: Floors) -> Iterator[str]:
    """A table for each task, with our figures first."""
    yield about["measured"]
    for task, figures in SHOWN.items():
        yield f"\n| {task} | pagesieve | " + " | ".join(READERS) + " |"
        yield "|---|" + "---:|" * (len(READERS) + 1)
        for figure in figures:
            values = [ours.get(task, {}).get(figure, {}).get("held"), *(peers.get(task, {}).get(figure, {}).get(name) for name in READERS)]
            yield f"| {figure} | " + " | ".join("–" if value is None else f"{value:.3f}".lstrip("0") for value in values) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="the labelled pages")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--markdown", action="store_true", help="print what is on file and measure nothing")
    args = parser.parse_args()

    if not args.markdown:
        here = [name for name, (module, *_) in READERS.items() if importlib.util.find_spec(module)]
        if missing := [name for name in READERS if name not in here]:
            print(f"not installed, so not measured: {', '.join(missing)}")
        with ProcessPoolExecutor(args.jobs) as pool:
            asked = [(name, task) for task in TASKS for name in here if task == "articles" or READERS[name][2] != TEXT]
            waiting = {(name, task): pool.submit(measure, name, task, args.data) for name, task in asked}
        peers: Floors = {}
        for (name, task), figures in waiting.items():
            kind, _, view = task.partition(":")
            for figure, value in figures.result().items():
                peers.setdefault(f"{kind} ({view})" if view else kind, {}).setdefault(figure, {})[name] = round(value, 4)
        versions = sorted({f"{dist} {importlib.metadata.version(dist)}" for name in here for dist in READERS[name][1:2]})
        measured = f"Measured on {datetime.now(UTC):%Y-%m-%d} with {', '.join(versions)}."
        PEERS.write_text(as_toml(HEADER, {"fingerprint": fingerprint(args.data), "measured": measured}, peers), encoding="utf-8")
    about, found = read(PEERS.read_text(encoding="utf-8"))
    print("\n".join(markdown(about, found, read(FLOORS.read_text(encoding="utf-8"))[1])))


if __name__ == "__main__":
    main()
