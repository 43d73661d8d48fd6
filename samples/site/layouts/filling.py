"""Pages from templates: ``templates/<layout>.html``, with ``$names`` for what an article says."""

from functools import cache
from pathlib import Path
from string import Template

from catalogue import Article, journals
from markup import esc


@cache
def _template(layout: str) -> Template:
    return Template((Path(__file__).parent / "templates" / f"{layout}.html").read_text(encoding="utf-8"))


def fill(article: Article, base: str, **html: str) -> str:
    """The page of an article. ``html`` is put in as it is, beside the plain facts, which are escaped here."""
    journal = journals().get(article.journal or "")
    facts = {
        "title": article.title,
        "canonical": base + article.path,
        "date": article.date,
        "edtf": article.edtf,
        "year": article.edtf[:4],
        "history": article.history,
        "doi": article.doi,
        "number": article.number,
        "sequence": article.sequence,
        "id": article.id,
        "volume": article.volume,
        "issue": article.issue,
        "pages": article.pages,
        "text": article.abstract.strip(),
        "key": article.journal,
        "journal": journal and journal.title,
        "short": journal and journal.short,
        "publisher": journal and journal.publisher,
    }
    return _template(article.layout).substitute({name: esc(value) for name, value in facts.items() if value is not None} | html)
