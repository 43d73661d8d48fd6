"""Numbers that may be years: which of them the text makes one, and the coarse forms (decades, centuries, years before Christ)."""

import re
from collections.abc import Iterator, Sequence

from cleaners.dates.edtf import Interval, Point, Value
from cleaners.dates.grammar import Found
from cleaners.dates.names import fold, words
from cleaners.dates.roles import LONGEST_OWNER, Label, owns, starting_in
from cleaners.dates.tokens import Token
from cleaners.dates.values import EARLIEST_BARE_YEAR, LATEST_BARE_YEAR

# Beyond this a text is no line about a date, and a number in it is a year only by its label.
_LONGEST_LINE = 150
_DECADE = re.compile(
    r"(?<![\w.,/-])(1[4-9]|20)(\d)0(?:['’]?s\b|[- ]?(?:er|es|ern|talet|tallet|luku|х|е|ые)\b|-?an\s|年代|년대)"
    r"|\b(?:années|años|anos|anni|anys|década de|décadas de|decennio|lata)\s(1[4-9]|20)(\d)0\b"
)
_UNKNOWN_DIGITS = re.compile(r"(?<![\w-])(?:(1[4-9]|20)(\d)[-–?](\?)?|(1[4-9]|20)(?:--|––|\?\?)(\?)?)(?![\w-])")
_CENTURY = re.compile(
    r"(?<![\w.])(?:(?P<digits>\d{1,2})(?:st|nd|rd|th|\.|e|è?me|º|-й|-го)?|(?P<roman>[XVI]{1,5})(?:e|ème)?\.?)[ -]?"
    r"(?:century|Jahrhunderts?|Jh\b\.?|siècle|secolo|век[ау]?\b|вв?\.|столетия|століття|wieku?\b|století|eeuw|århundradet|århundrede|század|世紀|世纪|세기)"
    r"|\b(?:siglo|século|segle|secolo|s\.) (?P<after>[XVI]{1,5})\b"
)
_BEFORE_CHRIST = re.compile(
    r"(?<![\w.,/-])(?P<first>\d{1,4})(?:\s?[-–/]\s?(?P<last>\d{1,4}))?\s?"
    r"(?:BCE?\b|B\.C\.(?:E\.)?|v\. ?Chr\.|av\. ?J\.-C\.|до н\. ?э\.|p\.n\.e\.|a\. ?C\.)"
)
_ROMAN = {"XIV": 14, "XV": 15, "XVI": 16, "XVII": 17, "XVIII": 18, "XIX": 19, "XX": 20, "XXI": 21}
# A volume or pages behind a year: "2014;98:377", "2023, 39(1): 73", "2017, Vol. 10", "(2013), Article ID".
_CITATION = re.compile(
    r"\)?(?:\s?;\s?(?:\w{1,8}[.:]?\s?)?\(?\d|,\s?(?:[^\W\d_]{1,8}[.:]?\s?)?\d{1,3}(?:\s?[(:]|,\s?[A-Za-z]?\d)|\s?[:：]\s?[A-Za-z]?\d+\s?[-–])"
)
_LISTED = re.compile(r"\d,\s?$")
_NUMBERED = re.compile(r"\)?[,;:]?\s?([^\W\d_]+)[.°]{0,2}\s?(?:[^\W\d_]{1,3}\s)?\d")
_NAMED_NUMBER = re.compile(r"(?<!\w)([^\W\d_]+|[#№°])[.°º:]{0,2}\s?\d+\W{1,6}$")
_SECOND_NUMBER = re.compile(r"\d\)?[,;.]?\s[^\W\d_]+[.°º]?\s?$")
_VOLUME_AND_PAGES = re.compile(r"\d,\s?\d+\s?[-–]\s?\d+,\s?$")
# "2025, International Journal of Molecular Sciences, № 12, p. 5744"
_OPENS_CITATION = re.compile(r",\s?(?=[^\W\d_])[^\d,;]{3,100}(?:,[^\d,;]{3,60})?,\s?([^\W\d_]+|[#№])[.°º]?\s?\d")
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}(?::\d{2})?(?: ?[ap]\.?m\b)?|\b[A-Z]{3,4}$")
_FOLLOWING = re.compile(r"[ )\]]{0,2}([^\W\d_]+)(?: ([^\W\d_]+))?")
_WORD = re.compile(r"[^\W\d_]+|[#№©%‰$€£¥₽₹]")
_WORD_BEFORE, _WORD_BEHIND = re.compile(r"([^\W\d_]+) $"), re.compile(r" [^\W\d_]")
_PROSE = re.compile(r" (?![A-Z])[^\W\d_]{3,}")
# Words that may stand between a label and its bare year; owners stand behind a copyright sign, "Cited by 1998" is a count, and
# "data" is a date in some languages only.
_WORDS_BEHIND_LABEL = {"copyright": 3, "accessed": 0, "unspecified": 0}
# Words before the first of two years, apart from dashes.
_SINCE = frozenset(["from", "between", "von", "zwischen", "entre", "de", "du", "des", "desde", "dal", "dai", "с", "з", "od", "från", "fra", "van", "in"])


