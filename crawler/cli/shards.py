"""``pagesieve clean ARCHIVE... --out FOLDER/``: a shard of records for each web archive, made here or on Dask."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Literal

import click

from cleaners.made_by import made_by
from crawler.cli import Interrupted, WrongUse, complain, frequent, number, visible
from crawler.cli.inputs import find_sources, is_archive
from crawler.cli.progress import Tell, progress_bar
from crawler.partitions import Form, Partition
from crawler.shards import NoShard, Shard, Unfit, clean_shard, shard_folder
from crawler.workers import CleanPool

Engine = Literal["local", "dask"]
# The shard, and whether it had to be made.
Outcome = tuple[Shard, bool] | NoShard


def clean_archives(
    sources: Sequence[str],
    out: str,
    *,
    form: Form,
    partition: Partition | None,
    engine: Engine,
    scheduler: str | None,
    sites: str | None,
    body: bool,
    jobs: int | None,
) -> None:
    """Clean the archives that the arguments mean into a folder of shards, and tell what came of them. Raises `WrongUse`."""
    if scheduler and engine != "dask":
        raise WrongUse("--scheduler is the address of a Dask cluster: give --engine dask too")
    if scheduler and jobs:
        raise WrongUse("--jobs is for this machine, and a cluster has as many as its workers have threads: leave out one of them")
    _check_folder(Path(out))
    found = find_sources(sources, written=[out])
    if other := next((source for source in found if not is_archive(source)), None):
        raise WrongUse(f"{out} is a folder, which is for web archives, and {other} is none: name a file in it")
    # A file given twice is one archive. Whoever cleans it may have another working directory.
    archives = {os.path.abspath(source): source for source in found}
    sites = sites and os.path.abspath(sites)
    work = partial(clean_shard, folder=os.path.abspath(out), form=form, partition=partition, maker=made_by(sites, body=body))
    outcomes: dict[str, Outcome] = {}
    try:
        with ExitStack() as stack:
            stack.enter_context(shard_folder(out))
            progress = _Progress(stack.enter_context(progress_bar(len(archives))))
            jobs = jobs or os.cpu_count() or 1
            if engine == "dask":
                from crawler.dask_engine import on_dask

                given = on_dask(work, list(archives), sites=sites, body=body, jobs=jobs, scheduler=scheduler, tell=complain)
            else:
                pool = stack.enter_context(CleanPool(jobs, sites=sites, body=body))
                given = _here(partial(work, pool=pool, each=progress.page), list(archives))
            for archive, outcome in stack.enter_context(closing(given)):
                outcomes[archive] = outcome
                progress.shard(outcome)
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted: the shards that are whole stay in {out}, and the same command does the others") from None
    except Unfit as error:
        raise WrongUse(str(error)) from error
    except ModuleNotFoundError as error:
        wanted, extra = (f"--format {form}", form) if error.name == "pyarrow" else (f"--engine {engine}", engine)
        raise WrongUse(f"{wanted} needs the library {error.name}: pip install 'pagesieve[{extra}]'") from error
    _tell(out, archives, outcomes)


def _check_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise WrongUse(f"{folder} is a file: leave out the / behind it, or name a folder")
    if not folder.exists() and not folder.absolute().parent.is_dir():
        raise WrongUse(f"there is no folder {folder.absolute().parent} for {folder}: make it first")
    if not os.access(folder if folder.exists() else folder.absolute().parent, os.W_OK):
        raise WrongUse(f"the folder {folder} cannot be written to: give --out another one")


def _here(work: Callable[[str], tuple[Shard, bool]], archives: Sequence[str]) -> Generator[tuple[str, Outcome]]:
    """One archive after the other, each with all processes."""
    for archive in archives:
        try:
            yield archive, work(archive)
        except NoShard as error:
            yield archive, error


class _Progress:
    """What the bar shows: shards, and pages also of the one under way, where that is on this machine."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._shards = self._pages = self._under_way = 0

    def page(self) -> None:
        """One page is done."""
        self._under_way += 1
        self._show()

    def shard(self, outcome: Outcome) -> None:
        """One archive is done."""
        self._shards += 1
        self._under_way = 0
        if not isinstance(outcome, NoShard):
            self._pages += sum(outcome[0].kinds.values())
        self._show()

    def _show(self) -> None:
        self._tell(self._shards, number(self._pages + self._under_way, "page"))


def _tell(out: str, archives: Mapping[str, str], outcomes: Mapping[str, Outcome]) -> None:
    """All that `clean` tells of pages, in the order of the archives, also of shards that had been made before. Exits with 1 for trouble."""
    kinds: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    made = kept = troubles = 0
    for archive, source in archives.items():
        outcome = outcomes[archive]
        if isinstance(outcome, NoShard):
            complain(f"{source}: {outcome}")
            troubles += 1
            continue
        shard, is_new = outcome
        for trouble in shard.troubles:
            complain(f"{source}:{trouble.byte}: {trouble.why}")
        troubles += len(shard.troubles)
        kinds.update(shard.kinds)
        skipped.update(shard.skipped)
        made += is_new
        kept += not is_new
    counts = ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common())
    click.echo(visible(f"{number(kinds.total(), 'record')} in {out}: {counts or 'no page could be read'}"), err=True)
    if kept:
        click.echo(f"{number(made, 'shard')} made, {kept:,} had been made before", err=True)
    if skipped:
        click.echo(f"skipped in WARC files: {frequent(skipped)}", err=True)
    if troubles:
        sys.exit(1)
