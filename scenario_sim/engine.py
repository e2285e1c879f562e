"""Which engine made a world: the package's version and a hash of everything that moves it, the
record in use among it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

from scenario_sim import record

# What a world depends on besides its scenario, seed and run. Words of documentation in these files
# count too: a hash that is too careful repeats work, one that is too lax repeats mistakes.
MOVES_THE_WORLD = (
    *("agents.py", "board.py", "calendar.py", "conditions.py", "cycles.py", "deliberation.py", "layout.py"),
    *("ledger.py", "model.py", "outcomes.py", "rules.py", "schedule.py", "streams.py", "vocabulary.py"),
    *("parameters", "record", "states"),
)


def package_version() -> str:
    """The version of the installed package, or `unknown` in a bare checkout."""
    try:
        return version("scenario-sim")
    except PackageNotFoundError:
        return "unknown"


def engine_version() -> str:
    """Package version and eight hex digits of the rules, parameters, repertoires and record; eight
    more where another record is in use, and says something else."""
    other = record.another()
    return _as_shipped() + (f".{other.digest[:8]}" if other else "")


@cache
def _as_shipped() -> str:
    digest = hashlib.sha256()
    root = files("scenario_sim")
    for name in MOVES_THE_WORLD:
        entry = root / name
        inside = sorted(entry.iterdir(), key=lambda e: e.name) if entry.is_dir() else [entry]
        for file in inside:
            if file.is_file() and file.name.endswith((".py", ".toml", ".csv")):
                digest.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))
    return f"{package_version()}+{digest.hexdigest()[:8]}"
