"""Random draws from a counter-based generator: one number per (seed, run, week, draw).

Philox4x32-10 turns a counter and a key into four 32-bit words. The key is the seed; the counter
holds run, week and draw. So a run's draws depend on its own number alone: not on the runs beside
it, the block, the thread, or earlier effects of a lever.

These functions work on arrays and on traced symbols. The compiled kernel is traced from them and
gives the same bits. Multiplications are of 32 bits, and the noise of choices is single precision:
vector instructions are fastest at those.

References
----------
Salmon, J. K. et al. (2011). Parallel random numbers: as easy as 1, 2, 3. SC '11.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from scenario_sim.data.enums import CHOICE_DRAWS, DRAWS, PERCEPTION_DRAWS, STRIDE
from scenario_sim.data.states import Cast
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.model.measures import RowLike
from scenario_sim.model.special_functions import log_split_single, normal_quantile, split_single

MAX_SEED = 2**63 - 1
MAX_RUNS = 2**40
ROUNDS = 10
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)  # Weyl sequence: golden ratio, sqrt(3) - 1
WORD_MASK = 0xFFFFFFFF
WORDS_PER_BLOCK = 4
HALF_STEP, STEP = np.float32(2.0**-33), np.float32(2.0**-32)
GUMBEL_COUNT, NORMAL_COUNT = len(CHOICE_DRAWS), len(PERCEPTION_DRAWS)
NEW_PERCEPTIONS_BLOCK = 2**16  # counter block from which perceptions of added states draw


def check_seed(seed: Any) -> int:
    """Return a seed as an int.

    Raises
    ------
    ScenarioError
        If it is not a whole number from 0 to 2**63-1.
    """
    whole = isinstance(seed, (int, np.integer)) and not isinstance(seed, bool)
    if not whole or not 0 <= seed <= MAX_SEED:
        text = f"takes a whole number from 0 to 2**63-1, not {seed!r}"
        raise ScenarioError([Problem("seed", text)], "there is no such seed")
    return int(seed)


@dataclass(frozen=True)
class DrawLayout:
    """Rows of the draws of a week: the registry's, then those of data files.

    Added draws have counters of their own, so an added act or state changes no other draw.

    Attributes
    ----------
    choices, perceptions : tuple of str
        Draws that the registry lacks: of actions, and of states that perceive a threat.
    """

    choices: tuple[str, ...] = ()
    perceptions: tuple[str, ...] = ()

    @staticmethod
    def of(cast: Cast) -> DrawLayout:
        """Return the layout of the states of a scenario."""
        return DrawLayout(cast.new_draws, cast.new_perceptions)

    @property
    def first_perception(self) -> int:
        """Return the row of the first added perception."""
        return STRIDE + _whole_blocks(len(self.choices)) * WORDS_PER_BLOCK

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return self.first_perception + _whole_blocks(len(self.perceptions)) * WORDS_PER_BLOCK

    @cached_property
    def positions(self) -> dict[str, int]:
        """Return the row of each draw, by name."""
        return {
            **{name: n for n, name in enumerate(DRAWS)},
            **{name: STRIDE + n for n, name in enumerate(self.choices)},
            **{name: self.first_perception + n for n, name in enumerate(self.perceptions)},
        }

    @property
    def blocks(self) -> tuple[tuple[int, int, int], ...]:
        """Return spans of blocks: the first, the end, and the counter of the first."""
        added, perceptions, end = (
            row // WORDS_PER_BLOCK for row in (STRIDE, self.first_perception, self.rows)
        )
        return (
            (0, _whole_blocks(len(DRAWS)), 0),
            (added, perceptions, added),
            (perceptions, end, NEW_PERCEPTIONS_BLOCK),
        )

    @property
    def gumbel(self) -> tuple[range, ...]:
        """Return the rows of choices, which are Gumbel noise."""
        return range(GUMBEL_COUNT), range(STRIDE, self.first_perception)

    @property
    def normal(self) -> tuple[range, ...]:
        """Return the rows of perceptions, which are normal noise. All others are uniforms."""
        own = range(self.first_perception, self.rows)
        return range(GUMBEL_COUNT, GUMBEL_COUNT + NORMAL_COUNT), own


def _whole_blocks(rows: int) -> int:
    return -(-rows // WORDS_PER_BLOCK)


def run_ids(runs: int | Sequence[int] | np.ndarray) -> np.ndarray:
    """Return run ids as an array of int64, (runs,).

    Parameters
    ----------
    runs : int or sequence of int
        The number of runs, whose ids start at 0, or the ids themselves.

    Raises
    ------
    ScenarioError
        If there is no run, or an id is outside 0 .. 2**40-1.

    Examples
    --------
    >>> run_ids(3)
    array([0, 1, 2])
    """
    if isinstance(runs, (int, np.integer)) and not isinstance(runs, bool):
        if 1 <= runs <= MAX_RUNS:
            return np.arange(runs, dtype=np.int64)
        problem = f"{runs} is outside 1 to 2**40; 1000 is a good number"
    elif isinstance(runs, (Sequence, np.ndarray)) and not isinstance(runs, (str, bytes)):
        ids = np.asarray(runs)
        if ids.ndim == 1 and ids.size and ids.dtype.kind in "iu":
            if ids.min() >= 0 and ids.max() < MAX_RUNS:
                return ids.astype(np.int64)
            problem = "a run id is outside 0 to 2**40-1"
        else:
            problem = "give a whole number, or a list of run ids with at least one"
    else:
        problem = f"{runs!r} is neither a whole number nor a list of run ids"
    raise ScenarioError([Problem("runs", problem)], "these runs cannot be made")


# --- words, and what is made of them -----------------------------------------------------------------


def philox(counter: Sequence[RowLike], key: Sequence[RowLike]) -> tuple[RowLike, ...]:
    """Return four 32-bit words from a counter and a key: Philox4x32-10.

    Parameters
    ----------
    counter, key : sequence of four, and of two, arrays or symbols
        Words, as 64-bit integers below 2**32.
    """
    a, b, c, d = counter
    for n in range(ROUNDS):
        first, second = (
            (k + (step * n & WORD_MASK)) & WORD_MASK for k, step in zip(key, KEY_STEPS, strict=True)
        )
        left, right = a * MULTIPLIERS[0], c * MULTIPLIERS[1]
        a, b, c, d = (
            (right >> 32) ^ b ^ first,
            right & WORD_MASK,
            (left >> 32) ^ d ^ second,
            left & WORD_MASK,
        )
    return a, b, c, d


def uniform(word: RowLike) -> RowLike:
    """Return a uniform number in (0, 1), double precision: (word + 1/2) / 2**32.

    word: a 32-bit word as a double. The result is never 0 or 1.
    """
    return (word + 0.5) * 2.0**-32


def normal(word: RowLike) -> RowLike:
    """Return standard normal noise from a 32-bit word as a double."""
    return normal_quantile(uniform(word))


def gumbel(word: RowLike) -> RowLike:
    """Return standard Gumbel noise, -log(-log(u)), single precision.

    Taking the largest of utility plus Gumbel noise is a logit choice. u is (word + 1/2) / 2**32 of
    the unsigned word. Where u is above one half, its logarithm is computed from 1 - u, which single
    precision holds more exactly.

    Parameters
    ----------
    word : array of int32, or symbol
        32-bit words.
    """
    upper = word < 0  # then the unsigned word is 2**31 or more, and u is above one half
    share = word.astype(np.float32) * STEP  # u, or u - 1 where u is above one half
    below_one = share + HALF_STEP
    near_one = upper & (share > np.float32(-0.29))
    m, k = split_single(share + np.where(upper, np.float32(1), HALF_STEP))
    m, k = np.where(near_one, below_one, m), np.where(near_one, np.float32(0), k)
    return -log_split_single(*split_single(-log_split_single(m, k)))


class RandomDraws:
    """The draws of some runs, week by week, as NumPy arrays.

    Parameters
    ----------
    seed : int
        0 .. 2**63-1.
    runs : ndarray of int64, shape (runs,)
        Run ids.
    layout : DrawLayout
        Rows of the draws; without it, those of the registry alone.
    """

    def __init__(self, seed: int, runs: np.ndarray, layout: DrawLayout = DrawLayout()):
        self._layout = layout
        spans = [(range(a, b), range(n, n + b - a)) for a, b, n in layout.blocks]
        self._blocks = np.array([n for _, counters in spans for n in counters], np.uint64)[:, None]
        self._block_rows = np.array([block for blocks, _ in spans for block in blocks])
        ids = runs.astype(np.uint64)
        self._low, self._high = ids & np.uint64(WORD_MASK), ids >> np.uint64(32)
        self._key = (np.uint64(seed & WORD_MASK), np.uint64(seed >> 32))

    def places(self, names: Sequence[str]) -> list[int]:
        """Return the rows of draws within a week, by name."""
        return [self._layout.positions[name] for name in names]

    def week(self, week: int) -> np.ndarray:
        """Return all draws of a week, (rows, runs).

        Rows of choices hold Gumbel noise, rows of perceptions normal noise, all others uniforms.
        """
        counter = (self._low, self._blocks, np.uint64(week), self._high)
        words = np.stack(np.broadcast_arrays(*philox(counter, self._key)), axis=1)
        blocks = np.zeros((self._layout.rows // WORDS_PER_BLOCK, *words.shape[1:]))
        blocks[self._block_rows] = words
        rows = blocks.reshape(self._layout.rows, -1)
        events = slice(GUMBEL_COUNT + NORMAL_COUNT, len(DRAWS))
        rows[events] = uniform(rows[events])
        rows[len(DRAWS) : STRIDE] = 0
        for choices in map(_as_slice, self._layout.gumbel):
            rows[choices] = gumbel(rows[choices].astype(np.uint32).view(np.int32))
        for perceptions in map(_as_slice, self._layout.normal):
            rows[perceptions] = normal(rows[perceptions])
        return rows


def _as_slice(rows: range) -> slice:
    return slice(rows.start, rows.stop)
