"""``pagesieve export``."""

from pathlib import Path

import click

from crawler.cli import WrongUse, checked_output, number, visible
from crawler.cli.completion import files
from crawler.cli.crawl import told_together
from crawler.cli.store import opened
from crawler.export import export as write
from crawler.warc import write_warc


@click.command(short_help="Write the articles of a crawl anew.")
@click.argument("store", metavar="STORE", shell_complete=files)
@click.option("--out", metavar="FILE", shell_complete=files, help="The articles, one JSON line each.  [default: STORE with .jsonl]")
@click.option("--merge", is_flag=True, help="One record per work, made of those of all its pages.")
@click.option("--warc", metavar="FILE", shell_complete=files, help="Write all pages, as they were fetched, into a web archive too (.warc.gz).")
def export(store: str, out: str | None, merge: bool, warc: str | None) -> None:
    """Write the articles of a crawl's store anew, one JSON line each.

    A cut abstract or snippet is completed where another record has the whole text; "completed" then says which, and what
    the page itself shows. With --merge, records of one work from several sites become one: "provenance" says where each
    field is from, "merged" what the others say.

    \b
    The records of a crawl, one per work:
        pagesieve export articles.sqlite --merge --out works.jsonl

    \b
    The pages themselves too, for other tools or for pagesieve clean:
        pagesieve export articles.sqlite --warc articles.warc.gz

    Exit status: 0 done; 2 wrong use.
    """
    target = checked_output(out or str(Path(store).with_suffix(".jsonl"))) or ""
    if Path(target).resolve() == Path(store).resolve():
        raise WrongUse("out and store must be different files: give another one with --out")
    if warc is not None:
        if not warc.casefold().endswith(".warc.gz"):
            raise WrongUse(f"--warc {warc}: its records are gzipped, so give a name that ends in .warc.gz")
        checked_output(warc)
        if Path(warc).resolve() in (Path(store).resolve(), Path(target).resolve()):
            raise WrongUse("warc must be another file than out and store: give another one with --warc")
    with opened(store) as found:
        exported = write(found, target, merged=merge)
        answers = write_warc(found, warc) if warc is not None else 0
    if told := told_together(exported):
        click.echo(told, err=True)
    click.echo(f"{number(exported.articles, 'record')} in {visible(target)}", err=True)
    if warc is not None:
        click.echo(f"{number(answers, 'page')} in {visible(warc)}", err=True)
