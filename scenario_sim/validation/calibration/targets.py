"""Compute the figures that are fitted, of the record until 2019 and of futures.

All is counted in the weeks of the scenario; a month is the weeks that begin in it. Record and model
are thus measured alike, and no random draw is needed. Counts stand as square roots, whose spread
hardly depends on their size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from scenario_sim.data.enums import Rung
from scenario_sim.data.history import record
from scenario_sim.data.states import Cast
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.dates import first_week_from, week_of
from scenario_sim.scenario.files import load_scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.trajectory import Trajectory

HISTORY_SCENARIO = "history-2012"
FIT_END = date(2020, 1, 1)  # the record is not read from this day on
WEEKS = 417  # whole weeks of the history that end before it
YEARS = range(2012, 2020)
TEST_PERIODS = {"2012-15": (2012, 2016), "2016-17": (2016, 2018), "2018-19": (2018, 2020)}
REGIONAL_TEST_PERIODS = {
    "2012-15": (2012, 2016),
    "2016": (2016, 2017),
    "2017": (2017, 2018),
    "2018-19": (2018, 2020),
}
CONTACT_PERIODS = {"2012-17": (2012, 2018), "2018-19": (2018, 2020)}
CONTACT_MEMORY = np.timedelta64(3, "M")  # how long a contact of the record counts as contact
TRADE_FALL = 0.91  # exports fell by 37 % in 2017 and by 86.3 % in 2018
COUNTED_SIGNALS = {"any_test", "limited_attack"}
LAUNCHES, CSIS, UN = "CNS, CSIS, Japan MoD", "CSIS Beyond Parallel", "UN documents"
CONTACTS = "CSIS US-DPRK Negotiations, ACA"
COUNT_SPREAD, SHARE_SPREAD = 0.25, 0.05  # how exactly the record codes root counts and shares


@dataclass(frozen=True)
class WeeklyData:
    """Weeks of the record (one run) or of futures; arrays have the shape (week, run).

    Attributes
    ----------
    launch_days : ndarray
        0 to 7.
    rung : ndarray
        Rung of North Korea's test or attack of the week; 0 where there was none.
    passed : ndarray
        Resolutions.
    contact : ndarray
        1 in contact or talks, else 0.
    trade_fall : ndarray, shape (run,)
        Share of the trade of 2016 that was gone in 2018; -1 where it doubled or more.
    """

    launch_days: np.ndarray
    rung: np.ndarray
    passed: np.ndarray
    contact: np.ndarray
    trade_fall: np.ndarray


KEPT_QUANTITIES = ("launch_days", "resolution", "talks_stage", "trade")


@dataclass(frozen=True)
class Target:
    """One figure that is fitted.

    Attributes
    ----------
    name, source : str
        The figure, and the source of the record's value.
    least_spread : float
        Lower bound of its spread: how exactly the record is coded.
    values : ndarray, shape (run,)
        One number a run.
    """

    name: str
    source: str
    least_spread: float
    values: np.ndarray


@cache
def history_scenario() -> Scenario:
    """Return the policies of 2012 to 2019."""
    return load_scenario(HISTORY_SCENARIO).with_weeks(WEEKS)


def observed_weeks() -> WeeklyData:
    """Return the record in use until 2019, week by week."""
    scenario = history_scenario()
    rungs = _rungs(scenario.cast)
    launched, rung, passed = (np.zeros((WEEKS, 1)) for _ in range(3))
    acts = record.recorded_acts(scenario.start, FIT_END, ("DPRK", "USA", "China", "Russia"))
    vetoed = {act.date for act in acts if act.action.endswith("_veto")}
    for act in acts:
        week = week_of(scenario.start, act.date)
        if week < WEEKS:
            launched[week] += act.launch_days
            rung[week] = np.maximum(rung[week], rungs.get(act.action, 0))
            passed[week] += act.action == "table_draft" and act.date not in vetoed
    met = [
        c.month for c in record.current_record().contacts if c.polarity > 0 and c.month < FIT_END
    ]
    since = _months()[:, None] - np.array(met, "datetime64[M]")
    contact = ((since >= np.timedelta64(0, "M")) & (since <= CONTACT_MEMORY)).any(
        axis=1, keepdims=True
    )
    return WeeklyData(launched, rung, passed, contact.astype(float), np.array([TRADE_FALL]))


def simulate_weeks(scenarios: Sequence[Scenario], runs: int, seed: int) -> list[WeeklyData]:
    """Return futures 0 .. `runs` - 1 of each scenario, on the same random draws.

    The scenarios are `history_scenario` with other coefficients.
    """
    return [
        _weekly_data(simulate(scenario, runs, seed, keep=KEPT_QUANTITIES)) for scenario in scenarios
    ]


def _weekly_data(futures: Trajectory) -> WeeklyData:
    weekly, cast = futures.weekly, futures.scenario.cast
    rungs = _rungs(cast)
    rung_of = np.array([0, *(rungs.get(action, 0) for action in cast.actions)], np.float32)
    decision = [state for state, _ in cast.channels].index("DPRK")
    trade = weekly["trade"]
    before, after = (trade[_years(year, year + 1)].mean(axis=0) for year in (2016, 2018))
    return WeeklyData(
        weekly["launch_days"],
        rung_of[np.maximum(weekly.acts[decision], 0)],
        weekly["resolution"],
        (weekly["talks_stage"] >= 1).astype(np.float32),
        # Where little was left in 2016, a recovery would be hundreds of times that: no mean is stable.
        np.maximum(1 - after / np.maximum(before, 1e-9), -1),
    )


def compute_targets(past: WeeklyData) -> tuple[Target, ...]:
    """Return every figure that is fitted, of the record or of futures."""
    return (*_launch_targets(past), *_act_targets(past), *_contact_targets(past))


def _launch_targets(past: WeeklyData) -> Iterator[Target]:
    """Yield launch days by year and quarter, and how they are spread over months and weeks."""
    starts = np.flatnonzero(np.diff(_months().astype(int), prepend=-1))
    weeks = past.launch_days
    months = np.add.reduceat(weeks.reshape(WEEKS, -1), starts)
    quarter = _months()[starts].astype(int) % 12 // 3
    total = np.maximum(months.sum(axis=0), 1)
    for year in YEARS:
        count = _root_count(weeks, year, year + 1)
        yield Target(f"launch days in {year}", LAUNCHES, COUNT_SPREAD, count)
    for n in (0, 1, 3):  # the third follows
        share = months[quarter == n].sum(axis=0) / total
        yield Target(f"share of launch days in quarter {n + 1}", LAUNCHES, SHARE_SPREAD, share)
    for name, least_spread, values in (
        ("log variance over mean of months", 0.1, np.log(_dispersion(months))),
        ("share of months without a launch", SHARE_SPREAD, (months == 0).mean(axis=0)),
        ("correlation of a month with the next", SHARE_SPREAD, _lag1_autocorrelation(months)),
        ("log variance over mean of weeks", 0.05, np.log(_dispersion(weeks))),
        ("share of weeks without a launch", SHARE_SPREAD / 2, (weeks == 0).mean(axis=0)),
    ):
        yield Target(name, LAUNCHES, least_spread, values)


def _act_targets(past: WeeklyData) -> Iterator[Target]:
    """Yield tests and attacks by class and period, and resolutions."""
    for kind, counts, periods, source in (
        ("regional tests", past.rung == Rung.REGIONAL_COERCION, REGIONAL_TEST_PERIODS, LAUNCHES),
        ("ICBM and satellite launches", past.rung == Rung.STRATEGIC_DEMONSTRATION, TEST_PERIODS,
         LAUNCHES),
        ("nuclear tests", past.rung == Rung.ACUTE_CRISIS, TEST_PERIODS, CSIS),
        ("limited attacks", past.rung == Rung.LIMITED_ARMED_CLASH, {"2012-19": (2012, 2020)}, CSIS),
        ("resolutions", past.passed, TEST_PERIODS, UN),
    ):  # fmt: skip
        for when, period in periods.items():
            yield Target(f"{kind}, {when}", source, COUNT_SPREAD, _root_count(counts, *period))


def _contact_targets(past: WeeklyData) -> Iterator[Target]:
    """Yield weeks in contact, launch days in contact, and the fall of trade."""
    for when, period in CONTACT_PERIODS.items():
        share = past.contact[_years(*period)].mean(axis=0)
        yield Target(f"share of weeks in contact, {when}", CONTACTS, 2 * SHARE_SPREAD, share)
    launches = _root_count(past.launch_days * past.contact, 2012, 2020)
    yield Target("launch days in contact", CONTACTS, COUNT_SPREAD, launches)
    yield Target("fall of trade, 2016 to 2018", "KOTRA", SHARE_SPREAD, past.trade_fall)


def target_table(past: WeeklyData) -> np.ndarray:
    """Return all figures, shape (figure, run)."""
    return np.array([figure.values for figure in compute_targets(past)], float)


def _rungs(cast: Cast) -> dict[str, int]:
    """Return the rung of each act that is counted, by the action's id."""
    return {n: a.rung for n, (_, a) in cast.actions.items() if COUNTED_SIGNALS & set(a.signals)}


@cache
def _months() -> np.ndarray:
    """Return the month in which each week begins."""
    return (np.datetime64(history_scenario().start, "D") + 7 * np.arange(WEEKS)).astype(
        "datetime64[M]"
    )


@cache
def _years(first: int, end: int) -> slice:
    """Return the weeks that begin from 1 January of `first` up to that of `end`, exclusive."""
    start = history_scenario().start
    return slice(*(first_week_from(start, date(year, 1, 1)) for year in (first, end)))


def _root_count(counts: np.ndarray, first: int, end: int) -> np.ndarray:
    return np.sqrt(counts[_years(first, end)].sum(axis=0))


def _dispersion(counts: np.ndarray) -> np.ndarray:
    """Return variance over mean; 1 where nothing happened."""
    mean, variance = counts.mean(axis=0), counts.var(axis=0, ddof=1)
    return np.where(mean > 0, np.maximum(variance, 0.05) / np.maximum(mean, 1e-9), 1.0)


def _lag1_autocorrelation(counts: np.ndarray) -> np.ndarray:
    centred = counts - counts.mean(axis=0)
    return (centred[1:] * centred[:-1]).sum(axis=0) / np.maximum((centred**2).sum(axis=0), 1e-9)
