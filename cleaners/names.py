"""Names of persons: split lists of authors, whatever their order and marks, and tell a name from other short lines."""

import re
from functools import lru_cache

from cleaners.beside import (
    has_own_dot,
    without_emails,
    without_et_al,
    without_joints,
    without_marks,
    without_more,
    without_orcids,
    without_parentheses,
    without_phrases,
)
from cleaners.identifiers import normalise_orcid
from cleaners.ledger import Person
from cleaners.lines import ends_in_country, is_prose, names_institution, remembered, serial_words, word_count
from cleaners.tables import read_table

_CJK_NAME = re.compile(r"^[一-鿿぀-ヿ가-힯々]{2,6}(?:[\s·・][一-鿿぀-ヿ가-힯々]{1,6})?$")
_CJK = re.compile(r"[一-鿿぀-ヿ가-힯]")
_LETTER = re.compile(r"[^\W\d_]")
_NAME_WORD = re.compile(r"^[^\W\d_][\w.'’`\-‐]*$")
_NO_NAME = re.compile(r"[\d@:/\\<>={}!?]")
_INITIALS = re.compile(r"^(?:[A-ZÀ-Þ]\.?[-‐]?){1,4}$")
_HARD = re.compile(r"[;•·|/\n、，；]")
_AND = re.compile(r",?\s+(?:and|und|et|y|e|og|och|en|i|и|&)\s+|\s*&\s*")
_CONJUNCTIONS = frozenset(("and", "und", "et", "y", "e", "og", "och", "en", "i", "и"))
# What can stand between two names: a line without it is at most one.
BETWEEN = re.compile(r"[,;•·|&、，；]|\s(?:and|und|et|y|e|og|och|en|i|и)\s")
# Small words behind a name: "Rosa Hale equal contributor", "Otto Brand mail".
_SMALL_WORDS = re.compile(r"^((?:\S+\s+){1,5}?[A-ZÀ-Þ]\S+)\s+((?:[a-z]{2,}\s*){1,3})$")
# ", assistant professor, associate epidemiologist"
_POSITIONS = re.compile(r"(?:,\s+[a-z][^,;A-Z]{2,60})+$")
# "Phoenix, AZ, 85004" is no name.
_POSTCODE = re.compile(r"\d\d{4}(?<![\w-]\d{5})(?:-\d{4})?(?!\w)")
# A name with its marks, degrees and addresses; a longer line says more than a name.
_LONGEST_NAME = 160
# The longest list of authors that was seen in one string names about 3,000 people.
_LONGEST = 100_000
# With marks, degrees and addresses the longest value that named one person had 300 characters.
_LONGEST_PERSON = 2000


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    data = read_table("names")
    return {name: frozenset(words) for name, words in data.items()}


@lru_cache(maxsize=1)
def _byline() -> re.Pattern[str]:
    words = sorted(_lists()["byline"], key=len, reverse=True)
    spaced = (re.escape(w) + (r"\s+" if w[-1].isalpha() and w.isascii() else r"\s*") for w in words)
    return re.compile(r"^\s*(?:" + "|".join(spaced) + r")(?=\S)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _opener() -> re.Pattern[str]:
    words = "|".join(re.escape(w.rstrip(":：")) for w in sorted(_lists()["byline"], key=len, reverse=True))
    return re.compile(rf"^\s*(?P<words>(?i:{words}))(?:\s*(?P<colon>[:：])\s*|\s+|(?<=[a-z])(?=[A-ZÀ-Þ])|$)")


@lru_cache(maxsize=1)
def _position() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(_lists()["position"], key=len, reverse=True)))
    return re.compile(rf"(?:(?<=[a-zß-ÿ])(?=[A-Z])|(?<![^\W_]))(?i:{words})(?![^\W_])")


