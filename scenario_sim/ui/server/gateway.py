"""The gateway before Solara: an ASGI middleware that every request and websocket passes.

It refuses foreign hosts and origins, diagnostics and too many kernels; it serves the shipped assets;
it adds the security headers; and it keeps from Solara the headers that would move its scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from solara import settings as solara_settings
from solara.server import server as solara_server
from solara.server import settings
from solara.server import starlette as solara_starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scenario_sim.language import current_language, text_direction, translate, use_language
from scenario_sim.ui import messages
from scenario_sim.ui.server import headers as security
from scenario_sim.ui.server.addresses import LOCALHOST, Names, is_ip_address
from scenario_sim.ui.server.assets import Assets
from scenario_sim.ui.server.budget import BUDGETS
from scenario_sim.ui.server.languages import language_of_request
from scenario_sim.ui.server.limits import MAX_KERNELS_PER_VISITOR
from scenario_sim.ui.server.presence import PRESENCE
from scenario_sim.ui.server.visitors import Visitor, Visitors

ASSETS_PREFIX = "/_solara/cdn/"
CLOSED = ("/resourcez", "/_solara/api/evict")  # diagnostics of Solara that nothing here needs
NO_PAGES = ("/static/", "/_solara/", "/jupyter/", "/readyz", "/resourcez")
KERNEL = re.compile(r"/jupyter/api/kernels/(?P<kernel>[A-Za-z0-9-]{1,64})/channels")
# Any client may send these headers, and Solara would take the place of its scripts from them.
MOVERS = (b"script-name", b"x-script-name")

ALLOW_HOST = "scenario-sim app --allow-host NAME"
NO_PAGE = (
    '<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
    '<title>{title}</title><meta name="viewport" content="width=device-width, initial-scale=1">'
    '</head><body><main><h1>{heading}</h1><p>{why}</p><p><a href="{start}">{link}</a></p></main>'
    "</body></html>"
)


@dataclass(frozen=True)
class Refusal:
    """Why a request gets no page. text: in English, with its values; none for the HTML page."""

    status: int
    text: str = ""

    def response(self, scope: Scope, start: str) -> Response:
        """Return the answer, in the language of the request."""
        accepted = Headers(scope=scope).get("accept-language", "")
        with use_language(language_of_request(scope["query_string"].decode("latin-1"), accepted)):
            if self.text:
                values = {"command": ALLOW_HOST, "most": MAX_KERNELS_PER_VISITOR}
                return PlainTextResponse(translate(self.text).format(**values), self.status)
            words = {
                "language": current_language().replace("_", "-"),
                "direction": text_direction(),
                "title": escape(messages.server.NO_PAGE_TITLE),
                "heading": escape(messages.server.NO_PAGE),
                "why": escape(messages.server.NO_PAGE_WHY),
                "link": escape(messages.server.NO_PAGE_START),
            }
            return HTMLResponse(NO_PAGE.format(start=start, **words), self.status)


class Gateway:
    """names: what the server answers to. root_path: where a proxy shows the page, as `/sim`."""

    def __init__(self, app: ASGIApp, names: Iterable[str] = (), root_path: str = ""):
        self.app = app
        self.names = Names(names)
        self.root_path = root_path
        self.assets = Assets()
        self.visitors = Visitors()
        # Then a proxy may stand on this machine, and what comes from it comes from others.
        self.is_shared = bool(root_path) or any(
            name != LOCALHOST and not is_ip_address(name) for name in self.names.given
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope = self._inside(scope)
        refusal = self._refusal(scope)
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send, refusal)
        else:
            await self._answer(scope, receive, send, refusal)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, refusal: Refusal | None
    ) -> None:
        number, path = security.new_nonce(), scope["path"]

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                own.update(security.COMMON)
                page = own.get("content-type", "").startswith("text/html") and is_page(path)
                policy = security.POLICY.format(nonce=number) if page else security.FILE_POLICY
                own["Content-Security-Policy"] = policy
            await send(message)

        app = self.app
        if refusal:
            app = refusal.response(scope, f"{self.root_path}/")
        elif path.startswith(ASSETS_PREFIX):
            app = self.assets
            scope = {**scope, "path": "/" + path.removeprefix(ASSETS_PREFIX)}
        token = security.nonce.set(number)
        try:
            await app(scope, receive, send_secured)
        finally:
            security.nonce.reset(token)

    async def _websocket(
        self, scope: Scope, receive: Receive, send: Send, refusal: Refusal | None
    ) -> None:
        if refusal:
            await send({"type": "websocket.close", "code": 1008})  # before it opens: a plain 403
            return
        kernel = KERNEL.fullmatch(scope["path"])
        assert kernel
        visitor, name = visitor_of(scope), kernel["kernel"]
        if self.is_shared or not visitor.is_local:  # whoever owns the machine has no budget
            BUDGETS.open(name, visitor)
        with self.visitors.connected(visitor, name):
            PRESENCE.came(name)
            try:
                await self.app(scope, receive, send)
            finally:
                PRESENCE.went(name)
                there = self.visitors.kernels()
                BUDGETS.forget(there)
                PRESENCE.forget(there)

    def _inside(self, scope: Scope) -> Scope:
        """Return the request as Solara may see it: below the root path, without moving headers."""
        path = scope["path"]
        if self.root_path and (path + "/").startswith(self.root_path + "/"):
            path = path.removeprefix(self.root_path) or "/"
        kept = [
            (name, value)
            for name, value in scope["headers"]
            if name not in MOVERS and not name.startswith(b"x-forwarded-")
        ]
        return {**scope, "path": path, "raw_path": path.encode(), "root_path": "", "headers": kept}

    def _refusal(self, scope: Scope) -> Refusal | None:
        """Return why a request is refused; None where it is not."""
        headers, path = Headers(scope=scope), scope["path"]
        socket = scope["type"] == "websocket"
        host, origin = headers.get("host", ""), headers.get("origin", "")
        if len(headers.getlist("host")) != 1 or not self.names.accepts_host(host):
            return Refusal(403, messages.server.WRONG_HOST)
        # A browser names the origin of every websocket, and of whatever another site makes it send.
        if (origin or socket) and not self.names.accepts_origin(origin, host):
            return Refusal(403, messages.server.WRONG_ORIGIN)
        if path.startswith(CLOSED):
            return Refusal(404, messages.server.NOT_FOUND)
        kernel = KERNEL.fullmatch(path) if socket else None
        if socket and not kernel:
            return Refusal(404, messages.server.NOT_FOUND)
        if not socket and is_page(path) and path != "/":  # the page has one address
            return Refusal(404)
        if kernel or is_page(path):
            full = self.visitors.refusal(visitor_of(scope), kernel["kernel"] if kernel else "")
            return Refusal(429, full) if full else None
        return None


def is_page(path: str) -> bool:
    return not path.startswith(NO_PAGES)


def visitor_of(scope: Scope) -> Visitor:
    request = HTTPConnection(scope)
    session = solara_server.get_session_id_cookie(request.cookies) or ""
    return Visitor(session, request.client.host if request.client else "")


def install(names: Iterable[str] = (), root_path: str = "") -> None:
    """Put a gateway before Solara's application, unless there is one. The first one stays."""
    app = solara_starlette.app
    # Not by `add_middleware`: `solara run` reads the page when the application has started.
    if app.middleware_stack is None:
        app.middleware_stack = app.build_middleware_stack()
    if isinstance(app.middleware_stack, Gateway):
        return
    app.middleware_stack = Gateway(app.middleware_stack, names, root_path)
    settings.main.root_path = root_path  # else the first request's headers say where scripts are
    settings.main.base_url = f"http://localhost{root_path}/"  # else the first request's Host
    solara_settings.assets.proxy = True  # else, below VS Code, scripts come from a CDN
    solara_server.read_root = security.marked(solara_server.read_root)
