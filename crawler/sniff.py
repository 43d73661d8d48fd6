"""What bytes look like whose name or header says nothing."""

import re

# An end tag, or a tag that every page has and no prose: "<p" alone may be a p-value in flat text.
_MARKUP = re.compile(rb"<!doctype\s+html|</[a-z][a-z0-9]*\s*>|<(?:html|head|body|meta|title|div|h[1-6]|br)[\s/>]", re.IGNORECASE)
_SNIFFED = 1 << 16


def looks_like_markup(content: bytes) -> bool:
    """Whether it is HTML rather than flat text."""
    return bool(_MARKUP.search(content[:_SNIFFED].replace(b"\0", b"")))
