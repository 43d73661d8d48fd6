"""The queue that workers share: one step at a time, on a real Redis."""

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis_server import RedisServer, redis_server

from crawler.model import Fetched, Found, Link
from crawler.shared.queue import Given, QueueFull, QueueLost, SharedQueue
from crawler.store import Store, StoreError, open_store, rfc3339

Open = Callable[..., SharedQueue]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def connect(server: RedisServer) -> Open:
    """Opens workers' connections to a crawl of this test's own."""
    server.client().flushall()
    numbers = itertools.count()

    def opened(**keys: float) -> SharedQueue:
        queue = SharedQueue(f"{server.url}?name=t", f"worker {next(numbers)}", **keys)
        queue.begin()
        return queue

    return opened


def links(*urls: str) -> list[Link]:
    return [Link(url, "article") for url in urls]


def take(queue: SharedQueue) -> Given:
    given = queue.lease()
    assert given is not None
    return given


def test_a_host_is_in_one_hand(connect: Open) -> None:
    """While one worker has a page of a host nobody gets another one, and then not before the pause is over."""
    one, two = connect(), connect()
    assert one.add(links("http://a.example/1", "http://a.example/2", "http://b.example/1"), 1) == 3
    first, second = take(one), take(two)
    assert {first.host, second.host} == {"a.example", "b.example"}
    assert one.lease() is None
    assert two.lease() is None
    one.release(first, 0.2)
    two.release(second, 0.2)
    assert two.lease() is None
    assert 0.0 < (two.due() or 0) <= 0.2
    time.sleep(0.25)
    assert take(two).entry.url == "http://a.example/2"
    assert two.left() == 1


def test_what_is_known_is_not_queued_again(connect: Open) -> None:
    queue = connect()
    assert queue.add(links("http://a.example/1?b=1&a=2&utm_source=x", "http://a.example/1?a=2&b=1"), 1) == 1
    assert queue.add(links("http://a.example/1?a=2&b=1"), 1) == 0
    queue.release(take(queue), 0.0)
    assert queue.add(links("http://a.example/1?a=2&b=1"), 1) == 0
    assert (queue.lease(), queue.left(), queue.due()) == (None, 0, None)


def test_the_hosts_of_a_dead_worker_are_taken_over(connect: Open) -> None:
    """With what it had in hand; and if it was only slow, what it says then changes nothing."""
    slow, other = connect(holds=0.3), connect(holds=30.0)
    slow.add(links("http://a.example/1", "http://a.example/2"), 1)
    given = take(slow)
    for _ in range(4):
        time.sleep(0.1)
        slow.renew([given.host])
        assert other.lease() is None
    time.sleep(0.35)
    taken = take(other)
    assert (taken.entry, taken.times) == (given.entry, 2)
    slow.release(given, 0.0)
    slow.renew([given.host])
    assert slow.lease() is None
    assert slow.left() == 2
    other.release(taken, 0.0)
    assert take(slow).entry.url == "http://a.example/2"


def test_a_successor_need_not_wait(connect: Open, server: RedisServer) -> None:
    one = connect()
    one.add(links("http://a.example/1"), 1)
    take(one)
    two = connect()
    assert two.lease() is None
    two.inherit("worker 0", 0.0)
    assert take(two).times == 2


def test_what_is_to_be_tried_again_waits(connect: Open) -> None:
    queue = connect()
    queue.add(links("http://a.example/1", "http://a.example/2"), 1)
    given = take(queue)
    queue.release(given, 0.0, (0.3, given.entry))
    second = take(queue)
    assert second.entry.url == "http://a.example/2"
    queue.release(second, 0.0)
    assert queue.lease() is None
    assert queue.left() == 1
    time.sleep(0.35)
    assert take(queue).entry == given.entry


def test_a_host_is_left_alone(connect: Open) -> None:
    """For as long as it wants, also where that is said while a page of it is in hand."""
    queue = connect()
    queue.add(links("http://a.example/1", "http://a.example/2"), 1)
    given = take(queue)
    queue.rest("a.example", 0.4)
    queue.release(given, 0.0)
    time.sleep(0.2)
    assert queue.lease() is None
    time.sleep(0.25)
    assert take(queue).entry.url == "http://a.example/2"


def test_a_redirect_waits_for_its_host(connect: Open) -> None:
    one, two = connect(), connect()
    one.add(links("http://a.example/1"), 1)
    take(one)
    assert not two.hold("a.example")
    assert two.hold("b.example")
    two.add(links("http://b.example/1"), 1)
    assert one.lease() is None
    two.let_go("b.example", 0.0)
    assert take(one).host == "b.example"


def test_a_host_is_held_on(connect: Open) -> None:
    """Where its link is done with, and a redirect of another one leads to it."""
    one, two = connect(), connect()
    one.add(links("http://a.example/1", "http://a.example/2"), 1)
    one.release(take(one), None)
    assert two.lease() is None
    one.let_go("a.example", 0.0)
    assert take(two).entry.url == "http://a.example/2"
    assert two.left() == 1


