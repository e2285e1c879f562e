"""Measure stylised facts of 2012 to 2023 in the model and judge them by bands.

Each band was set before this model was run and stays: a fact that fails is reported, not removed.
The model runs freely under the policies of `history-2012`, and under the drive that each year's
launches imply. Both know the record, so passing is no proof of skill; `backtest` is the honest trial.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from scenario_sim.data.history import months as record_months
from scenario_sim.data.history import record
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.scenario import Scenario, dates
from scenario_sim.scenario.files import load_scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.outcomes import HAZARDS, count_acts
from scenario_sim.simulation.recording import Recording
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.validation import past_policies
from scenario_sim.validation.hawkes import fit_hawkes

FIRST_YEAR, LAST_YEAR = 2012, 2023
YEARS = np.arange(FIRST_YEAR, LAST_YEAR + 1)
MAX_REFITTED_RUNS = 6  # runs to which the clusters are fitted
TEN_YEARS_WEEKS = 520


@dataclass(frozen=True)
class FactEnsembles:
    """Simulate, once each, the ensembles on which facts are measured, beside the record."""

    runs: int
    seed: int
    edit: Callable[[Scenario], Scenario] = field(default=lambda scenario: scenario, kw_only=True)

    @cached_property
    def scenario(self) -> Scenario:
        """The policies of 2012 to 2023, and the drive that each year's launches imply."""
        return self.edit(past_policies.history_with_inferred_drive())

    @cached_property
    def history(self) -> Trajectory:
        """Futures of the history, with their weeks."""
        return simulate(self.scenario, self.runs, self.seed)

    def with_sensitivity(self, value: float) -> Trajectory:
        """Return futures of the history with another sensitivity to exercises."""
        return simulate(self.scenario.with_levers(exercise_sensitivity=value), self.runs, self.seed)

    @cached_property
    def ahead(self) -> Trajectory:
        """Futures of ten years from the status quo."""
        ten_years = load_scenario("status-quo").with_weeks(TEN_YEARS_WEEKS)
        return simulate(self.edit(ten_years), self.runs, self.seed)

    @cached_property
    def of_months(self) -> np.ndarray:
        """Months of the history: datetime64[M], shape (month,)."""
        return record_months.month_range(f"{FIRST_YEAR}-01", f"{LAST_YEAR}-12")

    @cached_property
    def months(self) -> np.ndarray:
        """Simulated launch days, shape (run, month)."""
        weekly = self.history.weekly["launch_days"]
        rng = np.random.default_rng(self.seed)
        return record_months.simulated_launch_days(weekly, self.scenario.start, self.of_months, rng)

    @cached_property
    def seen(self) -> np.ndarray:
        """Launch days of the record, shape (1, month)."""
        return record_months.launch_days_by_month(self.of_months)[None]

    @cached_property
    def years(self) -> np.ndarray:
        """Simulated launch days, shape (run, year)."""
        return sum_by_year(self.months)

    @cached_property
    def days(self) -> np.ndarray:
        """Every day of the history: datetime64[D], shape (day,)."""
        start = np.datetime64(self.scenario.start, "D")
        return start + np.arange(self.scenario.weeks * 7)

    @cached_property
    def days_seen(self) -> np.ndarray:
        """1 for each launch day of the record, else 0; shape (day,)."""
        return record.current_record().launch_days(self.days)

    @cached_property
    def clusters(self) -> np.ndarray:
        """Branching ratio and half-life (days) fitted to some runs, shape (2, run)."""
        rng = np.random.default_rng(self.seed)
        runs = self.history.weekly["launch_days"].T[:MAX_REFITTED_RUNS].astype(int)
        events = [
            np.sort(
                np.concatenate([7 * week + rng.permutation(7)[:n] for week, n in enumerate(run)])
            )
            for run in runs
        ]
        return np.array([fit_hawkes(self.days[0], self.days.size, e) for e in events]).T

    @cached_property
    def clusters_seen(self) -> tuple[float, float]:
        """Branching ratio and half-life (days) fitted to the record."""
        return fit_hawkes(self.days[0], self.days.size, np.flatnonzero(self.days_seen))

    def between(self, first: date, end: date) -> Recording:
        """Return the weeks that begin from `first` up to but not including `end`."""
        whole = self.history.weekly
        weeks = slice(*(dates.first_week_from(self.scenario.start, d) for d in (first, end)))
        return Recording(whole.cast, whole.table[:, weeks], whole.acts[:, weeks])

    def within(self, first: int, last: int) -> Recording:
        """Return the weeks of the years from `first` to `last`."""
        return self.between(date(first, 1, 1), date(last + 1, 1, 1))


