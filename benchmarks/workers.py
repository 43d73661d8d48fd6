"""Kill workers of a shared crawl at random moments, restart Redis, and count what is lost: this project's, and scrapy-redis.

    python benchmarks/workers.py [--articles N] [--hosts N] [--workers N ...] [--kills N] [--delay SECONDS] [--seed N] [--only ours|scrapy-redis]

Serves a site of listings and articles on several loopback addresses. So many worker processes crawl it with one Redis (a real one, that
this starts with its data on disk). At random moments ``kill -9`` ends a worker with all its processes, and another one is started in its
place; in the middle Redis itself is killed and started again with its data. Printed: articles that are in no store, that the
merged output has twice, answers fetched more often than once and that count's allowance (what the killed workers had in hand: a
host is in the hands of one worker, with one page), the shortest time between two requests to one host (as the server saw them, robots.txt
too), and the highest memory of Redis and of a worker. The exit status is 1 if this project lost or broke anything.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from loopback import Answer, Site, article, command, environment, listing, serve
from redis_server import RedisServer, redis_server

PER_LISTING = 50
# A server's clock and a client's may differ by what a connection takes.
_SLACK = 0.005
_SPIDER = """
import scrapy
from scrapy_redis.spiders import RedisMixin

class Plain(RedisMixin, scrapy.Spider):
    name = "plain"
    redis_key = "plain:start_urls"
    max_idle_time = 6

    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.setup_redis(crawler)
        return spider

    async def start(self):
        for request in self.next_requests():
            yield request

    def parse(self, response):
        if "/article/" in response.url:
            yield {"url": response.url}
        else:
            yield from response.follow_all(css="h2 a")
            yield from response.follow_all(css=".pages a")
"""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a crawl with kills came to."""

    lost: int
    twice: int
    again: int
    allowed: int
    shortest: float
    redis_mb: float
    worker_mb: float
    seconds: float
    status: int


