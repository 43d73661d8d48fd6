"""What a careful reader of a record should know: text in no field, a body that was cut, dates that can be misread."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from cleaners.dates import Date
from cleaners.ledger import Mark
from cleaners.lines import ends_sentence, is_prose
from cleaners.page import Truncated
from cleaners.record import Notice, PartialDate, RoleDate, Snippet
from cleaners.sheet import Sheet

# Shorter pieces that no region took are captions and notes.
_WORTH_A_WARNING = 200
# "03/04/2024": a day and a month, and the form does not say which is which.
_OPEN = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})\2(?:\d\d)?(\d\d)(?![\d/-])")
# East of the fetch it may be the next day already.
_ELSEWHERE = timedelta(days=1)
_LOSSES: Mapping[Truncated, str] = {
    "length": "Whoever kept the page kept no more than a certain length: it is cut short.",
    "time": "The fetch was broken off for its length of time: the page is cut short.",
    "disconnect": "The connection ended before the announced length: the page is cut short.",
    "unspecified": "The page was kept in part only; nothing says why.",
}


def data_loss(truncated: Truncated | None) -> Iterator[Notice]:
    """A warning where the page's bytes are not whole."""
    if truncated is not None:
        yield Notice(code="dataloss", message=_LOSSES[truncated])


def dropped_prose(sheet: Sheet, marks: Mapping[int, Mark]) -> Iterator[Notice]:
    """A warning where sentences stand outside every region: the text that extraction most often loses."""
    lost = [b for b in sheet.blocks if b.index not in marks and len(b.text) >= _WORTH_A_WARNING and is_prose(b.text)]
    if lost:
        size = sum(len(b.text) for b in lost)
        message = f"{len(lost)} blocks of prose ({size} characters) are in no field; the first is {lost[0].where}: {lost[0].text[:80]}"
        yield Notice(code="dropped_prose", message=message)


def cut_body(end: Snippet | None, *, closes_page: bool) -> Iterator[Notice]:
    """A warning where the last paragraph of the body bears a mark of truncation, or breaks off and nothing follows, not even a footer."""
    if end is not None and end.truncated and end.marker:
        yield Notice(code="body_truncated", message=f"The page shows only the beginning of the text; it ends with {end.marker.strip()!r}.")
    elif end is not None and closes_page and not ends_sentence(end.text) and is_prose(end.text):
        yield Notice(code="body_truncated", message=f"The page ends in the middle of a sentence: {end.text[-40:]!r}.")


def date_ahead(published: PartialDate | None, fetched: datetime | None) -> Iterator[Notice]:
    """A warning of a publication after the fetch."""
    if published is not None and published.edtf and fetched is not None:
        first = Date(edtf=published.edtf, precision=published.precision).lower()
        if first > fetched.date() + _ELSEWHERE:
            yield Notice(code="date_ahead", message=f"The publication date, {published.raw!r}, is after the fetch on {fetched.date().isoformat()}.")


def date_order(published: PartialDate | None, dates: Iterable[RoleDate], decided_by: str | None) -> Iterator[Notice]:
    """A warning where a day and a month could be taken for each other; ``decided_by`` told them, `None` where the text itself or nothing did."""
    for date in (*((published,) if published else ()), *dates):
        if date.edtf and (found := _OPEN.search(date.raw)) and (told := _order(date.raw, date.edtf, found, decided_by)):
            yield Notice(code="date_order", message=told)
            return


def _order(raw: str, edtf: str, found: re.Match[str], decided_by: str | None) -> str | None:
    """How two numbers that could both be the day were read; `None` where they could not."""
    first, second, year = found[1].zfill(2), found[3].zfill(2), found[4]
    if first == second or max(first, second) > "12":
        return None
    if edtf.startswith("["):
        return f"{raw!r} leaves open which number is the day, and nothing on the page tells."
    order = {f"{year}-{second}-{first}": "day, month, year", f"{year}-{first}-{second}": "month, day, year"}.get(edtf[2:])
    return order and f"{raw!r} is read as {order}: {decided_by or 'another date beside it shows it'}."
