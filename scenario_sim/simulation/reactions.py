"""Tell when the reactions of a scenario were in force, from the recorded weeks of its runs."""

from __future__ import annotations

import numpy as np

from scenario_sim.scenario import Scenario
from scenario_sim.scenario.reactions import Trigger
from scenario_sim.simulation.recording import Recording


def reactions_in_force(scenario: Scenario, recording: Recording) -> np.ndarray:
    """Return whether each reaction was in force.

    Parameters
    ----------
    scenario : Scenario
    recording : Recording
        Weeks of its runs, with the variables that its reactions read.

    Returns
    -------
    ndarray of bool, shape (reactions, weeks, runs)

    Examples
    --------
    >>> from scenario_sim import load_scenario, simulate
    >>> data = load_scenario("status-quo").with_weeks(8).as_dict()
    >>> reaction = {"when": "tension >= 0", "hotline": 1.0}
    >>> scenario = type(load_scenario("status-quo")).model_validate(data | {"reactions": [reaction]})
    >>> bool(reactions_in_force(scenario, simulate(scenario, 2).recording).all())
    True
    """
    weeks, runs = recording.acts.shape[1:]
    found = np.zeros((len(scenario.reactions), weeks, runs), bool)
    for n, reaction in enumerate(scenario.reactions):
        trigger = reaction.trigger
        met = trigger.holds(_last_week(scenario, recording, trigger))
        left = np.zeros(runs)
        for week in range(weeks):
            left = np.where(met[week], float(reaction.weeks), np.maximum(left - 1.0, 0.0))
            found[n, week] = left > 0
    return found


def _last_week(scenario: Scenario, recording: Recording, trigger: Trigger) -> np.ndarray:
    """Return a variable at the end of the week before each week, (weeks, runs)."""
    name = trigger.variable
    values = recording[name] if name in recording.names else _signal(recording, name)
    start = np.float32(scenario.start_conditions().get(name, 0.0))
    before = np.full_like(values, start)
    before[1:] = values[:-1]
    return before


def _signal(recording: Recording, name: str) -> np.ndarray:
    """Return 1 where an act with this signal happened, (weeks, runs)."""
    happened = np.zeros(recording.acts.shape[1:], np.float32)
    for action, (_, does) in recording.cast.actions.items():
        if name in does.signals:
            happened = np.maximum(happened, recording.did(action))
    return happened
