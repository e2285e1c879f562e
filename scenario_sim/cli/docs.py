"""The command `docs`: opens the documentation site in the browser."""

from __future__ import annotations

import threading
import webbrowser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated

import typer

from scenario_sim.cli.serve import find_free_port
from scenario_sim.errors import OutputError
from scenario_sim.file_io import find_shipped

MISSING = (
    "the documentation site is not here: write it with `make docs` in a clone of the repository, "
    "or read the pages in docs/ as they are"
)


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Log no requests."""


def find_site() -> Path:
    """Return the folder of the documentation site. Raises OutputError where there is none."""
    if page := find_shipped("site/index.html"):  # in a wheel; in a clone after `make docs`
        return page.parent
    raise OutputError(MISSING)


def site_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of the site on 127.0.0.1: search needs one, a file:// page has none."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_QuietHandler, directory=str(folder)))


def docs(
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 0,
) -> None:
    """Show the documentation site in the browser. Stop with Ctrl-C."""
    site, free = find_site(), find_free_port("127.0.0.1", port)
    server = site_server(site, free)
    address = f"http://127.0.0.1:{server.server_address[1]}/index.html"
    print(f"The documentation is at {address} - stop with Ctrl-C.", flush=True)
    if not no_open:
        threading.Timer(0.3, webbrowser.open, [address]).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
