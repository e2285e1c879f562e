"""The engine: the model compiled with our outcomes, or run in NumPy where it cannot be compiled.

Both make the same worlds to within rounding, from the same model. An engine's name says which made
a world, so results of the two are never mixed unseen.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from scenario_sim import record

if TYPE_CHECKING:
    from scenario_sim.model.kernel.run import Kernel
    from scenario_sim.scenario import Scenario
    from scenario_sim.states import Cast
    from scenario_sim.trajectory import Recording

log = logging.getLogger(__name__)
ENGINE_VARIABLE = "SCENARIO_SIM_ENGINE"  # "numpy" does without machine code
FINGERPRINT_DIGITS = 8
MAX_KERNELS = 16  # compiled programs in memory, one for each cast of states in use
SOURCES = (".py", ".toml", ".csv")


# --- which engine ------------------------------------------------------------------------------------


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
    name = f"{package_version()}+{model_fingerprint()[:FINGERPRINT_DIGITS]}"
    return name + (f".{other.digest[:8]}" if other else "") + ("" if compiles() else "-numpy")


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
    """Return the fingerprint of the model as it stands, 64 hexadecimal digits.

    Tracing takes a tenth of a second and loads the model; commands that only look results up are
    spared it by a note in the cache, under a digest of the package's files.
    """
    if "scenario_sim.model.equations" in sys.modules:  # loaded, and perhaps changed in a notebook
        return _traced_fingerprint(_code())
    from scenario_sim.model.kernel.cache import cached

    return cached(f"fingerprint-{_source_digest()}", _trace_fingerprint).decode()


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


@lru_cache(maxsize=4)
def _traced_fingerprint(code: tuple) -> str:
    return _trace_fingerprint().decode()


def _trace_fingerprint() -> bytes:
    from scenario_sim.histograms import HISTOGRAMS
    from scenario_sim.model.kernel.symbols import TracingError
    from scenario_sim.model.version import fingerprint
    from scenario_sim.outcomes import MEASURES, OUTCOMES
    from scenario_sim.states import load_cast
    from scenario_sim.trajectory import recorded_rows

    results = {outcome.name: outcome.result for outcome in OUTCOMES}
    parts = record.shipped().digest
    try:
        parts += fingerprint(recorded_rows(load_cast()), MEASURES, results, HISTOGRAMS)
    except TracingError:  # a changed rule that only NumPy can run: its code stands for it
        parts += repr(_code())
    return hashlib.sha256(parts.encode()).hexdigest().encode()


# --- making worlds -----------------------------------------------------------------------------------


def worlds_of(scenario: Scenario) -> CompiledWorlds | NumpyWorlds:
    """Return what makes the worlds of a scenario: the compiled model, or NumPy."""
    if compiles():
        kernel = _kernel_of(scenario.cast, _code(), scenario)
        if kernel is not None:
            return CompiledWorlds(kernel, scenario)
    return NumpyWorlds(scenario)


class CompiledWorlds:
    """One scenario on the compiled model."""

    def __init__(self, kernel: Kernel, scenario: Scenario):
        from scenario_sim.outcomes import measured_start

        self._kernel, self._prepared, self.cast = kernel, kernel.prepare(scenario), scenario.cast
        state = kernel.program.state
        self._measured = {name: state[name] for name in measured_start()}

    def make(
        self,
        seed: int,
        ids: np.ndarray,
        into: Recording | None = None,
        at: int = 0,
        counts: Mapping[str, np.ndarray] | None = None,
    ) -> dict[str, np.ndarray]:
        """Make some runs, and return their measured rows after the last week, (runs,) by name.

        into, at: records the weeks there, from that run on. counts: histograms to add to.
        """
        from scenario_sim.model.kernel.run import Outputs, padded

        rows = [into[name] if into and name in into else None for name in self._recorded]
        if not into or "tension" not in into:  # cycles look back along tension
            shape = (self._prepared.weeks, into.runs if into else padded(len(ids)))
            rows[self._recorded.index("tension")] = np.empty(shape, np.float32)
        outputs = Outputs(
            rows, into.acts if into else None, counts=list(counts.values()) if counts else ()
        )
        state = self._kernel.run(self._prepared, seed, ids, outputs, at if into else 0)
        return {name: state[row] for name, row in self._measured.items()}

    @property
    def _recorded(self) -> list[str]:
        return list(self._kernel.program.trace.recorded)

    def thoughts(self, seed: int, run: int, into: Recording) -> np.ndarray:
        """Make one run and record it. Returns every row of the board as it stood each week when the
        states had decided, (rows, weeks); rows of what had not happened yet are 0."""
        from scenario_sim.model.blackboard import board_rows
        from scenario_sim.model.kernel.run import Outputs, padded

        names = self._kernel.program.trace.thought
        thought = np.empty((len(names), self._prepared.weeks, padded(1)))
        outputs = Outputs([into[name] for name in self._recorded], into.acts, thought)
        self._kernel.run(self._prepared, seed, np.array([run]), outputs)
        row = {name: n for n, name in enumerate(board_rows(self.cast))}
        block = np.zeros((len(row), self._prepared.weeks))
        block[[row[name] for name in names]] = thought[:, :, 0]
        return block


class NumpyWorlds:
    """One scenario on the Mesa model itself."""

    def __init__(self, scenario: Scenario):
        self._scenario, self.cast = scenario, scenario.cast

    def make(self, seed, ids, into=None, at=0, counts=None) -> dict[str, np.ndarray]:
        """Make some runs, as `CompiledWorlds.make` does."""
        from scenario_sim.histograms import counted
        from scenario_sim.outcomes import measured_rows
        from scenario_sim.trajectory import Recording

        block = Recording.empty(self.cast, self._scenario.weeks, len(ids))
        self._play(seed, ids, block, lambda model: None)
        if into:
            into.take(block, at)
        for name, kept in (counts or {}).items():
            kept += counted(name, block[name])
        return measured_rows(block)

    def thoughts(self, seed: int, run: int, into: Recording) -> np.ndarray:
        """Make one run and record it, as `CompiledWorlds.thoughts` does."""
        weeks: list[np.ndarray] = []
        self._play(seed, [run], into, lambda model: weeks.append(model.board.block[:, 0].copy()))
        return np.array(weeks).T

    def _play(self, seed: int, ids, into: Recording, decided: Callable) -> None:
        from scenario_sim.model.model import EscalationModel

        model = EscalationModel(self._scenario, runs=ids, rng=seed)
        for week in range(model.weeks):
            model.deliberate()
            decided(model)
            model.settle()
            for name in into.names:
                into[name][week, : len(ids)] = model.board[name]
            into.acts[:, week, : len(ids)] = model.acts()
        model.__dict__.clear()  # Mesa's models refer to themselves: this frees the board now


# --- compiled programs -------------------------------------------------------------------------------


def _code() -> tuple:
    """Return the code that a trace runs through: it differs where a rule or an agent was changed."""
    from scenario_sim.model.kernel.source import code_of_model

    return code_of_model()


def _kernel_of(cast: Cast, code: tuple, scenario: Scenario) -> Kernel | None:
    key = (cast.digest, code)
    if key not in _kernels:
        while len(_kernels) >= MAX_KERNELS:
            _kernels.pop(next(iter(_kernels)))
        _kernels[key] = _compile(scenario)
    return _kernels[key]


_kernels: dict[tuple, Kernel | None] = {}


def _compile(scenario: Scenario) -> Kernel | None:
    """Return the compiled model of a scenario's states; None where a changed rule cannot be traced."""
    from scenario_sim.histograms import HISTOGRAMS
    from scenario_sim.model.kernel.program import Program
    from scenario_sim.model.kernel.run import Kernel
    from scenario_sim.model.kernel.symbols import TracingError
    from scenario_sim.model.kernel.trace import trace_week
    from scenario_sim.outcomes import MEASURES, measured_start
    from scenario_sim.trajectory import recorded_rows

    try:
        trace = trace_week(scenario, recorded_rows(scenario.cast), MEASURES, HISTOGRAMS)
    except TracingError as error:
        log.warning("worlds are made in NumPy, about ten times slower: %s", error)
        return None
    return Kernel(Program(trace), measured_start())


def compile_shipped() -> str:
    """Compile the shipped model into the cache, and return what runs worlds here."""
    from scenario_sim.scenario_file import load_scenario

    worlds_of(load_scenario("status-quo"))
    return engine_description()


