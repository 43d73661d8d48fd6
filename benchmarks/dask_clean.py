"""Archives cleaned into shards by the local engine and by Dask, with as many workers; then by Dask with a worker killed in the middle.

    python benchmarks/dask_clean.py [--pages N] [--per-archive N] [--workers N] [--data DIR]

Makes WARC files of the project's sample pages, with ``--data`` of the labelled pages too, each page under an address of its own, and runs
``pagesieve clean ARCHIVES --out FOLDER/`` on them. Dask's workers have a thread each and are up before the clock starts. Printed: pages a
second, as a part of those of the first line (all into one file, as without shards), CPU time of all processes for a page, which holds also
where others use the machine, pages that are in no shard, whether the bytes are those of the local engine, and the highest resident
memory of the command, of a Dask worker and of a process that cleans. The exit status is 1 if a page is lost, or a byte is another one.
"""

import argparse
import gzip
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from loopback import command, environment  # noqa: E402  # of the tests
from speed import corpus, load, samples  # noqa: E402
from warcs import page, zipped  # noqa: E402

if TYPE_CHECKING:
    from distributed import Client

_EVERY = 0.25
# What stands in the command line of each kind of process.
_KINDS = {"the command": "crawler.cli", "a Dask worker": "spawn_main", "one that cleans": "forkserver"}


class Outcome(msgspec.Struct, kw_only=True):
    """What a run came to; ``memory`` is in MB, for each kind of process, ``cpu`` in seconds."""

    seconds: float
    cpu: float
    lines: list[str]
    files: dict[str, bytes]
    memory: dict[str, float]


def main() -> int:
    """Run all, and print the table."""
    from distributed import Client, LocalCluster  # not above: the processes that clean import this file, and need none of it

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--per-archive", type=int, default=1_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--data", type=Path, help="the labelled pages")
    given = parser.parse_args()
    pages = samples() + (corpus(given.data, 150) if given.data else [])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archives(pages, folder / "archives", given.pages, given.per_archive)
        jobs = ("--jobs", str(given.workers))
        print(f"{given.pages:,} pages of {len(pages)} in {-(-given.pages // given.per_archive)} archives, {given.workers} workers\n")
        print(f"{'':<32}{'pages/s':>8}{'ratio':>7}{'CPU ms':>8}{'lost':>6}  {'bytes':<7}memory")
        one = run(folder, "all.jsonl", *jobs)
        show("one file", one, given.pages, one, None)
        local = run(folder, "local/", *jobs)
        ok = show("shards, local", local, given.pages, one, None)
        with LocalCluster(n_workers=given.workers, threads_per_worker=1, memory_limit=0, dashboard_address="127.0.0.1:0") as cluster, Client(cluster) as client:
            dask = ("--engine", "dask", "--scheduler", cluster.scheduler_address)
            whole = run(folder, "dask/", *dask)
            ok &= show("shards, Dask", whole, given.pages, one, local)
            killed = run(folder, "killed/", *dask, half=len(local.files) // 2, then=lambda: kill(client))
            ok &= show("shards, Dask, a worker killed", killed, given.pages, one, local)
    return 0 if ok else 1


def archives(pages: list[Path], folder: Path, count: int, per_archive: int) -> None:
    """So many pages in WARC files."""
    folder.mkdir()
    numbered = enumerate(itertools.islice(itertools.cycle(pages), count))
    for number in range(-(-count // per_archive)):
        records = (page(at, load(path)) for at, path in itertools.islice(numbered, per_archive))
        (folder / f"{number:05}.warc.gz").write_bytes(zipped(records))


def run(folder: Path, out: str, *options: str, half: int = 0, then: Callable[[], None] | None = None) -> Outcome:
    """Clean all archives; when ``half`` of the shards are made, something may happen."""
    before = {seen.pid: seen.cpu for seen in family()}
    latest: dict[int, float] = {}
    most = dict.fromkeys(_KINDS, 0.0)
    began = time.monotonic()
    process = subprocess.Popen(command("clean", "archives", "--out", out, *options), cwd=folder, env=environment())
    while process.poll() is None:
        for seen in family():
            latest[seen.pid] = seen.cpu
            most[seen.kind] = max(most[seen.kind], seen.memory)
        if then and len(list((folder / out).glob("*.gz"))) >= half:
            then()
            then = None
        time.sleep(_EVERY)
    seconds = time.monotonic() - began
    if process.returncode or then:
        raise SystemExit(f"exit status {process.returncode}" if process.returncode else "it was done before a worker was killed")
    made = [folder / out] if (folder / out).is_file() else sorted((folder / out).glob("*.gz"))
    return Outcome(
        seconds=seconds,
        cpu=sum(latest.values()) - sum(before.get(pid, 0) for pid in latest),
        lines=[line for path in made for line in lines(path)],
        files={path.name: path.read_bytes() for path in made},
        memory=most,
    )


def lines(path: Path) -> Iterable[str]:
    """The addresses in a file of records."""
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    return [json.loads(line)["url"] for line in text.splitlines()]


def kill(client: "Client") -> None:
    """``kill -9`` for a worker that has work."""
    busy = next(worker for worker, keys in client.processing().items() if keys)
    os.kill(client.run(os.getpid, workers=[busy])[busy], signal.SIGKILL)


def show(name: str, found: Outcome, pages: int, first: Outcome, same: Outcome | None) -> bool:
    """Print a row; says whether all is well."""
    lost = pages - len(set(found.lines))
    right = same is None or found.files == same.files
    memory = ", ".join(f"{kind} {size:.0f} MB" for kind, size in found.memory.items() if size)
    told = "" if same is None else "same" if right else "OTHER"
    speed = f"{pages / found.seconds:>8.1f}{first.seconds / found.seconds:>7.2f}{1000 * found.cpu / pages:>8.1f}"
    print(f"{name:<32}{speed}{lost:>6}  {told:<7}{memory}", flush=True)
    return right and lost == 0 and len(found.lines) == pages


class Seen(NamedTuple):
    """A process: its kind, resident memory in MB, CPU time in seconds."""

    pid: int
    kind: str
    memory: float
    cpu: float


def family() -> list[Seen]:
    """The descendants of this process that are of a kind."""
    found, pids = [], {os.getpid()}
    for pid in sorted(int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()):
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
            status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            parent, cpu = int(status[1]), (int(status[11]) + int(status[12])) / os.sysconf("SC_CLK_TCK")
            size = int(status[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        except (OSError, IndexError):  # it has ended
            continue
        if parent in pids:
            pids.add(pid)
            found += [Seen(pid, kind, size, cpu) for kind, mark in _KINDS.items() if mark in line]
    return found


if __name__ == "__main__":
    sys.exit(main())
