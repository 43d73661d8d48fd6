"""The rules of a ledger's marks in words."""

import re
from functools import lru_cache
from typing import Any

from cleaners.tables import read_table

# "download_fulltext.en:download full-text pdf", "navigation~breadcrumb": a class, then the line of the catalogue or the pattern.
_LABEL = re.compile(r"(?P<cls>[a-z_]+)(?:\.(?P<language>[a-zA-Z-]+):(?P<line>.+)|~(?P<pattern>.+))?", re.DOTALL)


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return read_table("reasons", "cleaners.explanation")


def reason_of(role: str | None, rule: str | None) -> str:
    """One sentence that says why a line has its role; the rule itself where no words are known for it."""
    words = _words()
    if role is None or rule is None:
        return str(words["left_over"])
    told = words["roles"].get(f"{role} {rule}") or words["rules"].get(rule)
    if told is None:
        kind, _, name = rule.partition(":")
        form = words["kinds"].get(kind)
        told = form.replace("{name}", _named(name)) if form else rule
    return str(told)


def rule_class(rule: str) -> str:
    """The rule without the line or the pattern of the catalogue that it found: "label:download_fulltext"."""
    return rule.partition(".")[0].partition("~")[0]


def _named(name: str) -> str:
    match = _LABEL.fullmatch(name)
    if match is None:
        return name
    cls = match["cls"].replace("_", " ")
    if match["line"]:
        return f"“{match['line']}” ({cls}, {match['language']})"
    return f"{cls}, by the form “{match['pattern'].replace('_', ' ')}”" if match["pattern"] else cls
