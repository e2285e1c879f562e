"""Which engine makes worlds: the model's fingerprint, and whether it is compiled or run in NumPy.

Both make the same worlds to within rounding, from the same model. An engine's name says which made
a world, so results of the two are never mixed unseen.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from types import CodeType

from scenario_sim import record

log = logging.getLogger(__name__)
ENGINE_VARIABLE = "SCENARIO_SIM_ENGINE"  # "numpy" does without machine code
FINGERPRINT_DIGITS = 8
SOURCES = (".py", ".toml", ".csv")


# --- which engine ------------------------------------------------------------------------------------


@cache
def package_version() -> str:
    """Return the version of the installed package, or `unknown` in a bare checkout."""
    try:
        return version("scenario-sim")
    except PackageNotFoundError:
        return "unknown"


def engine_version() -> str:
    """Return which engine makes worlds here: package, model, record, and `-numpy` without a compiler.

    Equal names, equal worlds. The model's part is its fingerprint (`model/version.py`).
    """
    other = record.another()
    fingerprint, traced = _model_as_it_stands()
    name = f"{package_version()}+{fingerprint[:FINGERPRINT_DIGITS]}"
    name += f".{other.digest[:8]}" if other else ""
    return name if traced and compiles() else f"{name}-numpy"


def engine_description() -> str:
    """Return what runs worlds here, in words."""
    if not compiles():
        return f"NumPy, without machine code ({why_not_compiled()})"
    from scenario_sim.model.kernel.machine import processor, vector_lanes

    lanes = vector_lanes()
    return f"machine code for {processor()[0]}, vectors of {lanes} doubles ({64 * lanes} bits)"


def compiles() -> bool:
    """Return whether this machine makes and runs machine code."""
    return not why_not_compiled()


def why_not_compiled() -> str:
    """Return why worlds are made in NumPy here; empty where they are compiled."""
    if os.environ.get(ENGINE_VARIABLE, "").lower() == "numpy":
        return f"{ENGINE_VARIABLE}=numpy"
    return _compiler_problem()


@cache
def _compiler_problem() -> str:
    """Return what keeps llvmlite from making code that runs; it is said once, in the log."""
    try:
        from scenario_sim.model.kernel.machine import runs_code

        runs_code()
    except Exception as error:
        problem = str(error).strip() or type(error).__name__
        log.warning("worlds are made in NumPy, about ten times slower: %s", problem)
        return problem
    return ""


def model_fingerprint() -> str:
    """Return the fingerprint of the model as it stands, 64 hexadecimal digits."""
    return _model_as_it_stands()[0]


def _model_as_it_stands() -> tuple[str, bool]:
    """Return the model's fingerprint, and whether all of it can be traced.

    Tracing takes a tenth of a second and loads the model. Commands that only look results up are
    spared it by a note in the cache, under a digest of the package's files.
    """
    if "scenario_sim.model.equations" in sys.modules:  # loaded, and perhaps changed in a notebook
        return _fingerprint_of(code_in_use())
    from scenario_sim.model.kernel.cache import cached

    def note() -> bytes:
        return _fingerprint_of(code_in_use())[0].encode()

    return cached(f"fingerprint-{_source_digest()}", note).decode(), True


@cache
def _source_digest() -> str:
    digest = hashlib.sha256(sys.version.encode())
    folders = [files("scenario_sim")]
    while folders:
        for entry in sorted(folders.pop().iterdir(), key=lambda e: e.name):
            if entry.is_dir() and entry.name not in ("ui", "cli", "__pycache__", "scenarios"):
                folders.append(entry)
            elif entry.name.endswith(SOURCES):
                digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()


def code_in_use() -> tuple:
    """Return the code that a trace runs through: it differs where a rule or an agent was changed."""
    from scenario_sim.model.kernel.source import code_of_model

    return code_of_model()


@lru_cache(maxsize=4)
def _fingerprint_of(code: tuple) -> tuple[str, bool]:
    """Return the fingerprint of the model with this code. A changed rule that only NumPy can run is
    no program; its code stands for it."""
    from scenario_sim.histograms import HISTOGRAMS
    from scenario_sim.model.blackboard import recorded_rows
    from scenario_sim.model.kernel.symbols import TracingError
    from scenario_sim.model.version import fingerprint
    from scenario_sim.outcomes import MEASURES, OUTCOMES
    from scenario_sim.states import load_cast

    results = {outcome.name: outcome.result for outcome in OUTCOMES}
    try:
        program, traced = fingerprint(recorded_rows(load_cast()), MEASURES, results, HISTOGRAMS), True
    except TracingError:
        program, traced = "\n".join(map(_as_text, code)), False
    return hashlib.sha256((record.shipped().digest + program).encode()).hexdigest(), traced


def _as_text(part: object) -> str:
    """Return code as text that does not depend on where it stands in memory or on disk."""
    if not isinstance(part, CodeType):
        return repr(part)
    constants = ", ".join(map(_as_text, part.co_consts))
    return f"{part.co_code.hex()} {part.co_names} {constants}"
