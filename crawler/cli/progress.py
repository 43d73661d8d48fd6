"""A bar on stderr for whoever sits at a terminal and waits."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Tells how much is done, and says so in words.
Tell = Callable[[int, str], None]


def silent(_done: int, _words: str) -> None:
    """Tells nothing."""


@contextmanager
def progress_bar(total: int | None, *, after: float = 1.0) -> Iterator[Tell]:
    """A bar that shows up when the work has taken ``after`` seconds, and goes with its end.

    ``total`` is ``None`` where it cannot be known. Nothing is shown unless stderr is a terminal.
    """
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    began = time.monotonic()
    columns = (SpinnerColumn(), BarColumn(bar_width=30), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False)
    task = bar.add_task("", total=total)

    def tell(done: int, words: str) -> None:
        bar.update(task, completed=done, description=words)
        if not bar.live.is_started and time.monotonic() - began >= after:
            bar.start()

    try:
        tell(0, "")
        yield tell
    finally:
        bar.stop()
