"""Archives shared out to the workers of Dask: processes of this machine, or a cluster that runs already."""

import logging
import multiprocessing
import multiprocessing.resource_tracker
import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from crawler.shards import NoShard, Unfit
from crawler.workers import CleanPool

if TYPE_CHECKING:
    from distributed import Client, Future

_DIED = NoShard("the workers that cleaned it died, each time: their logs say of what")

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Work(Protocol[T_co]):
    """What is done with an archive; it is pickled, and so is what it gives."""

    def __call__(self, archive: str, *, pool: CleanPool) -> T_co: ...


def on_dask(
    work: Work[T], archives: Sequence[str], *, sites: str | None, body: bool, jobs: int, scheduler: str | None, tell: Callable[[str], object]
) -> Generator[tuple[str, T | NoShard]]:
    """What ``work`` gives of each archive, as it comes.

    ``scheduler`` is the address of a running cluster; without one, ``jobs`` workers are started here. Each archive has a pool of one
    process, with ``sites`` and ``body``. ``tell`` is given a line for whoever waits.

    The work of a worker that dies is done again by another one. An archive that had four of them die (the cluster's
    ``allowed-failures``) may have had bad luck or bad neighbours: it is tried again when all others are done, alone.
    Raises `Unfit`, `ConnectionError`, and what ``work`` raises but for `NoShard`.
    """
    from distributed import as_completed

    with _client(jobs, scheduler) as client:
        if scheduler and not client.scheduler_info()["workers"]:
            tell(f"{scheduler} has no workers yet: waiting for one (dask worker {scheduler})")
        called = partial(_in_worker, work, sites, body)
        # Not pure: what an earlier run gave, a cluster may still hold, and the files are other ones now.
        waiting = dict(zip(client.map(called, archives, pure=False), archives, strict=True))
        again = []
        for future in as_completed(waiting):
            archive = waiting.pop(future)
            if (given := _given(future)) is _DIED:
                again.append(archive)
            else:
                yield archive, given
        for archive in again:
            yield archive, _given(client.submit(called, archive, pure=False))


@contextmanager
def _client(jobs: int, scheduler: str | None) -> "Iterator[Client]":
    from distributed import Client, LocalCluster

    for name in ("distributed", "distributed.client"):  # what is to be known, we tell
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if scheduler is None:
        # What a killed worker held, the system takes back, and Python's process that looks after it need not tell.
        quiet = "ignore::UserWarning:multiprocessing.resource_tracker"
        os.environ["PYTHONWARNINGS"] = ",".join(filter(None, (os.environ.get("PYTHONWARNINGS"), quiet)))
        multiprocessing.resource_tracker.ensure_running()  # the workers' start would start it, and that unblocks what is blocked here
        # Ctrl-C is for this process, which ends the others: they inherit the mask.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            # Encrypted, with a key of its own: else any user of this machine could have it run what they like. Without a limit of
            # memory, since the cleaner has its own.
            cluster = LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                memory_limit=0,
                security=True,
                silence_logs=logging.CRITICAL,
                scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        with cluster, Client(cluster) as client:
            yield client
        return
    try:
        client = Client(scheduler)
    except (OSError, ValueError) as error:
        raise Unfit(f"no scheduler answers at {scheduler}: start one with dask scheduler, or give the address that it shows") from error
    except TypeError as error:
        raise Unfit(f"{scheduler} speaks TLS, and Dask has no keys for it here: configure them as for the cluster (distributed.comm.tls)") from error
    with client:
        yield client


def _given(future: "Future[T]") -> T | NoShard:
    """What came of an archive, `_DIED` where its workers did. Waits for it. Raises as `on_dask`."""
    from distributed import KilledWorker

    try:
        return future.result()
    except NoShard as error:
        return error
    except KilledWorker:
        return _DIED
    except Unfit as error:
        raise Unfit(f"a worker of the cluster is unfit: {error}") from error
    except (ImportError, AttributeError, RuntimeError) as error:
        cause = error.__cause__ or error  # the scheduler tells in words of its own what it cannot load
        if not isinstance(cause, (ImportError, AttributeError)):
            raise
        raise Unfit(f"the cluster cannot load what it needs ({cause}): install pagesieve for its scheduler and workers as it is here") from error
    except CancelledError as error:
        raise ConnectionError("the scheduler is gone: shards that are whole stay, and the same command does the others") from error


def _in_worker(work: Work[T], sites: str | None, body: bool, archive: str) -> T:
    # A worker is a daemon of its nanny, and daemons must have no children. Ours end when it ends, however it does.
    multiprocessing.current_process().daemon = False
    # One pool an archive: a cluster that goes on for weeks must not keep the site profiles of an earlier run.
    with CleanPool(1, sites=sites, body=body) as pool:
        return work(archive, pool=pool)
