"""``pagesieve inspect``."""

import contextlib
import secrets
import socket
import webbrowser
from pathlib import Path

import click

from crawler.cli import WrongUse, visible
from crawler.cli.cleaning import checked_sites
from crawler.cli.completion import files, folders
from crawler.cli.store import opened

_EXTRA = "the inspector needs its extra: pip install 'pagesieve[inspect]'"


@click.command(short_help="Look at a crawl's store in the browser.")
@click.argument("path", metavar="STORE", shell_complete=files)
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Port on this machine.  [default: one that is free]")
@click.option("--sites", metavar="DIR", shell_complete=folders, help="A folder of site profiles of your own; see pagesieve site --help.")
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
def inspect(path: str, port: int, sites: str | None, opens: bool) -> None:
    """Look at a crawl's store in the browser: its runs and sites, its records with search, why each is as it is, what
    cleaning again would change, and which pages were blocked.

    The server answers on this machine only, to whoever has the address that it prints. It writes nothing into the store,
    and a crawl may be at work on it. Ctrl-C ends it.

    \b
        pagesieve inspect articles.sqlite --open

    Exit status: 0 done; 2 wrong use.
    """
    with opened(path, sites=checked_sites(sites)):
        pass
    try:
        from waitress import create_server

        from crawler.inspector.app import make_app
    except ImportError as error:
        raise WrongUse(_EXTRA) from error
    from crawler.workers import CleanPool

    listening = _listening(port)
    port = listening.getsockname()[1]
    token = secrets.token_urlsafe(16)
    address = f"http://127.0.0.1:{port}/?token={token}"
    with contextlib.suppress(KeyboardInterrupt), CleanPool(1, sites=sites) as pool:
        server = create_server(make_app(Path(path), token=token, port=port, pool=pool, sites=sites), sockets=[listening], threads=4, ident=None)
        click.echo(f"{visible(path)} is shown at {address}")
        click.echo("Ctrl-C ends it.", err=True)
        if opens and not webbrowser.open(address):
            click.echo("no browser could be opened: open the address yourself", err=True)
        try:
            server.run()
        finally:
            server.close()


def _listening(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        raise WrongUse(f"port {port} is not to be had ({error.strerror}): give another one with --port, or none") from error
    listening.listen()
    return listening