def signed(text: str) -> tuple[str, str]:
    """What introduces a name, case-folded ("written by", "author:"), and what stands behind it; two empty texts where nothing does."""
    found = _opener().match(text)
    if found is None:
        return "", ""
    opener, rest = found["words"].casefold(), text[found.end() :].strip()
    colon = found["colon"] is not None or not rest
    # "Author Rosa Hale" may be a heading; "by Rosa Hale" needs no colon.
    if not colon and f"{opener}:" in _lists()["byline"] and opener not in _lists()["byline"]:
        return "", ""
    return opener + ":" * (colon and opener != "by" and " " not in opener), rest


def is_team(text: str) -> bool:
    """Whether a line names the staff of something: "Podium Staff", "The Acme Team"."""
    words = text.split()
    if not 2 <= len(words) <= 5 or is_generic_author(text) or not all(w[:1].isupper() for w in words[:-1]):
        return False
    return words[0].casefold() in _lists()["staff"] or words[-1].casefold() in _lists()["staff"]


def leading_name(text: str) -> str:
    """The words in capitals that a text begins with, up to what the person is or does there: "Rosa HaleSenior Editor at Acme"."""
    position = None if is_team(text) else _position().search(text)
    words: list[str] = []
    for word in text[: position.start() if position else None].split():
        small = word[:1].islower() and word.isascii() and word.casefold() not in _lists()["particle"] | {"the"}
        if small or (words and word[:1].isdigit()):
            break
        words.append(word)
    while words and words[-1].islower():
        words.pop()
    name = " ".join(words)
    return name if has_own_dot(name) else name.strip(" ,.;:-–—")


def is_generic_author(name: str) -> bool:
    """Whether a site signs so where it names no person ("Admin", "Die Redaktion"), or the value is an address."""
    plain = " ".join(name.casefold().split()).strip(" .,")
    return not plain or plain in _lists()["generic"] or "http" in plain or "@" in plain or "{{" in plain or "/" in plain


@remembered
def person(text: str) -> Person | None:
    """One name, given name first, without marks, degrees and addresses; `None` where nothing is left."""
    if len(text) > _LONGEST_PERSON:
        return None
    orcid = normalise_orcid(text)
    plain = without_et_al(without_orcids(without_emails(text)))
    plain = without_parentheses(plain, " ")
    plain = without_marks(" ".join(plain.split()))
    # In "Brandt E." it is rather the list's: other marks in the name show that it has dots.
    dot = "." if has_own_dot(plain) and (plain.endswith("r.") or "," in plain or "." in plain[:-1]) else ""
    words = [w for w in (plain.strip(" .,;:*†‡§") + dot).split(" ") if w]
    lists = _lists()
    while len(words) > 1 and words[0].casefold().strip(",") in lists["degree"]:
        words.pop(0)
    while len(words) > 1 and _is_degree(words[-1]):
        if len(words) == 2 and _INITIALS.match(words[-1].strip(",")):
            break
        words.pop()
    plain = " ".join(words).strip(" ,;")
    if not plain or not _LETTER.search(plain):
        return None
    if "," in plain:
        return _inverted(plain, orcid)
    return _ordered(plain, orcid)


def _is_degree(word: str) -> bool:
    """Whether a last word is a degree as degrees are written, not a name that reads alike ("Do", "Ma")."""
    written = word.isupper() or "." in word or word in ("PhD", "MSc", "BSc", "DPhil", "PharmD")
    return written and word.strip(",.").casefold() in _lists()["degree"]


def has_degree(text: str) -> bool:
    """Whether a line is one person's name with degrees behind it: "Rosa M. Hale, PhD, MSc"."""
    name, *rest = (piece.strip() for piece in text.split(","))
    return any(map(_is_degree, rest)) and looks_like_person(name)


def _inverted(text: str, orcid: str | None) -> Person:
    """ "Family, Given" or "Given Family, Jr"."""
    family, _, rest = (p.strip() for p in text.partition(","))
    given, _, suffix = (p.strip() for p in rest.partition(","))
    if given.casefold() in _lists()["suffix"]:
        return Person(name=f"{family} {given}", orcid=orcid)
    if not given:
        return Person(name=family, orcid=orcid)
    name = f"{given} {family}" + (f" {suffix}" if suffix.casefold() in _lists()["suffix"] else "")
    return Person(name=name, given=given, family=family, orcid=orcid)


