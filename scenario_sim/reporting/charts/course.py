"""How a scenario runs its course: what the small pictures need, measured once and cheap to keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenario_sim.simulation.intervals import Interval, half_width, percentile_intervals
from scenario_sim.simulation.outcomes import HAZARDS
from scenario_sim.simulation.trajectory import Trajectory

YEAR, QUARTER = 52, 13  # weeks
MOST_DATES = 53  # a small picture shows no more
LEVELS = (10, 50, 90)  # percentiles over runs
SPREAD = ("icbm_stock", "icbm_reliability", "reach")  # by date, as percentiles
MEANS = ("un_sanctions", "enforcement", "leakage")  # by date, as means
INCOME = ("trade", "smuggling", "russia_payments", "china_aid", "labour")  # $m at a yearly rate
COUNTED = ("launch_days", "resolution", "veto", "revenue")  # summed over each period
STAGES = (1, 2, 3)  # at least in contact, in talks, in a deal
CHART_QUANTITIES = (*SPREAD, *MEANS, *INCOME, *COUNTED, *HAZARDS, "cyber_theft", "talks_stage")


@dataclass(frozen=True, eq=False)
class CourseSummary:
    """weeks: how long it lasts. dates: (date,), the last week among them. levels: name -> figures
    and the ends of their intervals, (LEVELS, date) each. means: name -> mean and half of its 95 %
    interval, (2, date). stages: share of futures at least that far, (STAGES, date). grown: chance of
    a confrontation up to a date, as means are. length: weeks in each period. periods: name ->
    (period, run), totals; `risk` is the chance that the first confrontation falls into it. income:
    $m a year by source, (source, run), stolen money last."""

    weeks: int
    dates: np.ndarray
    levels: dict[str, Interval]
    means: dict[str, np.ndarray]
    stages: np.ndarray
    grown: np.ndarray
    length: np.ndarray
    periods: dict[str, np.ndarray]
    income: np.ndarray

    @property
    def runs(self) -> int:
        return self.income.shape[1]

    @property
    def by_year(self) -> bool:
        """Periods are years, else quarters."""
        return self.weeks > YEAR


def summarise_course(trajectory: Trajectory) -> CourseSummary:
    """Raises NotKept without weeks."""
    weekly, weeks = trajectory.weekly, trajectory.scenario.weeks
    keep = np.unique(np.linspace(0, weeks - 1, min(weeks, MOST_DATES)).round().astype(int))
    starts = np.arange(0, weeks, YEAR if weeks > YEAR else QUARTER)
    ends = np.append(starts[1:], weeks) - 1

    hazard = weekly[HAZARDS[0]].astype(float)
    for name in HAZARDS[1:]:
        hazard += weekly[name]
    grown = -np.expm1(-np.cumsum(hazard, axis=0))
    at_ends = grown[ends]
    risk = np.diff(at_ends, axis=0, prepend=0)

    stage = weekly["talks_stage"][keep]
    income = [weekly[name].mean(axis=0, dtype=float) for name in INCOME]
    income.append(weekly["cyber_theft"].mean(axis=0, dtype=float) * YEAR)
    return CourseSummary(
        weeks=weeks,
        dates=trajectory.dates[keep],
        levels={n: percentile_intervals(weekly[n][keep], LEVELS) for n in SPREAD},
        means={n: _mean(weekly[n][keep]) for n in MEANS},
        stages=np.array([(stage >= least).mean(axis=1) for least in STAGES]),
        grown=_mean(grown[keep]),
        length=np.diff(np.append(starts, weeks)),
        periods={
            n: np.add.reduceat(weekly[n], starts, axis=0, dtype=float).astype(np.float32)
            for n in COUNTED
        }
        | {"risk": risk},
        income=np.array(income),
    )


def _mean(rows: np.ndarray) -> np.ndarray:
    """Over runs, and half of its interval: (date, run) -> (2, date)."""
    return np.array([rows.mean(axis=1, dtype=float), half_width(rows)])
