"""The reference of the commands is what the commands say of themselves.

``make readme`` (``python tests/docs/test_commands.py``) writes it anew.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from loopback import ROOT

from crawler.cli import main

REFERENCE = ROOT / "docs/commands.md"
_HEAD = """# Commands

What each command says of itself with `--help`. This file is made of it by `make readme`.
"""


def helps(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[tuple[str, str]]:
    """Name and help of a command and of those below it, at 80 columns."""
    context = click.Context(command, info_name=name.rpartition(" ")[2], parent=parent, terminal_width=80, max_content_width=80)
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from helps(found, f"{name} {below}", context)


def reference() -> str:
    return "\n".join([_HEAD, *(f"## {name}\n\n```text\n{told}\n```\n" for name, told in helps(main, "pagesieve"))])


def test_the_reference_is_what_the_commands_say() -> None:
    assert REFERENCE.read_text(encoding="utf-8").splitlines() == reference().splitlines()


def test_every_help_fits_80_columns() -> None:
    for name, told in helps(main, "pagesieve"):
        assert max(map(len, told.splitlines())) <= 80, name


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
