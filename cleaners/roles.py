"""Sign every block: the role it has on the page and the rule that gave it. The explanation of a record is made of these."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from cleaners.ledger import Mark
from cleaners.lines import is_prose
from cleaners.regions import Regions
from cleaners.sections import back_matter
from cleaners.sheet import PERIPHERAL, Sheet, captions

# More sentences between title and byline are text: the "byline" is then a name or a date in it.
_LONGEST_STANDFIRST = 500


def assign_roles(
    sheet: Sheet,
    regions: Regions,
    *,
    people: Mapping[int, str],
    dates: Collection[int],
    keywords: Iterable[int],
    metrics: Iterable[int],
) -> dict[int, Mark]:
    """A mark for each block that has a role; the others are open to be body. The first rule that applies signs."""
    marks: dict[int, Mark] = {}

    def sign(indexes: Iterable[int], role: str, rule: str) -> None:
        for i in indexes:
            marks.setdefault(i, Mark(i, role, rule))

    if regions.title is not None:
        sign([regions.title], "title", "title")
    sign(regions.abstract, "abstract", "region:abstract")
    sign(keywords, "keywords", "region:keywords")
    sign(metrics, "metrics", "region:metrics")
    for i, role in people.items():
        sign([i], role, "region:head")
    for span in regions.related:
        sign(span, "related", "region:related")
    sign(sorted(regions.references), "references", "region:references")
    sign(dates, "dates", "region:head")
    for i, heading in back_matter(sheet).items():
        sign([i], "back_matter", f"section:{heading.id}")
    for i, label in enumerate(sheet.labels):
        if label is not None and label.action != "keep":
            sign([i], "heading" if label.action == "section_boundary" else "chrome", f"label:{label.id}")
    sign(sorted(around(sheet, regions.title)), "chrome", "hint:peripheral")
    byline = max((i for i in (*people, *dates) if i in regions.head), default=regions.head.start)
    sign(_above(sheet, range(regions.head.start, byline)), "head", "region:head")
    sign((b.index for b in sheet.blocks if captions(b)), "caption", "caption")
    return marks


def around(sheet: Sheet, title: int | None) -> frozenset[int]:
    """What the markup puts around the article. What holds the title as well holds the article: some sites have all in a "footer"."""
    if title not in sheet.peripheral:
        return sheet.peripheral
    shared = frozenset(sheet.blocks[title].hints)
    return frozenset(i for i in sheet.peripheral if not shared >= PERIPHERAL.intersection(sheet.blocks[i].hints))


def _above(sheet: Sheet, span: range) -> Iterator[int]:
    """What stands between title and byline and is none of the text: a standfirst, the kind of article, the journal."""
    size = 0
    for i in span:
        size += len(sheet.text(i)) if is_prose(sheet.text(i)) else 0
        if size > _LONGEST_STANDFIRST:
            return
        yield i
