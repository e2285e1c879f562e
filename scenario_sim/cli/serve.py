"""The commands `app` and `docs`: serve the page or the documentation from this machine."""

from __future__ import annotations

import errno
import importlib
import os
import re
import socket
import sys
import threading
import webbrowser
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from scenario_sim.cli.output import print_message
from scenario_sim.errors import OutputError, ProblemCollector, ScenarioSimError, format_value
from scenario_sim.file_io import find_shipped
from scenario_sim.language import load_language

MAX_PORT_TRIES = 20  # ports after the requested one
CANNOT_REACH = (
    "If it does not open there: the firewall of this machine must let port {port} in, and the network must "
    "let its devices reach each other; guest networks often do not."
)
ADDRESS_NOT_AVAILABLE = (
    errno.EADDRNOTAVAIL,
    getattr(errno, "WSAEADDRNOTAVAIL", errno.EADDRNOTAVAIL),
)


def serve(
    host: Annotated[
        str,
        typer.Option(
            "--host", metavar="HOST", help="Address to serve on; 0.0.0.0 serves the whole network."
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            "--port",
            metavar="PORT",
            min=0,
            max=65535,
            help="Port to serve on; the next free one if it is taken.",
        ),
    ] = 8765,
    allow_host: Annotated[
        list[str],
        typer.Option(
            metavar="NAME",
            help="Host name that browsers may use, besides the IP addresses. Repeatable.",
        ),
    ] = [],  # noqa: B006 - Typer's way to say that there may be none
    root_path: Annotated[
        str,
        typer.Option(
            metavar="PATH", help="Path under which a proxy serves the page, such as /sim."
        ),
    ] = "",
    visitor_cpu: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            min=0,
            envvar="SCENARIO_SIM_VISITOR_CPU_S",
            help="CPU seconds that a visitor from another machine may use in ten minutes; 0 sets no limit.",
        ),
    ] = 120,
    lessons: Annotated[
        Path | None,
        typer.Option(
            "--lessons", metavar="DIR", help="Folder of your own lessons to show as well."
        ),
    ] = None,
    scenarios: Annotated[
        Path | None,
        typer.Option(
            "--scenarios", metavar="DIR", help="Folder of your own scenarios to show as well."
        ),
    ] = None,
    language: Annotated[
        str,
        typer.Option(
            "--language",
            metavar="CODE",
            envvar="SCENARIO_SIM_LANGUAGE",
            help="Language of the page, such as de. Without it, each visitor's browser chooses.",
        ),
    ] = "",
    no_open: Annotated[
        bool, typer.Option("--no-open", envvar="NO_OPEN", help="Do not open a browser.")
    ] = False,
) -> None:
    """Open the simulator in the browser."""
    page, below = _find_page(), _check_root_path(root_path)
    os.environ["SCENARIO_SIM_LANGUAGE"] = load_language(language) if language else ""
    _add_own_files(scenarios, lessons)
    names = [_check_name(name) for name in allow_host]
    free = find_free_port(host, port)
    if free != port and port:
        print_message(f"Port {port} is taken; using {free}.")
    # Imported by name: `cli` may not import `ui`.
    addresses = importlib.import_module("scenario_sim.ui.server.addresses")
    is_local = addresses.is_loopback(host)  # or on every interface, and so on this one as well
    address = addresses.web_address(addresses.LOCALHOST if is_local else host, free, below)
    print_message(f"The simulator is at {address} (Ctrl-C stops it).")
    _print_way_in(addresses, addresses.Reach(host, free, below))
    os.environ["SCENARIO_SIM_VISITOR_CPU_S"] = str(visitor_cpu)  # as `solara run` would be told
    # The server runs in this process, so that Ctrl-C and signals reach it and no child process
    # outlives the command.
    process = importlib.import_module("scenario_sim.ui.server.process")
    with suppress(KeyboardInterrupt):
        process.run(page, host, free, [*names, host], below, "" if no_open else address)
    print_message("Stopped.")


def _add_own_files(scenarios: Path | None, lessons: Path | None) -> None:
    """Add own scenarios and lessons to the shipped ones; raise every problem of every file."""
    from scenario_sim.scenario.files import add_own_folder, load_scenario
    from scenario_sim.teaching import load_lesson

    problems = ProblemCollector("these files cannot be shown")
    # Scenarios come first, because a lesson may begin in one of them.
    for kind, folder, load in (
        ("scenarios", scenarios, load_scenario),
        ("lessons", lessons, load_lesson),
    ):
        if folder is None:
            continue
        names: list[str] = []
        with problems.under():
            names = add_own_folder(kind, folder)
        for name in names:
            with problems.under():
                load(name)
        if names:
            print_message(f"Own {kind}: {', '.join(names)}")
    problems.raise_if_any()


def _print_way_in(addresses: ModuleType, reach: Any) -> None:
    """Print the address that others type, with a QR code, or how to let them in."""
    others = reach.for_others
    if others:
        print_message(f"Others on this network open {others[0]}, or scan this code:")
        code = addresses.qr_terminal(others[0])
        with suppress(UnicodeEncodeError):  # a terminal without block characters
            print(code, file=sys.stderr, flush=True)
        if more := others[1:]:
            print_message(f"This machine has other addresses too: {', '.join(more)}")
        print_message(CANNOT_REACH.format(port=reach.port))
    elif reach.host in addresses.ALL_INTERFACES:
        print_message("This machine is in no network, so no other machine can open the page.")
    else:
        print_message("Only this machine can open it; `--host 0.0.0.0` lets a class in.")


def _find_page() -> Path:
    """Return the shipped app.py. Raises ScenarioSimError where it is missing."""
    if page := find_shipped("app.py"):
        return page
    raise ScenarioSimError("the page is missing: this installation has no app.py; install again")


def _check_root_path(path: str) -> str:
    """Return the path without a slash at its end. Raises ScenarioSimError for an invalid path."""
    if re.fullmatch(r"(/[A-Za-z0-9._~-]+)*/?", path):
        return path.rstrip("/")
    raise ScenarioSimError(f"--root-path {format_value(path)} is no path; write one such as /sim")


def _check_name(name: str) -> str:
    """Return the host name. Raises ScenarioSimError for an invalid one."""
    if re.fullmatch(r"[A-Za-z0-9._-]{1,253}", name):
        return name
    text = f"--allow-host {format_value(name)} is no name; write it without port and http://"
    raise ScenarioSimError(f"{text}, such as teacher-pc.local")


def find_free_port(host: str, port: int) -> int:
    """Return the requested port or the next free one; 0 requests any.

    Raises ScenarioSimError where all of them are taken.
    """
    for candidate in range(port, min(port + MAX_PORT_TRIES + 1, 65536)):
        free = _try_to_bind(host, candidate)
        if free is not None:
            return free
    raise ScenarioSimError(
        f"--port {port}: neither it nor the next {MAX_PORT_TRIES} are free; name another"
    )


def _try_to_bind(host: str, port: int) -> int | None:
    """Return the port's number if it is free, None if another process uses it.

    Raises ScenarioSimError where this host offers no port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":  # on Windows it would let two servers share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            return probe.getsockname()[1]
        except socket.gaierror as error:
            text = f"--host {host}: {error.strerror}; 127.0.0.1 is this machine"
        except PermissionError:
            text = f"--port {port} is reserved; ports from 1024 on are free to use"
        except OSError as error:
            if error.errno not in ADDRESS_NOT_AVAILABLE:
                return None
            text = f"--host {host} is no address of this machine; 127.0.0.1 always is"
    raise ScenarioSimError(text)


MISSING_SITE = (
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
    raise OutputError(MISSING_SITE)


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
