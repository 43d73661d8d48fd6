"""The inspector's answers. Every page is made on the server, and none has a script but the explanation, which names its own by hash.

Whoever asks needs the token, and must ask for this machine by a name of loopback: a page on the web can do neither.
"""

import hmac
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, g, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from cleaners.explanation.one_file import styled
from cleaners.explanation.page import page as explanation_page
from cleaners.explanation.page import policy
from cleaners.explanation.view import view
from crawler import overview
from crawler.changes import changes
from crawler.store import Store
from crawler.urls import site
from crawler.workers import CleanPool

_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "same-origin"}


def make_app(path: Path, *, token: str, port: int, pool: CleanPool, sites: str | None = None) -> Flask:
    """The application over the store at ``path``; ``pool`` cleans the pages that are explained."""
    app = Flask(__name__, static_folder=None)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {"site_of": site, "link": lambda url: url if url.startswith(("http://", "https://")) else None}
    cookie = f"pagesieve-{port}"
    hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}

    def store() -> Store:
        if "store" not in g:
            g.store = Store(path, sites=sites)
        opened: Store = g.store
        return opened

    @app.before_request
    def check() -> Any:
        if request.host not in hosts:
            abort(403, "This server answers only as 127.0.0.1.")
        given = request.args.get("token", "")
        if given and hmac.compare_digest(given.encode(), token.encode()):
            others = [(name, value) for name, value in request.args.items(multi=True) if name != "token"]
            answer = redirect(request.path + (f"?{urlencode(others)}" if others else ""))
            answer.set_cookie(cookie, token, httponly=True, samesite="Strict")
            return answer
        if not hmac.compare_digest(request.cookies.get(cookie, "").encode(), token.encode()):
            abort(403, "Open the address that pagesieve inspect printed: it holds the token.")
        return None

    @app.after_request
    def guard(answer: Response) -> Response:
        answer.headers.setdefault("Content-Security-Policy", _POLICY)
        for name, value in _SAFE.items():
            answer.headers[name] = value
        return answer

    @app.teardown_appcontext
    def close(_: BaseException | None) -> None:
        if (opened := g.pop("store", None)) is not None:
            opened.close()

    @app.errorhandler(HTTPException)
    def told(error: HTTPException) -> tuple[str, int]:
        return render_template("error.html", error=error), error.code or 500

    @app.get("/style.css")
    def style() -> Response:
        return Response(styled("crawler.inspector", "style.css"), mimetype="text/css")

    @app.get("/")
    def runs() -> str:
        return render_template("runs.html", runs=overview.runs(store()), kinds=overview.kinds(store()), name=path.name)

    @app.get("/runs/<int:number>")
    def run(number: int) -> str:
        from crawler.report import troubles

        one = overview.run(store(), number) or _missing("run", number)
        return render_template("run.html", run=one, shares=overview.shares(store(), number), troubles=list(troubles(store(), number)))

    @app.get("/sites")
    def all_sites() -> str:
        return render_template("sites.html", sites=overview.sites(store()))

    @app.get("/records")
    def records() -> str:
        asked = {name: request.args.get(name, "").strip() for name in ("text", "kind", "site")}
        start = max(0, request.args.get("start", 0, type=int))
        listed = overview.records(store(), **asked, start=start)
        return render_template("records.html", listed=listed, asked=asked, kinds=overview.kinds(store()), **_pages(listed, asked, start))

    @app.get("/blocked")
    def blocked() -> str:
        start = max(0, request.args.get("start", 0, type=int))
        listed = overview.in_the_way(store(), start)
        return render_template("blocked.html", listed=listed, turned=overview.turned_away(store()) if not start else [], **_pages(listed, {}, start))

    @app.get("/pages/<int:number>")
    def page(number: int) -> str:
        answer = overview.answer(store(), number) or _missing("page", number)
        return render_template("page.html", answer=answer, record=store().known_record(number))

    @app.get("/pages/<int:number>/again")
    def again(number: int) -> str:
        answer = overview.answer(store(), number) or _missing("page", number)
        old = store().known_record(number) or _missing("record of page", number)
        new, _ = pool.explain(store().page(number)).result()
        return render_template("again.html", answer=answer, old=old, new=new, changes=changes(old, new))

    @app.get("/pages/<int:number>/explanation")
    def explanation(number: int) -> Response:
        answer = overview.answer(store(), number) or _missing("page", number)
        record, ledger = pool.explain(store().page(number)).result()
        if ledger is None:
            abort(422, record.warnings[-1].message)
        shown = Response(explanation_page(view(record, ledger), answer.url))
        shown.headers["Content-Security-Policy"] = f"{policy()}; frame-ancestors 'none'"
        return shown

    return app


def _missing(what: str, number: int) -> Any:
    abort(404, f"There is no {what} {number}.")


def _pages(listed: overview.Listed, asked: dict[str, str], start: int) -> dict[str, Any]:
    """Where the list goes on, and from where it came."""

    def at(number: int) -> str:
        return "?" + urlencode([*((name, value) for name, value in asked.items() if value), ("start", number)])

    earlier, later = max(0, start - overview.PER_PAGE), start + overview.PER_PAGE
    return {
        "start": start,
        "earlier": at(earlier) if start and earlier < listed.total else None,
        "later": at(later) if later < listed.total else None,
    }
