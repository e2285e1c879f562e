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

import numpy as np

from scenario_sim.data.enums import CHOICE_DRAWS, DRAWS, PERCEPTION_DRAWS, STRIDE
from scenario_sim.errors import Problem, ScenarioError
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


def check_seed(seed) -> int:
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


def draw_positions(extra: Sequence[str]) -> dict[str, int]:
    """Return the row of each draw within a week: the registry's draws, then those of data files.

    extra: draws of actions that a data file adds.
    """
    positions = {name: n for n, name in enumerate(DRAWS)}
    return positions | {name: STRIDE + n for n, name in enumerate(extra)}


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


def philox(counter, key):
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


def uniform(word):
    """Return a uniform number in (0, 1), double precision: (word + 1/2) / 2**32.

    word: a 32-bit word as a double. The result is never 0 or 1.
    """
    return (word + 0.5) * 2.0**-32


def normal(word):
    """Return standard normal noise from a 32-bit word as a double."""
    return normal_quantile(uniform(word))


def gumbel(word):
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
    extra : tuple of str
        Draws of actions that a data file adds. They use later counters, so no other draw changes.
    """

    def __init__(self, seed: int, runs: np.ndarray, extra: tuple[str, ...] = ()):
        self._place = draw_positions(extra)
        self._extra = len(extra)
        blocks = [*range(-(-len(DRAWS) // WORDS_PER_BLOCK))]
        blocks += [(STRIDE + n) // WORDS_PER_BLOCK for n in range(0, self._extra, WORDS_PER_BLOCK)]
        self._blocks = np.array(blocks, np.uint64)[:, None]
        ids = runs.astype(np.uint64)
        self._low, self._high = ids & np.uint64(WORD_MASK), ids >> np.uint64(32)
        self._key = (np.uint64(seed & WORD_MASK), np.uint64(seed >> 32))

    def places(self, names: Sequence[str]) -> list[int]:
        """Return the rows of draws within a week, by name."""
        return [self._place[name] for name in names]

    def week(self, week: int) -> np.ndarray:
        """Return all draws of a week, (rows, runs).

        Rows of choices hold Gumbel noise, rows of perceptions normal noise, all others uniforms.
        """
        counter = (self._low, self._blocks, np.uint64(week), self._high)
        words = np.stack(np.broadcast_arrays(*philox(counter, self._key)), axis=1)
        registry_blocks = -(-len(DRAWS) // WORDS_PER_BLOCK)
        rows = np.zeros(
            (STRIDE + WORDS_PER_BLOCK * (len(self._blocks) - registry_blocks), words.shape[2])
        )
        registry = words[:registry_blocks].reshape(-1, words.shape[2])
        rows[:GUMBEL_COUNT] = gumbel(_signed(registry[:GUMBEL_COUNT]))
        rows[GUMBEL_COUNT : GUMBEL_COUNT + NORMAL_COUNT] = normal(
            registry[GUMBEL_COUNT : GUMBEL_COUNT + NORMAL_COUNT].astype(float)
        )
        events = slice(GUMBEL_COUNT + NORMAL_COUNT, len(DRAWS))
        rows[events] = uniform(registry[events].astype(float))
        rows[STRIDE:] = gumbel(_signed(words[registry_blocks:].reshape(-1, words.shape[2])))
        return rows


def _signed(words: np.ndarray) -> np.ndarray:
    return words.astype(np.uint32).view(np.int32)
