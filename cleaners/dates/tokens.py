"""Cut a text into the tokens that dates are made of. The kinds of all tokens, one letter each, are what the grammar reads."""

import re
from functools import lru_cache
from typing import Any

import msgspec

from cleaners.dates.names import BETWEEN, MONTH, TO, Meaning, data, fold, names, words

# One character for another, so that places in the text stay: raised digits, full-width signs, hyphens that are typed as such.
_LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹／．：－‐‑−，；（）［］｜〜～", "0123456789/.:----,;()[]|~~")
# Signs that belong to words though Python counts them as no letters: accents, vowels of the scripts of India and beyond, joiners.
SIGN = r"(?!\d)[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u200c\u200d\u0900-\u109f\u1780-\u17d3]"
WORD = rf"[^\W\d_]+(?:{SIGN}[^\W\d_]*)*"
# A date in digits is no part of a longer row of numbers.
_BEFORE, _AFTER = r"(?<!\d)(?<!\d[-/.])", r"(?!\d|[-.]\d)"
# But of a period of days, "12-14.05.2020".
_SPANNED = r"(?:(?<=\b\d-)|(?<=\b\d\d-))(?=\d{1,2}\.)"
_HAN = "〇一二三四五六七八九"
_HAN_DIGITS = str.maketrans(_HAN + "零○", "012345678900")
_FEW = rf"(?:\d{{1,2}}|[{_HAN}]?十[{_HAN}]?|[{_HAN}])"
_TOKEN = rf"""
      (?P<space> \s+ )
    | (?P<opaque> https?://\S+ | www\.\S+ | \b10\.\d{{4,9}}/\S+?(?=[A-Z][a-z]{{4}}|[\s;,]|$) | (?i:\b[ep]?-?issn\b)\W{{0,4}}\d{{4}}-\d{{3}}[\dX] )
    | (?P<han> [{_HAN}零○]{{4}}年(?!代) (?: {_FEW}月 (?: {_FEW}[日号號] )? )? )
    | (?P<era> (?:ERAS)\s?(?:元|\d{{3}}|[{_HAN}]{{3}}|{_FEW})\s?(?:年(?!代)度?|[./-](?=\s?\d)) (?: \s?{_FEW}\s?[月./-] (?: \s?{_FEW}日?(?!\d) )? )? )
    | (?P<quarter> (?<![^\W\d])(?:Q[1-4]|H[12])\b | (?<!\w)(?:[1-4]Q|[12]H)\b )
    | (?P<counted> (?<![\d第.])\d{{1,4}}\s?[年년月월日号號일]度? )
    | (?P<thang> (?i:\btháng)\s\d{{1,2}}(?!\d) )
    | (?P<ymd> (?<!\d)(?<!\d[-.]) \d{{4}}\s?(?P<s1>[-/.–])\s?\d{{1,2}}\s?(?P=s1)\s?\d{{1,2}} {_AFTER} )
    | (?P<dmy> (?:{_BEFORE}|{_SPANNED}) \d{{1,2}}\s?(?P<s2>[-/.])\s?\d{{1,2}}\s?(?P=s2)\s?(?:\d{{4}}|\d{{2}}) {_AFTER} )
    | (?P<ym> {_BEFORE} \d{{4}}[-/.–]\d{{1,2}} (?!\d|[-./:]\d) )
    | (?P<my> {_BEFORE} (?:0?\d|1[0-2])[-/.]\d{{4}} (?!\d|[-./]\d) )
    | (?P<basic> (?<![\w.-])(?:(?:\d{{14}}|\d{{12}}|\d{{8}}|\d{{6}})(?![\w-]) | \d{{8}}(?=T\d{{4}})) )
    | (?P<time> (?<!\d)\d{{1,2}}[:h]\d{{2}}(?::\d{{2}}(?:[.,]\d{{1,9}})?)?(?!\d) )
    | (?P<number> \d+ )
    | (?P<word> [ก-ฺเ-๎ກ-ຽເ-ໍ]+(?:\.[ก-ฺเ-๎ກ-ຽເ-ໍ]+)* | {WORD} )
    | (?P<mark> . )
    """
_MARKS = {mark: mark for mark in ".,/()[];:&"} | dict.fromkeys("-–—~", "-") | dict.fromkeys("|·•", "|") | dict.fromkeys("'’", "'")
# EDTF's numbers of quarters and half-years follow these.
_BEFORE_FIRST = {4: 32, 2: 39}
_UNITS = {"年": "Y", "년": "Y", "月": "M", "월": "M"}
_ROMAN = {numeral: number for number, numeral in enumerate(["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"], 1)}
# Of the languages that give one name to different months, those that write a point after the day.
_POINTED = frozenset(["hr", "cs"])
_LAST_CAPITAL = re.compile(r"(?<=[^\W\d_A-ZÀ-Þ])[A-ZÀ-Þ][^\W\d_A-ZÀ-Þ]+$")
_DIGITS, _HAN_NUMERAL = re.compile(r"\d+"), re.compile(rf"[{_HAN}]?十[{_HAN}]?|[{_HAN}零○]+")
_PHRASE = re.compile(rf"{WORD}(?:[ \u00a0]{WORD}){{0,2}}")


