"""``pagesieve clean`` on files, folders and pipes: the real command and its real workers."""

import ctypes
import gzip
import json
import math
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest
from loopback import article, clean, command, complaints, environment, json_lines

import cleaners
from cleaners import Page, Record

FLAT = "Lichens on copper roofs\n\nPetra Nováková\n\nAbstract\n\nWe measured forty copper roofs over nine years, and found lichens on most of them.\n"
HTML = Page(content=article(1).encode())
TEXT = Page(content=FLAT.encode(), kind="text")


def records(lines: bytes) -> list[Record]:
    return [Record.from_json(line) for line in lines.splitlines()]


def obey_file_modes() -> None:
    """For the next program, even if root runs it."""
    drop, override, read_search = 24, 1, 2  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    for capability in (override, read_search):
        ctypes.CDLL(None).prctl(drop, capability, 0, 0, 0)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with a page of every kind that is taken, and files that are none."""
    folder = tmp_path / "pages"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "b.html").write_bytes(article(1).encode())
    (folder / "a.HTM.gz").write_bytes(gzip.compress(article(2).encode()))
    (folder / "deep" / "er" / "c.txt").write_bytes(FLAT.encode())
    lines = json_lines(*({"url": f"https://journal.example/{n}", "html": article(n)} for n in (3, 4)), {"text": FLAT})
    (folder / "deep" / "d.jsonl").write_bytes(b"\xef\xbb\xbf" + lines)
    for name in (".hidden/x.html", ".x.html", "readme.md", "figure.png"):
        (folder / name).write_text("no page")
    return folder


def test_folders_patterns_and_order(pages: Path) -> None:
    """Pages come in the order of names or of the command line, each read as its name or line says; jobs change nothing."""
    done = clean(pages.parent, "pages")
    assert (done.returncode, done.stderr) == (0, b"")
    made = records(done.stdout)
    assert [record.identifiers.doi for record in made] == ["10.5555/jn.2", "10.5555/jn.1", "10.5555/jn.3", "10.5555/jn.4", None, None]
    assert [record.url for record in made] == [None, None, "https://journal.example/3", "https://journal.example/4", None, None]
    assert made[0] == cleaners.clean(Page(content=article(2).encode())), "compressed or not is the same page"
    assert made[1] == cleaners.clean(HTML)
    assert made[4] == made[5] == cleaners.clean(TEXT)

    lines = done.stdout.splitlines()
    assert clean(pages, "**/*.txt", "b.html", "b.html").stdout.splitlines() == [lines[5], lines[1], lines[1]]
    for jobs in (1, 3):
        assert clean(pages.parent, "pages", "--jobs", str(jobs)).stdout == done.stdout


def test_out_and_ledger(pages: Path) -> None:
    """The same bytes go into a file, which may lie in the folder that is read; the ledger has a line for each."""
    wanted = clean(pages.parent, "pages").stdout
    for _ in range(2):
        done = clean(pages.parent, "pages", "--out", "pages/out.jsonl", "--ledger", "pages/why.jsonl")
        assert (done.returncode, done.stdout) == (0, b"")
        assert done.stderr.decode().startswith("6 records in pages/out.jsonl: article ")
        assert (pages / "out.jsonl").read_bytes() == wanted
    whys = [json.loads(line) for line in (pages / "why.jsonl").read_bytes().splitlines()]
    assert [why["page"] for why in whys][1:4] == ["pages/b.html", "pages/deep/d.jsonl:1", "pages/deep/d.jsonl:2"]
    assert [why["id"] for why in whys] == [record.id for record in records(wanted)]
    assert all(why["ledger"]["blocks"] for why in whys)
    assert not list(pages.rglob("*.part"))


def test_stdin(tmp_path: Path) -> None:
    """The content tells what comes through a pipe; ``--html`` and ``--text`` overrule it."""

    def made(content: bytes, *options: str) -> list[Record]:
        done = clean(tmp_path, "-", *options, stdin=content)
        assert (done.returncode, done.stderr) == (0, b"")
        return records(done.stdout)

    url = "https://journal.example/1"
    lines = json_lines({"url": url, "html": article(1)}, {"text": FLAT})
    assert made(lines) == made(gzip.compress(lines)) == [cleaners.clean_html(article(1), url=url), cleaners.clean_text(FLAT)]
    assert made(article(1).encode(), "--url", url) == [cleaners.clean_html(article(1).encode(), url=url)]
    assert made(FLAT.encode()) == [cleaners.clean(TEXT)]
    assert made(FLAT.encode(), "--html") == [cleaners.clean_html(FLAT.encode())]
    assert made(article(1).encode(), "--text") == [cleaners.clean_text(article(1).encode())]


def test_pages_that_cannot_be_read(tmp_path: Path) -> None:
    """Each is named with its reason, and the others come out."""
    (tmp_path / "a.html").write_bytes(article(1).encode())
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(article(2).encode())[:-20])
    (tmp_path / "empty.html").touch()
    (tmp_path / "huge.html").touch()
    os.truncate(tmp_path / "huge.html", 300 << 20)
    lines = [b'{"html": "<p>broken', b'{"page": "<p>No page.</p>"}', b"no JSON", b'{"html": 5}', b'{"text": "\xff"}', b"", json_lines({"text": FLAT})]
    (tmp_path / "lines.jsonl").write_bytes(b"\n".join(lines))
    (tmp_path / "loop.html").symlink_to("loop.html")
    (tmp_path / "pdf.html").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    (tmp_path / "secret.html").touch(mode=0)
    done = clean(tmp_path, tmp_path, preexec_fn=obey_file_modes)
    assert done.returncode == 1
    assert [record.kind for record in records(done.stdout)] == ["article", "empty", "article", "unreadable"]
    told = [line.removeprefix(f"{tmp_path}/").partition(": ") for line in complaints(done)]
    assert sorted((name, why) for name, _, why in told if not name.startswith("lines")) == [
        ("cut.html.gz", "broken gzip data"),
        ("huge.html", "larger than 256 MB"),
        ("loop.html", os.strerror(40)),
        ("pdf.html", "The content is a PDF, not a page."),
        ("secret.html", os.strerror(13)),
    ]
    assert [name for name, _, _ in told if name.startswith("lines")] == [f"lines.jsonl:{number}" for number in range(1, 6)]


def test_a_page_that_kills_its_worker_costs_only_itself(tmp_path: Path) -> None:
    """Here the system does: a process may take a second more than all of them take for the other pages, and the heavy one takes four times as long."""
    heavy = "".join(f"<p>This is sentence {number} of a page that has more of them than anybody would ever read.</p>" for number in range(80_000))
    pages = [{"html": article(1)}, {"url": "https://journal.example/heavy", "html": heavy}, *({"html": article(n)} for n in range(2, 12))]
    (tmp_path / "pages.jsonl").write_bytes(json_lines(*pages))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    clean(tmp_path, "-", "--jobs", "1", stdin=json_lines(pages[0], *pages[2:]))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = math.ceil(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) + 1
    done = clean(tmp_path, "pages.jsonl", "--jobs", "2", "--out", "o.jsonl", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, 2 * seconds)))
    assert done.returncode == 1
    told = done.stderr.decode().splitlines()
    assert told[0] == "pagesieve: pages.jsonl:2: The process that cleaned this page died: SIGXCPU."
    assert told[1:] == ["12 records in o.jsonl: article 11, unreadable 1"]
    made = records((tmp_path / "o.jsonl").read_bytes())
    assert [record.identifiers.doi for record in made] == ["10.5555/jn.1", None, *(f"10.5555/jn.{n}" for n in range(2, 12))]
    assert made[1].url == "https://journal.example/heavy"


def test_hostile_names(tmp_path: Path) -> None:
    """No name moves a cursor or breaks a line, and each can be given back to a shell."""
    name = b"a\nb\x1b[31m\xff\xe2\x80\xae.html"
    Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_bytes(b"%PDF-1.7")
    said = r"a\x0ab\x1b[31m\xff\xe2\x80\xae.html"
    for argument in (name, b"."):
        done = clean(tmp_path, argument, "--ledger", "why")
        assert done.returncode == 1
        assert [line.removeprefix("./") for line in complaints(done)] == [f"{said}: The content is a PDF, not a page."]
        assert json.loads((tmp_path / "why").read_bytes())["page"].removeprefix("./") == said
    (line,) = complaints(clean(tmp_path, name.replace(b"a", b"A")))
    assert said.replace("a", "A", 1) in line


def test_output_that_cannot_be_written(tmp_path: Path) -> None:
    """It is told before anything is read, and nothing is touched."""
    page = tmp_path / "page.html"
    page.write_bytes(article(1).encode())
    (tmp_path / "alias.html").symlink_to("page.html")
    (tmp_path / "locked").mkdir(mode=0o500)
    (tmp_path / "old.jsonl").write_text("old\n")
    (tmp_path / "guarded").touch(mode=0o400)
    for out, mend in {
        "page.html": "give the output another name",
        "alias.html": "give the output another name",
        "absent/o.jsonl": "make it first",
        "locked/o.jsonl": "put o.jsonl elsewhere",
        "guarded": "name another file",
        ".": "name a file in it",
        "locked/": "give --out another one",
        "/dev/null": "name one that is",
    }.items():
        done = clean(tmp_path, "page.html", "--ledger" if out == "page.html" else "--out", out, preexec_fn=obey_file_modes)
        (line,) = complaints(done)
        assert (done.returncode, done.stdout) == (2, b"")
        assert mend in line
    assert page.read_bytes() == article(1).encode()
    done = clean(tmp_path, "page.html", "--out", "old.jsonl", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
    assert done.returncode == 1, "a disk that is full"
    assert (tmp_path / "old.jsonl").read_text() == "old\n"
    assert not list(tmp_path.glob("*.part"))
    (tmp_path / "old.jsonl").chmod(0o600)
    assert clean(tmp_path, "page.html", "--out", "old.jsonl").returncode == 0
    assert (tmp_path / "old.jsonl").stat().st_mode & 0o777 == 0o600, "what was private stays so"


def test_ctrl_c_keeps_what_is_done(tmp_path: Path) -> None:
    """The old file stays as it was; the lines so far are whole, and it is said where they are."""
    (tmp_path / "out.jsonl").write_text("old\n")
    line = command("clean", "-", "--out", "out.jsonl")
    process = subprocess.Popen(
        line, cwd=tmp_path, env=environment(), stdin=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdin
    assert process.stderr
    part = tmp_path / "out.jsonl.part"
    process.stdin.write(json_lines(*({"html": article(n)} for n in range(40))))
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    said = process.stderr.read().decode()
    assert process.wait(timeout=30) == 130
    made = records(part.read_bytes())
    assert made
    assert [record.identifiers.doi for record in made] == [f"10.5555/jn.{n}" for n in range(len(made))]
    assert said == f"\npagesieve: interrupted: the lines so far are in {part}\n"
    assert (tmp_path / "out.jsonl").read_text() == "old\n"


def test_readers_that_leave_early(pages: Path) -> None:
    """``| head`` is no error; a full disk is."""
    process = subprocess.Popen(command("clean", "pages", "pages", "pages"), cwd=pages.parent, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    assert records(process.stdout.readline())
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=30) == 0
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command("clean", "pages"), cwd=pages.parent, env=environment(), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 1
    assert complaints(done) == [os.strerror(28)]
