"""The fingerprint of the model identifies what it computes, not how it is written in Python.

It covers the traced program (equations, agents, choices, draws, measures) and the outcomes computed
from measures. It also covers the coefficients' defaults, the states' acts as data, the calendar, and
the inputs that a scenario gives for each week. A rename in Python, a comment or a move to another
folder does not change it. Names of rows, coefficients, levers and acts are data, and do change it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from scenario_sim.data.states import Cast
from scenario_sim.model.blackboard import WEEKLY_INPUTS
from scenario_sim.model.kernel.graph import Graph
from scenario_sim.model.kernel.program import Program
from scenario_sim.model.kernel.symbols import Row, as_number
from scenario_sim.model.measures import Measure
from scenario_sim.model.week_inputs import WeekInputs, apply_shock
from scenario_sim.scenario import Scenario, dates

Result = Callable[[Mapping[str, Any], Any], object]
PROBE_START, PROBE_WEEKS = date(2016, 1, 4), 156
CALENDAR_START, CALENDAR_WEEKS = date(1984, 1, 2), 3_000


def fingerprint(
    program: Program, scenario: Scenario, measures: Sequence[Measure], results: Mapping[str, Result]
) -> str:
    """Return the fingerprint of the shipped model, 64 hexadecimal digits.

    Parameters
    ----------
    program : Program
        One week of the model, with measures and histograms.
    scenario : Scenario
        `probe_scenario()`.
    measures : sequence of Measure
        Their rows before the first week count.
    results : mapping of str to callable
        Compute the outcomes from measured rows, by name. They are traced as well.
    """
    parts = [
        program.text,
        results_text(measures, results),
        json.dumps(acts_as_data(program.cast), sort_keys=True),
        json.dumps({n: p.default for n, p in program.cast.parameters.items()}, sort_keys=True),
        inputs_digest(scenario, program),
    ]
    return hashlib.sha256("\n\n".join(parts).encode()).hexdigest()


def results_text(measures: Sequence[Measure], results: Mapping[str, Result]) -> str:
    """Return the first values of measured rows, and the traced outcomes, as text."""
    graph = Graph()
    starts = {name: value for measure in measures for name, value in measure.start.items()}
    rows = {name: Row(graph, graph.input("state", name)) for name in starts}
    weeks = Row(graph, graph.input("week", "weeks"))
    lines = [json.dumps(starts, sort_keys=True)]
    for name, result in results.items():
        lines.append(f"{name}\n{graph.text([as_number(graph, result(rows, weeks)).place])}")
    return "\n".join(lines)


def acts_as_data(cast: Cast) -> list[Any]:
    """Return every state with its acts as data, without their descriptions."""
    return [
        [state.code, state.role]
        + [
            [
                a.id,
                a.channel,
                a.family,
                int(a.rung),
                a.polarity,
                sorted(a.signals),
                a.only_if,
                a.moves,
            ]
            for a in state.action
        ]
        for state in cast.states
    ]


def inputs_digest(scenario: Scenario, program: Program) -> str:
    """Return a digest of the calendar, and of the inputs that the program reads of a scenario.

    A lever that no rule reads changes nothing.
    """
    digest = hashlib.sha256()
    rows = dates.calendar_by_week(CALENDAR_START, CALENDAR_WEEKS)
    rows["called_off"] = dates.cancelled_drill_weeks(CALENDAR_START, CALENDAR_WEEKS)
    for name, values in sorted(rows.items()):
        digest.update(name.encode() + np.asarray(values, float).tobytes())
    inputs = WeekInputs(scenario)
    live = (program.graph.nodes[n] for n in program.graph.reach(program.trace.world_roots))
    read = {node.args[1] for node in live if node.op == "input" and node.args[0] == "week"}
    for name, row in zip(WEEKLY_INPUTS, inputs.rows, strict=True):
        if name in read:
            digest.update(name.encode() + row.tobytes())
    for block in (inputs.bar, inputs.free, inputs.forced):
        digest.update(block.tobytes())
    digest.update(repr(sorted(inputs.shocks.items())).encode())
    for name in program.state:
        for amount in (-1e9, 0.125, 1e9):  # the extremes reach the bounds
            digest.update(name.encode() + apply_shock(name, np.array([0.25]), amount).tobytes())
    return digest.hexdigest()


def probe_scenario() -> Scenario:
    """Return a scenario with every kind of dated input: replay, changes, reactions, shocks, acts."""

    def day(week: int) -> date:
        return PROBE_START + timedelta(weeks=week)

    return Scenario.model_validate(
        {
            "title": "Probe",
            "start": PROBE_START,
            "weeks": PROBE_WEEKS,
            "replay": ["DPRK", "USA", "ROK"],
            "replay_until": day(100),
            "changes": [{"date": day(20), "engagement": 0.7}, {"date": day(21), "hotline": 0.2}],
            "reactions": [{"when": "tension >= 5", "weeks": 3, "hotline": 0.9}],
            "shocks": [{"date": day(30), "condition": "tension", "amount": 1.0}],
            "acts": [{"date": day(120), "state": "DPRK", "action": "icbm_test"}],
        }
    )
