"""What a page must not make us do: connect to private addresses, send credentials, fill the memory, write cells that run."""

import csv
import json
import re
import socket
import subprocess
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, urlsplit

import brotli
import msgspec
import pytest
from loopback import Answer, Site, article, clean, command, complaints, crawl, crawl_file, environment, listing
from scrapy.settings import Settings
from scrapy.utils._compression import zstd
from scrapy.utils.misc import load_object

from cleaners import Record, clean_html
from cleaners.export.safe import safe_cell
from cleaners.profiles import find_profile
from crawler.addresses import REFUSED, is_private_by_name, is_public
from crawler.cli.fetch import Fetcher, NotFetched
from crawler.report import endings
from crawler.store import Store
from crawler.urls import fetchable, has_credentials

# What an address can look like that leads to this machine, to its neighbours, or to a cloud's metadata.
NUMBERS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.0.0.1.", "１２７.０.０.１",
    "127。0。0。1", "0", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0xa9fea9fe", "2852039166",
    "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]",
    "[2606:4700::5efe:7f00:1]", "[fe80::1]", "[fe80::1%25lo]", "[fd00:ec2::254]", "[fc00::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]",
    "[fec0::1]", "[::ffff:0:127.0.0.1]", "[4000::1]",
]  # fmt: skip
NAMES = [
    "localhost", "LOCALHOST", "localhost.", "a.localhost", "ip6-localhost.localdomain", "printer.local", "metadata.google.internal", "router.lan",
    "wiki.corp",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "[2606:4700:4700::1111]", "example.org", "localhost.example.org", "0x.example.org", "10.example.org", "de", "1.2.3.4.example"]
# What the name server of these tests knows: name → the answers to one question after the other.
ZONE = {
    "private.test": [["127.0.0.1"]], "both.test": [["10.1.1.1", "127.0.0.1"]], "rebinds.test": [["2a0f:ffff:ffff:ffff::1"], ["127.0.0.1"]],
    "v6.test": [["::1"]], "mapped.test": [["::ffff:127.0.0.1"]], "metadata.test": [["169.254.169.254"]], "nat64.test": [["64:ff9b::7f00:1"]],
}  # fmt: skip


@pytest.mark.parametrize("host", [*NUMBERS, *NAMES])
def test_private_by_its_very_form(host: str) -> None:
    """As the crawler writes the address, and as the system's resolver understands it."""
    url = fetchable(f"http://{host}/")
    if url is None:
        return
    assert is_private_by_name(urlsplit(url).hostname or ""), url


@pytest.mark.parametrize("host", PUBLIC)
def test_public_ones_pass(host: str) -> None:
    assert not is_private_by_name(host)


def test_every_loopback_notation_that_the_resolver_knows_is_refused() -> None:
    """What getaddrinfo makes of the numbers is refused too: the guard does not rest on reading notations alone."""
    for host in NUMBERS:
        try:
            found = {str(place[0]) for *_, place in socket.getaddrinfo(host.strip("[]").replace("%25", "%"), 80, type=socket.SOCK_STREAM)}
        except (OSError, UnicodeError):
            continue
        assert not [address for address in found if is_public(address)], host


class Listener:
    """Something on this machine that must not be reached, on IPv4 and IPv6; ``met`` counts connections."""

    def __init__(self) -> None:
        self.met = 0
        self._sockets = [socket.create_server(("127.0.0.1", 0))]
        self.port = self._sockets[0].getsockname()[1]
        if socket.has_dualstack_ipv6():
            self._sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        for one in self._sockets:
            threading.Thread(target=self._accept, args=(one,), daemon=True).start()

    def _accept(self, one: socket.socket) -> None:
        while True:
            try:
                connection, _ = one.accept()
            except OSError:
                return
            self.met += 1
            connection.close()

    def close(self) -> None:
        for one in self._sockets:
            one.close()


