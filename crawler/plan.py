"""The crawl file: what to crawl, and how politely, as a few lines of TOML.

start = ["https://journal.example/current"]
article = ['/article/\\d+$']          # optional: which links are articles, as regular expressions
follow = ['/archive/\\d{4}$']         # optional: which links are further listings
render = ['/article/']                # optional: which pages have their text made by scripts
contact = "mailto:you@example.org"    # optional: goes into the User-Agent
delay = 2.0                           # optional: seconds between two requests to one host
revisit = 7                           # optional: days until an article is first asked for again
"""

import os
import re
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from crawler.addresses import REFUSED, is_private_by_name
from crawler.listing import Rules
from crawler.urls import fetchable, has_credentials, host, without_credentials

NO_REDIS = "a shared frontier needs the library redis: pip install 'pagesieve[redis]'"
NO_DRIVER = "pages are to be rendered, and the browser's driver is not installed: pip install 'pagesieve[render]'"


class PlanError(ValueError):
    """A crawl file or an option cannot be used; the message says how to mend it."""


class CrawlPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to crawl. Paths are relative to the working directory.

    ``start``: articles, listings, sitemaps, feeds, in any mix; their content tells which they are.
    ``article``, ``follow``: regular expressions that are searched in addresses. With ``article`` these alone decide
    which links of a listing are articles; without, the page's structure does. ``follow`` names listings beyond the
    next pages, which are found without it.
    ``render``: such expressions too; a browser runs the scripts of pages with these addresses.
    ``delay``: seconds between two requests to one host; a longer Crawl-delay of its robots.txt wins.
    ``revisit``: days after which an article is asked for again for the first time, then sooner or later as it changes or
    not; 0 asks for every page in every run.
    ``contact``: how a site's owner can reach you, an address or URL.
    ``max_pages``: at most so many requests for pages in one run; ``None`` is no limit.
    ``out``: the JSONL file. ``store``: the SQLite file, ``None`` for one beside ``out``.
    ``frontier``: the address of a Redis, ``redis://host:6379/0?name=journal``, where workers share what is to be asked for; each has
    a store of its own. ``None`` for a crawl by one process.
    ``sites``: a folder of site profiles, which say what the cleaner cannot know of a site.
    ``merge``: write one record per work, made of those of all its pages, instead of one per page.
    ``allow_private``: whether pages of the own machine and of private networks may be fetched too.
    ``jobs``: how many processes clean, ``None`` for one per processor.
    """

    start: tuple[str, ...] = ()
    article: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()
    render: tuple[str, ...] = ()
    delay: float = 1.0
    revisit: float = 7.0
    contact: str | None = None
    max_pages: int | None = None
    out: str = "articles.jsonl"
    store: str | None = None
    frontier: str | None = None
    sites: str | None = None
    merge: bool = False
    allow_private: bool = False
    jobs: int | None = None

    @property
    def store_path(self) -> Path:
        """Where the store is."""
        return Path(self.store) if self.store else Path(self.out).with_suffix(".sqlite")

    @property
    def told(self) -> str:
        """The plan as JSON, to be kept: without a password."""
        return msgspec.json.encode(msgspec.structs.replace(self, frontier=without_credentials(self.frontier or "") or None)).decode()

    @property
    def rules(self) -> Rules:
        """The patterns, compiled."""
        return Rules(tuple(map(re.compile, self.article)), tuple(map(re.compile, self.follow)))


def make_plan(site: str | Path | None = None, **given: Any) -> CrawlPlan:
    """The plan of a crawl file with what is given beside it; options that are ``None`` are left to the file.

    Start addresses are added to those of the file. Raises `PlanError`.
    """
    values = _read(site) if site else {}
    try:
        start = [*values.pop("start", ()), *(given.pop("start", None) or ())]
        plan = msgspec.convert(
            {"start": start, **values, **{k: v for k, v in given.items() if v is not None}}, CrawlPlan, strict=False
        )
    except (msgspec.ValidationError, TypeError) as error:
        where = f"{site}: " if site else ""
        raise PlanError(f"{where}{error}; the keys are {', '.join(CrawlPlan.__struct_fields__)}") from error
    named = [os.path.realpath(path) for path in (plan.out, plan.store_path, site) if path]
    if len(set(named)) < len(named):
        raise PlanError("out, store and crawl file must be different files: give each a name of its own")
    return _checked(plan)


def _read(site: str | Path) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(site).read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanError(f"cannot read the crawl file {site}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"{site} is not TOML: {error}") from error


def _checked(plan: CrawlPlan) -> CrawlPlan:
    if not plan.start:
        raise PlanError('nothing to start from: give an address, or a crawl file with start = ["https://…"]')
    start = []
    for address in plan.start:
        if has_credentials(address):
            raise PlanError("a start address holds a user name or password, which would not be sent: leave out all before the @")
        url = fetchable(address)
        if url is None:
            raise PlanError(f"{without_credentials(address)!r} is no address to crawl: it must begin with http:// or https://")
        if is_private_by_name(host(url)) and not plan.allow_private:
            raise PlanError(f"{url} is {REFUSED}")
        start.append(url)
    for pattern in (*plan.article, *plan.follow, *plan.render):
        try:
            re.compile(pattern)
        except re.error as error:
            raise PlanError(f"{pattern!r} is no regular expression: {error}") from error
    for name, lowest in (("delay", 0), ("revisit", 0), ("max_pages", 1), ("jobs", 1)):
        value = getattr(plan, name)
        if value is not None and value < lowest:
            raise PlanError(f"{name} must be at least {lowest}, not {value}")
    if plan.sites is not None and not Path(plan.sites).is_dir():
        raise PlanError(f"sites must be a folder of site profiles, and {plan.sites} is none")
    if plan.frontier is not None:
        if urlsplit(plan.frontier).scheme not in ("redis", "rediss", "unix"):
            raise PlanError(f"frontier: {without_credentials(plan.frontier)} is no address of a Redis: give one like redis://localhost:6379/0?name=journal")
        if not find_spec("redis"):
            raise PlanError(NO_REDIS)
    if (plan.render or _rendered_sites(plan.sites)) and not find_spec("playwright"):
        raise PlanError(NO_DRIVER)
    return msgspec.structs.replace(plan, start=tuple(dict.fromkeys(start)))


def _rendered_sites(folder: str | None) -> bool:
    if folder is None:
        return False
    from cleaners.profiles import ProfileError, load_profile  # it takes a tenth of a second to import

    def renders(path: Path) -> bool:
        try:
            return load_profile(path).render
        except ProfileError:  # told elsewhere, and only this site's trouble
            return False

    return any(map(renders, Path(folder).glob("*.toml")))
