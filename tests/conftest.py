"""Fixtures for all tests. That this file is here lets them import the modules beside it."""

import os
import signal
from collections.abc import Iterator

import pytest
from loopback import Site, serve

# A shell has its background jobs ignore Ctrl-C, and they hand that down: tests that press it would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Many tests wait for a delay or a process: with as many workers as processors, a quarter of the processors' time is left."""
    return max(1, (os.cpu_count() or 1) * 3 // 2)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on loopback, empty but for its robots.txt."""
    with serve() as running:
        yield running
