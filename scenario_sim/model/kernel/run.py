"""Call the compiled program: blocks of runs, and shocks between weeks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from scenario_sim.data.states import Cast
from scenario_sim.model.blackboard import WEEKLY_INPUTS
from scenario_sim.model.kernel import cache
from scenario_sim.model.kernel.cache import NOTE_SUFFIX
from scenario_sim.model.kernel.writer import LANES
from scenario_sim.model.week_inputs import (
    WeekInputs,
    apply_shock,
    coefficient_values,
    start_rows,
)
from scenario_sim.scenario import Scenario

if TYPE_CHECKING:
    from scenario_sim.model.kernel.program import Program

MAX_LANES = 8  # weeks of the prelude are padded to whole vectors


def padded(count: int, to: int = LANES) -> int:
    """Return a count rounded up to whole vectors."""
    return -(-count // to) * to


@dataclass(frozen=True)
class PreparedScenario:
    """A scenario in the form that the program takes, the same for every run.

    Attributes
    ----------
    weeks : int
    uniform : ndarray, shape (weeks, values)
        Values that are the same in every run.
    start : ndarray, shape (states,)
        The state before the first week.
    shocks : mapping of int to sequence
        By week: (row of the state, quantity, amount).
    """

    weeks: int
    uniform: np.ndarray
    start: np.ndarray
    shocks: Mapping[int, Sequence[tuple[int, str, float]]]


@dataclass(frozen=True)
class Outputs:
    """The arrays that a call writes. Rows hold all runs, padded to whole blocks.

    Attributes
    ----------
    recorded : sequence of ndarray of float32, shape (weeks, runs), or None
        One for each recorded row.
    acts : ndarray of int8, shape (decisions, weeks, runs), or None
    thought : ndarray of float64, shape (rows, weeks, runs), or None
        The blackboard of each week after the states decided.
    counts : sequence of ndarray of int64, shape (weeks, bins)
        One for each histogram, or none.
    """

    recorded: Sequence[np.ndarray | None]
    acts: np.ndarray | None = None
    thought: np.ndarray | None = None
    counts: Sequence[np.ndarray] = ()


@dataclass(frozen=True)
class Layout:
    """The names of a program's rows and inputs, in the order in which a caller passes them.

    hoisted: the number of values that are computed once a week. lanes: runs in a vector. code: the
    key of its machine code in the cache.
    """

    state: Sequence[str]
    recorded: Sequence[str]
    thought: Sequence[str]
    coefficients: Sequence[str]
    week_inputs: Sequence[str]
    hoisted: int
    lanes: int
    code: str

    @classmethod
    def of(cls, program: Program, lanes: int, code: str) -> Layout:
        """Return the layout of a traced program."""
        return cls(
            state=list(program.state),
            recorded=list(program.trace.recorded),
            thought=list(program.trace.thought),
            coefficients=program.coefficients,
            week_inputs=program.week_inputs,
            hoisted=len(program.hoisted),
            lanes=lanes,
            code=code,
        )


class Kernel:
    """The compiled program of one cast of states.

    Parameters
    ----------
    cast : Cast
    trace : callable
        Returns the program. It is not called if `key` finds a cached program.
    start : mapping of str to float
        Measured rows before the first week. Rows of the blackboard start as the scenario says.
    lanes : int, optional
        Runs in a vector of doubles. The default is what the processor holds.
    key : str
        A digest of everything that determines the program (`index.py`); empty to trace it.
    """

    def __init__(
        self,
        cast: Cast,
        trace: Callable[[], Program],
        start: Mapping[str, float],
        lanes: int | None = None,
        key: str = "",
    ):
        from scenario_sim.model.kernel import machine  # a system without llvmlite gets this far

        self.cast, self._measured = cast, start
        lanes = lanes or machine.vector_lanes()
        layout, blob = _read_from_cache(f"{key}-{lanes}") if key else (None, None)
        if layout is None or blob is None:
            layout, blob = _compile(trace(), lanes)
            if key:
                cache.write(f"{key}-{lanes}", json.dumps(asdict(layout)).encode(), NOTE_SUFFIX)
        self.layout, self.lanes = layout, lanes
        self.state = {name: n for n, name in enumerate(layout.state)}
        code = machine.MachineCode(blob)
        self._prelude = code.function("prelude", "ippp")
        self._run = code.function("run", "iiiiiiiii" + "pppppppp")

    def _place_of_inputs(self, reactions: Sequence[str]) -> np.ndarray:
        """Return the place of each of the program's week inputs among all rows of `WeekInputs`."""
        alternatives = len(self.cast.alternatives)
        names = [*WEEKLY_INPUTS, "week"]
        names += [f"{kind}_{n}" for kind in ("bar", "free", "forced") for n in range(alternatives)]
        names += reactions
        row = {name: n for n, name in enumerate(names)}
        return np.array([row[name] for name in self.layout.week_inputs])

    def prepare(self, scenario: Scenario) -> PreparedScenario:
        """Compute the values of a scenario that are the same in every run."""
        layout, weeks = self.layout, scenario.weeks
        given = WeekInputs(scenario)
        week = np.arange(weeks, dtype=float)[None]
        own = np.array(list(given.reactions.values()), float)[:, None] * np.ones(weeks)
        every = np.concatenate([given.rows, week, given.bar, given.free, given.forced, own])
        inputs = np.zeros((len(layout.week_inputs), padded(weeks, MAX_LANES)))
        inputs[:, :weeks] = every[self._place_of_inputs(list(given.reactions))]
        inputs[:, weeks:] = inputs[:, weeks - 1 : weeks]
        values = coefficient_values(scenario)
        coefficients = np.array([values[name] for name in layout.coefficients], float)
        out = np.empty((layout.hoisted, inputs.shape[1]))
        self._prelude(inputs.shape[1], *map(_address, (coefficients, inputs, out)))
        start = np.zeros(len(self.state))
        for name, value in (start_rows(scenario) | dict(self._measured)).items():
            if name in self.state:
                start[self.state[name]] = value
        shocks = {
            week: [(self.state[row], row, amount) for row, amount in those if row in self.state]
            for week, those in given.shocks.items()
        }
        return PreparedScenario(weeks, np.ascontiguousarray(out.T[:weeks]), start, shocks)

    def run(
        self,
        prepared: PreparedScenario,
        seed: int,
        ids: np.ndarray,
        outputs: Outputs,
        at: int = 0,
        weeks: tuple[int, int] | None = None,
        state: np.ndarray | None = None,
    ) -> np.ndarray:
        """Simulate all weeks of some runs, or some weeks. The call releases Python's lock.

        Parameters
        ----------
        prepared : PreparedScenario
        seed : int
        ids : ndarray, shape (runs,)
            Run ids.
        outputs : Outputs
            Arrays to fill.
        at : int
            The offset of these runs in the rows of `outputs`, a multiple of LANES.
        weeks : (int, int), optional
            The first week to simulate, and the one before which to stop.
        state : ndarray, shape (states, runs), optional
            The state before the first of these weeks. The default is the scenario's start.

        Returns
        -------
        ndarray, shape (states, runs)
            The state after the last week.
        """
        begin, stop = weeks or (0, prepared.weeks)
        runs = padded(len(ids))
        block_ids = np.resize(ids, runs).astype(np.int64)
        if state is None:
            state = np.repeat(prepared.start[:, None], runs, axis=1)
        else:
            state = np.ascontiguousarray(state[:, np.resize(np.arange(len(ids)), runs)])
        recorded = _addresses(outputs.recorded, at)
        stride = next((r.shape[-1] for r in outputs.recorded if r is not None), runs)
        acts = _address(outputs.acts, at)
        thought = _address(outputs.thought, at)
        counts = _addresses(outputs.counts) if outputs.counts else None
        sizes = np.array([c.shape[1] for c in outputs.counts], np.int64)
        edges = sorted({begin, stop, *(w for w in prepared.shocks if begin <= w < stop)})
        for first, end in pairwise(edges):
            for row, quantity, amount in prepared.shocks.get(first, ()):
                state[row] = apply_shock(quantity, state[row], amount)
            self._run(
                *(first, end, 0, runs, len(ids), stride, runs, prepared.weeks, seed),
                *map(_address, (block_ids, prepared.uniform, state, recorded)),
                *(acts, thought, _address(counts), _address(sizes)),
            )
        return state[:, : len(ids)]