class Token(msgspec.Struct, frozen=True, gc=False):
    """A piece of the text, with what it counts or names.

    ``kind`` is one letter: ``Y`` year, ``M`` month, ``D`` number up to 31, ``S`` division of the year, ``P`` date in digits,
    ``R`` Roman numeral, ``v`` other number of two digits, ``n`` other number, ``t`` time of day, ``o`` ordinal ending, ``f`` word
    inside dates, ``r`` word between two ends, ``&`` "and", ``b`` "between", ``p`` "present", ``w`` other word, ``x`` identifier or
    address, ``-`` any dash; marks are themselves.
    """

    kind: str
    start: int
    end: int
    value: Any = None


class Numeric(msgspec.Struct, frozen=True):
    """A date in digits: its form (ymd, dmy, ym, my, basic), its separator and its parts as written."""

    form: str
    separator: str
    parts: tuple[str, ...]


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    eras = "|".join(data()["eras"])
    return re.compile(_TOKEN.replace("ERAS", eras), re.VERBOSE | re.DOTALL)


def level(text: str) -> str:
    """The text with one form for each sign; every character keeps its place."""
    return text.translate(_LEVEL)


def tokenise(text: str, languages: frozenset[str] = frozenset()) -> list[Token]:
    """The tokens of a levelled text, in order and without a gap between them; the languages choose between the meanings of a name."""
    pattern, tokens, place = _pattern(), list[Token](), 0
    while match := pattern.match(text, place):
        group, start, place = match.lastgroup, place, match.end()
        if group == "space":
            tokens.append(Token(" ", start, place))
        elif group == "mark":
            tokens.append(Token(_MARKS.get(text[start], "z"), start, place))
        elif group == "number":
            tokens.append(_number(text, match[0], start, tokens))
        elif group == "word":
            place = _add_word(text, match[0], start, tokens, languages)
        else:
            tokens.append(_composed(str(group), match, start, place))
    return tokens


def _add_word(text: str, word: str, start: int, tokens: list[Token], languages: frozenset[str]) -> int:
    """Add the token or tokens of a word, or of a name of several words that it begins; returns where that ends."""
    meanings, folded = names().meanings, fold(word)
    if folded in names().heads and (phrase := _phrase(text, start, meanings)):
        word, folded = phrase, fold(phrase)
    end = start + len(word)
    if folded in words("ordinal") and _follows_number(tokens, hyphen=not word.isascii()):
        if tokens[-1].kind == "-":  # "2-й"
            start = tokens.pop().start
        tokens.append(Token("o", start, end))
        return end
    if folded in words("quarter") and _count_division(tokens, end, 4):
        return end
    if folded in words("half") and _count_division(tokens, end, 2):
        return end
    if folded in words("and") and any(token.kind == BETWEEN for token in tokens[-12:]):
        tokens.append(Token(TO, start, end))
        return end
    found = meanings.get(word) or (None if word in _ROMAN else meanings.get(folded))
    if found is None and (glued := _LAST_CAPITAL.search(word)) and (found := meanings.get(fold(glued[0]))):
        tokens.append(Token("w", start, start + glued.start()))  # "ReportSeptember 2018"
        start += glued.start()
    if found is None:
        tokens.append(Token("R", start, end, _ROMAN[word]) if word in _ROMAN else Token("w", start, end))
    elif found[0].kind == MONTH:
        tokens.append(Token("M", start, end, _narrowed(found, tokens, languages) if len(found) > 1 else found))
    else:
        tokens.append(Token(found[0].kind, start, end, found[0].number))
    return end


def _follows_number(tokens: list[Token], *, hyphen: bool) -> bool:
    """Whether the last token is a number, or a number and a point or hyphen, so that an ordinal ending may follow."""
    last = tokens[-2:]
    return bool(last) and (last[-1].kind in "DY" or (last[-1].kind in (".-" if hyphen else ".") and last[0].kind in "DY"))


def full_year(number: int, calendar: str = "gregorian") -> int:
    """The year that two digits stand for: pages are younger than the web, and few list what is older than 1931 in this way."""
    if calendar == "buddhist":
        return number + 2500
    return number + (2000 if number <= 30 else 1900)


def _number(text: str, digits: str, start: int, before: list[Token]) -> Token:
    end, number = start + len(digits), int(digits) if len(digits) <= 4 else -1
    if len(digits) == 4 and 1000 <= number < 2700:
        return Token("Y", start, end, number)
    if len(digits) > 2 or _is_glued(text, before) or _counts_issues(text, before):
        return Token("n", start, end, number)
    if len(digits) == 2 and before and before[-1].kind == "'" and (len(before) < 2 or before[-2].kind == " "):
        return Token("Y", start, end, full_year(number))
    return Token("D" if number <= 31 else "v", start, end, number)


