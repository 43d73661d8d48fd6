"""The page's dates with their roles, and the best publication date among them."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from cleaners.candidates import Found, rank
from cleaners.dates import Date, parse_dates
from cleaners.fields.dated import ELSEWHERE, GRADE, METADATA, NO_ANSWER, OF_OWNER, WEAK_METADATA, Reading, Seen, reading_of, shown, signed
from cleaners.ledger import Candidate
from cleaners.record import PartialDate, RoleDate
from cleaners.regions import Regions
from cleaners.sheet import Sheet

_FINENESS = {"day": 0, "month": 1, "interval": 1, "season": 1, "year": 2, "decade": 3, "unknown": 4}
_FOR_CITATION, _DUBLIN_CORE, _OTHER_METADATA = 0, 1, 3
# The roles that say a year, or any date, more finely.
_COMPLETES_YEAR = frozenset(("published", "epub", "online", "printed", "issue"))
_COMPLETES = frozenset(("published", "printed", "issue"))
# What happens to a manuscript before it is published.
_BEFOREHAND = ("received", "accepted")
# The roles of an appearance on the web.
_APPEARED = frozenset(("published", "epub", "online"))
# Of two such roles with one date the first is enough.
_SYNONYMS = (("epub", "online"), ("published", "posted"), ("published", "uploaded"))
# More volumes than this side by side are a list of all that there are.
_MOST_VOLUMES = 2
_YEARS = ("year", "decade", "unknown")
# The day in an address, "/2024/05/12/": of 33 such pages all show this day.
_DAY_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?|[a-z]{3,9})[/-](\d\d?)(?!\d)")


class Dating(msgspec.Struct, frozen=True):
    """The chosen date, all dates, the blocks they were read from, and what decided on the order of their numbers."""

    published: Found
    dates: tuple[RoleDate, ...]
    blocks: frozenset[int]
    decided_by: str | None


def find_dates(
    sheet: Sheet, regions: Regions, candidates: Sequence[Candidate], *, language: str | None, reference: datetime | None, url: str | None, doi: str | None
) -> Dating:
    """Read dates from metadata, from the head of the article, from labelled lines elsewhere, and from the address."""
    reading = reading_of(sheet, language, reference)
    seen = [*_stated(candidates, reading), *_without_lists(list(shown(sheet, regions, reading, doi)))]
    if not any(s.grade < GRADE["revised"] for s in seen):
        seen += [*signed(sheet, regions, reading), *_in_address(url)]
    seen = [s for s in seen if s.date.edtf]
    blocks = frozenset(int(s.source[6:]) for s in seen if s.source.startswith("block:") and s.place < ELSEWHERE)
    return Dating(_published(seen, url), tuple(_told(seen)), blocks, reading.decided_by)


def _stated(candidates: Sequence[Candidate], reading: Reading) -> Iterator[Seen]:
    for candidate in sorted((c for c in candidates if c.field == "date"), key=lambda c: rank(c.source)):
        for date in reading.of(str(candidate.value))[:1]:
            role, source = candidate.role or date.role, candidate.source.casefold()
            grade = GRADE.get(role, NO_ANSWER)
            if role == "published":
                grade = _FOR_CITATION if rank(source) < 5 else _DUBLIN_CORE if source.startswith("dc:") else _OTHER_METADATA
            elif role == "updated":
                grade = NO_ANSWER  # of 16 news pages whose metadata has no other date, 6 show this one as theirs
            yield Seen(date, role, candidate.source, METADATA if rank(source) < 11 else WEAK_METADATA, grade)


def _in_address(url: str | None) -> Iterator[Seen]:
    day = _DAY_IN_URL.search(url) if url else None
    for date in parse_dates("-".join(part.zfill(2) for part in day.groups()) if day[2].isdigit() else " ".join(day.groups())) if day else ():
        yield Seen(date, "published", "url", WEAK_METADATA, GRADE["published"])


def _without_lists(seen: list[Seen]) -> list[Seen]:
    """Without the years of volumes and the days of posts where the page lists many."""
    posts = {s.date.edtf for s in seen if s.role == "posted" and s.place == ELSEWHERE}
    if len(posts) > 1:
        seen = [s for s in seen if s.role != "posted" or s.place != ELSEWHERE]
    volumes = {s.date.edtf for s in seen if s.role == "issue" and s.date.precision == "year"}
    return [s for s in seen if len(volumes) <= _MOST_VOLUMES or s.date.edtf not in volumes or s.role != "issue"]


def _told(seen: Sequence[Seen]) -> Iterator[RoleDate]:
    """Each date once: none that only repeats another with a vaguer role, or the same role by its year alone."""
    told: list[Seen] = []
    for s in seen:
        if s.place != OF_OWNER and not any(s.role == t.role and s.date.edtf == t.date.edtf for t in told):
            told.append(s)
    pairs = {(s.role, s.date.edtf) for s in told}
    for s in told:
        repeated = any((better, s.date.edtf) in pairs for better, role in _SYNONYMS if role == s.role)
        vague = s.role == "unspecified" and any(t.role != "unspecified" and _within(t.date, s.date) for t in told)
        finer = [t for t in told if t.role == s.role and _FINENESS[t.date.precision] < _FINENESS[s.date.precision]]
        coarse = s.date.precision in _YEARS and any(_within(t.date, s.date) for t in finer)
        if not (repeated or vague or coarse):
            yield RoleDate(role=s.role, edtf=s.date.edtf, precision=s.date.precision, raw=s.date.raw)


def _published(seen: Sequence[Seen], url: str | None) -> Found:
    """The best role from the best place; a date that says the same more finely completes it."""
    usable = sorted((s for s in seen if s.grade < NO_ANSWER), key=lambda s: (s.grade, s.place, s.role == "unspecified"))
    if not usable:
        return Found(None, None, "no publication date is stated")
    usable = _after_manuscript(usable, seen)
    best, reason = _preferred(usable, seen)
    for other in (*usable, *_in_address(url)):
        roles = _COMPLETES_YEAR if best.date.precision == "year" else _COMPLETES
        if best.role == "issue" and best.date.precision != "year" and other.grade == GRADE["online"]:
            continue  # the month of an issue is not the day of its appearance on the web
        finer = _FINENESS[other.date.precision] < _FINENESS[best.date.precision] or best.date.edtf.startswith("[") > other.date.edtf.startswith("[")
        if finer and (other.role in roles or (other.beside and best.date.precision in _YEARS)) and _within(other.date, best.date):
            best, reason = other, f"states {best.date.edtf} more finely, role {other.role}"
    value = PartialDate(edtf=best.date.edtf, precision=best.date.precision, raw=best.date.raw)
    return Found(value, best.source, reason)


def _after_manuscript(usable: list[Seen], seen: Sequence[Seen]) -> list[Seen]:
    """Without what was over before the manuscript was received or accepted: in tags "2021/1" may be volume and issue. All where none remains."""
    reached = max((s.date.lower() for s in seen if s.role in _BEFOREHAND and s.place < ELSEWHERE), default=None)
    return [s for s in usable if reached is None or s.date.upper() >= reached] or usable


def _preferred(usable: Sequence[Seen], seen: Sequence[Seen]) -> tuple[Seen, str]:
    """The best by role and place, unless another of the page's dates shows that it cannot be meant."""
    best = usable[0]
    if best.grade == _OTHER_METADATA:
        # Readers see the day next to the headline; what a site's software states may be the day of an import, or the next day
        # in Greenwich. Of 23 pages where the two differ 17 mean the former; not where that is the day of the last update.
        updates = {s.date.edtf for s in seen if s.role == "updated"}
        days = [s for s in usable if s.beside and s.date.edtf not in updates]
        if days and best.date.edtf not in {s.date.edtf for s in days} and not _within(days[0].date, best.date):
            return days[0], f"role {days[0].role}, next to the headline"
    if best.role in ("issue", "printed"):
        later = next((s for s in usable if s.role in _APPEARED and _is_ahead(best, s)), None)
        if later:
            return later, f"role {later.role}, later than that of the {best.role}"
    return best, f"role {best.role}"


def _is_ahead(issue: Seen, appearance: Seen) -> bool:
    """Whether an issue was dated ahead: its month, or the day of print, was over when the article appeared on the web."""
    exactly = len("2021-04-23") if issue.role == "printed" else len("2021-04")
    return issue.date.upper().isoformat()[:exactly] < appearance.date.lower().isoformat()[:exactly]


def _within(inner: Date, outer: Date) -> bool:
    return outer.lower() <= inner.lower() and inner.upper() <= outer.upper()
