"""Scrapy's feeds, safe to open: a spreadsheet runs text that begins like a formula, and readers end lines at more than line ends."""

import re
from typing import Any

from scrapy.exporters import CsvItemExporter, JsonLinesItemExporter

from cleaners.record import json_line

# What a spreadsheet takes for a formula, also behind blanks and in full width; a number may have a sign.
_FORMULA = re.compile(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*\s*%?")


def safe_cell(value: Any) -> Any:
    """The value as a spreadsheet shows it: text that it would run gets an apostrophe before it."""
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


class SafeCsvExporter(CsvItemExporter):
    """CSV without formulas."""

    def serialize_field(self, field: Any, name: str, value: Any) -> Any:
        """One cell."""
        return safe_cell(super().serialize_field(field, name, value))


class SafeLinesExporter(JsonLinesItemExporter):
    """JSON lines as `cleaners.record.Record.to_json` writes them."""

    def export_item(self, item: Any) -> None:
        """One line."""
        self.file.write(f"{json_line(dict(self.get_serialized_fields(item)))}\n".encode())
