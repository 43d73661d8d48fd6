"""Site profiles from the shell: draft one, correct it, try it, use it."""

import json
import subprocess
from pathlib import Path

import pytest
from loopback import Answer, Site, article, command, environment

PAGE = """<html lang="en"><head><meta charset="utf-8"><title>The Reed Post</title><meta name="citation_title" content="All that is new on ponds"></head>
<body><h1>The weekly round of the post</h1><h2 class="story">Moorhens of the lower canal</h2><p class="by">Rosa Hale</p>
<div class="story"><p>The first moorhen was seen on a Monday in May and it was not alone, for there were two others with it on that day.</p>
<p>On the second day there were none to be seen, and so we went home again, where we had tea and cake until it was late at night.</p>
<p class="promo">Subscribe to the letters of this pond and you will have them all in your house in every week of the year.</p></div></body></html>"""
URL = "https://www.reed-post.example/a/1"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*command(), *arguments], cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=False)


def test_from_a_saved_page_to_a_right_record(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    drafted = run(tmp_path, "site", "new", "page.html", "--url", URL)
    assert (drafted.returncode, drafted.stdout, drafted.stderr.count("\n")) == (0, "", 1)
    profile, expected = tmp_path / "sites/reed-post.example.toml", tmp_path / "sites/reed-post.example/expected.json"
    assert run(tmp_path, "site", "test").stdout.endswith(" right\n")  # a draft agrees with itself

    wanted = json.loads(expected.read_text(encoding="utf-8")) | {"title": "Moorhens of the lower canal"}
    expected.write_text(json.dumps(wanted), encoding="utf-8")
    wrong = run(tmp_path, "site", "test")
    assert wrong.returncode == 1
    assert "1 wrong" in wrong.stdout
    assert "want: Moorhens of the lower canal" in wrong.stdout

    profile.write_text(profile.read_text(encoding="utf-8") + 'title = "h2.story"\n', encoding="utf-8")
    right = run(tmp_path, "site", "test")
    assert (right.returncode, right.stderr) == (0, "")
    record = json.loads(run(tmp_path, "clean", "page.html", "--url", URL, "--sites", "sites").stdout)
    assert (record["title"], record["made_by"]["site"]) == ("Moorhens of the lower canal", "reed-post.example")
    assert record["provenance"]["title"] == "site:reed-post.example"

    assert "is there already" in run(tmp_path, "site", "new", "page.html", "--url", URL).stderr


def test_a_broken_profile_is_told_in_one_line_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    run(tmp_path, "site", "new", "page.html", "--url", URL)
    (tmp_path / "sites/broken.example.toml").write_text('titel = "h1"\n', encoding="utf-8")
    line = "pagesieve: sites/broken.example.toml: titel: is no directive; did you mean title?\n"
    tried = run(tmp_path, "site", "test")
    assert (tried.returncode, tried.stderr) == (1, line)
    assert tried.stdout.startswith("reed-post.example: ")
    done = run(tmp_path, "clean", "page.html", "--url", URL, "--sites", "sites")
    assert (done.returncode, done.stderr) == (0, line)
    assert json.loads(done.stdout)["made_by"]["site"] == "reed-post.example"


def test_a_sample_of_another_site_is_no_sample(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    run(tmp_path, "site", "new", "page.html", "--url", URL)
    (tmp_path / "sites/reed-post.example.toml").rename(tmp_path / "sites/other.example.toml")
    tried = run(tmp_path, "site", "test")
    assert (tried.returncode, tried.stderr.count("\n")) == (1, 1)
    assert "no page of other.example" in tried.stderr


def test_a_crawl_uses_profiles_and_cleans_once(tmp_path: Path, site: Site) -> None:
    site.pages["/article/1"] = Answer(article(1, extra='<p class="real">Reeds and rushes of the upper ponds</p>'))
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites/127.0.0.1.toml").write_text('title = "p.real"\n', encoding="utf-8")
    line = ("crawl", "--allow-private", f"{site.base}/article/1", "--sites", "sites")
    assert [run(tmp_path, *line).returncode for _ in range(2)] == [0, 3]
    record = json.loads((tmp_path / "articles.jsonl").read_text(encoding="utf-8"))
    assert (record["title"], record["made_by"]["site"]) == ("Reeds and rushes of the upper ponds", "127.0.0.1")


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("site new absent.html --url http://a.example/", "save the page first"),
        ("site new . --url http://a.example/", "save the page first"),
        ("site new page.html --url a.example", "http://"),
        ("site new page.html", "pagesieve site --help"),
        ("site test absent", "drafts one"),
        ("site try", "pagesieve site --help"),
        ("clean page.html --sites absent", "no folder"),
        ("crawl http://a.example/ --sites absent", "must be a folder"),
    ],
)
def test_wrong_use_is_told_in_one_line_with_the_mend(tmp_path: Path, line: str, mend: str) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    done = run(tmp_path, *line.split())
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert mend in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize("name", [[], ["new"], ["test"]])
def test_help(tmp_path: Path, name: list[str]) -> None:
    text = run(tmp_path, "site", *name, "--help").stdout
    assert text.count(" ".join(["pagesieve site", *name])) >= 2
    assert max(map(len, text.splitlines())) <= 80
