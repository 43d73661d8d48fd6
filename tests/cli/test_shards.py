"""Web archives cleaned into a folder of shards, on this machine."""

import gzip
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from loopback import article, clean, command, environment
from pyarrow import dataset
from warcs import answer, page, record, zipped

from cleaners import Record
from crawler.cli import main, number
from crawler.cli.clean import clean as clean_command
from crawler.shards import NoShard, Unfit, clean_shard, shard_folder
from crawler.workers import CleanPool


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    """A folder with archives: two of one name, one with a page that is none, a torn one."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    redirect = record("response", "https://journal.example/old", answer(b"", "Location: /1", status="302 Found"))
    (tmp_path / "a" / "x.warc.gz").write_bytes(zipped([*(page(number, article(number).encode()) for number in range(5)), redirect]))
    (tmp_path / "b" / "x.warc").write_bytes(b"".join(page(number, article(number).encode()) for number in range(5, 9)))
    (tmp_path / "bad.warc.gz").write_bytes(zipped([page(9, b"%PDF-1.7"), page(10, article(10).encode())]))
    (tmp_path / "torn.warc.gz").write_bytes(zipped(page(number, article(number).encode()) for number in range(11, 14))[:-40])
    return tmp_path


def data(folder: Path) -> dict[str, bytes]:
    """The files of the shards, by their path in the folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*") if path.is_file() and path.parent.name != "_shards"}


def records(folder: Path) -> list[str]:
    return sorted(line for content in data(folder).values() for line in gzip.decompress(content).decode().splitlines())