def coarse(text: str) -> Iterator[tuple[int, int, Value]]:
    """Decades, centuries, years with unknown digits and years before Christ: start, end and value of each."""
    for match in _DECADE.finditer(text):
        yield *match.span(), Point("".join(filter(None, match.groups())) + "X")
    for match in _UNKNOWN_DIGITS.finditer(text):
        year = f"{match[1]}{match[2]}X" if match[1] else f"{match[4]}XX"
        yield *match.span(), Point(year, mark="?" if match[3] or match[5] else "")
    for match in _CENTURY.finditer(text):
        number = int(match["digits"]) if match["digits"] else _ROMAN.get(match["roman"] or match["after"], 0)
        if 15 <= number <= 21:
            yield *match.span(), Point(f"{number - 1}XX")
    for match in _BEFORE_CHRIST.finditer(text):
        first, last = (Point(f"{1 - int(year):05}"[-5:] if int(year) > 1 else "0000") for year in (match["first"], match["last"] or match["first"]))
        yield *match.span(), Interval(first, last) if match["last"] else first


def is_weak(found: Found, tokens: Sequence[Token]) -> bool:
    """Whether what was read could as well be any number: it is a date only where the text makes it one."""
    token = tokens[found.first]
    if found.layout in ("Y", "Y-Y", "Y-p"):
        return token.end - token.start == 4
    if found.layout != "P":
        return False
    form, separator, parts = token.value.form, token.value.separator, token.value.parts
    if form == "ym" and separator == "/" and int(parts[1]) == int(parts[0]) % 100 + 1:  # the winter of 2010/11, or its November
        return True
    if form in ("ym", "my"):
        return separator in ".–" or found.value.precision in ("year", "interval") or len(parts[form == "ym"]) != 2
    timed = tokens[found.last : found.last + 1] and tokens[found.last].end - tokens[found.last].start == 1
    return (form == "basic" and not timed) or (form == "dmy" and len(parts[2]) == 2)


def is_timed(found: Found, tokens: Sequence[Token]) -> bool:
    """Whether a time of the day follows a day: "5 May 2020, 14:30" cites no volume."""
    return not isinstance(found.value, Interval) and found.value.precision == "day" and any(t.kind == "t" for t in tokens[found.last : found.last + 4])


def without_other_words(text: str, found: Found, tokens: Sequence[Token]) -> Found | None:
    """The date, of which only the year is one where its name is another word; `None` where that is no year either: "V4 Pro 75"."""
    if not _is_other_word(text, found, tokens):
        return found
    year = next((i for i in range(found.first, found.last) if tokens[i].kind == "Y"), None)
    return None if year is None else Found("Y", year, year + 1, Point(f"{tokens[year].value:04}"))


