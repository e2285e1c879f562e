"""Monte-Carlo error: how far a figure over runs may be off because so many were drawn and no more.

One way for each kind of figure, all at 95 %, runs being independent: a mean by its standard error
(normal approximation), a share by Wilson's interval (1927), a percentile by the order statistics that
enclose it whatever the distribution (binomial; Conover 1999, section 3.2). Two worlds that share their
luck are compared by the mean of their paired differences. None of it knows whether the model is right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

Z95 = 1.959964
TAIL = 0.025  # on either side of a 95 % interval


class Interval(NamedTuple):
    """A figure and the ends of its 95 % interval, all of one shape; NaN where so few runs give none."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def standard_error(deviations: np.ndarray) -> np.ndarray:
    """Of a mean over runs (the last axis), from each run's deviation from it; NaN for one run."""
    runs = deviations.shape[-1]
    if runs < 2:
        return np.full(deviations.shape[:-1], np.nan)
    return np.sqrt((deviations**2).sum(axis=-1) / (runs - 1) / runs)


def half_width(values: np.ndarray) -> np.ndarray:
    """Half of the 95 % interval of the mean over runs (the last axis)."""
    values = np.asarray(values, float)
    return Z95 * standard_error(values - values.mean(axis=-1, keepdims=True))


def wilson_interval(many: np.ndarray | float, runs: int) -> Interval:
    """Of `runs` that `many` are: by Wilson, so that none of them seen is not none possible."""
    many = np.asarray(many, float)
    weight = runs + Z95**2
    middle = (many + Z95**2 / 2) / weight
    half = Z95 / weight * np.sqrt(many * (runs - many) / runs + Z95**2 / 4)
    return Interval(many / runs, np.maximum(middle - half, 0), np.minimum(middle + half, 1))


def percentile_intervals(values: np.ndarray, levels: Sequence[float]) -> Interval:
    """Percentiles over runs (the last axis), linearly interpolated: (level, ...). levels: 0 to 100."""
    ordered = np.moveaxis(np.sort(values, axis=-1), -1, 0)
    runs = len(ordered)
    ranks = [_ranks(level / 100, runs) for level in levels]
    absent = np.full(ordered.shape[1:], np.nan)
    found = [
        [ordered[rank - 1] if 1 <= rank <= runs else absent for rank in side]
        for side in zip(*ranks, strict=True)
    ]
    return Interval(_interpolated(ordered, levels), *map(np.array, found))


def _interpolated(ordered: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """Return `np.percentile` of values in order along the first axis, to the last bit.

    It would sort them again, which is most of the time of a picture's percentiles.
    """
    last = len(ordered) - 1
    place = np.asarray(levels, float) / 100 * last
    below = np.floor(place).astype(int)
    part = (place - below).reshape(-1, *[1] * (ordered.ndim - 1))
    low, high = ordered[below], ordered[np.minimum(below + 1, last)]
    by = high - low
    found = np.where(part >= 0.5, high - by * (1 - part), low + by * part)
    return np.where(np.isnan(ordered[last]), np.nan, found)  # NaN is last in order


@lru_cache(maxsize=256)
def _ranks(level: float, runs: int) -> tuple[int, int]:
    """Which runs in order, from 1, enclose a quantile in 95 of 100 ensembles; 0 or runs + 1 where
    none does."""
    from scipy.special import bdtr  # slow to load, and what was kept is told without it

    reach = 6 * math.sqrt(runs * level * (1 - level)) + 6  # beyond it lies next to nothing
    middle = runs * level
    below = np.arange(max(0, int(middle - reach)), min(runs, int(middle + reach)) + 1)
    at_most = bdtr(below, runs, level)  # chance that at most so many lie below it
    first, last = (int(below[np.searchsorted(at_most, end)]) for end in (TAIL, 1 - TAIL))
    return first, last + 1
