"""``scrapy crawl articles``: Scrapy's own command, with its feeds, against sites on loopback."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from loopback import ROOT, Site, archive, environment
from scrapy.crawler import Crawler

from cleaners.record import json_schema
from crawler.spiders.articles import ArticlesSpider

sys.path.insert(0, str(ROOT / "samples" / "site"))

from catalogue import articles
from serve import running_site

# Scrapy's own command, which tells at its end what this process had loaded of what only cleaning loads; then it cleans
# a page, to show that this would have been seen.
_SCRAPY = """
import sys
from scrapy.cmdline import execute
if __name__ == "__main__":
    try:
        execute(["scrapy", "crawl", "articles", *sys.argv[1:]])
    finally:
        print("during the crawl:", "ftfy" in sys.modules)
        from cleaners import clean_html
        clean_html("<h1>One title – it stands here alone</h1>")
        print("after cleaning:", "ftfy" in sys.modules)
"""
_FEEDS = """
from crawler.settings import *
FEEDS = {"records.jsonl": {"format": "jsonlines"}, "records.csv": {"format": "csv", "fields": ["id", "title", "kind"]}}
"""


def scrapy(folder: Path, *line: str, settings: str = "crawler.settings") -> subprocess.CompletedProcess[str]:
    env = environment() | {"SCRAPY_SETTINGS_MODULE": settings}
    done = subprocess.run([sys.executable, *line], cwd=folder, env=env, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_command(site: Site, tmp_path: Path) -> None:
    """``-O`` gives cleaned records, and Scrapy's process cleans none of them."""
    site.pages |= archive(12)
    arguments = ["-a", f"urls={site.base}/list,{site.base}/article/3", "-a", "delay=0", "-a", "allow_private=true", "-a", "max_pages=9"]
    arguments += ["-O", "o.jsonl", "-O", "o.csv"]
    done = scrapy(tmp_path, "-c", _SCRAPY, *arguments)
    assert done.stdout.split("\n")[-3:] == ["during the crawl: False", "after cleaning: True", ""]
    written = lines(tmp_path / "o.jsonl")
    assert [record["kind"] for record in written] == ["article"] * 8
    assert [row["title"] for row in rows(tmp_path / "o.csv")] == [record["title"] for record in written]
    assert sum(hits for path, hits in site.hits.items() if path != "/robots.txt") == 9
    assert (tmp_path / "articles.sqlite").exists()


def test_feeds_from_settings(tmp_path: Path) -> None:
    """A settings module that stands on ours, and the articles that the sample site's Atom feed names."""
    (tmp_path / "with_feeds.py").write_text(_FEEDS, encoding="utf-8")
    with running_site() as server:
        arguments = ["-a", f"urls={server.site.base}/feeds/atom.xml", "-a", "delay=0", "-a", "allow_private=true"]
        scrapy(tmp_path, "-m", "scrapy", "crawl", "articles", *arguments, settings="with_feeds")
        expected = server.site.expected()
    written = lines(tmp_path / "records.jsonl")
    assert {record["id"] for record in written} == {expected[name]["id"] for name, article in articles().items() if article.layout == "repository"}
    validator = jsonschema.Draft202012Validator(json_schema())
    assert not [error for record in written for error in validator.iter_errors(record)]
    assert [(row["id"], row["title"]) for row in rows(tmp_path / "records.csv")] == [(record["id"], record["title"]) for record in written]


@pytest.mark.parametrize(
    ("given", "start"),
    [
        ("https://a.example/1", ["https://a.example/1"]),
        ("https://a.example/1,2,http://b.example/", ["https://a.example/1,2", "http://b.example/"]),
        (" https://a.example/1\nhttps://a.example/2, https://a.example/1 ", ["https://a.example/1", "https://a.example/2"]),
    ],
)
@pytest.mark.parametrize("name", ["urls", "start"])
def test_addresses_in_one_argument(name: str, given: str, start: list[str], tmp_path: Path) -> None:
    """They may hold commas themselves."""
    crawler = Crawler(ArticlesSpider, {})
    spider = ArticlesSpider.from_crawler(crawler, **{name: given, "store": f"{tmp_path}/s.sqlite", "delay": "2"})
    assert (list(spider.plan.start), spider.plan.delay) == (start, 2.0)
    spider.closed("finished")
