"""Identifiers as bare, normalised strings; check digits where the scheme has them."""

import re
from urllib.parse import unquote

# A DOI's suffix may hold nearly anything (DOI Handbook 2.2); what ends it in running text is white space, quotes, markup.
# Angle brackets belong to it in a SICI only ("77:1<12::AID-CNCR3>3.0.CO;2-#").
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/(?:[^\s\"'<>{}|\\^`\x00-\x1f]|<\d+:[\w:-]{1,40}>(?=\d)){1,200}")
# HighWire's address of the supplement of an article: "10.1093/aobpla/plv005/-/DC1".
_COMPONENT = re.compile(r"/-/dc\d+$", re.IGNORECASE)
# Words that pages glue to a DOI. "DOI" and "PDF" are legal there, so only a capitalised word right at the end goes.
_GLUED = re.compile(
    r"(?:DOI\s*Listing|DOI|Listing|PubMed|PMID|PMC|Google|Scholar|CrossRef|Crossref|View|Article|Published|Received|Accepted|Copyright"
    r"|Abstract|Cite|Save|Search|Full|Download|Epub|Get|Text|Web|ISI|Medline|CAS|Print|Share|License|Citation|Free)+(?:[A-Z][a-z]+|:.*)*$"
    # "…65302-0pmid:18048741", "…2166809IF: 7.7": a label behind a digit, with its colon.
    r"|(?<=[\dXx])[A-Za-z]{2,12}:\d*$"
)
# What the address of an article's page has behind its DOI.
_PATH_TAIL = re.compile(
    r"(?:/(?:full|abstract|abs|pdf|epdf|html|meta|summary|references|tables|figures|full-text|fulltext|v\d+|download"
    r"|supplementary-material|issuetoc))+/?$"
    r"|\.(?:full|abstract|pdf|html?|short|long)(?:\.pdf|\+html)?$",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"^\s*(?:doi\s*[:=]?\s*|https?://(?:dx\.|www\.)?doi\.org/|info:doi/)+", re.IGNORECASE)
# "https://doi.org/", "Digital Object Identifier: ": what a line may hold beside a DOI that stands alone in it.
_LONGEST_LABEL = 30
_PMID = re.compile(r"^(?:pmid:?\s*|.*pubmed(?:\.ncbi\.nlm\.nih\.gov)?/)?(\d{1,9})/?$", re.IGNORECASE)
_PMCID = re.compile(r"PMC\s?(\d{3,9})", re.IGNORECASE)
_ARXIV = re.compile(r"(?:arxiv[:.\s]*|arxiv\.org/(?:abs|pdf)/|^)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?\b", re.IGNORECASE)
_ORCID = re.compile(r"(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])")


def find_doi(text: str) -> list[tuple[str, int, int]]:
    """Every DOI in a text, normalised, with its offsets; what is glued to it is not part of it."""
    found = []
    for match in _DOI.finditer(text):
        raw = _trim(match[0])
        if raw.partition("/")[2]:
            found.append((raw.lower(), match.start(), match.start() + len(raw)))
    return found


def lone_doi(text: str) -> str | None:
    """The DOI of a line that holds nothing else but its label: an article shows its own so, those of others behind a citation."""
    found = find_doi(text) if "10." in text else []
    return next((doi for doi, start, end in found if len(text) - (end - start) <= _LONGEST_LABEL), None)


def normalise_doi(text: str) -> str | None:
    """The bare, lower-case DOI of a value, of an address or of text that holds one; `None` where there is none."""
    plain = unquote(_PREFIX.sub("", text)) if "%" in text else _PREFIX.sub("", text)
    match = _DOI.search(plain)
    if not match:
        return None
    raw = match[0]
    if "://" in text or text.startswith("/"):
        raw = _PATH_TAIL.sub("", re.split(r"[?&]|(?<!;2-)#|;(?!2(?:-|$))", raw)[0])  # a SICI ends in ";2" or ";2-" and a check character
    raw = _trim(raw)
    return raw.lower() if raw.partition("/")[2] else None


def _trim(raw: str) -> str:
    """Without glued words, punctuation at the end, and brackets that open outside."""
    while True:
        cut = _COMPONENT.sub("", _GLUED.sub("", raw)).rstrip(".,;:!?'\"”’*-–/…⟩»›】」")
        for opening, closing in ("()", "[]", "<>"):
            if cut.endswith(closing) and cut.count(closing) > cut.count(opening):
                cut = cut[:-1]
        if cut == raw:
            return cut
        raw = cut


def normalise_pmid(text: str) -> str | None:
    """Digits without leading zeros."""
    match = _PMID.match(text.strip())
    return match[1].lstrip("0") or None if match else None


def normalise_pmcid(text: str) -> str | None:
    """``PMC`` and digits."""
    match = _PMCID.search(text)
    return f"PMC{match[1]}" if match else None


def normalise_arxiv(text: str) -> str | None:
    """The identifier without its version: ``1706.03762`` or ``hep-th/9901001``."""
    match = _ARXIV.search(text.strip())
    return match[1] if match else None


def normalise_issn(text: str) -> str | None:
    """``1234-567X`` where the check digit is right (ISO 3297: weights 8 to 2, modulo 11)."""
    digits = re.sub(r"[^\dXx]", "", text).upper()
    if len(digits) != 8 or "X" in digits[:7]:
        return None
    total = sum(int(d) * w for d, w in zip(digits[:7], range(8, 1, -1), strict=True))
    check = "0123456789X"[-total % 11]
    return f"{digits[:4]}-{digits[4:]}" if digits[7] == check else None


def normalise_isbn(text: str) -> str | None:
    """Ten or thirteen digits without hyphens, where the check digit is right (ISO 2108)."""
    digits = re.sub(r"[^\dXx]", "", text).upper()
    if len(digits) == 13 and digits.isdigit():
        return digits if sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0 else None
    if len(digits) == 10 and digits[:9].isdigit():
        total = sum((10 if d == "X" else int(d)) * (10 - i) for i, d in enumerate(digits))
        return digits if total % 11 == 0 else None
    return None


def normalise_orcid(text: str) -> str | None:
    """The bare iD where the check digit is right (ISO 7064, MOD 11-2)."""
    match = _ORCID.search(text)
    if not match:
        return None
    digits = match[1].replace("-", "").upper()
    total = 0
    for digit in digits[:15]:
        total = (total + int(digit)) * 2
    return match[1].upper() if "0123456789X"[(12 - total % 11) % 11] == digits[15] else None
