"""``pagesieve export``."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import get_args

import click

from cleaners.export import FORMATS, Format, format_of
from cleaners.export.fields import resolve
from cleaners.record import Kind
from crawler.cli import WrongUse, checked_output, complain, number, visible
from crawler.cli.completion import files, words
from crawler.cli.crawl import told_together
from crawler.cli.store import opened
from crawler.export import export as write
from crawler.records import RecordFile, RecordFileError, is_record_file
from crawler.store import Store
from crawler.stores import Stores
from crawler.warc import write_warc

_ENDINGS = ", ".join(ending for form in FORMATS.values() for ending in form.endings)


@click.command(short_help="Write records anew, also as Parquet, CSV, BibTeX, …")
@click.argument("sources", metavar="{STORE...|RECORDS}", nargs=-1, required=True, shell_complete=files)
@click.option("--out", metavar="FILE", shell_complete=files, help="The file to write; its ending says the format.  [default: STORE with .jsonl]")
@click.option("--format", "name", metavar="NAME", shell_complete=words(FORMATS), help="The format, where the ending does not say it.")
@click.option("--fields", metavar="NAMES", help="Only these fields: title,doi,abstract.text,…")
@click.option("--kind", "kinds", metavar="KINDS", default="article", show_default=True, help="Records of these kinds: article,paywall,…")
@click.option("--since", metavar="DATE", help="Only what was fetched on that day or later.")
@click.option("--merge", is_flag=True, help="One record per work, made of those of all its pages.")
@click.option("--warc", metavar="FILE", shell_complete=files, help="Write all pages, as they were fetched, into a web archive too (.warc.gz).")
def export(
    sources: Sequence[str], out: str | None, name: str | None, fields: str | None, kinds: str, since: str | None, merge: bool, warc: str | None
) -> None:
    """Write the records of a crawl's store, or of a file that clean, crawl or export wrote (.jsonl, .jsonl.gz).

    Several stores, as the workers of a shared crawl have them, are read as one.

    \b
    The formats, their endings, and whom they are for:
        jsonl     .jsonl        the records as they are, one JSON line each
        parquet   .parquet      DuckDB, pandas, Spark; takes an extra:
                                pip install 'pagesieve[parquet]'
        csv       .csv          spreadsheets: one row a record
        sqlite    .sqlite .db   SQL: a table for each sort of list
        csl-json  .json         Zotero, Pandoc, citation styles
        bibtex    .bib          LaTeX
        ris       .ris          EndNote, Mendeley, Rayyan
        markdown  .md           people and language models
    All but Parquet and SQLite may end in .gz too.

    \b
    The records of a crawl, one per work, and the same as BibTeX:
        pagesieve export articles.sqlite --merge --out works.jsonl
        pagesieve export works.jsonl --out works.bib

    \b
    A table of what came in since the first of May:
        pagesieve export articles.sqlite --since 2024-05 --out new.csv

    \b
    The pages themselves too, for other tools or for pagesieve clean:
        pagesieve export articles.sqlite --warc articles.warc.gz

    A cut abstract or snippet is completed where another record has the whole text; "completed" then says which, and what
    the page itself shows. Of records with one id the fullest is written. With --merge, records of one work from several
    sites become one: "provenance" says where each field is from, "merged" what the others say.

    --fields takes names as in the record, identifiers.doi, or their last part. Columns of other fields are left out, in
    SQLite, in references and in Markdown they stay empty.

    --since is about when a page was fetched, not when its article was published, for that may be known late, or only as
    a year. 2024 and 2024-05 mean their first day, days are those of UTC. Pages that a crawl found changed count as new,
    and records that do not say when they were fetched are written too, so that none is missed.

    Exit status: 0 done; 1 some lines are no records, or pages have none yet, or a
    worker's links were never queued, they are named; 2 wrong use.
    """
    form, gzipped, target = _target(sources[0], out, name)
    try:
        paths = resolve(_listed(fields)) if fields is not None else ()
    except ValueError as error:
        raise WrongUse(f"--fields: {error}") from error
    if fields is not None and not paths:
        raise WrongUse("--fields names no field: give some, as in title,doi,published")
    chosen, first = _kinds(kinds), _first_day(since)
    checked_output(target)
    read = {Path(source).resolve() for source in sources}
    if Path(target).resolve() in read:
        raise WrongUse("out must be another file than the one that is read: give one with --out")
    if warc is not None:
        if not warc.casefold().endswith(".warc.gz"):
            raise WrongUse(f"--warc {warc}: its records are gzipped, so give a name that ends in .warc.gz")
        checked_output(warc)
        if Path(warc).resolve() in (*read, Path(target).resolve()):
            raise WrongUse("warc must be another file than out and the one that is read: give one with --warc")
    if missing := next((source for source in sources if not Path(source).is_file()), None):
        raise WrongUse(f"there is no file {missing}: give a store that pagesieve crawl has written, or a file of records")
    if len(read) < len(sources):
        raise WrongUse("a store is given twice: give each once")
    if len(sources) > 1 and (records := next(filter(is_record_file, sources), None)):
        raise WrongUse(f"{records} is a file of records: give it alone, or give stores only")
    answers = broken = 0

    def wrong(line: int, why: str) -> None:
        nonlocal broken
        broken += 1
        complain(f"{sources[0]}:{line}: {why}")

    with ExitStack() as stack:
        found: Store | Stores | RecordFile
        stores: list[Store] = []
        if is_record_file(sources[0]):
            if warc is not None:
                raise WrongUse("--warc is for a store, which has the pages: a file of records has none")
            try:
                found = stack.enter_context(RecordFile(sources[0], wrong))
            except RecordFileError as error:
                raise WrongUse(str(error)) from error
        else:
            stores = [stack.enter_context(opened(source)) for source in sources]
            found = stores[0] if len(stores) == 1 else Stores(stores)
        for one in stores:
            if waiting := one.unrecorded():
                broken += waiting
                complain(f"{number(waiting, 'page')} of {one.path} {'has' if waiting == 1 else 'have'} no record yet: pagesieve clean --store {one.path}")
            if links := one.unqueued():
                broken += links
                complain(f"{number(links, 'link')} of {one.path} had no room in the queue that workers share: crawl on with this store")
        try:
            exported = write(found, target, form=form, gzipped=gzipped, merged=merge, fields=paths, kinds=chosen, since=first)
        except ModuleNotFoundError as error:
            raise WrongUse(f"{form.name} needs the library {error.name}: pip install 'pagesieve[{form.name}]'") from error
        if warc is not None:
            answers = write_warc(stores, warc)
    if told := told_together(exported):
        click.echo(told, err=True)
    if exported.repeated:
        click.echo(f"{exported.repeated:>8,}  left out, for another record with the same id says more", err=True)
    if exported.undated:
        click.echo(f"{exported.undated:>8,}  without a time of fetch, written all the same", err=True)
    click.echo(f"{number(exported.articles, 'record')} in {visible(target)}", err=True)
    if warc is not None:
        click.echo(f"{number(answers, 'page')} in {visible(warc)}", err=True)
    if broken:
        sys.exit(1)


def _target(source: str, out: str | None, name: str | None) -> tuple[Format, bool, str]:
    """The format, whether it is gzipped, and the file to write."""
    if name is not None and name not in FORMATS:
        raise WrongUse(f"--format {name}: the formats are {', '.join(FORMATS)}")
    if out is None:
        plain = FORMATS[name or "jsonl"]
        return plain, False, str(Path(source.removesuffix(".gz")).with_suffix(plain.endings[0]))
    said = format_of(out)
    if name is not None and said is not None and said.name != name:
        raise WrongUse(f"--out {out} ends as {said.name} does, and --format says {name}: leave out one of them")
    form = said or FORMATS.get(name or "")
    if form is None:
        raise WrongUse(f"--out {out}: its ending says no format; end it in one of {_ENDINGS}, or give --format")
    gzipped = out.casefold().endswith(".gz")
    if gzipped and not form.is_text:
        raise WrongUse(f"--out {out}: {form.name} is compressed by itself, and cannot be gzipped: end it in {form.endings[0]}")
    return form, gzipped, out


def _listed(names: str) -> list[str]:
    return [name for name in map(str.strip, names.split(",")) if name]


def _kinds(names: str) -> Sequence[str]:
    known = get_args(Kind)
    for name in (chosen := _listed(names)):
        if name not in known:
            raise WrongUse(f"--kind: there is no kind {name!r}: the kinds are {', '.join(known)}")
    if not chosen:
        raise WrongUse("--kind names no kind: give some, as in article,paywall")
    return chosen


def _first_day(since: str | None) -> date | None:
    """The first day of a date; raises `WrongUse`."""
    if since is None:
        return None
    from cleaners.dates.edtf import Point, parse_edtf  # all that reads dates comes with it, which a completion need not wait for

    try:
        point = parse_edtf(since)
    except ValueError:
        point = None
    if not isinstance(point, Point) or point.precision not in ("day", "month", "year") or point.mark or point.year < "0001":
        raise WrongUse(f"--since {since} is no date: give one as 2024-05-31, 2024-05 or 2024")
    return point.bound(last=False)