def _ordered(text: str, orcid: str | None) -> Person:
    words = text.split(" ")
    if len(words) == 1 or _CJK_NAME.match(text):
        return Person(name=text, orcid=orcid)
    if _INITIALS.match(words[-1]) and len(words[-1].replace(".", "")) <= 3 and not _INITIALS.match(words[0]):
        # "Smith JA": family name first, as PubMed prints it.
        return Person(name=text, given=words[-1], family=" ".join(words[:-1]), orcid=orcid)
    return Person(name=text, orcid=orcid)


def split_authors(text: str) -> list[Person]:
    """The persons of a list of authors, in order. Anything that is no name is left out."""
    return _split(_names_alone(text[:_LONGEST]))


def _names_alone(text: str) -> str:
    """A list of names without what sites write among them."""
    return without_more(without_orcids(without_phrases(text, "; "), "; "), "; ")


def _split(text: str) -> list[Person]:
    text = without_et_al(_byline().sub("", text.strip("; ")))
    people: list[Person] = []
    pieces = [p for p in (without_joints(piece.strip()) for piece in _HARD.split(text)) if p.strip() and not _POSTCODE.search(p)]
    families = [family for family, _, given in (p.strip(" ,").partition(",") for p in pieces) if given and "," not in given]
    inverted = 1 < len(pieces) == len(families) and any(" " not in family for family in families)
    for piece in pieces:
        people.extend(_by_commas(piece, alone=len(pieces) > 1, inverted=inverted))
    return people


def _by_commas(text: str, *, alone: bool, inverted: bool) -> list[Person]:
    """Names of one piece: "Smith, John" where pieces are single names, else names between commas.

    ``inverted`` says that all pieces are so: "Smith, John; García Ruiz, Ana".
    """
    chunks = [c for part in _conjoined(text) for c in part.split(",")]
    chunks = [c for c in (_clean(c) for c in chunks) if c]
    if not chunks:
        return []
    lists = _lists()
    joined: list[str] = []
    for chunk in chunks:
        folded = chunk.casefold()
        if joined and (folded in lists["suffix"]):
            joined[-1] += f" {chunk}"
        elif joined and folded.replace(" ", "") in lists["degree"]:
            continue
        else:
            joined.append(chunk)
    if len(joined) >= 2 and len(joined) % 2 == 0 and ((inverted and len(joined) == 2) or _pairs(joined, alone)):
        joined = [f"{joined[i]}, {joined[i + 1]}" for i in range(0, len(joined), 2)]
    return [p for p in map(person, joined) if p is not None and _is_name(p.name)]


def _conjoined(text: str) -> list[str]:
    """The parts between "and" and its like, which is no conjunction where it joins two family names: "Lucio Ortega y Vega"."""
    if "&" not in text and _CONJUNCTIONS.isdisjoint(text.split()):
        return [text]
    parts: list[str] = []
    start = 0
    for joint in _AND.finditer(text):
        before, after = text[start : joint.start()].split(",")[-1].split(), text[joint.end() :].split(",")[0].split()
        # The Spanish and Catalan one stands between two whole names and before the last of a list only.
        single = joint[0].strip(" ,") in ("y", "e", "i")
        if single and ((len(before) == 1) != (len(after) == 1) or "," in text[joint.end() :]):
            continue
        parts.append(text[start : joint.start()])
        start = joint.end()
    return [*parts, text[start:]]


