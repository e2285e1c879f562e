"""The security headers of every response, and the content security policy of the page."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps

# Each allowance, with what Chromium refused without it:
# script-src 'self'          Solara, Vue, ECharts and require.js, all served from here
#            'unsafe-eval'   Vue 2 compiles the widgets' templates in the browser: no page without it
#            nonce           the page sets Solara up in inline scripts
# style-src 'unsafe-inline'  Vuetify and Solara insert style elements; ECharts writes style attributes
# img-src data:              an icon of Jupyter's style sheet
# connect-src 'self'         the websocket, and Solara's theme
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval' 'nonce-{nonce}'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# For all that is not the page: if a browser opens it as a page, nothing in it runs or loads.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'"

COMMON = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The address holds a visitor's whole state. `no-referrer` would take the origin from the beacon
    # by which a page closes its kernel.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# The nonce of the current request, which marks the page's own scripts.
nonce: ContextVar[str] = ContextVar("nonce")


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def marked(read_root: Callable[..., str | None]) -> Callable[..., str | None]:
    """Return Solara's `read_root` with the request's nonce on every script of the page."""

    @wraps(read_root)
    def read(*args, **kwargs) -> str | None:
        page = read_root(*args, **kwargs)
        number = nonce.get(None)
        return page.replace("<script", f'<script nonce="{number}"') if page and number else page

    return read
