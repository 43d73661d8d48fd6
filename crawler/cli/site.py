"""``pagesieve site``: draft a site profile from a saved page, and try profiles on their samples."""

import json
import shutil
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli import WrongUse, complain, number, visible
from crawler.cli.completion import files, folders
from crawler.urls import fetchable, without_credentials

if TYPE_CHECKING:
    from cleaners.ledger import Ledger
    from cleaners.record import Record

_HELP = """\
# {domain}: what general rules cannot know of this site. Take the # from what came out wrong, and select what is right.
# Selectors are CSS, or XPath, which begins with /. Of a list the first that gives anything counts. Leave out the rest.
sample = "{domain}"
tried = {today}

"""
_MORE = """\
# remove = [".newsletter"]       # what these select is chrome
# labels = ["Read this too"]     # lines that are chrome, wherever they stand
# date_order = "dmy"             # or "mdy": how to read 07/01/2013
# kind.paywall = ".wall"         # what the page is where this is on it
# [[layouts]]                    # what differs on older pages, or on those with something on them
# name = "before-2024"
# until = 2024-01-01
# title = "h2"
"""
_WHY = "Drafted from what came out: correct each field by reading the page, and leave out those that do not matter."


@click.group(short_help="Write and try site profiles.", invoke_without_command=True)
@click.pass_context
def site(context: click.Context) -> None:
    """Write and try site profiles: what general rules cannot know of a site.

    \b
    From a saved page that came out wrong:
        pagesieve site new page.html --url https://journal.example/article/1
    correct sites/journal.example.toml and the expected.json beside it, then
        pagesieve site test

    \b
    Use the profiles:
        pagesieve clean pages/ --sites sites --out records.jsonl
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@site.command("new")
@click.argument("page", metavar="PAGE", shell_complete=files)
@click.option("--url", required=True, metavar="URL", help="The address of the page.")
@click.option("--sites", default="sites", show_default=True, metavar="DIR", shell_complete=folders, help="The folder for the profile.")
def new(page: str, url: str, sites: str) -> None:
    """Draft a profile and an expected record from one saved page.

    \b
    Writes DIR/<domain>.toml, and into the folder DIR/<domain> the page and
    expected.json:
        pagesieve site new page.html --url https://journal.example/article/1
    """
    source = Path(page)
    if not source.is_file():
        raise WrongUse(f"no such file: {page} (save the page first)")
    address = fetchable(url)
    if address is None:
        raise WrongUse(f"--url {without_credentials(url)} is no address: give one that begins with http:// or https://")
    from cleaners.page import Page
    from cleaners.pipeline import explain
    from cleaners.profiles import domain_of

    domain = domain_of(address)
    profile, sample = Path(sites) / f"{domain}.toml", Path(sites) / str(domain)
    for target in (profile, sample):
        if target.exists():
            raise WrongUse(f"{target} is there already: change it by hand, or give another folder with --sites")
    name = "page.txt" if source.suffix == ".txt" else "page.html"
    record, ledger = explain(Page(content=source.read_bytes(), kind="text" if name == "page.txt" else "html", url=address))
    sample.mkdir(parents=True)
    shutil.copyfile(source, sample / name)
    expected = json.dumps(_expected(record, address), ensure_ascii=False, indent=2)
    (sample / "expected.json").write_text(f"{expected}\n", encoding="utf-8")
    profile.write_text(_draft(str(domain), record, ledger, source.read_bytes() if name == "page.html" else b""), encoding="utf-8")
    click.echo(visible(f"wrote {profile} and {sample}: correct both, then run pagesieve site test {sites}"), err=True)


def _expected(record: "Record", url: str) -> dict[str, Any]:
    plain = record.to_dict()
    fields = {name: plain[name] for name in ("kind", "title", "container_title")}
    fields["authors"] = [{"name": author.name} for author in record.authors]
    fields["published"] = {"edtf": record.published.edtf} if record.published else None
    fields["abstract"] = {"text": record.abstract.text} if record.abstract else None
    return {"_page": {"url": url}, "_why": _WHY, **fields, "body": record.body}


def _draft(domain: str, record: "Record", ledger: "Ledger", page: bytes) -> str:
    """The profile with each directive as a comment: what the field is now, and a selector of where that stands."""
    from cleaners.decode import decode
    from cleaners.parse import parse_html

    tree = parse_html(decode(page).text).tree
    now = {
        "title": record.title,
        "authors": ", ".join(author.name for author in record.authors),
        "container_title": record.container_title,
        "published": record.published and record.published.edtf,
        "abstract": record.abstract and record.abstract.text,
        "body": record.body,
    }
    lines = []
    for name, value in now.items():
        place = next((ledger.blocks[m.block].where for m in ledger.marks if m.role == {"published": "dates"}.get(name, name)), None)
        selector = _selector(tree, place, outer=name == "body") if place and place.startswith("/") else ""
        shown = " ".join(str(value).split())[:60] if value else "nothing"
        lines.append(f"# {name} = {json.dumps(selector)}  # now: {shown}\n")
    return _HELP.format(domain=domain, today=date.today().isoformat()) + "".join(lines) + _MORE  # noqa: DTZ011  # the day of whoever runs this


def _selector(tree: Any, path: str, *, outer: bool) -> str:
    """A CSS selector of the element at the path, or of the one around it."""
    found = tree.getroottree().xpath(path)
    element = found[0].getparent() if found and outer else found[0] if found else None
    steps: list[str] = []
    while element is not None and len(steps) < 2:
        names = [word for word in element.get("class", "").split() if word.replace("-", "").replace("_", "").isalpha()]
        steps.insert(0, element.tag + "".join(f".{word}" for word in names[:2]))
        if names:
            break
        element = element.getparent()
    return " > ".join(steps)


@site.command("test")
@click.argument("folder", default="sites", metavar="[DIR]", shell_complete=folders)
def test(folder: str) -> None:
    """Check the profiles of a folder, and clean their samples with them.

    \b
    Of each profile in sites/, or in another folder:
        pagesieve site test
        pagesieve site test journals/

    Exit status: 0 all is as expected; 1 a profile or a field is wrong, it is told how; 2 wrong use.
    """
    from cleaners.profiles import ProfileError, load_profile

    profiles = sorted(Path(folder).glob("*.toml"))
    if not profiles:
        raise WrongUse(f"no profile in {folder}: pagesieve site new PAGE --url URL --sites {folder} drafts one")
    troubles = 0
    for path in profiles:
        try:
            profile = load_profile(path)
            right, wrong = _try(path, profile.samples)
        except (ProfileError, OSError, ValueError) as error:
            complain(str(error))
            troubles += 1
            continue
        troubles += len(wrong)
        told = f"{number(right, 'field')} right" + (f", {len(wrong)} wrong" if wrong else "")
        click.echo(visible(f"{path.stem}: {told if profile.samples else 'no sample'}"))
        for message in wrong:
            click.echo("\n".join(map(visible, message.splitlines())))
    if troubles:
        sys.exit(1)


def _try(path: Path, samples: tuple[str, ...]) -> tuple[int, list[str]]:
    """How many fields of the samples are right, and what is wrong with the others."""
    from cleaners.profiles import find_profile
    from cleaners.testing import sample_cases

    if missing := next((name for name in samples if not (path.parent / name).is_dir()), None):
        raise FileNotFoundError(f"{path}: sample: there is no folder {path.parent / missing}; make it, with a page and expected.json")
    cases = [case for case in (sample_cases(path.parent, sites=path.parent) if samples else ()) if case.source.path.parent.name in samples]
    wrong = []
    for place, url in Counter((case.source.path.parent, dict(case.source.fetch).get("url")) for case in cases):
        found = find_profile(url, path.parent)
        if found is None or found[0] != path.stem:
            raise ValueError(f"{place / 'expected.json'}: _page.url is {url}, no page of {path.stem}; give the address of the page")
    for case in cases:
        try:
            case.check()
        except AssertionError as error:
            wrong.append(str(error))
    return len(cases) - len(wrong), wrong
