"""The command line. Each command is loaded when it is called: only ``crawl`` needs Scrapy."""

import io
import os
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from crawler.files import unwritable
from crawler.visible import visible as visible  # all commands tell with it

# Each is a function of its own name in a module of its own name.
_COMMANDS = {
    "clean": "Clean pages that you have, or single addresses.",
    "explain": "Show why a record is as it is.",
    "crawl": "Crawl sites and clean their articles.",
    "schedule": "Print what cron or systemd need to run a crawl.",
    "inspect": "Look at a crawl's store in the browser.",
    "report": "Show what the runs of a crawl found, and what fell.",
    "export": "Write records anew, also as Parquet, CSV, BibTeX, …",
    "store": "Look into a crawl's store, check it, make it smaller.",
    "site": "Write and try site profiles.",
    "schema": "Print the JSON Schema of a record.",
    "completion": "Print what completes commands in your shell.",
}
# What a shell says of a command that Ctrl-C ended.
INTERRUPTED = 130
# So many sorts of what was skipped are named: a web archive may have hundreds of media types.
_NAMED = 8


class WrongUse(click.ClickException):
    """The command cannot do what it was told to; the message, one line, says how to mend it."""

    exit_code = 2


class Interrupted(click.ClickException):
    """Ctrl-C; the message, one line, says what is kept."""

    exit_code = INTERRUPTED


def number(count: int, noun: str) -> str:
    """ "1 page", "1,200 pages"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def frequent(counts: Counter[str]) -> str:
    """ "redirect 12, revisit 3": the most frequent, and how many there are of the others."""
    named = counts.most_common(_NAMED)
    rest = counts.total() - sum(count for _, count in named)
    return ", ".join([f"{name} {count:,}" for name, count in named] + [f"others {rest:,}"] * bool(rest))


def complain(message: str) -> None:
    """One line to stderr."""
    click.echo(f"pagesieve: {visible(message)}", err=True)


def checked_output(path: str | None) -> str | None:
    """The path, if a file can be written there; raises `WrongUse`."""
    if path is not None and (reason := unwritable(path)):
        raise WrongUse(reason)
    return path


def open_in_browser(path: str) -> None:
    """Open a file that was written; raises `WrongUse` where there is no browser."""
    import webbrowser

    if not webbrowser.open(Path(path).resolve().as_uri()):
        raise WrongUse(f"no browser could be opened: open {path} yourself")


def tell_broken(sites: str | None) -> None:
    """One line for each site profile in a folder that cannot be used; the pages of its site are cleaned without it."""
    if sites is not None:
        from cleaners.profiles import broken_profiles

        for why in broken_profiles(sites):
            complain(why)


class _Commands(click.Group):
    def list_commands(self, _: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"crawler.cli.{name}"), name)
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        # click's own would load each command to ask it for its help.
        names = [CompletionItem(name, help=told) for name, told in _COMMANDS.items() if name.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def invoke(self, ctx: click.Context) -> Any:
        try:
            super().invoke(ctx)
            sys.stdout.flush()
        except click.UsageError as error:
            raise _usage(error, f"pagesieve {ctx.invoked_subcommand or ''}") from error
        except OSError as error:
            # What is still buffered must not fail once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            # Whoever reads has seen enough (``| head``).
            if not isinstance(error, BrokenPipeError):
                raise

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run; whatever goes wrong is told in one line."""
        _mend_streams()
        try:
            super().main(*args, **{"prog_name": "pagesieve", **extra, "standalone_mode": False})
        except click.ClickException as error:
            told = _usage(error, "pagesieve") if isinstance(error, click.UsageError) else error
            if isinstance(told, Interrupted):
                click.echo(err=True)  # the terminal shows ^C on the line
            complain(told.format_message())
            sys.exit(told.exit_code)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(INTERRUPTED)
        except OSError as error:
            complain(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))
            sys.exit(1)
        sys.exit(0)


def _mend_streams() -> None:
    """A stream that is closed (``>&-``) leads to nothing; what a stream's encoding lacks is written as an escape."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # for as long as the process lives
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _usage(error: click.UsageError, command: str) -> WrongUse:
    return WrongUse(f"{error.format_message().rstrip('.')}; see {command.strip()} --help")


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
