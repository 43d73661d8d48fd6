"""``pagesieve store``, ``schedule`` and ``clean --store``: what a person does with a crawl that runs every night."""

import json
import subprocess
from pathlib import Path

import pytest
from loopback import ROOT, Answer, Site, article, command, crawl, crawl_file, environment, listing


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), cwd=folder, env=environment(), capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def crawled(site: Site, tmp_path: Path) -> Path:
    """A folder with a crawl of four articles; one page was refused."""
    site.pages |= {f"/article/{i}": Answer(article(i, extra=f'<p class="aside">An aside in article {i} of the journal.</p>')) for i in range(4)}
    site.pages |= {"/list": Answer(listing([f"/article/{i}" for i in range(5)])), "/article/4": Answer("no", 403)}
    assert crawl(tmp_path, f"{site.base}/list", article=["/article/"]).returncode == 1
    return tmp_path


def test_info_and_verify(crawled: Path) -> None:
    told = dict(line.split("  ", 1) for line in map(str.strip, run(crawled, "store", "info", "articles.sqlite").stdout.splitlines()))
    assert told["URLs"] == "1 blocked, 5 fetched"
    assert told["answers"] == "6, of which 0 superseded"
    assert told["records"] == "4 article, 1 blocked, 1 listing"
    assert run(crawled, "store", "verify", "articles.sqlite").stdout == "all is well\n"
    (crawled / "cut.sqlite").write_bytes((crawled / "articles.sqlite").read_bytes()[:-9000])
    cut = run(crawled, "store", "verify", "cut.sqlite")
    assert cut.returncode in (1, 2)
    assert all(line.startswith("pagesieve: ") for line in cut.stderr.splitlines())
    none = run(crawled, "store", "info", "none.sqlite")
    assert (none.returncode, none.stderr.count("\n")) == (2, 1)
    assert not (crawled / "none.sqlite").exists()


def test_pages_are_cleaned_again_and_what_changed_is_shown(crawled: Path) -> None:
    """From the store, without a request; after a change of our own, here a record as an older version left it."""
    import sqlite3

    with sqlite3.connect(crawled / "articles.sqlite") as db:
        ((page, line),) = db.execute("SELECT page_id, record FROM records WHERE kind = 'article' LIMIT 1").fetchall()
        old = {**json.loads(line), "title": "As it was", "keywords": [{"term": "gone", "count": None}]}
        db.execute("UPDATE records SET record = ? WHERE page_id = ?", (json.dumps(old), page))
    done = run(crawled, "clean", "--store", "articles.sqlite", "--diff", "--out", "new.jsonl")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:4] == ["  title", '    - "As it was"', f'    + "{json.loads(line)["title"]}"']
    assert done.stderr.splitlines() == ["6 pages cleaned again: 1 record changed (title 1, keywords 1)", "4 records in new.jsonl"]
    assert (crawled / "new.jsonl").read_bytes() == (crawled / "articles.jsonl").read_bytes()
    assert run(crawled, "clean", "--store", "articles.sqlite", "--diff").stdout == ""
    assert run(crawled, "clean", "--store", "articles.sqlite", "page.html").returncode == 2


@pytest.mark.parametrize("every", ["hour", "week"])
def test_the_printed_schedule_runs(site: Site, tmp_path: Path, every: str) -> None:
    """From another folder, with cron's own few variables, also where a folder has a space and a percent sign in its name."""
    folder = tmp_path / "of 100% use"
    folder.mkdir()
    site.pages |= {"/list": Answer(listing(["/article/1", "/article/2"])), "/article/1": Answer(article(1)), "/article/2": Answer(article(2))}
    crawl_file(folder, f"{site.base}/list")
    printed = run(folder, "schedule", "crawl.toml", "--every", every)
    assert printed.returncode == 0, printed.stderr
    lines = printed.stdout.splitlines()
    minute, hour, day, month, weekday, job = lines[1].split(" ", 5)
    assert (hour == "*", weekday) == ((True, "*") if every == "hour" else (False, "1"))
    assert (day, month) == ("*", "*")
    assert f"OnCalendar={'*-*-* *:' if every == 'hour' else 'Mon *-*-* 0'}" in printed.stdout
    assert f":{int(minute):02}:00" in printed.stdout
    # What cron does with the line.
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": "/"}
    subprocess.run(["/bin/sh", "-c", job.replace("\\%", "%")], cwd="/", env=env, check=True, timeout=60)
    log = (folder / "crawl.log").read_text(encoding="utf-8")
    assert log.count("\n") == 1
    assert "3 new; 2 records in articles.jsonl" in log
    # What systemd does with the unit: %% and quotes are its own.
    values = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    assert values["WorkingDirectory"].replace("%%", "%") == str(folder)
    start = values["ExecStart"].replace("%%", "%").replace('"', "").split(" ")
    done = subprocess.run(start, cwd=folder, env=env, check=False, timeout=60, capture_output=True)
    assert str(done.returncode) in values["SuccessExitStatus"].split(), "nothing new"


def test_a_schedule_of_a_broken_crawl_file(tmp_path: Path) -> None:
    (tmp_path / "crawl.toml").write_text("start = []")
    done = run(tmp_path, "schedule", "crawl.toml")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
