"""``pagesieve clean --store``: the pages of a crawl cleaned again."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import click

from crawler.changes import Change, changes
from crawler.cli import checked_output, number, visible
from crawler.cli.progress import progress_bar
from crawler.cli.store import busy, opened
from crawler.export import export
from crawler.store import StoreError
from crawler.workers import clean_pages


def reclean(path: str, *, out: str | None, sites: str | None, jobs: int, shows: bool) -> None:
    """Clean the pages of a store, keep the records there, tell what changed; with ``out`` write the articles anew too."""
    checked_output(out)
    counted: Counter[str] = Counter()
    changed = 0
    with opened(path, sites=sites) as store:
        try:
            store.lock()
        except StoreError as error:
            raise busy(path) from error
        pages = store.cleanable()
        with progress_bar(len(pages)) as tell, closing(clean_pages(map(store.page, pages), jobs=jobs, sites=sites)) as cleaned:
            for done, (page, (record, _)) in enumerate(zip(pages, cleaned, strict=True), start=1):
                old = store.known_record(page)
                new = store.put_record(page, record)
                found = changes(old, new) if old else ()
                changed += bool(found)
                counted.update(change.field for change in found)
                if shows and found:
                    click.echo("\n".join(_told(record.url or record.id, found)))
                tell(done, number(done, "page"))
        fields = ", ".join(f"{field} {count:,}" for field, count in counted.most_common())
        click.echo(f"{number(len(pages), 'page')} cleaned again: {number(changed, 'record')} changed{f' ({fields})' if fields else ''}", err=True)
        if out:
            click.echo(f"{number(export(store, out).articles, 'record')} in {visible(out)}", err=True)


def _told(name: str, found: tuple[Change, ...]) -> Iterator[str]:
    yield visible(name)
    for change in found:
        yield f"  {change.field}"
        yield f"    - {visible(change.before)}"
        yield f"    + {visible(change.after)}"


