"""Other people's Scrapy projects: their items get the records of the pages that they hold, and a record is an item itself."""

import csv
import importlib
import io
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from itemadapter import ItemAdapter
from loopback import Answer, Site, article, environment
from scrapy.exporters import CsvItemExporter, JsonLinesItemExporter
from scrapy.http import HtmlResponse, Response, TextResponse

from cleaners import Record, clean, clean_html
from crawler import record_item
from crawler.record_pipeline import page_field, page_of

_PROJECT = """
from dataclasses import dataclass
from functools import partial
from typing import Any

import attrs, scrapy
from cleaners import Record, clean_html

import crawler.record_pipeline
crawler.record_pipeline.CleanPool = partial(crawler.record_pipeline.CleanPool, seconds={seconds})

@dataclass
class Data:
    page: scrapy.http.Response
    record: Any = None

@attrs.define
class Attrs:
    html: str
    url: str
    record: Any = None

class Scraped(scrapy.Item):
    answer = scrapy.Field()
    record = scrapy.Field()

@dataclass
class NoRoom:
    response: scrapy.http.Response
    note: str = "no field for a record"

class TheirSpider(scrapy.Spider):
    name = "theirs"
    start_urls = {urls!r}
    custom_settings = dict(
        ITEM_PIPELINES={{"crawler.record_pipeline.RecordPipeline": 300}},
        FEEDS={{"items.jsonl": dict(format="jsonlines"), "items.csv": dict(format="csv", fields=["form", "record", "title"])}},
        PAGESIEVE_JOBS=2,
        HTTPERROR_ALLOW_ALL=True,
    )

    def parse(self, response):
{parse}

    def closed(self, reason):
        import sys
        print("cleaned here:", "ftfy" in sys.modules)
"""


def crawl(folder: Path, urls: list[str], parse: str, *settings: str, seconds: float = 20) -> tuple[list[dict[str, Any]], subprocess.CompletedProcess[str]]:
    """The items in the feed of somebody's spider, in order, and what its process said."""
    body = "\n".join(f"        {line}" for line in parse.splitlines())
    (folder / "theirs.py").write_text(_PROJECT.format(urls=urls, parse=body, seconds=seconds), encoding="utf-8")
    line = [sys.executable, "-m", "scrapy", "runspider", "theirs.py", *settings]
    done = subprocess.run(line, cwd=folder, env=environment(), capture_output=True, text=True, timeout=90, check=False)
    feed = folder / "items.jsonl"
    return [json.loads(item) for item in feed.read_text(encoding="utf-8").splitlines()] if feed.exists() else [], done


