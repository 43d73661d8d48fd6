"""Fixtures for all tests. That this file is here lets them import the modules beside it."""

from collections.abc import Iterator

import pytest
from loopback import Site, serve


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on loopback, empty but for its robots.txt."""
    with serve() as running:
        yield running
