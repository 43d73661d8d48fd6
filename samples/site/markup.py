"""Small pieces of HTML that the layouts share."""

import json
from collections.abc import Iterable
from html import escape
from typing import Any


def esc(text: object) -> str:
    """Text as it stands in HTML, in quotes too."""
    return escape(str(text), quote=True)


def meta(pairs: Iterable[tuple[str, object]], attribute: str = "name") -> str:
    """Meta tags, one a line; values that are ``None`` are left out."""
    return "\n".join(f'<meta {attribute}="{esc(name)}" content="{esc(value)}">' for name, value in pairs if value is not None)


def linked_data(value: dict[str, Any]) -> str:
    """A JSON-LD script."""
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **value}, ensure_ascii=False)}</script>'


def items(lines: Iterable[str], tag: str = "li") -> str:
    """Each line, which is HTML already, in an element."""
    return "\n".join(f"<{tag}>{line}</{tag}>" for line in lines)


def link(href: str, text: str, extra: str = "") -> str:
    """An anchor."""
    return f'<a href="{esc(href)}"{extra}>{esc(text)}</a>'
