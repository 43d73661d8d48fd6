"""Turn saved pages and their expected records into one test per field, for this project's samples and for anybody's.

A folder of cases holds one folder per case, with the page (``page.html``, ``page.html.gz`` or ``page.txt``) and
``expected.json``: ``{field: value, …}``, plus ``_page`` (url, status, charset: what the fetch knew) and ``_why`` (notes).

    @pytest.mark.parametrize("case", sample_cases("samples"), ids=str)
    def test_field(case):
        case.check()

The pytest plugin does the same without a line of code: `cleaners.pytest_plugin`.
"""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from cleaners.page import Page
from cleaners.pipeline import clean
from cleaners.record import Record

EXPECTED = "expected.json"
PAGES = ("page.html", "page.html.gz", "page.txt")
_FETCH = tuple(name for name in Page.__struct_fields__ if name not in ("content", "kind"))
# A longer value is shown from shortly before the place where it goes wrong.
_LONGEST_SHOWN, _LEAD = 300, 60


class _Source(msgspec.Struct, frozen=True):
    """A saved page and what its fetch knew, as pairs so that it can be a cache's key."""

    path: Path
    fetch: tuple[tuple[str, Any], ...]
    sites: Path | None = None


class SampleCase(msgspec.Struct, frozen=True):
    """One field of one sample page. ``str(case)`` is its id, ``<case>:<field>``."""

    id: str
    field: str
    expected: Any
    source: _Source

    def __str__(self) -> str:
        return self.id

    def check(self) -> None:
        """Clean the page (once for all its fields) and compare; an `AssertionError` tells the `differences`."""
        found = list(differences(self.expected, _plain(self.source)[self.field], self.field))
        if found:
            raise AssertionError("\n".join([f"{self.id}, from {self.source.path}", *found]))


def sample_cases(folder: str | Path, *, sites: str | Path | None = None) -> list[SampleCase]:
    """One case per field of every sample in the folder, by name. ``sites`` is a folder of site profiles to clean with.

    Raises `FileNotFoundError` where the folder, a page or an ``expected.json`` is missing, `ValueError` where an
    ``expected.json`` cannot be used; both say what to mend.
    """
    root = Path(folder)
    if not root.is_dir():
        raise FileNotFoundError(f"{root} is no folder: give the folder that holds the cases, each a folder with a page and {EXPECTED}")
    cases = [case for place in sorted(root.iterdir()) if _is_case(place) for case in cases_of(place, sites=sites)]
    if not cases:
        raise FileNotFoundError(f"{root} holds no case: put a page ({', '.join(PAGES)}) and {EXPECTED} into {root / 'some-name'}")
    return cases


def _is_case(place: Path) -> bool:
    return any((place / name).is_file() for name in (EXPECTED, *PAGES))


def cases_of(sample: str | Path, *, sites: str | Path | None = None) -> list[SampleCase]:
    """One case per field of a single sample, whose folder this is; ``sites`` and errors as in `sample_cases`."""
    place = Path(sample)
    source, expected = _sample(place, Path(sites) if sites is not None else None)
    return [SampleCase(f"{place.name}:{name}", name, value, source) for name, value in expected.items()]


def clean_saved(path: str | Path, *, sites: str | Path | None = None, **fetch: Any) -> Record:
    """The record of a saved page, which is cleaned once however often it is asked for.

    ``path`` is a file, which is flat text if its name ends in ``.txt`` and may be gzipped, or the folder of a sample.
    ``fetch`` are fields of `Page` that the fetch knew (url, status, charset, …), beside those in the sample's ``_page``.
    Raises `FileNotFoundError` where there is no such page, and what `sample_cases` raises.
    """
    place, profiles = Path(path), Path(sites) if sites is not None else None
    source = _sample(place, profiles)[0] if place.is_dir() else _Source(place, (), profiles)
    return _record(msgspec.structs.replace(source, fetch=tuple(sorted((dict(source.fetch) | fetch).items()))))


