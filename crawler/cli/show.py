"""Records as a person reads them in a terminal."""

from collections.abc import Iterator, Sequence
from typing import Self

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cleaners.record import Record
from crawler.cli import printable

# So many records are shown in full; of more, three lines each are easier to look through.
_FEW = 3
# Longer lines are hard to read, however wide the window is.
_WIDEST = 100
_BEGINNING = 320
_NAMES = 6
_KIND_STYLES = {"article": "green", "listing": "cyan"}
_OTHER_KIND = "yellow"
_KIND_WIDTH = len("unreadable") + 2
_HOLD_FIELDS = ("article", "paywall")


class Viewer:
    """Prints records: a few in full, many in short. A context manager: the end tells which it is, if they are few."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False, emoji=False)
        self._console.width = min(self._console.width, _WIDEST)
        self._held: list[tuple[str, Record]] | None = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for held in self._held or ():
            self._full(*held)

    def put(self, name: str, record: Record) -> None:
        """Take a record, with the name of its page."""
        if self._held is None:
            self._short(name, record)
            return
        self._held.append((name, record))
        if len(self._held) > _FEW:
            held, self._held = self._held, None
            for earlier in held:
                self._short(*earlier)

    def _full(self, name: str, record: Record) -> None:
        rows = list(_rows(record)) if record.kind in _HOLD_FIELDS else []
        rows += [("warning", Text(printable(notice.message))) for notice in record.warnings]
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for label, value in rows:
            table.add_row(f"  {label}", value or Text("–", style="dim"))
        self._console.print(Text.assemble((record.kind, _style(record)), f"  {printable(name)}"))
        self._console.print(table)
        self._console.print()

    def _short(self, name: str, record: Record) -> None:
        if record.kind in _HOLD_FIELDS:
            head = printable(record.title or "") or "(no title)"
            parts = (_names([a.name for a in record.authors], 2), record.container_title, _published(record), record.identifiers.doi)
            about = " · ".join(printable(part) for part in parts if part)
        else:
            head, about = printable(record.warnings[-1].message), ""
        lines = [Text.assemble((f"{record.kind:<{_KIND_WIDTH}}", _style(record)), head)]
        lines += [Text(" " * _KIND_WIDTH + line, style="dim") for line in (about, printable(name)) if line]
        for line in lines:
            self._console.print(line, no_wrap=True, overflow="ellipsis")
        self._console.print()


def _rows(record: Record) -> Iterator[tuple[str, Text]]:
    abstract = record.abstract
    yield "title", Text(printable(record.title or ""), style="bold")
    yield "authors", Text(_names([author.name for author in record.authors], _NAMES))
    yield "in", Text(_container(record))
    yield "published", Text(_published(record))
    yield "doi", Text(printable(record.identifiers.doi or ""))
    beginning = _beginning(abstract.text) if abstract else ""
    yield "abstract", Text.assemble(beginning, (" (cut off on the page)" if abstract and abstract.truncated else "", "dim"))
    if record.body:
        yield "body", Text(f"{len(record.body):,} characters")
    if record.keywords:
        yield "keywords", Text(printable(", ".join(keyword.term for keyword in record.keywords)))
    if record.related:
        yield "related", Text(f"{len(record.related)} records")


def _style(record: Record) -> str:
    return _KIND_STYLES.get(record.kind, _OTHER_KIND)


def _names(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return printable(", ".join(names[:most])) + more


def _container(record: Record) -> str:
    """ "Journal 12(3), 45–56", as far as it is known."""
    place = f"{record.volume or ''}{f'({record.issue})' if record.issue else ''}"
    numbers = ", ".join(part for part in (place, record.pages) if part)
    return printable(" ".join(part for part in (record.container_title, numbers) if part))


def _published(record: Record) -> str:
    return printable((record.published.edtf or record.published.raw) if record.published else "")


def _beginning(text: str) -> str:
    plain = printable(text)
    return plain if len(plain) <= _BEGINNING else f"{plain[:_BEGINNING].rpartition(' ')[0] or plain[:_BEGINNING]} …"
