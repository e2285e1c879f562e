"""A world as the browser plays it: every week at once, as compact JSON.

What is named once (states, actions, rungs) is the stage's cast; what differs from world to world is
a film. Lists are by week; acts and entries are short lists, their columns named below.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scenario_sim.data.enums import Channel, Family, Rung
from scenario_sim.formatting import format_long_date
from scenario_sim.reporting.charts import TensionSummary
from scenario_sim.reporting.narrative import find_cycles, find_phase_spans, find_phases, narrate_run
from scenario_sim.reporting.narrative.phrases import state_name
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.single_run import SingleRun
from scenario_sim.ui import messages
from scenario_sim.ui.views.single_run.places import (
    HEIGHT,
    WIDTH,
    border_path,
    coast_path,
    places_of,
)

ACT_COLUMNS = ("state", "target", "action")
ENTRY_COLUMNS = ("week", "state", "family", "rung", "sentence", "moved", "action", "small")
NO_RUNG = -1
MAX_TENSION = Rung.DIRECT_CONFRONTATION  # tension stays below it


def cast_of(scenario: Scenario) -> dict[str, Any]:
    """Who can be seen on the stage, and where."""
    cast = scenario.cast
    at = places_of(cast.codes)
    return {
        "size": [WIDTH, HEIGHT],
        "coast": coast_path(),
        "borders": border_path(),
        "states": [
            {
                "code": s.code,
                "mark": messages.single_run.STATE_MARKS.get(s.code, s.code[:4]),
                "short": s.name,
                "x": at[s.code][0],
                "y": at[s.code][1],
            }
            for s in cast.states
        ],
        "actions": {
            action.id: {
                "state": state.code,
                "name": action.name,
                "family": action.family,
                "rung": int(action.rung),
                "vote": action.channel == Channel.VOTE and action.family != Family.VETO,
                "says": f"{state_name(state)} {action.sentence}",
            }
            for state, action in cast.actions.values()
        },
        "rungs": [rung.label for rung in Rung if rung < MAX_TENSION],
    }


def film_of(world: SingleRun) -> dict[str, Any]:
    """What moves on the stage, week by week."""
    frames = list(world.frames())
    cycles = [[c.first, c.last, c.sentence] for c in find_cycles(world)]
    return {
        "name": "",
        "dates": [format_long_date(frame.date) for frame in frames],
        "began": round(frames[0].tension[0], 2),
        "tension": [round(frame.tension[1], 2) for frame in frames],
        "talks": [frame.talks_stage for frame in frames],
        "season": [round(frame.drill_season, 2) for frame in frames],
        "drill": [int(bool(frame.drills)) for frame in frames],
        "launches": [frame.launch_days for frame in frames],
        "threat": {
            state: [round(frame.threats[state], 2) for frame in frames]
            for state in frames[0].threats
        },
        "votes": {
            frame.week: [
                frame.votes,
                "vetoed" if frame.vetoed else "passed" if frame.passed else "",
            ]
            for frame in frames
            if frame.votes
        },
        "phases": [
            [first, last, phase.label]
            for first, last, phase in find_phase_spans(find_phases(world))
        ],
        "cycles": cycles,
        "acts": [[[act.state, act.target, act.action] for act in frame.acts] for frame in frames],
    }


def log_of(world: SingleRun) -> list[list[Any]]:
    """What happened, as rows of ENTRY; `small` is 1 for what a newspaper would leave out."""
    return [
        [
            entry.week,
            entry.state,
            entry.family,
            NO_RUNG if entry.rung is None else int(entry.rung),
            entry.sentence,
            "; ".join(entry.moved),
            entry.action,
            int(entry.small),
        ]
        for entry in narrate_run(world, everything=True).entries
    ]


def fan_of(bands: TensionSummary | None) -> list[list[float]]:
    """Tension of the thousand futures behind the one: a list for each of `measures.LEVELS`."""
    return [] if bands is None else np.round(bands.levels, 2).tolist()


def films_of(worlds: Sequence[SingleRun], names: Sequence[str]) -> list[dict[str, Any]]:
    return [film_of(world) | {"name": name} for world, name in zip(worlds, names, strict=True)]
