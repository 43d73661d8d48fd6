"""What a page costs: this project with the text of the article and without it, other extractors, and the parsers that all stand on.

    python benchmarks/speed.py [--data DIR] [--pages N] [--only WORD ...] [--json] [--picture FILE.svg]

Each contender is a process of its own. They read the same pages, one after another and one at a time, in an order that turns with each
page, and each says how much CPU time it took; a page is read once by each, after the project's own samples to get warm. The pages are
those of the labelled corpus where it is there (a fixed choice), else the samples. Ratios are of medians, of this one run.
What is not in this project's environment is looked for in ``.venv/peers`` (``make peers`` and ``make speed`` make that).
"""

import argparse
import gzip
import importlib.metadata
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from corpus import DATA

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".venv" / "peers" / "bin" / "python"
# Pages of each kind in the corpus.
_PAGES = 150


# ------------------------------------------------------------------ contenders: each gives a function that reads one page


def _lxml() -> Callable[[bytes], object]:
    import lxml.html

    return lxml.html.document_fromstring


def _soup() -> Callable[[bytes], object]:
    from bs4 import BeautifulSoup

    return lambda content: BeautifulSoup(content, "lxml")


def _pagesieve(*, body: bool) -> Callable[[bytes], object]:
    sys.path.insert(0, str(ROOT))
    from cleaners import Page, clean

    return lambda content: clean(Page(content=content, url="https://example.org/a/1"), body=body)


def _trafilatura(**options: bool) -> Callable[[bytes], object]:
    import trafilatura

    return lambda content: trafilatura.bare_extraction(content, url="https://example.org/a/1", **options)


def _newspaper() -> Callable[[bytes], object]:
    import newspaper

    def read(content: bytes) -> object:
        # It would ask the pages' hosts how large their pictures are.
        article = newspaper.Article("https://example.org/a/1", fetch_images=False)
        article.download(input_html=content.decode("utf-8", "replace"))
        article.parse()
        return article.text

    return read


def _readability() -> Callable[[bytes], object]:
    import readability

    return lambda content: readability.Document(content.decode("utf-8", "replace")).summary()


def _resiliparse() -> Callable[[bytes], object]:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    return lambda content: extract_plain_text(bytes_to_str(content, detect_encoding(content)), main_content=True)


class Contender(NamedTuple):
    """Who reads the pages: the distributions whose versions are shown, and what makes the function that does."""

    uses: tuple[str, ...]
    make: Callable[[], Callable[[bytes], object]]


CONTENDERS = {
    "lxml, parse alone": Contender(("lxml",), _lxml),
    "resiliparse, main text": Contender(("resiliparse",), _resiliparse),
    "pagesieve without body": Contender((), lambda: _pagesieve(body=False)),
    "BeautifulSoup, parse alone": Contender(("beautifulsoup4", "lxml"), _soup),
    "pagesieve": Contender((), lambda: _pagesieve(body=True)),
    "trafilatura, fast": Contender(("trafilatura",), lambda: _trafilatura(fast=True)),
    "trafilatura": Contender(("trafilatura",), _trafilatura),
    "trafilatura with metadata": Contender(("trafilatura",), lambda: _trafilatura(with_metadata=True)),
    "readability-lxml": Contender(("readability-lxml",), _readability),
    "newspaper4k": Contender(("newspaper4k",), _newspaper),
}
OURS = ("pagesieve without body", "pagesieve")


