"""The explanation of a record as one HTML file that needs nothing else: it runs its own script only and loads nothing.

Whatever the page says is text there. A content security policy names the hashes of the style and the script, so that nothing else runs
even if it were markup.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from cleaners.explanation import one_file
from cleaners.explanation.view import View
from cleaners.ledger import Edit

_HERE = "cleaners.explanation"
# Longer texts are not compared letter by letter: that takes the square of their length.
_LONGEST_COMPARED = 4000


def page(view: View, name: str) -> str:
    """The HTML; ``name`` is what the page is called where it has no title: its file or its address."""
    roles = Counter(line.role or "none" for line in view.lines)
    rules = Counter(line.rule for line in view.lines if line.rule)
    return one_file.render(
        _HERE,
        "page.html",
        style=one_file.styled(_HERE, "page.css"),
        script=one_file.text_of(_HERE, "page.js"),
        view=view,
        record=view.record,
        name=_visible(name),
        address=_link(view.record.url),
        roles=sorted(roles.items(), key=lambda item: (-item[1], item[0])),
        rules=sorted(rules.items()),
        differences=differences,
        json=json.dumps(view.record.to_dict(), ensure_ascii=False, indent=1),
    )


def policy() -> str:
    """The content security policy of such a page."""
    return one_file.policy(one_file.styled(_HERE, "page.css"), one_file.text_of(_HERE, "page.js"))


def differences(edit: Edit) -> Iterator[tuple[str, str]]:
    """What an edit did to a text, piece by piece: ``same``, ``gone`` or ``new``. What is not seen is written out."""
    before, after = _visible(edit.before), _visible(edit.after)
    if max(len(before), len(after)) > _LONGEST_COMPARED:
        yield "gone", before
        yield "new", after
        return
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", before[a:b]
            continue
        if b > a:
            yield "gone", before[a:b]
        if d > c:
            yield "new", after[c:d]


def _visible(text: str) -> str:
    """Controls and formats as their numbers: ``[U+200B]``; spaces that are no plain ones too."""
    return "".join(f"[U+{ord(c):04X}]" if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") or (c.isspace() and c != " ") else c for c in text)


def _link(url: str | None) -> str | None:
    """The address, if it may be followed."""
    return url if url and urlsplit(url).scheme in ("http", "https") else None
