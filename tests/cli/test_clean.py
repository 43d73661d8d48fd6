"""``pagesieve clean``: the real command on files, folders, streams and a loopback site."""

import ctypes
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, article, command, environment

from cleaners import Page, Record, clean

FLAT = "Lichens on copper roofs\n\nPetra Nováková\n\nAbstract\n\nWe measured forty copper roofs over nine years, and found lichens on most of them.\n"
CAPABILITIES_OF_ROOT = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
DROP = 24  # PR_CAPBSET_DROP


def obey_file_modes() -> None:
    """Make the next program obey file modes even if root runs it."""
    for capability in CAPABILITIES_OF_ROOT:
        ctypes.CDLL(None).prctl(DROP, capability, 0, 0, 0)


def run(folder: Path, *arguments: str | bytes | Path, stdin: bytes = b"", **extra: Any) -> subprocess.CompletedProcess[bytes]:
    """Run ``pagesieve clean`` in a folder."""
    line: Sequence[str | bytes] = [*command("clean"), *(a if isinstance(a, bytes) else str(a) for a in arguments)]
    return subprocess.run(line, cwd=folder, env=environment(), input=stdin, capture_output=True, timeout=60, check=False, **extra)


def records(lines: bytes) -> list[Record]:
    return [Record.from_json(line) for line in lines.splitlines()]


def complaints(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    lines = done.stderr.decode().splitlines()
    assert all(line.startswith("pagesieve: ") for line in lines), done.stderr.decode()
    return [line.removeprefix("pagesieve: ") for line in lines]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with a page of every kind that is taken, and some files that are none."""
    folder = tmp_path / "pages"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "b.html").write_text(article(1), encoding="utf-8")
    (folder / "a.HTM.gz").write_bytes(gzip.compress(article(2).encode()))
    (folder / "deep" / "er" / "c.txt").write_text(FLAT, encoding="utf-8")
    lines = [{"url": f"https://journal.example/{n}", "html": article(n)} for n in (3, 4)] + [{"url": None, "text": FLAT}]
    (folder / "deep" / "d.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    for name in (".hidden/x.html", ".x.html", "readme.md", "figure.png"):
        (folder / name).write_text("no page")
    return folder


def test_folders_patterns_and_order(pages: Path) -> None:
    """A folder's pages come by name, each with what its name or line says of it."""
    done = run(pages.parent, "pages")
    assert done.returncode == 0
    assert done.stderr == b""
    made = records(done.stdout)
    dois = [record.identifiers.doi for record in made]
    assert dois == ["10.5555/jn.2", "10.5555/jn.1", "10.5555/jn.3", "10.5555/jn.4", None, None]
    assert [record.url for record in made] == [None, None, "https://journal.example/3", "https://journal.example/4", None, None]
    assert made[1] == clean(Page(content=article(1).encode()))
    assert made[0] == clean(Page(content=article(2).encode())), "compressed or not is the same page"
    assert made[4] == made[5] == clean(Page(content=FLAT.encode(), kind="text"))

    lines = done.stdout.splitlines()
    assert run(pages, "**/*.txt", "b.html").stdout.splitlines() == [lines[5], lines[1]]
    assert run(pages, "b.html", "b.html").stdout.splitlines() == [lines[1]] * 2
    assert run(pages.parent, "pages", "--jobs", "1").stdout == done.stdout
    assert run(pages.parent, "pages", "--jobs", "3").stdout == done.stdout


def test_out_and_ledger(pages: Path) -> None:
    """The same bytes go into a file, its folder may be the one that is read, and the ledger says why."""
    wanted = run(pages.parent, "pages").stdout
    for _ in range(2):
        done = run(pages.parent, "pages", "--out", "pages/out.jsonl", "--ledger", "pages/why.jsonl")
        assert done.returncode == 0
        assert done.stdout == b""
        assert done.stderr.decode().startswith("6 records in pages/out.jsonl: article ")
        assert (pages / "out.jsonl").read_bytes() == wanted
    whys = [json.loads(line) for line in (pages / "why.jsonl").read_bytes().splitlines()]
    assert [why["page"] for why in whys][2:5] == ["pages/deep/d.jsonl:1", "pages/deep/d.jsonl:2", "pages/deep/d.jsonl:3"]
    assert [why["id"] for why in whys] == [record.id for record in records(wanted)]
    assert all(why["ledger"]["blocks"] for why in whys)
    assert not list(pages.rglob("*.part"))


@pytest.mark.parametrize("zipped", [False, True])
def test_stdin(tmp_path: Path, zipped: bool) -> None:
    """What comes through a pipe is told by its content: JSONL, HTML or flat text, compressed or not."""

    def made(content: str, *options: str) -> list[Record]:
        raw = content.encode()
        done = run(tmp_path, "-", *options, stdin=gzip.compress(raw) if zipped else raw)
        assert done.returncode == 0, done.stderr
        return records(done.stdout)

    line = json.dumps({"url": "https://journal.example/1", "html": article(1)})
