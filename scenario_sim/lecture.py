"""Runs worth showing to a class, found by search: a typical one, a near miss, a false alarm."""

from __future__ import annotations

import numpy as np

from scenario_sim.ensemble import simulate
from scenario_sim.outcomes import HAZARDS
from scenario_sim.scenario import LectureSeed, Scenario
from scenario_sim.trajectory import Trajectory

# What a run is typical in: how much was tested, talked, feared and risked.
MARKS = ("launch_days", "icbm_tests", "provocations", "talks_weeks", "mean_tension",
         "confrontation_risk", "peak_rung")  # fmt: skip


def find_lecture_seeds(scenario: Scenario, seed: int = 0, runs: int = 2000) -> list[LectureSeed]:
    """Search an ensemble for runs to show: the same scenario, seed and runs find the same ones.

    Raises NotKept where so many weeks do not fit into memory.
    """
    trajectory = simulate(scenario, runs, seed)
    found = [_typical(trajectory), _near_miss(trajectory), _false_alarm(trajectory)]
    return [
        LectureSeed(id=name, seed=seed, run=int(trajectory.runs[place]), note=note)
        for name, place, note in found
    ]


def _typical(trajectory: Trajectory) -> tuple[str, int, str]:
    """The run nearest to the middle: ranks, since the risk's tail is long."""
    ranks = trajectory.outcomes[list(MARKS)].rank(pct=True).to_numpy()
    place = int(np.square(ranks - 0.5).mean(axis=1).argmin())
    row = trajectory.outcomes.iloc[place]
    return "typical", place, (
        f"Near the middle in every respect: {row.launch_days:.0f} launch days, "
        f"{row.talks_weeks:.0f} weeks of talks, mean tension {row.mean_tension:.1f}."
    )


def _near_miss(trajectory: Trajectory) -> tuple[str, int, str]:
    """The most dangerous week that passed without a confrontation in its whole run."""
    weekly = trajectory.weekly
    hazard = np.zeros_like(weekly["tension"])
    for name in HAZARDS:
        hazard = hazard + weekly[name]
    passed = np.where(trajectory.outcomes.confrontation.to_numpy() == 0, hazard.max(axis=0), -1)
    place = int(passed.argmax())
    week = int(hazard[:, place].argmax())
    return "near-miss", place, (
        f"In the week of {trajectory.dates[week]} the danger is at its highest of all runs that "
        f"pass without a confrontation, at tension {weekly['tension'][week, place]:.1f}."
    )


def _false_alarm(trajectory: Trajectory) -> tuple[str, int, str]:
    """A confrontation by false alarm where there is one, else the week when one was likeliest."""
    weekly, outcomes = trajectory.weekly, trajectory.outcomes
    drawn = np.flatnonzero(outcomes.confrontation_cause == "false_alarm")
    if drawn.size:
        place = int(drawn[0])
        week = int(outcomes.confrontation_week.iloc[place])
        return "false-alarm", place, (
            f"In the week of {trajectory.dates[week]} a false alarm is taken for an attack, and a "
            "confrontation is drawn."
        )
    alarm = weekly["hazard_false_alarm"]
    place = int(alarm.max(axis=0).argmax())
    week = int(alarm[:, place].argmax())
    return "false-alarm", place, (
        f"In the week of {trajectory.dates[week]} a false alarm is likelier to be acted on than in "
        "any other run; none is."
    )
