"""What a store holds, in lists: for the inspector and the report."""

import json
import re
from typing import Any

import msgspec

from crawler.quality import Drop, Share, coverage, coverage_before, judged
from crawler.report import results
from crawler.store import Store
from crawler.urls import site

PER_PAGE = 50
_PORT = re.compile(r":\d+$")
# What stands in the way of a page, as a record's kind.
_IN_THE_WAY = ("blocked", "consent", "paywall", "unreadable", "empty", "not_found")
_RUN = "SELECT id, started_at, finished_at, reason FROM runs"
_RECORDS = "FROM records r JOIN pages p ON p.id = r.page_id JOIN urls u ON u.id = p.url_id"
_ENTRY = "SELECT p.id, u.url, r.kind, json_extract(r.record, '$.title'), json_extract(r.record, '$.published.edtf'), p.fetched_at"


class Run(msgspec.Struct, frozen=True):
    """A run. ``reason`` is `None` where it was killed, or is still at work; ``results`` are numbers of URLs."""

    id: int
    started: str
    finished: str | None
    reason: str | None
    results: dict[str, int]
    drops: tuple[Drop, ...]


class Entry(msgspec.Struct, frozen=True):
    """A record in a list."""

    page: int
    url: str
    kind: str
    title: str | None
    published: str | None
    fetched_at: str


class Listed(msgspec.Struct, frozen=True):
    """A part of a list, and how long all of it is."""

    entries: tuple[Entry, ...]
    total: int


class Answer(msgspec.Struct, frozen=True):
    """An answer as it came. ``others`` are the other answers of its URL, with time and status."""

    page: int
    url: str
    final_url: str
    status: int
    fetched_at: str
    headers: tuple[tuple[str, str], ...]
    redirects: tuple[str, ...]
    size: int
    state: str
    why: str | None
    others: tuple[tuple[int, str, int], ...]


class SiteRow(msgspec.Struct, frozen=True):
    """A site: its URLs by state, its records by kind."""

    name: str
    urls: dict[str, int]
    kinds: dict[str, int]


def runs(store: Store, *, most: int = -1) -> list[Run]:
    """The runs, the latest first; ``most`` so many, -1 for all."""
    return [_run(store, row) for row in store.query(f"{_RUN} ORDER BY id DESC LIMIT ?", most).fetchall()]


def run(store: Store, number: int) -> Run | None:
    """A run; `None` where there is none of this number."""
    row = store.query(f"{_RUN} WHERE id = ?", number).fetchone()
    return _run(store, row) if row else None


def _run(store: Store, row: tuple[Any, ...]) -> Run:
    return Run(*row, results(store, row[0]), judged(store, row[0]))


def shares(store: Store, run: int) -> list[tuple[str, str, Share, Share | None, bool]]:
    """Of each site of a run: the measure, its share now and before, and whether it fell."""
    before, fell = coverage_before(store, run), {(drop.site, drop.measure) for drop in judged(store, run)}
    return [(*place, share, before.get(place), place in fell) for place, share in sorted(coverage(store, run).items()) if share.of]


def sites(store: Store) -> list[SiteRow]:
    """Every site, those with most URLs first."""
    rows: dict[str, tuple[dict[str, int], dict[str, int]]] = {}
    for host, state, count in store.query("SELECT host, state, count(*) FROM urls GROUP BY host, state ORDER BY host, state"):
        counts = rows.setdefault(site(f"https://{host}/"), ({}, {}))[0]
        counts[state] = counts.get(state, 0) + count
    for host, kind, count in store.query(f"SELECT u.host, r.kind, count(*) {_RECORDS} GROUP BY u.host, r.kind ORDER BY 1, 2"):
        counts = rows.setdefault(site(f"https://{host}/"), ({}, {}))[1]
        counts[kind] = counts.get(kind, 0) + count
    found = [SiteRow(name, *counts) for name, counts in rows.items()]
    return sorted(found, key=lambda row: (-sum(row.urls.values()), row.name))


