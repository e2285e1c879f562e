"""manifest.json: how a study was made. Who asked for what, when, with which versions, and what
failed. The only file with clock times; no result depends on it."""

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
from scenario_sim.studies.store.checksum import KEY
from scenario_sim.studies.store.json_files import (
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
    """A cell in the manifest."""

    title: str
    hash: str
    seed: int
    runs: NonNegativeInt


class KnownSession(KeptFile):
    """A command in the manifest; one that was killed has none of the last four."""

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


class ManifestFile(KeptFile):
    """The shape of `manifest.json`."""

    what: Literal["scenario-sim study"]
    format: int
    block_runs: int
    cells: dict[str, KnownCell]
    sessions: list[KnownSession]


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a study's folder; a new one where there is none.

    A person may take names out of it, and its checksum with them; the next command adds a new one.
    Raises OutputError where it is spoilt, or where something else bears its name.
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
    """One command at work on a store: written down when it begins and again when it ends. One
    that was killed has no end. `write` writes one file of the store, whole or not at all."""

    path: Path
    write: Callable[[Path, str], None]
    cells: list[Cell]
    by: str
    started: str = field(default_factory=lambda: _now())

    def begin(self) -> None:
        self._record({})

    def end(self, how: str, runs: int, failed: dict[str, str]) -> None:
        """how: `done`, `failed` where cells did, or `stopped`; runs: made by this command."""
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
        others = [s for s in manifest["sessions"] if _name(s) != _name(ours)]
        manifest["sessions"] = [*others, ours | more]
        self.write(self.path / MANIFEST, json_with_checksum(manifest))


def joined(mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Two manifests as one."""
    cells = dict(mine["cells"])
    for key, told in theirs["cells"].items():
        known = cells.get(key)
        if known is None or known["runs"] < told["runs"]:
            cells[key] = told
    sessions = {_name(s): s for s in (*theirs["sessions"], *mine["sessions"])}
    in_order = sorted(sessions.values(), key=lambda session: session["started"])
    return mine | {"cells": cells, "sessions": in_order}


def commands(sessions: Iterable[dict[str, Any]]) -> list[str]:
    """What was typed, each once, in order."""
    return list(dict.fromkeys(session["command"] for session in sessions))


def command() -> str:
    """What was typed, or `python` where nobody typed `scenario-sim`."""
    program = Path(sys.argv[0] if sys.argv else "")
    name = program.parent.name if program.stem == "__main__" else program.stem
    if name in ("scenario-sim", "scenario_sim"):
        return shlex.join(["scenario-sim", *sys.argv[1:]])
    return "python"


def versions() -> dict[str, str]:
    """Python and the libraries that numbers and files depend on."""
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
