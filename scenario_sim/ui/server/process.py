"""The process that serves the page: uvicorn with the limits that only uvicorn can set."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
import webbrowser
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

import uvicorn

from scenario_sim.ui.server.addresses import set_reach
from scenario_sim.ui.server.limits import MAX_MESSAGE_BYTES, MAX_SHUTDOWN_S
from scenario_sim.ui.server.settings import configure_server


class Server(uvicorn.Server):
    """A server that ends in bounded time, whatever its threads do."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            threading.Thread(target=_end_at_last, args=[sig], daemon=True).start()
        super().handle_exit(sig, frame)


def _end_at_last(sig: int) -> None:
    """End the process after a while. Its child processes end with their pipes."""
    time.sleep(MAX_SHUTDOWN_S)
    os._exit(0 if sig == signal.SIGINT else 128 + sig)


def run(
    page: Path, host: str, port: int, names: Iterable[str], root_path: str, address: str
) -> None:
    """Serve the page until a signal comes.

    Parameters
    ----------
    page : Path
        The app that Solara serves.
    host : str
    port : int
    names : iterable of str
        The host names that the server answers to.
    root_path : str
        Where a proxy shows the page.
    address : str
        The address to open in a browser; "" for none.
    """
    os.environ["SOLARA_APP"] = str(page)
    configure_server(names, root_path)
    set_reach(host, port, root_path)
    for library in ("solara", "reacton"):
        logging.getLogger(library).setLevel(logging.ERROR)  # else they log every odd request
    config = uvicorn.Config(
        "solara.server.starlette:app",
        host=host,
        port=port,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # a header of a request is not its sender's address
        ws_max_size=MAX_MESSAGE_BYTES,
        timeout_graceful_shutdown=MAX_SHUTDOWN_S // 2,
    )
    server = Server(config)
    if address:
        threading.Thread(target=_open, args=[server, address], daemon=True).start()
    server.run()
    if not server.started:
        raise SystemExit(1)  # uvicorn has said why


def _open(server: Server, address: str) -> None:
    """Open the browser once the page is served."""
    while not server.started:
        time.sleep(0.1)
    webbrowser.open(address)
