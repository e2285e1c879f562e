"""What all six states weigh, added up together.

A state's fears, judgements, utilities and the marks that shocks leave are sums of terms over the
board (`states/`). They are worked out here for all states in one pass, because that is fast; each
agent then reads its own rows and nobody else's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np

from scenario_sim import rules
from scenario_sim.board import Board
from scenario_sim.layout import STANDING_STILL, draw_row, judgement_row, push_row
from scenario_sim.ledger import Ledger, Term
from scenario_sim.states import Cast, StateSpec

Coefficients = Mapping[str, np.ndarray]


class Deliberation:
    """The sums of all states. `felt`, `shocks` and `appeal` are refreshed in place.

    felt: each perceiver's threat perception, (perceivers, width). shocks: its memory of big tests
    and attacks, (perceivers, width). appeal: utility plus luck of every alternative,
    (alternatives, width), -inf where it is not possible.
    """

    def __init__(self, cast: Cast, board: Board, coefficients: Coefficients):
        self.cast, self._board, self._coefficients = cast, board, coefficients
        self._appraisals = [(s, a) for s in cast.states for a in s.appraisal]
        feeling = [s.threat for s in cast.perceivers if s.threat]
        marks = [[(weight, _this_week(signal)) for weight, signal in t.shocks] for t in feeling]
        utilities = [alt.action.utility if alt.action else () for alt in cast.alternatives]

        self._fears = self._ledger(cast.perceivers, [threat.terms for threat in feeling])
        self._marks = self._ledger(cast.perceivers, [[Term("", *m) for m in ms] for ms in marks])
        self._judgements = self._ledger(
            [s for s, _ in self._appraisals], [a.terms for _, a in self._appraisals]
        )
        self._utilities = self._ledger([cast[alt.state] for alt in cast.alternatives], utilities)
        self.felt, self.shocks = self._fears.result, self._marks.result
        self.appeal = self._utilities.result

        self._p = SimpleNamespace(**coefficients)
        self._threats, self._shocks = (
            np.array([board.row[f"{s.code}.{own}"] for s in cast.perceivers], np.intp)
            for own in ("threat", "shock")
        )
        self._noises = np.array([board.row[draw_row(s.draw)] for s in cast.perceivers], np.intp)

        rows = [judgement_row(s, a.id) for s, a in self._appraisals]
        self._judged = board.lend(rows[0], rows[-1])
        self._through = [n for n, (_, a) in enumerate(self._appraisals) if a.through]
        gated = [n for n, alt in enumerate(cast.alternatives) if alt.action and alt.action.only_if]
        self._gated = np.array(gated, np.intp)
        self._barred: Mapping[str, list[slice]] = {}
        gates = [action.only_if for alt in cast.alternatives if (action := alt.action)]
        self._gates = np.array([board.row[gate] for gate in gates if gate], np.intp)

    def _ledger(self, states, sums) -> Ledger:
        own = [
            tuple(Term(t.words, t.coefficient, _own(state, t.quantity)) for t in terms)
            for state, terms in zip(states, sums, strict=True)
        ]
        return Ledger(own, self._board.block, self._board.row, self._coefficients, STANDING_STILL)

    def feel(self) -> None:
        """How threatened each state feels, from what everybody saw last week."""
        block, aims = self._board.block, self._fears.evaluate()
        self.felt[...] = rules.felt_threat(block[self._threats], aims, block[self._noises], self._p)

    def weigh(self, luck: np.ndarray, barred: Mapping[str, list[slice]]) -> None:
        """Judge, then add up what speaks for each alternative, and its luck.

        luck: the week's Gumbel noise of every alternative, (alternatives, runs), the same for
        scenarios side by side. barred: action id -> columns where it may not be chosen.
        """
        self._barred = barred
        appeal = self.utilities()
        side_by_side = appeal.reshape(len(appeal), -1, luck.shape[1])
        side_by_side += luck[:, None]

    def utilities(self) -> np.ndarray:
        """Utilities as they stand, without luck; -inf where an act is not possible or barred."""
        self._judgements.evaluate(out=self._judged)
        for n in self._through:
            self._judged[n] = rules.log_sigmoid(self._judged[n])
        utility = self._utilities.evaluate()
        closed = self._board.block[self._gates] <= 0
        utility[self._gated] = np.where(closed, -np.inf, utility[self._gated])
        for n, alternative in enumerate(self.cast.alternatives if self._barred else ()):
            for columns in self._barred.get(alternative.id, ()):
                utility[n, columns] = -np.inf
        return utility

    def mark(self) -> None:
        """What this week's shocks leave in each state's mind."""
        kept, marks = rules.share_left(self._p.shock_half_life), self._marks.evaluate()
        self.shocks[...] = rules.fade(self._board.block[self._shocks], kept, marks, 1.0)

    def terms(self, alternative: int) -> list[tuple[Term, np.ndarray]]:
        """The terms of an alternative's utility as they stand, an appraisal's own in its place."""
        state = self.cast[self.cast.alternatives[alternative].state]
        found = []
        for term, value in self._utilities.terms(alternative):
            n = self._judgement(state, term.quantity)
            if n is None:
                found.append((term, value))
            else:
                weight = self._coefficients[term.coefficient]
                found += [(inner, weight * v) for inner, v in self._judgements.terms(n)]
        return found

    def _judgement(self, state: StateSpec, quantity: str) -> int | None:
        for n, (owner, appraisal) in enumerate(self._appraisals):
            if owner == state and quantity == judgement_row(state, appraisal.id):
                return None if appraisal.through else n
        return None


def _own(state: StateSpec, quantity: str) -> str:
    """`own_threat` is a row of the state that weighs it."""
    return f"{state.code}.{quantity[4:]}" if quantity.startswith("own_") else quantity


def _this_week(signal: str) -> str:
    return signal if signal == "overflight" else push_row(signal)
