"""What a claim is tried on: worlds, and figures measured on them with their Monte-Carlo intervals.

A figure is worked out from totals that add up over runs. Its interval is the delete-one jackknife over
runs (Efron and Tibshirani 1993, chapter 11): one way for ratios of means, of rates and of strata alike,
and paired where the worlds share their luck.
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
    """A scenario as a trial needs it: a shipped one, at a length, with what the trial sets in it.
    `settings` are levers; `said` is merged into its file's tables."""

    settings: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, float] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    scenario: str = "status-quo"
    weeks: int | None = FIVE_YEARS_WEEKS

    def seen(self, theory: Callable[[Scenario], Scenario]) -> Scenario:
        """The scenario under a theory; what the trial itself sets comes last."""
        scenario = load_scenario(self.scenario)
        scenario = theory(scenario if self.weeks is None else scenario.with_weeks(self.weeks))
        scenario = scenario.with_levers(**self.settings).with_parameters(**self.parameters)
        return (
            Scenario.model_validate(scenario.as_dict() | dict(self.said)) if self.said else scenario
        )


STATUS_QUO = TrialScenario()


@dataclass(frozen=True)
class Estimand:
    """One measured figure of a trial.

    says: in words. worlds: what it is measured on. tally: their trajectories -> (total, run). value:
    totals (total, ...) -> (...). The claim says that the value lies above `null` where `sign` is 1,
    below it where it is -1; an interval around `null` that is nowhere further from it than `margin`
    is no effect. counts: whether the claim stands or falls with it, or it is told beside it.
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
        totals = np.asarray(self.tally(*trajectories), float)
        paired = len(self.worlds) == 2 and len(totals) == 2
        few = paired and int((totals[0] != totals[1]).sum()) < MIN_DIFFERING_RUNS
        return ClaimEstimate(
            self, jackknife(totals, self.value), few and bool((totals[0] != totals[1]).any())
        )


@dataclass(frozen=True)
class ClaimEstimate:
    """A figure's value with its 95 % interval. few: hardly a pair of futures differs."""

    figure: Estimand
    found: Interval
    few: bool = False

    @property
    def verdict(self) -> str:
        """Whether the figure is as the claim has it: it holds, or hardly does (by less than the
        margin), or fails (the other way, or no effect within the margin), or cannot be told."""
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
        """Plain data."""
        value, low, high = map(float, self.found)
        figure = self.figure
        return {
            "says": figure.says, "text": self.text, "value": value, "low": low, "high": high,
            "null": figure.null,
            "claimed": "above" if figure.sign > 0 else "below", "counts": figure.counts,
            "verdict": self.verdict,
        }  # fmt: skip


def jackknife(totals: np.ndarray, value: Callable[[np.ndarray], np.ndarray]) -> Interval:
    """`value` of the totals over runs (total, run), and its 95 % interval; NaN where it has none."""
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
    """The second over the first."""
    return totals[1] / totals[0]


def rate_ratio(totals: np.ndarray) -> np.ndarray:
    """Of (events, time, events elsewhere, time elsewhere)."""
    return totals[0] * totals[3] / (totals[1] * totals[2])


def mantel_haenszel(totals: np.ndarray) -> np.ndarray:
    """The ratio of Mantel and Haenszel (1959) over strata that stand one after the other, each
    (events, time, events elsewhere, time elsewhere)."""
    above = below = np.zeros(totals.shape[1:])
    for events, time, other_events, other_time in totals.reshape(-1, 4, *totals.shape[1:]):
        above = above + events * other_time / (time + other_time)
        below = below + other_events * time / (time + other_time)
    return above / below
