"""Archives cleaned on Dask: a cluster that the command starts, and one whose scheduler and workers are processes of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from distributed import Client
from loopback import ROOT, article, clean, command, environment, in_terminal
from warcs import answer, page, record, zipped

from cleaners import Ledger, Page, Record, explain
from crawler.dask_engine import on_dask
from crawler.shards import Shard, Unfit, clean_shard, shard_folder
from crawler.workers import CleanPool

# Each death is one too many for Dask, not the fourth; and nobody waits half a minute for a scheduler.
SETTINGS = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0", "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "3s"}
Told = tuple[int, list[str], dict[str, bytes]]


@contextmanager
def dask(*arguments: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the ``dask`` command, which finds this project and these tests."""
    path = os.pathsep.join(map(str, (ROOT, ROOT / "tests", Path(__file__).parent)))
    line = [sys.executable, "-m", "dask", *map(str, arguments), "--no-dashboard"]
    process = subprocess.Popen(line, env=os.environ | SETTINGS | {"PYTHONPATH": path}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler on loopback, and its address."""
    file = folder / "scheduler.json"
    with dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", file) as process:
        while not file.exists() or not file.read_bytes():
            time.sleep(0.02)
        yield json.loads(file.read_bytes())["address"], process


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers."""
    with scheduler(tmp_path_factory.mktemp("dask")) as (address, _), dask("worker", address, "--nworkers", "2", "--nthreads", "1"):
        with Client(address) as client:
            client.wait_for_workers(2)
        yield address


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with archives: long ones, one with a page that is none and a record that is no page, a torn one."""
    folder = tmp_path_factory.mktemp("archives")
    for number in range(3):
        (folder / f"{number}.warc.gz").write_bytes(zipped(page(i, article(i).encode()) for i in range(40 * number, 40 * (number + 1))))
    pdf = record("response", "https://journal.example/1.pdf", answer(b"%PDF-1.7", "Content-Type: application/pdf"))
    (folder / "bad.warc.gz").write_bytes(zipped([page(1000, b"%PDF-1.7"), pdf, page(1001, article(1001).encode())]))
    (folder / "torn.warc.gz").write_bytes(zipped(page(i, article(i).encode()) for i in range(1002, 1005))[:-40])
    return folder


@pytest.fixture(scope="module")
def local(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What the local engine tells, and the files that it writes."""
    folder = tmp_path_factory.mktemp("local")
    done = clean(archives, ".", "--out", folder)
    return done.returncode, done.stderr.decode().replace(str(folder), "OUT").splitlines(), files(folder)


def files(folder: Path) -> dict[str, bytes]:
    """The files of the shards and their manifests, and what else should not be there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "lock"}


def test_a_cluster_of_its_own_ends_with_ctrl_c_and_goes_on_to_the_same_bytes(archives: Path, local: Told, tmp_path: Path) -> None:
    line = command("clean", ".", "--out", tmp_path, "--engine", "dask", "--jobs", "2")
    with subprocess.Popen(line, cwd=archives, env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        while not list(tmp_path.glob("*.gz")):
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers get it too
        assert process.stderr
        told = process.stderr.read().strip()
    mend = f"the shards that are whole stay in {tmp_path}, and the same command does the others"
    assert (process.returncode, told) == (130, f"pagesieve: interrupted: {mend}")
    whole = len(list(tmp_path.glob("*.gz")))
    seen, status = in_terminal(line, archives, environment(), columns=200)
    assert "━" in seen
    *told, made, skipped = seen.replace(str(tmp_path), "OUT").rpartition("\x1b[2K")[2].splitlines()
    assert (status, [*told, skipped], files(tmp_path)) == local
    assert made == f"{5 - whole} shards made, {whole} had been made before"


def test_a_worker_that_is_killed_loses_nothing(archives: Path, local: Told, cluster: str, tmp_path: Path) -> None:
    line = command("clean", ".", "--out", tmp_path, "--engine", "dask", "--scheduler", cluster)
    with Client(cluster) as client, subprocess.Popen(line, cwd=archives, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        while not list(tmp_path.glob("_shards/[012]-*.part/*")):
            time.sleep(0.01)
        busy = next(worker for worker, keys in client.processing().items() if keys)
        os.kill(client.run(os.getpid, workers=[busy])[busy], signal.SIGKILL)
        assert process.stderr
        told = process.stderr.read().replace(str(tmp_path), "OUT").splitlines()
        assert (process.wait(), told, files(tmp_path)) == local


def trouble(page: Page) -> tuple[Record, Ledger]:
    """Clean a page, unless it kills the process that does."""
    if page.content == b"die":
        os.kill(os.getpid(), signal.SIGKILL)
    return explain(page)


def troubled(archive: str, *, pool: CleanPool, folder: str) -> tuple[Shard, bool]:
    """Clean a shard; what it is called may kill a process that cleans a page, or the worker at the first page."""
    if Path(archive).stem == "page.warc":
        with CleanPool(1, _cleaner=trouble) as pool:
            return clean_shard(archive, folder, pool)
    each = partial(os.kill, os.getpid(), signal.SIGKILL) if Path(archive).stem == "killer.warc" else int
    return clean_shard(archive, folder, pool, each=each)


def test_a_page_costs_a_record_and_a_shard_that_kills_all_workers_itself(cluster: str, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.warc.gz" for name in ("killer", "page", "other")]
    for path in paths:
        path.write_bytes(zipped([page(1, article(1).encode()), page(2, b"die" if path is paths[1] else b"live"), page(3, article(3).encode())]))
    killer, *others = map(str, paths)
    here, there = str(tmp_path / "here"), str(tmp_path / "there")
    with shard_folder(there):
        given = on_dask(partial(troubled, folder=there), [killer, *others], sites=None, body=True, jobs=1, scheduler=cluster, tell=pytest.fail)
        outcomes = dict(given)
    assert str(outcomes.pop(killer)) == "the workers that cleaned it died, each time: their logs say of what"
    with shard_folder(here), CleanPool(2, _cleaner=trouble) as pool:
        assert outcomes == {path: clean_shard(path, here, pool) for path in others}
    assert files(Path(there)) == files(Path(here))
    assert outcomes[others[0]][0].kinds == {"article": 2, "unreadable": 1}


def unfit(archive: str, *, pool: CleanPool) -> None:
    raise Unfit("it has no hands")


def unwritable(archive: str, *, pool: CleanPool) -> None:
    raise OSError(28, "No space left on device", archive)


def test_what_is_told_of_a_cluster_that_cannot_do_it(cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "only_here.py").write_text("def work(archive, *, pool): pass")
    monkeypatch.syspath_prepend(tmp_path)
    from only_here import work  # type: ignore[import-not-found]

    given = {"sites": None, "body": True, "jobs": 1, "scheduler": cluster, "tell": pytest.fail}
    with pytest.raises(Unfit, match=r"^the cluster cannot load what it needs \(No module named 'only_here'\): install pagesieve for"):
        dict(on_dask(work, ["a"], **given))
    with pytest.raises(Unfit, match=r"^a worker of the cluster is unfit: it has no hands$"):
        dict(on_dask(unfit, ["a"], **given))
    with pytest.raises(OSError, match=r"No space left on device: 'a'"):
        dict(on_dask(unwritable, ["a"], **given))


def test_a_scheduler_that_is_not_there_or_goes(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(page(1))
    env = environment() | SETTINGS
    with scheduler(tmp_path) as (address, process):
        line = command("clean", "a.warc", "--out", "shards/", "--engine", "dask", "--scheduler", address)
        with subprocess.Popen(line, cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True) as waiting:
            assert waiting.stderr
            assert waiting.stderr.readline() == f"pagesieve: {address} has no workers yet: waiting for one (dask worker {address})\n"
            process.kill()
            told = waiting.stderr.read()
    assert (waiting.returncode, told) == (1, "pagesieve: the scheduler is gone: shards that are whole stay, and the same command does the others\n")
    done = subprocess.run(line, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
    mend = "start one with dask scheduler, or give the address that it shows"
    assert (done.returncode, done.stderr) == (2, f"pagesieve: no scheduler answers at {address}: {mend}\n")
    with pytest.raises(Unfit, match=r"^tls://127.0.0.1:1 speaks TLS"):
        dict(on_dask(unfit, ["a"], sites=None, body=True, jobs=1, scheduler="tls://127.0.0.1:1", tell=pytest.fail))
