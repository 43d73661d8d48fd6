"""What the shared queue costs: memory of Redis for each address, and how many it takes and gives in a second, with made-up addresses.

    python benchmarks/frontier.py [--known N] [--queued N] [--hosts N]

A real Redis is started with its data on disk, written there each second, and then once more with each write there before it counts as done
(``appendfsync always``). First ``--known`` fingerprints are put into the sets of what is known, straight from random numbers. Then
``--queued`` addresses on ``--hosts`` hosts are queued by one worker, in batches as those of a listing, and all are leased and released, without
a pause for any host. Printed: bytes of memory for an address that is known, and one that waits; addresses that one worker queues in a
second, and that it leases and releases; Redis's own CPU time for each, from which follows how many one Redis can serve.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from redis_server import RedisServer, redis_server

from crawler.model import Link
from crawler.shared.queue import _BUCKETS, SharedQueue

_BATCH = 200


def main() -> int:
    """Run it, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--known", type=int, default=100_000_000)
    parser.add_argument("--queued", type=int, default=100_000)
    parser.add_argument("--hosts", type=int, default=4_000)
    given = parser.parse_args()
    for fsync in ("everysec", "always"):
        with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder), "--appendfsync", fsync) as server:
            print(f"\nappendfsync {fsync}")
            if fsync == "everysec":
                know(server, given.known)
            work(server, given.queued, given.hosts)
    return 0


def know(server: RedisServer, count: int) -> None:
    """Fill the sets of what is known."""
    client, dice = server.client(), random.Random(1)
    # What fills them need not be kept: a log of it would be written for hours.
    client.config_set("appendonly", "no")
    before = memory(server)
    pipe = client.pipeline(transaction=False)
    sizes = [count // _BUCKETS + (bucket < count % _BUCKETS) for bucket in range(_BUCKETS)]
    for bucket, size in enumerate(sizes):
        # As uneven as fingerprints are.
        size = max(0, round(dice.gauss(size, size**0.5)))
        if size:
            pipe.sadd(f"{{sim}}:seen:{bucket}", *(dice.getrandbits(64) - (1 << 63) for _ in range(size)))
        if bucket % 256 == 255:
            pipe.execute()
    pipe.execute()
    used = memory(server) - before
    print(f"  {count:,} known addresses: {used / 1e6:,.0f} MB, {used / count:.1f} bytes each")
    client.config_set("appendonly", "yes")
    # It writes down all that it has, in a process beside: work has its processor and its memory to itself only behind that.
    while (now := client.info("persistence"))["aof_rewrite_in_progress"] or now["aof_rewrite_scheduled"]:
        time.sleep(0.1)


def work(server: RedisServer, count: int, hosts: int) -> None:
    """Queue addresses, then lease and release them all."""
    queue = SharedQueue(f"{server.url}?name=sim", "worker")
    queue.begin()
    dice = random.Random(2)
    links = [Link(f"https://www.host-{dice.randrange(hosts)}.example/journal/article/{n}/{dice.getrandbits(64):x}", "article") for n in range(count)]
    before, cpu, began = memory(server), redis_cpu(server), time.monotonic()
    for first in range(0, count, _BATCH):
        queue.add(links[first : first + _BATCH], 1)
    told("queued", count, time.monotonic() - began, redis_cpu(server) - cpu)
    used = memory(server) - before
    print(f"  waiting, {count / hosts:.0f} on each of {hosts:,} hosts: {used / count:,.0f} bytes each")
    cpu, began = redis_cpu(server), time.monotonic()
    for first in range(0, count, _BATCH):
        queue.add(links[first : first + _BATCH], 1)
    told("known and not queued again", count, time.monotonic() - began, redis_cpu(server) - cpu)
    cpu, began, done = redis_cpu(server), time.monotonic(), 0
    while (given := queue.lease()) is not None:
        queue.release(given, 0.0)
        done += 1
    told("leased and released", done, time.monotonic() - began, redis_cpu(server) - cpu)


def told(what: str, count: int, seconds: float, cpu: float) -> None:
    """Print what so many cost."""
    by_many = f"{cpu / count * 1e6:.1f} µs of Redis each, so {count / cpu:,.0f} a second by many"
    print(f"  {what}: {count / seconds:,.0f} a second by one worker; {by_many}", flush=True)


def memory(server: RedisServer) -> int:
    """Bytes that Redis has in use."""
    return int(server.client().info("memory")["used_memory"])


def redis_cpu(server: RedisServer) -> float:
    """Seconds of CPU time that Redis has used."""
    used = server.client().info("cpu")
    return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])


if __name__ == "__main__":
    sys.exit(main())
