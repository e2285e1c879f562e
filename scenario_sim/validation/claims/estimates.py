"""Estimate the quantities of a claim's trial, with Monte-Carlo intervals.

A quantity is a function of totals that add up over runs. Its interval is the delete-one jackknife
over runs (Efron and Tibshirani 1993, chapter 11). One method thus serves ratios of means, of rates
and of strata, and it is paired where scenarios share their random draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import load_scenario
from scenario_sim.simulation.comparison import MIN_DIFFERING_RUNS
from scenario_sim.simulation.intervals import Z95, Interval
from scenario_sim.simulation.trajectory import Trajectory

FIVE_YEARS_WEEKS = 260
NEGLIGIBLE_EFFECT = 0.05  # an effect that lies within 5 % is none to speak of (judgement)
HOLDS, HARDLY, FAILS, UNSURE = "holds", "hardly", "fails", "cannot tell"
Statistic = Callable[..., np.ndarray]


@dataclass(frozen=True)
class TrialScenario:
    """Describe a scenario of a trial: a shipped one, its length and what the trial sets in it.

    `settings` are levers; `said` is merged into the tables of its file.
    """

    settings: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, float] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    scenario: str = "status-quo"
    weeks: int | None = FIVE_YEARS_WEEKS

    def seen(self, theory: Callable[[Scenario], Scenario]) -> Scenario:
        """Return the scenario under a theory; what the trial itself sets is applied last."""
        scenario = load_scenario(self.scenario)
        scenario = theory(scenario if self.weeks is None else scenario.with_weeks(self.weeks))
        scenario = scenario.with_levers(**self.settings).with_parameters(**self.parameters)
        return (
            Scenario.model_validate(scenario.as_dict() | dict(self.said)) if self.said else scenario
        )


STATUS_QUO = TrialScenario()


@dataclass(frozen=True)
class Estimand:
    """One quantity that a trial measures.

    Attributes
    ----------
    says : str
        The quantity in words.
    sign : int
        1 if the claim says that the value lies above `null`, -1 if below.
    worlds : tuple of TrialScenario
        The scenarios on which it is measured.
    tally : callable
        Maps their trajectories to totals of shape (total, run).
    value : callable
        Maps totals of shape (total, ...) to values of shape (...).
    null, margin : float
        Value without an effect; an interval around it that is nowhere further away than `margin` is no
        effect.
    counts : bool
        Whether the verdict depends on it, or it is only told beside.
    """

    says: str
    sign: int
    worlds: tuple[TrialScenario, ...]
    tally: Statistic
    value: Callable[[np.ndarray], np.ndarray]
    null: float = 1.0
    margin: float = NEGLIGIBLE_EFFECT
    counts: bool = True

    def measured(self, *trajectories: Trajectory) -> ClaimEstimate:
        """Return the estimate from the trajectories of its scenarios."""
        totals = np.asarray(self.tally(*trajectories), float)
        paired = len(self.worlds) == 2 and len(totals) == 2
        few = paired and int((totals[0] != totals[1]).sum()) < MIN_DIFFERING_RUNS
        return ClaimEstimate(
            self, jackknife(totals, self.value), few and bool((totals[0] != totals[1]).any())
        )


@dataclass(frozen=True)
class ClaimEstimate:
    """Hold a quantity's value and 95 % interval; `few` means that hardly a pair of runs differs."""

    figure: Estimand
    found: Interval
    few: bool = False

    @property
    def verdict(self) -> str:
        """Judge the quantity: holds, hardly, fails or cannot tell.

        It hardly holds where the effect is smaller than the margin. It fails where the effect goes the other
        way, or where no effect is left beyond the margin.
        """
        low, high = sorted(
            self.figure.sign * (float(end) - self.figure.null) for end in self.found[1:]
        )
        if np.isnan(low + high):
            return UNSURE
        near = max(-low, high) <= self.figure.margin
        if self.few or low <= 0 <= high:
            return FAILS if near else UNSURE
        if low > 0:
            return HARDLY if near else HOLDS
        return FAILS

    @property
    def text(self) -> str:
        """The value and the ends of its interval."""
        value, low, high = (f"{float(end):.3g}" for end in self.found)
        return f"{value} ({low} to {high})"

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        value, low, high = map(float, self.found)
        figure = self.figure
        return {
            "says": figure.says, "text": self.text, "value": value, "low": low, "high": high,
            "null": figure.null,
            "claimed": "above" if figure.sign > 0 else "below", "counts": figure.counts,
            "verdict": self.verdict,
        }  # fmt: skip


def jackknife(totals: np.ndarray, value: Callable[[np.ndarray], np.ndarray]) -> Interval:
    """Return `value` of the totals over runs with its 95 % jackknife interval.

    Parameters
    ----------
    totals : ndarray, shape (total, run)
        What each run adds to each total.
    value : callable
        Maps totals of shape (total, ...) to values of shape (...).

    Returns
    -------
    Interval
        Value, low end and high end; NaN where the value has none.

    Examples
    --------
    >>> found = jackknife(np.array([[1.0, 1.0, 1.0], [2.0, 3.0, 4.0]]), ratio)
    >>> float(found.value)
    3.0
    """
    runs = totals.shape[1]
    whole = totals.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = value(whole)
        without = value(whole[:, None] - totals)
        spread = ((without - without.mean()) ** 2).sum()
    half = Z95 * np.sqrt(spread * (runs - 1) / runs)
    return Interval(found, found - half, found + half)


# --- values ------------------------------------------------------------------------------------------


def ratio(totals: np.ndarray) -> np.ndarray:
    """Return the second total over the first."""
    return totals[1] / totals[0]


def rate_ratio(totals: np.ndarray) -> np.ndarray:
    """Return the rate ratio of (events, time, other events, other time)."""
    return totals[0] * totals[3] / (totals[1] * totals[2])


def mantel_haenszel(totals: np.ndarray) -> np.ndarray:
    """Return the rate ratio of Mantel and Haenszel (1959) over strata on the first axis.

    Each stratum takes four rows: (events, time, other events, other time).
    """
    above = below = np.zeros(totals.shape[1:])
    for events, time, other_events, other_time in totals.reshape(-1, 4, *totals.shape[1:]):
        above = above + events * other_time / (time + other_time)
        below = below + other_events * time / (time + other_time)
    return above / below