@contextmanager
def name_server() -> Iterator[tuple[int, Counter[str]]]:
    """A DNS server on loopback that knows `ZONE`: its port, and how often each name was asked for."""
    asked: Counter[str] = Counter()
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                question, client = server.recvfrom(4096)
            except OSError:
                return
            labels, at = [], 12
            while size := question[at]:
                labels.append(question[at + 1 : at + 1 + size].decode())
                at += size + 1
            name, kind = ".".join(labels), int.from_bytes(question[at + 1 : at + 3], "big")
            answers = ZONE.get(name, [[]])
            turn = answers[min(asked[name], len(answers) - 1)]
            asked[name] += 1
            records = [(28, socket.inet_pton(socket.AF_INET6, one)) if ":" in one else (1, socket.inet_aton(one)) for one in turn]
            records = [(type_, one) for type_, one in records if kind in (type_, 255)]  # 255: of any type
            head = question[:2] + b"\x81\x80" + question[4:6] + len(records).to_bytes(2, "big") + bytes(4)
            body = b"".join(b"\xc0\x0c" + type_.to_bytes(2, "big") + b"\0\1" + bytes(4) + len(one).to_bytes(2, "big") + one for type_, one in records)
            server.sendto(head + question[12 : at + 5] + body, client)

    threading.Thread(target=answer, daemon=True).start()
    try:
        yield server.getsockname()[1], asked  # type: ignore[misc]
    finally:
        server.close()


_RESOLVER = """
from crawler.settings import *
from scrapy.resolver import CachingHostnameResolver
from twisted.names.client import createResolver

DNS_RESOLVER = "with_names.Names"
DNSCACHE_ENABLED = False
DOWNLOAD_TIMEOUT = 2
RETRY_TIMES = 1
DOWNLOAD_DELAY = 0


class Names(CachingHostnameResolver):
    def install_on_reactor(self):
        self.reactor.installResolver(createResolver(servers=[("127.0.0.1", {port})], hosts="/dev/null"))
"""


