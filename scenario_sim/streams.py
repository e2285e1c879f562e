"""Luck: one uniform per (seed, run, week, draw), by counting instead of by remembering.

Philox (Salmon et al. 2011) is keyed by (seed, week); run `i` starts `i * STRIDE` words on. So a
run's luck depends on nothing but its own number: not on how many runs stand beside it, not on
the block or the process, not on what any lever did before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.vocabulary import CHOICE_DRAWS, DRAWS, STRIDE

LARGEST_SEED = 2**63 - 1
MOST_RUNS = 2**40
_ANNEX = 2**40  # weeks stay far below: an annex is a block of luck under keys of its own
_FLOOR = 2.0**-54  # half of the smallest step of a uniform: keeps the logarithm finite


def run_ids(runs: int | Sequence[int]) -> np.ndarray:
    """Run ids as an array: `runs` is how many (from 0 on), or the ids themselves.

    Raises ScenarioError unless there is at least one and every id is within 0 .. 2**40-1.
    """
    if isinstance(runs, (int, np.integer)) and not isinstance(runs, bool):
        if 1 <= runs <= MOST_RUNS:
            return np.arange(runs, dtype=np.int64)
        problem = f"{runs} is outside 1 to 2**40; 1000 is a good number"
    elif isinstance(runs, (Sequence, np.ndarray)) and not isinstance(runs, (str, bytes)):
        ids = np.asarray(runs)
        if ids.ndim == 1 and ids.size and ids.dtype.kind in "iu":
            if ids.min() >= 0 and ids.max() < MOST_RUNS:
                return ids.astype(np.int64)
            problem = "a run id is outside 0 to 2**40-1"
        else:
            problem = "give a whole number, or a list of run ids with at least one"
    else:
        problem = f"{runs!r} is neither a whole number nor a list of run ids"
    raise ScenarioError([Problem("runs", problem)], "these runs cannot be made")


def uniforms(seed: int, week: int, runs: np.ndarray) -> np.ndarray:
    """Uniforms in [0, 1) of one week: (STRIDE, runs). `runs` are run ids, any order."""
    out = np.empty((STRIDE, runs.size))
    breaks = np.flatnonzero(np.diff(runs) != 1) + 1
    for stretch in np.split(np.arange(runs.size), breaks):
        bits = np.random.Philox(key=np.array([seed, week], dtype=np.uint64))
        bits.advance(int(runs[stretch[0]]) * STRIDE // 4)
        draws = np.random.Generator(bits).random((stretch.size, STRIDE))
        out[:, stretch[0] : stretch[-1] + 1] = draws.T
    return out


def gumbel(uniform: np.ndarray) -> np.ndarray:
    """Standard Gumbel noise: adding it to utilities and taking the largest is a logit choice."""
    return -np.log(-np.log(np.maximum(uniform, _FLOOR)))


class Luck:
    """The luck of one ensemble, handed out week by week as rows by draw name.

    seed: 0 .. 2**63-1. runs: run ids, (n,). Names that the registry does not hold (actions a
    data file adds) get rows of an annex, so that they leave everybody else's luck alone.
    `copies` repeats the luck for as many scenarios that run side by side in one vector.
    """

    cache_bytes = 160_000_000  # about 1,000 runs of 200 weeks: a lever redraws without new luck
    _cache: OrderedDict[tuple, np.ndarray] = OrderedDict()
    _cached_bytes = 0
    _lock = Lock()

    def __init__(self, seed: int, runs: np.ndarray, extra: tuple[str, ...] = (), copies: int = 1):
        self.seed, self.runs, self.copies = seed, runs, copies
        self._runs_key = runs.tobytes()
        self.annexes = -(-len(extra) // STRIDE)
        self.row = {name: row for row, name in enumerate(DRAWS)}
        self.row |= {name: STRIDE + row for row, name in enumerate(extra)}

    def week(self, week: int) -> np.ndarray:
        """(rows, copies * runs): Gumbel noise in the choices' rows, uniforms in the others'."""
        own = self._own(week)
        return own if self.copies == 1 else np.tile(own, (1, self.copies))

    def _own(self, week: int) -> np.ndarray:
        key = (self.seed, week, self.annexes, self._runs_key)
        with Luck._lock:
            if key in Luck._cache:
                Luck._cache.move_to_end(key)
                return Luck._cache[key]
        block = self._draw(week)
        with Luck._lock:
            if key not in Luck._cache and block.nbytes <= Luck.cache_bytes // 8:
                Luck._cache[key] = block
                Luck._cached_bytes += block.nbytes
            while Luck._cached_bytes > Luck.cache_bytes:
                Luck._cached_bytes -= Luck._cache.popitem(last=False)[1].nbytes
        return block

    def _draw(self, week: int) -> np.ndarray:
        block = uniforms(self.seed, week, self.runs)
        block[: len(CHOICE_DRAWS)] = gumbel(block[: len(CHOICE_DRAWS)])
        for annex in range(1, self.annexes + 1):
            more = uniforms(self.seed, week + annex * _ANNEX, self.runs)
            block = np.concatenate([block, gumbel(more)])
        block.flags.writeable = False
        return block