def sum_by_year(months: np.ndarray) -> np.ndarray:
    """Sum months by year: (row, month) -> (row, year)."""
    return months.reshape(len(months), -1, 12).sum(axis=2)


@dataclass(frozen=True)
class Fact:
    """One stylised fact and how it is measured.

    Attributes
    ----------
    id, says : str
        Its number and its words.
    low, high : float
        Band in which the model's figure has to lie.
    measure : callable
        Returns the model's figure, one number a run or one for all.
    record : callable, optional
        Returns the record's figure, where the record has it.
    """

    id: str
    says: str
    low: float
    high: float
    measure: Callable[[FactEnsembles], Any]
    record: Callable[[FactEnsembles], float] | None = None


@dataclass(frozen=True)
class FactResult:
    """A fact as measured: mean over runs, band of nine runs in ten, and the record's value."""

    fact: Fact
    value: float
    band: tuple[float, float] | None
    observed: float | None

    @property
    def holds(self) -> bool:
        """Return whether the mean lies in the fact's band."""
        return bool(self.fact.low <= self.value <= self.fact.high)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        fact = self.fact
        p5, p95 = self.band or (None, None)
        return {
            "id": fact.id, "fact": fact.says, "observed": self.observed, "simulated": self.value,
            "p5": p5, "p95": p95, "accepted_minimum": fact.low, "accepted_maximum": fact.high,
            "holds": self.holds,
        }  # fmt: skip


def measure_facts(
    runs: int = 500, seed: int = 0, worlds: FactEnsembles | None = None
) -> list[FactResult]:
    """Measure every fact on `runs` futures of 2012 to 2023, or on other ensembles.

    Deterministic: the same runs and seed give the same figures. Raises ScenarioError where the record
    in use does not cover these years: days that nobody recorded are not days without launches.
    """
    covered = record.current_record().coverage
    if covered.first > date(FIRST_YEAR, 1, 1) or covered.last < date(LAST_YEAR, 12, 31):
        text = (
            f"covers {covered.first} to {covered.last}, and the facts are of {FIRST_YEAR} to "
            f"{LAST_YEAR}; state these days in coverage.toml if it holds them"
        )
        raise ScenarioError([Problem("the record in use", text)], "facts cannot be measured")
    worlds = worlds or FactEnsembles(runs, seed)
    return [_measure_fact(fact, worlds) for fact in FACTS]


def _measure_fact(fact: Fact, worlds: FactEnsembles) -> FactResult:
    values = np.asarray(fact.measure(worlds), float)
    band = None
    if values.ndim:
        low, high = np.nanpercentile(values, (5, 95))
        band = float(low), float(high)
    observed = None if fact.record is None else float(fact.record(worlds))
    return FactResult(fact, float(np.nanmean(values)), band, observed)


# --- how a figure is measured ------------------------------------------------------------------------


def dispersion(counts: np.ndarray) -> np.ndarray:
    """Return variance over mean of each row; NaN where the mean is 0."""
    mean = counts.mean(axis=1)
    return counts.var(axis=1, ddof=1) / np.where(mean > 0, mean, np.nan)


def lag1_autocorrelation(counts: np.ndarray) -> np.ndarray:
    """Return the correlation of each count with the next, by row."""
    centred = counts - counts.mean(axis=1, keepdims=True)
    spread = (centred**2).sum(axis=1)
    return (centred[:, 1:] * centred[:, :-1]).sum(axis=1) / np.where(spread > 0, spread, np.nan)


def zero_share(counts: np.ndarray) -> np.ndarray:
    """Return the share of zeros in each row, 0 to 1."""
    return (counts == 0).mean(axis=1)


def _in_year(year: int) -> int:
    return year - FIRST_YEAR


def _years_in_band(worlds: FactEnsembles) -> int:
    low, high = np.percentile(worlds.years, (10, 90), axis=0)
    seen = sum_by_year(worlds.seen)[0]
    return int(((low <= seen) & (seen <= high)).sum())


def _weekly(worlds: FactEnsembles) -> np.ndarray:
    return worlds.history.weekly["launch_days"].T


def _weekly_seen(worlds: FactEnsembles) -> np.ndarray:
    return worlds.days_seen.reshape(-1, 7).sum(axis=1)[None]


def _idle_years(worlds: FactEnsembles) -> float:
    busy = [_in_year(year) for year in (2014, 2015, 2016, 2017, 2022, 2023)]
    return float((worlds.years[:, busy] == 0).mean(axis=0).max())


def _talks_ratio(worlds: FactEnsembles) -> float:
    """Return launch days a week in contact or talks, over those without."""
    weekly = worlds.history.weekly
    talking = weekly["talks_stage"] >= 1
    return float(weekly["launch_days"][talking].mean() / weekly["launch_days"][~talking].mean())


