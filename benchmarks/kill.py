"""Kill a crawl again and again, let it end, and count what is lost: this project's, and Scrapy's own with JOBDIR.

    python benchmarks/kill.py [--articles N] [--kills N] [--seed N] [--only ours|jobdir|disk]

Serves a site of listings and articles on loopback. At random moments ``kill -9`` ends the whole process group: while it
fetches, while it cleans, and (a fifth of the kills) while it writes the export. Then a last run goes to the end. Printed
for each: articles that are not in the output, that are there twice, lines that are no JSON, answers fetched more often
than once, and that count's allowance: what was under way at the kills. ``disk`` crawls into a small tmpfs until it is full
(that needs the right to mount), makes room, and goes on. The exit status is 1 if this project lost anything.
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
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from loopback import Site, archive, command, crawl_file, environment, serve

# A plain spider, as Scrapy's documentation writes one; JOBDIR and the feed are given on the command line.
_SPIDER = """
import scrapy

class Plain(scrapy.Spider):
    name = "plain"

    async def start(self):
        yield scrapy.Request(self.url)

    def parse(self, response):
        yield from response.follow_all(css="h2 a", callback=self.article)
        yield from response.follow_all(css=".pages a")

    def article(self, response):
        yield {"url": response.url}
"""
# To one host; see CONCURRENT_REQUESTS_PER_DOMAIN: one under way, and one whose answer is not yet in the store.
UNDER_WAY = 2
PER_LISTING = 50


class Loss(msgspec.Struct, frozen=True):
    """What a killed crawl cost, in articles, lines and answers."""

    lost: int
    twice: int
    torn: int
    again: int
    status: int
    seconds: float


def main() -> int:
    """Run what is asked for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("ours", "jobdir", "disk"))
    given = parser.parse_args()
    ok = True
    if given.only in (None, "ours", "jobdir"):
        print(f"{given.articles} articles on {given.articles // PER_LISTING} listings, {given.kills} kills\n")
        print(f"{'':<24}{'lost':>7}{'twice':>7}{'torn':>7}{'again':>7}{'allowed':>9}{'exit':>6}{'seconds':>9}")
    if given.only in (None, "ours"):
        loss = kill_ours(given.articles, given.kills, random.Random(given.seed))
        ok &= show("pagesieve", loss, given.kills)
    if given.only in (None, "jobdir"):
        show("Scrapy with JOBDIR", kill_jobdir(given.articles, given.kills, random.Random(given.seed)), given.kills)
    if given.only in (None, "disk"):
        with tempfile.TemporaryDirectory() as folder:
            full = fill_disk(Path(folder), 600)
        if full is None:
            print("\ndisk full: not tried, mounting a tmpfs is not allowed here")
        else:
            ok &= show("disk full, then room", full[1], 1)
            print(f"  said: {full[0]}")
    return 0 if ok else 1


def show(name: str, loss: Loss, kills: int) -> bool:
    """Print a row; says whether nothing was lost."""
    allowed = kills * UNDER_WAY
    print(f"{name:<24}{loss.lost:>7}{loss.twice:>7}{loss.torn:>7}{loss.again:>7}{allowed:>9}{loss.status:>6}{loss.seconds:>9.0f}", flush=True)
    return not (loss.lost or loss.twice or loss.torn or loss.status) and loss.again <= allowed


