"""Markdown (CommonMark, GitHub's too): a document that a person or a language model reads, article after article.

All that is a page's own is text there: no character of it begins a heading, a list, a link, an image, HTML or a formula.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from cleaners.export.reference import address
from cleaners.export.safe import one_line
from cleaners.record import Abstract, Record

# Signs that may begin markup anywhere, in one dialect or another: GitHub links addresses, names and mail, others mark with == and ++,
# raise and lower with ^ and ~, and hang attributes on headings. Each begins with its sign, which is ten times as fast as looking behind.
_INLINE = re.compile(r"[\\`*_\[\]<>{}|~$^@#]|&(?=[#\w])|:(?=//|\w+:)|\.(?<=[wW]{3}\.)|=(?<===)|\+(?<=\+\+)")
# Signs that do so only at the beginning of a line.
_FIRST = re.compile(r"([-+=:%])|(\d{1,9})([.)])(?=\s|$)")
_ADDRESS = re.compile(r"https?://[^\s<>\\]+", re.IGNORECASE)


def chunks(records: Iterable[Record], _: Sequence[str]) -> Iterator[str]:
    """The text of each record, with an empty line before the next."""
    before = ""
    for record in records:
        yield f"{before}{document(record)}\n"
        before = "\n"


def document(record: Record) -> str:
    """Title, what is known of the article, abstract and main text; parts that the record does not have are left out."""
    facts = [f"- {name}: {shown}" for name, shown in _facts(record) if shown]
    parts = [f"# {literal(record.title or '(no title)')}", "\n".join(facts)]
    if record.abstract and record.abstract.text:
        parts += ["## Abstract", *_abstract(record.abstract)]
    if record.body:
        parts += ["## Text", *_paragraphs(record.body)]
    return "\n\n".join(filter(None, parts))


def literal(text: str) -> str:
    """The text on one line, with all signs shown as they are."""
    line = _INLINE.sub(r"\\\g<0>", one_line(text))
    first = _FIRST.match(line)
    if first is None:
        return line
    at = first.start(1) if first[1] else first.start(3)
    return f"{line[:at]}\\{line[at:]}"


def _facts(record: Record) -> Iterator[tuple[str, str]]:
    stated = record.identifiers
    place = f"{record.volume or ''}{f'({record.issue})' if record.issue else ''}"
    numbers = ", ".join(filter(None, (place, record.pages)))
    date = record.published
    yield "Authors", literal("; ".join(author.name for author in record.authors))
    yield "In", literal(" ".join(filter(None, (record.container_title, numbers))))
    yield "Publisher", literal(record.publisher or "")
    yield "Published", literal((date.edtf or date.raw) if date else "")
    yield "DOI", _link(f"https://doi.org/{stated.doi}") if stated.doi else ""
    yield "PMID", literal(stated.pmid or "")
    yield "PMCID", literal(stated.pmcid or "")
    yield "arXiv", literal(stated.arxiv or "")
    yield "Keywords", literal("; ".join(keyword.term for keyword in record.keywords))
    yield "Language", literal(record.language or "")
    yield "License", literal(record.license or "")
    yield "Address", _link(address(record) or "")


def _link(url: str) -> str:
    return f"<{url}>" if _ADDRESS.fullmatch(url) and url == one_line(url) else literal(url)


def _abstract(abstract: Abstract) -> Iterator[str]:
    if abstract.sections:
        for section in abstract.sections:
            first, *more = _paragraphs(section.text) or [""]
            yield f"**{literal(section.label)}:** {first}".rstrip() if section.label else first
            yield from more
    else:
        yield from _paragraphs(abstract.text)
    if abstract.truncated:
        yield "*Cut off on the page.*"


def _paragraphs(text: str) -> list[str]:
    return [line for paragraph in text.split("\n\n") if (line := literal(paragraph))]
