"""Worker processes that clean pages: a page that hangs, crashes or eats memory costs one record, never the others.

Workers come from a fork server that has the cleaner loaded, so a new one starts at once, and no thread of the caller is
ever forked. Like all of `multiprocessing` they import a script that starts them: its start belongs under
``if __name__ == "__main__":``.
"""

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from cleaners.ledger import Ledger
from cleaners.page import Page
from cleaners.record import MadeBy, Notice, Record

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

T = TypeVar("T")
Cleaned = tuple[Record, Ledger | None]

# A usual page takes a tenth of a second and 200 MB; what needs a hundred times as much is made to.
CLEAN_SECONDS = 20.0
CLEAN_MEGABYTES = 1024
# Bytes, their text and the text without control characters are in memory at once before anything is parsed.
_COPIES = 4
# No worker could hold the copies of a larger page.
LARGEST_PAGE = (CLEAN_MEGABYTES << 20) // _COPIES
# Pages under way for each worker: enough that a slow page does not leave the others idle.
_AHEAD = 4
_NICE = 5
# Exit status of a worker whose page ran out of memory: the next page gets a fresh process.
_OUT_OF_MEMORY = 77
# Threads of one process may each open a pool, and the start of the server changes what belongs to all of them.
_STARTING = threading.Lock()


def _explain(page: Page, sites: str | None = None, *, body: bool = True) -> tuple[Record, Ledger]:
    from cleaners.pipeline import explain  # in the worker: a crawl's own process need not load the cleaner

    return explain(page, sites=sites, body=body)


class CleanPool:
    """``jobs`` processes that clean; each page may take ``seconds`` and ``megabytes`` beyond what a process needs idle.

    ``sites`` is a folder of site profiles; without ``body`` the main text is not looked for.
    A context manager: leaving it waits for the pages under way, unless it is left by an exception.
    """

    def __init__(
        self,
        jobs: int,
        *,
        seconds: float = CLEAN_SECONDS,
        megabytes: int = CLEAN_MEGABYTES,
        sites: str | None = None,
        body: bool = True,
        _cleaner: Callable[[Page], tuple[Record, Ledger]] | None = None,
    ) -> None:
        self.jobs = jobs
        self._seconds = seconds
        self._megabytes = megabytes
        self._sites = sites
        self._body = body
        self._cleaner = _cleaner or partial(_explain, sites=sites, body=body)

    def __enter__(self) -> Self:
        from pebble import ProcessPool  # takes a twentieth of a second, and a command that is only completed or explained has no pool

        self._pool = ProcessPool(max_workers=self.jobs, initializer=_start, context=_context())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def clean(self, pages: Iterable[Page], *, ledger: bool = False) -> Generator[Cleaned]:
        """Records, with their ledgers if asked for, in the order of the pages.

        Pages are taken as they are needed: only a few for each process are in memory at once.
        """
        waiting: deque[Future[Cleaned]] = deque()
        for page in pages:
            waiting.append(self._submit(page, lambda cleaned: cleaned, ledger=ledger))
            while waiting and (waiting[0].done() or len(waiting) >= _AHEAD * self.jobs):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def maker(self) -> MadeBy:
        """What makes the records, as the processes know it."""
        made = self.run(_made_by, self._sites, self._body).result()
        if isinstance(made, Notice):
            raise RuntimeError(made.message)
        return made

    def submit(self, page: Page) -> Future[Record]:
        """The record of a page; where it could not be cleaned in its limits, one of kind ``unreadable`` that says so."""
        return self._submit(page, lambda cleaned: cleaned[0], ledger=False)

    def explain(self, page: Page) -> Future[Cleaned]:
        """As `submit`, with the ledger; it is ``None`` for a page that could not be cleaned."""
        return self._submit(page, lambda cleaned: cleaned, ledger=True)

    def _submit(self, page: Page, take: Callable[[Cleaned], T], *, ledger: bool) -> Future[T]:
        answer: Future[T] = Future()
        answer.set_running_or_notify_cancel()
        if len(page.content) * _COPIES > self._megabytes << 20:
            answer.set_result(take(self._given_up(page, self._memory())))
            return answer

        def settle(done: Future[Cleaned | Notice]) -> None:
            try:
                made = done.result()
                answer.set_result(take(self._given_up(page, made) if isinstance(made, Notice) else made))
            except BaseException as error:
                answer.set_exception(error)

        self.run(_clean, self._cleaner, page, ledger).add_done_callback(settle)
        return answer

    def run(self, function: Callable[..., T], *arguments: object) -> Future[T | Notice]:
        """What a function gives in a worker, or a notice that says why it gave nothing: an error, or its limits."""
        from pebble import ProcessExpired

        answer: Future[T | Notice] = Future()
        # Not to be cancelled: a task that a worker has begun is over soon in any case.
        answer.set_running_or_notify_cancel()

        def settle(done: Future[T | Notice]) -> None:
            try:
                answer.set_result(done.result())
            except TimeoutError:
                answer.set_result(Notice(code="cleaning_timeout", message=f"Cleaning took longer than {self._seconds:g} seconds."))
            except ProcessExpired as death:
                crash = Notice(code="cleaning_crash", message=f"The process that cleaned this page died: {_cause(death.exitcode)}.")
                answer.set_result(self._memory() if death.exitcode == _OUT_OF_MEMORY else crash)
            except BaseException as error:
                answer.set_exception(error)

        self._pool.schedule(_work, (function, arguments, self._megabytes), timeout=self._seconds).add_done_callback(settle)
        return answer

    def _given_up(self, page: Page, notice: Notice) -> Cleaned:
        from cleaners.pipeline import unreadable

        return unreadable(page, notice, sites=self._sites), None

    def _memory(self) -> Notice:
        return Notice(code="cleaning_memory", message=f"Cleaning took more than {self._megabytes} MB of memory.")


