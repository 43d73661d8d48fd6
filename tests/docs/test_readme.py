"""The README is run, block by block and in order: each command works as written, and what is shown is what comes out.

``make readme`` (``python tests/docs/test_readme.py``) writes what comes out into the README. What the language of a block means:

- ``console``: lines that begin with ``$`` are run in a terminal of 100 columns, the others are what they show;
- ``sh``: lines to run, that must succeed, or find nothing new; ``pycon``: a Python session, one for the whole file;
- ``python``, ``toml`` with a file's name as the first comment: that file; ``crontab``: the command in it is run;
- ``text``: what is only to be read.

The addresses of ``journal.example`` lead to a site on loopback.
"""

import contextlib
import doctest
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from loopback import ROOT, Answer, Site, article, environment, in_terminal, json_lines, listing, serve, sitemap

from crawler.cli.crawl import NOTHING_NEW

README = ROOT / "README.md"
HOST = "https://journal.example"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
# What needs a network or another folder; that make knows its targets is tried.
_NOT_RUN = ("python3 -m venv", ".venv/bin/pip", "source ", "pip install", "apt-get install", "curl ")
# What the reader of these tests adds, for whom the web is on loopback.
_PRIVATE = {"pagesieve crawl": "--allow-private", "pagesieve clean(?= https)": "--allow-private", "scrapy crawl articles": "-a allow_private=true"}
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_PYTHON_PATH = re.compile(r"/srv/pagesieve/\.venv/bin/")


class Reader:
    """Somebody who follows the README in a folder of their own, which links to the samples."""

    def __init__(self, folder: Path, site: Site) -> None:
        self._folder, self._site = folder, site
        self._names: dict[str, Any] = {}
        binaries = Path(sys.executable).parent
        self._env = environment() | {"PATH": f"{binaries}:{environment()['PATH']}"}
        for name in ("samples", "scrapy.cfg", "Makefile", "pyproject.toml"):
            (folder / name).symlink_to(ROOT / name)
        (folder / "pages").mkdir()
        for place in ("page.html", "pages/1.html"):
            (folder / place).write_text(article(1), encoding="utf-8")
        (folder / "pages.jsonl").write_bytes(json_lines({"url": f"{HOST}/article/1", "html": article(1)}))
        site.pages |= {f"/article/{number}": Answer(article(number)) for number in (1, 2)}
        site.pages |= {path: Answer(listing(["/article/1", "/article/2"])) for path in ("/current", "/archive")}
        site.pages |= {path: sitemap([f"{site.base}/article/1"]) for path in ("/feed", "/sitemap.xml")}

    def follow(self, text: str) -> str:
        """The README with what its blocks show for this reader."""
        with contextlib.chdir(self._folder):
            return _BLOCK.sub(lambda block: f"```{block[1]}\n{self._block(block[1], block[2])}```", text)

    def _block(self, language: str, content: str) -> str:
        match language:
            case "console":
                return "".join(self._shown(line) for line in content.splitlines() if line.startswith("$ "))
            case "pycon":
                return "".join(map(self._session, doctest.DocTestParser().get_examples(content)))
            case "sh":
                for line in content.splitlines():
                    self._run(line)
            case "crontab":
                for line in content.splitlines():
                    if not line.startswith("#"):
                        self._run(_PYTHON_PATH.sub("", line.split(maxsplit=5)[5]).replace("cd /srv/journal && ", "").replace(r"\%", "%"))
            case "python" | "toml":
                self._write(content)
            case "text":
                pass
            case _:
                raise ValueError(f"no such block: {language}")
        return content

    def _shown(self, line: str) -> str:
        """A command with its output, as a terminal has it."""
        with tempfile.TemporaryFile() as errors:
            seen, _ = in_terminal(["bash", "-c", self._here(line[2:])], self._folder, self._env, columns=100, stderr=errors)
            errors.seek(0)
            told = f"{seen}{errors.read().decode()}"
        plain = "\n".join(shown.rstrip() for shown in _STYLE.sub("", told).splitlines()).strip("\n")
        return f"{line}\n{plain.replace(self._site.base, HOST)}\n"

    def _session(self, example: doctest.Example) -> str:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(example.source, README.name, "single"), self._names)
        first, *more = example.source.splitlines()
        return "".join([f">>> {first}\n", *(f"... {line}\n" for line in more), out.getvalue()])

    def _run(self, line: str) -> None:
        if line.startswith(_NOT_RUN):
            return
        line = self._here(re.sub("^make ", "make -n ", line))
        done = subprocess.run(["bash", "-c", line], cwd=self._folder, env=self._env, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode in (0, NOTHING_NEW), f"{line}\n{done.stdout}{done.stderr}"

    def _write(self, content: str) -> None:
        name = content.partition("\n")[0].removeprefix("# ")
        assert re.fullmatch(r"[\w.]+", name), f"the block does not begin with the name of a file: {name}"
        # Nobody minds being asked often on loopback.
        here = re.sub(r"^delay = [\d.]+", "allow_private = true\ndelay = 0", self._here(content), flags=re.MULTILINE)
        (self._folder / name).write_text(here, encoding="utf-8")

    def _here(self, text: str) -> str:
        for command, option in _PRIVATE.items():
            text = re.sub(rf"({command}) ", rf"\1 {option} ", text)
        return text.replace(HOST, self._site.base)


@contextlib.contextmanager
def reader() -> Iterator[Reader]:
    """A reader with an empty folder and a running site."""
    folder = Path(tempfile.mkdtemp())
    try:
        with serve() as site:
            yield Reader(folder, site)
    finally:
        shutil.rmtree(folder)


def test_the_readme_does_what_it_says() -> None:
    text = README.read_text(encoding="utf-8")
    with reader() as person:
        assert text.splitlines() == person.follow(text).splitlines()


def test_links_lead_somewhere() -> None:
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md", "docs/exports.md", "samples/site/README.md"):
        path = ROOT / name
        assert not [link for link in _LINK.findall(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]


if __name__ == "__main__":
    with reader() as person:
        README.write_text(person.follow(README.read_text(encoding="utf-8")), encoding="utf-8")
