"""Text of others on a terminal: what could move its cursor, colour it or turn its direction is shown, not done."""

import os

# Invisible, but Persian, Indic scripts and emoji are misspelt without them.
_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """The text on one line: what could move a cursor, colour a terminal or turn its direction stands there as bytes in hex.

    So the name of a file can be told whatever bytes it has, and can be given back to a shell, as ``$'…'``.
    """
    return "".join(c if c.isprintable() or c in _JOINERS else "".join(f"\\x{byte:02x}" for byte in _bytes(c)) for c in text)


def _bytes(character: str) -> bytes:
    try:
        return os.fsencode(character)
    except UnicodeEncodeError:  # half of a surrogate pair, which no file name has
        return character.encode("utf-8", "surrogatepass")
