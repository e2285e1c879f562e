"""Monte-Carlo error: the uncertainty of a figure because the number of runs is limited.

All intervals are at 95 %, for independent runs. A mean has its standard error (normal
approximation). A share has Wilson's interval. A percentile has the order statistics that enclose it
whatever the distribution. Scenarios on the same draws are compared by the mean of their paired
differences. None of these intervals says whether the model is right.

References
----------
Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. JASA 22.
Conover, W. J. (1999). Practical Nonparametric Statistics, 3rd ed., section 3.2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

Z95 = 1.959964
TAIL_PROBABILITY = 0.025  # on either side of a 95 % interval


class Interval(NamedTuple):
    """A figure and the ends of its 95 % interval, of one shape; NaN where the runs are too few."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def standard_error(deviations: np.ndarray) -> np.ndarray:
    """Return the standard error of a mean over runs, the last axis; NaN for a single run.

    deviations: of each run from the mean, (..., runs).
    """
    runs = deviations.shape[-1]
    if runs < 2:
        return np.full(deviations.shape[:-1], np.nan)
    return np.sqrt((deviations**2).sum(axis=-1) / (runs - 1) / runs)


def half_width(values: np.ndarray) -> np.ndarray:
    """Return half the width of the 95 % interval of the mean over runs, the last axis."""
    values = np.asarray(values, float)
    return Z95 * standard_error(values - values.mean(axis=-1, keepdims=True))


def wilson_interval(many: np.ndarray | float, runs: int) -> Interval:
    """Return Wilson's interval of the share `many / runs`.

    Its upper end is above 0 even where `many` is 0: unseen is not impossible.

    Examples
    --------
    >>> wilson_interval(0, 100).high.round(3)
    np.float64(0.037)
    """
    many = np.asarray(many, float)
    weight = runs + Z95**2
    middle = (many + Z95**2 / 2) / weight
    half = Z95 / weight * np.sqrt(many * (runs - many) / runs + Z95**2 / 4)
    return Interval(many / runs, np.maximum(middle - half, 0), np.minimum(middle + half, 1))


def percentile_intervals(values: np.ndarray, levels: Sequence[float]) -> Interval:
    """Return percentiles over runs, linearly interpolated, with their intervals: (levels, ...).

    Parameters
    ----------
    values : ndarray, shape (..., runs)
    levels : sequence of float
        Percentages, 0 .. 100.
    """
    ordered = np.moveaxis(np.sort(values, axis=-1), -1, 0)
    runs = len(ordered)
    ranks = [_ranks(level / 100, runs) for level in levels]
    absent = np.full(ordered.shape[1:], np.nan)
    bounds = [
        [ordered[rank - 1] if 1 <= rank <= runs else absent for rank in side]
        for side in zip(*ranks, strict=True)
    ]
    return Interval(_interpolated(ordered, levels), *map(np.array, bounds))


def _interpolated(ordered: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """Return `np.percentile` of values in order along the first axis, to the last bit.

    `np.percentile` would sort them again, which takes most of the time of a chart's percentiles.
    """
    last = len(ordered) - 1
    place = np.asarray(levels, float) / 100 * last
    below = np.floor(place).astype(int)
    part = (place - below).reshape(-1, *[1] * (ordered.ndim - 1))
    low, high = ordered[below], ordered[np.minimum(below + 1, last)]
    step = high - low
    values = np.where(part >= 0.5, high - step * (1 - part), low + step * part)
    return np.where(np.isnan(ordered[last]), np.nan, values)  # NaN is last in order


@lru_cache(maxsize=256)
def _ranks(level: float, runs: int) -> tuple[int, int]:
    """Return the ranks, from 1, of the order statistics that enclose a quantile at 95 %.

    A rank is 0 or runs + 1 where no run is far enough out.
    """
    from scipy.special import bdtr  # slow to import, and reading a saved result does not need it

    reach = 6 * math.sqrt(runs * level * (1 - level)) + 6  # ranks: 6 standard deviations
    middle = runs * level
    below = np.arange(max(0, int(middle - reach)), min(runs, int(middle + reach)) + 1)
    at_most = bdtr(below, runs, level)  # probability that at most so many runs lie below it
    first, last = (
        int(below[np.searchsorted(at_most, end)])
        for end in (TAIL_PROBABILITY, 1 - TAIL_PROBABILITY)
    )
    return first, last + 1
