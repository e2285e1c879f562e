"""A run as the browser plays it: all weeks at once, as data for JSON.

The cast names states, actions and rungs once for all runs; a film holds what differs from run to
run, in lists by week.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scenario_sim.data.enums import Channel, Family, Rung
from scenario_sim.data.history.record import current_record
from scenario_sim.formatting import format_long_date
from scenario_sim.language import translate
from scenario_sim.reporting.charts import TensionSummary
from scenario_sim.reporting.narrative import (
    covered_weeks,
    find_cycles,
    find_phase_spans,
    find_phases,
    narrate_run,
    recorded_events,
)
from scenario_sim.reporting.narrative.phrases import state_name
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.single_run import Act, SingleRun
from scenario_sim.ui import messages
from scenario_sim.ui.views.single_run.places import (
    HEIGHT,
    WIDTH,
    border_path,
    coast_path,
    places_of,
)

NO_RUNG = -1
MAX_TENSION = Rung.DIRECT_CONFRONTATION  # tension stays below this rung


def cast_of(scenario: Scenario) -> dict[str, Any]:
    """Return the states and their places on the map, the actions and the rungs."""
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
    """Return what moves on the stage, week by week; an act is [state, target, action]."""
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
        "said": {
            frame.week: told for frame in frames if (told := _told_of_their_own(world, frame.acts))
        },
        "acts": [[[act.state, act.target, act.action] for act in frame.acts] for frame in frames],
    }


def _told_of_their_own(world: SingleRun, acts: Sequence[Act]) -> dict[str, str]:
    """Return the sentences of acts that are not their action's usual one, by action."""
    cast = world.scenario.cast
    return {
        act.action: f"{state_name(cast[act.state])} {act.sentence}"
        for act in acts
        if act.sentence != cast.actions[act.action][1].sentence
    }


def log_of(world: SingleRun) -> list[list[Any]]:
    """Return the entries of the log as lists.

    Their columns are week, state, family, rung, sentence, moved levers, action, and 1 for a small
    event, which a newspaper would leave out.
    """
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
    """Return percentiles of tension over all futures, a list by week for each of the levels."""
    return [] if bands is None else np.round(bands.levels, 2).tolist()


def record_of(scenario: Scenario) -> dict[str, Any]:
    """Return the historical record of a scenario's weeks; an empty dict where there is none.

    The columns of `record` are first week, last week, state, family and sentence. `covered` holds
    the first and the last week for which the record is complete.
    """
    events, weeks = recorded_events(scenario), covered_weeks(scenario)
    if not events and weeks is None:
        return {}
    rows = [
        [one.week, one.last, one.state, one.family, f"{format_long_date(one.day)}: {one.sentence}"]
        for one in events
    ]
    credit = messages.picture.HISTORY_CREDIT.format(credit=translate(current_record().credit))
    return {"record": rows, "covered": weeks or (), "credit": credit}