def main() -> int:
    """Run what is asked for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--hosts", type=int, default=5)
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 3])
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--delay", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("ours", "scrapy-redis"))
    given = parser.parse_args()
    print(f"{given.articles} articles on {given.hosts} hosts, {given.kills} kills, one restart of Redis, a delay of {given.delay} s\n")
    print(f"{'':<28}{'lost':>6}{'twice':>6}{'again':>6}{'allowed':>8}{'shortest':>10}{'Redis':>9}{'worker':>9}{'seconds':>9}")
    ok = True
    for workers in given.workers:
        if given.only != "scrapy-redis":
            ok &= show(f"pagesieve, {workers} workers", run(ours, workers, given), given.delay)
        if given.only != "ours":
            show(f"scrapy-redis, {workers} workers", run(scrapy_redis, workers, given), given.delay)
    return 0 if ok else 1


def show(name: str, found: Outcome, delay: float) -> bool:
    """Print a row; says whether nothing was lost or broken."""
    print(
        f"{name:<28}{found.lost:>6}{found.twice:>6}{found.again:>6}{found.allowed:>8}{found.shortest:>8.3f} s"
        f"{found.redis_mb:>6.1f} MB{found.worker_mb:>6.0f} MB{found.seconds:>9.0f}",
        flush=True,
    )
    return not (found.lost or found.twice or found.status) and found.again <= found.allowed and found.shortest >= delay - _SLACK


def run(kind: Callable[[Path, str, list[str], float], Callable[[int], tuple[list[str], Path]]], workers: int, given: argparse.Namespace) -> Outcome:
    """Crawl with so many workers, killing them, and count."""
    dice = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as name, serve(hosts=given.hosts) as site:
        folder = Path(name)
        (folder / "redis").mkdir()
        urls, starts = archives(site, given.articles // given.hosts)
        with redis_server(folder / "redis") as server:
            line_of = kind(folder, server.url, starts, given.delay)
            seed(server, starts)
            began = time.monotonic()
            crawl = Crawl(folder, line_of, server)
            for _ in range(workers):
                crawl.start()
            # Kills are spread over the time that the crawl would take without them.
            spell = given.articles / given.hosts * (given.delay + 0.02) / (given.kills + 2)
            for kill in range(given.kills):
                crawl.watch(dice.uniform(0.2, 1.8) * spell)
                crawl.kill(dice)
                if kill == given.kills // 2:
                    server.stop(signal.SIGKILL)
                    time.sleep(1.0)
                    server.start()
            crawl.watch(None)
            seconds = time.monotonic() - began
        found = crawl.results()
        asked = [hits for path, hits in site.hits.items() if path != "/robots.txt"]
        return Outcome(
            lost=len(set(urls) - set(found)),
            twice=len(found) - len(set(found)),
            again=sum(asked) - len(asked),
            allowed=given.kills * given.hosts,
            shortest=shortest(site),
            redis_mb=crawl.redis_mb,
            worker_mb=crawl.worker_mb,
            seconds=seconds,
            status=crawl.status,
        )


class Crawl:
    """Workers that are started, watched and killed."""

    def __init__(self, folder: Path, line_of: Callable[[int], tuple[list[str], Path]], server: RedisServer) -> None:
        self._folder, self._line_of, self._server = folder, line_of, server
        self._running: list[subprocess.Popen[bytes]] = []
        self._outs: list[Path] = []
        self.redis_mb = self.worker_mb = 0.0
        self.status = 0

    def start(self) -> None:
        line, out = self._line_of(len(self._outs))
        self._outs.append(out)
        with (self._folder / "told").open("ab") as told:
            self._running.append(
                subprocess.Popen(line, cwd=self._folder, env=environment(), stdout=told, stderr=told, start_new_session=True)
            )

    def kill(self, dice: random.Random) -> None:
        """Kill one that is running, and start another one."""
        running = [process for process in self._running if process.poll() is None]
        if running:
            process = dice.choice(running)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            self._running.remove(process)
            self.start()

    def watch(self, seconds: float | None) -> None:
        """Wait for so long, or until all have ended; keep the highest memory."""
        end = time.monotonic() + (seconds or 3600)
        while time.monotonic() < end and any(process.poll() is None for process in self._running):
            with suppress(Exception):  # Redis may be starting anew
                self.redis_mb = max(self.redis_mb, int(self._server.client().info("memory")["used_memory"]) / 1e6)
            for process in self._running:
                with suppress(OSError, StopIteration):
                    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
                    self.worker_mb = max(self.worker_mb, int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1e3)
            time.sleep(0.1)
        self.status = max((process.poll() not in (None, 0, 3) for process in self._running), default=False)

    def results(self) -> list[str]:
        """The addresses of the articles in the output: of stores, as an export merges them."""
        stores = [str(out) for out in self._outs if out.suffix == ".sqlite" and out.exists()]
        if stores:
            for store in stores:  # what a killed worker fetched last has no record yet
                subprocess.run([*command("clean", "--store", store)], cwd=self._folder, env=environment(), check=True, capture_output=True)
            subprocess.run([*command("export", *stores), "--out", "all.jsonl"], cwd=self._folder, env=environment(), check=True, capture_output=True)
            outs = [self._folder / "all.jsonl"]
        else:
            outs = self._outs
        urls = []
        for out in outs:
            for line in out.read_text().splitlines() if out.exists() else []:
                with suppress(ValueError):
                    urls.append(json.loads(line)["url"])
        return urls


def ours(folder: Path, redis: str, starts: list[str], delay: float) -> Callable[[int], tuple[list[str], Path]]:
    """How a worker of this project is started, and where its store is."""
    text = f"start = {json.dumps(starts)}\nfrontier = '{redis}?name=bench'\ndelay = {delay}\nallow_private = true\njobs = 1\n"
    (folder / "crawl.toml").write_text(text, encoding="utf-8")
    return lambda number: (command("crawl", "--site", "crawl.toml", "--brief", "--out", f"{number}.jsonl"), folder / f"{number}.sqlite")


def scrapy_redis(folder: Path, redis: str, starts: list[str], delay: float) -> Callable[[int], tuple[list[str], Path]]:  # noqa: ARG001
    """How a worker of scrapy-redis is started, with its own politeness per process, and where its feed is."""
    (folder / "plain.py").write_text(_SPIDER, encoding="utf-8")
    settings = {
        "REDIS_URL": redis, "SCHEDULER": "scrapy_redis.scheduler.Scheduler", "DUPEFILTER_CLASS": "scrapy_redis.dupefilter.RFPDupeFilter",
        "SCHEDULER_PERSIST": "True", "DOWNLOAD_DELAY": str(delay), "RANDOMIZE_DOWNLOAD_DELAY": "False", "CONCURRENT_REQUESTS_PER_DOMAIN": "1",
        "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    more = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    line = [sys.executable, "-m", "scrapy", "runspider", "plain.py", *more]
    return lambda number: ([*line, "-o", f"{number}.jsonl:jsonlines"], folder / f"{number}.jsonl")


def seed(server: RedisServer, starts: list[str]) -> None:
    """What scrapy-redis starts from."""
    server.client().lpush("plain:start_urls", *starts)


def archives(site: Site, count: int) -> tuple[list[str], list[str]]:
    """So many articles on each host; says their addresses, and those of the first listings."""
    urls = []
    for number, base in enumerate(site.bases):
        paths = [f"/{number}/article/{i}" for i in range(count)]
        site.pages |= {path: Answer(article(100_000 * number + i)) for i, path in enumerate(paths)}
        for first in range(0, count, PER_LISTING):
            after = f"/{number}/list/{first + PER_LISTING}" if first + PER_LISTING < count else ""
            site.pages[f"/{number}/list/{first}"] = Answer(listing(paths[first : first + PER_LISTING], after=after))
        urls += [base + path for path in paths]
    return urls, [f"{base}/{number}/list/0" for number, base in enumerate(site.bases)]


def shortest(site: Site) -> float:
    """The shortest time between two requests to one host."""
    times = defaultdict(list)
    for when, host, _ in site.asked:
        times[host].append(when)
    return min(after - before for one in times.values() for before, after in pairwise(one))


if __name__ == "__main__":
    sys.exit(main())
