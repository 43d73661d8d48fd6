"""One crawl of ``samples/site`` with the real command: every page comes to its end, every article gives its record."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import jsonschema
import msgspec
import pytest
from loopback import ROOT, command, crawl, environment

from cleaners.record import Record, json_schema
from cleaners.testing import differences
from crawler.report import endings, outcomes
from crawler.store import Store
from crawler.urls import key

sys.path.insert(0, str(ROOT / "samples" / "site"))

from catalogue import articles
from pages import FORBIDDEN, STARTS, Site, make_site
from serve import running_site

FIELDS = sorted({field for expected in make_site("http://127.0.0.1").expected().values() for field in expected})


class Crawled(msgspec.Struct, frozen=True):
    """What a crawl of the site left: in ``endings`` every address that it knows, by its key, with what became of it."""

    site: Site
    log: tuple[str, ...]
    endings: dict[str, str]
    counts: dict[str, int]
    lines: tuple[bytes, ...]
    again: tuple[bytes, ...]
    merged: tuple[bytes, ...]

    @property
    def records(self) -> dict[str, dict[str, Any]]:
        return {record["id"]: record for record in map(json.loads, self.lines)}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Two crawls from nothing; the second is there to be compared with the first."""
    with running_site() as server:
        starts = [server.site.base + start for start in STARTS]
        logs, exported = [], []
        for _ in range(2):
            folder = tmp_path_factory.mktemp("crawl")
            server.log.clear()
            done = crawl(folder, *starts)
            assert done.returncode == 1, done.stderr  # some pages are not to be had
            logs.append(tuple(server.log))
            exported.append(tuple((folder / "articles.jsonl").read_bytes().splitlines()))
            with Store(folder / "articles.sqlite") as store:
                ends = {key(url): outcome for url, outcome in endings(store).items()}
                counts = outcomes(store)
        subprocess.run(command("export", "articles.sqlite", "--merge", "--out", "works.jsonl"), cwd=folder, env=environment(), check=True, timeout=60)
        merged = tuple((folder / "works.jsonl").read_bytes().splitlines())
        yield Crawled(server.site, logs[0], ends, counts, exported[0], exported[1], merged)


def test_every_page_comes_to_its_end(crawled: Crawled) -> None:
    wanted = {key(url): outcome for url, outcome in crawled.site.outcomes().items()}
    both = {url: (wanted.get(url), crawled.endings.get(url)) for url in sorted(wanted | crawled.endings)}
    wrong = [f"{url}\n    want: {want}\n    got:  {got}" for url, (want, got) in both.items() if want != got]
    assert not wrong, "\n".join(wrong)
    assert crawled.counts == Counter(wanted.values())


@pytest.mark.parametrize("field", FIELDS)
def test_field(crawled: Crawled, field: str) -> None:
    """All articles at once: a failure lists those that differ, and where."""
    records = crawled.records
    found = []
    for name, expected in crawled.site.expected().items():
        # An article without a record is missed elsewhere.
        if field in expected and (record := records.get(expected["id"])):
            found += differences(expected[field], record[field], f"{name}.{field}")
    assert not found, "\n".join(found)


def test_each_article_once(crawled: Crawled) -> None:
    """Copies, prints, redirects and tracked addresses are one record; the fuller of two copies is kept."""
    wanted = Counter(expected["id"] for expected in crawled.site.expected().values())
    assert Counter(json.loads(line)["id"] for line in crawled.lines) == wanted
    assert wanted.total() >= 60


def test_manners(crawled: Crawled) -> None:
    """Nothing forbidden is asked for, nothing twice but what failed, and what goes on for ever is left."""
    assert not [target for target in crawled.log if target.startswith(FORBIDDEN)]
    asked = Counter(target.partition("?utm_")[0] for target in crawled.log)
    again = {target: count for target, count in asked.items() if count > 1}
    paths = {name: article.path for name, article in articles().items()}
    # A page that ends early is asked for three times; a redirect leads to a page that is also listed.
    assert again == {paths["inhaler-colours"]: 3, paths["salt-labels"]: 2, paths["knee-prehab"]: 2}
    assert len([target for target in crawled.log if target.startswith("/gazette?page=")]) == 2
    assert [target for target in crawled.log if target.startswith("/gazette/events")] == ["/gazette/events?month=2025-02"]


def test_warnings_say_what_was_wrong(crawled: Crawled) -> None:
    """Half a page, a header and a page that lie about the charset; all else is read whole and needs no warning."""
    names = {expected["id"]: name for name, expected in crawled.site.expected().items()}
    found = {names.get(name, name): [w["code"] for w in record["warnings"]] for name, record in crawled.records.items() if record["warnings"]}
    assert found == {"inhaler-colours": ["dataloss"], "altarm-auen": ["charset_conflict"], "deich-schafe": ["charset_conflict"]}


def test_lines_are_valid(crawled: Crawled) -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    assert not [error.message for line in crawled.lines for error in validator.iter_errors(json.loads(line))]


def test_cut_snippets_are_completed(crawled: Crawled) -> None:
    """How many; that each is right is what the expected records say of the field."""
    snippets = [related["snippet"] for record in crawled.records.values() for related in record["related"] if related["snippet"]]
    completed = [snippet for snippet in snippets if snippet["completed"]]
    assert len(completed) >= 50
    assert all(len(snippet["text"]) > len(snippet["completed"]["shown"]) for snippet in completed)


def test_one_record_per_work(crawled: Crawled) -> None:
    """An article that a publisher and an aggregator show is one record of both; all others are as they are."""
    (work,) = [record for record in map(json.loads, crawled.merged) if record["merged"]]
    alone = {line for line in crawled.again if json.loads(line)["id"] != work["id"]}
    assert {*crawled.merged} > alone
    assert len(crawled.merged) == len(crawled.again)
    publisher, aggregator = work["merged"]
    assert (work["url"], work["container_title"]) == (publisher["url"], "Northern Journal of Clinical Practice")
    assert aggregator["lost"]["container_title"] == "North J Clin Pract"
    assert work["provenance"]["title"].endswith(f" of {publisher['url']}")
    validator = jsonschema.Draft202012Validator(json_schema())
    assert not [error.message for error in validator.iter_errors(work)]


def test_a_second_crawl_says_the_same(crawled: Crawled) -> None:
    def timeless(lines: Sequence[bytes]) -> list[bytes]:
        return [msgspec.json.encode(msgspec.structs.replace(Record.from_json(line), fetched_at=None)) for line in lines]

    assert timeless(crawled.again) == timeless(crawled.lines)
