"""Luck: one uniform per (seed, run, week, draw), by counting instead of by remembering.

Philox (Salmon et al. 2011) is keyed by (seed, week); run `i` starts `i * STRIDE` words on. So a
run's luck depends on nothing but its own number: not on how many runs stand beside it, not on
the block or the process, not on what any lever did before.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.vocabulary import CHOICE_DRAWS, DRAWS, PERCEPTION_DRAWS, STRIDE

LARGEST_SEED = 2**63 - 1
MOST_RUNS = 2**40
_ANNEX = 2**40  # weeks stay far below: an annex is a block of luck under keys of its own
_FLOOR = 2.0**-54  # half of the smallest step of a uniform: keeps the logarithm finite


def run_ids(runs: int | Sequence[int] | np.ndarray) -> np.ndarray:
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


def uniforms(seed: int, week: int, runs: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Uniforms in [0, 1) of one week: (runs, STRIDE). `runs` are run ids, any order."""
    if out is None:
        out = np.empty((runs.size, STRIDE))
    breaks = np.flatnonzero(np.diff(runs) != 1) + 1
    for first, end in zip([0, *breaks], [*breaks, runs.size], strict=True):
        bits = np.random.Philox(key=np.array([seed, week], dtype=np.uint64))
        bits.advance(int(runs[first]) * STRIDE // 4)
        np.random.Generator(bits).random(out=out[first:end])
    return out


def to_gumbel(uniform: np.ndarray) -> None:
    """Turn uniforms into standard Gumbel noise, in place: added to utilities, with the largest sum
    taken, it makes a logit choice."""
    np.maximum(uniform, _FLOOR, out=uniform)
    for _ in range(2):
        np.log(uniform, out=uniform)
        np.negative(uniform, out=uniform)


class Luck:
    """The luck of one ensemble, handed out week by week as rows by draw name.

    seed: 0 .. 2**63-1. runs: run ids, (n,). weeks: how many will be asked for. Names that the
    registry does not hold (actions a data file adds) get rows of an annex, so that they leave
    everybody else's luck alone.
    """

    cache_bytes = 160_000_000  # about 1,000 runs of 200 weeks: a lever redraws without new luck
    _cache: OrderedDict[tuple, np.ndarray] = OrderedDict()
    _cached_bytes = 0
    _lock = Lock()

    def __init__(self, seed: int, runs: np.ndarray, weeks: int, extra: tuple[str, ...] = ()):
        self.seed, self.runs = seed, runs
        self.annexes = -(-len(extra) // STRIDE)
        self.row = {name: row for row, name in enumerate(DRAWS)}
        self.row |= {name: STRIDE + row for row, name in enumerate(extra)}
        shape = ((1 + self.annexes) * STRIDE, runs.size)
        self._name = hashlib.sha256(runs.tobytes()).digest()
        self._keep = 8 * shape[0] * shape[1] * weeks <= self.cache_bytes
        self._words = np.empty((runs.size, STRIDE))
        self._own = np.empty(shape)  # reused week after week where there is too much to keep

    def week(self, week: int) -> np.ndarray:
        """(rows, runs), read-only until the next call: Gumbel noise in the rows of choices, normal
        noise in those of perceptions, uniforms in the others."""
        if not self._keep:
            return self._draw(week, self._own)
        key = (self.seed, week, self.annexes, self._name)
        with Luck._lock:
            if key in Luck._cache:
                Luck._cache.move_to_end(key)
                return Luck._cache[key]
        block = self._draw(week, np.empty_like(self._own))
        block.flags.writeable = False
        with Luck._lock:
            if key not in Luck._cache:
                Luck._cache[key] = block
                Luck._cached_bytes += block.nbytes
            while Luck._cached_bytes > Luck.cache_bytes:
                Luck._cached_bytes -= Luck._cache.popitem(last=False)[1].nbytes
        return block

    def _draw(self, week: int, block: np.ndarray) -> np.ndarray:
        from scipy.special import ndtri  # slow to load, and light commands draw nothing

        choices, perceptions = len(CHOICE_DRAWS), len(CHOICE_DRAWS) + len(PERCEPTION_DRAWS)
        block[:STRIDE] = uniforms(self.seed, week, self.runs, self._words).T
        to_gumbel(block[:choices])
        noise = block[choices:perceptions]
        ndtri(np.maximum(noise, _FLOOR, out=noise), out=noise)
        for annex in range(1, self.annexes + 1):
            rows = block[annex * STRIDE : (annex + 1) * STRIDE]
            rows[...] = uniforms(self.seed, week + annex * _ANNEX, self.runs, self._words).T
            to_gumbel(rows)
        return block
