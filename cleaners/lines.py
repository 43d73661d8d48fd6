"""What kind of text a line is, from its own words alone: prose, an affiliation, a serial's title, a citation."""

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from itertools import pairwise
from typing import TypeVar

from cleaners.addresses import find_url, has_mail
from cleaners.patterns import Sieve
from cleaners.tables import read_table

T = TypeVar("T")

_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*", re.UNICODE)
# What stands behind "Journal" and its like in the name of one.
_OF = frozenset(("of", "on", "for", "in", "de", "del", "des", "der", "für", "di", "da", "do"))
_ASCII_MARKS = {i: None for i in range(128) if not chr(i).isalnum()}
# Longer texts would fill the memory of a cache.
_REMEMBERED, _MOST_REMEMBERED = 2000, 4096
_FIRST_WORDS = 400
_CJK = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’»)\]]*\s*(?:\[?\d[\d,–-]*\]?)?$")
# "Gut 2013;62:1–10", "28 (22): 2891-2897", "Vol. 12, No. 3", "12(3), 45-67", "pp. 1-9"
_LOCATOR = Sieve(
    r"\b(?:19|20)\d\d\b[^.]{0,20};\s*\d+|\b\d+\s?\(\d+(?:[-–]\d+)?\)\s?[:,]\s?(?:pp?\.?\s?)?[A-Za-z]?\d+|\bvol(?:ume)?\.?\s*\d+|\bp(?:p|ages?)?\.?\s?\d+\s?[-–]\s?\d+"
    r"|\bissue\s*\d+|\bno\.\s*\d+|第\s*\d+\s*[卷期号巻]|№\s?\d|\bband\s*\d+|\bheft\s*\d+|\btom[eo]?\s*\d+|\b\d{4}\s?[,;]\s?\d+\s?\(\d+\)"
    r"|\b\d+\s?\(\d+\)\s?[-–]\s?p|\b\d{1,4},\s?\d{1,7}(?:[-–]\d{1,7})?\s?[(;]|\b\d{1,3}\s?:\s?e\d+"
)
_DIGIT = re.compile(r"\d")
_CAPTION = re.compile(
    r"^(?:supplementa(?:ry|l)\s)?(?:fig(?:ure|ura|\.)?|tab(?:le|elle|leau|la|ela|\.)?|abb(?:ildung)?|scheme|chart|photo|рис(?:унок|\.)?|табл(?:ица|\.)?"
    r"|图|圖|図|表)\.?\s*[A-Z]?\d{1,3}\b",
    re.IGNORECASE,
)
# Folded, shorter lines are repeated by chance; shorter titles stand by chance in lines that say more than them.
TELLING = 12
TELLING_TITLE = 20


def remembered(function: Callable[[str], T]) -> Callable[[str], T]:
    """The function with its last answers for short texts kept: each step asks the same of the same lines."""
    known = lru_cache(maxsize=_MOST_REMEMBERED)(function)

    @wraps(function)
    def ask(text: str) -> T:
        return known(text) if len(text) <= _REMEMBERED else function(text)

    return ask


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    data = read_table("words")
    return {name: frozenset(words) for name, words in data.items()}


@lru_cache(maxsize=2048)
def words(text: str) -> tuple[str, ...]:
    """The words of a text, case-folded, inner dots and hyphens kept."""
    return tuple(w.casefold() for w in _WORD.findall(text))


def word_count(text: str) -> int:
    """Words in a text; where a script has no spaces, two characters count as one word."""
    spaces = text.count(" ")
    cjk = 0 if text.isascii() else len(_CJK.findall(text))
    return spaces + 1 if cjk < 5 else cjk // 2 + spaces


def is_cjk(text: str) -> bool:
    """Whether the text starts in a script that sets no spaces between words."""
    return bool(_CJK.match(text))


def ends_sentence(text: str) -> bool:
    """Whether the text ends as sentences do."""
    return bool(_SENTENCE_END.search(text[-40:]))


