"""Pages that end or outlast the process that cleans them; the processes are real."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from cleaners import Ledger, Page, Record, explain
from crawler.workers import CleanPool, clean_pages

ROOT = Path(__file__).parents[2]
GOOD = "<html><body><h1>How lichens colonise copper roofs</h1><p>We measured forty roofs over nine years.</p></body></html>"
SECONDS = 3.0
MEGABYTES = 256


def trouble(page: Page) -> tuple[Record, Ledger]:
    """Clean a page, unless its content tells to do something worse."""
    match page.content:
        case "hang":
            time.sleep(600)
        case "spin":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                pass
        case "eat":
            eaten = bytearray(4 * MEGABYTES << 20)
            return trouble(Page(content=str(len(eaten))))
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(3)
        case "raise":
            raise KeyError(f"{object()}")
        case "deep":
            return trouble(page)
    return explain(page)


def pool(jobs: int = 2) -> CleanPool:
    return CleanPool(jobs, seconds=SECONDS, megabytes=MEGABYTES, _cleaner=trouble)


def test_a_page_that_cannot_be_cleaned_costs_its_own_record_only() -> None:
    said = {
        "hang": ("cleaning_timeout", "longer than 3 seconds"),
        "spin": ("cleaning_timeout", "longer than 3 seconds"),
        "eat": ("cleaning_memory", "more than 256 MB"),
        "die": ("cleaning_crash", "SIGKILL"),
        "exit": ("cleaning_crash", "exit status 3"),
        "raise": ("cleaning_crash", "KeyError in test_workers.py, line"),
        "deep": ("cleaning_crash", "RecursionError"),
    }
    with pool() as workers:
        pages = [Page(content=content, url="https://example.org/a") for word in said for content in (word, GOOD, f"{GOOD}{word}")]
        made = [workers.submit(page) for page in pages]
        records = [future.result(timeout=60) for future in made]
    for page, record in zip(pages, records, strict=True):
        if page.content in said:
            code, words = said[str(page.content)]
            assert record.kind == "unreadable"
            assert record.url == page.url
            assert [warning.code for warning in record.warnings] == [code]
            assert words in record.warnings[0].message
        else:
            assert record == explain(page)[0]


def test_a_failure_reads_the_same_each_time() -> None:
    with pool() as workers:
        once, again = (workers.submit(Page(content="raise")).result(timeout=60) for _ in range(2))
    assert once == again


def test_ledgers_come_along_when_asked_for() -> None:
    page = Page(content=GOOD)
    [(record, ledger)] = clean_pages([page], jobs=1, ledger=True)
    assert (record, ledger) == explain(page)
    assert list(clean_pages([page], jobs=1)) == [(record, None)]
    with pool(jobs=1) as workers:
        record, ledger = workers.explain(Page(content="exit")).result(timeout=60)
    assert record.kind == "unreadable"
    assert ledger is None


def test_order_is_kept_and_pages_are_taken_as_needed() -> None:
    taken = 0

    def pages() -> Iterator[Page]:
        nonlocal taken
        for number in range(60):
            taken += 1
            # Every seventh is so much longer that its neighbours overtake it.
            yield Page(content=f"<h1>Roof {number} of many in this town</h1>" + "<p>A line of text.</p>" * (800 if number % 7 == 0 else 1))

    ahead = 0
    for count, (record, _) in enumerate(clean_pages(pages(), jobs=2), 1):
        assert record.title == f"Roof {count - 1} of many in this town"
        ahead = max(ahead, taken - count)
    assert count == 60
    assert ahead <= 8


def test_a_page_too_large_for_its_memory_is_not_even_sent() -> None:
    page = Page(content=b"<p>" + b" " * (2 << 20))
    [(record, _)] = clean_pages([page], jobs=1, megabytes=4)
    assert (record.kind, record.warnings[0].code) == ("unreadable", "cleaning_memory")


def test_leaving_early_ends_the_workers() -> None:
    began = time.monotonic()
    with contextlib.suppress(LookupError), pool() as workers:
        workers.submit(Page(content="hang"))
        raise LookupError
    assert time.monotonic() - began < SECONDS


def test_a_killed_owner_leaves_no_worker_behind() -> None:
    script = (
        "import multiprocessing, os, signal\n"
        "from cleaners import Page\n"
        "from crawler.workers import CleanPool\n"
        "with CleanPool(2, seconds=20, megabytes=256) as pool:\n"
        "    pool.submit(Page(content='<p>A page.</p>')).result()\n"
        "    print(*[worker.pid for worker in multiprocessing.active_children()], flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=60, check=False)
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 2
    deadline = time.monotonic() + 10
    while any(map(exists, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(exists, pids))


def test_a_folder_with_a_package_of_the_same_name_is_not_looked_into(tmp_path: Path) -> None:
    (tmp_path / "crawler").mkdir()
    (tmp_path / "crawler" / "__init__.py").touch()
    (tmp_path / "page.html").write_text(GOOD)
    script = f"import sys; sys.path[0] = {str(ROOT)!r}; from crawler.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", script, "clean", "page.html"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert Record.from_json(done.stdout).title == "How lichens colonise copper roofs"


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