def _pairs(chunks: list[str], alone: bool) -> bool:
    """Whether chunks are "Family", "Given" in turn: every second one is initials, or each is a single word."""
    givens, families = chunks[1::2], chunks[0::2]
    if all(_INITIALS.match(g.replace(" ", "")) for g in givens) and not any(" " in f and _INITIALS.match(f.split(" ")[-1]) for f in families):
        return True
    if any(len(f.split(" ")) > 2 and f.split(" ")[0].casefold() not in _lists()["particle"] for f in families):
        return False
    single = all(" " not in f or f.split(" ")[0].casefold() in _lists()["particle"] for f in families)
    return single and (alone or len(chunks) == 2 or all(" " not in f for f in families))


def _clean(chunk: str) -> str:
    chunk = without_phrases(without_parentheses(without_emails(chunk))).strip()
    small = _SMALL_WORDS.match(chunk)
    if small and not _lists()["particle"].intersection(small[2].split()):
        chunk = small[1]
    return without_marks(chunk).strip(" .:*†‡§¶#✉") + ("." if has_own_dot(chunk.strip()) else "")


def _is_name(text: str) -> bool:
    """Whether a piece of a list of authors can be a name: few words, capitals, no digits."""
    if not text.isascii() and _CJK.search(text):
        return bool(_CJK_NAME.match(text))
    words = text.split(" ")
    if not 1 <= len(words) <= 8 or len(text) > 80 or _NO_NAME.search(text):
        return False
    lists = _lists()
    if any(w.casefold().strip(".,") in lists["not_person"] for w in words):
        return False
    core = [w for w in words if w.casefold().strip("'’") not in lists["particle"]]
    return bool(core) and all(not w[0].isalpha() or w[0].isupper() or not w.isascii() or "'" in w or "’" in w or "-" in w for w in core)


def _small(text: str) -> int:
    """How many characters of a line without brackets stand in words of small letters only, which no name has but particles."""
    if "(" in text or "[" in text:
        return 0
    particles = _lists()["particle"]
    return sum(len(w) for w in text.split() if w.islower() and w.isascii() and w.isalpha() and w not in particles)


@remembered
def is_author_line(text: str) -> bool:
    """Whether a line is nothing but names of persons, at least two. Their addresses are no matter."""
    text = _names_alone(without_emails(text, "; "))
    if len(text) > 3000 or not BETWEEN.search(text) or word_count(text) < 3 or names_institution(text) or (is_prose(text) and text.count(",") < 3):
        return False
    if 2 * _small(text) > len(text):  # so would the names be too short; to split a title or a sentence takes ten times as long
        return False
    people = _split(text)
    # One word may be a name as well, but a line of single words is a menu or a list of keywords.
    whole = sum(" " in p.name or bool(_CJK_NAME.match(p.name)) for p in people)
    return len(people) >= 2 and 2 * whole > len(people) and sum(len(p.name) for p in people) >= 0.5 * len(text)


@remembered
def looks_like_person(text: str) -> bool:
    """Whether a line is one person's name: two to five capitalised words, none of them a word of pages."""
    if len(text) > _LONGEST_NAME or text.rstrip().endswith(":") or ("," in text and ends_in_country(text)):
        return False
    plain = _byline().sub("", text).strip(" ,;")
    plain = without_joints(_clean(_POSITIONS.sub("", plain) if "," in plain else plain))
    found = person(plain)
    # Between commas stand the parts of one name, or a list, or a place.
    if found is None or ("," in plain and len(split_authors(plain)) > 1):
        return False
    name = found.name
    if _CJK_NAME.match(name):
        return 2 <= len(name) <= 4 or " " in name or "·" in name
    words = name.split(" ")
    if not 2 <= len(words) <= 6 or not _is_name(name) or len(plain) > len(name) + 60:
        return False
    lists = _lists()
    serial = serial_words(" ".join(words[words[0].casefold() in lists["given"] :]))
    if serial or names_institution(name):
        return False
    long = [w for w in words if len(w.strip(".")) > 1]
    return bool(long) and not (all(w.isupper() for w in long) and len(long) > 2) and all(_NAME_WORD.match(w) for w in words)
