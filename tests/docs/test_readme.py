"""README and guide are run, block by block and in order: each command works as written, and what is shown is what comes out.

``make readme`` (``python tests/docs/test_readme.py``) writes what comes out into them. What the language of a block means:

- ``console``: lines that begin with ``$`` are run in a terminal of 100 columns, the others are what they show;
- ``sh``: lines to run, that must succeed, or find nothing new; ``pycon``: a Python session, one for the whole file;
- ``python``, ``toml``, ``html``, ``json`` with a file's name behind it or as the first comment: that file;
- ``crontab``: the command in it is run;
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

import pytest

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from loopback import ROOT, Answer, Site, article, environment, in_terminal, json_lines, listing, serve, sitemap

from crawler.cli.crawl import NOTHING_NEW

RUN = ("README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))
HOST = "https://journal.example"
_BLOCK = re.compile(r"^```(?P<head>(?P<language>\w+)(?: (?P<file>[\w./]+))?)\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)
# The file, and the heading in it.
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# What needs a network or another folder; that make knows its targets is tried.
_NOT_RUN = ("python3 -m venv", ".venv/bin/pip", "source ", "pip install", "apt-get install", "curl ")
# What the reader of these tests adds, for whom the web is on loopback.
_PRIVATE = {"pagesieve crawl": "--allow-private", "pagesieve clean(?= https)": "--allow-private", "scrapy crawl articles": "-a allow_private=true"}
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_PYTHON_PATH = re.compile(r"/srv/pagesieve/\.venv/bin/")


class Reader:
    """Somebody who follows a text in a folder of their own, which links to the samples."""

    def __init__(self, folder: Path, site: Site) -> None:
        self._folder, self._site = folder, site
        self._names: dict[str, Any] = {}
        binaries = Path(sys.executable).parent
        # The pytest of a reader has none of the plugins that other tests need here, and which take it two seconds each time.
        self._env = environment() | {"PATH": f"{binaries}:{environment()['PATH']}", "PYTEST_ADDOPTS": "-p no:hypothesispytest -p no:web-poet"}
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
        """The text with what its blocks show for this reader."""
        with contextlib.chdir(self._folder):
            return _BLOCK.sub(lambda block: f"```{block['head']}\n{self._block(block['language'], block['content'], block['file'])}```", text)

    def _block(self, language: str, content: str, file: str | None) -> str:
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
            case "python" | "toml" | "html" | "json":
                self._write(content, file or content.partition("\n")[0].removeprefix("# "))
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
            exec(compile(example.source, "README.md", "single"), self._names)
        first, *more = example.source.splitlines()
        return "".join([f">>> {first}\n", *(f"... {line}\n" for line in more), out.getvalue()])

    def _run(self, line: str) -> None:
        if line.startswith(_NOT_RUN):
            return
        line = self._here(re.sub("^make ", "make -n ", line))
        done = subprocess.run(["bash", "-c", line], cwd=self._folder, env=self._env, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode in (0, NOTHING_NEW), f"{line}\n{done.stdout}{done.stderr}"

    def _write(self, content: str, name: str) -> None:
        assert re.fullmatch(r"[\w./]+", name), f"the block does not begin with the name of a file: {name}"
        # A crawl file: nobody minds being asked often on loopback.
        here = re.sub(r"^delay = .*\n", "", self._here(content), flags=re.MULTILINE)
        here = re.sub(r"^start = ", "allow_private = true\ndelay = 0\nstart = ", here, flags=re.MULTILINE)
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


@pytest.mark.parametrize("name", RUN)
def test_it_does_what_it_says(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    with reader() as person:
        assert text.splitlines() == person.follow(text).splitlines()


def test_links_lead_somewhere() -> None:
    for name in (*RUN, "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md", "samples/site/README.md"):
        path = ROOT / name
        assert not [link for link in _LINK.findall(path.read_text(encoding="utf-8")) if not _leads(path, *link)]


def _leads(source: Path, file: str, heading: str) -> bool:
    target = source.parent / file if file else source
    return target.exists() and (not heading or heading in {_anchor(title) for title in _HEADING.findall(target.read_text(encoding="utf-8"))})


def _anchor(title: str) -> str:
    """What a heading is called in a link to it, on GitHub and elsewhere."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


if __name__ == "__main__":
    for name in RUN:
        with reader() as person:
            (ROOT / name).write_text(person.follow((ROOT / name).read_text(encoding="utf-8")), encoding="utf-8")
