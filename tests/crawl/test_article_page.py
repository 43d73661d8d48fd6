"""The page class for web-poet: by itself, in web-poet's own tests, and where scrapy-poet brings it to a spider."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from itemadapter import ItemAdapter
from loopback import Answer, Site, article, environment
from web_poet import HttpResponse, HttpResponseBody
from web_poet.testing import Fixture

from cleaners import Page, clean, clean_html
from crawler.article_page import ArticlePage

_SPIDER = """
import scrapy
from web_poet import handle_urls

from cleaners import Record
from crawler.article_page import ArticlePage

@handle_urls({host!r})
class Theirs(ArticlePage):
    pass

class TheirSpider(scrapy.Spider):
    name = "theirs"
    start_urls = [{url!r}]
    custom_settings = dict(ADDONS={{"scrapy_poet.Addon": 300}}, FEEDS={{"items.jsonl": dict(format="jsonlines")}})

    async def parse(self, response, page: ArticlePage, record: Record):
        assert record == await page.to_item()
        yield record
"""


def test_the_item_is_the_record_of_the_response() -> None:
    gb = '<meta charset="gb2312"><title>Größe</title><h1>Größe und Gewicht der Hasen</h1>'.encode()
    headers = {"Content-Type": "text/html; charset=utf-8"}
    response = HttpResponse("https://journal.example/1", HttpResponseBody(gb), status=200, headers=headers)
    expected = clean(Page(content=gb, url="https://journal.example/1", status=200, charset="utf-8"))
    assert asyncio.run(ArticlePage(response).to_item()) == expected
    assert expected.title == "Größe und Gewicht der Hasen"
    koi8 = '<meta charset="windows-1251"><title>Зайцы</title><h1>Зайцы и живые изгороди</h1>'.encode("koi8-r")
    rendered = HttpResponse("https://journal.example/1", HttpResponseBody(koi8), encoding="koi8-r")
    assert asyncio.run(ArticlePage(rendered).to_item()).title == "Зайцы и живые изгороди"
    refused = HttpResponse("https://journal.example/1", HttpResponseBody(article(1).encode()), status=404)
    assert asyncio.run(ArticlePage(refused).to_item()).kind == clean(Page(content=article(1), status=404)).kind
    text = HttpResponse("https://journal.example/1", HttpResponseBody(b"Hares\n\n<b>"), headers={"content-type": "text/plain"})
    assert asyncio.run(ArticlePage(text).to_item()) == clean(Page(content=b"Hares\n\n<b>", kind="text", url="https://journal.example/1"))


def test_a_fixture_of_web_poet(tmp_path: Path) -> None:
    """web-poet compares items by an adapter of its own, unless it is told to take itemadapter's."""
    response = HttpResponse("https://journal.example/1", HttpResponseBody(article(1).encode()))
    record = clean_html(article(1), url="https://journal.example/1")
    fixture = Fixture.save(tmp_path, inputs=[response], item=record, meta={"adapter": ItemAdapter})
    fixture.assert_full_item_correct(ArticlePage)
    assert json.loads(fixture.output_path.read_text(encoding="utf-8"))["title"] == record.title


def test_a_spider_with_scrapy_poet(site: Site, tmp_path: Path) -> None:
    """A callback asks for the page or for its record."""
    site.pages |= {"/1": Answer(article(1))}
    (tmp_path / "theirs.py").write_text(_SPIDER.format(url=f"{site.base}/1", host=site.base.removeprefix("http://")), encoding="utf-8")
    line = [sys.executable, "-m", "scrapy", "runspider", "theirs.py"]
    done = subprocess.run(line, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=90, check=False)
    assert "spider_exceptions" not in done.stderr
    (item,) = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text(encoding="utf-8").splitlines()]
    assert item["title"] == clean_html(article(1)).title
    assert item["url"] == f"{site.base}/1"
