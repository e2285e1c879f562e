"""The command line: `scenario-sim`.

Slow imports (Mesa, pandas, Solara) stand inside the commands that need them, so that `list`, `check`
and `--help` answer in about a second.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from contextvars import copy_context
from typing import NoReturn

from scenario_sim.cli.commands import app
from scenario_sim.cli.output import print_message
from scenario_sim.errors import ScenarioSimError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line and exit.

    Exit codes: 0 for success, 1 for partial failure, 2 for an error that the user can fix (with a
    message and no traceback), 130 for Ctrl-C.

    Parameters
    ----------
    arguments : sequence of str, optional
        Command and options; those of this process if None.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console may lack some characters
    try:
        try:
            # A context of its own, so that a record from --record ends with the command.
            args = None if arguments is None else list(arguments)
            copy_context().run(app, args=args, prog_name="scenario-sim")
        finally:
            sys.stdout.flush()  # here, where the error of a closed pipe is handled
    except ScenarioSimError as error:
        print_message(str(error))
        sys.exit(2)
    except MemoryError:
        print_message(
            "This does not fit into this computer's memory; ask for fewer --runs or --weeks."
        )
        sys.exit(2)
    except BrokenPipeError:  # the reader of the output, such as `head`, has closed it
        _drop_output()
        sys.exit(1)
    except OSError as error:  # a full disk, a folder without permission to write
        _drop_output()
        place = f"{error.filename}: " if error.filename else ""
        print_message(f"{place}could not be read or written: {error.strerror or error}")
        sys.exit(2)
    sys.exit(0)


def _drop_output() -> None:
    """Redirect standard output to nowhere, so that Python does not flush it again at its exit."""
    with suppress(OSError, ValueError):  # standard output is no file in a test or a notebook
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
