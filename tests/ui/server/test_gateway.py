"""The gateway before the page: which requests pass, what is served, and that no data leaves."""

from __future__ import annotations

import asyncio
import gzip
import os
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from pseudo_language import plain_words
from solara.server import settings

from scenario_sim.language import CATALOGUES_VARIABLE
from scenario_sim.ui.server import limits
from scenario_sim.ui.server.addresses import Names
from scenario_sim.ui.server.assets import Assets
from scenario_sim.ui.server.gateway import Gateway
from scenario_sim.ui.server.visitors import Visitor, Visitors

ROOT = Path(__file__).parents[3]
HERE = "127.0.0.1:8765"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str
    seen: dict | None = None  # the request as the page behind the gateway saw it


def ask(path="/", names=(), root_path="", method="GET", kind="http", gateway=None, **headers):
    """Return how a gateway with an empty page behind it answers a request."""
    sent, seen = [], []

    async def page(scope, receive, send):
        seen.append(scope)
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        start = {"type": "http.response.start", "status": 200}
        await send(start | {"headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"page"})

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    headers = {"host": HERE} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "method": method,
        "path": path,
        "query_string": b"",
        "root_path": "",
        "client": ("127.0.0.1", 4711),
        "headers": [(n.encode(), v.encode()) for n, v in headers.items() if v is not None],
    }
    gateway = gateway or Gateway(page, names, root_path)
    gateway.app = page
    # In a thread: Playwright leaves a running event loop in the thread of the browser tests.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, gateway(scope, receive, send)).result()
    body = b"".join(message.get("body", b"") for message in sent)
    start = sent[0]
    got = {n.decode(): v.decode() for n, v in start.get("headers", ())}
    refused = start["type"] == "websocket.close"
    status = start.get("status", 403 if refused else 101)
    return Answer(status, got, body.decode(errors="replace"), seen[0] if seen else None)


def ask_kernel(kernel="a-kernel", gateway=None, **headers):
    path = f"/jupyter/api/kernels/{kernel}/channels"
    return ask(path, kind="websocket", gateway=gateway, **headers)


# --- the assets: read, and never fetched -------------------------------------------------------------


@pytest.fixture
def assets(tmp_path, monkeypatch):
    """A folder of assets of its own, and the connections that are tried."""
    tried = []

    def connect(*args, **_more):
        tried.append(args)
        raise OSError("no connection may leave")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, connect)
    for name in ("create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, connect)
    monkeypatch.setattr(requests, "get", connect)
    folder = tmp_path / "cdn"
    (folder / "echarts@5.4.0/dist").mkdir(parents=True)
    (folder / "echarts@5.4.0/dist/echarts.js").write_text("define([]);")
    (folder / "echarts@5.4.0/index.html").write_text("<script>alert(1)</script>")
    (tmp_path / "secret.js").write_text("secret")
    monkeypatch.setattr(settings.assets, "proxy_cache_dir", folder)
    return folder, tried


def content(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize(
    "path",
    [
        "echarts@5.4.0/dist",
        "echarts@5.4.0/dist/",
        "echarts@5.4.0",
        "",
        "lodash@4.17.21/lodash.js",
        "lodash",
        "left-pad@1.0.0/x.html",
        "echarts@5.4.0/index.html",
        "../secret.js",
        "echarts@5.4.0/../../secret.js",
        "/etc/passwd.js",
        "a\0.js",
        "x" * 5000 + ".js",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_was_not_shipped_is_not_found_and_nothing_is_fetched_or_changed(assets, path, method):
    folder, tried = assets
    before = content(folder)
    answer = ask("/_solara/cdn/" + path, method=method)
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.seen is None
    assert content(folder) == before
    assert tried == []


def test_what_was_shipped_is_served(assets):
    answer = ask("/_solara/cdn/echarts@5.4.0/dist/echarts.js")
    assert (answer.status, answer.text) == (200, "define([]);")
    assert "javascript" in answer.headers["content-type"]
    assert "immutable" in answer.headers["cache-control"]
    assert assets[1] == []


def test_assets_are_read_and_not_written(assets):
    before = content(assets[0])
    for method in ("POST", "PUT", "DELETE"):
        answer = ask("/_solara/cdn/echarts@5.4.0/dist/echarts.js", method=method)
        assert answer.status == 405
    assert content(assets[0]) == before


def test_solara_serves_through_the_gateway_whichever_way_it_is_started():
    """Below VS Code too, where Solara would send browsers to a content delivery network."""
    script = (
        "from scenario_sim.ui.server.settings import configure_server\nconfigure_server()\n"
        "import solara.settings\nfrom solara.server import settings\n"
        "from solara.server.starlette import app\n"
        "print(type(app.middleware_stack).__name__, solara.settings.assets.proxy,"
        " repr(settings.main.root_path), settings.main.base_url)"
    )
    environment = os.environ | {"VSCODE_PID": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["Gateway", "True", "''", "http://localhost/"]


# --- headers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/_solara/cdn/x", "/resourcez"])
def test_every_answer_has_the_security_headers(path):
    headers = ask(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_page_s_policy_names_this_server_alone_and_a_new_nonce():
    one, other = (ask("/").headers["content-security-policy"] for _ in range(2))
    assert "http" not in one and "*" not in one
    assert "'nonce-" in one and one != other
    for path in ("/resourcez", "/static/x.html", "/jupyter/nbextensions/x.html"):
        assert "script-src" not in ask(path).headers["content-security-policy"]


def test_no_header_of_a_request_moves_the_scripts():
    moving = {
        "x-script-name": "//evil.example",
        "script-name": "/evil",
        "x-forwarded-proto": "https",
    }
    moving |= {"x-forwarded-host": "evil.example", "x-forwarded-prefix": "/evil", "accept": "a"}
    seen = dict(ask("/", **moving).seen["headers"])
    assert set(seen) == {b"host", b"accept"}


def test_a_page_below_a_path_is_found_with_and_without_it():
    for path, inside in [("/sim", "/"), ("/sim/", "/"), ("/sim/readyz", "/readyz"), ("/", "/")]:
        assert ask(path, root_path="/sim").seen["path"] == inside
    assert ask("/similar", root_path="/sim").status == 404
    assert ask("/sim/_solara/cdn/none.js", root_path="/sim").status == 404


def test_a_wrong_path_says_so_and_leads_to_the_start_page():
    answer = ask("/nonexistent/path", root_path="/sim")
    assert answer.status == 404
    assert 'href="/sim/"' in answer.text and "no page at this address" in answer.text


# --- hosts and origins -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8765",
        "LOCALHOST.:80",
        "127.0.0.1:1",
        "[::1]:8765",
        "192.168.1.20:8765",
    ],
)
def test_this_machine_and_ip_addresses_are_answered(host):
    assert ask(host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:8765",
        "evil.example@localhost",
        "localhost:8765/x",
        "localhost, evil.example",
    ],
)
def test_a_foreign_name_is_refused_with_the_cure(host):
    answer = ask(host=host)
    assert answer.status == 403
    assert answer.seen is None
    assert "--allow-host" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_name_that_was_given_is_answered():
    assert ask(host="Teacher-PC.local:8765", names=["teacher-pc.local"]).status == 200
    assert ask(host="other.local:8765", names=["teacher-pc.local"]).status == 403


def test_a_websocket_opens_for_the_page_s_own_origin_alone():
    assert ask_kernel(origin=f"http://{HERE}").status == 101
    for origin in (None, "", "null", "http://evil.example", "http://127.0.0.1:1", "file://"):
        answer = ask_kernel(origin=origin)
        assert (answer.status, answer.seen) == (403, None)


def test_another_site_s_request_is_refused():
    path = "/_solara/api/close/a-kernel"
    assert ask(path, method="POST", origin="http://evil.example").status == 403
    assert ask(path, method="POST", origin="null").status == 403
    assert ask(path, method="POST", origin=f"http://{HERE}").status == 200


def test_a_proxy_stands_on_the_default_port_of_a_name_that_was_given():
    names = Names(["sim.school.example"])
    assert names.accepts_origin("https://sim.school.example", "sim.school.example")
    assert names.accepts_origin("https://sim.school.example", HERE)
    assert not names.accepts_origin("https://evil.example", "sim.school.example")
    assert not names.accepts_origin("https://sim.school.example:8443", HERE)
    assert not Names(["127.0.0.1"]).accepts_origin("http://127.0.0.1", HERE)
    assert Names().accepts_origin("http://localhost", "localhost:80")
    assert not Names().accepts_origin("http://[::1", "localhost")


@pytest.mark.parametrize("path", ["/resourcez", "/resourcez?verbose", "/_solara/api/evict/x"])
def test_diagnostics_are_not_for_visitors(path):
    answer = ask(path.split("?")[0])
    assert (answer.status, answer.seen) == (404, None)


def test_only_kernels_have_websockets():
    for path in ("/", "/jupyter/api/kernels/../x/channels", "/jupyter/api/kernels/a/stdin"):
        assert ask(path, kind="websocket", origin=f"http://{HERE}").status == 403


# --- limits ----------------------------------------------------------------------------------------


def fill(visitors, many, visitor):
    """Open kernels for a visitor until one is refused, as `many` says at the latest."""
    opened = []
    for number in range(many):
        kernel = f"{visitor.key}-{number}"
        if visitors.refusal(visitor, kernel):
            break
        opened.append(visitors.connected(visitor, kernel))
        opened[-1].__enter__()
    return opened


def test_a_visitor_has_so_many_kernels_and_one_while_a_page_is_loaded_anew():
    visitors, one = Visitors(), Visitor("cookie", "192.0.2.1")
    opened = fill(visitors, 100, one)
    assert len(opened) == limits.MAX_KERNELS_PER_VISITOR + 1
    said = visitors.refusal(one).format(most=limits.MAX_KERNELS_PER_VISITOR)
    assert "close one" in said and f"{limits.MAX_KERNELS_PER_VISITOR} pages" in said
    assert not visitors.refusal(one, "cookie-3"), "a page that reconnects keeps its kernel"
    assert not visitors.refusal(Visitor("other", "192.0.2.1"))
    opened.pop().__exit__(None, None, None)
    assert not visitors.refusal(one)


def test_an_address_and_the_server_have_so_many_kernels():
    visitors, opened = Visitors(), []
    for number in range(1000):
        opened += fill(visitors, 1, Visitor(f"new-{number}", "192.0.2.1"))
    assert len(opened) == limits.MAX_KERNELS_PER_ADDRESS
    for number in range(1000):
        opened += fill(visitors, 1, Visitor(f"local-{number}", "127.0.0.1"))
    assert len(opened) == limits.MAX_KERNELS
    said = visitors.refusal(Visitor("late", "198.51.100.1"))
    assert "wait some minutes" in said and "link" in said


def test_a_kernel_has_so_many_websockets():
    visitors, one, opened = Visitors(), Visitor("cookie", "192.0.2.1"), []
    for _ in range(limits.MAX_SOCKETS_PER_KERNEL):
        assert not visitors.refusal(one, "kernel")
        opened.append(visitors.connected(one, "kernel"))
        opened[-1].__enter__()
    assert visitors.refusal(one, "kernel")
    opened.pop().__exit__(None, None, None)
    assert not visitors.refusal(one, "kernel")


def test_whoever_is_refused_a_page_reads_why():
    gateway = Gateway(None)
    opened = fill(gateway.visitors, 100, Visitor("cookie", "127.0.0.1"))
    answer = ask("/", gateway=gateway, cookie="solara-session-id=cookie")
    assert answer.status == 429
    assert "Please close one" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    assert ask("/static/x.css", gateway=gateway, cookie="solara-session-id=cookie").status == 200
    assert ask("/", gateway=gateway, cookie="solara-session-id=other").status == 200
    refused = ask_kernel(
        "one-more", gateway, origin=f"http://{HERE}", cookie="solara-session-id=cookie"
    )
    assert refused.status == 403
    assert opened


def test_style_sheets_come_without_formula_fonts_and_names_of_icons():
    dist = "@widgetti/solara-vuetify-app@10.1.1/dist"
    assets = Assets()
    for name, most in (("main8.css", 70_000), ("fonts.css", 2_000)):
        whole = settings.assets.proxy_cache_dir / dist / name
        found, stat = assets.lookup_path(f"{dist}/{name}")
        text = Path(found).read_text(encoding="utf-8")
        assert stat.st_size == len(text.encode()) < whole.stat().st_size
        assert len(gzip.compress(text.encode(), 9)) < most
        assert text.count("{") == text.count("}")
        assert not re.search(r"@font-face[^}]*(KaTeX|data:)", text)
    assert re.findall(r"\.mdi-[a-z-]+::before", text) == [".mdi-alert::before"]
    assert text.count("font-family: 'Roboto'") == 12


def test_whoever_is_refused_reads_why_in_the_own_language(pseudo_catalogue, monkeypatch):
    monkeypatch.setenv(CATALOGUES_VARIABLE, str(pseudo_catalogue))
    gateway = Gateway(None)
    opened = fill(gateway.visitors, 100, Visitor("cookie", "127.0.0.1"))
    greek = {"accept_language": "fr, el-XA;q=0.8"}
    full = ask("/", gateway=gateway, cookie="solara-session-id=cookie", **greek)
    answers = [
        (429, full),
        (403, ask("/", host="elsewhere.example", **greek)),
        (403, ask("/", origin="http://elsewhere.example", **greek)),
        (404, ask("/resourcez", **greek)),
        (404, ask("/no/such/page", **greek)),
    ]
    kept = re.compile(r"scenario-sim app --allow-host NAME|<[^>]*>")
    for status, answer in answers:
        assert answer.status == status
        assert plain_words([kept.sub("", answer.text)]) == []
    assert 'lang="el-XA" dir="ltr"' in answers[-1][1].text
    assert "no page at this address" in ask("/no/such/page", accept_language="fr").text
    assert opened
