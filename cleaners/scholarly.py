"""Whether a page shows a scholarly work: what journals and repositories write around an article, and other sites do not."""

import re
from collections.abc import Iterable, Sequence

from cleaners.addresses import has_doi
from cleaners.ledger import Candidate
from cleaners.lines import has_locator
from cleaners.sheet import Sheet

_OF_JOURNALS = frozenset(("doi", "issn", "pmid", "volume", "arxiv"))
# Longer blocks are paragraphs, which may cite anything.
_LINE = 200
_CITATION = re.compile(r"bibtex|endnote|\bris\b|citation|\bcite\b", re.IGNORECASE)
# "Article Abstract"; web pages have sections "Summary" and "Overview" too.
_ABSTRACT = re.compile(r"\W*(?:\w+\s)?(?:abstra[ck]t|r[eé]sum[eéo]n?|riassunto|аннотация|摘要|要旨|초록)", re.IGNORECASE)
# A teaser and where the rest is: "… Click to show full abstract".
_TEASED = re.compile(r"(?:…|\.\.\.)\W*(?:\w+\W+){0,4}abstract\W*$", re.IGNORECASE)
_LONGEST_TAIL = 60


def states_work(candidates: Sequence[Candidate]) -> bool:
    """Whether the metadata is that of an article in a journal or a repository."""
    return any(c.field in _OF_JOURNALS or c.source.startswith(("meta:citation", "coins:")) for c in candidates)


def shows_work(sheet: Sheet, head: Iterable[int]) -> bool:
    """Whether a line holds a DOI, offers the citation or the abstract, or is its heading, or one of ``head`` a volume, an issue or pages.

    So it is on all of 220 scholarly pages, and on 11 of 710 pages of news.
    """
    return any(has_locator(sheet.text(i)) for i in head) or any(_tells(sheet, i) for i in range(len(sheet.blocks)))


def _tells(sheet: Sheet, index: int) -> bool:
    text, label = sheet.text(index), sheet.labels[index]
    if len(text) > _LINE:
        return is_teaser(text)
    if label is not None and label.cls == "cite_export" and _CITATION.search(text):
        return True
    return is_teaser(text) or bool((label is not None and label.field == "abstract" and _ABSTRACT.match(text)) or has_doi(text))


def is_teaser(text: str) -> bool:
    """Whether the text is the beginning of an abstract, which says that there is more of it."""
    return bool(_TEASED.search(text[-_LONGEST_TAIL:]))
