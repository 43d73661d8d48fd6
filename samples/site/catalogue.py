"""The articles of the sample site, as its TOML files tell them. They are the truth that pages and expected records are made from."""

import re
import tomllib
from functools import cache
from pathlib import Path

import msgspec

HERE = Path(__file__).parent
_AUTHOR = re.compile(r"^(?P<name>.+?)(?:\s\[(?P<marks>[\d,]+)\])?(?:\s(?P<orcid>[\dX]{4}(?:-[\dX]{4}){3}))?$")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_SEASONS = ("Spring", "Summer", "Fall", "Winter")
_FIRST_NUMBER = 90_000_001


class Journal(msgspec.Struct, frozen=True):
    """A journal; ``short`` is the abbreviated title that aggregators show."""

    title: str
    short: str
    publisher: str


class Name(msgspec.Struct, frozen=True):
    """An author. ``marks`` are the numbers, from 1, of the affiliations that are hers or his."""

    family: str
    given: str | None
    marks: tuple[int, ...]
    orcid: str | None

    @property
    def full(self) -> str:
        """Given name first."""
        return f"{self.given} {self.family}" if self.given else self.family

    @property
    def inverted(self) -> str:
        """Family name first, with a comma."""
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def initials(self) -> str:
        """Family name and initials, as bibliographies of medicine have it."""
        letters = "".join(word[0] for word in re.split(r"[\s.-]+", self.given or "") if word)
        return f"{self.family} {letters}".strip()


class Article(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article. ``date`` is the date as its page shows it, ``edtf`` what that says; ``layout`` is how the page looks.

    ``meta_date`` is the one of its metadata, ``history`` the line of received, revised and accepted; ``dates`` are all of a
    publisher's page, with their roles, in page order. A line of ``abstract`` that begins with a label and a colon is a
    section of it. ``sections`` are headings with text, ``body`` is running text; their paragraphs are lines.
    """

    id: str
    layout: str
    title: str
    date: str
    edtf: str
    authors: tuple[str, ...]
    affiliations: tuple[str, ...] = ()
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    journal: str | None = None
    number: int | None = None
    language: str = "en"
    doi: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    history: str = ""
    dates: tuple[tuple[str, str], ...] = ()
    meta_date: str | None = None
    sections: tuple[tuple[str, str], ...] = ()
    body: str = ""
    related: tuple[str, ...] = ()
    metrics: dict[str, str] = {}

    @property
    def names(self) -> list[Name]:
        """The authors. Without marks, all belong to a single affiliation, and nothing says who belongs to one of several."""
        found = [match for author in self.authors if (match := _AUTHOR.match(author))]
        common = (1,) if len(self.affiliations) == 1 and not any(match["marks"] for match in found) else ()
        return [_name(match, common) for match in found]

    @property
    def abstract_parts(self) -> list[tuple[str | None, str]]:
        """Label and text of each paragraph of the abstract."""
        parts = [re.match(r"(?:([A-Z][A-Za-z ]{3,30}): )?(.*)", line) for line in self.abstract.split("\n") if line]
        return [(part[1], part[2]) for part in parts if part]

    @property
    def body_lines(self) -> list[str]:
        """The main text, headings and paragraphs in order."""
        return [line for heading, text in self.sections for line in (heading, *text.split("\n"))] + [line for line in self.body.split("\n") if line]

    @property
    def sequence(self) -> int:
        """A number of its own, for addresses."""
        return self.number or _FIRST_NUMBER + list(articles()).index(self.id)

    @property
    def path(self) -> str:
        """Where its page is."""
        words = re.sub(r"\W+", "-", self.title).strip("-")[:60].strip("-")
        paths = {
            "aggregator": f"/detail/{self.sequence}/{words.lower()}",
            "network": f"/publication/{self.sequence}_{words.replace('-', '_')}",
            "medbase": f"/pm/{self.sequence}/",
            "europe": f"/article/MED/{self.sequence}",
            "publisher": f"/doi/{self.doi}",
            "fulltext": f"/articles/{self.id}/full",
            "repository": f"/journals/{self.journal}/article/view/{self.sequence - _FIRST_NUMBER + 1}",
            "news": f"/gazette/{self.edtf[:7].replace('-', '/')}/{self.id}",
            "shell": f"/app/{self.id}",
            "bare": f"/~history/{self.id}.html",
        }
        return paths[self.layout]

    @property
    def citation_date(self) -> str:
        """The date as bibliographies of medicine have it: "2024 Dec 12", "2018 Nov-Dec", "2023 Fall"."""
        ends = [_citation_date(end) for end in self.edtf.split("/")]
        if len(ends) == 2 and ends[0][:4] == ends[1][:4]:
            return f"{ends[0]}-{ends[1][5:]}"
        return "-".join(ends)

    @property
    def day_month_year(self) -> str:
        """A date of which the day is known, spelled out."""
        year, month, day = self.edtf.split("-")
        return f"{int(day)} {_MONTHS[int(month) - 1]} {year}"

    @property
    def short_date(self) -> tuple[str, str]:
        """Month and year, as lists show them, with the EDTF of that; where it has no month, the date as the page has it."""
        if match := re.match(r"(\d{4})-(0\d|1[0-2])(?:-\d\d)?$", self.edtf):
            return f"{_MONTHS[int(match[2]) - 1]} {match[1]}", self.edtf[:7]
        return self.date, self.edtf


def _citation_date(edtf: str) -> str:
    year, *rest = edtf.split("-")
    if not rest:
        return year
    part = _SEASONS[int(rest[0]) - 21] if int(rest[0]) > 20 else _MONTHS[int(rest[0]) - 1][:3]
    return " ".join([year, part, *(str(int(day)) for day in rest[1:])])


def _name(match: re.Match[str], common: tuple[int, ...]) -> Name:
    family, _, given = match["name"].partition(", ")
    marks = tuple(map(int, match["marks"].split(","))) if match["marks"] else common
    return Name(family, given or None, marks, match["orcid"])


@cache
def journals() -> dict[str, Journal]:
    """The journals by their keys."""
    return msgspec.convert(_toml(HERE / "journals.toml"), dict[str, Journal])


@cache
def articles() -> dict[str, Article]:
    """The articles by their ids, in the order of the files."""
    found = [a for path in sorted((HERE / "articles").glob("*.toml")) for a in msgspec.convert(_toml(path)["article"], list[Article])]
    return {article.id: article for article in found}


def _toml(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
