"""Read and write manifest.json: the commands of a study, their times, versions and failures.

It is the only file with clock times. No result depends on it.
"""

from __future__ import annotations

import os
import platform
import shlex
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from pydantic import NonNegativeInt

from scenario_sim.errors import OutputError
from scenario_sim.studies.cells import BLOCK_RUNS, Cell
from scenario_sim.studies.store.atomic import (
    KEY,
    KeptFile,
    check_intact,
    check_shape,
    json_with_checksum,
    parsed_json,
    read_bytes,
)

MANIFEST = "manifest.json"
WHAT = "scenario-sim study"
FORMAT = 3  # 1: blocks of 1,000 runs; 2: files without checksums
LIBRARIES = ("mesa", "numpy", "pandas", "pyarrow", "scipy", "xarray")
CURE = "move it away: no result depends on it, and the next command begins a new one"
EDIT = f'{CURE}; if you edited it, take out its line "{KEY}"'


class KnownCell(KeptFile):
    """Shape of a cell in the manifest."""

    title: str
    hash: str
    seed: int
    runs: NonNegativeInt


class KnownSession(KeptFile):
    """Shape of a command in the manifest; one that was killed lacks the last four keys."""

    command: str
    started: str
    process: int
    by: str
    cells: int
    engine: str
    platform: str
    versions: dict[str, str]
    finished: str = ""
    ended: str = ""
    runs_made: int = 0
    failed: dict[str, str] = {}
    plugins: dict[str, str] = {}


class ManifestFile(KeptFile):
    """Shape of `manifest.json`."""

    what: Literal["scenario-sim study"]
    format: int
    block_runs: int
    cells: dict[str, KnownCell]
    sessions: list[KnownSession]


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of a study's folder, or a new one if there is none.

    Users may remove names from it, and its checksum too; the next command adds a new checksum.
    Raises OutputError if the file is damaged, or something else.
    """
    file = path / MANIFEST
    data = read_bytes(file, CURE)
    if data is None:
        return {
            "what": WHAT,
            "format": FORMAT,
            "block_runs": BLOCK_RUNS,
            "cells": {},
            "sessions": [],
        }
    read = parsed_json(file, data, CURE)
    if read.get("what") != WHAT:
        raise OutputError(
            f"{file} is of something else and is left as it is; choose another --out, or move it away"
        )
    if (read.get("format"), read.get("block_runs")) != (FORMAT, BLOCK_RUNS):
        raise OutputError(
            f"{file} is of another version of scenario-sim; choose another --out, or make the study again"
        )
    if KEY in read:
        check_intact(file, data, EDIT)
    check_shape(file, read, ManifestFile, CURE)
    return {key: value for key, value in read.items() if key != KEY}


@dataclass
class Session:
    """One command that runs a study: recorded when it begins, and again when it ends.

    A command that was killed has no end. `write` writes one file of the store atomically.
    """

    path: Path
    write: Callable[[Path, str], None]
    cells: list[Cell]
    by: str
    started: str = field(default_factory=lambda: _now())

    def begin(self) -> None:
        """Record that the command has begun."""
        self._record({})

    def end(self, how: str, runs: int, failed: dict[str, str]) -> None:
        """Record how the command ended: `done`, `failed` (if cells did) or `stopped`."""
        self._record({"finished": _now(), "ended": how, "runs_made": runs, "failed": failed})

    def _record(self, more: dict[str, Any]) -> None:
        manifest = read_manifest(self.path)
        for cell in self.cells:
            known = manifest["cells"].get(cell.key, {})
            manifest["cells"][cell.key] = {
                "title": cell.title,
                "hash": cell.scenario.hash,
                "seed": cell.seed,
                "runs": max(cell.runs, known.get("runs", 0)),
            }
        ours = {
            "command": command(),
            "started": self.started,
            "process": os.getpid(),
            "by": self.by,
            "cells": len(self.cells),
            "engine": ", ".join(dict.fromkeys(cell.engine for cell in self.cells)),
            "platform": platform.platform(),
            "versions": versions(),
        }
        if self.cells and (plugins := self.cells[0].scenario.plugins).items:
            ours["plugins"] = plugins.sources
        others = [s for s in manifest["sessions"] if _name(s) != _name(ours)]
        manifest["sessions"] = [*others, ours | more]
        self.write(self.path / MANIFEST, json_with_checksum(manifest))


def joined(mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Return one manifest with the cells and commands of two."""
    cells = dict(mine["cells"])
    for key, told in theirs["cells"].items():
        known = cells.get(key)
        if known is None or known["runs"] < told["runs"]:
            cells[key] = told
    sessions = {_name(s): s for s in (*theirs["sessions"], *mine["sessions"])}
    in_order = sorted(sessions.values(), key=lambda session: session["started"])
    return mine | {"cells": cells, "sessions": in_order}


def commands(sessions: Iterable[dict[str, Any]]) -> list[str]:
    """Return the command lines, each once, in order."""
    return list(dict.fromkeys(session["command"] for session in sessions))


def command() -> str:
    """Return the command line, or `python` if the program is not `scenario-sim`."""
    program = Path(sys.argv[0] if sys.argv else "")
    name = program.parent.name if program.stem == "__main__" else program.stem
    if name in ("scenario-sim", "scenario_sim"):
        return shlex.join(["scenario-sim", *sys.argv[1:]])
    return "python"


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that results depend on."""
    found = {"python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def _name(session: dict[str, Any]) -> tuple[Any, ...]:
    return session["started"], session["process"], session["platform"]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