def _is_glued(text: str, before: list[Token]) -> bool:
    """Whether one or two letters stand right before, as in "Issue D1 January 2013": the number is a piece of a name."""
    last = before[-1] if before else None
    if last is None or last.kind not in "wRf" or last.end - last.start > 2 or not text[last.start].isascii():
        return False
    return last.kind != "f" or text[last.start].isupper()


def _counts_issues(text: str, before: list[Token]) -> bool:
    """Whether the number behind these tokens is an issue's, as the 1 of "Vol. 39 No. 1 January 2023" and the 6 of "Volumes 5-6"."""
    if [token.kind for token in before[-2:]] == ["n", "-"]:
        return True
    i = len(before) - 1
    while i >= 0 and before[i].kind in " .":
        i -= 1
    name = text[before[i].start : before[i].end] if i >= 0 and before[i].kind in "wzf" else ""
    return (len(name) > 1 or name in ("#", "№")) and fold(name) in words("issue")


def _narrowed(found: tuple[Meaning, ...], before: list[Token], languages: frozenset[str]) -> tuple[Meaning, ...]:
    """Of a month's meanings those of the languages; else of those that write a point, or none, after the day, as the text does:
    Polish 5 listopada, Croatian 5. listopada."""
    if known := tuple(m for m in found if m.languages & languages):
        return known
    kinds = "".join(token.kind for token in before[-3:]).rstrip()
    pointed = kinds.endswith("D.")
    if not pointed and not kinds.endswith("D"):
        return found
    return tuple(m for m in found if (m.languages & _POINTED if pointed else m.languages - _POINTED)) or found


def _phrase(text: str, start: int, meanings: dict[str, tuple[Meaning, ...]]) -> str | None:
    """The longest name of several words that begins here."""
    match = _PHRASE.match(text, start)
    phrase = match[0] if match else ""
    while " " in phrase.replace("\u00a0", " "):
        if fold(phrase.replace("\u00a0", " ")) in meanings:
            return phrase
        phrase = phrase[: max(phrase.rfind(" "), phrase.rfind("\u00a0"))]
    return None


def _count_division(tokens: list[Token], end: int, parts: int) -> bool:
    """Make one token of a number and the word "quarter" or "half" behind it; whether there is such a number."""
    i = len(tokens) - 1
    while i > 0 and tokens[i].kind in " .o":
        i -= 1
    if i < 0 or tokens[i].kind not in "DR" or not 1 <= tokens[i].value <= parts:
        return False
    tokens[i:] = [Token("S", tokens[i].start, end, _BEFORE_FIRST[parts] + tokens[i].value)]
    return True


def _composed(group: str, match: re.Match[str], start: int, end: int) -> Token:
    """The token of a form that the pattern knows as a whole."""
    text = match[0]
    if group in ("ymd", "dmy", "ym", "my", "basic"):
        parts = tuple(_DIGITS.findall(text))
        separator = match["s1"] or match["s2"] or text.strip("0123456789")[:1]
        return Token("P", start, end, Numeric(group, separator, parts))
    if group == "quarter":
        return Token("S", start, end, _BEFORE_FIRST[4 if "Q" in text else 2] + int(text.strip("QH")))
    if group == "thang":
        return Token("M", start, end, (Meaning(MONTH, int(_DIGITS.findall(text)[0])),))
    if group == "counted":
        return _counted(int(_DIGITS.findall(text)[0]), text, start, end)
    if group in ("han", "era"):
        before = next((year for era, year in data()["eras"].items() if text.startswith(era)), 0)
        number, *rest = _DIGITS.findall(_HAN_NUMERAL.sub(lambda numeral: _han_number(numeral[0]), text.replace("元", "1")))
        year = before + int(number)
        return Token("P", start, end, Numeric("ymd", "", (str(year), *rest, "0")[:3])) if rest else Token("Y", start, end, year)
    return Token("t" if group == "time" else "x", start, end)


def _counted(number: int, text: str, start: int, end: int) -> Token:
    kind = next((kind for unit, kind in _UNITS.items() if unit in text), "D")
    if kind == "Y" and 1000 <= number < 2700:
        return Token("Y", start, end, number)
    if kind == "M" and 1 <= number <= 12:
        return Token("M", start, end, (Meaning(MONTH, number),))
    return Token("D", start, end, number) if kind == "D" and 1 <= number <= 31 else Token("n", start, end, number)


def _han_number(numeral: str) -> str:
    """二〇二一 and 二十一 in digits."""
    digits = numeral.translate(_HAN_DIGITS)
    tens, ten, ones = digits.partition("十")
    return str(10 * int(tens or 1) + int(ones or 0)) if ten else digits
