"""``pagesieve completion``, and what a shell completes the values of options and arguments with."""

from collections.abc import Callable, Iterable

import click
from click.shell_completion import BashComplete, CompletionItem, FishComplete, ShellComplete, ZshComplete

_SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


def files(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Names of files; the shell finds them itself."""
    return [CompletionItem(incomplete, type="file")]


def folders(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Names of folders; the shell finds them itself."""
    return [CompletionItem(incomplete, type="dir")]


def words(known: Iterable[str]) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Words that are known, for what the command itself looks at; a `click.Choice` completes its own."""
    return lambda _, __, incomplete: [word for word in known if word.startswith(incomplete)]


@click.command(short_help="Print what completes commands in your shell.")
@click.argument("shell", type=click.Choice(list(_SHELLS)), metavar="{bash|zsh|fish}")
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that has your shell complete commands, options and names of files.

    \b
    bash, 4.4 or newer:
        pagesieve completion bash > ~/.pagesieve-completion.bash
        echo '. ~/.pagesieve-completion.bash' >> ~/.bashrc

    \b
    zsh, in a folder that $fpath has before compinit runs:
        pagesieve completion zsh > ~/.zfunc/_pagesieve

    \b
    fish:
        pagesieve completion fish > ~/.config/fish/completions/pagesieve.fish

    \b
    To try it in the shell that you are in:
        eval "$(pagesieve completion bash)"
    """
    script = _SHELLS[shell](context.find_root().command, {}, "pagesieve", "_PAGESIEVE_COMPLETE")
    click.echo(script.source(), nl=False)
