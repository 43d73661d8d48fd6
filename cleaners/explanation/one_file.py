"""Web pages that are one file and need nothing else: a template on ``one_file.html``, a style on ``base.css``, a script where there is one."""

import base64
import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Any

_HERE = "cleaners.explanation"


def render(package: str, template: str, *, style: str, script: str = "", **values: Any) -> str:
    """The page; ``template`` is a file of the package, and ``style`` and ``script`` are what it holds of them."""
    made: str = _environment().get_template(f"{package}:{template}").render(style=style, script=script, policy=policy(style, script), **values)
    return made


def policy(style: str, script: str = "") -> str:
    """The content security policy of such a page: its own style and script, and nothing else."""
    own_script = f"script-src '{_hash(script)}'; " if script else ""
    return f"default-src 'none'; style-src '{_hash(style)}'; {own_script}base-uri 'none'; form-action 'none'"


def styled(package: str, name: str) -> str:
    """A style sheet of the package, behind what all pages have."""
    return text_of(_HERE, "base.css") + text_of(package, name)


def text_of(package: str, name: str) -> str:
    """A file of a package."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _environment() -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    def load(name: str) -> str:
        package, _, file = name.partition(":")
        return text_of(package, file)

    return Environment(loader=FunctionLoader(load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
