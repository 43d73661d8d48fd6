"""``pagesieve clean``."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import click
import msgspec

from cleaners.ledger import Ledger
from cleaners.record import Record, json_line
from crawler.cli import Interrupted, WrongUse, checked_output, frequent, number, visible
from crawler.cli.cleaning import Cleaning, checked_sites, checked_url, refuse_credentials
from crawler.cli.completion import files, folders
from crawler.cli.inputs import Kind, find_sources
from crawler.cli.progress import progress_bar, silent
from crawler.files import part_of, whole_file

if TYPE_CHECKING:
    from crawler.cli.shards import Engine
    from crawler.partitions import Form, Partition


class _Why(msgspec.Struct, frozen=True):
    """A line of the ledger file: ``page`` is the name that messages use, ``ledger`` null where the page could not be cleaned."""

    page: str
    id: str
    ledger: Ledger | None


@click.command(short_help="Clean pages that you have, or single addresses.")
@click.argument("sources", nargs=-1, metavar="{PATH|URL|-}...", shell_complete=files)
@click.option("--out", metavar="FILE|FOLDER/", shell_complete=files, help="Write the records here, one JSON line each; of web archives also into a folder.")
@click.option("--ledger", metavar="FILE", shell_complete=files, help="Write here why each record is as it is, one JSON line per page.")
@click.option("--html", "as_html", is_flag=True, help="All pages are HTML, whatever their names say.")
@click.option("--text", "as_text", is_flag=True, help="All pages are flat text, whatever their names say.")
@click.option("--url", metavar="URL", help="The address of the page, if it is one file or stdin.")
@click.option("--no-body", "body", is_flag=True, default=True, flag_value=False, help="Do not look for the main text: saves a quarter of the time.")
@click.option("--sites", metavar="DIR", shell_complete=folders, help="A folder of site profiles of your own; see pagesieve site --help.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that clean.  [default: one per CPU]")
@click.option("--allow-private", is_flag=True, help="Also fetch from this machine and from private networks.")
@click.option("--format", "form", type=click.Choice(["jsonl", "parquet"]), help="Into a folder: .jsonl.gz or Parquet.  [default: jsonl]")
@click.option("--partition", type=click.Choice(["host", "month"]), help="Into a folder: part the records by host or by month of publication.")
@click.option("--engine", type=click.Choice(["local", "dask"]), help="Into a folder: who cleans.  [default: local]")
@click.option("--scheduler", metavar="ADDRESS", help="With --engine dask: a cluster that runs, tcp://host:8786.  [default: one of --jobs processes]")
@click.option("--store", metavar="STORE", shell_complete=files, help="Clean the pages of a crawl's store again, and keep the new records there.")
@click.option("--diff", is_flag=True, help="With --store: show what changed in the records.")
def clean(
    sources: Sequence[str],
    out: str | None,
    ledger: str | None,
    as_html: bool,
    as_text: bool,
    url: str | None,
    body: bool,
    sites: str | None,
    jobs: int | None,
    allow_private: bool,
    form: "Form | None",
    partition: "Partition | None",
    engine: "Engine | None",
    scheduler: str | None,
    store: str | None,
    diff: bool,
) -> None:
    """Clean pages that you have, or single addresses.

    A PATH is a file, a folder or a quoted pattern: .html, .htm and .xhtml are HTML, .txt is flat text (what a scraper
    left of a page), .jsonl holds a page a line, and any of these may end in .gz; .warc, .warc.gz and .warc.zst are web
    archives. Of other files and of stdin (-) the content tells. A URL is fetched, if the site's robots.txt allows it.

    Every page gives one record, in the order of the input: readable in a terminal, JSON lines in a pipe or file.

    \b
    Look at the record of a page that you have saved, or of an address:
        pagesieve clean page.html --url https://journal.example/article/1
        pagesieve clean https://journal.example/article/1

    \b
    A folder, or what a pattern matches, into a file:
        pagesieve clean pages/ --out records.jsonl
        pagesieve clean 'dump/**/*.txt.gz' --out records.jsonl

    \b
    Lines such as {"url": "https://…", "html": "…"} or {"url": …, "text": …}:
        pagesieve clean pages.jsonl --out records.jsonl
        zcat pages.jsonl.gz | pagesieve clean - | jq .title

    \b
    The HTML and text pages of a web archive, also of Common Crawl's WET files;
    "warc" in a record says at which byte of which file its page is:
        pagesieve clean CC-MAIN-00000.warc.gz --out records.jsonl

    \b
    Many web archives, a file of records for each. Ended by whatever, the same
    command does what is missing; also on Dask: pip install 'pagesieve[dask]'
        pagesieve clean 'crawl/*.warc.gz' --out shards/
        pagesieve clean crawl/ --out shards/ --format parquet --engine dask

    \b
    Why a record is as it is: its blocks, what each was taken for and by
    which rule, every edit, every candidate:
        pagesieve clean page.html --ledger why.jsonl

    \b
    The pages of a crawl again, after an update or a change of site profiles:
        pagesieve clean --store articles.sqlite --diff

    Exit status: 0 done; 1 some pages could not be fetched or cleaned, they are named; 2 wrong use; 130 Ctrl-C.
    """
    into_folder = out is not None and (out.endswith(os.sep) or os.path.isdir(out))
    sharding = form or partition or engine or scheduler
    if diff and not store:
        raise WrongUse("--diff shows what changed in the records of a store: give one with --store")
    if store:
        if sources or ledger or as_html or as_text or url or not body or sharding:
            raise WrongUse("--store cleans the pages of a store, which knows what they are: give nothing else but --out, --sites, --jobs, --diff")
        from crawler.cli.reclean import reclean

        reclean(store, out=out, sites=checked_sites(sites), jobs=jobs or os.cpu_count() or 1, shows=diff)
        return
    if not sources:
        raise WrongUse("nothing to clean: give a file, a folder, an address, or - for stdin; see pagesieve clean --help")
    if as_html and as_text:
        raise WrongUse("--html and --text exclude each other: give one")
    if out and into_folder:
        if ledger or as_html or as_text or url:
            raise WrongUse(f"{out} is a folder, which is for web archives: leave out --ledger, --html, --text and --url, or give --out a file")
        from crawler.cli.shards import clean_archives

        clean_archives(
            sources,
            out,
            form=form or "jsonl",
            partition=partition,
            engine=engine or "local",
            scheduler=scheduler,
            sites=checked_sites(sites),
            body=body,
            jobs=jobs,
        )
        return
    if sharding:
        raise WrongUse("--format, --partition, --engine and --scheduler are for web archives into a folder: give --out a name that ends in /")
    if out and ledger and os.path.realpath(out) == os.path.realpath(ledger):
        raise WrongUse(f"records and ledger cannot both go into {out}: give --ledger another name")
    refuse_credentials((*sources, url or ""))
    written = [path for path in (checked_output(out), checked_output(ledger)) if path]
    found = find_sources(sources, written=written)
    url = checked_url(url, found)
    checked_sites(sites)
    on_screen = not out and sys.stdout.isatty()
    kind: Kind | None = "html" if as_html else "text" if as_text else None
    run = Cleaning(found, kind, url, sites, allow_private=allow_private, are_shown=on_screen and sys.stderr.isatty())
    try:
        with ExitStack() as stack:
            # Records that appear on the screen one by one are all the progress that there is to see.
            tell = silent if on_screen else stack.enter_context(progress_bar(len(found) if len(found) > 1 else None))
            put = _viewer(stack) if on_screen else _writer(stack, out)
            why = stack.enter_context(whole_file(ledger)) if ledger else None
            for one in stack.enter_context(closing(run.clean(jobs or os.cpu_count() or 1, ledger=bool(ledger), body=body))):
                put(one.name, one.record)
                if why:
                    why.write(f"{json_line(_Why(visible(one.name), one.record.id, one.ledger))}\n".encode())
                tell(one.place, number(run.kinds.total(), "page"))
    except KeyboardInterrupt:
        if not written:
            raise
        raise Interrupted(f"interrupted: the lines so far are in {' and '.join(str(part_of(path)) for path in written)}") from None
    if out or (on_screen and run.kinds.total() > 1):
        counts = ", ".join(f"{kind} {count:,}" for kind, count in run.kinds.most_common())
        into = f" in {out}" if out else ""
        click.echo(visible(f"{number(run.kinds.total(), 'record')}{into}: {counts or 'no page could be read'}"), err=True)
    if run.skipped:
        click.echo(f"skipped in WARC files: {frequent(run.skipped)}", err=True)
    if run.troubles:
        sys.exit(1)


def _viewer(stack: ExitStack) -> Callable[[str, Record], None]:
    """Records go to the terminal, for a person."""
    from crawler.cli.show import Viewer

    return stack.enter_context(Viewer()).put


def _writer(stack: ExitStack, out: str | None) -> Callable[[str, Record], None]:
    """Records go into a file or a pipe, one line each."""
    file = stack.enter_context(whole_file(out)) if out else sys.stdout.buffer

    def write(_: str, record: Record) -> None:
        file.write(f"{record.to_json()}\n".encode())
        if not out:
            file.flush()  # who reads the pipe need not wait for the others

    return write