def _talks_ratio_seen(worlds: FactEnsembles) -> float:
    """Return the record's counterpart: months within three of a contact over other months."""
    before = past_policies.had_contact(
        record_months.month_range(f"{FIRST_YEAR - 1}-10", f"{LAST_YEAR}-12")
    )
    recent = np.lib.stride_tricks.sliding_window_view(before, 3).any(axis=1)[:-1]
    return float(worlds.seen[0][recent].mean() / worlds.seen[0][~recent].mean())


def _drill_ratio(trajectory: Trajectory) -> float:
    """Return launch days in weeks of exercises over weeks without, within one month of one year.

    Runs in contact are compared with each other alone: talks hold back drills and launches alike. The
    ratio is that of Mantel and Haenszel (1959).
    """
    weekly = trajectory.weekly
    stratum = trajectory.dates.astype("datetime64[M]").astype(int)
    launched, drilling = weekly["launch_days"].astype(float), weekly["exercise_intensity"] > 0
    contact = weekly["talks_stage"] >= 1
    above = below = 0.0
    for month in np.unique(stratum):
        weeks = stratum == month
        for apart in (contact[weeks], ~contact[weeks]):
            days, drill = launched[weeks][apart], drilling[weeks][apart]
            within, without = drill.sum(), (~drill).sum()
            if within and without:
                during = days[drill].sum()
                above += during * without / (within + without)
                below += (days.sum() - during) * within / (within + without)
    return above / below


def _acts(worlds: FactEnsembles, first: int, last: int, *ids: str) -> np.ndarray:
    return count_acts(worlds.within(first, last), lambda action: action.id in ids)


def _sum(worlds: FactEnsembles, name: str, first: int, last: int) -> np.ndarray:
    return worlds.within(first, last)[name].sum(axis=0)


def _mean(worlds: FactEnsembles, name: str, first: int, last: int) -> np.ndarray:
    return worlds.within(first, last)[name].mean(axis=0)


def _hazard(worlds: FactEnsembles, year: int) -> float:
    return float(sum(_mean(worlds, name, year, year).mean() for name in HAZARDS))


def _weekly_theft(worlds: FactEnsembles) -> np.ndarray:
    """Return cyber theft by year from 2018, shape (year, run, week)."""
    return np.array([worlds.within(y, y)["cyber_theft"][:52].T for y in range(2018, LAST_YEAR + 1)])


def _skew(worlds: FactEnsembles) -> float:
    years = _weekly_theft(worlds).sum(axis=2)
    return float((years.mean(axis=1) / np.median(years, axis=1)).mean())


def _one_big_week(worlds: FactEnsembles) -> float:
    weeks = _weekly_theft(worlds)
    return float((weeks.max(axis=2) > 0.4 * weeks.sum(axis=2)).mean())


def _calm_after(worlds: FactEnsembles) -> np.ndarray:
    late = worlds.between(date(2018, 10, 1), date(2019, 1, 1))["tension"].mean(axis=0)
    return _mean(worlds, "tension", 2017, 2017) - late


def _count_impossible_values(worlds: FactEnsembles) -> int:
    """Count values that cannot be: money below 0, shares outside 0 to 1, hazards below 0 or NaN."""
    weekly = worlds.history.weekly
    wrong = sum(
        int((weekly[n] < 0).sum()) for n in ("revenue", "trade", "smuggling", "cyber_theft")
    )
    shares = ("un_sanctions", "enforcement", "icbm_reliability", "regional_reliability", "reach")
    wrong += sum(int(((weekly[n] < 0) | (weekly[n] > 1)).sum()) for n in shares)
    hazard = sum(weekly[name] for name in HAZARDS)
    return wrong + int((~np.isfinite(hazard) | (hazard < 0)).sum())