def records(store: Store, *, text: str = "", kind: str = "", site: str = "", start: int = 0) -> Listed:
    """Records whose title, authors, journal, identifiers or address hold a text, of a kind, of a site; the latest first, from ``start``."""
    where, values = ["1"], dict[str, Any]()
    if text:
        values["text"] = f"%{_escaped(text)}%"
        parts = ("u.url", *(f"json_extract(r.record, '$.{name}')" for name in ("title", "authors", "container_title", "identifiers")))
        where.append(f"({' OR '.join(f'{part} LIKE :text ESCAPE char(92)' for part in parts)})")
    if kind:
        values["kind"] = kind
        where.append("r.kind = :kind")
    if site:
        hosts = [host for (host,) in store.query("SELECT DISTINCT host FROM urls")]
        values["hosts"] = json.dumps([host for host in hosts if f".{_PORT.sub('', host)}".endswith(f".{site.casefold()}")])
        where.append("u.host IN (SELECT value FROM json_each(:hosts))")
    return _listed(store, " AND ".join(where), values, start)


def in_the_way(store: Store, start: int = 0) -> Listed:
    """Records of pages that stand before others: captchas, consent, paywalls, errors."""
    return _listed(store, f"r.kind IN {_IN_THE_WAY}", {}, start)


def turned_away(store: Store) -> list[tuple[str, str, str]]:
    """URLs that were refused or failed: address, state, why."""
    rows = store.query("SELECT url, state, coalesce(why, '') FROM urls WHERE state IN ('blocked', 'error') ORDER BY state, url LIMIT 500")
    return [(url, state, why) for url, state, why in rows]


def kinds(store: Store) -> dict[str, int]:
    """How many records there are of each kind."""
    return dict(store.query("SELECT kind, count(*) FROM records GROUP BY kind ORDER BY 2 DESC, 1"))


def coverage_by_run(store: Store, runs: int) -> dict[str, dict[int, Share]]:
    """What each of the last runs got, over all sites, by measure."""
    rows = store.query(
        "SELECT measure, run_id, sum(had), sum(of) FROM coverage WHERE run_id IN (SELECT id FROM runs ORDER BY id DESC LIMIT ?)"
        " GROUP BY measure, run_id ORDER BY measure, run_id",
        runs,
    )
    found: dict[str, dict[int, Share]] = {}
    for measure, run, had, of in rows:
        found.setdefault(measure, {})[run] = Share(had, of)
    return found


def precisions(store: Store) -> dict[str, int]:
    """How many articles state their publication to the day, the month, and so on; ``none`` where they do not."""
    precision = "coalesce(json_extract(record, '$.published.precision'), 'none')"
    return dict(store.query(f"SELECT {precision}, count(*) FROM records WHERE kind = 'article' GROUP BY 1 ORDER BY 2 DESC, 1"))  # noqa: S608


def abstracts(store: Store) -> dict[str, int]:
    """How many articles have an abstract that is whole, cut, of which that is not known, or none."""
    words = {1: "cut on the page", 0: "whole", None: "not known whether it is cut"}
    found: dict[str, int] = {}
    rows = store.query(
        "SELECT json_type(record, '$.abstract') = 'object', json_extract(record, '$.abstract.truncated'), count(*)"
        " FROM records WHERE kind = 'article' GROUP BY 1, 2"
    )
    for there, truncated, count in rows:
        name = words[truncated] if there else "none"
        found[name] = found.get(name, 0) + count
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def answer(store: Store, page: int) -> Answer | None:
    """An answer; `None` where there is none of this number."""
    row = store.query(
        "SELECT u.id, u.url, p.final_url, p.status, p.fetched_at, p.headers, p.redirects, u.state, u.why"
        " FROM pages p JOIN urls u ON u.id = p.url_id WHERE p.id = ?",
        page,
    ).fetchone()
    if row is None:
        return None
    url_id, url, final, status, fetched, headers, redirects, state, why = row
    others = store.query("SELECT id, fetched_at, status FROM pages WHERE url_id = ? AND id != ? ORDER BY id DESC", url_id, page).fetchall()
    fields = tuple((name, value) for name, value in msgspec.json.decode(headers))
    return Answer(page, url, final, status, fetched, fields, tuple(msgspec.json.decode(redirects)), len(store.body(page)), state, why, tuple(others))



def _listed(store: Store, where: str, values: dict[str, Any], start: int) -> Listed:
    total = store.query(f"SELECT count(*) {_RECORDS} WHERE {where}", values).fetchone()[0]
    part = f"{_ENTRY} {_RECORDS} WHERE {where} ORDER BY p.id DESC LIMIT {PER_PAGE} OFFSET :start"
    return Listed(tuple(Entry(*row) for row in store.query(part, values | {"start": start})), total)


def _escaped(text: str) -> str:
    """A text as LIKE takes it for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
