"""Define what a trial sums over runs: trajectories -> totals of shape (total, run)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scenario_sim.scenario.dates import calendar_by_week as calendar_weeks
from scenario_sim.simulation.outcomes import HAZARDS
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.validation.claims.estimates import Statistic

YEAR_WEEKS, HALF_YEAR_WEEKS = 52, 26  # weeks


def outcome(name: str) -> Statistic:
    """Return an outcome in each scenario, shape (scenario, run)."""
    return lambda *worlds: np.array([w.outcomes[name].to_numpy(float) for w in worlds])


def has_any(name: str) -> Statistic:
    """Return whether a run has any of an outcome, in each scenario."""
    return lambda *worlds: np.array([w.outcomes[name].to_numpy(float) > 0 for w in worlds])


def weekly(*names: str, weeks: slice = slice(None)) -> Statistic:
    """Return the sum over some weeks of recorded quantities, in each scenario."""
    return lambda *worlds: np.array([sum(_sum(w.weekly[n][weeks]) for n in names) for w in worlds])


def acts(action: str) -> Statistic:
    """Return how often an act was chosen, in each scenario."""
    return lambda *worlds: np.array([_sum(w.weekly.did(action)) for w in worlds])


def rates(events: np.ndarray, inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """Return events and weeks inside and outside a set of weeks.

    Parameters
    ----------
    events, inside, outside : ndarray, shape (week, run)
        Counts, and whether each week belongs to the set or to its complement.

    Returns
    -------
    ndarray, shape (4, run)
        Events inside, weeks inside, events outside, weeks outside.
    """
    return np.array([_sum(events * inside), _sum(inside), _sum(events * outside), _sum(outside)])


def _sum(rows: np.ndarray) -> np.ndarray:
    return rows.sum(axis=0, dtype=float)


# --- of one claim each -----------------------------------------------------------------------------


def launches_by_fear(t: Trajectory) -> np.ndarray:
    """Count launch days in the thirds of weeks with most and with least fear, outside talks."""
    fear, free = t.weekly["DPRK.threat"], t.weekly["talks_stage"] == 0
    afraid, calm = np.quantile(fear[free], (2 / 3, 1 / 3))
    return rates(t.weekly["launch_days"], free & (fear > afraid), free & (fear < calm))


def launches_by_last_week(t: Trajectory) -> np.ndarray:
    """Count launch days after weeks with a launch and after weeks without, outside talks."""
    days, free = t.weekly["launch_days"], t.weekly["talks_stage"][1:] == 0
    tested = days[:-1] > 0
    return rates(days[1:], free & tested, free & ~tested)


def launches_by_drill(t: Trajectory) -> np.ndarray:
    """Count launch days in weeks with a drill in sight and in others, outside talks.

    The strata are spring, then the rest of the year.
    """
    spring = calendar_weeks(t.scenario.start, t.scenario.weeks)["spring"][1:, None] > 0
    drill = t.weekly["exercise_intensity"][:-1] > 0  # every state saw it last week
    silent = t.weekly["talks_stage"][:-1] == 0
    days = t.weekly["launch_days"][1:]
    return np.concatenate(
        [rates(days, at & silent & drill, at & silent & ~drill) for at in (spring, ~spring)]
    )


def half_year_changes(t: Trajectory) -> np.ndarray:
    """Count half-years with more launch days than the one before, with fewer, and all."""
    counts = t.weekly["launch_days"].reshape(-1, HALF_YEAR_WEEKS, t.runs.size).sum(axis=1)
    step = np.diff(counts, axis=0)
    return np.array(
        [(step > 0).sum(axis=0), (step < 0).sum(axis=0), np.full(t.runs.size, len(step))]
    )


def at_least(action: Callable[[Trajectory], np.ndarray], many: int) -> Statistic:
    """Return the number of runs, and of runs in which `action` comes to at least `many`."""
    return lambda t: np.array([np.ones(t.runs.size), action(t) >= many])


def first_and_last_year(*names: str) -> Statistic:
    """Return the sum of quantities over the first year and over the last."""

    def tally(t: Trajectory) -> np.ndarray:
        years = (slice(0, YEAR_WEEKS), slice(-YEAR_WEEKS, None))
        return np.concatenate([weekly(*names, weeks=year)(t) for year in years])

    return tally


def first_and_last_hazard(*worlds: Trajectory) -> np.ndarray:
    """Return the hazard of the first scenario's first year and of the last scenario's last year."""
    years = (worlds[0], slice(0, YEAR_WEEKS)), (worlds[-1], slice(-YEAR_WEEKS, None))
    return np.concatenate([weekly(*HAZARDS, weeks=year)(world) for world, year in years])


def stock(t: Trajectory) -> np.ndarray:
    """Return ICBMs in the field in the first and in the last week."""
    return t.weekly["icbm_stock"][[0, -1]]


def had_contact(*worlds: Trajectory) -> np.ndarray:
    """Return whether a run ever saw contact, in each scenario."""
    return np.array([(w.weekly["talks_stage"] > 0).any(axis=0) for w in worlds])


def growth(*worlds: Trajectory) -> np.ndarray:
    """Return the growth of the stock of ICBMs, in each scenario."""
    return np.array([np.diff(stock(w).astype(float), axis=0)[0] for w in worlds])


def icbms_made(*worlds: Trajectory) -> np.ndarray:
    """Return ICBMs made ready for test, in each scenario: those flown and those left."""
    left = np.array([w.weekly["icbm_articles"][-1] for w in worlds])
    return acts("icbm_test")(*worlds) + left


def shortfall(name: str, first: slice, later: slice) -> Statistic:
    """Return by how much the second scenario lacks a quantity, in some weeks and in later ones."""

    def tally(*worlds: Trajectory) -> np.ndarray:
        base, other = (w.weekly[name].astype(float) for w in worlds)
        return np.array([(base - other)[weeks].mean(axis=0) for weeks in (first, later)])

    return tally


def votes(*worlds: Trajectory) -> np.ndarray:
    """Return drafts voted on, and drafts passed."""
    o = worlds[0].outcomes
    return np.array([o["resolutions"] + o["vetoes"], o["resolutions"]], float)


def drafts_per_case(*worlds: Trajectory) -> np.ndarray:
    """Return (drafts, cases) in the second scenario and in the first."""
    rows = []
    for world in reversed(worlds):
        o = world.outcomes
        rows += [
            o["resolutions"] + o["vetoes"],
            o["icbm_tests"] + o["satellite_launches"] + o["nuclear_tests"],
        ]
    return np.array(rows, float)


def preventive_window(*worlds: Trajectory) -> np.ndarray:
    """Return Washington's fear while it could still strike without retaliation, by scenario."""
    return np.array(
        [
            ((1 - w.weekly["reach"]) * w.weekly["USA.threat"]).sum(axis=0, dtype=float)
            for w in worlds
        ]
    )


def support(*worlds: Trajectory) -> np.ndarray:
    """Return China's support in week 30, in each scenario."""
    return np.array([w.weekly["china_support"][30] for w in worlds])
