"""``pagesieve schedule``."""

import hashlib
import os
import shlex
import sys
from pathlib import Path

import click

from crawler.cli import WrongUse, visible
from crawler.cli.completion import files
from crawler.plan import PlanError, make_plan

# What begins with a star is for every one; hour and minute are the crawl's own, so that not all begin at midnight.
_CRON = {"hour": "{minute} * * * *", "day": "{minute} {hour} * * *", "week": "{minute} {hour} * * 1", "month": "{minute} {hour} 1 * *"}
_CALENDAR = {
    "hour": "*-*-* *:{minute:02}:00", "day": "*-*-* {hour:02}:{minute:02}:00", "week": "Mon *-*-* {hour:02}:{minute:02}:00",
    "month": "*-*-01 {hour:02}:{minute:02}:00",
}  # fmt: skip


@click.command(short_help="Print what cron or systemd need to run a crawl.")
@click.argument("site", metavar="FILE", shell_complete=files)
@click.option("--every", type=click.Choice(list(_CRON)), default="day", show_default=True, help="How often it runs.")
def schedule(site: str, every: str) -> None:
    """Print what cron or systemd need to run the crawl of a crawl file: a line for crontab, a service and a timer.

    Paths in the file are taken from the folder that you are in now. A run that finds another one at work says so and
    ends; one line in the log says what each run found.

    \b
    To read, and every night with cron at once:
        pagesieve schedule journal.toml
        (crontab -l; pagesieve schedule journal.toml | sed -n 2p) | crontab -
    """
    try:
        plan = make_plan(site)
    except PlanError as error:
        raise WrongUse(str(error)) from error
    folder, file = os.getcwd(), os.path.relpath(site)
    name = Path(site).stem
    seed = int(hashlib.sha256(os.path.realpath(site).encode()).hexdigest(), 16)
    when = {"minute": seed % 60, "hour": 1 + seed // 60 % 5}
    line = [*_command(), "crawl", "--site", file, "--brief"]
    log = f"{name}.log"
    # cron takes a percent sign for the end of the line.
    job = f"cd {shlex.quote(folder)} && {shlex.join(line)} >> {shlex.quote(log)} 2>&1".replace("%", "\\%")
    click.echo(
        f"""\
# crontab -e
{_CRON[every].format(**when)} {visible(job)}

# /etc/systemd/system/pagesieve-{visible(name)}.service
[Unit]
Description=pagesieve crawl of {visible(file)}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={visible(folder).replace("%", "%%")}
ExecStart={" ".join(_unit_word(word) for word in line)}
# Nothing new; another run at work.
SuccessExitStatus=3 5
# Runs go on where they were: nothing is lost when one is stopped.
KillMode=mixed
TimeoutStopSec=60

# /etc/systemd/system/pagesieve-{visible(name)}.timer
[Unit]
Description=pagesieve crawl of {visible(file)}, every {every}

[Timer]
OnCalendar={_CALENDAR[every].format(**when)}
Persistent=true

[Install]
WantedBy=timers.target

# systemctl enable --now pagesieve-{visible(name)}.timer
# Records go to {visible(os.path.abspath(plan.out))}"""
    )


def _command() -> list[str]:
    """This program, as it can be called from anywhere."""
    script = os.path.abspath(sys.argv[0])
    return [script] if os.path.basename(script) == "pagesieve" else [sys.executable, "-m", "crawler.cli"]


def _unit_word(word: str) -> str:
    """A word of a command line as systemd reads it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return escaped if escaped == word and not any(c.isspace() or c in "';" for c in word) else f'"{escaped}"'
