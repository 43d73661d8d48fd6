"""The wheel, as somebody has it who installs it: with what it requires and no more, its types and its plugin at work."""

import subprocess
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from loopback import ROOT
from packaging.requirements import Requirement

from cleaners import clean_text

_SAMPLE = ROOT / "samples" / "hares-flat"
_CLEANS = f"""
import cleaners, crawler
from pathlib import Path
record = cleaners.clean_text(Path({str(_SAMPLE / "page.txt")!r}).read_bytes())
print(cleaners.__file__, crawler.__file__, record.to_json(), sep="\\n")
"""
_TYPED = """
from cleaners import Record, clean_html

record: Record = clean_html(b"<h1>Hares</h1>", url="https://journal.example/1")
year: str | None = record.published.edtf if record.published else None
names: list[str] = [author.name for author in record.authors]
"""
# What mypy must find, if it sees the types at all.
_WRONG = """
from cleaners import clean_html

clean_html(7)
clean_html("").titel
"""


class Installed:
    """A virtual environment with the wheel and the distributions that it requires, which are those of this interpreter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
        self.python = folder / "venv" / "bin" / "python"
        self._packages = Path(run(self.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
        pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
        run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
        (self.wheel,) = folder.glob("pagesieve-*.whl")
        run(*pip, "--python", self.python, "install", "--no-deps", "--no-index", self.wheel)
        self.add(Distribution.at(next(self._packages.glob("pagesieve-*.dist-info"))))

    def add(self, start: Distribution) -> None:
        """Bring in what a distribution requires, without extras, and in turn what that requires."""
        waiting, seen = [(start, "")], set()
        while waiting:
            found, extra = waiting.pop()
            for line in found.requires or ():
                needed = Requirement(line)
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    for wanted in ("", *sorted(needed.extras)):
                        if (needed.name, wanted) not in seen:
                            seen.add((needed.name, wanted))
                            waiting.append((distribution(needed.name), wanted))
                            self.link(waiting[-1][0])

    def link(self, found: Distribution) -> None:
        """Bring in one distribution."""
        for name in {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}:
            if not (self._packages / name).exists():
                (self._packages / name).symlink_to(found.locate_file(name))


def run(*line: object, folder: Path | None = None, expected: int = 0) -> str:
    """What a command prints; it looks for nothing of this project but what is installed."""
    done = subprocess.run([*map(str, line)], cwd=folder, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_what_pip_installs(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    ours, theirs, line = run(installed.python, "-c", _CLEANS, folder=tmp_path).splitlines()
    assert Path(ours).is_relative_to(tmp_path)
    assert Path(theirs).is_relative_to(tmp_path)
    assert line == clean_text((_SAMPLE / "page.txt").read_bytes()).to_json()
    assert "2025-01" in run(tmp_path / "venv" / "bin" / "pagesieve", "clean", _SAMPLE / "page.txt", folder=tmp_path)

    for name, script in (("typed.py", _TYPED), ("wrong.py", _WRONG)):
        (tmp_path / name).write_text(script, encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--python-executable", installed.python]
    assert run(*mypy, "typed.py", folder=tmp_path) == ""
    told = run(*mypy, "wrong.py", folder=tmp_path, expected=1)
    assert [error.rpartition("[")[2] for error in told.splitlines()] == ["arg-type]", "attr-defined]"]

    installed.link(distribution("pytest"))
    installed.add(distribution("pytest"))
    tested = run(installed.python, "-m", "pytest", "-q", "--pagesieve-samples", _SAMPLE.parent, "-k", "hares-flat", tmp_path, folder=tmp_path)
    assert " passed" in tested
