"""Runs worth showing to a class, found by search: a typical one, a near miss, a false alarm."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scenario_sim.errors import UnknownNameError
from scenario_sim.scenario import LectureSeed, Scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.outcomes import HAZARDS
from scenario_sim.simulation.trajectory import Trajectory

# What a run is typical in: how much was tested, talked, feared and risked.
MARKS = ("launch_days", "icbm_tests", "provocations", "talks_weeks", "mean_tension",
         "confrontation_risk", "peak_rung")  # fmt: skip


def find_lecture_seeds(scenario: Scenario, seed: int = 0, runs: int = 2000) -> list[LectureSeed]:
    """Search an ensemble for runs to show: the same scenario, seed and runs find the same ones.

    Raises NotKept where so many weeks do not fit into memory.
    """
    trajectory = simulate(scenario, runs, seed)
    found = {
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
        for kind, at in found.items()
    ]


def describe_run(kind: str, trajectory: Trajectory, at: int) -> str:
    """What there is to see in the `at`-th run of a trajectory, which is shown as a `kind`."""
    weekly, row = trajectory.weekly, trajectory.outcomes.iloc[at]
    if kind == "typical":
        return (
            f"Near the middle in every respect: {row.launch_days:.0f} launch days, "
            f"{row.talks_weeks:.0f} weeks of talks, mean tension {row.mean_tension:.1f}."
        )
    if kind == "near-miss":
        week = int(_danger(trajectory)[:, at].argmax())
        return (
            f"The week of {trajectory.dates[week]} is the most dangerous of all that passed without "
            f"a confrontation, at tension {weekly['tension'][week, at]:.1f}."
        )
    if row.confrontation_cause == "false_alarm":
        day = trajectory.dates[int(row.confrontation_week)]
        return (
            f"In the week of {day} a false alarm is taken for an attack: a confrontation is drawn."
        )
    day = trajectory.dates[int(weekly["hazard_false_alarm"][:, at].argmax())]
    return f"In the week of {day} a false alarm is likelier to be acted on than ever; none is."


def choose_run(trajectory: Trajectory, kind: str) -> int:
    """The id of a run worth playing, by its rule in `RUN_SELECTORS`; of equals the first. Or a
    lecture seed of the scenario by its id, where it belongs to this seed.

    Raises UnknownName for a kind there is not, NotKept where the weeks were not kept.
    """
    if kind in RUN_SELECTORS:
        return int(trajectory.runs[RUN_SELECTORS[kind](trajectory)])
    found = {s.id: s.run for s in trajectory.scenario.lecture_seeds if s.seed == trajectory.seed}
    if kind not in found:
        raise UnknownNameError("kind of run", kind, {*RUN_SELECTORS, *found})
    return found[kind]


def _calmest(trajectory: Trajectory) -> int:
    """The lowest mean tension."""
    return int(trajectory.outcomes.mean_tension.to_numpy().argmin())


def _worst(trajectory: Trajectory) -> int:
    """The highest risk of confrontation over all weeks, whether or not one is drawn."""
    return int(trajectory.outcomes.confrontation_risk.to_numpy().argmax())


def _most_typical(trajectory: Trajectory) -> int:
    """The run nearest to the middle: ranks, since the risk's tail is long."""
    ranks = np.array([trajectory.outcomes[name].rank(pct=True) for name in MARKS])
    return int(np.square(ranks - 0.5).mean(axis=0).argmin())


def _nearest_miss(trajectory: Trajectory) -> int:
    """The most dangerous week that passed, of runs without any confrontation."""
    passed = trajectory.outcomes.confrontation.to_numpy() == 0
    return int(np.where(passed, _danger(trajectory).max(axis=0), -1).argmax())


def _worst_alarm(trajectory: Trajectory) -> int:
    """A confrontation by false alarm where there is one, else the week when one was likeliest."""
    drawn = np.flatnonzero(trajectory.outcomes.confrontation_cause == "false_alarm")
    return int(drawn[0] if drawn.size else trajectory.weekly["hazard_false_alarm"].max(0).argmax())


def _danger(trajectory: Trajectory) -> np.ndarray:
    """All roads' hazard: (week, run)."""
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
