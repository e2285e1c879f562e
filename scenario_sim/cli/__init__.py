"""The command line: `scenario-sim`.

Light at the top: what is slow to load (Mesa, pandas, Solara) waits inside the command that uses
it, so that `list`, `check` and `--help` answer in about a second.
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
    """Answer a command line (this process's own, if none is given) and exit.

    Exit codes: 0; 2 for what the user can mend, with a message and no traceback; 130 for Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console may not know every sign
    try:
        try:
            # In a context of its own: what it puts in the record's place is gone with it.
            given = None if arguments is None else list(arguments)
            copy_context().run(app, args=given, prog_name="scenario-sim")
        finally:
            sys.stdout.flush()  # here, where a closed pipe can still be answered
    except ScenarioSimError as error:
        print_message(str(error))
        sys.exit(2)
    except MemoryError:
        print_message(
            "This does not fit into this computer's memory; ask for fewer --runs or --weeks."
        )
        sys.exit(2)
    except BrokenPipeError:  # whoever read our output has seen enough
        _drop_output()
        sys.exit(1)
    except OSError as error:  # a full disk, a folder that nobody may write to
        _drop_output()
        place = f"{error.filename}: " if error.filename else ""
        print_message(f"{place}could not be read or written: {error.strerror or error}")
        sys.exit(2)
    sys.exit(0)


def _drop_output() -> None:
    """Send what standard output still holds to nowhere, so that Python's end does not try again."""
    with suppress(OSError, ValueError):  # no file, as in a test or a notebook
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
