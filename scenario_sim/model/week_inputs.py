"""A scenario as numbers for the model: coefficients, start, and the inputs of each week.

The inputs of a week are levers, dates, forced acts and shocks. The compiled model and the model in
NumPy both take all of them from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.pathways import cut_values
from scenario_sim.data.variables import CALENDAR, CONDITIONS, MEMORIES
from scenario_sim.model.blackboard import (
    LAUNCHES_RECORDED,
    RECORDED_LAUNCH_DAYS,
    RECORDED_SATELLITE,
    WEEKLY_INPUTS,
)
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.reactions import input_rows, reacting_levers
from scenario_sim.scenario.schedule import build_schedule

Shocks = Sequence[tuple[str, float]]  # (row, amount)


def coefficient_values(scenario: Scenario) -> dict[str, float]:
    """Return all coefficients by name: neutral where cut, else the scenario's value or the default."""
    cut = cut_values(scenario.without).coefficients if scenario.without else {}
    given = dict(scenario.parameters) | cut
    return {n: float(given.get(n, p.default)) for n, p in scenario.cast.parameters.items()}


def start_rows(scenario: Scenario) -> dict[str, float]:
    """Return the rows that are not 0 before the first week, by name."""
    rows = dict(scenario.start_conditions())
    threats = scenario.start_threats()
    usual = {s.code: s.threat.usual for s in scenario.cast.perceivers if s.threat}
    rows |= {f"{code}.threat": value for code, value in threats.items()}
    return rows | {f"{code}.alarm": value - usual[code] for code, value in threats.items()}


@dataclass(frozen=True)
class Week:
    """One week's inputs.

    Attributes
    ----------
    rows : dict of str to float
        Those rows of WEEKLY_INPUTS that change this week, by name.
    bar : ndarray, shape (alternatives, 1)
        0, or -inf where an alternative may not be chosen.
    free : ndarray, shape (alternatives, 1)
        1, or 0 where the scenario leaves no choice in the alternative's channel.
    forced : ndarray, shape (alternatives, 1)
        1 where the scenario forces the alternative, else 0.
    shocks : sequence of (str, float)
        Rows and the amounts added to them.
    reactions : dict of str to float
        Numbers of the reactions, the same in every week (`reactions.input_rows`).
    """

    rows: dict[str, np.ndarray]
    bar: np.ndarray
    free: np.ndarray
    forced: np.ndarray
    shocks: Shocks = ()
    reactions: Mapping[str, float] = field(default_factory=dict)


class WeekInputs:
    """The inputs of all weeks of a scenario.

    Attributes
    ----------
    rows : ndarray, shape (len(WEEKLY_INPUTS), weeks)
    bar, free, forced : ndarray, shape (alternatives, weeks)
        As in `Week`.
    shocks : dict of int to tuple of (str, float)
        By week.
    """

    def __init__(self, scenario: Scenario):
        plan, cast, weeks = build_schedule(scenario), scenario.cast, scenario.weeks
        row = {name: n for n, name in enumerate(WEEKLY_INPUTS)}
        self.reactions = input_rows(scenario.reactions)
        moved = reacting_levers(scenario.reactions)
        self._written_every_week = np.array([name in moved for name in WEEKLY_INPUTS])
        self.rows = np.zeros((len(row), weeks))
        for week, moves in sorted(plan.moves.items()):
            for name, value in moves.items():
                self.rows[row[name], week:] = value
        for quantity in CALENDAR:
            self.rows[row[quantity.name]] = plan.dates[quantity.name]
        self.rows[row[RECORDED_LAUNCH_DAYS]] = -1.0  # unless the record has a number
        for week, days in plan.launch_days.items():
            self.rows[row[RECORDED_LAUNCH_DAYS], week] = days
        self.rows[row[RECORDED_SATELLITE]] = -1.0
        for week, satellite in plan.satellites.items():
            self.rows[row[RECORDED_SATELLITE], week] = satellite
        self.rows[row[LAUNCHES_RECORDED], sorted(plan.recorded)] = 1.0

        decision_of = [(alt.state, alt.channel) for alt in cast.alternatives]
        ids = [alt.id for alt in cast.alternatives]
        shape = (len(ids), weeks)
        self.bar, self.free, self.forced = np.zeros(shape), np.ones(shape), np.zeros(shape)
        for week, barred in plan.barred.items():
            self.bar[[action in barred for action in ids], week] = -np.inf
        for week, orders in plan.forced.items():
            for decision, action in orders.items():
                alternatives = [n for n, other in enumerate(decision_of) if other == decision]
                self.free[alternatives, week] = 0.0
                self.forced[[n for n in alternatives if ids[n] == action], week] = 1.0
        self.shocks = {
            week: tuple((name, amount) for name, amount in shocks)
            for week, shocks in plan.shocks.items()
            if week < weeks
        }

    def week(self, week: int) -> Week:
        """Return the inputs of one week."""
        rows = {WEEKLY_INPUTS[n]: self.rows[n, week] for n in self._changed(week)}
        at = slice(week, week + 1)
        return Week(
            rows, self.bar[:, at], self.free[:, at], self.forced[:, at],
            self.shocks.get(week, ()), self.reactions,
        )  # fmt: skip

    def levers_changed(self, week: int) -> bool:
        """Return True if a lever has a new value this week."""
        return bool(self.reactions) or any(
            WEEKLY_INPUTS[n] in SETTINGS for n in self._changed(week)
        )

    def _changed(self, week: int) -> np.ndarray:
        if week == 0:
            return np.arange(len(self.rows))
        changed = self.rows[:, week] != self.rows[:, week - 1]
        return np.flatnonzero(changed | self._written_every_week)


_BOUNDS = {q.name: (q.low, q.high) for q in (*CONDITIONS, *MEMORIES)}


def apply_shock(row: str, value: np.ndarray, amount: float) -> np.ndarray:
    """Return a row after a shock, limited to the bounds of its quantity."""
    low, high = _BOUNDS.get(row, (0.0, 1.0))  # rows not listed are threat perceptions, 0 .. 1
    return np.minimum(np.maximum(value + amount, low), high)
