"""Mend text: mojibake by ftfy where ftfy's own check says so, Unicode NFC, whitespace. Nothing else is touched."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from cleaners.ledger import Candidate, Edit, Person
from cleaners.segment.block import Block, Span

# C0 and C1 controls, bidirectional overrides and isolates, zero-width space, word joiner, byte order mark, soft hyphen.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f​‎‏‪-‮⁠⁦-⁩﻿­]")
# Normalising sorts the marks on a letter, in quadratic time. Behind 30 of them stands a joiner, as Unicode's Stream-Safe Text Format has it.
_PILED = re.compile(r"[^\w\s\x00-\x7f]{31,}")
_MAY_BE_PILED = re.compile(r"[^\x00-\x7f]{31}")  # a fifth of its time
_MOST_MARKS, _JOINER = 30, "\u034f"
# ftfy's check takes 0.1 µs a character, so it is shown what lies around letters beyond ASCII: a page's texts take 0.7 ms for 5. What it
# looks for has such a letter in each three characters.
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+(?:[\x00-\x7f]{1,6}[^\x00-\x7f]+)*")
_NEAR = 3


@lru_cache(maxsize=1)
def _ftfy() -> tuple[Any, Any, Any]:
    """ftfy with the repairs of decoding on and those of typography off: curly quotes, ligatures and ∷ are the author's."""
    import ftfy
    from ftfy.badness import is_bad

    config = ftfy.TextFixerConfig(
        unescape_html=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        normalization="NFC",
        explain=False,
    )
    return ftfy.fix_text, is_bad, config


def looks_bad(text: str) -> bool:
    """Whether ftfy's check says that the text may hold mojibake."""
    _, is_bad, _ = _ftfy()
    return any(is_bad(text[max(0, part.start() - _NEAR) : part.end() + _NEAR]) for part in _BEYOND_ASCII.finditer(text))


def mend(text: str) -> tuple[str, str | None]:
    """The mended text and the rule that changed it, `None` where nothing did. Paragraphs (blank lines) stay."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(), None
    rule = None
    mended = text
    if not text.isascii():
        if looks_bad(text):
            fix, _, config = _ftfy()
            mended = fix(text, config)
            rule = "ftfy" if mended != text else None
        if _MAY_BE_PILED.search(mended):
            mended = _PILED.sub(_parted, mended)
        if not unicodedata.is_normalized("NFC", mended):
            mended, rule = unicodedata.normalize("NFC", mended), rule or "nfc"
    seen = _UNSEEN.sub("", mended)
    if seen != mended:
        mended, rule = seen, rule or "unseen"
    spaced = "\n\n".join(filter(None, (" ".join(p.split()) for p in re.split(r"\n\s*\n", mended)))) if "\n" in mended else " ".join(mended.split())
    rule = rule or ("whitespace" if spaced != text.strip() else None)
    if spaced == text or spaced.isascii():
        return spaced, rule
    # What was unseen, or a line break, may have parted letters that are mojibake together.
    whole, further = mend(spaced)
    return whole, rule or further


def _parted(match: re.Match[str]) -> str:
    out: list[str] = []
    piled = 0
    for char in match[0]:
        piled = piled + 1 if unicodedata.combining(char) else 0
        if piled > _MOST_MARKS:
            out.append(_JOINER)
            piled = 1
        out.append(char)
    return "".join(out)


def mend_blocks(blocks: Iterable[Block]) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """The blocks with mended text. Spans are kept as far as the text keeps its length."""
    kept: list[Block] = []
    edits: list[Edit] = []
    for block in blocks:
        text, rule = mend(block.text)
        if rule is not None:
            edits.append(Edit(block.where, 0, block.text, text, rule))
            size = len(text)
            spans = tuple(Span(min(s.start, size), min(s.end, size), s.kind, s.href) for s in block.spans)
            block = msgspec.structs.replace(block, text=text, spans=spans)
        kept.append(block)
    return tuple(kept), tuple(edits)


def mend_candidates(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates with mended values; those that mending leaves empty are gone."""
    out = []
    for candidate in candidates:
        value = _mend_value(candidate.value)
        if value is not candidate.value:
            candidate = msgspec.structs.replace(candidate, value=value)
        if value:
            out.append(candidate)
    return out


def _mend_value(value: Any) -> Any:
    if isinstance(value, str):
        return mend(value)[0]
    if isinstance(value, tuple):
        return tuple(_mend_value(v) for v in value)
    if isinstance(value, Person):
        return msgspec.structs.replace(value, **{n: _mend_value(getattr(value, n)) for n in value.__struct_fields__})
    return value
