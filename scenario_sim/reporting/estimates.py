"""Write figures over runs as text, each with its Monte-Carlo error.

`12.3 ± 0.4` is a mean and half of its 95 % interval; `12 (10 to 15)` a share, a count or a percentile
and the ends of its interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

import numpy as np

from scenario_sim.formatting import format_number, format_signed
from scenario_sim.reporting import messages
from scenario_sim.simulation import intervals
from scenario_sim.simulation.comparison import MIN_DIFFERING_RUNS

MAX_EXTRA_DECIMALS = 2  # for an error that would be written as 0


class Change(Enum):
    """Classify a change by how many paired runs differ."""

    NONE = "no paired run differs"
    TOO_FEW = "too few paired runs differ to measure a difference"
    MEASURED = "enough paired runs differ"


def classify_change(runs_changed: int) -> Change:
    """Decide what may be said of a change, given how many paired runs differ."""
    if runs_changed == 0:
        return Change.NONE
    return Change.MEASURED if runs_changed >= MIN_DIFFERING_RUNS else Change.TOO_FEW


def format_mean(values: np.ndarray, decimals: int) -> str:
    """Return the mean of values over runs with its error."""
    return format_with_error(float(values.mean()), float(intervals.half_width(values)), decimals)


def format_with_error(
    value: float, half: float, decimals: int, write: Callable[[float, int], str] = format_number
) -> str:
    """Return a figure and half of its interval, `12.3 ± 0.4`.

    Parameters
    ----------
    value, half : float
        The figure, and half of its 95 % interval; NaN where a single run has no error.
    decimals : int
        Decimals; up to `MAX_EXTRA_DECIMALS` more where the error would be written as 0.
    write : callable
        Writes a number with some decimals.

    Examples
    --------
    >>> format_with_error(12.34, 0.4, 1).split()
    ['12.3', '±', '0.4']
    """
    if not math.isfinite(half):
        return write(value, decimals)
    if half > 0:
        needed = math.ceil(-math.log10(2 * half))
        decimals = min(max(decimals, needed), decimals + MAX_EXTRA_DECIMALS)
    return messages.PLUS_MINUS.format(
        value=write(value, decimals), half=format_number(half, decimals)
    )


def format_with_interval(found: Iterable[Any], decimals: int, finer: int = 1) -> str:
    """Return a figure and the ends of its interval, `12 (10 to 15)`.

    A decimal is added where both ends would read the same.
    """
    numbers = [float(number) for number in found]
    _, low, high = (format_number(number, decimals) for number in numbers)
    if low == high and numbers[1] < numbers[2]:
        decimals += finer
    value, low, high = (format_number(number, decimals) for number in numbers)
    form = messages.NO_INTERVAL if "nan" in (low, high) else messages.ENDS
    return form.format(value=value, low=low, high=high)


def format_run_count(many: int, runs: int) -> str:
    """Return the number of runs with its interval."""
    return format_with_interval(
        (runs * end for end in intervals.wilson_interval(many, runs)), 0, finer=0
    )


def format_run_share(share: float, runs: int) -> str:
    """Return a share of the runs in per cent, without the sign, with its interval."""
    return format_with_interval(
        (100 * end for end in intervals.wilson_interval(share * runs, runs)), 0
    )


def format_paired_difference(
    base: np.ndarray, policy: np.ndarray, decimals: int, bare: bool = False
) -> str:
    """Return the mean of paired differences with its interval, or why the runs cannot tell.

    Parameters
    ----------
    base, policy : ndarray, shape (run,)
        Values on the two sides.
    decimals : int
        Decimals.
    bare : bool
        Write for a table: the figure and its ends without words.
    """
    paired = policy - base
    differ = int(np.count_nonzero(paired))
    change = classify_change(differ)
    if change is Change.NONE:
        return messages.TELL_SAME
    if change is Change.TOO_FEW:
        return messages.TELL_FEW.format(n=differ, runs=paired.size)
    by, half = float(paired.mean()), float(intervals.half_width(paired))
    low, high = format_signed(by - half, decimals), format_signed(by + half, decimals)
    if not bare and by - half <= 0 <= by + half:
        return messages.TELL_NOT.format(runs=paired.size)
    said = messages.ENDS if bare else messages.TELL
    return said.format(value=format_signed(by, decimals), low=low, high=high)