def kill_ours(articles: int, kills: int, dice: random.Random) -> Loss:
    """Kill ``pagesieve crawl``."""
    with tempfile.TemporaryDirectory() as name, serve() as site:
        folder = Path(name)
        site.pages |= archive(articles, PER_LISTING)
        line = command("crawl", "--brief", "--site", crawl_file(folder, f"{site.base}/list"))
        began = time.monotonic()
        at_export = kills // 5
        for _ in range(kills - at_export):
            kill(line, folder, at(dice.uniform(1.0, 1.0 + 60 * articles / 2000 / kills * 2)))
        # The export begins when all is fetched and cleaned: one run more, and it is there.
        for _ in range(at_export):
            moment = dice.uniform(0.0, 0.3)
            kill(line, folder, lambda moment=moment: (folder / "articles.jsonl.part").exists() and not time.sleep(moment))
        done = subprocess.run(line, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
        print(done.stderr, end="", file=sys.stderr)
        return count(site, folder / "articles.jsonl", articles, 0 if done.returncode in (0, 3) else done.returncode, began)


def kill_jobdir(articles: int, kills: int, dice: random.Random) -> Loss:
    """Kill a plain spider that keeps its queue in a JOBDIR and appends to a feed."""
    with tempfile.TemporaryDirectory() as name, serve() as site:
        folder = Path(name)
        site.pages |= archive(articles, PER_LISTING)
        (folder / "plain.py").write_text(_SPIDER, encoding="utf-8")
        line = [sys.executable, "-m", "scrapy", "runspider", "plain.py", "-a", f"url={site.base}/list", "-o", "articles.jsonl:jsonlines"]
        line += ["-s", "JOBDIR=job", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1", "-s", "DOWNLOAD_DELAY=0", "-s", "LOG_LEVEL=ERROR"]
        began = time.monotonic()
        for _ in range(kills):
            kill(line, folder, at(dice.uniform(1.0, 1.0 + 20 * articles / 2000 / kills * 2)))
        status = subprocess.run(line, cwd=folder, env=environment(), stderr=subprocess.DEVNULL, check=False).returncode
        return count(site, folder / "articles.jsonl", articles, status, began)


def at(seconds: float) -> Callable[[], bool]:
    """A moment so long after now."""
    when = time.monotonic() + seconds
    return lambda: time.monotonic() >= when


def kill(line: list[str], folder: Path, is_moment: Callable[[], bool]) -> None:
    """Start a crawl, and kill all of its processes at the moment; nothing is killed if it ends before."""
    process = subprocess.Popen(line, cwd=folder, env=environment(), stderr=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None and not is_moment():
        time.sleep(0.002)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def count(site: Site, out: Path, articles: int, status: int, began: float) -> Loss:
    """What the output has, and how often the site was asked."""
    urls, torn = [], 0
    for line in out.read_bytes().splitlines() if out.exists() else []:
        try:
            urls.append(json.loads(line)["url"])
        except ValueError:
            torn += 1
    asked = [hits for path, hits in site.hits.items() if path != "/robots.txt"]
    return Loss(articles - len(set(urls)), len(urls) - len(set(urls)), torn, sum(asked) - len(asked), status, time.monotonic() - began)


def fill_disk(folder: Path, articles: int) -> tuple[str, Loss] | None:
    """Crawl into a file system that is too small, make room, go on: what was said, and what it cost.

    ``None`` where mounting one is not allowed.
    """
    disk = folder / "disk"
    disk.mkdir()
    size = f"size={articles * 6}k"  # a page takes some 8 kB, its record 4, and the log is written twice
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(disk)], capture_output=True, check=False).returncode:
        return None
    try:
        with serve() as site:
            site.pages |= archive(articles, PER_LISTING)
            line = command("crawl", "--brief", "--site", crawl_file(folder, f"{site.base}/list", out=f"{disk}/articles.jsonl"))
            began = time.monotonic()
            full = subprocess.run(line, cwd=folder, env=environment(), capture_output=True, text=True, timeout=300, check=False)
            subprocess.run(["mount", "-o", "remount,size=1g", str(disk)], check=True)
            status = subprocess.run(line, cwd=folder, env=environment(), stderr=subprocess.DEVNULL, timeout=300, check=False).returncode
            return full.stderr.strip(), count(site, disk / "articles.jsonl", articles, status, began)
    finally:
        subprocess.run(["umount", str(disk)], check=False)


if __name__ == "__main__":
    sys.exit(main())
