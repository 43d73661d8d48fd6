"""Crawls that several workers share, on a real Redis: nothing lost, nothing twice, each host's delay kept, whoever is killed."""

import json
import os
import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from loopback import Answer, Site, article, command, environment, listing, serve
from redis_server import RedisServer, redis_server

DELAY = 0.15


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    (tmp_path / "redis").mkdir()
    with redis_server(tmp_path / "redis") as running:
        yield running


def archives(site: Site, count: int, per_page: int = 20) -> list[str]:
    """So many articles on each host, on listings of which each leads to the next, and the first also to other hosts; says the articles."""
    urls = []
    for number, base in enumerate(site.bases):
        paths = [f"/{number}/article/{i}" for i in range(count)]
        site.pages |= {path: Answer(article(1000 * number + i)) for i, path in enumerate(paths)}
        for first in range(0, count, per_page):
            after = f"/{number}/list/{first + per_page}" if first + per_page < count else ""
            shown = [f"{base}{path}" for path in paths[first : first + per_page]]
            if not first:
                shown += [f"{other}/{n}/article/0" for n, other in enumerate(site.bases)]
            site.pages[f"/{number}/list/{first}"] = Answer(listing(shown, after=after))
        urls += [base + path for path in paths]
    return urls


class Workers:
    """Processes that crawl together, each with its own store."""

    def __init__(self, folder: Path, server: RedisServer, *starts: str, **keys: object) -> None:
        self._folder = folder
        values = {"start": list(starts), "frontier": f"{server.url}?name=test", "delay": DELAY, "allow_private": True, "jobs": 1} | keys
        text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
        (folder / "crawl.toml").write_text(text, encoding="utf-8")
        self.processes: dict[int, subprocess.Popen[str]] = {}
        self._told = (folder / "told").open("a")

    def start(self, *numbers: int) -> None:
        for number in numbers:
            line = command("crawl", "--site", "crawl.toml", "--brief", "--out", f"{number}.jsonl")
            self.processes[number] = subprocess.Popen(
                line, cwd=self._folder, env=environment(), stderr=self._told, text=True, start_new_session=True
            )

    def kill(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.processes[number].pid, signal.SIGKILL)
        self.processes[number].wait()

    def wait(self, seconds: float = 120) -> list[int]:
        return [process.wait(seconds) for process in self.processes.values()]

    def stores(self) -> list[str]:
        return sorted(path.name for path in self._folder.glob("*.sqlite"))

    def export(self, *options: str, stores: list[str] | None = None) -> list[dict[str, object]]:
        line = command("export", *(stores or self.stores()), "--out", "all.jsonl", *options)
        done = subprocess.run(line, cwd=self._folder, env=environment(), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in (self._folder / "all.jsonl").read_text().splitlines()]

    def told(self) -> str:
        self._told.flush()
        return (self._folder / "told").read_text()


def gaps(site: Site) -> list[float]:
    """The seconds between two requests to one host, of all hosts."""
    times = defaultdict(list)
    for when, host, _ in site.asked:
        times[host].append(when)
    return [after - before for one in times.values() for before, after in pairwise(one)]


def test_workers_are_killed_and_redis_starts_anew(server: RedisServer, tmp_path: Path) -> None:
    """Each article once, though two of three workers die, are started anew, and Redis is killed in the middle; no host is asked sooner than its delay."""
    with serve(hosts=3) as site:
        urls = archives(site, 40)
        workers = Workers(tmp_path, server, *(f"{base}/{n}/list/0" for n, base in enumerate(site.bases)))
        workers.start(0, 1, 2)
        time.sleep(3)
        workers.kill(0)
        workers.start(0)
        time.sleep(1)
        server.stop(signal.SIGKILL)
        time.sleep(1)
        server.start()
        workers.kill(1)
        workers.start(1)
        assert set(workers.wait()) <= {0, 3}, workers.told()
        found = workers.export()
        again = sum(site.hits.values()) - len([path for path in site.hits if path != "/robots.txt"]) - site.hits["/robots.txt"]
        assert sorted(str(record["url"]) for record in found) == sorted(urls)
        assert again <= 2 * len(site.bases), "no more than what was in hand at the kills"
        # As the server sees it: the first request of a process takes a connection more, and cores that are busy more still.
        assert min(gaps(site)) > DELAY / 2
        assert server.client().get("{test}:left") == "0"
        assert server.client().keys("{test}:urls:*") == []
