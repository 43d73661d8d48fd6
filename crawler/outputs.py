"""Scrapy's feeds, safe to open: a spreadsheet runs text that begins like a formula, and readers end lines at more than line ends."""

from typing import Any

from scrapy.exporters import CsvItemExporter, JsonLinesItemExporter

from cleaners.export.safe import safe_cell
from cleaners.record import json_line


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
