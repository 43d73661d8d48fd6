"""``pagesieve explain``."""

import sys
import tempfile
from contextlib import closing

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cleaners.explanation.page import differences, page
from cleaners.explanation.reasons import rule_class
from cleaners.explanation.view import Field, Line, View, view
from crawler.cli import WrongUse, checked_output, open_in_browser, visible
from crawler.cli.cleaning import Cleaning, checked_sites, checked_url, refuse_credentials
from crawler.cli.completion import files, folders
from crawler.cli.inputs import find_sources
from crawler.cli.show import plain, shortened
from crawler.files import whole_file

# What goes into the record is coloured by its role; what is left out is dim.
_STYLES = {
    "title": "bold magenta",
    "authors": "blue",
    "affiliations": "cyan",
    "dates": "yellow",
    "abstract": "green",
    "body": "bright_green",
    "keywords": "magenta",
    "metrics": "yellow",
    "related": "red",
}
# So many characters of a value are shown, and so many values that were offered for a field and not taken.
_LONGEST, _OFFERS = 300, 3
_ROLE_WIDTH, _RULE_WIDTH = len("affiliations"), 24
# Longer lines are hard to read, however wide the window is.
_WIDEST = 120


@click.command(short_help="Show why a record is as it is.")
@click.argument("source", metavar="{FILE|URL|-}", shell_complete=files)
@click.option("--html", "out", metavar="FILE", shell_complete=files, help="Write the explanation as one web page that needs nothing else.")
@click.option("--open", "opens", is_flag=True, help="Open that page in the browser; without --html it is a temporary file.")
@click.option("--text", "as_text", is_flag=True, help="The page is flat text, whatever its name says.")
@click.option("--url", metavar="URL", help="The address of the page, if it is a file or stdin.")
@click.option("--sites", metavar="DIR", shell_complete=folders, help="A folder of site profiles of your own; see pagesieve site --help.")
@click.option("--allow-private", is_flag=True, help="Also fetch from this machine and from private networks.")
def explain(source: str, out: str | None, opens: bool, as_text: bool, url: str | None, sites: str | None, allow_private: bool) -> None:
    """Show why a record is as it is: each line of the page, kept (+) or left out (-), what it was taken for and by which
    rule; then each field with its source, the reason of the choice, and what else was offered.

    \b
    In the terminal, and as a page with search and filters:
        pagesieve explain page.html
        pagesieve explain page.html --html why.html --open
        pagesieve explain https://journal.example/article/1 --open

    Exit status: 0 done; 1 the page could not be fetched or cleaned; 2 wrong use.
    """
    refuse_credentials((source, url or ""))
    checked_output(out)
    sources = find_sources([source], written=[out] if out else [])
    if len(sources) != 1:
        raise WrongUse(f"{source} gives {len(sources)} pages, and one is explained at a time: name a file")
    work = Cleaning(sources, "text" if as_text else None, checked_url(url, sources), checked_sites(sites), allow_private=allow_private, are_shown=False)
    with closing(work.clean(1, ledger=True, body=True)) as cleaned:
        made = next(cleaned, None)
        if made is not None and next(cleaned, None) is not None:
            raise WrongUse(f"{source} holds several pages, and one is explained at a time: cut out its line, or save the page")
    if made is None or made.ledger is None:
        sys.exit(1)
    seen = view(made.record, made.ledger)
    if out or opens:
        path = _written(seen, made.name, out)
        click.echo(f"the explanation is in {visible(path)}", err=True)
        if opens:
            open_in_browser(path)
    else:
        _Screen().show(seen, made.name)
    if work.troubles:
        sys.exit(1)


def _written(seen: View, name: str, out: str | None) -> str:
    if out is None:
        with tempfile.NamedTemporaryFile(prefix="pagesieve-", suffix=".html", delete=False) as made:
            out = made.name
    with whole_file(out) as file:
        file.write(page(seen, name).encode())
    return out


class _Screen:
    """The explanation in a terminal."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False, emoji=False)
        self._console.width = min(self._console.width, _WIDEST)

    def show(self, seen: View, name: str) -> None:
        record = seen.record
        self._console.print(Text.assemble((record.kind, "green" if record.kind == "article" else "yellow"), f"  {visible(name)}"), soft_wrap=True)
        for notice in record.warnings:
            self._console.print(Text(f"{notice.code}: {visible(notice.message)}", style="yellow"))
        self._console.print()
        self._console.print(self._lines(seen))
        for field in seen.fields:
            self._field(field)

    def _lines(self, seen: View) -> Table:
        """A row for each line of the page, and one for each edit of it."""
        table = Table.grid(padding=(0, 1))
        number, rule = len(str(len(seen.lines))), _RULE_WIDTH
        text = self._console.width - number - _ROLE_WIDTH - rule - 5
        for width, style in ((number, "dim"), (1, ""), (_ROLE_WIDTH, ""), (text, ""), (rule, "dim")):
            table.add_column(width=width, style=style, no_wrap=True, overflow="ellipsis", justify="right" if width == number else "left")
        for line in seen.lines:
            style = _STYLES.get(line.role or "", "") if line.kept else "dim"
            sign, role = Text("+" if line.kept else "-", style=style), Text(line.role or "–", style=style)
            table.add_row(str(line.index), sign, role, _text(line), rule_class(line.rule or ""))
            for edit in line.edits:
                table.add_row("", "", Text(edit.rule, style="dim"), _edit(list(differences(edit))), "edit")
        return table

    def _field(self, field: Field) -> None:
        if not field.value and not field.offers:
            return
        self._console.print()
        self._console.print(Text.assemble((field.name, "bold"), "  ", shortened(plain(field.value), _LONGEST) if field.value else ("–", "dim")))
        if because := ", ".join(filter(None, (field.source, field.reason))) if field.value else "":
            self._console.print(Text(f"  {visible(because)}", style="dim"))
        others = [offer for offer in field.offers if not offer.taken]
        for offer in others[:_OFFERS]:
            same = " (the same)" if offer.value == field.value else ""
            value = shortened(plain(offer.value), _LONGEST)
            self._console.print(Text(f"  not {offer.source}: {value}{same}", style="dim"))
        if len(others) > _OFFERS:
            self._console.print(Text(f"  and {len(others) - _OFFERS} more", style="dim"))


def _text(line: Line) -> Text:
    return Text(visible(line.text), style="" if line.kept else "dim")


def _edit(parts: list[tuple[str, str]]) -> Text:
    """What changed, with a little of what stands around it."""
    styles = {"same": "dim", "gone": "red strike", "new": "green"}
    first = next((n for n, (kind, _) in enumerate(parts) if kind != "same"), 0)
    shown = [(kind, text[-12:] if n < first else text) for n, (kind, text) in enumerate(parts)]
    return Text.assemble(*((visible(text), styles[kind]) for kind, text in shown))
