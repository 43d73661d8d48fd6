"""Crawls that die: the benchmark's kills, fewer of them, and a disk that is full."""

import random
from pathlib import Path

import pytest
from kill import UNDER_WAY, fill_disk, kill_ours


def test_killed_crawls_lose_nothing_and_repeat_little() -> None:
    """While they fetch, clean and export."""
    loss = kill_ours(240, 5, random.Random(3))
    assert (loss.lost, loss.twice, loss.torn, loss.status) == (0, 0, 0, 0)
    assert loss.again <= 5 * UNDER_WAY


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    """The crawl ends with the mend; with room made the same command goes on."""
    full = fill_disk(tmp_path, 200)
    if full is None:
        pytest.skip("mounting a tmpfs is not allowed here")
    said, loss = full
    assert said.startswith("pagesieve: the store ")
    assert said.endswith("make room, and the same command goes on")
    assert said.count("\n") == 0
    assert (loss.lost, loss.twice, loss.torn, loss.status) == (0, 0, 0, 0)
