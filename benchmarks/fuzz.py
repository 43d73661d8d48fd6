"""Search for pages on which the cleaner fails, led by what of its code they reach: mutated pages of ``samples/``, in HTML and as flat text.

    PYTHONPATH=. python benchmarks/fuzz.py [--found DIR] [-max_total_time=600] [other options of libFuzzer]

It needs `pip install atheris`. A page that breaks one of these is written to ``--found`` and stops the search: the cleaner raises
nothing, takes less than twenty seconds, gives the same record for the same bytes, a record that keeps the schema, without control
characters, and with no word in title, abstract and body that the page does not have.
"""

import argparse
import random
import re
import signal
import sys
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

import atheris  # noqa: E402

with atheris.instrument_imports(include=["cleaners"]):
    from cleaners import Page, clean
    from cleaners.decode import decode, inflate
    from cleaners.record import json_schema

import jsonschema  # noqa: E402

from tests.hostile import CASES  # noqa: E402

SECONDS = 20
VALIDATOR = jsonschema.Draft202012Validator(json_schema())
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
WORD = re.compile(r"[a-z]{6,}")
PIECES = [
    "<p>", "</p>", "<div class='abstract'>", "</div>", "<h1>", "<h2>Abstract</h2>", "<h2>References</h2>", "<meta name=citation_author content='", "<meta name=citation_date content='",
    "<script type='application/ld+json'>{\"@type\":\"Article\",\"headline\":\"", "</script>", "<!--", "-->", "<table><tr><td>", "<a href='javascript:", "<sup>1</sup>", "<br>", "<title>", "&#x", "&amp;",
    "Abstract: ", "Keywords: ", "DOI: 10.5555/", "Published 3 May 2024", "01/02/2024", "et al.", "…", "Read more", "\n", "\n\n", "\u202e", "\u0301", "\ud800", "\0", "\x1b", "ﬁ", "Ã©", "|", "; ", "[1]", "PMID: 1", "arXiv:2401.00001",
    "Rosa Hale, Otto Brand", "Department of Roofs, University of Harbour", "Similar Publications", "Volume 1, Issue 2", "pp. 1-9", "©", "January-March 2024", "مايو ٢٠٢٤", "2024年5月", "令和六年", "<svg>", "<textarea>", "<noscript>",
]  # fmt: skip


def check(data: bytes) -> None:
    """Raise an error that says what does not hold of the record made of these bytes. The first byte says of which form they are."""
    if not data:
        return
    page = Page(content=data[1:], kind="text" if data[0] & 1 else "html", url="https://example.org/a" if data[0] & 2 else None)
    signal.alarm(SECONDS)
    record = clean(page)
    signal.alarm(0)
    line = record.to_json()
    if data[0] & 12 == 0 and clean(page).to_json() != line:
        raise AssertionError("another record for the same bytes")
    VALIDATOR.validate(record.to_dict())
    for text in _texts(record.to_dict()):
        if CONTROL.search(text):
            raise AssertionError(f"a control character in {text[:200]!r}")
        if not unicodedata.is_normalized("NFC", text) and text not in (record.url, record.canonical_url):
            raise AssertionError(f"not NFC: {text[:200]!r}")
    if record.kind == "article":
        shown = " ".join(filter(None, (record.title, record.abstract and record.abstract.text, record.body)))
        # ftfy joins letters, and pages part words with tags: words are looked for in the page's letters alone.
        letters = re.sub(r"[^a-z]", "", re.sub(r"<[^>]*>", "", decode(inflate(page.content)[0]).text).casefold())
        raw = re.sub(r"[^a-z]", "", decode(inflate(page.content)[0]).text.casefold())
        for word in WORD.findall(shown.casefold()):
            if not any(word in held or any(word[:i] in held and word[i:] in held for i in range(2, len(word) - 1)) for held in (letters, raw)):
                raise AssertionError(f"{word!r} is not on the page")


def _texts(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def mutated(data: bytes, most: int, seed: int) -> bytes:
    """The page with something done to it that broken pages have: parts cut, repeated, moved, put in, or bytes changed."""
    chance = random.Random(seed)
    if chance.random() < 0.2:
        return bytes(atheris.Mutate(data, most))
    head, body = data[:1] or b"\0", data[1:].decode("utf-8", "surrogateescape")
    for _ in range(chance.randint(1, 4)):
        body = _changed(re.split(r"(?=<)|(?<=>)|(?<=\n)", body) or [""], chance)
    return (head if chance.random() < 0.9 else bytes([chance.randrange(256)])) + body.encode("utf-8", "surrogatepass" if "\ud800" in body else "surrogateescape")[: most - 1]


def _changed(parts: list[str], chance: random.Random) -> str:
    at, end = sorted(chance.choices(range(len(parts) + 1), k=2))
    end = min(end, at + chance.choice((1, 1, 3, 30)))
    before, part, behind = "".join(parts[:at]), "".join(parts[at:end]), "".join(parts[end:])
    match chance.randrange(6):
        case 0:
            return before + behind
        case 1:
            return before + part * chance.choice((2, 6, 60)) + behind
        case 2:
            return before + chance.choice(PIECES) * chance.choice((1, 1, 1, 20)) + part + behind
        case 3:
            return before + behind + part
        case 4:
            return before + part[: chance.randint(0, 40)] + behind
        case _:
            return before + chance.choice(parts) + part + behind


def corpus(folder: Path) -> None:
    """The samples, and the small forms of the hostile pages, as files that the search begins with."""
    pages = [(path.suffix == ".txt", path.read_bytes()) for path in sorted((ROOT / "samples").glob("*/page.*"))]
    pages += [(case.form == "text", case.page(max(1, min(case.small, 20))).content) for case in CASES.values()]
    for number, (flat, content) in enumerate(pages):
        raw = inflate(content)[0] if isinstance(content, bytes) else b""
        if len(raw) < 60_000:
            (folder / str(number)).write_bytes(bytes([2 + flat]) + raw)


def _late(*_: object) -> None:
    raise TimeoutError(f"a page takes longer than {SECONDS} seconds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--found", type=Path, default=Path("out/fuzz"), help="where pages are written that break something")
    parser.add_argument("--again", type=Path, nargs="*", help="try these files once instead")
    args, options = parser.parse_known_args()
    signal.signal(signal.SIGALRM, _late)
    if args.again:
        for path in args.again:
            check(path.read_bytes())
            print(f"{path}: holds")
        return
    args.found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        corpus(Path(folder))
        atheris.Setup(
            [sys.argv[0], *options, "-max_len=60000", f"-artifact_prefix={args.found}/", "-timeout=60", "-rss_limit_mb=3000", folder],
            check,
            custom_mutator=mutated,
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
