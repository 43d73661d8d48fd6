"""Crawls that several workers share, on a real Redis: nothing lost, nothing twice, each host's delay kept, whoever is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from loopback import ROOT, Answer, Site, article, command, crawl, environment, listing, serve
from redis_server import RedisServer, redis_server

sys.path.insert(0, str(ROOT / "samples" / "site"))

from pages import STARTS
from serve import running_site

DELAY = 0.2


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
        urls = archives(site, 30)
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
        assert min(gaps(site)) > DELAY / 3
        assert server.client().get("{test}:left") == "0"
        assert server.client().keys("{test}:urls:*") == []


def same(records: list[dict[str, object]]) -> list[dict[str, object]]:
    """Records without what the order of fetches decides: the time, and which of its addresses a page that has several (say, one to print) came from."""
    decided = dict.fromkeys(("fetched_at", "url", "content_sha256"))
    return sorted(({**record, **decided} for record in records), key=lambda record: str(record["id"]))


def test_workers_give_what_one_process_gives(server: RedisServer, tmp_path: Path) -> None:
    """Of the sample site, with its copies, moved pages, captchas and servers that are busy at first; and a second run asks for its starts alone."""
    with running_site() as site:
        alone, shared = tmp_path / "alone", tmp_path / "shared"
        alone.mkdir()
        shared.mkdir()
        starts = [site.site.base + path for path in STARTS]
        assert crawl(alone, *starts).returncode == 1  # some of its pages are not to be had
        workers = Workers(shared, server, *starts, delay=0.0, revisit=100)
        workers.start(0, 1)
        assert set(workers.wait()) <= {0, 1, 3}, workers.told()
        wanted = [json.loads(line) for line in (alone / "articles.jsonl").read_text().splitlines()]
        assert len(wanted) > 30
        for stores in (["0.sqlite", "1.sqlite"], ["1.sqlite", "0.sqlite"]):
            found = workers.export(stores=stores)
            assert same(found) == same(wanted)
            bytes_of = {record["url"]: record["content_sha256"] for record in wanted}
            assert all(record["content_sha256"] == bytes_of.get(record["url"], record["content_sha256"]) for record in found), "of the same addresses"
        site.log.clear()
        workers.start(2)
        assert workers.processes[2].wait(60) == 0, workers.told()
        assert sorted(path for path in site.log if path != "/robots.txt") == sorted(STARTS)


def test_redirects_from_host_to_host_keep_the_delay(server: RedisServer, tmp_path: Path) -> None:
    with serve(hosts=2) as site:
        one, two = site.bases
        urls = archives(site, 15)
        site.pages |= {f"/to/{i}": Answer("", 302, Location=f"{two}/moved/{i}") for i in range(10)}
        site.pages |= {f"/moved/{i}": Answer(article(5000 + i)) for i in range(10)}
        site.pages["/moves"] = Answer(listing([f"{one}/to/{i}" for i in range(10)]))
        workers = Workers(tmp_path, server, f"{one}/0/list/0", f"{two}/1/list/0", f"{one}/moves")
        workers.start(0, 1)
        assert set(workers.wait()) <= {0, 3}, workers.told()
        assert sorted(str(record["url"]) for record in workers.export()) == sorted([*urls, *(f"{two}/moved/{i}" for i in range(10))])
        assert min(gaps(site)) > DELAY / 3
        assert server.client().hgetall("{test}:holds") == {}


def test_what_has_no_room_in_redis_waits_on_disk(server: RedisServer, tmp_path: Path) -> None:
    """And what has none while a worker runs is asked for all the same, in the end."""
    with serve(hosts=2) as site:
        urls = archives(site, 150, per_page=150)
        client = server.client()
        used = int(client.info("memory")["used_memory"])
        client.config_set("maxmemory", used + 60_000)
        workers = Workers(tmp_path, server, *(f"{base}/{n}/list/0" for n, base in enumerate(site.bases)), delay=0.01)
        workers.start(0, 1)
        assert set(workers.wait()) <= {0, 3}, workers.told()
        assert int(client.info("errorstats").get("errorstat_OOM", {}).get("count", 0)) > 0, "it was never full"
        assert sorted(str(record["url"]) for record in workers.export()) == sorted(urls)


def test_a_password_is_not_kept(server: RedisServer, tmp_path: Path) -> None:
    server.client().config_set("requirepass", "hunter2")
    url = server.url.replace("redis://", "redis://:hunter2@")
    with serve() as site:
        site.pages["/article/1"] = Answer(article(1))
        workers = Workers(tmp_path, server, f"{site.base}/article/1", frontier=url)
        workers.start(0)
        assert workers.wait() == [0], workers.told()
    (tmp_path / "crawl.toml").unlink()
    assert b"hunter2" not in b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())


@pytest.mark.parametrize(
    ("url", "mend"),
    [
        ("redis://127.0.0.1:1/0", "frontier: no Redis at 127.0.0.1: "),
        ("http://127.0.0.1/", "http://127.0.0.1/ is no address of a Redis: give one like redis://localhost:6379/0"),
        ("redis://127.0.0.1/0?colour=red", "give an address like redis://localhost:6379/0"),
    ],
)
def test_a_frontier_that_is_none(tmp_path: Path, url: str, mend: str) -> None:
    line = command("crawl", "http://a.example/", "--frontier", url)
    done = subprocess.run(line, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert mend in done.stderr
