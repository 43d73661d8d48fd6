"""Check on labelled pages that no publication date has a part which its page does not state.

    python benchmarks/stated.py [--data DIR] [--jobs 2]

Of each page the text that the date was read from must stand in the page or its address, and each part of the value (a year, a month,
a day) in that text: as a number, or as a word that dateparser, which has no part in how months are read here, takes for that month.
Dates that count from the fetch ("3 days ago") are not asked for. Exit status 1 when a part is stated nowhere.
"""

import argparse
import html
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import lxml.html
from corpus import DATA, load_scorer
from dateparser.date import DateDataParser

from cleaners import clean_html, clean_text
from cleaners.dates.edtf import Interval, OneOf, parse_edtf

Case = tuple[str, str, bytes | str, str | None]


def cases(data: Path) -> Iterator[Case]:
    """View, id, page and address of every labelled page."""
    scorer = load_scorer(data)
    for row in scorer.jsonl(data / "scholarly/index.jsonl"):
        page = scorer.read_gz(data / f"scholarly/pages/{row['id']}.html.gz")
        yield "full", row["id"], page, row["url"]
        if row["page_kind"] != "js-shell":
            yield "visible", row["id"], scorer.visible_only(page), row["url"]
            yield "flat", row["id"], scorer.flat_dump(page), row["url"]
    for path in sorted((data / "wcxb-articles/html").glob("*.html.gz")):
        told = json.loads((data / "wcxb-articles/ground-truth" / path.name.replace(".html.gz", ".json")).read_bytes())
        yield "news", path.name, scorer.read_gz(path), told.get("url")


def check(case: Case) -> tuple[str, str, str]:
    """View, and what was found: no date, a date by its precision, or what is wrong with it."""
    view, name, page, url = case
    record = clean_text(page, url=url) if isinstance(page, str) else clean_html(page, url=url)
    date = record.published
    if date is None or date.edtf is None:
        return view, "no date", ""
    if not _stands_in(date.raw, page, url):
        return view, "NOT IN THE PAGE", f"{name}: {date.edtf} from {date.raw!r}"
    missing = [part for part in _parts(date.edtf) if not _is_stated(part, date.raw)]
    return (view, "NOT STATED", f"{name}: {date.edtf} from {date.raw!r}: {missing}") if missing else (view, date.precision, "")


def _parts(edtf: str) -> set[tuple[str, int]]:
    value = parse_edtf(edtf)
    points = value.points if isinstance(value, OneOf) else (value.start, value.end) if isinstance(value, Interval) else (value,)
    found = set[tuple[str, int]]()
    for point in filter(None, points):
        if point.year.isdigit():
            found.add(("year", int(point.year)))
        if point.month is not None and point.month <= 12:
            found.add(("month", point.month))
        if point.day is not None:
            found.add(("day", point.day))
    return found


def _is_stated(part: tuple[str, int], raw: str) -> bool:
    what, number = part
    numbers = {int(digits) for digits in re.findall(r"\d+", raw)}
    if re.fullmatch(r"\D*\d{8}\D*", raw):
        digits = re.sub(r"\D", "", raw)
        numbers |= {int(digits[:4]), int(digits[4:6]), int(digits[6:])}
    if number in numbers or (what == "year" and number % 100 in numbers):
        return True
    return what == "month" and any(_month(word) == number for word in re.findall(r"[^\W\d_]+", raw))


@cache
def _month(word: str) -> int | None:
    read = DateDataParser(settings={"REQUIRE_PARTS": ["month"]}).get_date_data(f"1 {word} 2000").date_obj
    return read.month if read else None


def _stands_in(raw: str, page: bytes | str, url: str | None) -> bool:
    source = page if isinstance(page, str) else page.decode("utf-8", "replace")
    wanted = _plain(raw)
    if wanted in _plain(html.unescape(source)) or (url and (wanted in url or re.sub(r"\W", "", wanted) in re.sub(r"\W", "", url))):
        return True
    return not isinstance(page, str) and wanted in _plain(" ".join(lxml.html.document_fromstring(page).itertext()))


def _plain(text: str) -> str:
    """Letters and digits: marks of markup and spaces between a date's parts may stand in the source."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    counts, wrong = Counter[tuple[str, str]](), []
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for view, found, told in pool.map(check, cases(arguments.data), chunksize=8):
            counts[view, found] += 1
            wrong += [f"{view} {told}"] if told else []
    for (view, found), count in sorted(counts.items()):
        print(f"{view:8} {found:16} {count:5}")
    print("\n".join(wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
