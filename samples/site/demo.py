"""Serve the sample site, crawl it with the real command, and show what came out: ``make demo``."""

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

from pages import FORBIDDEN, STARTS
from serve import running_site

HERE = Path(__file__).parent
OUT = Path("out")
RECORDS = OUT / "demo.jsonl"
STORE = OUT / "demo.sqlite"
# A page of an aggregator, with counts and similar publications, and one whose server lies about its encoding.
_SHOWN = ("doi:10.5555/njcp.2024.123297", "doi:10.5555/zaf.2023.0312")


def main() -> int:
    """Crawl from an empty store; says 1 where no record came out."""
    OUT.mkdir(exist_ok=True)
    for path in (RECORDS, *OUT.glob(f"{STORE.name}*")):
        path.unlink(missing_ok=True)
    with running_site() as server:
        starts = [server.site.base + start for start in STARTS]
        options = ["--site", os.path.relpath(HERE / "crawl.toml"), "--out", str(RECORDS), "--store", str(STORE)]
        print("The sample site is served on loopback. Its starts are listings, a sitemap index and feeds:\n")
        print(" \\\n    ".join(["pagesieve crawl", *starts, shlex.join(options)]), end="\n\n", flush=True)
        began = time.monotonic()
        # Its status is 1 because some pages of this site are not to be had, which is what they are there for.
        subprocess.run([sys.executable, "-m", "crawler.cli", "crawl", *starts, *options], check=False)
        forbidden = sum(target.startswith(FORBIDDEN) for target in server.log)
        print(f"\n{len(server.log)} requests in {time.monotonic() - began:.1f} s, {forbidden} of them for what robots.txt forbids\n", flush=True)
    if not RECORDS.exists():
        return 1
    _show(RECORDS)
    print(f"All records, one JSON line each: {RECORDS}")
    return 0


def _show(records: Path) -> None:
    """Print a few records as a person reads them."""
    from cleaners.record import Record
    from crawler.cli.show import Viewer

    found = {record.id: record for record in map(Record.from_json, records.read_bytes().splitlines())}
    with Viewer() as viewer:
        for record in filter(None, map(found.get, _SHOWN)):
            viewer.put(record.url or record.id, record)


if __name__ == "__main__":
    sys.exit(main())
