"""Translate the dates of a scenario to weeks: lever moves, forced acts and barred acts.

The model itself reads week numbers only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from scenario_sim.data.history import record
from scenario_sim.data.history.vocabulary import ACTION_OF, LAUNCHES, LONG_RANGE, SATELLITE
from scenario_sim.data.states import HOLD
from scenario_sim.scenario import dates as calendar
from scenario_sim.scenario.scenario import Scenario

Decision = tuple[str, str]  # (state, channel)


@dataclass(frozen=True)
class Schedule:
    """Dated parts of a scenario, week by week.

    Attributes
    ----------
    moves : dict
        Week -> name -> new value of a setting; week 0 holds all settings.
    dates : dict of (weeks,) float64
        Rows of the calendar, by name.
    forced : dict
        Week -> (state, channel) -> action.
    barred : dict
        Week -> actions that cannot be chosen.
    launch_days : dict
        Week -> recorded launch days, 0..7.
    satellites : dict
        Week -> 1 where the recorded long-range launch carried a satellite, else 0.
    recorded : frozenset of int
        Weeks in which replay follows a record that tells every launch, or that there was none.
    shocks : dict
        Week -> (row, amount) of each shock, applied once.
    """

    moves: Mapping[int, Mapping[str, float]]
    dates: Mapping[str, np.ndarray]
    forced: Mapping[int, Mapping[Decision, str]]
    barred: Mapping[int, frozenset[str]] = field(default_factory=dict)
    launch_days: Mapping[int, int] = field(default_factory=dict)
    satellites: Mapping[int, int] = field(default_factory=dict)
    recorded: frozenset[int] = frozenset()
    shocks: Mapping[int, tuple[tuple[str, float], ...]] = field(default_factory=dict)


def build_schedule(scenario: Scenario) -> Schedule:
    """Return the schedule of a scenario."""
    forced, launch_days = _replayed_acts(scenario)
    kinds = recorded_kinds(scenario)
    launches = [week for week, kind in kinds.items() if ACTION_OF.get(kind) == LONG_RANGE]
    barred = dict(_barred_acts(scenario))
    recorded = _recorded_weeks(scenario, barred)
    for act in scenario.acts:
        week, state, channel = scenario.decision(act)
        forced[week][(state, channel)] = act.action
        # An act forced on the challenger replaces the record, its launch days included.
        if scenario.cast[state].role == "challenger":
            launch_days.pop(week, None)
            recorded.discard(week)
    shocks: dict[int, tuple[tuple[str, float], ...]] = defaultdict(tuple)
    for shock in scenario.shocks:
        row = f"{shock.state}.threat" if shock.state else shock.condition
        shocks[calendar.week_of(scenario.start, shock.date)] += ((row, shock.amount),)
    return Schedule(
        moves=_lever_moves(scenario),
        dates=calendar.calendar_by_week(scenario.start, scenario.weeks, scenario.replay_until),
        forced={week: dict(acts) for week, acts in forced.items()},
        barred=barred,
        launch_days=launch_days,
        satellites={week: int(kinds[week] == SATELLITE) for week in launches},
        recorded=frozenset(recorded),
        shocks=dict(shocks),
    )


def _lever_moves(scenario: Scenario) -> dict[int, dict[str, float]]:
    moves: dict[int, dict[str, float]] = defaultdict(dict)
    for name, steps in scenario.steps().items():
        for week, value in steps:
            moves[week][name] = value
    return dict(moves)


# --- replay -----------------------------------------------------------------------------


def recorded_kinds(scenario: Scenario) -> dict[int, str]:
    """Return the record's word for the challenger's act in each replayed week.

    Of several acts in a week, that of the highest rung counts. Weeks in which the scenario forces
    another act, and acts without such a word, are left out.
    """
    challenger, cast = scenario.cast.challenger, scenario.cast
    rewritten = {
        week for week, state, _ in map(scenario.decision, scenario.acts) if state == challenger.code
    }
    found: dict[int, tuple[int, str]] = {}
    if challenger.code in scenario.replay:
        for act in record.recorded_acts(scenario.start, scenario.replay_end, [challenger.code]):
            week = calendar.week_of(scenario.start, act.date)
            if act.action in cast.actions and week not in rewritten:
                rung = int(cast.actions[act.action][1].rung)
                if week not in found or found[week][0] < rung:
                    found[week] = (rung, act.kind)
    return {week: kind for week, (_, kind) in found.items() if kind}


def _replayed_acts(scenario: Scenario) -> tuple[dict[int, dict[Decision, str]], dict[int, int]]:
    """Return the recorded acts that replay forces, and the launch days of each week.

    Of two acts in one week and channel the higher rung is forced; the launch days of both count.
    """
    forced: dict[int, dict[Decision, str]] = defaultdict(dict)
    days: dict[int, int] = {}
    if not scenario.replay:
        return forced, days
    cast = scenario.cast
    for act in record.recorded_acts(scenario.start, scenario.replay_end, scenario.replay):
        if act.action not in cast.actions or cast.actions[act.action][0].code != act.state:
            continue  # these states do not have this act
        action = cast.actions[act.action][1]
        week = calendar.week_of(scenario.start, act.date)
        decision = (act.state, action.channel)
        other = forced[week].get(decision)
        if other is None or cast.actions[other][1].rung < action.rung:
            forced[week][decision] = act.action
        days[week] = min(7, days.get(week, 0) + act.launch_days)
    off = calendar.cancelled_drill_weeks(scenario.start, scenario.weeks)
    for week in map(int, np.flatnonzero(off)):
        if calendar.week_start(scenario.start, week) >= scenario.replay_end:
            break
        for state, action in cast.actions.values():
            if state.code in scenario.replay and "joint_exercise" in action.signals:
                forced[week][(state.code, action.channel)] = HOLD
    return forced, days


def _recorded_weeks(scenario: Scenario, barred: Mapping[int, frozenset[str]]) -> set[int]:
    """Return the weeks whose launches the replayed record tells."""
    if scenario.cast.challenger.code not in scenario.replay:
        return set()
    return {week for week, acts in barred.items() if acts >= set(LAUNCHES)}


def _barred_acts(scenario: Scenario) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the acts barred in each covered week: what the record does not tell did not happen."""
    covered = record.current_record().coverage
    barred = frozenset(a for state in scenario.replay for a in covered.complete.get(state, ()))
    for week in range(scenario.weeks if barred else 0):
        day = calendar.week_start(scenario.start, week)
        if covered.has_week(day) and day < scenario.replay_end:
            yield week, barred
