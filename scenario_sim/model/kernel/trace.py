"""Run one week of the Mesa model on symbols, and return the week as a program.

A real `EscalationModel` is made with symbols in place of arrays, and runs its own `deliberate()` and
`settle()` once. So the equations, agents, choices and states' files themselves are compiled, and
there is no second model.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenario_sim.data.states import Cast
from scenario_sim.model.blackboard import did_row
from scenario_sim.model.kernel.graph import Graph
from scenario_sim.model.kernel.symbolic_buffers import SymbolicBoard, SymbolicBuffers
from scenario_sim.model.kernel.symbols import Row, as_number, constant
from scenario_sim.model.measures import Histogram, Measure
from scenario_sim.model.model import EscalationModel
from scenario_sim.scenario import Scenario


@dataclass(frozen=True)
class Trace:
    """A week as a graph. Rows have their names on the blackboard, and measured rows their own.

    Attributes
    ----------
    cast : Cast
    graph : Graph
    state : mapping of str to (int, int)
        Rows carried from week to week: the node read, and the node written.
    recorded : mapping of str to int
        The rows that a trajectory keeps, as float32.
    acts : sequence of int
        The code of every decision.
    thought : mapping of str to int
        Every row of the blackboard after the states have decided.
    binned : mapping of str to int
        The bin of each histogram's row, as a float.
    """

    cast: Cast
    graph: Graph
    state: Mapping[str, tuple[int, int]]
    recorded: Mapping[str, int]
    acts: Sequence[int]
    thought: Mapping[str, int]
    binned: Mapping[str, int]

    @property
    def world_roots(self) -> list[int]:
        """Return the nodes that define a run: state, acts, recorded rows, bins."""
        written = [node for _, node in self.state.values()]
        return [*written, *self.acts, *self.recorded.values(), *self.binned.values()]

    @property
    def roots(self) -> list[int]:
        """Return the nodes whose values leave a week."""
        return [*self.world_roots, *self.thought.values()]


def trace_week(
    scenario: Scenario,
    recorded: Collection[str],
    measures: Sequence[Measure] = (),
    histograms: Mapping[str, Histogram] | None = None,
) -> Trace:
    """Return one week of a scenario's model as a program, valid for all scenarios of its states.

    Parameters
    ----------
    scenario : Scenario
    recorded : collection of str
        The rows of the blackboard that a trajectory keeps.
    measures : sequence of Measure
        Rows that accumulate week by week.
    histograms : mapping of str to Histogram, optional
        Of recorded rows, by name.

    Raises
    ------
    TracingError
        For an unknown operation. The message names the rule and line.
    """
    graph = Graph()
    buffers = SymbolicBuffers(graph)
    model = EscalationModel(scenario, buffers=buffers)
    board = buffers.made_board
    board.begin_week()
    model.deliberate()
    thought = board.row_nodes()
    model.settle()
    thought |= {name: read for name, (read, _) in board.carried() if name not in thought}

    recorded_nodes = {name: board[name].astype(np.float32) for name in recorded}
    week = TracedWeek(model.cast, board, recorded_nodes, graph)
    acts = [week.act_code(decision).place for decision in model.cast.channels]
    state = dict(board.carried())
    for measure in measures:
        before = {name: Row(graph, graph.input("state", name)) for name in measure.start}
        for name, row in measure.grow(week, before).items():
            state[name] = (before[name].place, as_number(graph, row).place)
    return Trace(
        model.cast,
        graph,
        state,
        {name: row.place for name, row in recorded_nodes.items()},
        acts,
        thought,
        {n: h.place(week[n]).place for n, h in (histograms or {}).items()},
    )


class TracedWeek:
    """A traced week, with the interface that measures read (`MeasuredWeek`)."""

    def __init__(self, cast: Cast, board: SymbolicBoard, recorded: Mapping[str, Row], graph: Graph):
        self.cast, self._board, self._recorded, self._graph = cast, board, recorded, graph
        self.number = Row(graph, graph.input("week", "week"))

    def __getitem__(self, name: str) -> Row:
        """Return a recorded row, rounded to single precision as it is recorded."""
        return self._recorded[name].astype(np.float64)

    def did(self, action: str) -> Row:
        """Return a mask of the runs in which an action was chosen."""
        alternative = next(alt for alt in self.cast.alternatives if alt.id == action)
        done: Any = self._board[did_row(alternative)]
        return done > 0

    def first_at_most(self, name: str, since: Row, level: Row, where: Row) -> Row:
        """Return the first week since `since` in which a recorded row was at most `level`.

        See `MeasuredWeek.first_at_most`.
        """
        column = list(self._recorded).index(name)
        args = (where.place, since.place, level.place, self.number.place, column)
        return Row(self._graph, self._graph.add("first_at_most", args, "f64", uniform=False))

    def act_code(self, decision: tuple[str, str]) -> Row:
        """Return the code of the act chosen in a channel; -1 where there was nothing to decide."""
        code: Any = constant(self._graph, -1.0)
        for alt in self.cast.alternatives_in(decision):
            did: Any = self._board[did_row(alt)]
            code = code + did * float(alt.code + 1)
        return code
