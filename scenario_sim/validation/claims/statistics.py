"""What is added up over runs for the figures of a trial: trajectories -> (total, run)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scenario_sim.scenario.dates import calendar_by_week as calendar_weeks
from scenario_sim.simulation.outcomes import HAZARDS
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.validation.claims.estimates import Statistic

YEAR_WEEKS, HALF_YEAR_WEEKS = 52, 26  # weeks


def outcome(name: str) -> Statistic:
    """An outcome in each world: (world, run)."""
    return lambda *worlds: np.array([w.outcomes[name].to_numpy(float) for w in worlds])


def has_any(name: str) -> Statistic:
    """Whether a run has any of an outcome, in each world."""
    return lambda *worlds: np.array([w.outcomes[name].to_numpy(float) > 0 for w in worlds])


def weekly(*names: str, weeks: slice = slice(None)) -> Statistic:
    """The sum over some weeks of recorded quantities, in each world."""
    return lambda *worlds: np.array([sum(_sum(w.weekly[n][weeks]) for n in names) for w in worlds])


def acts(action: str) -> Statistic:
    """How often an act was chosen, in each world."""
    return lambda *worlds: np.array([_sum(w.weekly.did(action)) for w in worlds])


def rates(events: np.ndarray, inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """Events and weeks in some weeks and in others, all (week, run): (4, run)."""
    return np.array([_sum(events * inside), _sum(inside), _sum(events * outside), _sum(outside)])


def _sum(rows: np.ndarray) -> np.ndarray:
    return rows.sum(axis=0, dtype=float)


# --- of one claim each -----------------------------------------------------------------------------


def launches_by_fear(t: Trajectory) -> np.ndarray:
    """Launch days in the third of weeks with the most fear and the third with the least, no talks."""
    fear, free = t.weekly["DPRK.threat"], t.weekly["talks_stage"] == 0
    afraid, calm = np.quantile(fear[free], (2 / 3, 1 / 3))
    return rates(t.weekly["launch_days"], free & (fear > afraid), free & (fear < calm))


def launches_by_last_week(t: Trajectory) -> np.ndarray:
    """Launch days after a week with a launch and after one without, no talks."""
    days, free = t.weekly["launch_days"], t.weekly["talks_stage"][1:] == 0
    tested = days[:-1] > 0
    return rates(days[1:], free & tested, free & ~tested)


def launches_by_drill(t: Trajectory) -> np.ndarray:
    """Launch days in weeks in which everybody has a drill in sight and in others, no talks; spring,
    then the rest of the year."""
    spring = calendar_weeks(t.scenario.start, t.scenario.weeks)["spring"][1:, None] > 0
    drill = t.weekly["exercise_intensity"][:-1] > 0  # everybody saw it last week
    silent = t.weekly["talks_stage"][:-1] == 0
    days = t.weekly["launch_days"][1:]
    return np.concatenate(
        [rates(days, at & silent & drill, at & silent & ~drill) for at in (spring, ~spring)]
    )


def half_year_changes(t: Trajectory) -> np.ndarray:
    """Half-years with more launch days than the one before, with fewer, and all."""
    counts = t.weekly["launch_days"].reshape(-1, HALF_YEAR_WEEKS, t.runs.size).sum(axis=1)
    step = np.diff(counts, axis=0)
    return np.array(
        [(step > 0).sum(axis=0), (step < 0).sum(axis=0), np.full(t.runs.size, len(step))]
    )


def at_least(action: Callable[[Trajectory], np.ndarray], many: int) -> Statistic:
    return lambda t: np.array([np.ones(t.runs.size), action(t) >= many])


def first_and_last_year(*names: str) -> Statistic:
    def tally(t: Trajectory) -> np.ndarray:
        years = (slice(0, YEAR_WEEKS), slice(-YEAR_WEEKS, None))
        return np.concatenate([weekly(*names, weeks=year)(t) for year in years])

    return tally


def first_and_last_hazard(*worlds: Trajectory) -> np.ndarray:
    """The hazard of the first world's first year, and of the last world's last."""
    years = (worlds[0], slice(0, YEAR_WEEKS)), (worlds[-1], slice(-YEAR_WEEKS, None))
    return np.concatenate([weekly(*HAZARDS, weeks=year)(world) for world, year in years])


def stock(t: Trajectory) -> np.ndarray:
    """ICBMs in the field in the first and in the last week."""
    return t.weekly["icbm_stock"][[0, -1]]


def had_contact(*worlds: Trajectory) -> np.ndarray:
    """Whether a run ever saw contact, in each world."""
    return np.array([(w.weekly["talks_stage"] > 0).any(axis=0) for w in worlds])


def growth(*worlds: Trajectory) -> np.ndarray:
    return np.array([np.diff(stock(w).astype(float), axis=0)[0] for w in worlds])


def icbms_made(*worlds: Trajectory) -> np.ndarray:
    """ICBMs made ready for test: those flown and those left."""
    left = np.array([w.weekly["icbm_articles"][-1] for w in worlds])
    return acts("icbm_test")(*worlds) + left


def shortfall(name: str, first: slice, later: slice) -> Statistic:
    """What the second world lacks of a quantity against the first, in some weeks and later."""

    def tally(*worlds: Trajectory) -> np.ndarray:
        base, other = (w.weekly[name].astype(float) for w in worlds)
        return np.array([(base - other)[weeks].mean(axis=0) for weeks in (first, later)])

    return tally


def votes(*worlds: Trajectory) -> np.ndarray:
    """Drafts voted on, and drafts passed."""
    o = worlds[0].outcomes
    return np.array([o["resolutions"] + o["vetoes"], o["resolutions"]], float)


def drafts_per_case(*worlds: Trajectory) -> np.ndarray:
    """(drafts, cases) in the second world and in the first."""
    rows = []
    for world in reversed(worlds):
        o = world.outcomes
        rows += [o["resolutions"] + o["vetoes"], o["icbm_tests"] + o["nuclear_tests"]]
    return np.array(rows, float)


def preventive_window(*worlds: Trajectory) -> np.ndarray:
    """Washington's fear while it could still strike without answer."""
    return np.array(
        [
            ((1 - w.weekly["reach"]) * w.weekly["USA.threat"]).sum(axis=0, dtype=float)
            for w in worlds
        ]
    )


def support(*worlds: Trajectory) -> np.ndarray:
    return np.array([w.weekly["china_support"][30] for w in worlds])
