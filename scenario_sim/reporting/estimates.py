"""Figures over runs as text, each with its Monte-Carlo error: `12.3 ± 0.4` is a mean and half of its
95 % interval, `12 (10 to 15)` a share, a count or a percentile and the ends of it."""

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

FINER = 2  # decimals more, at most, for an error that would be written as 0


class Change(Enum):
    """What paired runs can say of a change."""

    NONE = "no paired run differs"
    TOO_FEW = "too few paired runs differ to measure a difference"
    MEASURED = "enough paired runs differ"


def classify_change(runs_changed: int) -> Change:
    """Decide what may be said of a change, given how many paired runs differ."""
    if runs_changed == 0:
        return Change.NONE
    return Change.MEASURED if runs_changed >= MIN_DIFFERING_RUNS else Change.TOO_FEW


def mean(values: np.ndarray, decimals: int) -> str:
    """Of values over runs."""
    return give_or_take(float(values.mean()), float(intervals.half_width(values)), decimals)


def give_or_take(
    value: float, half: float, decimals: int, write: Callable[[float, int], str] = format_number
) -> str:
    """A figure and half of its interval, with so many decimals, or a few more where the error needs
    them to be seen; without one run to spare there is no error."""
    if not math.isfinite(half):
        return write(value, decimals)
    if half > 0:
        needed = math.ceil(-math.log10(2 * half))
        decimals = min(max(decimals, needed), decimals + FINER)
    return messages.PLUS_MINUS.format(
        value=write(value, decimals), half=format_number(half, decimals)
    )


def between(found: Iterable[Any], decimals: int, finer: int = 1) -> str:
    """A figure and the ends of its interval, with a decimal more where they would read the same."""
    numbers = [float(number) for number in found]
    _, low, high = (format_number(number, decimals) for number in numbers)
    if low == high and numbers[1] < numbers[2]:
        decimals += finer
    value, low, high = (format_number(number, decimals) for number in numbers)
    form = messages.NO_INTERVAL if "nan" in (low, high) else messages.ENDS
    return form.format(value=value, low=low, high=high)


def counted(many: int, runs: int) -> str:
    """So many of the futures drawn."""
    return between((runs * end for end in intervals.wilson_interval(many, runs)), 0, finer=0)


def percentage(share: float, runs: int) -> str:
    """A share of the futures drawn, in per cent without the sign."""
    return between((100 * end for end in intervals.wilson_interval(share * runs, runs)), 0)


def shift(base: np.ndarray, policy: np.ndarray, decimals: int, bare: bool = False) -> str:
    """The mean of paired differences: how large, or that the runs cannot tell. `bare`: for a table."""
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