def work(name: str) -> None:
    """Read the pages whose files are named on stdin; for each write the CPU time in nanoseconds, then the peak of memory in KiB."""
    read = CONTENDERS[name].make()
    print(" ".join(f"{dist} {importlib.metadata.version(dist)}" for dist in CONTENDERS[name].uses), flush=True)
    for line in sys.stdin:
        content = load(Path(line.rstrip("\n")))
        before = time.process_time_ns()
        try:
            read(content)
        except Exception as error:  # what a library fails on it does not read
            print(f"{name}: {type(error).__name__} on {line}", file=sys.stderr, end="")
        print(time.process_time_ns() - before, flush=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


class Process:
    """A contender in its process; ``costs`` are the milliseconds of the pages so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.costs: list[float] = []
        self.megabytes = 0.0
        line = [sys.executable if _is_here(name) else str(PEERS), "-W", "ignore", __file__, "--work", name]
        self._process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONHASHSEED": "0"})
        self.versions = self._answer()

    @classmethod
    def all_of(cls, names: Iterable[str]) -> list[Self]:
        """Those that are installed; the others are named."""
        started = []
        for name in names:
            if not _is_here(name) and not PEERS.exists():
                print(f"not installed, so not measured: {name}", file=sys.stderr)
            else:
                started.append(cls(name))
        return started

    def read(self, path: Path) -> float:
        assert self._process.stdin
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        return int(self._answer()) / 1e6

    def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self.megabytes = int(self._answer()) / 1024
        self._process.wait()

    def _answer(self) -> str:
        assert self._process.stdout
        if not (line := self._process.stdout.readline()):
            raise SystemExit(f"{self.name} ended; what it said stands above")
        return line.rstrip("\n")


def _is_here(name: str) -> bool:
    """Whether what a contender uses is installed in this environment."""
    modules = {"readability-lxml": "readability", "newspaper4k": "newspaper", "beautifulsoup4": "bs4"}
    return all(importlib.util.find_spec(modules.get(dist, dist)) for dist in CONTENDERS[name].uses)


# ------------------------------------------------------------------ the run


def load(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def samples() -> list[Path]:
    """The HTML pages of this project."""
    return sorted(p for p in (ROOT / "samples").glob("*/page.html*") if p.suffix in (".html", ".gz"))


def corpus(data: Path, count: int) -> list[Path]:
    """So many pages of each kind, evenly from all of them in the order of their names; none where there is no corpus."""
    kinds = [sorted(data.glob(pattern)) for pattern in ("scholarly/pages/*.gz", "wcxb-articles/html/*.gz")]
    return [path for pages in kinds for path in pages[:: max(1, len(pages) // count)][:count]]


def percentile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def run(names: Sequence[str], pages: Sequence[Path]) -> list[Process]:
    """Read the pages with each, in turns."""
    processes = Process.all_of(names)
    for path in samples():
        for process in processes:
            process.read(path)
    for number, path in enumerate(pages):
        turn = number % len(processes)
        for process in processes[turn:] + processes[:turn]:
            process.costs.append(process.read(path))
    for process in processes:
        process.end()
    return processes


def table(processes: Sequence[Process]) -> Iterator[str]:
    """Markdown: the cost of each, and ours as a share of it."""
    ours = [p for p in processes if p.name in OURS]
    yield "| | median ms | p95 ms | p95 / median | pages/s | peak MB | " + " | ".join(f"{p.name} takes" for p in ours) + " |"
    yield "|---|" + "---:|" * (5 + len(ours))
    for process in processes:
        middle, high = statistics.median(process.costs), percentile(process.costs, 0.95)
        shares = [f"{statistics.median(p.costs) / middle:.2f}" if p is not process else "" for p in ours]
        figures = [f"{middle:.1f}", f"{high:.1f}", f"{high / middle:.1f}", f"{1000 / statistics.fmean(process.costs):.0f}", f"{process.megabytes:.0f}"]
        yield f"| {process.name} | " + " | ".join((*figures, *shares)) + " |"


_BAR, _LEFT, _WIDTH = 26, 210, 720


def picture(processes: Sequence[Process]) -> str:
    """The medians as bars, an SVG that is read on light and dark pages."""
    scale = (_WIDTH - _LEFT - 70) / max(statistics.median(p.costs) for p in processes)
    rows = []
    for number, process in enumerate(sorted(processes, key=lambda p: statistics.median(p.costs))):
        middle, y = statistics.median(process.costs), number * _BAR
        width = max(1.0, middle * scale)
        rows.append(f'<text x="{_LEFT - 8}" y="{y + 17}" text-anchor="end">{process.name}</text>')
        rows.append(f'<rect class="{"ours" if process.name in OURS else "other"}" x="{_LEFT}" y="{y + 4}" width="{width:.1f}" height="{_BAR - 8}"/>')
        rows.append(f'<text x="{_LEFT + width + 6:.1f}" y="{y + 17}">{middle:.1f} ms</text>')
    light, dark = "text{fill:#24292f}.ours{fill:#1a7f5a}.other{fill:#9aa4b0}", "text{fill:#d0d7de}.ours{fill:#3fb98a}.other{fill:#5b6570}"
    style = f"text{{font:13px sans-serif}}{light}@media(prefers-color-scheme:dark){{{dark}}}"
    size = f'width="{_WIDTH}" height="{len(processes) * _BAR}" viewBox="0 0 {_WIDTH} {len(processes) * _BAR}"'
    title = "CPU time for one page, median, in milliseconds"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><title>{title}</title><style>{style}</style>\n' + "\n".join(rows) + "\n</svg>\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the labelled pages")
    parser.add_argument("--pages", type=int, default=_PAGES, help="pages of each kind")
    parser.add_argument("--only", nargs="+", help="contenders whose name has one of these in it")
    parser.add_argument("--json", action="store_true", help="print the cost of each page by each")
    parser.add_argument("--picture", type=Path, help="write the medians as a picture (SVG)")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work)
        return
    pages = corpus(given.data, given.pages) or samples()
    names = [name for name in CONTENDERS if not given.only or any(word in name for word in given.only)]
    processes = run(names, pages)
    if given.json:
        print(json.dumps({"pages": [path.name for path in pages], "ms": {p.name: p.costs for p in processes}}))
        return
    versions = sorted({p.versions for p in processes} - {""})
    print(f"{len(pages)} pages, {statistics.median(len(load(path)) for path in pages) / 1024:.0f} KiB in the median; {', '.join(versions)}\n")
    print("\n".join(table(processes)))
    if given.picture:
        given.picture.write_text(picture(processes), encoding="utf-8")


if __name__ == "__main__":
    main()
