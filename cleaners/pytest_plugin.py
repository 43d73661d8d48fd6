"""The pytest plugin: folders of saved pages are tested field by field, as `cleaners.testing` says, without a line of code.

    pytest --pagesieve-samples tests/pages

or, in pytest's configuration, ``pagesieve_samples = "tests/pages"``. Each field of each sample is a test,
``tests/pages/hares/expected.json::title``.

Every run of pytest loads this module, also those that have nothing to do with pages: it imports nothing that pytest has
not imported. What cleans is loaded with the first sample.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cleaners.record import Record
    from cleaners.testing import SampleCase

_FOLDERS = pytest.StashKey[frozenset[Path]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option and the setting."""
    told = "Folder of samples: each is a folder with a saved page and expected.json, and each of its fields is a test."
    parser.getgroup("pagesieve").addoption("--pagesieve-samples", action="append", default=[], metavar="DIR", help=f"{told} Can be given more than once.")
    parser.addini("pagesieve_samples", told, type="paths")


def pytest_configure(config: pytest.Config) -> None:
    """Find the folders, and have pytest look into them whatever else it looks into."""
    here = config.invocation_params.dir
    given = [_absolute(here / folder) for folder in config.getoption("--pagesieve-samples")]
    folders = [*given, *map(_absolute, config.getini("pagesieve_samples"))]
    for folder in folders:
        if not folder.is_dir():
            raise pytest.UsageError(f"pagesieve: there is no folder {folder}: give one that holds samples, each a folder with a page and expected.json")
    config.stash[_FOLDERS] = frozenset(folders)
    # Whoever names tests wants these, and the samples of the configuration only if they are among them.
    wanted = given if config.args_source is config.ArgsSource.ARGS else folders
    places = [_absolute(here / argument.partition("::")[0]) for argument in config.args]
    config.args += [str(folder) for folder in wanted if not any(map(folder.is_relative_to, places))]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "_Sample | None":
    """A sample is collected at its ``expected.json``; where that is missing, at its page, to say so."""
    place = file_path.parent
    if place.parent not in parent.config.stash[_FOLDERS]:
        return None
    from cleaners.testing import EXPECTED, PAGES

    has_lost_its_fields = file_path.name in PAGES and not (place / EXPECTED).is_file()
    return _Sample.from_parent(parent, path=file_path) if file_path.name == EXPECTED or has_lost_its_fields else None


class _Sample(pytest.File):
    def collect(self) -> Iterator["_Field"]:
        from cleaners.testing import cases_of

        try:
            cases = cases_of(self.path.parent)
        except (OSError, ValueError) as error:
            raise self.CollectError(str(error)) from error
        for case in cases:
            yield _Field.from_parent(self, name=case.field, case=case)


class _Field(pytest.Item):
    def __init__(self, *, case: "SampleCase", **rest: Any) -> None:
        super().__init__(**rest)
        self._case = case

    def runtest(self) -> None:
        self._case.check()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        # The differences say it all; the lines of code that found them say nothing.
        return str(excinfo.value) if excinfo.errisinstance(AssertionError) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, str(self._case)


@pytest.fixture(scope="session")
def clean_page(pytestconfig: pytest.Config) -> "Callable[..., Record]":
    """``clean_page(path, url=…)``: the record of a saved page, or of a sample's folder; see `cleaners.testing.clean_saved`.

    A path is taken from the root of the project, pytest's rootdir.
    """
    from cleaners.testing import clean_saved

    return lambda path, **known: clean_saved(pytestconfig.rootpath / path, **known)


def _absolute(path: Path) -> Path:
    # Not resolved: pytest compares paths as they are given.
    return Path(os.path.abspath(path))
