"""The labelled pages and the program that scores them, both kept outside the project: a folder ``data``, and ``score/score.py`` beside it.

Golds that are known to be wrong are listed in ``wrong_golds.toml``; `corrected` is the corpus with them mended or left out.
`site_of` and `fold_of` part the sites for those that learn from them.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
WRONG_GOLDS = Path(__file__).with_name("wrong_golds.toml")
# Notes for people are no part of what is scored.
_SCORED = (".gz", ".json", ".jsonl", ".txt")


class WrongGold(NamedTuple):
    """A gold that its page contradicts. Where ``right`` is None nothing is asked of the field; else it is asked for ``right``."""

    task: str
    id: str
    field: str
    gold: Any
    right: Any


def load_scorer(data: Path) -> ModuleType:
    """The module ``score/score.py`` that belongs to a data folder."""
    path = data.resolve().parent / "score" / "score.py"
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SystemExit(f"there is no {path}: give with --data the labelled pages that have the scorer beside them")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fingerprint(data: Path) -> str:
    """One hash over the scorer and every file that it reads, with their names."""
    root = data.resolve()
    digest = hashlib.sha256()
    for path in sorted(p for p in (*root.rglob("*"), root.parent / "score" / "score.py") if p.suffix in (*_SCORED, ".py") and p.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root.parent).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def site_of(url: str) -> str:
    """The last two labels of the host: pages of one site are learned from together or not at all."""
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])


def fold_of(site: str, folds: int) -> int:
    """Which of so many parts of the sites this one is in."""
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % folds


def wrong_golds(path: Path = WRONG_GOLDS) -> list[WrongGold]:
    """The golds that were shown to be wrong."""
    reasons = tomllib.loads(path.read_text(encoding="utf-8")).get("reason", []) if path.exists() else []
    return [WrongGold(r["task"], g["id"], r["field"], g.get("gold"), g.get("right")) for r in reasons for g in r["golds"]]


def corrected(data: Path, wrong: list[WrongGold], into: Path) -> int:
    """Lay out at ``into`` a copy of the corpus in which the wrong golds are mended or left out; how many were found there.

    A gold that no longer reads as the list says is left alone. Files that need no change are links.
    """
    shutil.copytree(data.resolve(), into, copy_function=os.symlink)
    found = 0
    for path in [*sorted((into / "textdumps").glob("*.json")), *sorted((into / "wcxb-articles/ground-truth").glob("*.json"))]:
        case = json.loads(path.read_bytes())
        task, golds = ("textdumps", case["expected"]) if "expected" in case else ("articles", case["ground_truth"])
        if changes := [w for w in wrong if w.task == task and w.id == path.stem and _reads(golds.get(w.field), w.gold)]:
            golds.update({w.field: {"edtf": w.right} if w.field == "published" else w.right for w in changes})
            _replace(path, json.dumps(case))
            found += len(changes)
    index = into / "scholarly/index.jsonl"
    rows = [json.loads(line) for line in index.read_text(encoding="utf-8").splitlines()] if index.exists() else []
    for row in rows:
        for w in _of_record(row, wrong):
            found += 1
            row["accept"].pop(w.field, None)
            row["gold"].pop(w.field, None)
            if w.right is not None:
                row["gold"][w.field] = w.right
            elif w.field == "abstract":
                row["gold_source"] = {}  # else the scorer takes the page for one that shows no abstract
    if rows:
        _replace(index, "".join(json.dumps(row) + "\n" for row in rows))
    return found


def _of_record(row: dict[str, Any], wrong: list[WrongGold]) -> Iterator[WrongGold]:
    return (w for w in wrong if w.task == "records" and w.id == row["id"] and _reads(row["gold"].get(w.field), w.gold))


def _reads(actual: Any, listed: Any) -> bool:
    """Whether a gold is the listed one. Long texts are listed by their first words, and a gold that is absent not at all."""
    return str(actual).startswith(str(listed)) if listed is not None else actual is None


def _replace(path: Path, content: str) -> None:
    path.unlink()  # the link, not what it leads to
    path.write_text(content, encoding="utf-8")
