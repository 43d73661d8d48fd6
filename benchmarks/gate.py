"""Score the project on labelled pages and hold what was reached: exit status 1 when a figure fell below its floor.

    python benchmarks/gate.py [--data DIR] [--jobs 2] [--only TASK …] [--raise] [--new-corpus] [--against REF]

``floors.toml`` has two values for a figure: **wanted**, and **held**, the best that was reached, which only rises. ``--raise`` writes
better ones if none fell. To lower a value by hand, say why beside it (``reason = "…"``): the gate compares the file with the one in git at REF
(HEAD) and fails on a lower value, or a figure left out, that has no reason of its own. The corpus has a fingerprint; figures of
another one cannot be compared and are refused, unless ``--new-corpus`` is given (with ``--raise``: pin the floors to it).

Beside each figure stands what it is without the golds that were shown to be wrong (``wrong_golds.toml``), where that differs, and what
the peers reached on the same pages (``peers.toml``, written by ``peers.py``).
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import paper_bodies
from corpus import DATA, corrected, fingerprint, load_scorer, wrong_golds

HERE = Path(__file__).resolve().parent
FLOORS, PEERS = HERE / "floors.toml", HERE / "peers.toml"
VIEWS = ("full", "visible", "flat")
# Times depend on the machine: they are no floors.
TIMES = ("seconds per page", "microseconds per string")
LESS_IS_BETTER = ("author given where gold has none", "date given where gold has none", "body given where there is none")
# The task whose golds are not in the corpus.
PAPERS = "papers"
HEADER = """\
# The floors of the quality gate (gate.py): what each figure of the labelled pages should be, and what it was at best.
# `held` only rises: `python benchmarks/gate.py --raise` writes it. Whoever lowers or removes a value gives a `reason = "…"` beside it.
"""
Figures = dict[str, dict[str, float]]
Floors = dict[str, dict[str, dict[str, Any]]]


class Remembering:
    """The scorer's engine for this project, which cleans a page once however often it is scored."""

    def __init__(self, engine: Any) -> None:
        self.api, self._engine, self._known = engine.api, engine, dict[Any, Any]()

    def html(self, content: bytes, url: str | None) -> Any:
        return self._once(self._engine.html, content, url)

    def text(self, content: str, url: str | None) -> Any:
        return self._once(self._engine.text, content, url)

    def _once(self, call: Any, content: bytes | str, url: str | None) -> Any:
        if (content, url) not in self._known:
            self._known[content, url] = call(content, url)
        return self._known[content, url]


def measure(task: str, data: Path, right: Path) -> tuple[str, dict[str, float], dict[str, float]]:
    """The figures of one task (``records`` with its view, as ``records:flat``), with all golds and with the right ones only."""
    if task == PAPERS:
        found = paper_bodies.measure(data)
        return task, found, found
    scorer = load_scorer(data)
    name, _, view = task.partition(":")
    engine, score, views = Remembering(scorer.Project()), scorer.TASKS[name], [view] if view else []
    figures = [
        {figure: statistics.fmean(values) for figure, values in score(engine, folder, *views).items() if figure not in TIMES}
        for folder in (data, right)
    ]
    return f"{name} ({view})" if view else name, figures[0], figures[1]


def is_better(figure: str, one: float, other: float) -> bool:
    return one < other if figure in LESS_IS_BETTER else one > other


def pinned(figure: str, value: float) -> float:
    """A figure as a floor states it: four decimals, never better than what was measured."""
    return (math.ceil if figure in LESS_IS_BETTER else math.floor)(round(value * 1e4, 6)) / 1e4


def verdict(figure: str, value: float | None, floor: dict[str, Any]) -> str:
    """``fell`` and ``gone`` are failures; ``rose`` and ``new`` are written down with ``--raise``."""
    if value is None:
        return "gone"
    now, held, wanted = pinned(figure, value), floor.get("held"), floor.get("wanted")
    if held is None:
        return "new"
    if is_better(figure, held, now):
        return "fell"
    if is_better(figure, now, held):
        return "rose"
    return "held" if wanted is None or is_better(figure, wanted, now) else "reached"


def lowered(before: Floors, after: Floors) -> list[tuple[str, str | None]]:
    """What was lowered or removed since, and the reason given for it: one that stood there before is none."""
    found = []
    for task, figure, old in ((task, figure, old) for task, figures in before.items() for figure, old in figures.items()):
        new = after.get(task, {}).get(figure, {})
        reason = new.get("reason") if new.get("reason") != old.get("reason") else None
        lower = [key for key in ("wanted", "held") if key in old and (key not in new or is_better(figure, old[key], new[key]))]
        found += [(f"{task}, {figure}: {key} was {old[key]}, is {new.get(key, 'left out')}", reason) for key in lower]
    return found


def raised(floors: Floors, figures: Figures, *, new_corpus: bool) -> Floors:
    """The floors with better values held, or, for another corpus, with whatever was measured there."""
    result = {task: {figure: dict(floor) for figure, floor in of_task.items()} for task, of_task in floors.items()}
    for task, of_task in figures.items():
        for figure, value in of_task.items():
            floor = result.setdefault(task, {}).setdefault(figure, {})
            if verdict(figure, value, floor) != "fell":
                floor["held"] = pinned(figure, value)
            elif new_corpus:
                floor |= {"held": pinned(figure, value), "reason": f"another corpus; {floor['held']} was held on the one before"}
    return result


