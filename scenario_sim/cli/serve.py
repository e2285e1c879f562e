"""`scenario-sim app`: the page in the browser, served from this machine."""

from __future__ import annotations

import errno
import importlib
import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from scenario_sim.cli.output import say
from scenario_sim.errors import ScenarioSimError

TRIES = 20  # ports after the one asked for
NOT_HERE = (errno.EADDRNOTAVAIL, getattr(errno, "WSAEADDRNOTAVAIL", errno.EADDRNOTAVAIL))


def serve(
    host: Annotated[
        str,
        typer.Option("--host", metavar="HOST", help="0.0.0.0 shows the page to the whole network."),
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option("--port", metavar="PORT", min=0, max=65535, help="Or the next free one."),
    ] = 8765,
    no_open: Annotated[
        bool, typer.Option("--no-open", envvar="NO_OPEN", help="Do not open a browser.")
    ] = False,
) -> None:
    """Open the simulator in the browser."""
    page = _page()
    free = _free_port(host, port)
    if free != port and port:
        say(f"Port {port} is taken; using {free}.")
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host
    say(f"The simulator is at http://{shown}:{free} (Ctrl-C stops it).")
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "False"  # before Solara is imported
    arguments = ["run", str(page), "--host", host, "--port", str(free), "--production"]
    arguments += ["--no-check-version"] + ["--no-open"] * no_open
    # In this very process, so that Ctrl-C and signals reach the server and nobody is left behind.
    solara = importlib.import_module("solara.__main__")
    try:
        solara.cli.main(args=arguments, prog_name="scenario-sim app", standalone_mode=False)
    except (KeyboardInterrupt, SystemExit):
        pass
    except Exception as error:
        if type(error).__name__ != "Abort":  # Click's word for Ctrl-C
            raise
    say("Stopped.")


def _page() -> Path:
    """The page's file: beside the modules in an installed package, above them in a checkout."""
    package = Path(__file__).parents[1]
    for place in (package / "app.py", package.parent / "app.py"):
        if place.is_file():
            return place
    raise ScenarioSimError(f"the page is missing: there is no app.py in {package}; install again")


def _free_port(host: str, port: int) -> int:
    """The port asked for, or the next that nobody uses; any, where 0 is asked for.

    Raises ScenarioSimError where there is none.
    """
    for candidate in range(port, min(port + TRIES + 1, 65536)):
        free = _bound(host, candidate)
        if free is not None:
            return free
    raise ScenarioSimError(f"--port {port}: neither it nor the next {TRIES} are free; name another")


def _bound(host: str, port: int) -> int | None:
    """The port's number if a server could have it, None where another has it.

    Raises ScenarioSimError where no port of this host can be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":  # there it would let two servers share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            return probe.getsockname()[1]
        except socket.gaierror as error:
            text = f"--host {host}: {error.strerror}; 127.0.0.1 is this machine"
        except PermissionError:
            text = f"--port {port} is reserved; ports from 1024 on are for everybody"
        except OSError as error:
            if error.errno not in NOT_HERE:
                return None
            text = f"--host {host} is no address of this machine; 127.0.0.1 always is"
    raise ScenarioSimError(text)
