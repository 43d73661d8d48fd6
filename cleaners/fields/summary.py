"""The article's own abstract, with its sections."""

from collections.abc import Sequence

import msgspec

from cleaners.abstract_block import heads_section, section_label
from cleaners.candidates import NOTHING, Found, ranked
from cleaners.labels import split_labels
from cleaners.ledger import Candidate
from cleaners.lines import ends_sentence, fold
from cleaners.record import Abstract, Section
from cleaners.regions import Regions
from cleaners.sheet import Sheet
from cleaners.snippets import clean_snippet

# A description of a page is shorter than an abstract, or is cut; from this length on, it was the abstract on scholarly pages.
_SHORTEST_DESCRIPTION = 400


def find_abstract(sheet: Sheet, regions: Regions, candidates: Sequence[Candidate]) -> Found:
    """The shown abstract; metadata's where the page shows none or a shorter one."""
    shown = [(heads_section(sheet, i), sheet.text(i)) for i in regions.abstract]
    text = "\n\n".join(t for _, t in shown)
    stated = [c for c in ranked(candidates, "abstract") if len(str(c.value)) >= 60]
    described = [c for c in ranked(candidates, "description") if len(str(c.value)) >= _SHORTEST_DESCRIPTION] if regions.paper else []
    offers = [*stated, *described]
    if shown:
        source = f"block:{regions.abstract[0]}"
        key = fold(clean_snippet(text).text) if stated else ""
        best = next((c for c in stated if fold(str(c.value)).startswith(key)), None)
        if best is not None and len(fold(str(best.value))) > 1.02 * len(fold(text)) and not clean_snippet(str(best.value)).truncated:
            return Found(_stated(str(best.value)), best.source, "more of it than the page shows")
        found = _abstract(shown)
        ended = ends_sentence(text)
        if regions.abstract[-1] == len(sheet.blocks) - 1:
            # Nothing follows, not even a footer: the page itself was cut there.
            found = found if ended else msgspec.structs.replace(found, truncated=True)
        elif ended and found.truncated is None:
            # Its words leave open whether more follows, the next part of the page does not.
            found = msgspec.structs.replace(found, truncated=False)
        return Found(found, source, "between its heading and the next part of the page")
    for candidate in offers:
        value = str(candidate.value)
        if candidate.field == "abstract" or not clean_snippet(value).truncated:
            return Found(_stated(value), candidate.source, "the page shows none")
    return NOTHING


def _stated(value: str) -> Abstract:
    """Metadata's abstract, without the heading that some pages leave in it: "AbstractWe show …"."""
    pieces = split_labels(value)
    text = value[pieces[1].start :] if len(pieces) > 1 and pieces[0].label is not None and pieces[0].label.field == "abstract" else value
    return _abstract([(False, p) for p in text.split("\n\n")])


def _abstract(paragraphs: Sequence[tuple[bool, str]]) -> Abstract:
    """Assemble the text; a paragraph that is a heading, or begins with "Methods:", opens a section."""
    sections: list[Section] = []
    label: str | None = None
    held: list[str] = []

    def close() -> None:
        if label is not None or held:
            sections.append(Section(label=label, text="\n\n".join(held)))

    for is_heading, text in paragraphs:
        if is_heading:
            close()
            label, held = text.rstrip(" :."), []
            continue
        if (opened := section_label(text)) is not None:
            close()
            label, held = opened[0], [opened[1]]
        else:
            held.append(text)
    close()
    whole = clean_snippet("\n\n".join(t for _, t in paragraphs))
    labelled = any(s.label for s in sections)
    return Abstract(
        text=whole.text, sections=tuple(sections) if labelled else (), truncated=whole.truncated, marker=whole.marker
    )