def clean_pages(
    pages: Iterable[Page],
    *,
    jobs: int,
    seconds: float = CLEAN_SECONDS,
    megabytes: int = CLEAN_MEGABYTES,
    ledger: bool = False,
    sites: str | None = None,
    body: bool = True,
) -> Generator[Cleaned]:
    """As `CleanPool.clean`, by ``jobs`` processes that are started for it and end with it."""
    with CleanPool(jobs, seconds=seconds, megabytes=megabytes, sites=sites, body=body) as pool:
        yield from pool.clean(pages, ledger=ledger)


def _cause(exitcode: int) -> str:
    try:
        return signal.Signals(-exitcode).name
    except ValueError:
        return f"exit status {exitcode}"


def _context() -> "BaseContext":
    import multiprocessing.forkserver
    import multiprocessing.resource_tracker

    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pebble", "crawler.workers", "crawler.warm"])
    multiprocessing.resource_tracker.ensure_running()  # the server's start would start it, and that unblocks what is blocked here
    # The server and its workers inherit the mask: Ctrl-C is for the process that owns them, which ends them.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with _STARTING, _module_path():
            multiprocessing.forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


@contextmanager
def _module_path() -> Iterator[None]:
    # A fork server looks for what it shall load only where a new interpreter does, and passes over what is not there:
    # from scrapyd's eggs, which are no more than an entry of sys.path, each worker would have to load the cleaner itself.
    # Before all that it would look into the working directory, and many a project has a package named crawler.
    ours = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONSAFEPATH": "1"}
    given = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in given.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


# ---- in the worker


def _start() -> None:
    # A handler in Python would not run while C code parses; the default ends the process at once.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Whoever fetches has less to do, and all wait for it.
    if hasattr(os, "nice"):
        os.nice(_NICE)


def _work(function: Callable[..., T], arguments: tuple[object, ...], megabytes: int) -> T | Notice:
    try:
        with _memory_limit(megabytes):
            return function(*arguments)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except Exception as error:
        return Notice(code="cleaning_crash", message=f"The cleaner failed on this page: {type(error).__name__} {_place(error)}.")


def _made_by(sites: str | None, body: bool) -> MadeBy:
    from cleaners.made_by import made_by

    return made_by(sites, body=body)


def _clean(cleaner: Callable[[Page], tuple[Record, Ledger]], page: Page, ledger: bool) -> Cleaned:
    record, why = cleaner(page)
    return record, why if ledger else None


def _place(error: Exception) -> str:
    # The message of an exception may hold the page, or addresses in memory that differ from run to run.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"in {Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace else "at an unknown place"


@contextmanager
def _memory_limit(megabytes: int) -> Iterator[None]:
    """Let the process map so much more than it has now. Only while it cleans: what it is sent must always arrive."""
    if sys.platform != "linux":
        yield
        return
    import resource

    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = [mapped + (megabytes << 20), *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_AS, (min(wanted), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
