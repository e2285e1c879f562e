"""Run one scenario on the compiled model, or on the Mesa model in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock

import numpy as np
from cachetools import LRUCache, cached

from scenario_sim.model.blackboard import board_rows
from scenario_sim.model.kernel.run import Kernel, Outputs, padded
from scenario_sim.model.kernel.symbols import TracingError
from scenario_sim.model.model import EscalationModel
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import load_scenario
from scenario_sim.simulation.engine import (
    MAX_PROGRAMS,
    can_compile,
    engine_description,
    program_cache_key,
    program_key,
    program_of,
    warn_about_numpy,
)
from scenario_sim.simulation.histograms import count_bins
from scenario_sim.simulation.outcomes import measured_rows, measured_start, outcomes_of
from scenario_sim.simulation.recording import Recording

_compiling = Lock()


def runner_of(scenario: Scenario) -> CompiledRunner | NumpyRunner:
    """Return the runner of a scenario: the compiled model, or NumPy where it cannot be compiled."""
    if can_compile():
        with _compiling:  # of threads that ask at once, one compiles and the others wait
            kernel = _kernel_of(scenario)
        if kernel is not None:
            return CompiledRunner(kernel, scenario)
    return NumpyRunner(scenario)


class CompiledRunner:
    """One scenario on the compiled model."""

    smaller_chunks = 1

    def __init__(self, kernel: Kernel, scenario: Scenario):
        self.kernel, self._prepared, self.cast = kernel, kernel.prepare(scenario), scenario.cast
        self._reactions = len(scenario.reactions)
        self._measured = {
            name: kernel.state[name] for name in measured_start(outcomes_of(scenario))
        }

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
        rows = [into[name] if into and name in into else None for name in self._recorded]
        if not into or "tension" not in into:  # cycles look back along tension
            shape = (self._prepared.weeks, into.runs if into else padded(len(ids)))
            rows[self._recorded.index("tension")] = np.empty(shape, np.float32)
        outputs = Outputs(
            rows, into.acts if into else None, counts=list(counts.values()) if counts else ()
        )
        state = self.kernel.run(self._prepared, seed, ids, outputs, at if into else 0)
        return {name: state[row] for name, row in self._measured.items()}

    @property
    def _recorded(self) -> list[str]:
        return list(self.kernel.layout.recorded)

    def thoughts(self, seed: int, run: int, into: Recording) -> np.ndarray:
        """Make one run and record it, and return the board of each week after the states decided.

        The result is (rows, weeks). Rows that are computed later in the week are 0.
        """
        names = self.kernel.layout.thought
        thought = np.empty((len(names), self._prepared.weeks, padded(1)))
        outputs = Outputs([into[name] for name in self._recorded], into.acts, thought)
        self.kernel.run(self._prepared, seed, np.array([run]), outputs)
        row = {name: n for n, name in enumerate(board_rows(self.cast, self._reactions))}
        block = np.zeros((len(row), self._prepared.weeks))
        block[[row[name] for name in names]] = thought[:, :, 0]
        return block


class NumpyRunner:
    """One scenario on the Mesa model itself."""

    smaller_chunks = 2  # so that work that is cancelled ends within a second or two

    def __init__(self, scenario: Scenario):
        self._scenario, self.cast = scenario, scenario.cast

    def make(
        self,
        seed: int,
        ids: np.ndarray,
        into: Recording | None = None,
        at: int = 0,
        counts: Mapping[str, np.ndarray] | None = None,
    ) -> dict[str, np.ndarray]:
        """Make some runs, as `CompiledRunner.make` does."""
        block = Recording.empty(self.cast, self._scenario.weeks, len(ids))
        self._play(seed, ids, block, lambda model: None)
        if into:
            into.take(block, at)
        for name, kept in (counts or {}).items():
            kept += count_bins(name, block[name])
        return measured_rows(block, outcomes_of(self._scenario))

    def thoughts(self, seed: int, run: int, into: Recording) -> np.ndarray:
        """Make one run and record it, as `CompiledRunner.thoughts` does."""
        weeks: list[np.ndarray] = []
        self._play(seed, [run], into, lambda model: weeks.append(model.board.block[:, 0].copy()))
        return np.array(weeks).T

    def _play(
        self,
        seed: int,
        ids: Sequence[int] | np.ndarray,
        into: Recording,
        decided: Callable[[EscalationModel], object],
    ) -> None:
        model = EscalationModel(self._scenario, runs=ids, rng=seed)
        for week in range(model.weeks):
            model.deliberate()
            decided(model)
            model.settle()
            for name in into.names:
                into[name][week, : len(ids)] = model.board[name]
            into.acts[:, week, : len(ids)] = model.acts()
        model.__dict__.clear()  # Mesa's models refer to themselves: this frees the board now


# --- compiled programs ---------------------------------------------------------------------------


@cached(LRUCache(MAX_PROGRAMS), key=program_cache_key)
def _kernel_of(scenario: Scenario) -> Kernel | None:
    """Return the compiled model of a scenario's states; None if a rule cannot be traced."""
    from scenario_sim.model.kernel.machine import compiler_id

    key = program_key(scenario, compiler_id())
    try:
        start = measured_start(outcomes_of(scenario))
        return Kernel(scenario.cast, lambda: program_of(scenario), start, key=key)
    except TracingError as error:
        warn_about_numpy(error)
        return None


def compile_shipped() -> str:
    """Compile the shipped model into the cache, and return what runs worlds here."""
    runner_of(load_scenario("status-quo"))
    return engine_description()
