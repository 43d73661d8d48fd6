"""What a person types and reads: wrong use, help, the schema, and output in a terminal."""

import json
import os
import re
import subprocess
import unicodedata
from pathlib import Path

import jsonschema
import pytest
from loopback import Answer, Site, archive, article, command, crawl_file, environment, in_terminal

from cleaners import __version__, clean_html

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
STYLE = re.compile(r"\x1b\[[0-9;]*m")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*command(), *arguments], cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=False)


def terminal(folder: Path, *arguments: str | Path, columns: int = 80, **variables: str) -> tuple[str, int]:
    """What a command writes to a terminal of this width, and its exit status."""
    return in_terminal(command(*arguments), folder, environment() | variables, columns=columns)


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in line)


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("clean", "give a file"),
        ("clean absent.html", "no such file or folder: absent.html"),
        ("clean example.org/1", "http://"),
        ("clean *.xyz", "no file matches *.xyz"),
        ("clean .", "no pages in the folder ."),
        ("clean - -", "a single -"),
        ("clean - --html --text", "give one"),
        ("clean - --url journal", "http://"),
        ("clean http://a.example/ --url http://a.example/", "single file"),
        ("clean - --out o --ledger ./o", "another name"),
        ("clean - --out -", "give another one"),
        ("clean - --jobs 0", "pagesieve clean --help"),
        ("clean - --jobs", "pagesieve clean --help"),
        ("clean - --colour", "pagesieve clean --help"),
        ("report absent.sqlite --open", "--html"),
        ("report absent.sqlite --accept --html r.html", "one after the other"),
        ("report absent.sqlite --html no/such/r.html", "no/such"),
        ("inspect absent.sqlite", "pagesieve crawl"),
        ("inspect absent.sqlite --port 70000", "pagesieve inspect --help"),
        ("inspect absent.sqlite --sites absent", "site profiles"),
        ("explain", "pagesieve explain --help"),
        ("explain absent.html", "no such file or folder: absent.html"),
        ("explain .", "no pages in the folder ."),
        ("explain http://a:b@a.example/", "leave out all before the @"),
        ("explain - --html no/such/why.html", "no/such"),
        ("explain - --sites absent", "site profiles"),
        ("explain - --url journal", "http://"),
        ("crawl", "give an address"),
        ("crawl example.org", "http://"),
        ("crawl http://a.example/ --site absent.toml", "absent.toml"),
        ("crawl http://a.example/ --out absent/o.jsonl", "make it first"),
        ("crawl http://a.example/ --store absent/s", "make it first"),
        ("crawl http://a.example/ --store data", "--store"),
        ("crawl http://a.example/ --out o.sqlite", "a name of its own"),
        ("export", "pagesieve export --help"),
        ("export absent.sqlite", "no file absent.sqlite: give a store"),
        ("export data", "data is no store: give a store"),
        ("export data --out data", "--out"),
        ("clear", "pagesieve --help"),
        ("--colour", "pagesieve --help"),
    ],
)
def test_wrong_use_is_told_in_one_line_with_the_mend(tmp_path: Path, line: str, mend: str) -> None:
    (tmp_path / "data").write_text("no database, and more than a few bytes of it" * 99)
    done = run(tmp_path, *line.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("pagesieve: ")
    assert done.stderr.count("\n") == 1
    assert mend in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_help_version_and_schema(tmp_path: Path) -> None:
    """Each command's help shows how it is called, and the schema is the one that records keep."""
    assert run(tmp_path, "--version").stdout == f"pagesieve {__version__}\n"
    assert run(tmp_path).stdout == run(tmp_path, "-h").stdout
    for name in ("clean", "explain", "crawl", "schedule", "inspect", "report", "export", "store", "site", "schema", "completion"):
        assert f"  {name} " in run(tmp_path, "--help").stdout
        help_text = run(tmp_path, name, "--help").stdout
        assert help_text.count(f"pagesieve {name} ") >= 2
        assert max(map(len, help_text.splitlines())) <= 80
    # JSON is UTF-8, whatever the terminal speaks.
    done = subprocess.run(command("schema"), env=environment() | {"PYTHONIOENCODING": "ascii"}, capture_output=True, timeout=60, check=True)
    jsonschema.validate(clean_html(article(1)).to_dict(), json.loads(done.stdout), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("columns", [80, 40, 20])
def test_records_in_a_terminal(tmp_path: Path, columns: int) -> None:
    """A few records in full, many in short, laid out for the window, and nothing in them reaches the terminal."""
    hostile = article(7).replace("<h1>", "<h1>\x1b]0;owned\x07").replace("Nováková", "Nováková\u202e\u200b")
    (tmp_path / "a.html").write_text(hostile, encoding="utf-8")
    (tmp_path / "b\x1b[2J.html").write_bytes(b"%PDF-1.7")
    seen, status = terminal(tmp_path, "clean", ".", columns=columns)
    assert status == 1
    assert not re.search(r"[^\x20-\x7e\n\u00a0-\u2bff]|\u202e|\u200b", STYLE.sub("", seen))
    plain = STYLE.sub("", seen)
    # A name or address is left whole, for whoever copies it: the terminal breaks it.
    assert max(width(line) for line in plain.splitlines()[:-1] if "  ./" not in line) <= columns
    words = " ".join(plain.split())
    for shown in ("article ./a.html", "Petra Nováková", "10.5555/jn.7", "unreadable", "2 records: article 1, unreadable 1"):
        assert shown.replace(" ", "") in words.replace(" ", "")
    assert plain.count("is a PDF") == 1 if columns == 80 else "PDF" in plain, "said with its record, and not once more"

    for number in range(4):
        (tmp_path / f"{number}.html").write_text(article(number), encoding="utf-8")
    plain = STYLE.sub("", terminal(tmp_path, "clean", ".", columns=columns)[0])
    assert max(map(width, plain.splitlines()[:-1])) <= columns
    assert "abstract" not in plain
    assert len(plain.splitlines()) == 5 * 4 + 3 + 1


def test_progress_shows_in_terminals_only(site: Site, tmp_path: Path) -> None:
    """Three pages of one host take two seconds at least."""
    urls = [f"{site.base}/{number}" for number in range(3)]
    site.pages |= {f"/{number}": Answer(article(number)) for number in range(3)}
    seen, status = terminal(tmp_path, "clean", "--allow-private", *urls, "--out", "o.jsonl")
    assert status == 0
    assert "━" in seen
    assert ESCAPE.sub("", seen).splitlines()[-1].endswith("3 records in o.jsonl: article 3"), "the bar is gone at the end"
    assert run(tmp_path, "clean", "--allow-private", *urls, "--out", "o.jsonl").stderr == "3 records in o.jsonl: article 3\n"


def test_a_crawl_in_a_terminal(site: Site, tmp_path: Path) -> None:
    """A bar while it runs, then a summary that is read at a glance; no word of what Scrapy says to its log."""
    site.pages |= archive(3)
    seen, status = terminal(tmp_path, "crawl", "--site", crawl_file(tmp_path, f"{site.base}/list", f"{site.base}/gone", "http://127.0.0.1:1/"))
    assert status == 1
    assert "━" in seen
    assert "Traceback" not in seen
    told = ESCAPE.sub("", seen).rpartition("\r")[2]
    told = re.sub("(Error: Connection was refused).*", r"\1", told)
    assert told.split("\n\n") == [
        "       5  pages fetched\n       3  articles\n       1  listing\n       1  not found\n       1  error",
        "filled in the articles:\n    100%  title, authors, container_title, language, published, dates,\n          identifiers, abstract",
        f"not to be had:\n  http://127.0.0.1:1/  failed: DownloadConnectionRefusedError: Connection was refused\n  {site.base}/gone  not_found: HTTP 404",
        "3 records in articles.jsonl, pages and state in articles.sqlite\n",
    ]


def test_streams_that_are_closed_or_cannot_hold_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(article(1).replace("Nováková", "林若溪"), encoding="utf-8")
    for stream in (1, 2):
        line = command("clean", "a.html", "--out", f"{stream}.jsonl")
        done = subprocess.run(line, cwd=tmp_path, env=environment(), preexec_fn=lambda fd=stream: os.close(fd), capture_output=True, timeout=60, check=False)
        assert (done.returncode, done.stdout) == (0, b"")
        assert done.stderr == (b"" if stream == 2 else b"1 record in 1.jsonl: article 1\n")
        assert "林若溪" in (tmp_path / f"{stream}.jsonl").read_text(encoding="utf-8")
    seen, status = terminal(tmp_path, "clean", "a.html", PYTHONIOENCODING="latin-1")
    assert (status, r"\u6797\u82e5\u6eaa" in seen) == (0, True)
    for name in ("clean", "crawl"):
        assert "\\u2026" in terminal(tmp_path, name, "-h", PYTHONIOENCODING="latin-1")[0]
