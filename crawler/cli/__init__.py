"""The command line. Each command is loaded when it is called: only ``crawl`` needs Scrapy."""

import os
import sys
from importlib import import_module
from typing import IO, Any, NoReturn

import click

from crawler.files import unwritable

# Each is a function of its own name in a module of its own name.
_COMMANDS = {
    "clean": "Clean pages that you have, or single addresses.",
    "crawl": "Crawl sites and clean their articles.",
    "schema": "Print the JSON Schema of a record.",
}
# What a shell says of a command that Ctrl-C ended.
INTERRUPTED = 130


class WrongUse(click.ClickException):
    """The command cannot do what it was told to; the message, one line, says how to mend it."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line."""
        complain(self.format_message())


def visible(text: str) -> str:
    """The text on one line: what could move a cursor, colour a terminal or turn its direction stands there as bytes in hex.

    So the name of a file can be told whatever bytes it has, and can be given back to a shell, as ``$'…'``.
    """
    return "".join(c if c.isprintable() else "".join(f"\\x{byte:02x}" for byte in os.fsencode(c)) for c in text)


def complain(message: str) -> None:
    """One line to stderr."""
    click.echo(f"pagesieve: {visible(message)}", err=True)


def checked_output(path: str | None) -> str | None:
    """The path, if a file can be written there; raises `WrongUse`."""
    if path is not None and (reason := unwritable(path)):
        raise WrongUse(reason)
    return path


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"crawler.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever reads has seen enough (``| head``). What is still buffered must not fail at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None
        except click.UsageError as error:
            # An option without its value: click does not say of which command.
            if error.ctx is None and ctx.invoked_subcommand:
                error.ctx = click.Context(click.Command(ctx.invoked_subcommand), parent=ctx, info_name=ctx.invoked_subcommand)
            raise
        return answer

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run; whatever goes wrong is told in one line."""
        try:
            super().main(*args, **{"prog_name": "pagesieve", **extra, "standalone_mode": False})
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else "pagesieve"
            complain(f"{error.format_message().rstrip('.')}; see {command} --help")
            sys.exit(2)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(INTERRUPTED)
        except OSError as error:
            complain(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))
            sys.exit(1)
        sys.exit(0)


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, help="Print the version and exit.")
@click.pass_context
def main(context: click.Context, version: bool) -> None:
    """Clean records from messy article pages.

    \b
    Clean a page that you have, and look at the record:
        pagesieve clean page.html

    \b
    Clean a folder of pages into one JSON line each:
        pagesieve clean pages/ --out records.jsonl

    \b
    Crawl a journal and clean its articles:
        pagesieve crawl https://journal.example/current
    """
    if version:
        from cleaners.made_by import VERSION

        click.echo(f"pagesieve {VERSION}")
        context.exit()
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
