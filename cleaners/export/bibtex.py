"""BibTeX, in UTF-8, as biber and today's BibTeX read it; what TeX would run or count is escaped.

bibtexparser writes the entries: it leaves letters as they are. pybtex turns a part of them into TeX by a table of its own and refuses
text with a brace that has no other; both leave it to their caller to escape a backslash, which would hide the end of a value.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

from cleaners.export.reference import WorkType, address, month, page_range, points, work_type
from cleaners.export.safe import one_line
from cleaners.record import Author, Record

_TYPES: dict[WorkType, str] = {"journal": "article", "preprint": "misc", "chapter": "incollection", "book": "book", "webpage": "misc", "document": "misc"}
_CONTAINERS = {"article": "journal", "incollection": "booktitle", "misc": "howpublished"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ESCAPES = {c: f"\\{c}" for c in "%&$#_"} | {"\\": r"{\textbackslash}", "~": r"{\textasciitilde}", "^": r"{\textasciicircum}"}
# A brace counts for BibTeX also behind a backslash, so one without its other is spelt out. Not each, for Pandoc knows only the short form.
_PAIRED = str.maketrans(_ESCAPES | {"{": r"\{", "}": r"\}"})
_UNPAIRED = str.maketrans(_ESCAPES | {"{": r"{\textbraceleft}", "}": r"{\textbraceright}"})
# Fields that TeX takes as they are; what would still count or part is in percent's form there, as addresses may be.
_VERBATIM = ("url", "doi", "eprint")
_PERCENT = str.maketrans({c: f"%{ord(c):02X}" for c in "\\{} "})
# Two of these are one sign for TeX: a dash, a quote, a Spanish question mark.
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=`)(?=`)|(?<=,)(?=,)|(?<=[?!])(?=`)|(?<=<)(?=<)|(?<=>)(?=>)")
# What parts or joins names; "others" is BibTeX's "et al.".
_NOT_A_NAME = re.compile(r",|\band\b|^others$", re.IGNORECASE)
# Letters that Unicode does not take apart, as people write them in ASCII.
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"})
_WORD = re.compile(r"[a-z0-9]+")
_BRACE = re.compile(r"[{}]")
_CAPITALS = re.compile(r"\w\W*[A-Z\u00c0-\u00de\u0391-\u03a9\u0410-\u042f]")
# A title's first word that says something; "The", "How" and "With" do not.
_TELLING = 5


def chunks(records: Iterable[Record], _: Sequence[str]) -> Iterator[str]:
    """An entry a record, with an empty line behind."""
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field

    used: set[str] = set()
    for record in records:
        kind, fields = entry(record)
        name = key(record)
        if name in used:
            name = f"{name}-{blake2b(record.id.encode(), digest_size=4).hexdigest()}"
        used.add(name)
        # Months are names that every style defines, not text; all other values are text.
        written = [Field(tag, value, enclosing="no-enclosing" if tag == "month" else "{") for tag, value in fields.items()]
        yield f"{write_string(Library([Entry(kind, name, written)]))}\n"


def entry(record: Record) -> tuple[str, dict[str, str]]:
    """The type of the entry, and its fields with escaped values."""
    kind = _TYPES[work_type(record)]
    stated = record.identifiers
    ends = page_range(record.pages)
    date = points(record.published)
    years = {point.year for point in date}
    months = {month(point) for point in date}
    said = {
        "title": record.title,
        _CONTAINERS.get(kind, "note"): record.container_title,
        "publisher": record.publisher,
        "year": date[0].year if len(years) == 1 else None,
        "volume": record.volume,
        "number": record.issue,
        "doi": stated.doi,
        "pmid": stated.pmid,
        "pmcid": stated.pmcid,
        "eprint": stated.arxiv,
        "eprinttype": "arxiv" if stated.arxiv else None,
        "issn": ", ".join(stated.issn),
        "isbn": ", ".join(stated.isbn),
        "url": address(record),
        "language": record.language,
        "keywords": ", ".join(keyword.term for keyword in record.keywords),
        "abstract": record.abstract.text if record.abstract else None,
    }
    fields = {"author": " and ".join(filter(None, map(_name, record.authors)))}
    fields |= {tag: one_line(value or "").translate(_PERCENT) if tag in _VERBATIM else escaped(value or "") for tag, value in said.items()}
    fields["title"] = _as_written(record.title or "")
    if ends or record.pages:
        fields["pages"] = "--".join(map(escaped, ends)) if ends else escaped(record.pages or "")
    if len(years) == 1 and len(months) == 1 and (number := months.pop()):
        fields["month"] = _MONTHS[number - 1]
    return kind, {tag: value for tag, value in fields.items() if value}


def key(record: Record) -> str:
    """Family name, year and the first telling word of the title, in ASCII: ``hale2025willow``. The same for each record of a work.

    A label only: where the page does not tell names apart, it takes the last word of the first author's.
    """
    first = record.authors[0] if record.authors else None
    family = "".join(_words(first.family or first.name.split()[-1])) if first and (first.family or first.name.split()) else ""
    date = points(record.published)
    words = _words(record.title or "")
    word = next((w for w in words if len(w) >= _TELLING), words[0] if words else "")
    return f"{family or 'anon'}{date[0].year if date else ''}{word}"


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()
    return _WORD.findall(plain.replace("'", "").lower())


def _name(author: Author) -> str:
    """ "Family, Given"; else the name as shown, given name first, which is BibTeX's other form. What BibTeX would part is in braces."""
    if not author.family:
        return _part(author.name)
    return f"{_part(author.family)}, {_part(author.given)}" if author.given else f"{{{escaped(author.family)}}}"


def _part(name: str) -> str:
    text = escaped(name)
    return f"{{{text}}}" if _NOT_A_NAME.search(one_line(name)) else text


def escaped(text: str) -> str:
    """The text on one line, as TeX shows it again."""
    line = one_line(text)
    table = _PAIRED if _is_paired(line) else _UNPAIRED
    return "{}".join(part.translate(table) for part in _LIGATURE.split(line))


def _is_paired(text: str) -> bool:
    """Whether each brace has its other."""
    depth = 0
    for brace in _BRACE.findall(text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return not depth


def _as_written(title: str) -> str:
    """The title with words like DNA and mRNA in braces, whose capitals styles leave alone then; that of the first letter is theirs."""
    return " ".join(f"{{{word}}}" if _CAPITALS.search(word) else word for word in escaped(title).split(" "))