def _sample(place: Path, sites: Path | None) -> tuple[_Source, dict[str, Any]]:
    """The page of a sample, and the fields that are expected."""
    expected = _read(place)
    pages = [place / name for name in PAGES if (place / name).is_file()]
    if len(pages) != 1:
        raise FileNotFoundError(f"{place} holds {len(pages)} pages: save exactly one, as {' or '.join(PAGES)}")
    fetch = expected.pop("_page", {})
    expected.pop("_why", None)
    if not isinstance(fetch, dict) or not set(fetch) <= set(_FETCH):
        raise ValueError(f"{place / EXPECTED}: _page is {json.dumps(fetch)}; it is an object with some of {', '.join(_FETCH)}")
    if unknown := [name for name in expected if name not in Record.__struct_fields__]:
        raise ValueError(f"{place / EXPECTED}: a record has no field {', '.join(unknown)}; it has {', '.join(Record.__struct_fields__)}")
    return _Source(pages[0], tuple(sorted(fetch.items())), sites), expected


def _read(place: Path) -> dict[str, Any]:
    path = place / EXPECTED
    if not path.is_file():
        raise FileNotFoundError(f"{place} has a page but no {EXPECTED}: write one, such as {{\"title\": \"…\"}}")
    try:
        expected = json.loads(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path} is no JSON; mend it there: {error}") from error
    if not isinstance(expected, dict):
        raise ValueError(f"{path} holds a {type(expected).__name__}: it must be an object, field by field")
    return expected


@cache
def _record(source: _Source) -> Record:
    raw = source.path.read_bytes()
    content = gzip.decompress(raw) if source.path.suffix == ".gz" else raw
    kind: Literal["html", "text"] = "text" if source.path.name.removesuffix(".gz").endswith(".txt") else "html"
    return clean(Page(content=content, kind=kind, **dict(source.fetch)), sites=source.sites)


@cache
def _plain(source: _Source) -> dict[str, Any]:
    return _record(source).to_dict()


def differences(want: Any, got: Any, where: str) -> Iterator[str]:
    """What differs between an expected value and one of a record, one message per place; ``where`` names the value.

    Of a dict only the given keys are compared, at any depth; an empty one wants nothing stated. A list is compared
    item by item, over its full length.
    """
    if isinstance(want, dict) and isinstance(got, dict) and want:
        for key, value in want.items():
            if key in got:
                yield from differences(value, got[key], f"{where}.{key}")
            else:
                yield _message(f"{where}.{key}", value, "nothing of that name")
    elif isinstance(want, dict) and isinstance(got, dict):
        if any(value not in (None, [], {}) for value in got.values()):
            yield _message(where, want, got)
    elif isinstance(want, list) and isinstance(got, list):
        for number, (one, other) in enumerate(zip(want, got, strict=False)):
            yield from differences(one, other, f"{where}[{number}]")
        for number, missing in enumerate(want[len(got) :], len(got)):
            yield _message(f"{where}[{number}]", missing, "nothing, the list ends before it")
        for number, extra in enumerate(got[len(want) :], len(want)):
            yield _message(f"{where}[{number}]", "nothing, the list ends before it", extra)
    elif want != got or isinstance(want, bool) != isinstance(got, bool):
        yield _message(where, want, got)


def _message(where: str, want: Any, got: Any) -> str:
    shown = [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in (want, got)]
    start = 0
    if max(map(len, shown)) > _LONGEST_SHOWN:
        same = next((i for i, (a, b) in enumerate(zip(*shown, strict=False)) if a != b), min(map(len, shown)))
        start = max(0, same - _LEAD)
    end = start + _LONGEST_SHOWN
    want_shown, got_shown = (("… " if start else "") + text[start:end] + (" …" if len(text) > end else "") for text in shown)
    return f"  {where}\n    want: {want_shown}\n    got:  {got_shown}"
