"""Samples as tests: a wrong expectation fails in its own field, and a folder that cannot be used says what to mend."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from cleaners.testing import sample_cases

pytest_plugins = "pytester"

PAGE = """<html lang="en"><head><meta charset="utf-8"><title>Bats under bridges</title>
<meta name="citation_title" content="Bats under bridges"><meta name="citation_doi" content="10.5555/nuw.2018.201">
<meta name="citation_author" content="Hale, Rosa"><meta name="citation_author_institution" content="Bat Unit, Wendmoor">
<meta name="citation_author" content="Brand, Otto"></head>
<body><h1>Bats under bridges</h1><p>Rosa Hale, Otto Brand</p></body></html>"""
RIGHT: dict[str, Any] = {
    "_page": {"url": "https://www.press.example/a", "status": 200},
    "_why": {"title": "It is the only one."},
    "kind": "article",
    "title": "Bats under bridges",
    "identifiers": {"doi": "10.5555/nuw.2018.201"},
    "authors": [{"name": "Rosa Hale", "family": "Hale"}, {"name": "Otto Brand"}],
    "metrics": {},
}


def write(root: Path, expected: object, *, name: str = "bats", page: str | None = "page.html") -> Path:
    place = root / name
    place.mkdir(exist_ok=True)
    if page:
        raw = PAGE.encode()
        (place / page).write_bytes(gzip.compress(raw) if page.endswith(".gz") else raw)
    if expected is not None:
        (place / "expected.json").write_text(expected if isinstance(expected, str) else json.dumps(expected), encoding="utf-8")
    return place


def failures(root: Path) -> dict[str, str]:
    """``field → message`` of the cases that fail."""
    messages = {}
    for case in sample_cases(root):
        try:
            case.check()
        except AssertionError as error:
            messages[case.field] = str(error)
    return messages


def test_pytest_shows_the_field_that_is_wrong(pytester: pytest.Pytester) -> None:
    write(pytester.path, RIGHT)
    write(pytester.path, RIGHT | {"title": "Bats under arches"}, name="wrong")
    pytester.makepyfile(
        """
        import pytest
        from cleaners.testing import sample_cases

        @pytest.mark.parametrize("case", sample_cases("."), ids=str)
        def test_field(case):
            case.check()
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=9, failed=1)
    result.stdout.fnmatch_lines(["*test_field?wrong:title?*", "*wrong:title, from *wrong*page.html*", "*Bats under arches*"])


@pytest.mark.parametrize("page", ["page.html", "page.html.gz"])
def test_a_right_expectation_passes(tmp_path: Path, page: str) -> None:
    write(tmp_path, RIGHT, page=page)
    assert failures(tmp_path) == {}
    assert [str(case) for case in sample_cases(tmp_path)] == [f"bats:{field}" for field in ("kind", "title", "identifiers", "authors", "metrics")]


@pytest.mark.parametrize(
    ("field", "wrong", "says"),
    [
        ("title", None, "title"),
        ("kind", "listing", "kind"),
        ("identifiers", {"doi": "10.5555/nuw.2018.202"}, "identifiers.doi"),
        ("identifiers", {"doi": None}, "identifiers.doi"),
        ("identifiers", {"isni": "x"}, "identifiers.isni"),
        ("identifiers", {}, "identifiers"),  # an empty one wants nothing stated
        ("authors", [{"name": "Rosa Hale"}, {"name": "Otto Brandt"}], "authors[1].name"),
        ("authors", [{"name": "Otto Brand"}, {"name": "Rosa Hale"}], "authors[0].name"),
        ("authors", [{"name": "Rosa Hale"}], "authors[1]"),  # one too many
        ("authors", [{"name": "Rosa Hale"}, {"name": "Otto Brand"}, {"name": "Moira Tennant"}], "authors[2]"),
        ("authors", [], "authors[0]"),
        ("metrics", {"citations": 0}, "metrics.citations"),
        ("abstract", {"text": "Bats."}, "abstract"),
    ],
)
def test_a_wrong_expectation_fails_in_its_field_and_says_where(tmp_path: Path, field: str, wrong: object, says: str) -> None:
    write(tmp_path, RIGHT | {field: wrong})
    found = failures(tmp_path)
    assert set(found) == {field}
    assert says in found[field]


def test_false_is_not_zero(tmp_path: Path) -> None:
    write(tmp_path, {"authors": [{"affiliations": [0]}, {"affiliations": []}]})
    assert failures(tmp_path) == {}
    write(tmp_path, {"authors": [{"affiliations": [False]}, {"affiliations": []}]})
    assert "authors[0].affiliations[0]" in failures(tmp_path)["authors"]


@pytest.mark.parametrize(
    ("expected", "page", "error", "says"),
    [
        ({"titel": "x"}, "page.html", ValueError, "no field titel"),
        ({"_page": {"link": "x"}}, "page.html", ValueError, "_page is"),
        ('{"title": ', "page.html", ValueError, "is no JSON"),
        ("[]", "page.html", ValueError, "must be an object"),
        (RIGHT, None, FileNotFoundError, "save exactly one"),
        (None, "page.html", FileNotFoundError, "no expected.json"),
    ],
)
def test_a_folder_that_cannot_be_used_says_what_to_mend(tmp_path: Path, expected: object, page: str | None, error: type[Exception], says: str) -> None:
    write(tmp_path, expected, page=page)
    with pytest.raises(error, match=says):
        sample_cases(tmp_path)


def test_two_pages_in_one_case_are_refused(tmp_path: Path) -> None:
    write(tmp_path, RIGHT)
    write(tmp_path, None, page="page.txt")
    with pytest.raises(FileNotFoundError, match="holds 2 pages"):
        sample_cases(tmp_path)


def test_a_folder_without_cases_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no case"):
        sample_cases(tmp_path)
    with pytest.raises(FileNotFoundError, match="is no folder"):
        sample_cases(tmp_path / "nowhere")
