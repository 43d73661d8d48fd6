"""A real scrapyd: deployed as an egg, or installed beside it; what its jobs fetched outlives a kill."""

import json
import os
import shutil
import signal
import site as packages
import socket
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from loopback import ROOT, Answer, Site, archive, article, environment

from cleaners.made_by import made_by
from crawler.report import outcomes
from crawler.store import Store

_CONF = """
[scrapyd]
http_port = {port}
poll_interval = 0.1
eggs_dir = eggs
logs_dir = logs
dbs_dir = dbs
"""
# Where pagesieve is installed there is nothing to deploy: scrapyd, and Scrapy for its jobs, read this in their working directory.
_INSTALLED = """
[settings]
pagesieve = crawler.settings
"""


class Scrapyd:
    """A running scrapyd, asked over HTTP as its users do."""

    def __init__(self, folder: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.base = f"http://127.0.0.1:{port}/"
        self.process = process

    def ask(self, what: str, **data: str) -> dict[str, Any]:
        """One call of the JSON API; with data it is a POST."""
        body = urlencode(data).encode() if data else None
        with urlopen(f"{self.base}{what}", body, timeout=30) as answer:
            told: dict[str, Any] = json.load(answer)
        assert told["status"] == "ok", told
        return told

    def schedule(self, **arguments: str) -> str:
        """Schedule the spider with these arguments; the job's name."""
        return str(self.ask("schedule.json", project="pagesieve", spider="articles", delay="0", jobs="1", allow_private="true", **arguments)["jobid"])

    def running(self) -> list[int]:
        """The process ids of the running jobs."""
        return [job["pid"] for job in self.ask("listjobs.json")["running"] if job["pid"]]

    def log_of(self, job: str) -> str:
        """The log of a job, after its end."""
        until(lambda: job in {done["id"] for done in self.ask("listjobs.json")["finished"]})
        return (self.folder / f"logs/pagesieve/articles/{job}.log").read_text(encoding="utf-8")


def until(holds: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def interpreter(folder: Path, *also: Path) -> Path:
    """An interpreter that has the packages of this one, but for those that are installed as a link to their sources, and ``also``."""
    venv.create(folder, symlinks=True)
    [own] = folder.glob("lib/python*/site-packages")
    (own / "beside.pth").write_text("\n".join(map(str, [*packages.getsitepackages(), *also])), encoding="utf-8")
    return folder / "bin" / "python"


@contextmanager
def scrapyd(folder: Path, python: Path, conf: str = "") -> Iterator[Scrapyd]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "scrapy.cfg").write_text(_CONF.format(port=port) + conf, encoding="utf-8")
    with (folder / "scrapyd.log").open("ab") as log:
        process = subprocess.Popen(
            [python, "-m", "scrapyd"], cwd=folder, env=os.environ | {"PYTHONPATH": ""}, stdout=log, stderr=log, start_new_session=True
        )
    server = Scrapyd(folder, port, process)

    def answers() -> bool:
        try:
            return bool(server.ask("daemonstatus.json"))
        except URLError:
            return False

    try:
        until(answers)
        yield server
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_deployed_as_an_egg(site: Site, tmp_path: Path) -> None:
    """From a checkout, with scrapyd-deploy; a second job with the same store goes on and fetches nothing twice."""
    site.pages |= archive(6)
    python = interpreter(tmp_path / "venv")
    assert subprocess.run([python, "-c", "import crawler"], cwd=tmp_path, env=os.environ | {"PYTHONPATH": ""}, capture_output=True, check=False).returncode
    checkout = tmp_path / "checkout"
    for name in ("cleaners", "crawler"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("scrapy.cfg", "setup.py", "pyproject.toml"):
        shutil.copy(ROOT / name, checkout)
    with scrapyd(tmp_path, python) as server:
        cfg = checkout / "scrapy.cfg"
        cfg.write_text(cfg.read_text().replace("http://localhost:6800/", server.base))
        done = subprocess.run(
            [sys.executable, "-m", "scrapyd_client.deploy"], cwd=checkout, env=environment(), capture_output=True, text=True, timeout=60, check=False
        )
        assert json.loads(done.stdout)["spiders"] == 1, (done.stdout, done.stderr)

        feeds = json.dumps({f"{tmp_path}/records.jsonl": {"format": "jsonlines"}})
        arguments = {"urls": f"{site.base}/list", "store": f"{tmp_path}/s.sqlite", "setting": f"FEEDS={feeds}"}
        log = server.log_of(server.schedule(**arguments, max_pages="4"))
        assert "Spider closed (finished)" in log
        assert sum(site.hits.values()) - site.hits["/robots.txt"] == 4
        log += server.log_of(server.schedule(**arguments))
    assert not [line for line in log.splitlines() if " ERROR" in line or "Traceback" in line]
    del site.hits["/robots.txt"]
    assert site.hits == {"/list": 2} | {f"/article/{i}": 1 for i in range(6)}
    records = [json.loads(line) for line in (tmp_path / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted(record["identifiers"]["doi"] for record in records) == [f"10.5555/jn.{i}" for i in range(6)]
    # The egg has every table that the sources have.
    assert {record["made_by"]["config"] for record in records} == {made_by().config}


def test_killed_with_its_job(site: Site, tmp_path: Path) -> None:
    """scrapyd forgets what ran; the store does not."""
    site.pages |= archive(30)
    reached = threading.Event()

    def slow(count: int) -> Answer:
        reached.set()
        time.sleep(0.5)
        return Answer(article(12))

    site.pages["/article/12"] = slow
    python = interpreter(tmp_path / "venv", ROOT)
    arguments = {"urls": f"{site.base}/list", "store": f"{tmp_path}/s.sqlite"}
    with scrapyd(tmp_path, python, _INSTALLED) as server:
        server.schedule(**arguments)
        assert reached.wait(60)
        [job] = server.running()
        server.process.kill()
        os.kill(job, signal.SIGKILL)
        server.process.wait()
    with scrapyd(tmp_path, python, _INSTALLED) as server:
        assert not server.running()
        assert "Spider closed (finished)" in server.log_of(server.schedule(**arguments))
    del site.hits["/robots.txt"]
    assert {path for path, hits in site.hits.items() if hits > 1} <= {"/article/11", "/article/12", "/article/13"}
    with Store(tmp_path / "s.sqlite") as store:
        assert outcomes(store) == {"article": 30, "listing": 2}
