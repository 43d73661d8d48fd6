"""The quality gate: what it lets pass, and that nothing is lowered in silence. No labelled page is needed for that."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from corpus import WrongGold, corrected, fingerprint
from gate import as_toml, is_better, lowered, main, pinned, raised, read, verdict

_INVENTED = "author given where gold has none"
_SCORER = """
TASKS = {"toy": lambda engine, data: {"title": [float((data / "share.txt").read_text())], "seconds per page": [1.0]}}
class Project:
    api = None
    html = text = staticmethod(len)
"""


@pytest.mark.parametrize(
    ("figure", "value", "floor", "said"),
    [
        ("title", 0.91, {"held": 0.92, "wanted": 0.9}, "fell"),
        ("title", 0.92, {"held": 0.92, "wanted": 0.95}, "held"),
        ("title", 0.92005, {"held": 0.92}, "held"),
        ("title", 0.96, {"held": 0.96, "wanted": 0.95}, "reached"),
        ("title", 0.97, {"held": 0.96, "wanted": 0.95}, "rose"),
        ("title", 0.5, {"wanted": 0.95}, "new"),
        ("title", None, {"held": 0.5}, "gone"),
        (_INVENTED, 0.3, {"held": 0.2}, "fell"),
        (_INVENTED, 0.1, {"held": 0.2}, "rose"),
    ],
)
def test_verdicts(figure: str, value: float | None, floor: dict[str, float], said: str) -> None:
    assert verdict(figure, value, floor) == said


def test_a_pinned_figure_is_never_better_than_what_was_measured() -> None:
    for figure in ("title", _INVENTED):
        for value in (0.0, 1 / 3, 2 / 3, 0.9539, 1.0):
            assert not is_better(figure, pinned(figure, value), value + 1e-12 if figure == "title" else value - 1e-12)
            assert abs(pinned(figure, value) - value) < 1e-4


def test_every_lowering_needs_a_reason_of_its_own() -> None:
    before = {"toy": {"title": {"held": 0.9, "wanted": 0.95, "reason": "old"}, "doi": {"held": 0.8}, _INVENTED: {"held": 0.1}}}
    assert lowered(before, before) == []
    after = {"toy": {"title": {"held": 0.8, "wanted": 0.95, "reason": "old"}, _INVENTED: {"held": 0.2, "reason": "stricter golds"}}}
    assert lowered(before, after) == [
        ("toy, title: held was 0.9, is 0.8", None),
        ("toy, doi: held was 0.8, is left out", None),
        (f"toy, {_INVENTED}: held was 0.1, is 0.2", "stricter golds"),
    ]


def test_held_values_only_rise_except_on_another_corpus_and_there_with_a_reason() -> None:
    floors = {"toy": {"title": {"wanted": 0.95, "held": 0.9}, "doi": {"held": 0.5, "reason": 'said "so"'}}}
    figures = {"toy": {"title": 0.8, "doi": 0.75, "year": 1.0}}
    better = {"title": {"wanted": 0.95, "held": 0.9}, "doi": {"held": 0.75, "reason": 'said "so"'}, "year": {"held": 1.0}}
    assert raised(floors, figures, new_corpus=False) == {"toy": better}
    other = raised(floors, figures, new_corpus=True)
    assert other["toy"]["title"] == {"wanted": 0.95, "held": 0.8, "reason": "another corpus; 0.9 was held on the one before"}
    assert read(as_toml("# A comment.", {"fingerprint": "abc"}, other)) == ({"fingerprint": "abc"}, other)
    assert all(reason for _, reason in lowered(floors, other))


@pytest.mark.skipif(shutil.which("git") is None, reason="the floors of before are in git")
def test_the_gate_from_end_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, floors = tmp_path / "data", tmp_path / "floors.toml"
    (tmp_path / "score").mkdir()
    (tmp_path / "score" / "score.py").write_text(_SCORER)
    data.mkdir()
    (data / "share.txt").write_text("0.75")
    floors.write_text(as_toml("", {"fingerprint": fingerprint(data)}, {"toy": {"title": {"wanted": 0.9, "held": 0.7}}}))
    gate = ["--data", str(data), "--floors", str(floors), "--jobs", "1"]
    git = ["git", "-C", str(tmp_path), "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    assert main([*gate, "--raise"]) == 0
    assert read(floors.read_text())[1] == {"toy": {"title": {"wanted": 0.9, "held": 0.75}}}
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "floors.toml"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "floors"], check=True)

    higher = floors.read_text().replace("0.75", "0.8")
    floors.write_text(higher)
    assert main([*gate, "--raise"]) == 1
    assert floors.read_text() == higher

    floors.write_text(higher.replace("0.8", "0.5"))
    capsys.readouterr()
    assert main(gate) == 1
    assert "toy, title: held was 0.75, is 0.5, and no reason is given" in capsys.readouterr().out
    floors.write_text(floors.read_text().replace("0.5", '0.5, reason = "two golds were mended"'))
    assert main(gate) == 0

    (data / "share.txt").write_text("0.25")
    capsys.readouterr()
    assert main(gate) == 2
    assert "is not the corpus that the floors were measured on" in capsys.readouterr().out
    assert main([*gate, "--new-corpus"]) == 1


def test_golds_known_to_be_wrong_are_mended_or_left_out_and_the_corpus_stays_as_it_is(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "scholarly").mkdir(parents=True)
    (data / "textdumps").mkdir()
    row = {"id": "a", "gold": {"title": "T", "abstract": "Cut off here", "doi": "10.5555/a"}, "accept": {"title": ["U"]}, "gold_source": {"title": "annotated"}}
    index, dump = json.dumps(row) + "\n", json.dumps({"expected": {"title": "X", "journal": "J"}})
    (data / "scholarly/index.jsonl").write_text(index)
    (data / "textdumps/x.json").write_text(dump)
    wrong = [
        WrongGold("records", "a", "title", "T", "Whole title"),
        WrongGold("records", "a", "abstract", "Cut off", None),
        WrongGold("records", "a", "doi", "10.5555/other", None),
        WrongGold("textdumps", "x", "title", "X", "Y"),
    ]
    assert corrected(data, wrong, tmp_path / "right") == 3
    mended = json.loads((tmp_path / "right/scholarly/index.jsonl").read_text())
    assert mended == {"id": "a", "gold": {"title": "Whole title", "doi": "10.5555/a"}, "accept": {}, "gold_source": {}}
    assert json.loads((tmp_path / "right/textdumps/x.json").read_text())["expected"] == {"title": "Y", "journal": "J"}
    assert (data / "scholarly/index.jsonl").read_text() == index
    assert (data / "textdumps/x.json").read_text() == dump
