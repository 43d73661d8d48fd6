"""Addresses: which can be fetched, which are the same, which belong to one site."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from w3lib.url import canonicalize_url, safe_url_string, url_query_cleaner

# Parameters that tell where a visitor came from or who they are, never which page is meant.
TRACKING = (
    "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "igshid", "twclid", "ttclid",
    "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "phpsessid", "jsessionid",
)  # fmt: skip
_TRACKING_PREFIX = re.compile(r"utm_|pk_|mtm_|matomo_", re.IGNORECASE)
_PATH_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
# A browser takes a backslash for a slash.
_CREDENTIALS = re.compile(r"(\s*(?:[a-z][a-z0-9+.-]*:)?[/\\]{2,})[^/\\?#]*@", re.IGNORECASE)
# International names are ASCII by then; what else is left in a host is left of a broken one.
_NETLOC = re.compile(r"[!-$&-~]+|[^%]*\[[!-~]+\][^%]*")
# Longer addresses exist only as traps and tracking payloads; browsers and servers refuse them too.
LONGEST_URL = 2083


def has_credentials(url: str) -> bool:
    """Whether a user name or password stands in the address."""
    return bool(_CREDENTIALS.match(url))


def without_credentials(url: str) -> str:
    """The address without user name and password, also one that is broken."""
    found = _CREDENTIALS.match(url)
    return found[1] + url[found.end() :] if found else url


def fetchable(url: str) -> str | None:
    """The address as a crawler asks for it, without fragment and credentials; ``None`` if it is not http(s), broken or too long."""
    try:
        safe = safe_url_string(without_credentials(url.partition("#")[0].strip()))
        parts = urlsplit(safe)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and bool(_NETLOC.fullmatch(parts.netloc)) and (parts.port or 1) > 0
    except ValueError:
        return None
    return safe if usable and len(safe) <= LONGEST_URL else None


def key(url: str) -> str:
    """The form under which two addresses of one page are equal: sorted query, no tracking, no session, no fragment.

    Takes what `fetchable` returned.
    """
    url = _PATH_SESSION.sub("", url)
    if "?" in url:
        names = (pair.partition("=")[0] for pair in urlsplit(url).query.split("&"))
        cut = [n for n in names if n.casefold() in TRACKING or _TRACKING_PREFIX.match(n)]
        url = url_query_cleaner(url, cut, remove=True, unique=False) if cut else url
    return canonicalize_url(url)


@lru_cache(maxsize=1)
def _suffixes() -> Callable[[str], Any]:
    import tldextract  # it loads an HTTP client, a third of what `pagesieve clean` takes to start

    # The list of public suffixes that comes with the library: a crawl makes no request that was not asked for.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=4096)
def _registrable(hostname: str) -> str:
    return str(_suffixes()(hostname).top_domain_under_public_suffix)


def host(url: str) -> str:
    """The host name, lower case."""
    return urlsplit(url).hostname or ""


def site(url: str) -> str:
    """The registrable domain ("example.co.uk"); host and port where there is none, as for numeric addresses."""
    parts = urlsplit(url)
    return _registrable(parts.hostname or "") or parts.netloc.rpartition("@")[2]
