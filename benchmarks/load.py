"""What a crawl costs: pages a second with cleaning and without, how long the event loop is held up, and memory over time.

    python benchmarks/load.py [--pages N] [--page FILE.html] [--jobs N] [--only speed|memory]

Serves so many articles on loopback, crawls them with the real spider and all of its pipeline (*cleaned*) and with one that
only keeps them (*fetched*), in turns, and prints the ratio of the two. While it crawls, the event loop is asked every ten
milliseconds how late it is. ``memory`` crawls 20,000 pages (or ``--pages``) and shows the resident memory of the main process
and of the workers at a quarter of them and at the end. ``--page`` serves a page of your own instead of the small one of the
tests, with a number in it.
"""

import argparse
import asyncio
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from loopback import Answer, Pages, archive, environment, serve  # noqa: E402  # of the tests

_EVERY = 0.01
_ROUNDS = 3
_SETTINGS = """
from crawler.settings import *
EXTENSIONS = {**EXTENSIONS, "load.Watch": 0}
LOG_LEVEL = "ERROR"
"""
_FETCH_ONLY = 'ITEM_PIPELINES = {"crawler.pipelines.LandPipeline": 100, "load.Drop": 200}\n'


class Drop:
    """A pipeline that opens the pool, in which links are looked for, and cleans nothing."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        return cls(crawler)

    def open_spider(self) -> None:
        self._crawler.spider.pool.__enter__()

    def close_spider(self) -> None:
        self._crawler.spider.pool.__exit__(None, None, None)

    def process_item(self, item: Any) -> Any:  # noqa: ARG002  # Scrapy's interface
        from scrapy.exceptions import DropItem

        raise DropItem("only fetched", log_level="DEBUG")


class Watch:
    """Scrapy extension: how late the event loop is, and how much memory the processes hold; writes ``watch.json``."""

    def __init__(self, crawler: Any) -> None:
        from scrapy import signals

        self._late: list[float] = []
        self._memory: list[tuple[int, int, int]] = []
        self._pages = 0
        self._began = self._began_cpu = 0.0
        crawler.signals.connect(self._open, signals.spider_opened)
        crawler.signals.connect(self._received, signals.response_received)
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        return cls(crawler)

    def _open(self) -> None:
        self._task = asyncio.ensure_future(self._watch())

    async def _watch(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(_EVERY)
            if self._pages:  # before the first answer the workers start, and nothing waits
                self._late.append(time.monotonic() - before - _EVERY)

    def _received(self) -> None:
        if not self._began:
            self._began, self._began_cpu = time.monotonic(), time.process_time()
        self._pages += 1
        if self._pages % 500 == 0:
            own, workers = memory()
            self._memory.append((self._pages, own, workers))

    def _close(self) -> None:
        self._task.cancel()
        late = sorted(self._late)
        parts = [late[int(len(late) * part)] for part in (0.5, 0.99, 0.999)] + late[-1:]
        seconds, cpu = time.monotonic() - self._began, time.process_time() - self._began_cpu
        told = {"pages": self._pages, "seconds": seconds, "cpu": cpu, "late": parts, "memory": self._memory}
        Path("watch.json").write_text(json.dumps(told), encoding="utf-8")


def memory() -> tuple[int, int]:
    """Resident bytes of this process, and of the largest of its descendants."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(status[1]), int(status[21]) * os.sysconf("SC_PAGE_SIZE")
            except (OSError, IndexError):
                continue
    family = {os.getpid()}
    for _ in range(4):
        family |= {pid for pid, (parent, _) in parents.items() if parent in family}
    return parents[os.getpid()][1], max((parents[pid][1] for pid in family - {os.getpid()}), default=0)


def crawl(base: str, jobs: int, *, cleans: bool) -> dict[str, Any]:
    """One crawl with the real spider; what was watched."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "watched.py").write_text(_SETTINGS + ("" if cleans else _FETCH_ONLY), encoding="utf-8")
        env = environment() | {"SCRAPY_SETTINGS_MODULE": "watched"}
        env["PYTHONPATH"] = os.pathsep.join([env["PYTHONPATH"], str(Path(__file__).parent)])
        line = [sys.executable, "-m", "scrapy", "crawl", "articles", "-a", f"urls={base}/list", "-a", "delay=0", "-a", f"jobs={jobs}"]
        subprocess.run([*line, "-a", "allow_private=true"], cwd=folder, env=env, check=True)
        told: dict[str, Any] = json.loads((folder / "watch.json").read_text(encoding="utf-8"))
        return told


def site(pages: int, page: Path | None) -> Pages:
    """A listing with so many articles."""
    made = archive(pages, 50)
    if page:
        body = gzip.decompress(page.read_bytes()) if page.suffix == ".gz" else page.read_bytes()
        for i in range(pages):
            made[f"/article/{i}"] = Answer(body.replace(b"<body", b"<!-- %d --><body" % i, 1).replace(b"</title>", b" %d</title>" % i, 1))
    return made


def main() -> int:
    """Crawl, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", choices=("speed", "memory"))
    given = parser.parse_args()
    if given.only in (None, "speed"):
        pages = given.pages or 600
        with serve() as running:
            running.pages |= site(pages, given.page)
            rounds = [(crawl(running.base, given.jobs, cleans=True), crawl(running.base, given.jobs, cleans=False)) for _ in range(_ROUNDS)]
        ratios = [fetched["seconds"] / cleaned["seconds"] for cleaned, fetched in rounds]
        for name, watched in zip(("cleaned", "fetched"), zip(*rounds, strict=True), strict=True):
            late = [f"{1000 * median(one['late'][i] for one in watched):.0f}" for i in range(4)]
            speed = median(one["pages"] / one["seconds"] for one in watched)
            cpu = 1000 * median(one["cpu"] / one["pages"] for one in watched)
            print(f"{name:<8} {speed:6.0f} pages/s, {cpu:.1f} ms CPU of the main process for each")
            print(f"{'':<8} event loop late by (ms) median {late[0]}, p99 {late[1]}, p99.9 {late[2]}, most {late[3]}")
        print(f"ratio of cleaned to fetched, each of {_ROUNDS} rounds: {', '.join(f'{ratio:.2f}' for ratio in ratios)}")
    if given.only in (None, "memory"):
        with serve() as running:
            running.pages |= site(given.pages or 20_000, given.page)
            watched = crawl(running.base, given.jobs, cleans=True)
        print("   pages  main MB  worker MB")
        for count, own, worker in watched["memory"][:: max(1, len(watched["memory"]) // 8)] + watched["memory"][-1:]:
            print(f"{count:>8,} {own / 1e6:>8.0f} {worker / 1e6:>10.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
