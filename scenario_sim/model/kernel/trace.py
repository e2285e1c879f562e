"""Runs one week of the Mesa model on symbols, and returns the program that the week is.

A real `EscalationModel` is made with buffers that hand out symbols instead of arrays. It runs its
own `deliberate()` and `settle()` once. So equations, agents, choices and the states' files are
compiled as they stand, and no second model exists.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from scenario_sim.model.blackboard import ONE, WEEKLY_INPUTS, did_row
from scenario_sim.model.buffers import Buffers
from scenario_sim.model.kernel.graph import Graph
from scenario_sim.model.kernel.symbols import Row, Rows, as_number, constant
from scenario_sim.model.linear_sums import in_order
from scenario_sim.model.measures import Histogram, Measure
from scenario_sim.model.model import EscalationModel
from scenario_sim.model.random_draws import normal, uniform
from scenario_sim.model.week_inputs import Week
from scenario_sim.scenario import Scenario
from scenario_sim.states import Cast, Sum
from scenario_sim.vocabulary import CHOICE_DRAWS, DRAWS, PERCEPTION_DRAWS, STRIDE


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
        state, does = self.cast.actions[action]
        done: Any = self._board[f"did_{state.code}_{does.channel}_{action}"]
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


# --- buffers of symbols -----------------------------------------------------------------------------


class SymbolicBuffers(Buffers):
    """Symbols in place of arrays."""

    made_board: SymbolicBoard

    def __init__(self, graph: Graph):
        self._graph = graph

    def board(self, names, runs):
        self.made_board = SymbolicBoard(self._graph, list(names))
        return self.made_board

    def sums(self, sums, board, coefficients, first=()):
        return SymbolicSums(self._graph, sums, board, coefficients, first)

    def coefficients(self, scenario):
        names = scenario.cast.parameters
        rows = {n: Row(self._graph, self._graph.input("coefficient", n)) for n in names}
        return SimpleNamespace(**rows)

    def inputs(self, scenario):
        return SymbolicInputs(self._graph, len(scenario.cast.alternatives))

    def draws(self, seed, runs, cast):
        return SymbolicDraws(self._graph, cast.new_draws)


class SymbolicBoard:
    """A board of symbols. A row that is read before it is written is an input: the week before's."""

    def __init__(self, graph: Graph, names: Sequence[str]):
        self._graph = graph
        self._alias: dict[str, str] = {}
        self.order = names
        self._now: dict[str, Row] = {}
        self._read: dict[str, Row] = {}
        self._begun = False

    def begin_week(self) -> None:
        """Take in what is written from now on. What a start sets is an input of the program."""
        self._begun = True

    def __getattr__(self, name: str) -> Row:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Row:
        name = self._alias.get(name, name)
        if name not in self._now:
            self._now[name] = self._read[name] = Row(self._graph, self._graph.input("state", name))
        return self._now[name]

    def write(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items() if self._begun else ():
            self._now[self._alias.get(name, name)] = as_number(self._graph, value)

    def span(self, first: str, last: str) -> Rows:
        names = self.order[self.order.index(first) : self.order.index(last) + 1]
        return Rows([self[name] for name in names])

    def select(self, names: Sequence[str]) -> SymbolicSelection:
        return SymbolicSelection(self, names)

    def rename(self, alias: str, name: str) -> None:
        self._alias[alias] = name

    def known(self) -> dict[str, int]:
        """Return the rows that were read or written so far."""
        return {name: row.place for name, row in self._now.items()}

    def carried(self) -> list[tuple[str, tuple[int, int]]]:
        """Return the rows that were read before they were written, in the board's order."""
        return [
            (name, (self._read[name].place, self._now[name].place))
            for name in self.order
            if name in self._read
        ]


class SymbolicSelection:
    """Some rows of a board of symbols."""

    def __init__(self, board: SymbolicBoard, names: Sequence[str]):
        self._board, self._names = board, names

    def read(self) -> Rows:
        return Rows([self._board[name] for name in self._names])

    def write(self, values: Rows) -> None:
        self._board.write(dict(zip(self._names, values, strict=True)))


class SymbolicSums:
    """Sums written out, term by term, in the order in which `LinearSums` adds them."""

    def __init__(
        self,
        graph: Graph,
        sums: Sequence[Sum],
        board: SymbolicBoard,
        coefficients: Mapping[str, Any],
        first: Collection[str],
    ):
        self._graph, self._sums = graph, in_order(sums, first)
        self._board, self._coefficients = board, coefficients

    def evaluate(self) -> Rows:
        return Rows([self._sum(terms) for terms in self._sums])

    def _sum(self, terms: Sum) -> Row:
        total: Any = constant(self._graph, 0.0)
        for term in terms:
            value = self._board[term.quantity]
            total = total + (
                value if term.coefficient == ONE else self._coefficients[term.coefficient] * value
            )
        return total


class SymbolicInputs:
    """One week's levers, dates and orders, as inputs of the program.

    Shocks are none here: they are added to the state between two calls of the program.
    """

    def __init__(self, graph: Graph, alternatives: int):
        def named(name: str) -> Row:
            return Row(graph, graph.input("week", name))

        def block(name: str) -> Rows:
            return Rows([named(f"{name}_{n}") for n in range(alternatives)])

        rows = {name: named(name) for name in WEEKLY_INPUTS}
        self._week = Week(rows, block("bar"), block("free"), block("forced"))  # type: ignore[arg-type]

    def week(self, week: int) -> Week:
        return self._week

    def has_moved(self, week: int) -> bool:
        """Return True: what follows from levers is worked out once a week, beside the runs."""
        return True


class SymbolicDraws:
    """The draws of a week, as inputs of the program; events from 32-bit words."""

    def __init__(self, graph: Graph, extra: Sequence[str]):
        self._place = {name: n for n, name in enumerate(DRAWS)}
        self._place |= {name: STRIDE + n for n, name in enumerate(extra)}
        self._graph = graph

    def places(self, names: Sequence[str]) -> list[int]:
        return [self._place[name] for name in names]

    def week(self, week: int) -> SymbolicDraws:
        return self

    def __getitem__(self, places: Sequence[int]) -> Rows:
        return Rows([self._row(int(place)) for place in places])

    def _row(self, place: int) -> Row:
        normals = range(len(CHOICE_DRAWS), len(CHOICE_DRAWS) + len(PERCEPTION_DRAWS))
        if place < normals.start or place >= STRIDE:
            return Row(self._graph, self._graph.input("noise", place))
        word = Row(self._graph, self._graph.input("word", place))
        return normal(word) if place in normals else uniform(word)


