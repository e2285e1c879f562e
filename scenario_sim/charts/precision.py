"""Enough runs? Whether the futures drawn can tell two worlds apart, and how many would."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from scenario_sim.charts import words
from scenario_sim.charts.estimates import give_or_take
from scenario_sim.charts.numbers import plain, rounded, signed
from scenario_sim.comparison import ENOUGH_TO_TELL, Comparison
from scenario_sim.sampling import half_width
from scenario_sim.trajectory import Trajectory

CLOSE = 0.1  # a level is known well enough when its 95 % interval is within a tenth of it
MOST_TOLD = 10_000_000  # runs; beyond this, no number of runs is worth naming


@dataclass(frozen=True)
class Precision:
    """One outcome: its value (a difference, or a level), half of its 95 % interval, whether that is
    precise enough, and how many runs would make it so (infinite where none would)."""

    name: str
    value: float
    half: float
    enough: bool
    runs: int
    needed: float

    @property
    def needed_text(self) -> str:
        if math.isnan(self.half):
            return words.NEEDS_MORE
        if self.needed > MOST_TOLD:
            return words.NEEDS_NONE
        return plain(rounded(math.ceil(self.needed), 2))


def precisions(baseline: Trajectory, comparison: Comparison | None) -> tuple[Precision, ...]:
    """The risk first, then the outcomes of `words.OUTCOMES`."""
    names = ("confrontation_risk", *words.OUTCOMES)
    return tuple(_precision(name, baseline, comparison) for name in names)


def _precision(name: str, baseline: Trajectory, comparison: Comparison | None) -> Precision:
    values = baseline.outcomes[name].to_numpy(float)
    if comparison is not None:
        values = comparison.policy.outcomes[name].to_numpy(float) - values
    n, mean = values.size, float(values.mean())
    half = float(half_width(values))
    wanted = abs(mean) if comparison is not None else CLOSE * abs(mean)
    needed = n * (half / wanted) ** 2 if wanted > 0 else math.inf
    enough = half < wanted
    if comparison is not None:
        differ = int(np.count_nonzero(values))
        enough = enough and differ >= ENOUGH_TO_TELL
        if differ:
            needed = max(needed, ENOUGH_TO_TELL * n / differ)
    return Precision(name, mean, half, enough, n, needed)


def enough_text(first: Precision, compared: bool) -> str:
    """One sentence about the headline."""
    if math.isnan(first.half):
        return words.ONE_ALONE
    said = {"runs": f"{first.runs:,}", "needed": first.needed_text}
    value, half = _per_thousand(first.value), _per_thousand(first.half).lstrip("+")
    if not compared:
        share = plain(100 * first.half / first.value) if first.value else "0"
        text = words.ENOUGH_LEVEL if first.enough else words.MORE_LEVEL
        return text.format(half=half, share=share, **said)
    if first.value == 0 and first.half == 0:
        return words.ENOUGH_SAME.format(**said)
    if first.needed > MOST_TOLD:
        return words.NEVER_SHIFT.format(value=value, half=half, **said)
    text = words.ENOUGH_SHIFT if first.enough else words.MORE_SHIFT
    return text.format(value=value, half=half, **said)


def precision_rows(found: tuple[Precision, ...], compared: bool) -> tuple[tuple[str, ...], ...]:
    """For a table: outcome, value with its error, whether that is enough, runs needed."""
    rows = []
    for one in found:
        if one.name in words.OUTCOMES:
            title, _, decimals, factor = words.OUTCOMES[one.name]
        else:
            title, decimals, factor = words.RISK_ROW, 1, 1000.0
        write = signed if compared else plain
        value = give_or_take(factor * one.value, factor * one.half, decimals, write)
        rows.append((title, value, words.YES if one.enough else words.NO, one.needed_text))
    return tuple(rows)


def _per_thousand(probability: float) -> str:
    return signed(rounded(1000 * probability, 2), 1 if abs(probability) < 0.01 else 0)
