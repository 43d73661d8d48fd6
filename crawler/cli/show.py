"""Records as a person reads them in a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from cleaners.record import PartialDate, Record, Related
from crawler.cli import visible

# So many records are shown in full, and as many related ones of each; of more, three lines each are easier to look through.
_FEW = 3
# Longer lines are hard to read, however wide the window is.
_WIDEST = 100
_BEGINNING = 320
_NAMES = 6
_KIND_STYLES = {"article": "green", "listing": "cyan", "unreadable": "red"}
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
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        has_fields = record.kind in _HOLD_FIELDS
        for label, value in _rows(record) if has_fields else ():
            table.add_row(f"  {label}", value or Text("–", style="dim"))
        for notice in record.warnings:
            table.add_row("  warning" if has_fields or notice is not record.warnings[-1] else "  because", Text(plain(notice.message), style=_OTHER_KIND))
        # The terminal breaks a long address, which so stays whole for whoever copies it.
        self._console.print(Text.assemble((record.kind, _style(record)), f"  {visible(name)}"), soft_wrap=True)
        self._console.print(table)
        self._console.print()

    def _short(self, name: str, record: Record) -> None:
        if record.kind in _HOLD_FIELDS:
            head = plain(record.title) or "(no title)"
            parts = (_names([a.name for a in record.authors], 2), _date(record.published), record.identifiers.doi, record.container_title)
            about = " · ".join(filter(None, map(plain, parts)))
        else:
            head, about = plain(record.warnings[-1].message), ""
        lines = [Text.assemble((f"{record.kind:<{_KIND_WIDTH}}", _style(record)), head)]
        lines += [Text(" " * _KIND_WIDTH + line, style="dim") for line in (about, visible(name)) if line]
        for line in lines:
            self._console.print(line, no_wrap=True, overflow="ellipsis")
        self._console.print()


def _rows(record: Record) -> Iterator[tuple[str, RenderableType]]:
    yield "title", Text(plain(record.title), style="bold")
    yield "authors", Text(_names([author.name for author in record.authors], _NAMES))
    yield "in", Text(_container(record))
    yield "published", Text(_date(record.published))
    if others := [f"{date.role} {_date(date)}" for date in record.dates if date.role != "published"]:
        yield "dates", Text(plain(", ".join(others)))
    yield "doi", Text(plain(record.identifiers.doi))
    abstract = record.abstract
    yield "abstract", _beginning(abstract.text, "cut off on the page" if abstract.truncated else "") if abstract else Text()
    if record.body:
        yield "body", _beginning(record.body)
    if record.keywords:
        yield "keywords", Text(plain(", ".join(keyword.term for keyword in record.keywords)))
    if record.metrics:
        yield "metrics", Text(plain(", ".join(f"{name} {value}" for name, value in record.metrics.items())))
    if record.related:
        yield "related", _list(map(_one_related, record.related[:_FEW]), more=len(record.related) - _FEW)


def _list(lines: Iterable[str], more: int) -> Table:
    """Lines with bullets, which hang; then how many more there are."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for line in lines:
        table.add_row("•", Text(line))
    if more > 0:
        table.add_row("", Text(f"and {more} more", style="dim"))
    return table


def shortened(text: str, most: int) -> str:
    """The beginning of a text, as many whole words as these characters hold, and a sign that there is more."""
    return text if len(text) <= most else f"{text[:most].rpartition(' ')[0] or text[:most]} …"


def plain(text: str | None) -> str:
    """The text on one line; a record's text may have paragraphs."""
    return visible(" ".join((text or "").split()))


def _style(record: Record) -> str:
    return _KIND_STYLES.get(record.kind, _OTHER_KIND)


def _names(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return plain(", ".join(names[:most])) + more


def _container(record: Record) -> str:
    """ "Journal 12(3), 45–56", as far as it is known."""
    place = f"{record.volume or ''}{f'({record.issue})' if record.issue else ''}"
    numbers = ", ".join(filter(None, (place, record.pages)))
    return plain(" ".join(filter(None, (record.container_title, numbers))))


def _date(date: PartialDate | None) -> str:
    return plain((date.edtf or date.raw) if date else "")


def _one_related(related: Related) -> str:
    return " · ".join(filter(None, (plain(related.title) or "(no title)", plain(related.container_title), _date(related.published))))


def _beginning(text: str, note: str = "") -> Text:
    """The first lines of a text; how long it is in all, where that is more, and the note."""
    line = plain(text)
    shown = shortened(line, _BEGINNING)
    notes = ", ".join(filter(None, (f"{len(text):,} characters" if shown != line else "", note)))
    return Text.assemble(shown, (f" ({notes})" if notes else "", "dim"))
