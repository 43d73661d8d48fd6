"""Which package may import which, and what a mere import must not load."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Their imports take from a tenth of a second (ftfy) to a whole one (dateparser, trafilatura).
HEAVY = ("trafilatura", "dateparser", "bs4", "ftfy", "scrapy", "twisted", "rich", "tldextract", "requests", "cleaners.pipeline")


def python(script: str) -> str:
    """What a script prints in a process of its own."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def loaded(script: str) -> str:
    """Which of the heavy libraries a script has loaded at its end."""
    return python(f"import sys\n{script}\nprint([name for name in {HEAVY} if name in sys.modules])").splitlines()[-1]


def test_the_cleaner_needs_no_crawler() -> None:
    """Every module of ``cleaners`` imports, and a page is cleaned, where Scrapy, Twisted and the crawler cannot be had."""
    script = """
import importlib, pkgutil, sys

class Absent:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in ("scrapy", "twisted", "crawler"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
import cleaners
for module in pkgutil.walk_packages(cleaners.__path__, "cleaners."):
    importlib.import_module(module.name)
print(cleaners.clean_html("<title>Roofs</title><h1>How lichens colonise copper roofs</h1>").title)
try:
    import crawler
except ModuleNotFoundError:
    print("and no crawler")
"""
    assert python(script).splitlines() == ["How lichens colonise copper roofs", "and no crawler"]


@pytest.mark.parametrize(
    "script",
    [
        "import cleaners",
        "import crawler.cli.clean, crawler.cli.crawl, crawler.cli.schema",
        *(f"from crawler.cli import main\ntry: main({words})\nexcept SystemExit: pass" for words in (["--help"], ["crawl", "--help"], ["schema"])),
    ],
)
def test_heavy_libraries_are_loaded_when_they_are_needed(script: str) -> None:
    assert loaded(script) == "[]"


def test_that_a_loaded_library_would_be_seen() -> None:
    assert loaded("import bs4") == "['bs4']"
