"""The queue that workers share, on Redis: a stream of links for each host, with the workers as its consumer group.

A host is held by one worker at a time, so that its delay is kept across all of them; who holds it has one of its links in hand. A
worker that gives no sign of life loses its hosts, and what it had in hand is given to the next. All times are those of Redis's clock.

Keys, of which all begin with ``{name}:``:

- ``urls:HOST``: a stream of links, given out by XREADGROUP and XAUTOCLAIM, and gone with XACK and XDEL;
- ``ready``: hosts, by the time from which they may be asked, or until which they are held; ``holds``: who holds them; ``rests``: the
  time until which a host wants to be left alone;
- ``later``: links that are to be tried again, by time;
- ``seen:N``: fingerprints of all links that were ever queued, as sets of integers, which Redis keeps in 8 bytes each as long as they
  have at most ``set-max-intset-entries`` (512 by default); ``again``: those that this run has asked for again;
- ``run``: the run; ``left``: how many links are queued or in hand.

Scripts are in ``scripts/``: each is one step for all that look on.
"""

import time
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
import redis
from redis.backoff import ConstantBackoff, ExponentialBackoff
from redis.retry import Retry

from crawler.database import StoreError, StoreFailed, rfc3339
from crawler.model import Link, UrlKind
from crawler.urls import host, key

# Seconds without a sign of life after which a host is given to another worker. Workers give one every third of it.
HOLDS = 30.0
# Of the hosts that may be asked, so many are looked at for one with links.
_HOSTS = 20
# Seconds for which Redis is waited for, as while it starts anew.
_PATIENCE = 60
# 100 million fingerprints make sets of 381, which Redis still keeps as arrays.
_BUCKETS = 1 << 18
_LISTS = ("seed", "listing", "feed", "sitemap")


class QueueLost(StoreFailed):
    """The shared queue is not to be had, or has lost what it knew; the message says what to do."""


