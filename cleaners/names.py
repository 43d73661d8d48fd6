"""Names of persons: split lists of authors, whatever their order and marks, and tell a name from other short lines."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from cleaners.identifiers import normalise_orcid
from cleaners.ledger import Person
from cleaners.lines import ends_in_country, is_prose, names_institution, remembered, serial_words, word_count

_CJK_NAME = re.compile(r"^[一-鿿぀-ヿ가-힯々]{2,6}(?:[\s·・][一-鿿぀-ヿ가-힯々]{1,6})?$")
_CJK = re.compile(r"[一-鿿぀-ヿ가-힯]")
_LETTER = r"[^\W\d_]"
_INITIALS = re.compile(r"^(?:[A-ZÀ-Þ]\.?[-‐]?){1,4}$")
_TRAILING = re.compile(r"(?:[\s,]*+(?:\d{1,3}+|[*†‡§¶#∗⁎‖✉∥⊥&]|\((?:\d{1,2}|[a-z])\)|\[\d{1,2}\]|[¹²³⁴⁵⁶⁷⁸⁹⁰ᵃᵇᶜᵈ]+))++[\s,]*$")
_LONE_MARK = re.compile(r"(?<=[^\W\d_]{2})[\s,]+[a-z](?:\s*,\s*[a-z])*$")
_PARENTHESES = re.compile(r"\s*[(\[][^()\[\]]{0,80}[)\]]")
_ORCID_URL = re.compile(r"\(?\s*(?:https?://)?(?:www\.)?orcid\.org/[\dX-]+\s*\)?|\borcid(?:\s*id)?\b:?(?:\s*(?:icon|logo|[\dX]{4}-[\dX-]+))?", re.IGNORECASE)
# Tried where a word begins only: from each letter of a word it would be quadratic.
_EMAIL = re.compile(r"(?<!\S)\S+@\S+|\bmailto:\S+")
_HARD = re.compile(r"\s*[;•·|/\n]\s*|\s*、\s*|\s*，\s*|\s*；\s*")
_AND = re.compile(r",?\s+(?:and|und|et|y|e|og|och|en|i|и|&)\s+|\s*&\s*")
# What can stand between two names: a line without it is at most one.
BETWEEN = re.compile(r"[,;•·|&、，；]|\s(?:and|und|et|y|e|og|och|en|i|и)\s")
_ET_AL = re.compile(r",?\s*(?:\bet\s+al\.?|\band others|\bu\.\s?a\.|\.\.\.|…)\s*$", re.IGNORECASE)
# "and" whose other side is another line, and small words behind a name: "Rosa Hale equal contributor", "Otto Brand mail".
_LEFT_OVER = re.compile(r"^\s*(?:(?:and|und|et)\s+(?!al\b)|&\s*)|(?:^|(?<=[\s,]))(?:and|und|et|&)\s*$|\s*&\s*$")
_SMALL_WORDS = re.compile(r"^((?:\S+\s+){1,5}?[A-ZÀ-Þ]\S+)\s+((?:[a-z]{2,}\s*){1,3})$")
# ", assistant professor, associate epidemiologist"
_POSITIONS = re.compile(r"(?:,\s+[a-z][^,;A-Z]{2,60})+$")
# "+12 authors", "-3", "[...]" for names that are folded away.
_MORE = re.compile(r"(?<=[\s,])[+−-]\d+(?:\s+(?:more|other|others|authors?))*(?!\w)|\[(?:\.\.\.|…)\]")
# A dot at the end that may be the name's own: behind an initial or a suffix.
_OWN_DOT = re.compile(r"\b(?:[^\W\d_a-zß-ÿа-я]|Jr|Sr)\.$")
# "Phoenix, AZ, 85004" is no name.
_POSTCODE = re.compile(r"(?<![\w-])\d{5}(?:-\d{4})?(?!\w)")
# A name with its marks, degrees and addresses; a longer line says more than a name.
_LONGEST_NAME = 160
# The longest list of authors that was seen in one string names about 3,000 people.
_LONGEST = 100_000
# With marks, degrees and addresses the longest value that named one person had 300 characters.
_LONGEST_PERSON = 2000


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    data = tomllib.loads(files("cleaners").joinpath("names.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in data.items()}


@lru_cache(maxsize=1)
def _byline() -> re.Pattern[str]:
    words = sorted(_lists()["byline"], key=len, reverse=True)
    spaced = (re.escape(w) + (r"\s+" if w[-1].isalpha() and w.isascii() else r"\s*") for w in words)
    return re.compile(r"^\s*(?:" + "|".join(spaced) + r")(?=\S)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _beside() -> re.Pattern[str]:
    """What sites write behind a name, with a space or glued to it: "Rosa HaleEmail author"."""
    words = "|".join(re.escape(w).replace("\\#", r"\d+") for w in sorted(_lists()["beside"], key=len, reverse=True))
    return re.compile(rf"(?:(?<=[a-zß-ÿ])(?=[A-Z])|(?<=[\s,;)])|^)(?:{words})(?:[\s,;.]+|$|(?<=[a-z])(?-i:(?=[A-ZÀ-Þ])))", re.IGNORECASE)


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
    return name if _OWN_DOT.search(name) else name.strip(" ,.;:-–—")


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
    plain = _ET_AL.sub("", _ORCID_URL.sub(" ", _EMAIL.sub(" ", text)))
    plain = _PARENTHESES.sub(" ", plain).replace("\u00a0", " ")
    plain = _LONE_MARK.sub("", _TRAILING.sub("", " ".join(plain.split())))
    # In "Brandt E." it is rather the list's: other marks in the name show that it has dots.
    dot = "." if _OWN_DOT.search(plain) and (plain.endswith("r.") or "," in plain or "." in plain[:-1]) else ""
    words = [w for w in (plain.strip(" .,;:*†‡§") + dot).split(" ") if w]
    lists = _lists()
    while len(words) > 1 and words[0].casefold().strip(",") in lists["degree"]:
        words.pop(0)
    while len(words) > 1 and _is_degree(words[-1]):
        if len(words) == 2 and _INITIALS.match(words[-1].strip(",")):
            break
        words.pop()
    plain = " ".join(words).strip(" ,;")
    if not plain or not re.search(_LETTER, plain):
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
    return _MORE.sub("; ", _ORCID_URL.sub("; ", _beside().sub("; ", text)))


def _split(text: str) -> list[Person]:
    text = _ET_AL.sub("", _byline().sub("", text.strip("; ")))
    people: list[Person] = []
    pieces = [p for p in (_LEFT_OVER.sub("", piece) for piece in _HARD.split(text)) if p.strip() and not _POSTCODE.search(p)]
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
    chunk = _beside().sub("", _PARENTHESES.sub("", _EMAIL.sub(" ", chunk))).strip()
    small = _SMALL_WORDS.match(chunk)
    if small and not _lists()["particle"].intersection(small[2].split()):
        chunk = small[1]
    return _LONE_MARK.sub("", _TRAILING.sub("", chunk)).strip(" .:*†‡§¶#✉") + ("." if _OWN_DOT.search(chunk.strip()) else "")


def _is_name(text: str) -> bool:
    """Whether a piece of a list of authors can be a name: few words, capitals, no digits."""
    if _CJK_NAME.match(text):
        return True
    if _CJK.search(text):
        return False
    words = text.split(" ")
    if not 1 <= len(words) <= 8 or len(text) > 80 or re.search(r"[\d@:/\\<>={}!?]", text):
        return False
    lists = _lists()
    if any(w.casefold().strip(".,") in lists["not_person"] for w in words):
        return False
    core = [w for w in words if w.casefold().strip("'’") not in lists["particle"]]
    return bool(core) and all(not w[0].isalpha() or w[0].isupper() or not w.isascii() or "'" in w or "’" in w or "-" in w for w in core)


@remembered
def is_author_line(text: str) -> bool:
    """Whether a line is nothing but names of persons, at least two. Their addresses are no matter."""
    text = _names_alone(_EMAIL.sub("; ", text))
    if len(text) > 3000 or not BETWEEN.search(text) or word_count(text) < 3 or names_institution(text) or (is_prose(text) and text.count(",") < 3):
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
    plain = _LEFT_OVER.sub("", _clean(_POSITIONS.sub("", _byline().sub("", text).strip(" ,;"))))
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
    if any(w.casefold().strip(".,") in lists["not_person"] for w in words) or serial or names_institution(name):
        return False
    long = [w for w in words if len(w.strip(".")) > 1]
    return bool(long) and not (all(w.isupper() for w in long) and len(long) > 2) and all(re.match(r"^[^\W\d_][\w.'’`\-‐]*$", w) for w in words)
