"""Text of others in files that programs interpret: what would be run or end a line is not."""

import re
from typing import Any

# What a spreadsheet takes for a formula, also behind blanks and in full width; a number may have a sign.
_FORMULA = re.compile(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*\s*%?")
# Controls, and the line ends of Unicode. A record has none but the blank lines between paragraphs; a file that says so may.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROLS_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]+")


def safe_cell(value: Any) -> Any:
    """The value as a spreadsheet shows it: text that it would run gets an apostrophe before it."""
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def one_line(text: str) -> str:
    """The text on one line, single spaces, no controls."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def without_controls(text: str) -> str:
    """The text without controls but line feeds and tabs."""
    return _CONTROLS_IN_TEXT.sub(" ", text)