def test_later_runs(connect: Open) -> None:
    """What a crawl starts from is asked for in every run, once; a page that changed since the run before this one too."""
    queue = connect()
    start, page = Link("http://a.example/", "seed"), Link("http://b.example/1", "article", lastmod="2024-05-01T00:00:00Z")
    assert queue.add([start], 0, again=True) == 1
    assert queue.add([start], 0, again=True) == 0
    assert queue.add([page], 1) == 1
    queue.end(600.0)
    assert queue.begin() == 1, "something is left"
    for _ in range(2):
        queue.release(take(queue), 0.0)
    assert queue.lease() is None
    queue.end(600.0)
    time.sleep(1.1)  # runs are told apart by the second
    assert queue.begin() == 2
    changed = Link(page.url, "article", lastmod="2999-01-01T00:00:00Z")
    assert queue.add([start, start, page, changed, changed], 1, again=False) == 0
    assert queue.add([start, start], 0, again=True) == 0
    assert sorted(take(queue).entry.url for _ in range(2)) == [start.url, page.url]
    assert queue.left() == 2


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["take", "done", "die", "again", "add"]), st.integers(0, 30)), max_size=60))
def test_nothing_is_lost_and_nothing_given_twice(connect: Open, server: RedisServer, steps: list[tuple[int, str, int]]) -> None:
    """Whatever three workers do, and whoever of them dies: each link is done with once, and a host is in one hand."""
    server.client().flushall()
    queues = [connect() for _ in range(3)]
    hands: dict[int, Given] = {}
    added, done = set[str](), list[str]()
    names = [queue._worker for queue in queues]

    def step(worker: int, what: str, number: int) -> None:
        queue = queues[worker]
        url = f"http://{number % 4}.example/{number}"
        if what == "add":
            queue.add(links(url), 1)
            added.add(url)
        elif what == "take" and worker not in hands:
            if (given := queue.lease()) is not None:
                assert given.host not in {other.host for other in hands.values()}
                hands[worker] = given
        elif what in ("done", "again") and worker in hands:
            given = hands.pop(worker)
            queue.release(given, 0.0, (0.0, given.entry) if what == "again" else None)
            done.extend([given.entry.url] if what == "done" else [])
        elif what == "die":
            hands.pop(worker, None)
            queue.inherit(names[worker], 0.0)

    for one in steps:
        step(*one)
    for worker in list(hands):
        step(worker, "die", 0)
    for _ in range(len(added)):
        step(0, "take", 0)
        step(0, "done", 0)
    assert sorted(done) == sorted(added)
    assert (queues[0].left(), queues[0].lease(), queues[0].due()) == (0, None, None)


def test_redis_is_full(connect: Open, server: RedisServer) -> None:
    """New links are refused whole; what is queued is given out and done with all the same."""
    queue, client = connect(), server.client()
    queue.add(links("http://a.example/1"), 1)
    client.config_set("maxmemory", client.info("memory")["used_memory"] // 2)
    try:
        with pytest.raises(QueueFull):
            queue.add(links("http://a.example/2", "http://a.example/3"), 1)
        given = take(queue)
        queue.release(given, 0.0, (0.0, given.entry))
        queue.release(take(queue), 0.0)
        assert queue.left() == 0
    finally:
        client.config_set("maxmemory", 0)
    assert queue.add(links("http://a.example/2", "http://a.example/3"), 1) == 2


def test_a_queue_that_is_lost(connect: Open, server: RedisServer) -> None:
    queue = connect()
    server.client().flushall()
    for call in (queue.lease, queue.due, lambda: queue.add(links("http://a.example/1"), 1)):
        with pytest.raises(QueueLost, match="has lost the queue: have it keep its data"):
            call()


@pytest.mark.parametrize("url", ["redis://localhost:port/0", "redis://localhost/0?colour=red"])
def test_an_address_that_is_none(server: RedisServer, url: str) -> None:
    with pytest.raises(StoreError, match="give an address like redis://localhost:6379/0"):
        SharedQueue(url.replace("localhost/", f"127.0.0.1:{server.port}/"), "worker")


def test_nobody_is_at_the_address() -> None:
    with pytest.raises(StoreError, match=r"no Redis at 127\.0\.0\.1: .*refused"):
        SharedQueue("redis://127.0.0.1:1/0", "worker")


def test_a_store_of_a_crawl_of_its_own_joins(server: RedisServer, tmp_path: Path) -> None:
    """What it had still to ask for, had in hand, or was to ask for again goes into the queue, once; an error again in the next run."""
    server.client().flushall()
    path, url = tmp_path / "s.sqlite", f"{server.url}?name=t"
    with Store(path) as store:
        store.start_run("1", "{}")
        store.add([f"http://{n}.example/" for n in range(4)])
        lease = store.lease()
        assert lease is not None
        store.land(Fetched(lease=lease, url=lease.url, status=200, headers=(), body=b"<p>x", found=Found(role="page"), fetched_at=rfc3339(0)))
        store._db.execute("UPDATE urls SET state = 'discovered', next_due = 0 WHERE id = ?", (lease.id,))
        assert store.lease() is not None  # and it dies
    asked = []
    for _ in range(2):
        with open_store(path, frontier=url) as store:
            store.start_run("1", "{}")
            while store.waiting():
                if (lease := store.lease()) is not None:
                    asked.append(lease.url)
                    store.fail(lease, "no answer", state="error" if lease.url == "http://3.example/" else "blocked")
            store.finish_run("finished")
    assert sorted(asked) == [f"http://{n}.example/" for n in (0, 1, 2, 3, 3)]


def test_names_tell_crawls_apart(server: RedisServer, tmp_path: Path) -> None:
    server.client().flushall()
    one, two = SharedQueue(f"{server.url}?name=one", "w"), SharedQueue(f"{server.url}?name=two", "w")
    assert (one.begin(), two.begin()) == (1, 1)
    assert one.add(links("http://a.example/1"), 1) == 1
    assert two.lease() is None
    assert two.add(links("http://a.example/1"), 1) == 1