def as_toml(header: str, about: dict[str, str], floors: Floors) -> str:
    """A file of figures: a comment, some values about all of them, and a table for each task."""
    lines = [header, *(f'{key} = "{value}"' for key, value in about.items())]
    for task, of_task in floors.items():
        lines.append(f'\n["{task}"]')
        for figure, floor in of_task.items():
            # Strings and numbers are written as in JSON.
            lines.append(f'"{figure}" = {{ {", ".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in floor.items())} }}')
    return "\n".join(lines) + "\n"


def read(content: str) -> tuple[dict[str, str], Floors]:
    """The two parts that `as_toml` wrote."""
    parsed = tomllib.loads(content)
    return {key: value for key, value in parsed.items() if isinstance(value, str)}, {key: value for key, value in parsed.items() if isinstance(value, dict)}


def at_ref(ref: str, path: Path) -> Floors:
    """The floors as they are in git; none where git does not have them."""
    shown = subprocess.run(["git", "-C", str(path.parent), "show", f"{ref}:./{path.name}"], capture_output=True, text=True, check=False)
    return read(shown.stdout)[1] if shown.returncode == 0 else {}


def table(figures: Figures, right: Figures, floors: Floors, peers: Floors) -> str:
    names = sorted({name for task in figures for of_figure in peers.get(task, {}).values() for name in of_figure})
    lines = [f"{'':36}{'now':>8}{'right':>8}{'held':>8}{'wanted':>8}  {'verdict':8}" + "".join(f"{name:>18}" for name in names)]
    for task, of_task in figures.items():
        lines.append(task)
        for figure in dict.fromkeys((*of_task, *floors.get(task, {}))):
            floor, value, mended = floors.get(task, {}).get(figure, {}), of_task.get(figure), right[task].get(figure)
            shown = [value, mended if mended != value else None, floor.get("held"), floor.get("wanted")]
            beside = [peers.get(task, {}).get(figure, {}).get(name) for name in names]
            numbers = ["" if number is None else f"{number:.4f}" for number in (*shown, *beside)]
            columns = "".join(f"{n:>8}" for n in numbers[:4]) + f"  {verdict(figure, value, floor):8}" + "".join(f"{n:>18}" for n in numbers[4:])
            lines.append(f"  {figure:34}{columns}".rstrip())
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="the labelled pages")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--only", nargs="+", metavar="TASK", help="some tasks only, such as seed or records:flat")
    parser.add_argument("--raise", action="store_true", dest="rising", help="write better figures into the floors")
    parser.add_argument("--new-corpus", action="store_true", help="accept that the pages or the scorer are other ones")
    parser.add_argument("--against", default="HEAD", metavar="REF", help="the commit whose floors may not be lowered without a reason")
    parser.add_argument("--floors", type=Path, default=FLOORS, help="the file of the floors")
    args = parser.parse_args(arguments)
    if args.only and args.rising and args.new_corpus:
        parser.error("floors are pinned to another corpus as a whole: leave out --only")

    scored = [task for name in load_scorer(args.data).TASKS for task in ([f"{name}:{view}" for view in VIEWS] if name == "records" else [name])]
    tasks = args.only or [*scored, *([PAPERS] if paper_bodies.pages(args.data) else [])]
    about, floors = read(args.floors.read_text(encoding="utf-8"))
    mark, known = fingerprint(args.data), about.get("fingerprint", "")
    if mark != known and not args.new_corpus:
        print(f"{args.data} is not the corpus that the floors were measured on ({mark[:12]}, not {known[:12]}): --new-corpus accepts it")
        return 2
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(args.jobs) as pool:
        right, wrong = Path(scratch) / "data", wrong_golds()
        print(f"{corrected(args.data, wrong, right)} of {len(wrong)} golds that are known to be wrong are in {args.data}")
        # The longest first, so that the processes end together.
        waiting = {task: pool.submit(measure, task, args.data, right) for task in sorted(tasks, key=lambda t: t[:7] not in ("article", "records"))}
        done = [waiting[task].result() for task in tasks]
    figures, mended = {task: found for task, found, _ in done}, {task: found for task, _, found in done}
    peers_about, peers = read(PEERS.read_text(encoding="utf-8")) if PEERS.exists() else ({}, {})
    print(table(figures, mended, floors, peers if peers_about.get("fingerprint") == mark else {}))

    silent = lowered(at_ref(args.against, args.floors), floors)
    for what, reason in silent:
        print(f"lowered: {what}" + (f" ({reason})" if reason else ", and no reason is given"))
    verdicts = [verdict(figure, of_task.get(figure), floors[task][figure]) for task, of_task in figures.items() for figure in floors.get(task, {})]
    failed = any(v in ("fell", "gone") for v in verdicts) or any(reason is None for _, reason in silent)
    if args.rising and (not failed or mark != known):
        args.floors.write_text(as_toml(HEADER, {"fingerprint": mark}, raised(floors, figures, new_corpus=mark != known)), encoding="utf-8")
    print("failed" if failed else "passed")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