@remembered
def is_prose(text: str) -> bool:
    """Whether the text reads as sentences rather than as a name, a label or a list of either.

    12 words and a word that only sentences use, or three times as many words as that and an end of sentence.
    """
    count = word_count(text)
    if count < 12:
        return False
    if not text.isascii() and _CJK.search(text):
        return count >= 20
    function, enough = _lists()["function"], max(1, min(count, 300) // 60)
    # Prose shows them soon, and most between spaces: 53 µs for a text, now 19.
    if sum(map(function.__contains__, text[:_FIRST_WORDS].casefold().split())) >= enough:
        return True
    return sum(map(function.__contains__, words(text[:2000]))) >= enough or (count >= 36 and ends_sentence(text))


def is_affiliation(text: str) -> bool:
    """Whether the text names an institution, as an affiliation line does."""
    if not 8 <= len(text) <= 600 or (is_prose(text) and text.count(",") < 3):
        return False
    found = words(text)
    if not names_institution(text):
        return ends_in_country(text) and text.count(",") >= 1 and len(found) >= 3
    # "Review of Settlement and Society" has such a word and is a serial; with a comma it is one where volume and pages follow.
    if not _lists()["serial_kind"].isdisjoint(found) and ("," not in text or has_locator(text)):
        return False
    named = {w.rstrip(".") for w in found} & _lists()["institution"]
    if named and named <= _lists()["weak_institution"] and ("," not in text or not any(w.casefold() in named and w[0].isupper() for w in _WORD.findall(text))):
        return False
    # A title may hold such a word as well ("School size and ..."); an address has commas or names few things.
    return "," in text or ";" in text or ends_in_country(text) or len(found) <= 8


def names_institution(text: str) -> bool:
    """Whether a word of the text is one that institutions are named with."""
    institution = _lists()["institution"]
    if _CJK.search(text):
        return any(w in text for w in institution if _CJK.match(w))
    return any(w.rstrip(".") in institution for w in words(text))


def ends_in_country(text: str) -> bool:
    """Whether the last part between commas is a country, with or without a postal code."""
    tail = re.split(r"[,;]", text)[-1].strip(" .").casefold()
    return tail in _lists()["country"] or re.sub(r"[\d\s-]+$|^[\d\s-]+", "", tail).strip() in _lists()["country"]


@remembered
def has_locator(text: str) -> bool:
    """Whether the text holds the volume, issue or pages of a citation."""
    return bool(_DIGIT.search(text) and _LOCATOR.search(text[:1000]))


def is_caption(text: str) -> bool:
    """Whether the text is the numbered caption of a figure or a table."""
    return bool(_CAPTION.match(text))


def is_serial_like(text: str) -> bool:
    """Whether the text can be the title of a serial: short, no sentence, capitals at its words."""
    if not 2 <= len(text) <= 150 or (ends_sentence(text) and not text.endswith(".")) or has_mail(text) or find_url(text):
        return False
    found = _WORD.findall(text)
    if not found or len(found) > 16 or text.count(",") > 3 or any(c.isdigit() for c in text):
        return False
    return all(w[0].isupper() or not w.isascii() for w in found if len(w) > 3) or found[0][0].isupper()


def serial_score(text: str) -> int:
    """How many words of serials' titles the text has."""
    serial = _lists()["serial"]
    return sum(w in serial or w.rstrip(".") in serial for w in words(text))


def names_serial(text: str) -> bool:
    """Whether the text says that it is a serial: "Journal of …", "Proceedings of …", "Revista de …"."""
    kinds, found = _lists()["serial_kind"], words(text)
    return any(word in kinds and behind in _OF for word, behind in pairwise(found))


def serial_words(text: str) -> int:
    """The same without words of one or two letters, which may be initials."""
    serial = _lists()["serial"]
    return sum(len(w) > 2 and w.rstrip(".") in serial for w in words(text))


def names_no_container(text: str) -> bool:
    """Whether the text is a kind of article, or a site that shows articles of many journals."""
    plain = " ".join(text.casefold().split())
    return plain in _lists()["platform"] or plain in _lists()["article_type"]


def speaks_to_reader(text: str) -> bool:
    """Whether the text addresses who reads the page, as notices of sites do."""
    return not _lists()["reader"].isdisjoint(words(text))


def is_title_case(text: str) -> bool:
    """Whether most longer words start with a capital."""
    long = [w for w in _WORD.findall(text) if len(w) > 3]
    return bool(long) and sum(w[0].isupper() for w in long) >= 0.7 * len(long)


def fold(text: str) -> str:
    """A key for comparing texts: letters and digits only, case-folded."""
    folded = text.casefold()
    return folded.translate(_ASCII_MARKS) if folded.isascii() else "".join(filter(str.isalnum, folded))