class QueueFull(Exception):
    """Redis has no room (its ``maxmemory``) for more links."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A link in the queue; ``tries`` counts those that ended without an answer that stands."""

    url: str
    kind: UrlKind
    depth: int
    tries: int = 0
    lastmod: str | None = None


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that was given to a worker, with the host that it holds for it; ``times``: how often it has been given to anybody."""

    id: str
    host: str
    entry: Entry
    times: int


class SharedQueue:
    """A connection to the queue. ``url`` is that of Redis (``redis://host:6379/0``); ``?name=`` tells crawls on one server apart.

    ``worker`` is a name that no other process has. Methods raise `QueueLost` where Redis does not answer for a minute.
    """

    def __init__(self, url: str, worker: str, *, holds: float = HOLDS) -> None:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        self._prefix = f"{{{options.pop('name', 'pagesieve')}}}"
        self._worker = worker
        self._holds = holds
        address = urlunsplit(parts._replace(query=urlencode(options)))
        retry = Retry(ExponentialBackoff(cap=1.0, base=0.05), _PATIENCE)
        failures: list[type[Exception]] = [redis.ConnectionError, redis.TimeoutError, redis.BusyLoadingError]
        try:
            # Much patience is for a Redis that was there; one that just starts anew is waited for.
            with redis.Redis.from_url(address, socket_connect_timeout=5, retry=Retry(ConstantBackoff(0.25), 20), retry_on_error=failures) as first:
                first.ping()
            self._redis = redis.Redis.from_url(address, decode_responses=True, retry=retry, retry_on_error=failures, socket_timeout=30)
        except (ValueError, TypeError) as error:
            raise StoreError(f"frontier: {error}; give an address like redis://localhost:6379/0?name=journal") from error
        except redis.RedisError as error:
            raise StoreError(f"frontier: no Redis at {parts.hostname}: {error}") from error
        self._place = f"{parts.hostname}:{parts.port or 6379}"
        folder = files("crawler.shared").joinpath("scripts")
        self._scripts = {path.name.removesuffix(".lua"): self._redis.register_script(path.read_text(encoding="utf-8")) for path in folder.iterdir()}
        self._scripts["add_anyway"] = self._redis.register_script("#!lua flags=allow-oom\n" + folder.joinpath("add.lua").read_text(encoding="utf-8"))
        if (policy := self._redis.info("memory")["maxmemory_policy"]) != "noeviction":
            raise StoreError(f"frontier: Redis at {self._place} forgets keys when it is full ({policy}): set its maxmemory-policy to noeviction")

    def close(self) -> None:
        """Close the connection."""
        self._redis.close()

    def _call(self, name: str, *values: Any) -> Any:
        try:
            return self._scripts[name](keys=[self._prefix], args=values)
        except redis.OutOfMemoryError as error:
            raise QueueFull from error
        except redis.ResponseError as error:
            if "NORUN" in str(error):
                raise QueueLost(f"Redis at {self._place} has lost the queue: have it keep its data (appendonly yes), and start the workers again") from error
            raise QueueLost(f"Redis at {self._place}: {error}; version 7 or newer is needed") from error
        except redis.RedisError as error:
            raise QueueLost(f"Redis at {self._place} does not answer ({error}): what was fetched is kept; the same command goes on") from error

    def inherit(self, worker: str, pause: float) -> None:
        """Give what a worker held, who is known to be dead, to whoever asks first, after the pause in seconds."""
        self._call("inherit", worker, pause)

    def begin(self) -> int:
        """Take part in the run that is under way, or begin one; says its number."""
        return int(self._call("begin", rfc3339(time.time())))

    def add(self, links: Iterable[Link], depth: int, *, again: bool = False, anyway: bool = False) -> int:
        """Queue links, those that are new, or with ``again`` all that this run has not asked for yet; says how many were new.

        One whose ``lastmod`` lies behind the beginning of the run before this one is asked for again too. Raises `QueueFull` where there
        is no room, but not with ``anyway``.
        """
        values: list[str | bytes | int] = []
        for link in links:
            bucket, number = fingerprint(link.key or key(link.url))
            entry = Entry(url=link.url, kind=link.kind, depth=depth, lastmod=link.lastmod)
            why = "always" if again else link.lastmod or ""
            values += [bucket, number, host(link.url), msgspec.json.encode(entry), int(link.kind in _LISTS or link.rel == "next"), why]
        return int(self._call("add_anyway" if anyway else "add", *values)) if values else 0

    def lease(self) -> Given | None:
        """Take a link of a host that may be asked now, and hold the host; ``None`` where none is due."""
        found = self._call("lease", self._worker, self._holds, _HOSTS)
        if not found:
            return None
        return Given(host=found[0], id=found[1], entry=msgspec.json.decode(found[2], type=Entry), times=int(found[3]))

    def release(self, given: Given, pause: float | None, retry: tuple[float, Entry] | None = None) -> None:
        """The link is done with, or to be tried again after so many seconds; its host may be asked after the pause, in seconds.

        With ``None`` the host is held on.
        """
        more = (retry[0], msgspec.json.encode(retry[1])) if retry else ()
        self._call("release", self._worker, given.host, given.id, "" if pause is None else pause, *more)

    def hold(self, name: str) -> bool:
        """Hold a host that a redirect leads to, if it may be asked now."""
        return bool(self._call("hold", self._worker, name, self._holds))

    def let_go(self, name: str, pause: float) -> None:
        """Hold such a host no longer."""
        self._call("release", self._worker, name, "", pause)

    def rest(self, name: str, seconds: float) -> None:
        """Nobody asks this host for so long."""
        self._call("rest", name, seconds)

    def renew(self, hosts: Sequence[str]) -> None:
        """Give a sign of life: these are still held."""
        if hosts:
            self._call("renew", self._worker, self._holds, *hosts)

    def due(self) -> float | None:
        """The seconds until a link may be due, for anybody; ``None`` where none is queued and none in hand."""
        seconds = self._call("due")
        return float(seconds) if seconds else None

    def end(self, longest: float) -> None:
        """End the run, if nothing will be due for so many seconds."""
        self._call("due", longest)

    def left(self) -> int:
        """How many links are queued or in hand."""
        return int(self._redis.get(f"{self._prefix}:left") or 0)


def fingerprint(address: str) -> tuple[int, int]:
    """Bucket and 64-bit number of an address's key; together 82 bits: among 10 billion addresses two are taken for one with probability .00001."""
    digest = blake2b(address.encode(), digest_size=16).digest()
    return int.from_bytes(digest[:4]) % _BUCKETS, int.from_bytes(digest[8:], signed=True)
