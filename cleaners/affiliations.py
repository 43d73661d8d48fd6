"""The wording of affiliations: cut a line into them, and tell the notes and identifiers that stand among them."""

import re
from functools import lru_cache

from cleaners.addresses import without_mail, without_urls
from cleaners.lines import has_locator, is_affiliation, word_count
from cleaners.tables import read_table

_MARK = r"\d{1,2}|[a-z]|[*†‡§¶#∗⁎‖]{1,3}|[¹²³⁴-⁹]{1,2}"
_LEADING_MARK = re.compile(rf"^[(\[]?({_MARK})[)\]]?[.:]?\s*(?=[^\W\d_a-z]|\W?[A-ZÀ-Þ])")
_INNER_MARK = re.compile(r"(?:[;,.]|\band\b)?\s+(?:and\s+)?(\d{1,2})\s?(?=[A-ZÀ-Þ][^\W\d])")
# A label at the end of a line that its value was cut off from.
_DANGLING = re.compile(
    r"[\s.;,(]*(?:electronic address(?:es)?|e-?mail(?: addresse?s?)?|correspondence(?: to)?|(?:orcid|tel|fax|phone)(?: id| no)?\.?)\s*:?[\s.]*$", re.IGNORECASE
)
# "Leeds, UKCorrespondencem.k@leeds.example": a label glued to what stands before it, and an address to the label.
_GLUED = re.compile(r"(?<=[A-Za-z)])(?:Correspondence|Contact|E-?mail)(?=\S*@)")
_LONGEST = 1500


@lru_cache(maxsize=1)
def _note() -> re.Pattern[str]:
    words = read_table("words")["note"]
    openers = "|".join(re.escape(w) + (r"\b" if w[-1].isalnum() and w.isascii() else "") for w in sorted(words, key=len, reverse=True))
    return re.compile(rf"\W*(?:{openers})", re.IGNORECASE)


def is_note(text: str) -> bool:
    """Whether a line speaks about authors or about the article and names no institution."""
    return bool(_note().match(text[:_LONGEST]))


def leading_mark(text: str) -> str | None:
    """The number, letter or sign that a line of affiliations begins with."""
    found = _LEADING_MARK.match(text)
    return plain_mark(found[1]) if found else None


def plain_mark(mark: str) -> str:
    """A raised digit as an ordinary one."""
    return "".join(str("⁰¹²³⁴⁵⁶⁷⁸⁹".index(c)) if c in "⁰¹²³⁴⁵⁶⁷⁸⁹" else c for c in mark)


def states_affiliation(text: str) -> bool:
    """Whether a line says of itself that it is an affiliation."""
    return is_affiliation(text) and not is_note(text)


def can_be_affiliation(text: str) -> bool:
    """Whether a line where affiliations are said to stand is one: no note, no identifier, no citation, no address alone."""
    plain = without_urls(without_mail(text)).strip(" ,;.|")
    if is_note(plain) or "contributed equally" in plain.casefold() or text.rstrip().endswith(":") or (has_locator(plain) and not is_affiliation(plain)):
        return False
    return word_count(plain) >= 2 and len(plain) < _LONGEST and any(c.isalpha() for c in plain)


def split_affiliations(text: str) -> list[tuple[str | None, str]]:
    """One line's affiliations, each with its mark: "1Dept. of A and 2Dept. of B" holds two."""
    if re.match(r"a\s?[A-ZÀ-Þ]", text):  # "a School of A;b College of B"
        return [one for part in re.split(r";\s*(?=[b-z]\s?[A-ZÀ-Þ])", text) for one in split_affiliations(" " + part)]
    pieces: list[str] = []
    start, expected = 0, 2
    for inner in _INNER_MARK.finditer(text):
        if int(inner[1]) == expected and _LEADING_MARK.match(text):
            pieces.append(text[start : inner.start()])
            start, expected = inner.start(1), expected + 1
    pieces.append(text[start:])
    out = []
    for piece in (p.strip() for p in pieces):
        mark = _LEADING_MARK.match(piece)
        rest = piece[mark.end() :] if mark else piece
        name = "" if is_note(rest) else clean_affiliation(rest)
        if name:
            out.append((plain_mark(mark[1]) if mark else None, name))
    return out


def clean_affiliation(text: str) -> str:
    """Without e-mail, web address, and the label that they leave dangling."""
    text = " ".join(text.split())
    text = without_urls(without_mail(_GLUED.sub(" ", text) if "@" in text else text)).strip()
    cut = _DANGLING.sub("", text)
    cut = cut + "." if cut != text and text[len(cut) :].lstrip().startswith(".") else cut
    return re.sub(r"(?:\s*[.;,])*\s+\.$|\.\.$", ".", cut.strip(" ,;|"))
