"""Threat perceptions, appraisals and utilities, for all states at once.

They are sums of terms over the blackboard, which the states' files declare (`data/states/`). One
pass evaluates those of all states, because that is fast. Each agent then reads its own rows alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from scenario_sim.data.states import Cast, StateSpec, Term
from scenario_sim.model import equations
from scenario_sim.model.blackboard import LEVER_ROWS, appraisal_row, draw_row, push_row
from scenario_sim.model.buffers import ARRAYS, Buffers
from scenario_sim.model.measures import RowLike

Coefficients = Mapping[str, np.ndarray]


class Deliberation:
    """The sums that all states weigh before they choose.

    Parameters
    ----------
    cast : Cast
        The states, whose files declare the terms.
    board : Blackboard
        The rows that the sums read.
    coefficients : mapping of str to ndarray
        Values by name.
    buffers : Buffers
        Makes the sums: NumPy arrays, or symbols when the model is traced.
    """

    def __init__(
        self, cast: Cast, board: Any, coefficients: Coefficients, buffers: Buffers = ARRAYS
    ):
        self.cast, self._board, self._coefficients = cast, board, coefficients
        self._p = SimpleNamespace(**coefficients)
        self._buffers = buffers
        self._appraisals = [(s, a) for s in cast.states for a in s.appraisal]
        threats = [s.threat for s in cast.perceivers if s.threat]
        shocks = [
            [Term("", weight, _this_week(name)) for weight, name in t.shocks] for t in threats
        ]
        utilities = [alt.action.utility if alt.action else () for alt in cast.alternatives]

        self._threat_aims = self._sums(cast.perceivers, [threat.terms for threat in threats])
        self._new_shocks = self._sums(cast.perceivers, shocks)
        self._appraisal_sums = self._sums(
            [s for s, _ in self._appraisals], [a.terms for _, a in self._appraisals]
        )
        self._utilities = self._sums([cast[alt.state] for alt in cast.alternatives], utilities)

        codes = [s.code for s in cast.perceivers]
        self._threats = board.select([f"{code}.threat" for code in codes])
        self._shocks = board.select([f"{code}.shock" for code in codes])
        self._noises = board.select([draw_row(s.perception_draw) for s in cast.perceivers])
        self._appraisal_values = board.select([appraisal_row(s, a.id) for s, a in self._appraisals])
        self._through = [n for n, (_, a) in enumerate(self._appraisals) if a.through]
        gates = [(n, a.only_if) for n, alt in enumerate(cast.alternatives) if (a := alt.action)]
        self._gated = [n for n, gate in gates if gate]
        self._tests = [
            n
            for n, alt in enumerate(cast.alternatives)
            if alt.state == cast.challenger.code and alt.action and "any_test" in alt.action.signals
        ]
        channels = {cast.alternatives[n].channel for n in self._tests}
        self._beside_tests = [
            n
            for n, alt in enumerate(cast.alternatives)
            if alt.state == cast.challenger.code
            and alt.channel in channels
            and n not in self._tests
        ]
        self._gates = board.select([gate for _, gate in gates if gate]) if self._gated else None

    def _sums(self, states: Iterable[StateSpec], sums: Iterable[Iterable[Term]]) -> Any:
        own = [
            tuple(replace(t, quantity=_own(state, t.quantity)) for t in terms)
            for state, terms in zip(states, sums, strict=True)
        ]
        return self._buffers.sums(own, self._board, self._coefficients, LEVER_ROWS)

    def perceive_threats(self) -> RowLike:
        """Return each perceiver's threat perception after last week, 0 .. 1: (perceivers, runs)."""
        return equations.threat_perception(
            self._threats.read(), self._threat_aims.evaluate(), self._noises.read(), self._p
        )

    def utilities(self) -> RowLike:
        """Return the utility of every alternative in logits, (alternatives, runs).

        It is -inf where the alternative's condition (`only_if`) does not hold. The appraisals are
        written to the board first, because they are terms of utilities.
        """
        judged = self._appraisal_sums.evaluate()
        for n in self._through:
            judged[n] = equations.log_sigmoid(judged[n])
        self._appraisal_values.write(judged)
        utility = self._utilities.evaluate()
        if self._gates is not None:
            shut = self._gates.read() <= 0
            utility[self._gated] = np.where(shut, -np.inf, utility[self._gated])
        return utility

    def chance_of_tests(self, utility: RowLike) -> RowLike:
        """Return the chance of a test this week, (runs,); 0 unless the record tells the launches.

        utility: of every alternative, (alternatives, runs).
        """
        if not self._tests:
            return equations.zero
        return equations.chance_of_tests(
            utility[self._tests], utility[self._beside_tests], self._board.launches_recorded
        )

    def remember_shocks(self) -> RowLike:
        """Return each perceiver's memory of big tests and attacks, (perceivers, runs)."""
        remaining = equations.share_left(self._p.shock_half_life)
        return equations.update_memory(
            self._shocks.read(), remaining, self._new_shocks.evaluate(), 1.0
        )

    def terms(self, alternative: int) -> list[tuple[Term, np.ndarray, np.ndarray]]:
        """Return the terms of an alternative's utility: each with its value and its weight, (runs,).

        An appraisal is replaced by its own terms. The weight of such a term is its value in the
        appraisal times the appraisal's coefficient. For all others, value and weight are the same.
        """
        state = self.cast[self.cast.alternatives[alternative].state]
        found = []
        for term, value in self._utilities.terms(alternative):
            n = self._appraisal_index(state, term.quantity)
            if n is None:
                found.append((term, value, value))
            else:
                weight = self._coefficients[term.coefficient]
                found += [(inner, v, weight * v) for inner, v in self._appraisal_sums.terms(n)]
        return found

    def _appraisal_index(self, state: StateSpec, quantity: str) -> int | None:
        for n, (owner, appraisal) in enumerate(self._appraisals):
            if owner == state and quantity == appraisal_row(state, appraisal.id):
                return None if appraisal.through else n
        return None


def _own(state: StateSpec, quantity: str) -> str:
    """Return the board's row of a quantity: `own_threat` stands for the state's own threat row."""
    return f"{state.code}.{quantity[4:]}" if quantity.startswith("own_") else quantity


def _this_week(signal: str) -> str:
    return signal if signal == "overflight" else push_row(signal)
