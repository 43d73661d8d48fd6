"""What only several records tell together: texts that all end at one length, the rest of a cut text, one work on several pages.

`completed` and `merged` are for records at hand. Whoever has more than memory holds reads them twice: first what is there (`Cuts`,
`WholeTexts`, `group`), then each to be changed, as the export of a store does.
"""

from collections.abc import Sequence

from cleaners.record import Record
from cleaners.works.completion import WholeTexts
from cleaners.works.cuts import Cuts
from cleaners.works.merging import group, merge

__all__ = ["Cuts", "WholeTexts", "completed", "group", "merge", "merged"]


def completed(records: Sequence[Record]) -> list[Record]:
    """The records, with unmarked cuts marked and cut texts completed from those that have the whole ones."""
    cuts, texts = Cuts(), WholeTexts(records.__getitem__)
    for place, record in enumerate(records):
        cuts.add(record)
        texts.add(place, record)
    return [texts.complete(cuts.mark(record)) for record in records]


def merged(records: Sequence[Record]) -> list[Record]:
    """One record per work, in the order of their first."""
    return [merge([records[place] for place in work]) for work in group(enumerate(records))]
