"""Containers of symbols, which take the place of arrays when the model is traced."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from scenario_sim.data.states import Cast, WeightedSum
from scenario_sim.model.blackboard import UNIT_COEFFICIENT, WEEKLY_INPUTS
from scenario_sim.model.buffers import Buffers
from scenario_sim.model.kernel.graph import Graph
from scenario_sim.model.kernel.symbols import Row, Rows, as_number, constant
from scenario_sim.model.linear_sums import order_terms
from scenario_sim.model.random_draws import DrawLayout, normal, uniform
from scenario_sim.model.week_inputs import Week
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.reactions import input_rows


class SymbolicBuffers(Buffers):
    """Makes the model's containers with symbols in place of arrays."""

    made_board: SymbolicBoard

    def __init__(self, graph: Graph):
        self._graph = graph

    def board(self, names: Iterable[str], runs: int) -> Any:
        self.made_board = SymbolicBoard(self._graph, list(names))
        return self.made_board

    def sums(
        self,
        sums: Sequence[WeightedSum],
        board: Any,
        coefficients: Mapping[str, Any],
        first: Collection[str] = (),
    ) -> Any:
        return SymbolicSums(self._graph, sums, board, coefficients, first)

    def coefficients(self, scenario: Scenario) -> SimpleNamespace:
        names = scenario.cast.parameters
        rows = {n: Row(self._graph, self._graph.input("coefficient", n)) for n in names}
        return SimpleNamespace(**rows)

    def inputs(self, scenario: Scenario) -> Any:
        reactions = input_rows(scenario.reactions)
        return SymbolicInputs(self._graph, len(scenario.cast.alternatives), reactions)

    def draws(self, seed: int, runs: np.ndarray, cast: Cast) -> Any:
        return SymbolicDraws(self._graph, DrawLayout.of(cast))


class SymbolicBoard:
    """A blackboard of symbols. A row read before it is written is an input from the week before."""

    def __init__(self, graph: Graph, names: Sequence[str]):
        self._graph = graph
        self._alias: dict[str, str] = {}
        self.order = names
        self._now: dict[str, Row] = {}
        self._read: dict[str, Row] = {}
        self._begun = False

    def begin_week(self) -> None:
        """Record writes from now on. Initial values are inputs of the program, not part of it."""
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

    def add_alias(self, alias: str, name: str) -> None:
        self._alias[alias] = name

    def row_nodes(self) -> dict[str, int]:
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
    """A selection of rows of a symbolic blackboard."""

    def __init__(self, board: SymbolicBoard, names: Sequence[str]):
        self._board, self._names = board, names

    def read(self) -> Rows:
        return Rows([self._board[name] for name in self._names])

    def write(self, values: Rows) -> None:
        self._board.write(dict(zip(self._names, values, strict=True)))


class SymbolicSums:
    """Sums written out term by term, in the order of `LinearSums`."""

    def __init__(
        self,
        graph: Graph,
        sums: Sequence[WeightedSum],
        board: SymbolicBoard,
        coefficients: Mapping[str, Any],
        first: Collection[str],
    ):
        self._graph, self._sums = graph, order_terms(sums, first)
        self._board, self._coefficients = board, coefficients

    def evaluate(self) -> Rows:
        return Rows([self._sum(terms) for terms in self._sums])

    def _sum(self, terms: WeightedSum) -> Any:
        total: Any = constant(self._graph, 0.0)
        for term in terms:
            value = self._board[term.quantity]
            total = total + (
                value
                if term.coefficient == UNIT_COEFFICIENT
                else self._coefficients[term.coefficient] * value
            )
        return total


class SymbolicInputs:
    """One week's levers, dates and forced acts, as inputs of the program.

    Shocks are not among them. They are added to the state between two calls of the program.
    """

    def __init__(self, graph: Graph, alternatives: int, reactions: Iterable[str] = ()):
        def named(name: str) -> Row:
            return Row(graph, graph.input("week", name))

        def block(name: str) -> Rows:
            return Rows([named(f"{name}_{n}") for n in range(alternatives)])

        rows = {name: named(name) for name in WEEKLY_INPUTS}
        own = {name: named(name) for name in reactions}
        self._week = Week(rows, block("bar"), block("free"), block("forced"), (), own)  # type: ignore[arg-type]

    def week(self, week: int) -> Week:
        return self._week

    def levers_changed(self, week: int) -> bool:
        """Return True: values that follow from levers are computed once a week, for all runs."""
        return True


class SymbolicDraws:
    """The draws of a week, as inputs of the program: Gumbel noise and 32-bit words."""

    def __init__(self, graph: Graph, layout: DrawLayout):
        self._layout = layout
        self._graph = graph

    def places(self, names: Sequence[str]) -> list[int]:
        return [self._layout.positions[name] for name in names]

    def week(self, week: int) -> SymbolicDraws:
        return self

    def __getitem__(self, places: Sequence[int]) -> Rows:
        return Rows([self._row(int(place)) for place in places])

    def _row(self, place: int) -> Row:
        if any(place in rows for rows in self._layout.gumbel):
            return Row(self._graph, self._graph.input("noise", place))
        word = Row(self._graph, self._graph.input("word", place))
        is_normal = any(place in rows for rows in self._layout.normal)
        noise: Row = normal(word) if is_normal else uniform(word)
        return noise
