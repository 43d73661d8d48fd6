"""Read the same date strings with this project and with the libraries that do it, in one run.

    python benchmarks/dates.py [STRINGS.jsonl]

Each line of the file (``../shared/data/language/dates.jsonl`` seen from the project, where none is named) is an object with
``raw``, ``expected_edtf`` and perhaps ``accept`` (other right values), ``all`` (all dates of the line) and ``anchor`` (the moment
that relative dates count from). Printed for each reader: the share of strings whose value and precision are right, the days that
the string does not state, errors, and the mean time of a string, also in times of ours; then the same of the closed forms alone. Each
reader gets one warm-up string.
"""

import json
import re
import sys
import time
import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import htmldate
from dateparser.date import DateDataParser
from dateutil import parser as dateutil_parser
from edtf import text_to_edtf

from cleaners.dates import parse_dates

STRINGS = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "language" / "dates.jsonl"
# The languages of the strings; with none named, dateparser tries some 200 and takes much longer.
LANGUAGES = ["en", "fr", "de", "es", "pt", "it", "nl", "ro", "cs", "pl", "hr", "fi", "tr", "ru", "ar", "fa", "hi", "bn", "th", "vi", "zh", "ja", "ko"]
Reader = Callable[[str, datetime | None], list[str]]


def ours(text: str, anchor: datetime | None) -> list[str]:
    return [d.edtf for d in parse_dates(text, reference=anchor)]


def reads_alone(text: str) -> bool:
    """Whether our grammar reads a date without asking dateparser."""
    with patch("cleaners.dates.rare", return_value=None):
        return bool(parse_dates(text))


def dateparser_reader() -> Reader:
    """dateparser with one kept parser, cut to the period that it says it has read."""
    kept = DateDataParser(languages=LANGUAGES)

    def read(text: str, anchor: datetime | None) -> list[str]:
        asked = DateDataParser(languages=LANGUAGES, settings={"RELATIVE_BASE": anchor}) if anchor else kept
        found = asked.get_date_data(text)
        return [found.date_obj.strftime({"year": "%Y", "month": "%Y-%m"}.get(found.period, "%Y-%m-%d"))] if found.date_obj else []

    return read


def dateutil_reader(text: str, anchor: datetime | None) -> list[str]:
    return [dateutil_parser.parse(text, default=anchor).date().isoformat()]


def htmldate_reader(text: str, _: datetime | None) -> list[str]:
    found = htmldate.find_date(f"<html><body><p class='date'>{text}</p></body></html>")
    return [found] if found else []


def edtf_reader(text: str, _: datetime | None) -> list[str]:
    found = text_to_edtf(text)
    return [str(found)] if found else []


def measure(read: Reader, rows: list[dict[str, Any]]) -> tuple[float, int, int, float]:
    """The right share, the invented days, the errors, and the mean microseconds."""
    read("12 May 2020", None)
    right = invented = errors = 0
    spent = 0.0
    for row in rows:
        anchor = datetime.fromisoformat(row["anchor"]) if row.get("anchor") else None
        began = time.perf_counter()
        try:
            values = read(row["raw"], anchor)
        except Exception:  # the peers raise many kinds for what they cannot read
            values, errors = [], errors + 1
        spent += time.perf_counter() - began
        accepted = {row["expected_edtf"], *row.get("accept", [])}
        right += bool(accepted & set(values)) if values else None in accepted
        stated = {d["edtf"] if isinstance(d, dict) else d for d in row.get("all", [])} | accepted
        invented += any(re.fullmatch(r"\d{4}-\d\d-\d\d", value) and value not in stated for value in values)
    return right / len(rows), invented, errors, spent / len(rows) * 1e6


def main() -> None:
    warnings.simplefilter("ignore")  # dateutil warns of each time zone that it does not know
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else STRINGS
    if not path.exists():
        print(f"no strings at {path}; name a file of JSON lines")
        return
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    closed = [row for row in rows if not row.get("anchor") and reads_alone(row["raw"])]
    readers: dict[str, Reader] = {
        "pagesieve": ours,
        "dateparser": dateparser_reader(),
        "dateutil": dateutil_reader,
        "htmldate": htmldate_reader,
        "edtf": edtf_reader,
    }
    for name, strings in (("all strings", rows), ("closed forms, read without a library", closed)):
        print(f"{name}: {len(strings)}\n{'reader':12}{'right':>8}{'invented days':>15}{'errors':>8}{'µs/string':>11}{'times ours':>12}")
        base = 0.0
        for reader, read in readers.items():
            right, invented, errors, micros = measure(read, strings)
            base = base or micros
            print(f"{reader:12}{right:8.1%}{invented:15}{errors:8}{micros:11.0f}{micros / base:12.1f}")


if __name__ == "__main__":
    main()
