"""Summarise a trajectory for the charts, in arrays small enough to cache for many visitors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenario_sim.simulation.intervals import Interval, half_width, percentile_intervals
from scenario_sim.simulation.outcomes import HAZARDS
from scenario_sim.simulation.trajectory import Trajectory

TENSION_LEVELS = (5, 10, 50, 90, 95)  # percentiles over runs, of the fan
COURSE_LEVELS = (10, 50, 90)  # percentiles over runs, of the small charts
YEAR_WEEKS, QUARTER_WEEKS = 52, 13
MAX_DATES = 53  # a small chart shows no more
PERCENTILES_BY_DATE = ("felt_drive", "icbm_stock", "icbm_reliability", "reach")
MEANS_BY_DATE = ("un_sanctions", "enforcement", "leakage")
INCOME = ("trade", "smuggling", "russia_payments", "china_aid", "labour")  # $m at a yearly rate
PERIOD_TOTALS = ("launch_days", "resolution", "veto", "revenue")  # summed over each period
STAGES = (1, 2, 3)  # at least in contact, in talks, in a deal
CHART_QUANTITIES = (
    *(*PERCENTILES_BY_DATE, *MEANS_BY_DATE, *INCOME, *PERIOD_TOTALS, *HAZARDS),
    *("cyber_theft", "talks_stage"),
)


@dataclass(frozen=True, eq=False)
class TensionSummary:
    """Tension over time.

    Attributes
    ----------
    dates : ndarray of datetime64[D], shape (week,)
        First day of each week.
    levels, low, high : ndarray, shape (level, week)
        Percentiles `TENSION_LEVELS` over runs, in rungs, and the ends of their 95 % intervals.
    means : ndarray, shape (run,)
        Mean over weeks of each run, in rungs.
    """

    dates: np.ndarray
    levels: np.ndarray
    low: np.ndarray
    high: np.ndarray
    means: np.ndarray

    @property
    def mean(self) -> float:
        """Mean over weeks and runs, in rungs."""
        return float(self.means.mean())


@dataclass(frozen=True, eq=False)
class CauseSummary:
    """Chance of a first confrontation by each road, in the order of `HAZARDS`.

    chance has the shape (road, run); its sum over roads is the run's `confrontation_risk`.
    """

    chance: np.ndarray

    @property
    def per_thousand(self) -> np.ndarray:
        """Expected confrontations in 1,000 futures, shape (road,)."""
        return 1000 * self.chance.mean(axis=1)


@dataclass(frozen=True, eq=False)
class CourseSummary:
    """Everything that the small charts show.

    Attributes
    ----------
    weeks : int
        Length of the scenario.
    dates : ndarray of datetime64[D], shape (date,)
        At most `MAX_DATES` weeks, the last one among them.
    levels : dict of Interval, shape (level, date)
        By quantity: percentiles `COURSE_LEVELS` over runs, and the ends of their 95 % intervals.
    means : dict of ndarray, shape (2, date)
        By quantity: mean over runs and half of its 95 % interval.
    stages : ndarray, shape (stage, date)
        Share of runs at least that far, 0 to 1.
    grown : ndarray, shape (2, date)
        Chance of a confrontation up to a date: mean and half of its 95 % interval.
    length : ndarray of int, shape (period,)
        Weeks in each period.
    periods : dict of ndarray, shape (period, run)
        Totals by quantity; `risk` is the chance that the first confrontation falls into the period.
    income : ndarray, shape (source, run)
        $m a year by source, stolen money last.
    """

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
        """Number of runs."""
        return self.income.shape[1]

    @property
    def by_year(self) -> bool:
        """Return whether periods are years; else they are quarters."""
        return self.weeks > YEAR_WEEKS


def summarise_tension(trajectory: Trajectory) -> TensionSummary:
    """Return percentiles of tension over runs, week by week. Raises NotRecordedError without weeks."""
    tension = trajectory.weekly["tension"]
    return TensionSummary(
        trajectory.dates,
        *percentile_intervals(tension, TENSION_LEVELS),
        means=tension.mean(axis=0, dtype=float),
    )


def summarise_causes(trajectory: Trajectory) -> CauseSummary:
    """Split each run's risk by road. Raises NotRecordedError without weeks.

    The chance that a week is the first with a confrontation is divided among the roads in
    proportion to their hazards.
    """
    hazards = np.stack([trajectory.weekly[name] for name in HAZARDS]).astype(float)
    total = hazards.sum(axis=0)
    before = np.exp(-(np.cumsum(total, axis=0) - total))  # no confrontation up to this week
    first = before * -np.expm1(-total)
    share = np.divide(first, total, out=np.zeros_like(total), where=total > 0)
    return CauseSummary((hazards * share).sum(axis=1))


def summarise_course(trajectory: Trajectory) -> CourseSummary:
    """Return what the small charts show of a trajectory.

    Raises
    ------
    NotRecordedError
        If the trajectory was simulated without its weeks.
    """
    weekly, weeks = trajectory.weekly, trajectory.scenario.weeks
    keep = np.unique(np.linspace(0, weeks - 1, min(weeks, MAX_DATES)).round().astype(int))
    starts = np.arange(0, weeks, YEAR_WEEKS if weeks > YEAR_WEEKS else QUARTER_WEEKS)
    ends = np.append(starts[1:], weeks) - 1

    hazard = weekly[HAZARDS[0]].astype(float)
    for name in HAZARDS[1:]:
        hazard += weekly[name]
    grown = -np.expm1(-np.cumsum(hazard, axis=0))
    at_ends = grown[ends]
    risk = np.diff(at_ends, axis=0, prepend=0)

    stage = weekly["talks_stage"][keep]
    income = [weekly[name].mean(axis=0, dtype=float) for name in INCOME]
    income.append(weekly["cyber_theft"].mean(axis=0, dtype=float) * YEAR_WEEKS)
    return CourseSummary(
        weeks=weeks,
        dates=trajectory.dates[keep],
        levels={
            n: percentile_intervals(weekly[n][keep], COURSE_LEVELS) for n in PERCENTILES_BY_DATE
        },
        means={n: _mean_and_half(weekly[n][keep]) for n in MEANS_BY_DATE},
        stages=np.array([(stage >= least).mean(axis=1) for least in STAGES]),
        grown=_mean_and_half(grown[keep]),
        length=np.diff(np.append(starts, weeks)),
        periods={
            n: np.add.reduceat(weekly[n], starts, axis=0, dtype=float).astype(np.float32)
            for n in PERIOD_TOTALS
        }
        | {"risk": risk},
        income=np.array(income),
    )


def _mean_and_half(rows: np.ndarray) -> np.ndarray:
    """Return the mean over runs and half of its 95 % interval: (date, run) -> (2, date)."""
    return np.array([rows.mean(axis=1, dtype=float), half_width(rows)])