def test_nothing_private_is_reached_by_a_crawl(tmp_path: Path) -> None:
    """Starts that resolve to private addresses, by a real name server, once and changing from one answer to the next."""
    listener = Listener()
    with name_server() as (port, asked):
        (tmp_path / "with_names.py").write_text(_RESOLVER.replace("{port}", str(port)), encoding="utf-8")
        starts = [f"http://{name}:{listener.port}/{turn}" for name in ZONE for turn in (1, 2, 3)]
        env = environment()
        env |= {"SCRAPY_SETTINGS_MODULE": "with_names", "PYTHONPATH": f"{tmp_path}:{env['PYTHONPATH']}"}
        line = [sys.executable, "-m", "scrapy", "crawl", "articles", "-a", f"urls={','.join(starts)}", "-a", "store=s.sqlite", "-a", "delay=0"]
        subprocess.run([*line, "-a", "jobs=1"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=100, check=True)
    listener.close()
    assert listener.met == 0
    assert asked.keys() == ZONE.keys()
    with Store(tmp_path / "s.sqlite") as store:
        ends = endings(store)
        whys = dict(store.query("SELECT host, why FROM urls"))
    assert set(ends.values()) == {"private"}
    assert set(whys.values()) == {REFUSED}
    assert asked["rebinds.test"] > 1


def test_nothing_private_is_reached_by_links_and_redirects(site: Site, tmp_path: Path) -> None:
    """By number, by name, by redirect and refresh. The pages are a public name's, of which a proxy of the user's is asked."""
    listener = Listener()
    targets = [f"http://{host}:{listener.port}/" for host in (*NUMBERS, *NAMES)] + ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/"]
    base = "http://pages.example"
    links = [*targets, *(f"{base}/{how}{number}" for number in range(len(targets)) for how in ("redirect", "refresh")), f"{base}/article/1"]
    pages = {f"{base}/robots.txt": Answer(""), f"{base}/list": Answer(listing(links)), f"{base}/article/1": Answer(article(1))}
    for number, target in enumerate(targets):
        pages[f"{base}/redirect{number}"] = Answer("", 302, Location=quote(target, safe=":/[]%@"))
        pages[f"{base}/refresh{number}"] = Answer(f'<meta http-equiv="refresh" content="0; url={target}"><p>.</p>')
    site.pages |= pages
    file = crawl_file(tmp_path, f"{base}/list", article=[f":{listener.port}/", "/redirect", "/refresh", "/article"], allow_private=False)
    line = [sys.executable, "-m", "crawler.cli", "crawl", "--site", str(file)]
    env = environment() | {"http_proxy": site.base}
    done = subprocess.run(line, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=100, check=False)
    listener.close()
    assert listener.met == 0
    assert not [path for path in site.hits if not path.startswith(base)], "nor was the proxy asked for any"
    assert "Traceback" not in done.stderr
    with Store(tmp_path / "articles.sqlite") as store:
        ends = endings(store)
    assert ends.pop(f"{base}/article/1") == "article"
    private = {url: end for url, end in ends.items() if not url.startswith(base)}
    assert len(private) > 40
    assert set(private.values()) == {"private"}
    redirects = Counter(end for url, end in ends.items() if "/re" in url)
    assert redirects["private"] > 80
    assert redirects.keys() <= {"private", "failed", "empty", "fetched", "unreadable"}, redirects


def test_redirects_of_a_fetch(site: Site, tmp_path: Path) -> None:
    """``clean URL``: told in one line, with the mend."""
    listener = Listener()
    hosts = ("127.0.0.1", "2130706433", "[::1]", "localhost", "0x7f.1")
    done = clean(tmp_path, *(f"http://{host}:{listener.port}/" for host in hosts))
    listener.close()
    assert listener.met == 0
    assert done.returncode == 1
    told = complaints(done)
    assert len(told) == len(hosts)
    assert all(line.endswith(f": refused: {REFUSED}") for line in told)
    refused = crawl(tmp_path, site.base, allow_private=False)
    assert (refused.returncode, refused.stderr) == (2, f"pagesieve: {site.base} is {REFUSED}\n")


def test_a_host_that_is_no_name_fails_at_once(site: Site, tmp_path: Path) -> None:
    """Twisted's resolver would wait for ever."""
    done = crawl(tmp_path, f"http://{'a' * 64}.example/", f"http://{'b.' * 130}example/", f"{site.base}/article/1")
    assert done.stderr.count("  failed: CannotResolveHostError") == 2


def test_a_proxy_is_sent_to_nothing_private(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the redirect of a robots.txt, nor to itself, whichever schemes it serves."""
    site.pages["http://robots.example/robots.txt"] = Answer("", 302, Location="http://10.0.0.1/")
    monkeypatch.setenv("http_proxy", site.base)
    done = subprocess.run(command("clean", "http://robots.example/1"), cwd=tmp_path, env=environment(), capture_output=True, timeout=60, check=False)
    assert complaints(done) == [f"http://robots.example/1: refused: {REFUSED}"]
    crawl(tmp_path, "http://robots.example/1", allow_private=False)
    with Store(tmp_path / "articles.sqlite") as store:
        assert set(endings(store).values()) == {"private"}
    assert set(site.hits) == {"http://robots.example/robots.txt"}
    monkeypatch.delenv("http_proxy")
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    with pytest.raises(NotFetched, match=REFUSED):
        Fetcher().fetch("http://proxy.example:3128/1")
    assert crawl(tmp_path, "http://proxy.example:3128/1", allow_private=False).stderr.count(f"private: {REFUSED}\n") == 1


def test_what_was_refused_can_be_allowed(tmp_path: Path) -> None:
    """The mend that is told works, with the same store."""
    with Store(tmp_path / "s.sqlite") as store:
        store.start_run("0", "{}")
        store.add(["http://wiki.example/1"])
        store.fail(store.lease() or pytest.fail("nothing to fetch"), REFUSED, state="blocked")
        store.finish_run("finished")
    with Store(tmp_path / "s.sqlite") as store:
        store.start_run("0", "{}")
        assert store.lease() is not None


def test_credentials_are_neither_sent_nor_kept(site: Site, tmp_path: Path) -> None:
    secret = site.base.replace("://", "://user:hunter2@")
    assert has_credentials(secret)
    assert fetchable(secret + "/a@b") == f"{site.base}/a@b"
    site.pages |= {"/list": Answer(listing([f"{secret}/article/1", "/article/2"])), "/article/1": Answer(article(1))}
    site.pages["/article/2"] = Answer("", 302, Location=f"{secret}/article/3")
    done = crawl(tmp_path, f"{site.base}/list", article=["/article/"])
    start = crawl(tmp_path, f"{secret}/list")
    assert (start.returncode, start.stderr.count("\n")) == (2, 1)
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name != "crawl.toml")
    assert site.hits["/article/1"] == 1
    assert "hunter2" not in done.stderr + start.stderr
    assert b"hunter2" not in files.replace(listing([f"{secret}/article/1", "/article/2"]).encode(), b"")


@pytest.mark.parametrize("name", ["crawl", "clean"])
@pytest.mark.parametrize("address", ["http://user:secret@a.example/", "HTTPS://secret@a.example/", "http://user:secret@a.example:x/", "ftp://user:secret@a.example/"])
def test_secrets_in_addresses_are_wrong_use_and_not_repeated(tmp_path: Path, name: str, address: str) -> None:
    done = subprocess.run(command(name, address), cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "secret" not in done.stderr
    assert not list(tmp_path.iterdir())


def _zipped(wbits: int, pieces: Iterator[bytes]) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, wbits)
    return b"".join([*map(packer.compress, pieces), packer.flush()])


def bombs() -> dict[str, bytes]:
    """400 MB in one body, by content encoding."""
    piece, count = b"<p>" + bytes(4_000_000), 100
    brotlied, packed = brotli.Compressor(quality=1), zstd.ZstdCompressor()
    return {
        "gzip": _zipped(31, (piece for _ in range(count))),
        "deflate": _zipped(15, (piece for _ in range(count))),
        "br": b"".join([*(brotlied.process(piece) for _ in range(count)), brotlied.finish()]),
        "zstd": b"".join([*(packed.compress(piece) for _ in range(count)), packed.flush()]),
    }


# The kernel counts the memory of the process that starts another as the other's own. The tests' own is large, so a small one starts the command.
_MEASURE = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False).returncode
print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def measured(folder: Path, *arguments: str | Path) -> tuple[int, str, float]:
    """The exit status of a command, what it told, and the megabytes that it or a worker of it needed at most."""
    line = [sys.executable, "-S", "-c", _MEASURE, *command(*arguments)]
    done = subprocess.run(line, cwd=folder, env=environment(), capture_output=True, text=True, timeout=120, check=False)
    status, kilobytes = map(int, done.stdout.split())
    return status, done.stderr, kilobytes / 1024


def test_pages_that_are_too_large(site: Site, tmp_path: Path) -> None:
    """Bombs of all encodings, and a large body as it is, announced or not: ended with the reason, in a memory that is far from theirs."""
    site.pages |= {f"/{name}": Answer(body, Content_Encoding=name) for name, body in bombs().items()}
    site.pages["/twice"] = Answer(_zipped(31, iter([site.pages["/gzip"].body])), Content_Encoding="gzip, gzip")
    large = bytes(34 << 20)
    site.pages["/plain"] = Answer(large)
    site.pages["/chunked"] = Answer(b"%x\r\n%b\r\n0\r\n\r\n" % (len(large), large), Transfer_Encoding="chunked")
    urls = [site.base + path for path in site.pages if path != "/robots.txt"]
    status, told, megabytes = measured(tmp_path, "crawl", "--site", crawl_file(tmp_path, *urls))
    assert (status, "WARNING" in told) == (1, False)
    assert {url: f"\n  {url}  failed: larger than 32 MB\n" in told for url in urls} == dict.fromkeys(urls, True), told
    assert megabytes < 400
    status, told, megabytes = measured(tmp_path, "clean", "--allow-private", f"{site.base}/gzip", f"{site.base}/br", f"{site.base}/plain", "--out", "o.jsonl")
    assert status == 1
    assert told.splitlines() == [
        f"pagesieve: {site.base}/gzip: larger than 32 MB",
        f"pagesieve: {site.base}/br: packed as br, which was not asked for",
        f"pagesieve: {site.base}/plain: larger than 32 MB",
        "0 records in o.jsonl: no page could be read",
    ]
    assert megabytes < 400


def test_robots_txt_is_read_when_it_is_zipped(site: Site, tmp_path: Path) -> None:
    rules = _zipped(31, iter([b"User-agent: *\nDisallow: /\n"]))
    site.pages |= {"/robots.txt": Answer(rules, Content_Encoding="gzip"), "/1": Answer(article(1))}
    assert complaints(clean(tmp_path, "--allow-private", f"{site.base}/1")) == [f"{site.base}/1: refused by the site's robots.txt"]


def test_cells_that_would_run() -> None:
    """The CSV of Scrapy's feed."""
    values = ["=1+1", "  =HYPERLINK(1)", "+cmd", "-2+3", "@SUM(1)", "\t=1", "＝1", "-3", "+4.5", "-12,5 %", "plain", "a=b", "10.5555/=x"]
    out = BytesIO()
    exporter = load_object(_settings().getdict("FEED_EXPORTERS")["csv"])(out, fields_to_export=["value"])
    exporter.start_exporting()
    for value in values:
        exporter.export_item({"value": value})
    exporter.finish_exporting()
    cells = [row["value"] for row in csv.DictReader(out.getvalue().decode().splitlines())]
    assert [cell.startswith("'") for cell in cells] == [True] * 7 + [False] * 6
    assert [cell.removeprefix("'") for cell in cells] == values


HOSTILE = "\u2028\u2029\x85\x9b31m\x1b]0;owned\x07\u202e\x7f"


def hostile_article() -> str:
    """Controls, line ends, marks of direction and halves of characters in all that a page can say, as they are and as escapes."""
    names = ("headline", "description", "keywords", "datePublished", "volume", "license", "url", "pageStart")
    linked = {name: f"={HOSTILE}cmd {name} \ud800" for name in names}
    linked |= {"author": [{"@type": "Person", "name": f"Jane{HOSTILE}\udc00 Doe"}]}
    page = article(3).replace("<h1>", f"<h1>={HOSTILE}").replace("content=\"", f"content=\"={HOSTILE}").replace("10.5555/", f"10.5555/{HOSTILE}")
    return page.replace("</head>", f'<script type="application/ld+json">{json.dumps({"@type": "ScholarlyArticle"} | linked)}</script></head>')


UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.mark.parametrize("page", [hostile_article(), re.sub(r"<meta name[^>]*>", "", hostile_article())])
def test_a_line_of_json_is_a_line_to_every_reader(page: str, tmp_path: Path) -> None:
    record = clean_html(page, url="https://a.example/1")
    for line in (record.to_json(), msgspec.structs.replace(record, body=HOSTILE).to_json()):
        assert len(line.splitlines()) == 1
        assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", line)
        assert Record.from_json(line).to_json() == line
    (tmp_path / "page.html").write_bytes(page.encode("utf-8", "surrogatepass"))
    clean(tmp_path, "page.html", "--out", "o.jsonl", "--ledger", "why.jsonl")
    for name in ("o.jsonl", "why.jsonl"):
        assert len((tmp_path / name).read_text(encoding="utf-8").splitlines()) == 1


def test_half_a_character_costs_only_itself() -> None:
    half = '{"@type": "NewsArticle", "headline": "Ponds of the mills", "author": {"name": "Rosa \\udc00 Hale"}}'
    record = clean_html(f'<title>Ponds of the mills</title><script type="application/ld+json">{half}</script><h1>Ponds of the mills</h1>')
    assert [author["name"] for author in json.loads(record.to_json())["authors"]] == ["Rosa \ufffd Hale"]


def test_feeds_and_logs_of_hostile_pages(site: Site, tmp_path: Path) -> None:
    """Scrapy's own command at its most talkative: what it logs moves no terminal, what its feeds hold does not act."""
    page = hostile_article()
    site.pages |= {"/1": Answer(page), "/2": Answer(re.sub(r"<meta name[^>]*>", "", page)), "/3": Answer(page.replace("Abstract", "Abstracts"))}
    site.pages |= {"/4": Answer(f"<title>{HOSTILE}</title>", 404), "/5": Answer("", 302, Location=f"/{HOSTILE}x".encode().decode("latin-1"))}
    arguments = ["-a", f"urls={','.join(f'{site.base}/{n}' for n in range(1, 6))}", "-a", "delay=0", "-a", "allow_private=true", "-O", "o.csv", "-O", "o.jsonl"]
    env = environment() | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    line = [sys.executable, "-m", "scrapy", "crawl", "articles", *arguments, "-L", "DEBUG"]
    done = subprocess.run(line, cwd=tmp_path, env=env, capture_output=True, timeout=90, check=True)
    seen = done.stderr.decode("utf-8", "surrogatepass")
    assert "Scraped from" in seen
    assert UNSEEN.search(seen) is None
    assert "Traceback" not in seen
    lines = (tmp_path / "o.jsonl").read_text(encoding="utf-8").splitlines()
    titles = [Record.from_json(line).title for line in lines]
    assert titles
    with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["title"] for row in rows] == [safe_cell(title) for title in titles]
    assert any(row["title"].startswith("'=") for row in rows)
    assert not [cell for row in rows for cell in row.values() if safe_cell(cell) != cell]


def test_no_name_from_a_page_is_a_file(tmp_path: Path) -> None:
    """Only the domain of an address becomes part of a path: that of a site profile, which is read if it is there."""
    (tmp_path / "sites").mkdir()
    (tmp_path / "evil.toml").write_text('title = "h1"\n')
    for host in ("..", "../evil", "..%2fevil", "..\\evil", "/" + str(tmp_path / "evil"), "a.example/../../evil"):
        for url in (f"http://{host}/", f"http://{host}"):
            assert find_profile(url, tmp_path / "sites") is None


def test_what_is_off() -> None:
    """Everything by which Scrapy could be steered from outside, or made to read files."""
    settings = _settings()
    assert not settings.getbool("TELNETCONSOLE_ENABLED")
    assert not settings.getbool("REMOTE_CONTROL_ENABLED")
    assert settings.getint("DOWNLOAD_MAXSIZE") == 32 << 20
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


def _settings() -> Settings:
    settings = Settings()
    settings.setmodule("crawler.settings")
    return settings
