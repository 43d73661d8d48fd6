"""Clean hostile pages of extreme sizes, each in a process of its own: time, memory, and what the record says.

    PYTHONPATH=. python benchmarks/hostile.py [--seconds 60] [--small] [--jobs 2] [--over SECONDS_PER_MB] [NAME …]

One line for each case: bytes, seconds, the greatest size of the process in MB, kind, warnings, and what does not hold (``tests/hostile.py``).
"""

import argparse
import multiprocessing
import resource
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from cleaners import Page, clean  # noqa: E402
from tests.hostile import ORDINARY, named  # noqa: E402

LARGEST = 2 << 30


def measure(name: str, small: bool, seconds: int, answer: Any) -> None:
    """In a process of its own: clean the page, and say what became of it."""
    case = named(())[name]
    page = case.page(case.small if small else case.large)
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + LARGEST, resource.RLIM_INFINITY))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)
    began = time.process_time()
    try:
        record = clean(page)
    except BaseException as error:
        answer.send((len(page.content), time.process_time() - began, 0, type(error).__name__, [], [str(error)[:200]]))
        return
    took = time.process_time() - began
    signal.alarm(0)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    answer.send((len(page.content), took, memory, record.kind, [w.code for w in record.warnings], case.faults(record)))


def run(name: str, small: bool, seconds: int) -> tuple[str, Any]:
    """The case's figures; without a record where it was ended."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=measure, args=(name, small, seconds, theirs))
    process.start()
    theirs.close()
    try:
        made = ours.recv()
    except EOFError:
        made = None
    process.join()
    return name, made or (0, float(seconds), 0, f"ended ({process.exitcode})", [], ["no record"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="parts of the names of cases")
    parser.add_argument("--seconds", type=int, default=60, help="a case that takes longer is ended")
    parser.add_argument("--small", action="store_true", help="the sizes of the tests")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--over", type=float, default=0.0, help="show only what takes so many seconds a megabyte, or does not hold")
    args = parser.parse_args()
    for form in ("html", "text"):
        clean(Page(content=ORDINARY * 2, kind=form))  # a child need not load what cleans
    worst = 0
    with ThreadPoolExecutor(args.jobs) as pool:
        for name, (size, took, memory, kind, codes, faults) in pool.map(lambda name: run(name, args.small, args.seconds), named(args.names)):
            worst += bool(faults)
            if faults or took >= args.over * max(0.1, size / 1e6):
                print(f"{name:44} {size:>11,} {took:7.2f} s {memory:5} MB  {kind:12} {','.join(codes)}  {'; '.join(faults)}", flush=True)
    print(f"{worst} cases in which something does not hold")
    return int(bool(worst))


if __name__ == "__main__":
    sys.exit(main())