def test_every_sort_of_item_gets_its_record(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/1": Answer(article(1))}
    parse = """
yield {"form": "dict", "response": response}
yield Data(response)
yield Attrs(response.text, response.url)
yield Scraped(answer=response)
yield {"anything": response, "url": response.url}
yield response
yield clean_html(response.body, url=response.url)
yield {"form": "no page"}
yield NoRoom(response)
yield {"form": "taken", "response": response, "record": 33}
"""
    items, done = crawl(tmp_path, [f"{site.base}/1"], parse)
    assert "Traceback" not in done.stderr
    told = [line.partition("] ERROR: Dropped: ")[2] for line in done.stderr.splitlines() if "] ERROR: " in line]
    assert told == [
        "NoRoom has no field 'record' for the record: add one, or name another with PAGESIEVE_FIELD",
        "dict has a value in 'record', where the record goes: name another field with PAGESIEVE_FIELD",
    ]
    assert "'pagesieve/article': 6" in done.stderr

    expected = clean_html(article(1), url=f"{site.base}/1").to_dict()
    others, alone = [item for item in items if "schema" not in item], [item for item in items if "schema" in item]
    assert sorted(tuple(item) for item in others) == [
        ("answer", "record"), ("form",), ("form", "response", "record"), ("html", "url", "record"), ("page", "record"),
    ]  # fmt: skip
    records = [item["record"] for item in others if "record" in item] + alone
    assert len(records) == 7
    assert all(record | {"fetched_at": None} == expected for record in records)
    assert sum(record["fetched_at"] is None for record in records) == 2, "of those that came without their response"
    with (tmp_path / "items.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(row["title"] == expected["title"] for row in rows) == 3, "items that held nothing else are the record itself"
    assert sum(f"'title': '{expected['title']}'" in row["record"] for row in rows) == 4


def test_the_crawl_goes_on_while_a_page_is_cleaned(site: Site, tmp_path: Path) -> None:
    """A page that takes too long is told as such, after pages that were only fetched when it was under way."""
    long = article(1, extra="".join(f"<p>The {i} hares of meadow {i} rest by day, and at dusk they go about.</p>" for i in range(15_000)))
    site.pages |= {"/long": Answer(long), "/pdf": Answer(b"%PDF-1.7 \0", Content_Type="application/pdf"), "/gone": Answer("<h1>Page not found</h1>", 404)}
    parse = """
yield {"path": response.url.rpartition("/")[2], "response": response}
if response.url.endswith("/long"):
    yield from map(response.follow, ["/pdf", "/gone"])
"""
    clean_html(article(1))  # what is read once
    began = time.monotonic()
    clean_html(long)
    items, done = crawl(tmp_path, [f"{site.base}/long"], parse, seconds=(time.monotonic() - began) / 2)
    assert "cleaned here: False" in done.stdout
    assert items[-1]["path"] == "long"
    found = {item["path"]: (item["record"]["kind"], item["record"]["warnings"][-1]["code"]) for item in items}
    assert found["long"] == ("unreadable", "cleaning_timeout")
    assert found["pdf"] == ("unreadable", "not_a_page")
    assert found["gone"][0] == "not_found"


def test_wrong_settings_are_told_with_the_mend(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/1": Answer(article(1))}
    for setting, mend in [
        ("TWISTED_REACTOR=twisted.internet.selectreactor.SelectReactor", "unset TWISTED_REACTOR"),
        ("PAGESIEVE_SITES=absent", "PAGESIEVE_SITES is absent, and there is no such folder"),
    ]:
        items, done = crawl(tmp_path, [f"{site.base}/1"], "yield response", "-s", setting)
        assert mend in done.stderr
        assert (items, site.hits["/1"]) == ([], 0)
    _, done = crawl(tmp_path, [f"{site.base}/1"], "yield {'source': response.text}")
    assert "none of 1 items held a page" in done.stderr


@pytest.mark.parametrize(
    ("response", "known"),
    [
        (Response("https://a.example/1", headers={"Content-Type": "text/plain; charset=koi8-r"}, body=b"x"), {"kind": "text", "charset": "koi8-r"}),
        (HtmlResponse("https://a.example/1", status=404, body=b"<h1>"), {"status": 404, "charset": None, "truncated": None}),
        (HtmlResponse("https://a.example/1", flags=["dataloss"], body=b"<h1>"), {"truncated": "disconnect"}),
        (TextResponse("https://a.example/1", flags=["cached"], body=b"<h1>"), {"fetched_at": None}),
    ],
)
def test_what_the_cleaner_is_told_of_a_response(response: Response, known: dict[str, Any]) -> None:
    for item, field in ((response, ""), ({"page": response}, "page")):
        assert page_field(item) == field
        page = page_of(item, field)
        assert (page.content, page.url) == (response.body, "https://a.example/1")
        assert {name: getattr(page, name) for name in known} == known
        assert page.fetched_at or "cached" in response.flags


def test_a_response_made_of_text_is_read_as_it_was_encoded() -> None:
    """Whoever makes a response of text chooses its encoding, and the page still says what the site sent."""
    html = '<meta charset="windows-1251"><title>Зайцы</title><h1>Зайцы и живые изгороди</h1>'
    response = HtmlResponse("https://a.example/1", body=html, encoding="koi8-r")
    assert clean(page_of(response, "")).title == clean_html(html).title == "Зайцы и живые изгороди"
    assert page_of({"html": response.body, "url": None}, "html").url is None


@pytest.mark.parametrize("item", [{"text": "Hares"}, {"html": None}, {"html": 7}, "html", clean_html("<h1>Hares</h1>")])
def test_what_holds_no_page(item: Any) -> None:
    assert page_field(item) is None


def test_a_record_is_an_item() -> None:
    """For Scrapy's exporters it is what its dict is; it cannot be changed, and says what can."""
    record = clean_html(article(1))
    adapter = ItemAdapter(record)
    assert ItemAdapter.is_item(record)
    assert adapter.asdict() == record.to_dict()
    assert list(adapter.field_names()) == ItemAdapter.get_field_names_from_class(Record) == list(Record.__struct_fields__)
    with pytest.raises(TypeError, match=r"yield record\.to_dict"):
        adapter["title"] = "Foxes"
    for exporter_class in (JsonLinesItemExporter, CsvItemExporter):
        written = []
        for item in (record, record.to_dict()):
            file = io.BytesIO()
            exporter = exporter_class(file)
            exporter.start_exporting()
            exporter.export_item(item)
            exporter.finish_exporting()
            written.append(file.getvalue())
        assert written[0] == written[1]
        assert record.title is not None
        assert record.title.encode() in written[0]
    adapters = list(ItemAdapter.ADAPTER_CLASSES)
    importlib.reload(record_item)
    assert list(ItemAdapter.ADAPTER_CLASSES) == adapters, "imported twice, it is there once"
