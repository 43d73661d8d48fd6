"""``pagesieve export``."""

from pathlib import Path

import click

from crawler.cli import WrongUse, checked_output, number, visible
from crawler.cli.crawl import told_together
from crawler.cli.store import opened
from crawler.export import export as write


@click.command(short_help="Write the articles of a crawl anew.")
@click.argument("store", metavar="STORE")
@click.option("--out", metavar="FILE", help="The articles, one JSON line each.  [default: STORE with .jsonl]")
@click.option("--merge", is_flag=True, help="One record per work, made of those of all its pages.")
def export(store: str, out: str | None, merge: bool) -> None:
    """Write the articles of a crawl's store anew, one JSON line each.

    A cut abstract or snippet is completed where another record has the whole text; "completed" then says which, and what
    the page itself shows. With --merge, records of one work from several sites become one: "provenance" says where each
    field is from, "merged" what the others say.

    \b
    The records of a crawl, one per work:
        pagesieve export articles.sqlite --merge --out works.jsonl

    Exit status: 0 done; 2 wrong use.
    """
    target = checked_output(out or str(Path(store).with_suffix(".jsonl"))) or ""
    if Path(target).resolve() == Path(store).resolve():
        raise WrongUse("out and store must be different files: give another one with --out")
    with opened(store) as found:
        exported = write(found, target, merged=merge)
    if told := told_together(exported):
        click.echo(told, err=True)
    click.echo(f"{number(exported.articles, 'record')} in {visible(target)}", err=True)