def _is_other_word(text: str, found: Found, tokens: Sequence[Token]) -> bool:
    """Whether the name is another word here: "data set 2019", "carried out 2012", "the Mars 2020 rover"."""
    if found.layout not in ("MY", "YM", "SY", "YS", "DMv", "MDv"):
        return False
    first, last = tokens[found.first], tokens[found.last - 1]
    if not any(fold(text[t.start : t.end]) in words("homograph") for t in tokens[found.first : found.last] if t.kind in "MS"):
        return False
    if "v" in found.layout:  # "V4 Pro 75"
        return True
    before, after = _WORD_BEFORE.search(text, max(0, first.start - 20), first.start), _WORD_BEHIND.match(text, last.end)
    return bool(after or (before and fold(before[1]) not in words("filler") | words("part") | words("about")))


def is_stated(text: str, start: int, end: int, value: Value, labels: Sequence[Label]) -> bool:
    """Whether the text makes a number at this place a date: it stands alone, or with a label, or as the year of a citation."""
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    last = _last_word(before)
    if last in words("pages") or re.search(r"[\d)]\s?:\s?$", before):
        return False
    if last in words("issue") and _SECOND_NUMBER.search(before):  # "Volume 287, Issue 1927"
        return False
    if isinstance(value, Point) and end - start == 4 and not f"{EARLIEST_BARE_YEAR}" <= value.year <= f"{LATEST_BARE_YEAR}":
        return last in words("year") | words("about")
    if isinstance(value, Interval) and "/" in text[start:end] and not _follow_each_other(value):
        return _stands_alone(text, start, end)
    if follows_issue(text, start, end):
        return not isinstance(value, Interval) or _follow_each_other(value)  # "Vol. 431 1883-1890": pages
    glued = last in words("year") | words("part") | words("about") or any(label.end == start for label in starting_in(labels, start - 40, start))
    if _continues(before) and not glued:
        return False
    if end - start == 4 and is_cited(text, start, end):
        return True
    if _is_continued(after):
        return False
    if _stands_alone(text, start, end) or last in words("year") or _opens_year(after):
        return True
    # A label before it, or right behind it in brackets; the names of owners may stand between a copyright sign and its year.
    for label in starting_in(labels, start - 2 * LONGEST_OWNER, end + 4):
        if 0 <= start - label.end <= 40 and len(_WORD.findall(text, label.end, start)) <= _WORDS_BEHIND_LABEL.get(label.role, 1):
            return True
        if owns(text, label, start, end):
            return True
        if label.start >= end and text[label.start - 1] in "[(":
            return True
    return len(text) <= _LONGEST_LINE and _closes_citation(before, after, last, end - start)


def _follow_each_other(years: Interval) -> bool:
    """Whether a slash may stand between the years, as in 1911/1912; between others it divides: 1542/1633."""
    return bool(years.start and years.end and int(years.end.year[:4]) - int(years.start.year[:4]) == 1)


def _closes_citation(before: str, after: str, last: str, length: int) -> bool:
    """Whether the number ends a line as the year of a citation or the end of a period does: "Vol. 12 (3), 2013", "Leipzig, 1905."."""
    ends = not after.strip(' .)]»”"')
    bracketed = before.endswith("(") and after.startswith(")")
    return bool(
        last in words("issue")
        or (bracketed and (before[-3:-1].strip().isdigit() or (ends and any(c.isdigit() for c in before))))
        or (ends and before.rstrip().endswith((",", ";", "·", "|", "•")))
        or (ends and length > 4 and last in _SINCE)
    )


def _continues(before: str) -> bool:
    """Whether a number behind this is a piece of something longer: a word, an identifier, a decimal number, a sum of money."""
    if not before or before.endswith(("- ", "– ")):
        return False
    return before[-1] in "-–—./_\\#$€£¥₽₹=<>≤≥+*@&%" or (before[-1].isalnum() and before[-1] < "\u0e00")


def _is_continued(after: str) -> bool:
    """Whether a number before this goes on; a capital begins the next word where a site has glued two elements."""
    return bool(re.match(r"(?!-(?:й|го|му|м|е|х)\b)[-_/@=*%°$€£]\w|[%‰€£$°+]|[.,]\d|(?!s\b|er\b|г|р\b|[A-ZÀ-Þ][a-zß-ÿ])[A-Za-zÀ-ӿ]", after))


def _last_word(before: str) -> str:
    """The folded word, or sign, right before; empty where something else stands between."""
    match = re.search(r"([^\W\d_]+|[#№°©])[\s.:°º(\[,'’-]{0,4}$", before)
    return fold(match[1]) if match else ""


