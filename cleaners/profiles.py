"""Site profiles: what general rules cannot know of a site, as a few lines of TOML.

The file ``<domain>.toml`` speaks of the pages of the domain and of all hosts below it. Every directive may be left out:

title = "h1.headline"                 # selectors: CSS, or XPath, which begins with / ./ or (
authors = ["ul.authors li", "//meta[@name='by']/@content"]   # of several the first that gives anything
container_title = "…"
published = "time.posted"
abstract = "#summary"                 # the elements that hold its paragraphs
body = "div.story"                    # the elements that hold the main text
remove = [".newsletter", ".promo"]    # all that these select is chrome
labels = ["Read this too"]            # lines that are chrome, wherever they stand
date_order = "dmy"                    # or "mdy": how to read 07/01/2013
kind.paywall = ".wall"                # what the page is where this is on it
render = true                         # its text is made by scripts: a crawl has a browser run them
sample = "journal.example"            # folders beside the file, each with a page and expected.json
tried = 2026-01-31                    # when somebody last looked whether it still fits the site

[[layouts]]                           # what differs on some of the pages; the first layout that fits applies
name = "before-2024"
until = 2024-01-01                    # fetched before this day; `from` is on this day or later
when = "body.old"                     # pages with this on them
title = "h2"                          # any directive; `remove` and `labels` add to those above, others replace them
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

import cssselect
import msgspec
from lxml import etree

from cleaners.record import Kind

Texts = str | tuple[str, ...]

BUILT_IN = files("cleaners").joinpath("sites")
_SELECTORS = ("title", "authors", "container_title", "published", "abstract", "body", "remove", "when")
_ADDED = ("remove", "labels")
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at (?:`key` in )?`\$\.?(?P<place>[^`]*)`)?$", re.DOTALL)
_HOST = re.compile(r"[\w.-]+")
_WANTED = {
    "date_order": '"dmy" or "mdy"',
    "render": "true or false, without quotes",
    "layouts": "[[layouts]] above the directives of each layout, name first",
    **dict.fromkeys(("tried", "from", "until"), "a day without quotes, such as 2026-01-31"),
}
# What XPath 1.0 has, and what a node test may be; lxml finds out about others only on a page that leads to them.
_FUNCTION = re.compile(r"([\w:-]+)\s*\(")
_FUNCTIONS = frozenset((
    "last", "position", "count", "id", "local-name", "namespace-uri", "name", "string", "concat", "starts-with", "contains", "substring-before",
    "substring-after", "string-length", "normalize-space", "translate", "boolean", "not", "true", "false", "lang", "number", "sum",
    "floor", "ceiling", "round", "text", "node", "comment", "processing-instruction", "re:test", "re:match", "re:replace", "and", "or", "div", "mod",
))  # fmt: skip
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_NAMESPACES = {"re": "http://exslt.org/regular-expressions"}
_EMPTY_PAGE = etree.HTML("<p></p>")


class ProfileError(ValueError):
    """A profile cannot be used; the message, one line, names file and directive and says how to mend it."""


class Directives(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a profile or one of its layouts says."""

    title: Texts = ()
    authors: Texts = ()
    container_title: Texts = ()
    published: Texts = ()
    abstract: Texts = ()
    body: Texts = ()
    remove: Texts = ()
    labels: Texts = ()
    date_order: Literal["dmy", "mdy"] | None = None
    kind: dict[Kind, Texts] = {}


