"""What a command needs around it, and says where it is missing: a browser, a free port, the libraries of an extra."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import warcs
from loopback import Answer, article, command, crawl, environment, serve

from cleaners import clean_html

PAGE = Path(__file__).resolve().parents[2] / "samples/news-article/page.html"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    with serve() as site:
        site.pages["/article/1"] = Answer(article(1))
        assert crawl(folder, f"{site.base}/article/1").returncode == 0
    return folder / "articles.sqlite"


def run(folder: Path, *arguments: str | Path, **variables: str) -> tuple[int, str]:
    """The exit status, and what was told."""
    env = environment() | variables
    done = subprocess.run(command(*arguments), cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


def commands(store: Path) -> list[tuple[str | Path, ...]]:
    return [("explain", PAGE, "--html", "why.html"), ("report", store, "--html", "why.html")]


def test_what_was_written_is_opened(store: Path, tmp_path: Path) -> None:
    opener = tmp_path / "opener"
    opener.write_text(f'#!/bin/sh\necho "$1" >> {tmp_path}/opened\n')
    opener.chmod(0o755)
    for line in commands(store):
        assert run(tmp_path, *line, "--open", BROWSER=f"{opener} %s")[0] == 0
    assert (tmp_path / "opened").read_text().split() == [(tmp_path / "why.html").as_uri()] * 2


def test_without_a_browser_it_is_said_where_to_look(store: Path, tmp_path: Path) -> None:
    for line in commands(store):
        status, told = run(tmp_path, *line, "--open", PATH="", BROWSER="", DISPLAY="")
        assert (status, told.splitlines()[-1]) == (2, "pagesieve: no browser could be opened: open why.html yourself")
        assert "</html>" in (tmp_path / "why.html").read_text(encoding="utf-8")
    status, told = run(tmp_path, "explain", PAGE, "--open", PATH="", BROWSER="", DISPLAY="")
    assert status == 2
    (line,) = (line for line in told.splitlines() if "yourself" in line)
    assert Path(line.removeprefix("pagesieve: no browser could be opened: open ").removesuffix(" yourself")).is_file()


def test_the_inspector_without_a_browser_goes_on(store: Path) -> None:
    env = environment() | {"PATH": "", "BROWSER": "", "DISPLAY": ""}
    line = command("inspect", store, "--open")
    with subprocess.Popen(line, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        told = [process.stderr.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert told == ["Ctrl-C ends it.\n", "no browser could be opened: open the address yourself\n"]


@contextmanager
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_port_that_is_taken(store: Path, tmp_path: Path) -> None:
    with taken() as port:
        status, told = run(tmp_path, "inspect", store, "--port", str(port))
    assert (status, told) == (2, f"pagesieve: port {port} is not to be had (Address already in use): give another one with --port, or none\n")


def test_an_extra_that_is_not_installed(store: Path, tmp_path: Path) -> None:
    """A folder before all others in which the library is missing, as Python says it of one that is not there."""
    for name in ("distributed", "pyarrow", "waitress"):
        (tmp_path / f"{name}.py").write_text(f"raise ModuleNotFoundError({f'No module named {name!r}'!r}, name={name!r})\n")
    (tmp_path / "records.jsonl").write_text(json.dumps(clean_html(article(1)).to_dict()) + "\n")
    without = os.pathsep.join([str(tmp_path), environment()["PYTHONPATH"]])
    status, told = run(tmp_path, "inspect", store, PYTHONPATH=without)
    assert (status, told) == (2, "pagesieve: the inspector needs its extra: pip install 'pagesieve[inspect]'\n")
    status, told = run(tmp_path, "export", "records.jsonl", "--out", "r.parquet", PYTHONPATH=without)
    assert (status, told) == (2, "pagesieve: parquet needs the library pyarrow: pip install 'pagesieve[parquet]'\n")
    assert not (tmp_path / "r.parquet").exists()
    (tmp_path / "a.warc").write_bytes(warcs.page(1))
    status, told = run(tmp_path, "clean", "a.warc", "--out", "s/", "--engine", "dask", PYTHONPATH=without)
    assert (status, told) == (2, "pagesieve: --engine dask needs the library distributed: pip install 'pagesieve[dask]'\n")
    status, told = run(tmp_path, "clean", "a.warc", "--out", "s/", "--format", "parquet", PYTHONPATH=without)
    assert (status, told) == (2, "pagesieve: --format parquet needs the library pyarrow: pip install 'pagesieve[parquet]'\n")
