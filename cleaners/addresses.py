"""Addresses in a line: DOIs, those of mail, those of the web. Most lines have none, which a sign that each of them has tells first."""

import re

_DOI = re.compile(r"\b10\.\d{4,9}(?:\.\d+)*/")
_MAIL = re.compile(r"[\w.+-]{1,64}\s?(?:@|\{at\}|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63})+")
_URL = re.compile(r"\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)


def has_address(text: str) -> bool:
    """Whether a text holds a DOI, a web address or one of mail."""
    return has_doi(text) or find_url(text) is not None or has_mail(text)


def has_doi(text: str) -> bool:
    """Whether a text holds the beginning of a DOI, up to its slash."""
    return "10." in text and _DOI.search(text) is not None


def has_mail(text: str) -> bool:
    """Whether a text holds an address of mail."""
    return _may_hold_mail(text) and _MAIL.search(text) is not None


def find_url(text: str) -> str | None:
    """The first address of the web."""
    found = _URL.search(text) if _may_hold_url(text) else None
    return found[0] if found else None


def without_mail(text: str, by: str = "") -> str:
    """Without addresses of mail."""
    return _MAIL.sub(by, text) if _may_hold_mail(text) else text


def without_urls(text: str, by: str = "") -> str:
    """Without addresses of the web."""
    return _URL.sub(by, text) if _may_hold_url(text) else text


def _may_hold_mail(text: str) -> bool:
    return "@" in text or "at}" in text or "at)" in text or "at]" in text


def _may_hold_url(text: str) -> bool:
    return "://" in text or "www." in text.casefold()
