"""The pytest plugin, in pytest's own runs: what is collected, what a failure says, and that it costs nothing when it is not used."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import cleaners.testing  # noqa: F401  # a run of pytester forgets what it imports, and this takes a second

pytest_plugins = "pytester"

PAGE = """<html lang="en"><head><title>Bats under bridges</title><meta name="citation_title" content="Bats under bridges">
<meta name="citation_author" content="Hale, Rosa"></head><body><h1>Bats under bridges</h1><p>Rosa Hale</p></body></html>"""
RIGHT = {"_page": {"url": "https://press.example/a"}, "title": "Bats under bridges", "authors": [{"name": "Rosa Hale"}]}
OTHER = "def test_other():\n    pass\n"
# What `cleaners` or its libraries bring into a process, and pytest does not.
_BROUGHT = ("msgspec", "lxml", "cleaners.record", "cleaners.testing", "cleaners.pipeline", "trafilatura")


def write(folder: Path, name: str, expected: object, page: str | None = "page.html") -> None:
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    if page:
        (place / page).write_text(PAGE, encoding="utf-8")
    if expected is not None:
        (place / "expected.json").write_text(json.dumps(expected), encoding="utf-8")


@pytest.fixture(autouse=True)
def _alone(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this plugin, as it is installed: others may bring what is looked for here, and take seconds."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p pagesieve")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with a test of its own and two samples, of which one has a wrong expectation."""
    pytester.makepyfile(**{"tests/test_other": OTHER})
    write(pytester.path / "pages", "bats", RIGHT)
    write(pytester.path / "pages", "moths", RIGHT | {"title": "Moths under bridges"})
    return pytester


def passed(result: pytest.RunResult) -> list[str]:
    return [line.partition(" PASSED")[0] for line in result.outlines if " PASSED" in line]


def test_each_field_is_a_test(project: pytest.Pytester) -> None:
    """Its id names sample and field and can be given to pytest again; a failure shows the difference, and no code."""
    result = project.runpytest("tests", "--pagesieve-samples", "pages", "-v")
    result.assert_outcomes(passed=4, failed=1)
    assert passed(result) == [
        "tests/test_other.py::test_other",
        *(f"pages/{field}" for field in ("bats/expected.json::title", "bats/expected.json::authors", "moths/expected.json::authors")),
    ]
    told = result.outlines[next(i for i, line in enumerate(result.outlines) if "= FAILURES =" in line) :][1:6]
    assert "moths:title" in told[0]
    assert told[1:] == [
        f"moths:title, from {project.path / 'pages' / 'moths' / 'page.html'}",
        "  title",
        "    want: Moths under bridges",
        "    got:  Bats under bridges",
    ]
    project.runpytest("pages/moths/expected.json::title", "--pagesieve-samples", "pages", "-k", "moths and title").assert_outcomes(failed=1)
    project.runpytest("--pagesieve-samples=pages", "--pagesieve-samples=more", "tests/test_other.py").stderr.fnmatch_lines(
        [f"ERROR: pagesieve: there is no folder {project.path / 'more'}: give one that holds samples, each a folder with a page and expected.json"]
    )
    assert project.runpytest("--pagesieve-samples=pages", "--co", "-q", "pages").outlines.count("pages/bats/expected.json::title") == 1


def test_folders_of_the_configuration(project: pytest.Pytester) -> None:
    """They are tested with all tests, wherever these are; whoever names tests gets what they name."""
    project.makepyprojecttoml('[tool.pytest.ini_options]\ntestpaths = ["tests"]\npagesieve_samples = "pages"\n')
    project.runpytest().assert_outcomes(passed=4, failed=1)
    project.runpytest("tests").assert_outcomes(passed=1)
    project.runpytest("pages/bats").assert_outcomes(passed=2)
    project.runpytest("pages/bats/expected.json::title").assert_outcomes(passed=1)
    project.runpytest("-p", "no:pagesieve", "pages").assert_outcomes()
    project.runpytest("-p", "xdist", "-n", "1").assert_outcomes(passed=4, failed=1)
    project.makepyprojecttoml("[tool.pytest.ini_options]\n")
    project.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("expected", "page", "told"),
    [
        (None, "page.html", "has a page but no expected.json: write one"),
        ({"title": "x"}, None, "holds 0 pages: save exactly one"),
        ({"titel": "x"}, "page.html", "a record has no field titel; it has schema, id"),
        ([], "page.html", "holds a list: it must be an object"),
    ],
)
def test_a_sample_that_cannot_be_used(pytester: pytest.Pytester, expected: object, page: str | None, told: str) -> None:
    write(pytester.path / "pages", "broken", expected, page)
    result = pytester.runpytest("--pagesieve-samples", "pages")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{told}*"])
    assert "Traceback" not in result.stdout.str()


def test_the_fixture_cleans_a_saved_page(project: pytest.Pytester) -> None:
    """A file or a sample's folder, from the root of the project; each once in a run."""
    project.makepyfile(
        **{
            "tests/deep/test_page": """
            import pytest

            def test_sample(clean_page):
                record = clean_page("pages/bats")
                assert (record.title, record.url) == ("Bats under bridges", "https://press.example/a")
                assert clean_page("pages/bats") is record

            def test_file(clean_page):
                assert clean_page("pages/bats/page.html", url="https://press.example/b").url == "https://press.example/b"
                assert clean_page("pages/bats/page.html").url is None

            def test_absent(clean_page):
                with pytest.raises(FileNotFoundError, match="absent.html"):
                    clean_page("pages/absent.html")
            """
        }
    )
    project.runpytest("tests/deep").assert_outcomes(passed=3)


def test_it_costs_nothing_when_it_is_not_used(project: pytest.Pytester) -> None:
    script = f"import sys, pytest; pytest.main(['-q', 'tests']); print([name for name in {_BROUGHT} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=project.path, capture_output=True, text=True, timeout=60, check=False)
    assert "1 passed" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr
