"""Addresses in a line: DOIs, those of mail, those of the web. Most lines have none, which a sign that each of them has tells first."""

from cleaners.lines import DOI, EMAIL, URL


def has_address(text: str) -> bool:
    """Whether a text holds a DOI, a web address or one of mail."""
    return ("10." in text and DOI.search(text) is not None) or (_may_hold_url(text) and URL.search(text) is not None) or has_mail(text)


def has_mail(text: str) -> bool:
    """Whether a text holds an address of mail."""
    return _may_hold_mail(text) and EMAIL.search(text) is not None


def without_mail(text: str, by: str = "") -> str:
    """Without addresses of mail."""
    return EMAIL.sub(by, text) if _may_hold_mail(text) else text


def without_urls(text: str, by: str = "") -> str:
    """Without addresses of the web."""
    return URL.sub(by, text) if _may_hold_url(text) else text


def _may_hold_mail(text: str) -> bool:
    return "@" in text or "at}" in text or "at)" in text or "at]" in text


def _may_hold_url(text: str) -> bool:
    return "://" in text or "www." in text.casefold()
