"""How the cost of cleaning grows: with the processes that share it, with the pages that one process has cleaned, with the size of a page.

    python benchmarks/scale.py [--data DIR] [--only jobs memory size flat]

*jobs*: pages a second of ``pagesieve clean`` with one process and with two, on 2,000 pages, in turns. *memory*: resident memory of one
worker, page by page up to 10,000. *size*: CPU time of articles of 10 kB to 10 MB, and for each byte as a multiple of the lowest.
*flat*: CPU time of 5 kB of flat text. The pages are those of the labelled corpus where it is there, else the project's samples.
"""

import argparse
import gzip
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from corpus import DATA
from load import memory
from speed import corpus, load, samples

from cleaners import Page, clean
from crawler.workers import clean_pages

_ROUNDS = 3
_JOBS_PAGES, _MEMORY_PAGES, _EVERY = 2_000, 10_000, 500
_SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
_FLAT = 5_000
_HEAD = """<html><head><title>Hares</title><meta name="citation_title" content="Hares at willow fences"><meta name="citation_doi" content="10.5555/hares">
</head><body><h1>Hares at willow fences</h1><p class="authors">Rosa Hale, Tom Birch</p><p>Published: 3 May 2024</p><h2>Abstract</h2>
<p>Brown hares have lost cover on open farmland. We counted hares at dusk on 14 farms, seven of which had replaced wire with willow fences.</p>"""
# A heading and a paragraph with links, as long as leaves the largest article within the limits of what is read.
_LINKED = """On a clear evening we walked along the <a class="reference" href="/fences/{0}" title="The fence of {0}">fence of {0}</a> and
counted <i>hares</i> at <a class="reference" href="/articles/hares-at-willow-fences/figures/{0}#count-by-evening">its willows</a>; the wire had none. """
_SECTION = """<section class="section" id="{0}"><h2 class="heading">The fence of {0}</h2><p class="paragraph">""" + 6 * _LINKED + "</p></section>"
# What stands for a number in its place: letters, which make each paragraph another one and no date of it.
_LETTERS = str.maketrans("0123456789", "abcdefghij")


def jobs(pages: list[Path]) -> None:
    """Pages a second with one process and with two."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with gzip.open(folder / "pages.jsonl.gz", "wt", encoding="utf-8", compresslevel=1) as file:
            for number, path in enumerate(itertools.islice(itertools.cycle(pages), _JOBS_PAGES)):
                file.write(json.dumps({"url": f"https://example.org/a/{number}", "html": load(path).decode("utf-8", "replace")}) + "\n")
        speeds: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(_ROUNDS):
            for count, speed in speeds.items():
                before = time.perf_counter()
                line = [sys.executable, "-m", "crawler.cli", "clean", str(folder / "pages.jsonl.gz"), "--no-body", "--jobs", str(count), "--out"]
                subprocess.run([*line, str(folder / f"{count}.jsonl")], check=True, capture_output=True)
                speed.append(_JOBS_PAGES / (time.perf_counter() - before))
        same = (folder / "1.jsonl").read_bytes() == (folder / "2.jsonl").read_bytes()
    one, two = (statistics.median(speed) for speed in speeds.values())
    ratios = ", ".join(f"{b / a:.2f}" for a, b in zip(*speeds.values(), strict=True))
    print(f"jobs: {one:.1f} pages/s with one process, {two:.1f} with two; ratio {ratios}; {'the same' if same else 'OTHER'} bytes")


def resident(pages: list[Path]) -> None:
    """Memory of one worker."""
    def read() -> Iterator[Page]:
        for number, path in enumerate(itertools.islice(itertools.cycle(pages), _MEMORY_PAGES)):
            yield Page(content=load(path), url=f"https://example.org/a/{number}")

    held = []
    for number, _ in enumerate(clean_pages(read(), jobs=1), 1):
        if number % _EVERY == 0:
            held.append(memory()[1])
    print("memory: MB of the worker after each thousand pages: " + ", ".join(f"{size / 1e6:.0f}" for size in held[1::2]))


def cost(page: Page, *, body: bool) -> float:
    """CPU time in milliseconds."""
    before = time.process_time()
    clean(page, body=body)
    return (time.process_time() - before) * 1000


def article(size: int) -> bytes:
    """An article of about so many bytes."""
    sections = (_SECTION.format(f"M{size}{number}".translate(_LETTERS)) for number in range(max(1, size // (len(_SECTION) + 150))))
    return (_HEAD + "\n".join(sections) + "</body></html>").encode()


def growth() -> None:
    """CPU time by size."""
    for body in (False, True):
        for path in samples():
            clean(Page(content=load(path), url="https://example.org/a/1"), body=body)  # gets warm
        costs = []
        for size in _SIZES:
            page = Page(content=article(size), url="https://example.org/a/1")
            costs.append((len(page.content), cost(page, body=body)))
        least = min(ms / size for size, ms in costs)
        shown = ", ".join(f"{size / 1000:,.0f} kB {ms:,.1f} ms ({ms / size / least:.2f})" for size, ms in costs)
        print(f"size, {'with' if body else 'without'} body (for each byte, times the lowest): {shown}")


def flat(data: Path) -> None:
    """CPU time of 5 kB of flat text; shorter dumps are counted by their length."""
    dumps = [json.loads(path.read_bytes())["text"] for path in sorted(data.glob("textdumps/*.json"))] or [p.read_text() for p in samples_of_text()]
    dumps = [text[:_FLAT] for text in dumps if len(text) >= _FLAT / 2]
    clean(Page(content=" ".join(dumps[0].split()[::-1]), kind="text"))  # gets warm
    costs = [cost(Page(content=text, kind="text"), body=True) * _FLAT / len(text) for text in dumps]
    print(f"flat: {len(costs)} texts, 5 kB take {statistics.median(costs):.1f} ms in the median, {max(costs):.1f} at most")


def samples_of_text() -> list[Path]:
    """The flat pages of this project."""
    return sorted((Path(__file__).resolve().parents[1] / "samples").glob("*/page.txt"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the labelled pages")
    parser.add_argument("--only", nargs="+", choices=("jobs", "memory", "size", "flat"), default=("jobs", "memory", "size", "flat"))
    given = parser.parse_args()
    pages = corpus(given.data, 150) or samples()
    if "jobs" in given.only:
        jobs(pages)
    if "memory" in given.only:
        resident(pages)
    if "size" in given.only:
        growth()
    if "flat" in given.only:
        flat(given.data)


if __name__ == "__main__":
    main()
