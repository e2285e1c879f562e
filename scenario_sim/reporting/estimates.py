"""Write figures over runs as text, each with its Monte-Carlo error.

`12.3 ± 0.4` is a mean and half of its 95 % interval; `12 (10 to 15)` a share, a count or a percentile
and the ends of its interval. A `Precision` says whether the runs suffice, and how many would.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from scenario_sim.formatting import format_count, format_number, format_signed, round_significant
from scenario_sim.language import localise_number
from scenario_sim.reporting import messages
from scenario_sim.simulation.comparison import MIN_DIFFERING_RUNS, Comparison
from scenario_sim.simulation.intervals import half_width, wilson_interval
from scenario_sim.simulation.trajectory import Trajectory

MAX_EXTRA_DECIMALS = 2  # for an error that would be written as 0
MAX_RELATIVE_ERROR = 0.1  # of a level: half of its 95 % interval over the level
MAX_REPORTED_RUNS = 10_000_000  # a larger number is not worth naming


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
    return format_with_error(float(values.mean()), float(half_width(values)), decimals)


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
    return format_with_interval((runs * end for end in wilson_interval(many, runs)), 0, finer=0)


def format_run_share(share: float, runs: int) -> str:
    """Return a share of the runs in per cent, without the sign, with its interval."""
    return format_with_interval((100 * end for end in wilson_interval(share * runs, runs)), 0)


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
    by, half = float(paired.mean()), float(half_width(paired))
    low, high = format_signed(by - half, decimals), format_signed(by + half, decimals)
    if not bare and by - half <= 0 <= by + half:
        return messages.TELL_NOT.format(runs=paired.size)
    said = messages.ENDS if bare else messages.TELL
    return said.format(value=format_signed(by, decimals), low=low, high=high)


@dataclass(frozen=True)
class Precision:
    """Precision of one outcome.

    Attributes
    ----------
    value, half : float
        A difference, or a level, and half of its 95 % interval.
    enough : bool
        Whether that is precise enough.
    needed, needed_low, needed_high : float
        Number of runs that would make it so, infinite where none would, and its interval: it is
        estimated from the runs there are.
    """

    name: str
    value: float
    half: float
    enough: bool
    runs: int
    needed: float
    needed_low: float
    needed_high: float

    @property
    def needed_text(self) -> str:
        """The number of runs needed, as text."""
        if math.isnan(self.half):
            return messages.NEEDS_MORE
        if self.needed > MAX_REPORTED_RUNS:
            return messages.NEEDS_NONE
        value, low, high = map(_format_runs, (self.needed, self.needed_low, self.needed_high))
        form = messages.ENDS if self.needed_high <= MAX_REPORTED_RUNS else messages.NEEDS_OR_MORE
        return form.format(value=value, low=low, high=high)


def estimate_precision(
    baseline: Trajectory, comparison: Comparison | None
) -> tuple[Precision, ...]:
    """Return the precision of the risk, then of the outcomes of `messages.OUTCOMES`."""
    names = ("confrontation_risk", *messages.OUTCOMES)
    return tuple(_estimate_one(name, baseline, comparison) for name in names)


def _estimate_one(name: str, baseline: Trajectory, comparison: Comparison | None) -> Precision:
    values = baseline.outcomes[name].to_numpy(float)
    if comparison is not None:
        values = comparison.policy.outcomes[name].to_numpy(float) - values
    n, mean = values.size, float(values.mean())
    half = float(half_width(values))
    wanted = abs(mean) if comparison is not None else MAX_RELATIVE_ERROR * abs(mean)
    reach = half if comparison is not None else MAX_RELATIVE_ERROR * half
    # The runs that the figure needs, and the ends of that number's interval.
    needed = [_runs_needed(n, half, w) for w in (wanted, wanted + reach, wanted - reach)]
    enough = half < wanted
    if comparison is not None:
        differ = int(np.count_nonzero(values))
        enough = enough and classify_change(differ) is Change.MEASURED
        if differ:
            found, fewest, most = map(float, wilson_interval(differ, n))
            rates = (found, most, fewest)
            needed = [max(f, MIN_DIFFERING_RUNS / r) for f, r in zip(needed, rates, strict=True)]
    return Precision(name, mean, half, enough, n, *map(float, needed))


def _runs_needed(runs: int, half: float, wanted: float) -> float:
    """Return the runs that give the wanted error, which shrinks as the root of the runs."""
    return runs * (half / wanted) ** 2 if wanted > 0 else math.inf


def precision_sentence(first: Precision, compared: bool) -> str:
    """Return one sentence about the first outcome."""
    if math.isnan(first.half):
        return messages.ONE_ALONE
    said = {"runs": localise_number(f"{first.runs:,}"), "needed": first.needed_text}
    if not compared:
        half = format_number(max(1, math.ceil(round(1000 * first.half, 3))))
        text = messages.ENOUGH_LEVEL if first.enough else messages.MORE_LEVEL
        return text.format(value=format_count(1000 * first.value), half=half, **said)
    if first.value == 0 and first.half == 0:
        return messages.ENOUGH_SAME.format(**said)
    if first.needed > MAX_REPORTED_RUNS:
        return messages.NEVER_SHIFT
    return messages.ENOUGH_SHIFT if first.enough else messages.MORE_SHIFT.format(**said)


def precision_columns(compared: bool) -> tuple[str, ...]:
    """Return the heads of `precision_rows`: its values are differences beside a policy."""
    return messages.PRECISION_COLUMNS_TWO if compared else messages.PRECISION_COLUMNS


def precision_rows(found: tuple[Precision, ...], compared: bool) -> tuple[tuple[str, ...], ...]:
    """Return rows for a table: outcome, value with its error, whether it suffices, runs needed."""
    rows = []
    for one in found:
        if one.name in messages.OUTCOMES:
            title, _, decimals, factor = messages.OUTCOMES[one.name]
        else:
            title, decimals, factor = messages.RISK_ROW, 1, 1000.0
        write = format_signed if compared else format_number
        value = format_with_error(factor * one.value, factor * one.half, decimals, write)
        rows.append((title, value, messages.YES if one.enough else messages.NO, one.needed_text))
    return tuple(rows)


def _format_runs(needed: float) -> str:
    return format_number(round_significant(math.ceil(needed), 2)) if math.isfinite(needed) else ""