Run = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``pagesieve clean`` in the folder of the test; gives the exit status, and the lines that were told."""
    monkeypatch.chdir(tmp_path)
    for kept in (main, clean_command):  # click keeps the option --help of its first use: tests of the reference have another one
        monkeypatch.setattr(kept, "_help_option", None)

    def run(*arguments: str) -> tuple[int, list[str]]:
        with pytest.raises(SystemExit) as ended:
            main(["clean", *arguments])
        said = capsys.readouterr()
        assert said.out == ""
        return int(str(ended.value.code)), said.err.splitlines()

    return run


def test_shards_hold_what_one_file_would_and_are_made_once(archives: Path, run: Run) -> None:
    """Told is the same too, also of shards that are there; only what changed is made again, whatever its size and time say."""
    status, one = run(".", "--out", "one.jsonl")
    assert status == 1
    status, first = run("a", "b", "bad.warc.gz", "torn.warc.gz", "a/../a/x.warc.gz", "--out", "shards/")
    assert status == 1
    assert sorted(line.replace("./", "").replace("one.jsonl", "shards/") for line in one) == sorted(first)
    assert records(archives / "shards") == sorted((archives / "one.jsonl").read_text().splitlines())
    before = data(archives / "shards")
    assert [name.rpartition("-")[0] for name in sorted(before)] == ["bad", "torn", "x", "x"]

    # What lies in the folder of the shards is not taken for pages.
    (archives / "one.jsonl").unlink()
    status, again = run(".", "--out", "shards")
    assert (status, [line for line in again if "shards made" in line]) == (1, ["0 shards made, 4 had been made before"])
    assert data(archives / "shards") == before

    path = archives / "b" / "x.warc"
    was = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Neighbours", b"neighbours"))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert path.stat().st_size == was.st_size
    next((archives / "shards").glob("bad-*")).unlink()
    assert "2 shards made, 2 had been made before" in run(".", "--out", "shards")[1]
    after = data(archives / "shards")
    assert after.keys() == before.keys()
    assert sum(before[name] != after[name] for name in before) == 1

    (archives / "sites").mkdir()
    (archives / "sites" / "journal.example.toml").write_text('title = "h2"\n')
    assert "made before" not in str(run(".", "--out", "shards", "--sites", "sites")), "a profile decides over records"

    _, parted = run(".", "--out", "shards/", "--format", "parquet", "--partition", "month", "--no-body")
    assert "made before" not in str(parted), "all are made anew where settings are others"
    assert {name.partition("/")[0] for name in data(archives / "shards")} == {"month=2021-03", "month=__HIVE_DEFAULT_PARTITION__"}


@pytest.fixture(scope="module")
def pool() -> Iterator[CleanPool]:
    with CleanPool(2) as running:
        yield running


def parted(folder: Path) -> Path:
    """An archive with pages of several hosts and months."""
    pages = [
        record("response", url, answer(article(number).replace("2021/03", date).encode()))
        for number, (url, date) in enumerate(
            [
                ("https://journal.example/1", "2021/03"),
                ("https://JOURNAL.example:8080/2", "2021/03/14"),
                ("https://b.example/1", "2020/12/01"),
                ("https://b.example/2", "2020"),
                (f"https://{'long.' * 50}example/", "2021/03"),
                ("urn:no-host", "2021/03"),
            ]
        )
    ]
    path = folder / "p.warc.gz"
    path.write_bytes(zipped(pages))
    return path


def test_readers_of_data_sets_prune_by_partition(tmp_path: Path, pool: CleanPool) -> None:
    archive, by_month, by_host = parted(tmp_path), tmp_path / "month", tmp_path / "host"
    with shard_folder(str(by_month)), shard_folder(str(by_host)):
        shard, is_new = clean_shard(str(archive), str(by_month), pool, form="parquet", partition="month")
        clean_shard(str(archive), str(by_host), pool, partition="host")
        clean_shard(str(archive), str(by_host), pool, form="parquet", partition="host")
    assert (is_new, shard.kinds) == (True, {"article": 6})
    months = f"read_parquet('{by_month}/**/*.parquet', hive_partitioning = true)"
    assert duckdb.sql(f"SELECT month, count(*) FROM {months} GROUP BY 1 ORDER BY 1").fetchall() == [("2020-12", 1), ("2021-03", 4), (None, 1)]
    plan = duckdb.sql(f"EXPLAIN SELECT title FROM {months} WHERE month = '2020-12'").fetchall()
    assert "1/3" in str(plan), plan
    hosts = dataset.dataset(by_host, format="parquet", partitioning="hive")
    assert len(hosts.files) == 3, "the shard of another format is gone, and manifests are no data"
    found = hosts.to_table(columns=["url"], filter=dataset.field("host") == "b.example")["url"].to_pylist()
    assert found == ["https://b.example/1", "https://b.example/2"]
    assert hosts.to_table(filter=dataset.field("host").is_null()).num_rows == 2


def test_a_shard_in_the_place_of_another_leaves_nothing_of_it_also_when_cut_short(tmp_path: Path, pool: CleanPool) -> None:
    archive, folder = str(parted(tmp_path)), tmp_path / "shards"
    with shard_folder(str(folder)):
        clean_shard(archive, str(folder), pool, partition="host")
        (folder / "month=2021-03").write_text("in the way")
        with pytest.raises(FileExistsError):
            clean_shard(archive, str(folder), pool, partition="month")
        assert (folder / "month=2020-12").is_dir(), "it was cut short when a part was in its place"
        assert not list(folder.rglob("*.part"))
        (manifest,) = (folder / "_shards").glob("*.json")
        assert not json.loads(manifest.read_bytes())["is_whole"]
        _, is_new = clean_shard(archive, str(folder), pool)
        assert is_new
    assert len(data(folder)) == 1
    with gzip.open(next(folder.glob("*.gz")), "rt") as file:
        assert [Record.from_json(line).url for line in file][3] == "https://b.example/2"


def test_what_is_told_of_a_machine_that_is_unfit(tmp_path: Path, pool: CleanPool, run: Run) -> None:
    archive = str(parted(tmp_path))
    with pytest.raises(Unfit, match=r"there is no folder .*must lie where all machines see them"):
        clean_shard(archive, str(tmp_path / "elsewhere"), pool)
    with shard_folder(str(tmp_path)):
        with CleanPool(1, body=False) as other, pytest.raises(Unfit, match=r"its tables and site profiles \w{16} instead of \w{16}"):
            clean_shard(archive, str(tmp_path), pool, maker=other.maker())
        with pytest.raises(NoShard, match="No such file"):
            clean_shard("absent.warc.gz", str(tmp_path), pool)
        with pytest.raises(Unfit, match="another run writes into"), shard_folder(str(tmp_path)):
            pass
        assert run(archive, "--out", ".") == (2, ["pagesieve: another run writes into .: wait for its end, or give another folder"])
    (tmp_path / "dangling.warc.gz").symlink_to("absent")
    status, told = run("dangling.warc.gz", archive, "--out", "new/")
    assert (status, told[0]) == (1, "pagesieve: dangling.warc.gz: No such file or directory")
    assert len(data(tmp_path / "new")) == 1


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("a.warc --engine dask", "give --out a name that ends in /"),
        ("a.warc --out o.jsonl --format parquet", "give --out a name that ends in /"),
        ("a.warc --out o/ --scheduler tcp://127.0.0.1:1", "give --engine dask too"),
        ("a.warc --out o/ --engine dask --scheduler tcp://127.0.0.1:1 --jobs 2", "--jobs is for this machine"),
        ("a.warc --out o/ --ledger l.jsonl", "leave out --ledger"),
        ("a.warc page.html --out o/", "page.html is none: name a file in it"),
        ("- --out o/", "- is none"),
        ("pipe.warc --out o/", "pipe.warc is none"),
        ("a.warc --out page.html/", "page.html is a file: leave out the / behind it"),
        ("a.warc --out no/such/", "make it first"),
        ("o --out o/", "no such file or folder: o"),
        (". --out ./", "would be read and written"),
        ("--store s.sqlite --out o --engine dask", "give nothing else but"),
    ],
)
def test_wrong_use_is_told_in_one_line_with_the_mend(tmp_path: Path, run: Run, line: str, mend: str) -> None:
    (tmp_path / "a.warc").write_bytes(page(1))
    (tmp_path / "page.html").write_text(article(1), encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.warc")
    before = sorted(tmp_path.iterdir())
    status, told = run(*line.split())
    assert (status, len(told)) == (2, 1), told
    assert mend in told[0]
    assert sorted(tmp_path.iterdir()) == before


def test_ctrl_c_leaves_whole_shards_and_a_kill_too(tmp_path: Path) -> None:
    for name in range(4):
        (tmp_path / f"{name}.warc.gz").write_bytes(zipped(page(i, article(i).encode()) for i in range(40 * name, 40 * (name + 1))))
    line = command("clean", *(f"{name}.warc.gz" for name in range(4)), "--out", "shards/", "--jobs", "2")
    shards = tmp_path / "shards"

    def whole() -> int:
        # The manifest of one that is being put in its place says that it is not whole yet.
        return sum(json.loads(path.read_bytes()).get("is_whole", True) for path in shards.glob("_shards/*.json"))

    for ends_it, status in ((signal.SIGKILL, -9), (signal.SIGINT, 130)):
        here = whole()
        with subprocess.Popen(line, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True) as process:
            while not (whole() > here and list(shards.glob("_shards/*.part/*"))):
                assert process.poll() is None, "it was done before it could be ended"
                time.sleep(0.01)
            process.send_signal(ends_it)
            assert process.stderr
            said = process.stderr.read().split("\n")
            assert process.wait(20) == status
    assert said[-2] == "pagesieve: interrupted: the shards that are whole stay in shards/, and the same command does the others"
    before = whole()
    assert 2 <= before < 4
    assert not list(shards.glob("_shards/*.part"))
    done = clean(tmp_path, *line[4:])
    assert done.stderr.decode().splitlines() == ["160 records in shards/: article 160", f"{number(4 - before, 'shard')} made, {before} had been made before"]
    assert len(records(shards)) == 160
