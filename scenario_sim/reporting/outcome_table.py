"""Decide what a comparison shows of each outcome, and write it for the page.

`OutcomeRow` holds the numbers of one outcome and decides between "no change", "too few to tell" and
a difference with its interval. The page, the report, the command line and JSON only render rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scenario_sim.formatting import format_signed
from scenario_sim.reporting import estimates, messages
from scenario_sim.reporting.estimates import Change, classify_change
from scenario_sim.simulation.comparison import Comparison
from scenario_sim.simulation.intervals import Z95, half_width
from scenario_sim.simulation.outcomes import (
    ABSOLUTE_RISKS,
    MAX_OBSERVED_RISK,
    OUTCOMES_BY_NAME,
    Outcome,
    summarise_outcomes,
)
from scenario_sim.simulation.trajectory import Trajectory


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome of a baseline and a policy that share their random draws.

    Attributes
    ----------
    outcome : Outcome
        Its name, unit and meaning.
    runs : int
        Number of paired runs.
    baseline, policy : float
        Means over the runs that have the outcome on both sides; NaN for a category.
    baseline_half, policy_half : float
        Half of the 95 % Monte-Carlo interval of each side's mean; NaN for one run.
    difference, low, high : float
        Mean of the paired differences, policy minus baseline, and its 95 % interval; NaN where no
        run has the outcome on both sides.
    runs_changed : int
        Number of paired runs in which the two sides differ.
    """

    outcome: Outcome
    runs: int
    baseline: float
    policy: float
    baseline_half: float
    policy_half: float
    difference: float
    low: float
    high: float
    runs_changed: int

    @property
    def name(self) -> str:
        """Name of the outcome."""
        return self.outcome.name

    @property
    def share_of_runs_changed(self) -> float:
        """Share of the paired runs in which the two sides differ, 0 to 1."""
        return self.runs_changed / self.runs

    @property
    def change(self) -> Change:
        """Return whether no run differs, too few do, or enough to measure a difference."""
        return classify_change(self.runs_changed)

    @property
    def can_tell(self) -> bool:
        """Return whether enough paired runs differ to measure a difference."""
        return self.change is Change.MEASURED

    @property
    def is_outside_range(self) -> bool:
        """Return whether an absolute risk exceeds any observed range; its difference is then not shown."""
        risk = max(self.baseline, self.policy)
        return self.name in ABSOLUTE_RISKS and risk > MAX_OBSERVED_RISK

    def change_cells(self, write: Callable[[float], str], too_few: str = "") -> tuple[str, str]:
        """Return the difference and its interval as text for a table.

        Parameters
        ----------
        write : callable
            Writes one number with its sign, in the digits of the table.
        too_few : str
            Text for a difference that too few runs show; the usual one if empty.

        Returns
        -------
        tuple of str
            The difference, or the reason why there is none; and "low to high", or "".
        """
        if self.change is Change.NONE:
            return messages.NO_CHANGE, ""
        if self.change is Change.TOO_FEW:
            return too_few or messages.TOO_FEW, ""
        if self.is_outside_range:
            return "", ""
        return write(self.difference), messages.LOW_TO_HIGH.format(
            low=write(self.low), high=write(self.high)
        )


def comparison_rows(comparison: Comparison) -> tuple[OutcomeRow, ...]:
    """Return one row for every outcome of a comparison, those of plug-ins last."""
    sides = (comparison.baseline, comparison.policy)
    errors = [Z95 * summarise_outcomes(side.outcomes)["mcse"] for side in sides]
    return tuple(
        _make_row(comparison, outcome, [float(e.get(outcome.name, math.nan)) for e in errors])
        for outcome in comparison.outcomes
    )


def _make_row(comparison: Comparison, outcome: Outcome, halves: list[float]) -> OutcomeRow:
    values = comparison.row(outcome.name)
    means = {key: float(values[key]) for key in ("baseline", "policy", "difference", "low", "high")}
    return OutcomeRow(
        outcome=outcome,
        runs=int(comparison.baseline.runs.size),
        baseline_half=halves[0],
        policy_half=halves[1],
        runs_changed=comparison.changed(outcome.name),
        **means,
    )


# --- the page's table --------------------------------------------------------------------------------


@dataclass(frozen=True)
class OutcomeText:
    """One row of the page's table as text.

    Without a policy `policy`, `difference` and `interval` are empty. Where a difference cannot be
    told, `difference` says why and `interval` is empty.
    """

    name: str
    title: str
    unit: str
    baseline: str
    policy: str = ""
    difference: str = ""
    interval: str = ""


def outcome_texts(baseline: Trajectory, comparison: Comparison | None) -> tuple[OutcomeText, ...]:
    """Return the page's rows: means with their errors of the outcomes in `messages.OUTCOMES`."""
    return tuple(_text(name, baseline, comparison) for name in messages.OUTCOMES)


def _text(name: str, baseline: Trajectory, comparison: Comparison | None) -> OutcomeText:
    title, unit, decimals, factor = messages.OUTCOMES[name]
    sides = (baseline, comparison.policy) if comparison else (baseline,)
    values = [side.outcomes[name].to_numpy(float) for side in sides]
    base, *other = [estimates.format_mean(factor * of_runs, decimals) for of_runs in values]
    if comparison is None:
        return OutcomeText(name, title, unit, base)
    halves = [float(half_width(of_runs)) for of_runs in values]
    row = _make_row(comparison, OUTCOMES_BY_NAME[name], halves)
    finer = min(decimals + 1, _decimals(factor * (row.high - row.low)))
    too_few = messages.FEW_DIFFER.format(n=row.runs_changed, runs=row.runs)
    difference, interval = row.change_cells(lambda v: format_signed(factor * v, finer), too_few)
    return OutcomeText(name, title, unit, base, other[0], difference, interval)


def _decimals(width: float) -> int:
    """Return as many decimals as an interval of this width bears: its second digit is noise."""
    return max(0, -math.floor(math.log10(width / 2))) if width > 0 else 2
