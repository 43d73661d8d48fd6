"""Completion in real shells: commands, options, their values, and names of files."""

import ast
import os
import pty
import select
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from loopback import command, environment

from crawler.cli import main

# What is typed before the tabulator, and what the shell makes of it.
TYPED = [
    ("pagesieve sched", "pagesieve schedule"),
    ("pagesieve schedule journal.toml --ev", "pagesieve schedule journal.toml --every"),
    ("pagesieve schedule journal.toml --every mo", "pagesieve schedule journal.toml --every month"),
    ("pagesieve export --format bib", "pagesieve export --format bibtex"),
    ("pagesieve store ver", "pagesieve store verify"),
    ("pagesieve clean a-pa", "pagesieve clean a-page.html"),
    ("pagesieve crawl --sites my-", "pagesieve crawl --sites my-sites/"),
    ("pagesieve completion z", "pagesieve completion zsh"),
]
_START = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}
_SOURCE = {"bash": 'eval "$(pagesieve completion bash)"', "zsh": 'autoload -Uz compinit; compinit -u -D; eval "$(pagesieve completion zsh)"'}
_SECONDS = 20.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a page, site profiles and a program ``pagesieve``."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "pagesieve"
    program.write_text(f'#!/bin/sh\nexec {" ".join(command())} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    for name in ("a-page.html", "journal.toml", "my-notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "my-sites").mkdir()
    return tmp_path


def surroundings(folder: Path) -> dict[str, str]:
    return environment() | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "TERM": "dumb", "PS1": "$ ", "HOME": str(folder), "HISTFILE": "/dev/null"}


def needs(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")


class Terminal:
    """A shell at work in a terminal."""

    def __init__(self, line: list[str], folder: Path) -> None:
        self._ours, its = pty.openpty()
        termios.tcsetwinsize(its, (24, 200))
        self._process = subprocess.Popen(line, cwd=folder, env=surroundings(folder), stdin=its, stdout=its, stderr=its, start_new_session=True)
        os.close(its)

    def type(self, text: str, until: str) -> str:
        """What is seen after the text is typed, up to what is waited for; or all that there is when the time is up."""
        os.write(self._ours, text.encode())
        seen, end = "", time.monotonic() + _SECONDS
        while until not in seen and time.monotonic() < end:
            if select.select([self._ours], [], [], 0.2)[0]:
                seen += os.read(self._ours, 65536).decode()
        return seen

    def close(self) -> None:
        os.close(self._ours)
        self._process.kill()
        self._process.wait()


@pytest.fixture(params=list(_START))
def terminal(request: pytest.FixtureRequest, folder: Path) -> Iterator[Terminal]:
    """A shell that has read the script which the command printed."""
    needs(request.param)
    running = Terminal(_START[request.param], folder)
    running.type(f"{_SOURCE[request.param]}; echo $((40+2))ready\n", "42ready")
    yield running
    running.close()


def test_what_the_tabulator_completes(terminal: Terminal) -> None:
    for typed, line in TYPED:
        seen = terminal.type(f"{typed}\t", line)
        assert line in seen, f"{typed}: {seen!r}"
        terminal.type("\x15echo $((40+2))next\n", "42next")


def test_what_fish_completes(folder: Path) -> None:
    needs("fish")
    for typed, line in TYPED:
        script = f"pagesieve completion fish | source; complete -C '{typed}'"
        line_of_fish = ["fish", "--no-config", "-c", script]
        done = subprocess.run(line_of_fish, cwd=folder, env=surroundings(folder), capture_output=True, text=True, timeout=60, check=False)
        assert [found.split("\t")[0] for found in done.stdout.splitlines()] == [line.split()[-1]], f"{typed}: {done.stdout}{done.stderr}"


def test_only_the_command_that_is_completed_is_loaded() -> None:
    """Each takes up to a tenth of a second, and whoever presses the tabulator waits for it."""
    heavy = ("pebble", "scrapy", "trafilatura", "cleaners.pipeline", "cleaners.dates", "multiprocessing")
    commands = [f"crawler.cli.{name}" for name in main.list_commands(click.Context(main)) if name != "completion"]
    told = f"[name for name in sys.modules if name in {(*heavy, *commands)}]"
    script = f"import sys\nfrom crawler.cli import main\ntry: main()\nfinally: print({told})"
    for words, answer, loaded in [
        ("pagesieve c", ["plain,clean", "plain,crawl", "plain,completion"], []),
        ("pagesieve schema --h", ["plain,--help"], ["crawler.cli.schema"]),
        ("pagesieve clean --o", ["plain,--out"], ["crawler.cli.clean"]),
        ("pagesieve export --o", ["plain,--out"], ["crawler.cli.crawl", "crawler.cli.export", "crawler.cli.store"]),
    ]:
        env = environment() | {"_PAGESIEVE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=60, check=True)
        *found, modules = done.stdout.splitlines()
        assert (found, sorted(ast.literal_eval(modules))) == (answer, loaded)


def _commands(group: click.Group, path: str = "pagesieve") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield f"{path} {name}", found
        if isinstance(found, click.Group):
            yield from _commands(found, f"{path} {name}")


def test_every_name_of_a_file_is_completed() -> None:
    """An option or argument that is shown as a file or folder has ``shell_complete=files`` or ``folders``."""
    kinds = {"FILE": "file", "STORE": "file", "PAGE": "file", "PATH": "file", "DIR": "dir"}
    looked_at = 0
    for path, found in _commands(main):
        for parameter in found.params:
            kind = next((kinds[word] for word in kinds if word in (parameter.metavar or "")), None)
            if kind:
                looked_at += 1
                completed = parameter.shell_complete(click.Context(found), "x")
                assert [(item.value, item.type) for item in completed] == [("x", kind)], f"{path}: {parameter.name}"
    assert looked_at > 20