class Layout(Directives, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Directives for the pages that were fetched in a span of time, or that have something on them."""

    name: str
    since: date | None = msgspec.field(default=None, name="from")
    until: date | None = None
    when: Texts = ()

    def holds(self, fetched: date | None) -> bool:
        """Whether it speaks of a page of this day; of a page without one, as of a page of today."""
        if fetched is None:
            return self.until is None
        return (self.since is None or self.since <= fetched) and (self.until is None or fetched < self.until)


class Profile(Directives, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole profile."""

    sample: Texts = ()
    tried: date | None = None
    render: bool = False
    layouts: tuple[Layout, ...] = ()

    @property
    def samples(self) -> tuple[str, ...]:
        """The names of the folders with its sample pages."""
        return many(self.sample)

    def with_layout(self, layout: Layout) -> Directives:
        """The directives that hold for a page of this layout."""
        given = {name: value for name in Directives.__struct_fields__ if (value := getattr(layout, name))}
        added = {name: (*many(getattr(self, name)), *many(value)) for name, value in given.items() if name in _ADDED}
        return msgspec.structs.replace(self, **given | added)


def many(value: Texts) -> tuple[str, ...]:
    """One text or several as several."""
    return (value,) if isinstance(value, str) else value


def find_profile(url: str | None, folder: str | Path | None = None) -> tuple[str, Profile] | None:
    """The profile for an address, with its domain: of the folder or else a built-in one, of the host or else of a domain above it.

    Raises `ProfileError` where the one that is to be used cannot be.
    """
    if url is None:
        return None
    for path in (Path(folder, f"{domain}.toml") for domain in _domains(url)) if folder is not None else ():
        try:
            found = path.stat()
        except OSError:
            continue
        return path.stem, _load(path, found.st_mtime_ns, found.st_size)
    domain = next((domain for domain in _domains(url) if domain in _built_in()), None) if _built_in() else None
    return (domain, _load_built_in(domain)) if domain else None


def load_profile(path: Traversable) -> Profile:
    """Read and check one profile. Raises `ProfileError`."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: is not TOML: {error}; mend it there") from error
    if (trouble := next(_misspelt(data), None)) is not None:
        raise ProfileError(f"{path}: {trouble}")
    try:
        profile = msgspec.convert(data, Profile)
    except msgspec.ValidationError as error:
        match = _PLACE.match(str(error))
        what, place = (match["what"], match["place"]) if match else (str(error), None)
        raise ProfileError(f"{path}: {place or 'layouts'}: {what[:1].lower()}{what[1:]}; write {_mend(place or 'layouts')}") from error
    if (trouble := next(_wrong(profile), None)) is not None:
        raise ProfileError(f"{path}: {trouble}")
    return profile


def domain_of(url: str) -> str:
    """The name that a profile for the page's site would have: its host, without www."""
    return next(_domains(url), "").removeprefix("www.")


def broken_profiles(folder: str | Path) -> Iterator[str]:
    """What is wrong with the profiles of a folder, a line for each that cannot be used."""
    for path in sorted(Path(folder).glob("*.toml")):
        try:
            load_profile(path)
        except ProfileError as error:
            yield str(error)


@lru_cache(maxsize=256)
def _load(path: Path, _modified: int, _size: int) -> Profile:
    return load_profile(path)


@lru_cache(maxsize=1)
def _built_in() -> dict[str, Traversable]:
    """The files by domain; this package may be in a zip file, as an egg is."""
    return {e.name.removesuffix(".toml"): e for e in BUILT_IN.iterdir() if e.name.endswith(".toml")} if BUILT_IN.is_dir() else {}


@lru_cache(maxsize=256)
def _load_built_in(domain: str) -> Profile:
    return load_profile(_built_in()[domain])


def _domains(url: str) -> Iterator[str]:
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return
    if not _HOST.fullmatch(host):
        return
    yield host
    parts = host.split(".")
    for start in range(1, len(parts) - 1):
        yield ".".join(parts[start:])


def _mend(place: str) -> str:
    """What a directive wants to have."""
    name = re.sub(r"\[\d+\]$", "", place.removesuffix("[...]")).rpartition(".")[2]
    if place.startswith("kind"):
        return f"kind.KIND = \"selector\", where KIND is one of {', '.join(get_args(Kind))}"
    return _WANTED.get(name, "a text or a list of texts")


def _misspelt(data: dict[str, Any]) -> Iterator[str]:
    """Keys that are no directive."""
    layouts = data.get("layouts")
    tables = [(data, Profile, ""), *((t, Layout, f"layouts[{i}].") for i, t in enumerate(layouts if isinstance(layouts, list) else ()))]
    for table, kind, place in tables:
        known = kind.__struct_encode_fields__
        for key in table if isinstance(table, dict) else ():
            if key not in known:
                near = get_close_matches(key, known, 1)
                mend = f"did you mean {near[0]}?" if near else f"they are {', '.join(known)}"
                yield f"{place}{key}: is no directive; {mend}"


def _wrong(profile: Profile) -> Iterator[str]:
    """What has the right type and cannot be used."""
    for table, place in ((profile, ""), *((layout, f"layouts[{i}].") for i, layout in enumerate(profile.layouts))):
        for name in _SELECTORS:
            yield from (f"{place}{name}: {why}" for why in map(_unusable, many(getattr(table, name, ()))) if why)
        for kind, selectors in table.kind.items():
            yield from (f"{place}kind.{kind}: {why}" for why in map(_unusable, many(selectors)) if why)
    for i, layout in enumerate(profile.layouts):
        if layout.since and layout.until and layout.since >= layout.until:
            yield f"layouts[{i}].until: is not after from; give a later day"
        if layout.since is None and layout.until is None and not layout.when:
            yield f"layouts[{i}]: nothing tells its pages; give from, until or when"
        if layout.name in [other.name for other in profile.layouts[:i]]:
            yield f"layouts[{i}].name: {layout.name} is another layout's; give it a name of its own"
    for name in profile.samples:
        if not name or "/" in name or "\\" in name or name.startswith("."):
            yield f"sample: {name!r} is no name of a folder beside the profile; give one, such as {'journal.example'!r}"


def _unusable(selector: str) -> str | None:
    """Why a selector cannot be used, with the mend."""
    try:
        if isinstance(_xpath(selector)(_EMPTY_PAGE), list | str):
            unknown = [name for name in _FUNCTION.findall(_QUOTED.sub("", selector)) if name.rpartition("::")[2] not in _FUNCTIONS]
            return f"{selector!r} is no XPath (there is no {unknown[0]}()); mend it" if unknown and _is_xpath(selector) else None
        return f"{selector!r} gives a number or a truth; select elements, attributes or a text"
    except cssselect.SelectorError as error:
        return f"{selector!r} is no CSS selector ({error}); mend it, or write an XPath, which begins with /"
    except etree.XPathError as error:
        return f"{selector!r} is no XPath ({error}); mend it"


def _is_xpath(selector: str) -> bool:
    return selector.startswith(("/", "./", "("))


@lru_cache(maxsize=1024)
def _xpath(selector: str) -> etree.XPath:
    return etree.XPath(selector if _is_xpath(selector) else cssselect.HTMLTranslator().css_to_xpath(selector), namespaces=_NAMESPACES)


def select(tree: Any, selectors: Texts) -> tuple[Any, ...]:
    """The elements and texts that the first selector which gives anything gives."""
    for selector in many(selectors):
        try:
            found: Any = _xpath(selector)(tree)
        except etree.XPathError:  # what an XPath does may depend on the page
            continue
        if found := [found] if isinstance(found, str) and found.strip() else found if isinstance(found, list) else []:
            return tuple(found)
    return ()
