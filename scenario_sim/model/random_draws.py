"""Random draws by counting: one number per (seed, run, week, draw).

Philox4x32-10 (Salmon et al. 2011) turns a counter and a key into four 32-bit words. The key is the
seed; the counter holds run, week and draw. So a run's draws depend on nothing but its own number:
not on the runs beside it, nor on the block, the thread, or what a lever did before.

Everything here is arithmetic that arrays and traced symbols both understand: the compiled kernel is
traced from these functions, and gives the same bits. Multiplications are of 32 bits, and the
noise of choices is single precision, because a vector machine makes those fastest.
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
    """Return a seed as an int. Raises ScenarioError unless it is a whole number of 0 .. 2**63-1."""
    whole = isinstance(seed, (int, np.integer)) and not isinstance(seed, bool)
    if not whole or not 0 <= seed <= MAX_SEED:
        text = f"takes a whole number from 0 to 2**63-1, not {seed!r}"
        raise ScenarioError([Problem("seed", text)], "there is no such seed")
    return int(seed)


def draw_positions(extra: Sequence[str]) -> dict[str, int]:
    """Return where each draw stands among the rows of a week: the registry's, then data files'."""
    known = {name: n for n, name in enumerate(DRAWS)}
    return known | {name: STRIDE + n for n, name in enumerate(extra)}


def run_ids(runs: int | Sequence[int] | np.ndarray) -> np.ndarray:
    """Return run ids as an array: `runs` is how many (from 0 on), or the ids themselves.

    Raises ScenarioError unless there is at least one and every id is within 0 .. 2**40-1.
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
    """Return four 32-bit words from a counter of four and a key of two: Philox4x32-10.

    Words are 64-bit integers below 2**32, arrays or symbols.
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
    """Return a uniform in (0, 1), double precision: (word + 1/2) / 2**32, never 0 or 1.

    word: a 32-bit word as a double.
    """
    return (word + 0.5) * 2.0**-32


def normal(word):
    """Return standard normal noise from a 32-bit word as a double."""
    return normal_quantile(uniform(word))


def gumbel(word):
    """Return standard Gumbel noise, -log(-log(u)), single precision.

    word: 32-bit words, signed int32. Added to utilities, with the largest sum taken, it makes a
    logit choice. u is (word + 1/2) / 2**32 of the unsigned word. Above one half its logarithm is
    worked out from 1 - u, which single precision holds exactly enough.
    """
    upper = word < 0  # the unsigned word is 2**31 or more: u above one half
    share = word.astype(np.float32) * STEP  # u, or u - 1 above one half
    below_one = share + HALF_STEP
    near_one = upper & (share > np.float32(-0.29))
    m, k = split_single(share + np.where(upper, np.float32(1), HALF_STEP))
    m, k = np.where(near_one, below_one, m), np.where(near_one, np.float32(0), k)
    return -log_split_single(*split_single(-log_split_single(m, k)))


class RandomDraws:
    """The draws of some runs, week by week, as NumPy arrays.

    seed: 0 .. 2**63-1. runs: run ids, (runs,). extra: draws that the registry does not hold, for
    actions that a data file adds. They use later counters, so no other draw changes.
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
        """Return where draws stand among the rows of a week."""
        return [self._place[name] for name in names]

    def week(self, week: int) -> np.ndarray:
        """Return all draws of a week, (rows, runs).

        Gumbel noise in the rows of choices, normal noise in those of perceptions, else uniforms.
        """
        counter = (self._low, self._blocks, np.uint64(week), self._high)
        words = np.stack(np.broadcast_arrays(*philox(counter, self._key)), axis=1)
        known = -(-len(DRAWS) // WORDS_PER_BLOCK)
        rows = np.zeros((STRIDE + WORDS_PER_BLOCK * (len(self._blocks) - known), words.shape[2]))
        drawn = words[:known].reshape(-1, words.shape[2])
        rows[:GUMBEL_COUNT] = gumbel(_signed(drawn[:GUMBEL_COUNT]))
        rows[GUMBEL_COUNT : GUMBEL_COUNT + NORMAL_COUNT] = normal(
            drawn[GUMBEL_COUNT : GUMBEL_COUNT + NORMAL_COUNT].astype(float)
        )
        events = slice(GUMBEL_COUNT + NORMAL_COUNT, len(DRAWS))
        rows[events] = uniform(drawn[events].astype(float))
        rows[STRIDE:] = gumbel(_signed(words[known:].reshape(-1, words.shape[2])))
        return rows


def _signed(words: np.ndarray) -> np.ndarray:
    return words.astype(np.uint32).view(np.int32)