def _opens_year(after: str) -> bool:
    """Whether the words that follow make the number before them a year: "2014 Fiscal Year", "2001 год"."""
    following = _FOLLOWING.match(after)
    if following is None:
        return False
    first, second = fold(following[1]), fold(following[2] or "")
    return first in words("year") or f"{first} {second}" in words("year")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the rest of the text is a time, signs, and words that only dates have."""
    rest = f"{text[:start]} {text[end:]}" if len(text) - (end - start) <= 40 else "-1"
    rest = _TIME.sub(" ", rest)
    quiet = words("filler") | words("about") | words("perhaps") | words("year") | words("part") | words("ordinal")
    return not any(c.isdigit() for c in rest) and all(fold(word[0]) in quiet for word in _WORD.finditer(rest))


def of_issue(text: str, found: Found, tokens: Sequence[Token]) -> bool:
    """Whether digits that look like a year and a month are a year and the number of an issue: "Heft 3/2021", "2015/2 (Tome 21)"."""
    token = tokens[found.first]
    if found.layout != "P" or token.value.form not in ("ym", "my") or str(found.value) < f"{EARLIEST_BARE_YEAR}":
        return False
    if len(token.value.parts[1]) == 1 and follows_issue(text, token.start, token.end):  # "n° 123, 2018/2"
        return True
    after = re.match(r"\s?[(,]\s?([^\W\d_]+)[.°º]?\s?\d", text[token.end : token.end + 20])
    return _last_word(text[max(0, token.start - 20) : token.start]) in words("issue") or bool(after and fold(after[1]) in words("issue"))


def qualified(text: str, start: int, end: int, value: Value) -> tuple[int, int, Value]:
    """The value with what the text says of its certainty: "ca. 1505", "1836?", "probably 1665"; and the place with that word."""
    match = re.search(r"([^\W\d_]+)\.?\s?$", text[max(0, start - 20) : start])
    word = fold(match[1]) if match else ""
    mark = "~" if word in words("about") else "?" if word in words("perhaps") else ""
    if mark and match:
        start -= len(match[0])
    elif text[end : end + 1] == "?":
        mark, end = "?", end + 1
    elif text[start - 1 : start] == "~":
        mark, start = "~", start - 1
    if not mark:
        return start, end, value
    if isinstance(value, Point):
        return start, end, Point(value.year, value.month, value.day, value.mark or mark)
    if isinstance(value, Interval) and value.start and value.end:
        ends = [Point(point.year, point.month, point.day, mark) for point in (value.start, value.end)]
        return start, end, Interval(*ends)
    return start, end, value


def follows_issue(text: str, start: int, end: int) -> bool:
    """Whether the number of an issue stands before, as in "Heft 13/2021", "No. 4, 2015", "№ 3 (2018)", and no sentence goes on behind."""
    named = _NAMED_NUMBER.search(text, max(0, start - 40), start)
    return bool(named and fold(named[1]) in words("issue") and not _PROSE.match(text, end))


def closes_reference(text: str, start: int, end: int) -> bool:
    """Whether a date ends the text as in "Nature 521, 436-444 (2015)" or "Clim. Past, 15, 1013-1028, 2015"; a year alone needs the numbers."""
    before, after = text[max(0, start - 20) : start], text[end : end + 3]
    if after in ("", ".") and _VOLUME_AND_PAGES.search(before):
        return True
    return before.endswith(" (") and after in (")", ").") and (end - start > 4 or any(c.isdigit() for c in before))


def is_cited(text: str, start: int, end: int) -> bool:
    """Whether a volume or pages follow, as in a citation: "2014;98:377", "2017, Vol. 10", "(2013), Article ID 4297"."""
    if _LISTED.search(text, max(0, start - 3), start):  # one number of several
        return False
    if _CITATION.match(text, end):
        return True
    named = _NUMBERED.match(text, end) or (None if text[:start].strip() else _OPENS_CITATION.match(text, end))
    return bool(named and fold(named[1]) in words("issue") | words("pages"))
