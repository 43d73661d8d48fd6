"""Hostile pages through the worker processes: a record each, whatever they do, and ordinary pages between them as if nothing were."""

import multiprocessing
import resource
import time

import jsonschema
import pytest

from cleaners import Page, Record, clean
from cleaners.record import json_schema
from crawler.workers import CLEAN_SECONDS, CleanPool
from tests.hostile import CASES, ORDINARY

# The largest case takes a tenth of this; workers give way to all else, and the other tests run beside them.
SECONDS = CLEAN_SECONDS
VALIDATOR = jsonschema.Draft202012Validator(json_schema())
# Megabytes that this process may grow by: it holds the pages and the records, and nothing of what cleaning takes.
GROWTH = 300


@pytest.fixture(scope="module")
def made() -> dict[str, Record]:
    """The records of all hostile pages, cleaned by one pool with an ordinary page after each tenth."""
    ordinary = Page(content=ORDINARY.encode(), url="https://example.org/ordinary")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    with CleanPool(2, seconds=SECONDS) as pool:
        waiting = {}
        for number, (name, case) in enumerate(CASES.items()):
            waiting[name] = pool.submit(case.page(case.small))
            if number % 10 == 0:
                waiting[f"ordinary {number}"] = pool.submit(ordinary)
        records = {name: future.result(timeout=SECONDS * len(CASES)) for name, future in waiting.items()}
        # The fork server is a child as well; it is none of multiprocessing's.
        assert len(multiprocessing.active_children()) == 2
        last = pool.submit(ordinary).result(timeout=SECONDS)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10 < GROWTH
    assert time.monotonic() - began < SECONDS * len(CASES) / 2
    alone = clean(ordinary)
    assert alone.kind == "article"
    assert last == alone
    assert [name for name, record in records.items() if name.startswith("ordinary ") and record != alone] == []
    return records


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_page_has_a_record_that_hides_nothing(made: dict[str, Record], name: str) -> None:
    record = made[name]
    assert CASES[name].faults(record) == []
    assert [error.message for error in VALIDATOR.iter_errors(record.to_dict())] == []
    # At these sizes no case may need the limits of the pool.
    assert not [warning for warning in record.warnings if warning.code.startswith("cleaning_")]


def test_there_are_cases_that_state_what_must_hold() -> None:
    assert sum(bool(case.warns or case.kinds or case.shows or case.hides) for case in CASES.values()) > 50


def test_a_page_beyond_the_limits_is_stated_and_costs_one_process() -> None:
    case = CASES["a minified page"]
    with CleanPool(2, seconds=0.5) as pool:
        slow = pool.submit(case.page(20_000)).result(timeout=60)
        after = pool.submit(Page(content=ORDINARY)).result(timeout=60)
        until = time.monotonic() + 30
        while len(multiprocessing.active_children()) < 2 and time.monotonic() < until:
            time.sleep(0.1)  # another worker has taken the page, and a new one is on its way
        assert len(multiprocessing.active_children()) == 2
    assert (slow.kind, [warning.code for warning in slow.warnings]) == ("unreadable", ["cleaning_timeout"])
    assert after == clean(Page(content=ORDINARY))
