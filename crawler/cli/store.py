"""``pagesieve store``."""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from crawler.cli import WrongUse, checked_output, complain, frequent, number
from crawler.cli.completion import files
from crawler.store import OTHER_FILE, Store, StoreError

_ASKED = "give a store that pagesieve crawl has written"


def opened(path: str, *, sites: str | None = None) -> Store:
    """A store that exists; raises `WrongUse`."""
    if not Path(path).is_file():
        raise WrongUse(f"there is no file {path}: {_ASKED}")
    try:
        return Store(path, sites=sites)
    except StoreError as error:
        raise WrongUse(str(error).replace(OTHER_FILE, _ASKED)) from error


def busy(path: str) -> WrongUse:
    """What is told of a store that a crawl works on, where it is not to be worked on by others."""
    return WrongUse(f"a crawl works on {path}: wait for its end")


@click.group(short_help="Look into a crawl's store, check it, make it smaller.")
def store() -> None:
    """Look into a crawl's store, check it, make it smaller.

    \b
    What is in it, whether it is whole, and without what it need not keep:
        pagesieve store info articles.sqlite
        pagesieve store verify articles.sqlite
        pagesieve store vacuum articles.sqlite --superseded

    \b
    The pages of web archives, to be cleaned and exported as if fetched:
        pagesieve store import articles.sqlite CC-MAIN-00000.warc.gz
    """


@store.command(short_help="What is in it.")
@click.argument("path", metavar="STORE", shell_complete=files)
def info(path: str) -> None:
    """What is in a store: URLs by state, answers, bodies, records by kind, runs."""
    from crawler.maintenance import contents

    with opened(path) as one:
        found = contents(one, time.time())
    unfinished = f", {found.unfinished:,} that did not end" if found.unfinished else ""
    rows = [
        ("URLs", ", ".join(f"{count:,} {state}" for state, count in found.urls.items()) or "none"),
        ("due now", f"{found.due:,}"),
        ("answers", f"{found.answers:,}, of which {found.superseded:,} superseded"),
        ("bodies", f"{found.bodies:,}, {_size(found.body_bytes)} compressed"),
        ("records", ", ".join(f"{count:,} {kind}" for kind, count in found.records.items()) or "none"),
        ("to clean", f"{found.uncleaned:,}"),
        ("runs", f"{found.runs:,}{unfinished}"),
        ("fetched", f"{found.first_fetch} to {found.last_fetch}" if found.first_fetch else "nothing yet"),
        ("file", _size(found.file_bytes)),
    ]
    for name, told in rows:
        click.echo(f"{name:>9}  {told}")


@store.command(short_help="Whether it is whole.")
@click.argument("path", metavar="STORE", shell_complete=files)
def verify(path: str) -> None:
    """Check a store: the file itself, its references, each body against its hash, each record against the schema.

    Exit status: 0 all is well; 1 something is wrong, a line each; 2 wrong use.
    """
    from crawler.maintenance import verify as check

    wrong = 0
    with opened(path) as one:
        for line in check(one):
            complain(line)
            wrong += 1
    if wrong:
        sys.exit(1)
    click.echo("all is well")


@store.command(short_help="Give back what it need not keep.")
@click.argument("path", metavar="STORE", shell_complete=files)
@click.option("--superseded", is_flag=True, help="Forget answers that later ones of the same URL replaced, too.")
def vacuum(path: str, superseded: bool) -> None:
    """Give back free space, and with --superseded also old versions of pages; the latest of each URL always stays."""
    from crawler.maintenance import vacuum as shrink

    with opened(path) as one:
        try:
            before, after = shrink(one, superseded=superseded)
        except StoreError as error:
            raise busy(path) from error
    click.echo(f"{_size(before)} before, {_size(after)} now")


@store.command("import", short_help="Put the pages of web archives into it.")
@click.argument("path", metavar="STORE", shell_complete=files)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=files)
def import_(path: str, files: Sequence[str]) -> None:
    """Put the pages of web archives (.warc, .warc.gz, .warc.zst) into a store, which is made where there is none.

    They count as fetched, at the time that the archive says, and each knows its place there. Only answers of servers
    are taken, with an address and a date. The same file once more adds nothing.

    \b
    Then clean them, and write the articles:
        pagesieve store import articles.sqlite CC-MAIN-00000.warc.gz
        pagesieve clean --store articles.sqlite --out articles.jsonl

    Exit status: 0 done; 1 some records could not be read, they are named; 2 wrong use.
    """
    from crawler.importing import import_pages
    from crawler.warc import read_pages

    if missing := next((name for name in files if not Path(name).is_file()), None):
        raise WrongUse(f"no such file: {missing} (give WARC files)")
    checked_output(path)
    skipped: Counter[str] = Counter()
    troubles = new = known = 0

    def damaged(name: str, place: int, why: str) -> None:
        nonlocal troubles
        troubles += 1
        complain(f"{name}:{place}: {why}")

    try:
        with Store(path) as one:
            for name in files:
                with open(name, "rb") as file:
                    found = read_pages(file, name, damaged=partial(damaged, name), skipped=lambda what: skipped.update([what]))
                    done = import_pages(one, found)
                new, known = new + done.new, known + done.known
                skipped["no answer of a server"] += done.unfit
    except StoreError as error:
        raise WrongUse(str(error).replace(OTHER_FILE, "give another file")) from error
    click.echo(f"{number(new, 'page')} imported{f', {known:,} known already' if known else ''}", err=True)
    if skipped.total():
        click.echo(f"skipped in WARC files: {frequent(+skipped)}", err=True)
    if troubles:
        sys.exit(1)


def _size(count: int) -> str:
    """ "12.3 MB"; below a megabyte "12.3 kB"."""
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else number(count, "byte") if count < 1000 else f"{count / 1e3:,.1f} kB"