INF = float("inf")
FACTS = (
    Fact("F1", "Years of twelve whose launch days lie in the band of eight runs of ten", 10, 12,
         _years_in_band),
    Fact("F2", "Variance of monthly launch days over their mean", 1.6, 3.0,
         lambda w: dispersion(w.months), lambda w: dispersion(w.seen)[0]),
    Fact("F3", "Share of months without a launch", 0.40, 0.62,
         lambda w: zero_share(w.months), lambda w: zero_share(w.seen)[0]),
    Fact("F4", "Correlation of a month's launch days with the next month's", 0.15, 0.50,
         lambda w: lag1_autocorrelation(w.months), lambda w: lag1_autocorrelation(w.seen)[0]),
    Fact("F5a", "Share of weeks without a launch", 0.75, 0.85,
         lambda w: zero_share(_weekly(w)), lambda w: zero_share(_weekly_seen(w))[0]),
    Fact("F5b", "Variance of weekly launch days over their mean", 1.0, 1.5,
         lambda w: dispersion(_weekly(w)), lambda w: dispersion(_weekly_seen(w))[0]),
    Fact("F6", "Variance of yearly launch days over their mean", 4, 12,
         lambda w: dispersion(w.years), lambda w: dispersion(sum_by_year(w.seen))[0]),
    Fact("F7a", "Chance of at most two launch days in 2018, the year of summits", 0.6, 1,
         lambda w: (w.years[:, _in_year(2018)] <= 2).mean()),
    Fact("F7b", "Chance of none in 2018", 0.3, 1,
         lambda w: (w.years[:, _in_year(2018)] == 0).mean()),
    Fact("F7c", "Greatest chance of none in any of 2014-17, 2022 and 2023", 0, 0.02, _idle_years),
    Fact("F8", "Chance that 2022 is the busiest year", 0.5, 1,
         lambda w: (w.years.argmax(axis=1) == _in_year(2022)).mean()),
    Fact("F9", "Launch days a week in contact or talks, over those without", 0.1, 0.7,
         _talks_ratio, _talks_ratio_seen),
    Fact("F10a", "The same in weeks of exercises over weeks without, same month: no sensitivity",
         0.85, 1.15, lambda w: _drill_ratio(w.with_sensitivity(0))),
    Fact("F10b", "... at a sensitivity of 1", 0.9, 2.5, lambda w: _drill_ratio(w.history)),
    Fact("F10c", "... at a sensitivity of 2", 0.9, 2.5, lambda w: _drill_ratio(w.with_sensitivity(2))),
    Fact("F11a", "ICBM and nuclear tests in 2018-21, the moratorium", 0, 1,
         lambda w: _acts(w, 2018, 2021, "icbm_test", "nuclear_test")),
    Fact("F11b", "Short-range tests in 2019", 3, INF, lambda w: _acts(w, 2019, 2019, "short_range_test")),
    Fact("F12a", "Resolutions passed in 2013-17", 4, INF, lambda w: _sum(w, "resolution", 2013, 2017)),
    Fact("F12b", "Resolutions passed in 2018-23", 0, 0.5, lambda w: _sum(w, "resolution", 2018, 2023)),
    Fact("F12c", "Chance of a veto in 2022", 0.4, 1, lambda w: (_sum(w, "veto", 2022, 2022) > 0).mean()),
    Fact("F13", "Fall of trade from 2016 to 2018", 0.6, 1,
         lambda w: 1 - _mean(w, "trade", 2018, 2018) / _mean(w, "trade", 2016, 2016)),
    Fact("F14a", "Mean over median of a year's cyber theft, from 2018", 1.1, INF, _skew),
    Fact("F14b", "Chance that one week brings more than 40 % of a year's theft", 0.2, 1, _one_big_week),
    Fact("F15a", "Reliability of ICBMs at the end of 2023", 0.65, 0.90,
         lambda w: w.history.weekly["icbm_reliability"][-1]),
    Fact("F15b", "Reliability of regional missiles in 2016", 0, 0.75,
         lambda w: _mean(w, "regional_reliability", 2016, 2016)),
    Fact("F15c", "Reliability of regional missiles at the end of 2023", 0.8, 1,
         lambda w: w.history.weekly["regional_reliability"][-1]),
    Fact("F16a", "ICBMs in the field at the end of 2023", 3, 10,
         lambda w: w.history.weekly["icbm_stock"][-1]),
    Fact("F16b", "ICBMs in the field ten years from September 2026", 30, 70,
         lambda w: w.ahead.weekly["icbm_stock"][-1]),
    Fact("F17a", "Tension of 2017 less that of the last quarter of 2018, rungs", 2.5, 8, _calm_after),
    Fact("F17b", "Hazard of confrontation in 2017 over that in 2018", 3, INF,
         lambda w: _hazard(w, 2017) / _hazard(w, 2018)),
    Fact("F18a", "Armed incidents nobody ordered, a year", 0.05, 0.4,
         lambda w: _sum(w, "incident", FIRST_YEAR, LAST_YEAR) / YEARS.size),
    Fact("F18b", "Chance of a confrontation in the twelve years", 0, 0.25,
         lambda w: w.history.outcomes["confrontation_risk"].to_numpy()),
    Fact("F19a", "Launches set off by one launch, fitted", 0.1, 0.5,
         lambda w: w.clusters[0], lambda w: w.clusters_seen[0]),
    Fact("F19b", "Half-life of that, days", 3, 10,
         lambda w: np.median(w.clusters[1]), lambda w: w.clusters_seen[1]),
    Fact("F20", "Values that cannot be (money below 0, shares outside 0..1)", 0, 0, _count_impossible_values),
)  # fmt: skip