def _compile(program: Program, lanes: int) -> tuple[Layout, bytes]:
    """Return a program's layout and machine code, which is cached under a hash of its IR."""
    from scenario_sim.model.kernel.llvm import module_text
    from scenario_sim.model.kernel.machine import compile_object, compiler_id

    text = module_text(program, lanes)
    key = hashlib.sha256(f"{text}\n{compiler_id()}".encode()).hexdigest()[:32]
    return Layout.of(program, lanes, key), cache.read_or_compute(key, lambda: compile_object(text))


def _read_from_cache(key: str) -> tuple[Layout | None, bytes | None]:
    """Return the cached layout and machine code of a key, if both are present and whole."""
    note = cache.read(key, NOTE_SUFFIX)
    if note is None:
        return None, None
    try:
        layout = Layout(**json.loads(note))
    except (ValueError, TypeError):
        cache.log.warning("the note %s is of another program; the model is traced again", key)
        return None, None
    return layout, cache.read(layout.code)


def _address(array: np.ndarray | None, at: int = 0) -> int | None:
    return None if array is None else array.ctypes.data + at * array.itemsize


def _addresses(arrays: Sequence[np.ndarray | None], at: int = 0) -> np.ndarray:
    return np.array([_address(array, at) or 0 for array in arrays], np.uint64)
