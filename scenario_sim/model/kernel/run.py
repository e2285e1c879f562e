"""Calls the compiled program: blocks of runs, threads, shocks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from scenario_sim.data.states import Cast
from scenario_sim.model.blackboard import WEEKLY_INPUTS
from scenario_sim.model.buffers import coefficient_values
from scenario_sim.model.kernel import cache
from scenario_sim.model.kernel.cache import NOTE
from scenario_sim.model.kernel.writer import LANES
from scenario_sim.model.model import start_rows
from scenario_sim.model.week_inputs import WeekInputs, apply_shock
from scenario_sim.scenario import Scenario

if TYPE_CHECKING:
    from scenario_sim.model.kernel.program import Program

MAX_LANES = 8  # weeks of the prelude are padded to whole vectors


def padded(count: int, to: int = LANES) -> int:
    """Return a count rounded up to whole vectors."""
    return -(-count // to) * to


@dataclass(frozen=True)
class Prepared:
    """A scenario as the program takes it, the same in every run.

    uniform: what is worked out once a week, (weeks, values). start: the state before the first
    week, (states,). shocks: by week, (row of the state, quantity, amount).
    """

    weeks: int
    uniform: np.ndarray
    start: np.ndarray
    shocks: Mapping[int, Sequence[tuple[int, str, float]]]


@dataclass(frozen=True)
class Outputs:
    """Where a call writes weeks. Rows are as long as all runs together, padded to whole blocks.

    recorded: a (weeks, runs) float32 array, or None, for each recorded row. acts: int8 (decision,
    week, run). thought: float64 (row, week, run). counts: int64 (week, bin) for each histogram.
    """

    recorded: Sequence[np.ndarray | None]
    acts: np.ndarray | None = None
    thought: np.ndarray | None = None
    counts: Sequence[np.ndarray] = ()


@dataclass(frozen=True)
class Layout:
    """What a caller has to know of a program: the names of its rows and inputs, in order.

    hoisted: how many values are worked out once a week. lanes: runs of one vector. code: the key of
    its machine code in the cache.
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
        """Return what is to be known of a traced program."""
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

    trace: returns the program; it is not called where `key` finds a program that was kept. start:
    measured rows before the first week, by name; board rows start as the scenario says.
    key: a digest of everything that determines the program (`index.py`); empty to trace it.
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
        layout, blob = _kept(f"{key}-{lanes}") if key else (None, None)
        if layout is None or blob is None:
            layout, blob = _compiled(trace(), lanes)
            if key:
                cache.keep(f"{key}-{lanes}", json.dumps(asdict(layout)).encode(), NOTE)
        self.layout, self.lanes = layout, lanes
        self.state = {name: n for n, name in enumerate(layout.state)}
        code = machine.Code(blob)
        self._prelude = code.function("prelude", "ippp")
        self._run = code.function("run", "iiiiiiiii" + "pppppppp")

    @cached_property
    def _place_of_inputs(self) -> np.ndarray:
        """Where each of the program's week inputs stands among all rows of `WeekInputs`."""
        alternatives = len(self.cast.alternatives)
        names = [*WEEKLY_INPUTS, "week"]
        names += [f"{kind}_{n}" for kind in ("bar", "free", "forced") for n in range(alternatives)]
        row = {name: n for n, name in enumerate(names)}
        return np.array([row[name] for name in self.layout.week_inputs])

    def prepare(self, scenario: Scenario) -> Prepared:
        """Work out what is the same in every run."""
        layout, weeks = self.layout, scenario.weeks
        given = WeekInputs(scenario)
        week = np.arange(weeks, dtype=float)[None]
        every = np.concatenate([given.rows, week, given.bar, given.free, given.forced])
        inputs = np.zeros((len(layout.week_inputs), padded(weeks, MAX_LANES)))
        inputs[:, :weeks] = every[self._place_of_inputs]
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
        return Prepared(weeks, np.ascontiguousarray(out.T[:weeks]), start, shocks)

    def run(
        self, prepared: Prepared, seed: int, ids: np.ndarray, outputs: Outputs, at: int = 0
    ) -> np.ndarray:
        """Make all weeks of some runs, and return the state after the last one, (states, runs).

        ids: run ids, (runs,). at: where these runs stand in the rows of `outputs`, a multiple of
        LANES. The call lets go of Python's lock.
        """
        runs = padded(len(ids))
        block_ids = np.resize(ids, runs).astype(np.int64)
        state = np.empty((len(prepared.start), runs))
        state[:] = prepared.start[:, None]
        recorded = _addresses(outputs.recorded, at)
        stride = next((r.shape[-1] for r in outputs.recorded if r is not None), runs)
        acts = _address(outputs.acts, at)
        thought = _address(outputs.thought, at)
        counts = _addresses(outputs.counts) if outputs.counts else None
        sizes = np.array([c.shape[1] for c in outputs.counts], np.int64)
        edges = sorted({0, prepared.weeks, *(w for w in prepared.shocks if w < prepared.weeks)})
        for first, end in pairwise(edges):
            for row, quantity, amount in prepared.shocks.get(first, ()):
                state[row] = apply_shock(quantity, state[row], amount)
            self._run(
                *(first, end, 0, runs, len(ids), stride, runs, prepared.weeks, seed),
                *map(_address, (block_ids, prepared.uniform, state, recorded)),
                *(acts, thought, _address(counts), _address(sizes)),
            )
        return state[:, : len(ids)]


def _compiled(program: Program, lanes: int) -> tuple[Layout, bytes]:
    """Return a program's layout and machine code, which is kept under a hash of its IR."""
    from scenario_sim.model.kernel.llvm import module_text
    from scenario_sim.model.kernel.machine import compile_object, compiler_id

    text = module_text(program, lanes)
    key = hashlib.sha256(f"{text}\n{compiler_id()}".encode()).hexdigest()[:32]
    return Layout.of(program, lanes, key), cache.cached(key, lambda: compile_object(text))


def _kept(key: str) -> tuple[Layout | None, bytes | None]:
    """Return the layout and machine code that were kept under a key, if both are there and whole."""
    note = cache.found(key, NOTE)
    if note is None:
        return None, None
    try:
        layout = Layout(**json.loads(note))
    except (ValueError, TypeError):
        cache.log.warning("the note %s is of another program; the model is traced again", key)
        return None, None
    return layout, cache.found(layout.code)


def _address(array: np.ndarray | None, at: int = 0) -> int | None:
    return None if array is None else array.ctypes.data + at * array.itemsize


def _addresses(arrays: Sequence[np.ndarray | None], at: int = 0) -> np.ndarray:
    return np.array([_address(array, at) or 0 for array in arrays], np.uint64)
