"""Find runs worth showing to a class: a typical one, a near miss, a false alarm."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scenario_sim.errors import UnknownNameError
from scenario_sim.scenario import LectureSeed, Scenario
from scenario_sim.simulation import messages
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.outcomes import HAZARDS
from scenario_sim.simulation.trajectory import Trajectory

# A typical run is near the middle of these outcomes: tests, talks, tension and risk.
TYPICAL_OUTCOMES = ("launch_days", "icbm_tests", "provocations", "talks_weeks", "mean_tension",
         "confrontation_risk", "peak_rung")  # fmt: skip


def find_lecture_seeds(scenario: Scenario, seed: int = 0, runs: int = 2000) -> list[LectureSeed]:
    """Search an ensemble for runs to show. Equal arguments find equal runs.

    Raises
    ------
    NotRecordedError
        If the weeks of so many runs do not fit into memory.
    """
    trajectory = simulate(scenario, runs, seed)
    positions = {
        "typical": _most_typical(trajectory),
        "near-miss": _nearest_miss(trajectory),
        "false-alarm": _worst_alarm(trajectory),
    }
    return [
        LectureSeed(
            id=kind,
            seed=seed,
            run=int(trajectory.runs[at]),
            note=describe_run(kind, trajectory, at),
        )
        for kind, at in positions.items()
    ]


def describe_run(kind: str, trajectory: Trajectory, at: int) -> str:
    """Return a sentence on what to see in the `at`-th run of a trajectory, shown as a `kind`."""
    weekly, row = trajectory.weekly, trajectory.outcomes.iloc[at]
    if kind == "typical":
        return messages.TYPICAL.format(
            days=row.launch_days, talks=row.talks_weeks, tension=row.mean_tension
        )
    if kind == "near-miss":
        week = int(_danger(trajectory)[:, at].argmax())
        return messages.NEAR_MISS.format(
            day=trajectory.dates[week], tension=weekly["tension"][week, at]
        )
    if row.confrontation_cause == "false_alarm":
        return messages.FALSE_ALARM.format(day=trajectory.dates[int(row.confrontation_week)])
    day = trajectory.dates[int(weekly["hazard_false_alarm"][:, at].argmax())]
    return messages.NO_FALSE_ALARM.format(day=day)


def choose_run(trajectory: Trajectory, kind: str) -> int:
    """Return the id of a run worth showing, by a rule of `RUN_SELECTORS`, or of a lecture seed.

    A lecture seed is chosen by its id, if it belongs to the trajectory's seed. Of equal runs, the
    first is returned.

    Raises
    ------
    UnknownNameError
        If there is no such kind.
    NotRecordedError
        If the weeks were not kept.
    """
    if kind in RUN_SELECTORS:
        return int(trajectory.runs[RUN_SELECTORS[kind](trajectory)])
    lecture_runs = {
        s.id: s.run for s in trajectory.scenario.lecture_seeds if s.seed == trajectory.seed
    }
    if kind not in lecture_runs:
        raise UnknownNameError("kind of run", kind, {*RUN_SELECTORS, *lecture_runs})
    return lecture_runs[kind]


def _calmest(trajectory: Trajectory) -> int:
    """Return the run with the lowest mean tension."""
    return int(trajectory.outcomes.mean_tension.to_numpy().argmin())


def _worst(trajectory: Trajectory) -> int:
    """Return the run with the highest risk of confrontation, whether or not one is drawn."""
    return int(trajectory.outcomes.confrontation_risk.to_numpy().argmax())


def _most_typical(trajectory: Trajectory) -> int:
    """Return the run nearest to the middle, by ranks, because the risk has a long tail."""
    ranks = np.array([trajectory.outcomes[name].rank(pct=True) for name in TYPICAL_OUTCOMES])
    return int(np.square(ranks - 0.5).mean(axis=0).argmin())


def _nearest_miss(trajectory: Trajectory) -> int:
    """Return the run with the most dangerous week among those without a confrontation."""
    passed = trajectory.outcomes.confrontation.to_numpy() == 0
    return int(np.where(passed, _danger(trajectory).max(axis=0), -1).argmax())


def _worst_alarm(trajectory: Trajectory) -> int:
    """Return a run with a confrontation by false alarm, or else with the likeliest one."""
    false_alarms = np.flatnonzero(trajectory.outcomes.confrontation_cause == "false_alarm")
    return int(
        false_alarms[0]
        if false_alarms.size
        else trajectory.weekly["hazard_false_alarm"].max(0).argmax()
    )


def _danger(trajectory: Trajectory) -> np.ndarray:
    """Return the sum of the hazards of all roads: (weeks, runs)."""
    danger = np.zeros_like(trajectory.weekly["tension"])
    for name in HAZARDS:
        danger = danger + trajectory.weekly[name]
    return danger


RUN_SELECTORS: dict[str, Callable[[Trajectory], int]] = {
    "typical": _most_typical,
    "calmest": _calmest,
    "worst": _worst,
    "near-miss": _nearest_miss,
}
