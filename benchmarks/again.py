"""What later runs of a crawl download: of an unchanged site, and of one where 5 % of the articles changed and 3 % are new.

    python benchmarks/again.py [--articles N]

The site on loopback forbids caching (``Cache-Control: no-cache``). It has ETags, or Last-Modified, or a sitemap with lastmod
and no validators at all. In the first two cases every page is asked for in every run (``revisit = 0``); with the sitemap
only what it says. Printed for each: requests for articles, and answers with a body. The exit status is 1 where a run
downloads an article that has not changed, or leaves out one that has.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from email.utils import formatdate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from loopback import Answer, Site, article, command, crawl_file, environment, listing, serve

_PER_LISTING = 50
_BEGINNING = 1_700_000_000


class Web:
    """The site: which version each article has, and how it says so."""

    def __init__(self, site: Site, articles: int, how: str) -> None:
        self.site, self.how = site, how
        self.versions = [1] * articles

    def publish(self) -> None:
        """Serve what there is now."""
        paths = [f"/article/{number}" for number in range(len(self.versions))]
        for number, version in enumerate(self.versions):
            self.site.pages[paths[number]] = self._answer(article(number).replace("</h2>", f" (version {version})</h2>", 1), version)
        newest = paths[::-1]
        for first in range(0, len(newest), _PER_LISTING):
            after = f"/list?page={first // _PER_LISTING + 2}" if first + _PER_LISTING < len(newest) else ""
            path = f"/list?page={first // _PER_LISTING + 1}" if first else "/list"
            self.site.pages[path] = self._answer(listing(newest[first : first + _PER_LISTING], after=after), len(newest))
        entries = "".join(
            f"<url><loc>{self.site.base}{path}</loc><lastmod>2024-01-{version:02}</lastmod></url>" for path, version in zip(paths, self.versions, strict=True)
        )
        self.site.pages["/sitemap.xml"] = Answer(f"<urlset>{entries}</urlset>", Content_Type="application/xml", Cache_Control="no-cache")

    def _answer(self, body: str, version: int) -> Answer:
        answer = Answer(body, Cache_Control="no-cache")
        if self.how == "ETag":
            answer.headers["ETag"] = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
        elif self.how == "Last-Modified":
            answer.headers["Last-Modified"] = formatdate(_BEGINNING + version * 86400, usegmt=True)
        return answer

    def run(self, folder: Path) -> tuple[set[str], int, int]:
        """Crawl; the articles that were downloaded, how many were asked for, and the lines of the output."""
        self.site.hits.clear()
        self.site.bodies.clear()
        start, revisit = ("sitemap.xml", 7) if self.how == "lastmod" else ("list", 0)
        line = command("crawl", "--brief", "--site", crawl_file(folder, f"{self.site.base}/{start}", revisit=revisit))
        done = subprocess.run(line, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
        if done.returncode not in (0, 3):
            raise SystemExit(done.stderr)
        asked = sum(hits for path, hits in self.site.hits.items() if path.startswith("/article"))
        lines = [json.loads(line)["url"] for line in (folder / "articles.jsonl").read_bytes().splitlines()]
        return {path for path, count in self.site.bodies.items() if count and path.startswith("/article")}, asked, len(lines)


def main() -> int:
    """Three runs for each kind of site."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=1000)
    articles = parser.parse_args().articles
    ok = True
    print(f"{'':<16}{'run':<26}{'asked for':>10}{'downloaded':>12}{'wanted':>8}{'records':>9}")
    for how in ("ETag", "Last-Modified", "lastmod"):
        with tempfile.TemporaryDirectory() as name, serve() as site:
            web = Web(site, articles, how)
            for title in ("first", "unchanged", "5 % changed, 3 % new"):
                wanted = set(range(articles)) if title == "first" else set()
                if title.startswith("5"):
                    changed = range(0, articles, 20)
                    for number in changed:
                        web.versions[number] = 2
                    web.versions += [1] * (articles * 3 // 100)
                    wanted = {*changed, *range(articles, len(web.versions))}
                web.publish()
                downloaded, asked, records = web.run(Path(name))
                print(f"{how:<16}{title:<26}{asked:>10}{len(downloaded):>12}{len(wanted):>8}{records:>9}", flush=True)
                ok &= downloaded == {f"/article/{number}" for number in wanted} and records == len(web.versions)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
