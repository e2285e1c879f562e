"""Runs one week of the Mesa model on symbols, and returns the program that the week is.

A real `EscalationModel` is made with buffers that hand out symbols instead of arrays. It runs its
own `deliberate()` and `settle()` once. So equations, agents, choices and the states' files are
compiled as they stand, and no second model exists.
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
    """A week as a graph. Rows are named as on the board, and measured rows by their own names.

    state: rows carried from week to week, (node read, node written). recorded: the rows that a
    trajectory keeps, as float32. acts: the code of every decision. thought: every row of the board
    when the states have decided. binned: the bin of each histogram's row, as a number.
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
        """The nodes whose values are the world: state, acts, recorded rows, bins."""
        written = [node for _, node in self.state.values()]
        return [*written, *self.acts, *self.recorded.values(), *self.binned.values()]

    @property
    def roots(self) -> list[int]:
        """The nodes whose values leave a week."""
        return [*self.world_roots, *self.thought.values()]


def trace_week(
    scenario: Scenario,
    recorded: Collection[str],
    measures: Sequence[Measure] = (),
    histograms: Mapping[str, Histogram] | None = None,
) -> Trace:
    """Return one week of a scenario's model as a program.

    It holds for every scenario with the same states. recorded: the board's rows that a trajectory
    keeps. measures: what grows week by week. histograms: of recorded rows, by name.

    Raises TracingError, which names the rule and line, for an operation that is not known.
    """
    graph = Graph()
    buffers = SymbolicBuffers(graph)
    model = EscalationModel(scenario, buffers=buffers)
    board = buffers.made_board
    board.begin_week()
    model.deliberate()
    thought = board.known()
    model.settle()
    thought |= {name: read for name, (read, _) in board.carried() if name not in thought}

    kept = {name: board[name].astype(np.float32) for name in recorded}
    week = TracedWeek(model.cast, board, kept, graph)
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
        {name: row.place for name, row in kept.items()},
        acts,
        thought,
        {n: h.place(week[n]).place for n, h in (histograms or {}).items()},
    )


class TracedWeek:
    """What a measure may read of a week: recorded rows, acts, the week's number."""

    def __init__(self, cast: Cast, board: SymbolicBoard, kept: Mapping[str, Row], graph: Graph):
        self.cast, self._board, self._kept, self._graph = cast, board, kept, graph
        self.number = Row(graph, graph.input("week", "week"))

    def __getitem__(self, name: str) -> Row:
        """Return a recorded row, as it is recorded: rounded to single precision."""
        return self._kept[name].astype(np.float64)

    def did(self, action: str) -> Row:
        """Return where an action was chosen, as a mask."""
        alternative = next(alt for alt in self.cast.alternatives if alt.id == action)
        done: Any = self._board[did_row(alternative)]
        return done > 0

    def first_at_most(self, name: str, since: Row, level: Row, where: Row) -> Row:
        """Return the first week, from `since` on, whose recorded row was at most `level`.

        Weeks before this one are searched, where the mask holds; elsewhere 0.
        """
        column = list(self._kept).index(name)
        args = (where.place, since.place, level.place, self.number.place, column)
        return Row(self._graph, self._graph.add("first_at_most", args, "f64", uniform=False))

    def act_code(self, decision: tuple[str, str]) -> Row:
        """Return the code of the act chosen in a channel; -1 where there was nothing to choose."""
        code: Any = constant(self._graph, -1.0)
        for alt in self.cast.alternatives_in(decision):
            did: Any = self._board[did_row(alt)]
            code = code + did * float(alt.code + 1)
        return code
