"""The decisions of one run: probabilities of all alternatives, and terms of utilities.

They are computed from the blackboard of each week, as it was after deciding and before acting. All
weeks together make one vector. The sums that made the choices are evaluated over it once.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from scenario_sim.data.states import Alternative
from scenario_sim.model.blackboard import Blackboard, board_rows
from scenario_sim.model.buffers import ARRAYS
from scenario_sim.model.choice import Deliberation
from scenario_sim.model.week_inputs import WeekInputs
from scenario_sim.scenario import Scenario


class UtilityTerm(NamedTuple):
    """One term of a utility: its weight in logits, and the numbers that it comes from.

    `words` are true of the term as it stood: a readiness that lacks reads "no device ready".
    `value` is the quantity's. The weight of an appraisal's term includes the appraisal's own
    coefficient, so it need not equal coefficient times value.
    """

    words: str
    weight: float
    coefficient: str
    quantity: str
    value: float


NOT_ON_RECORD = "the record lists such acts, and none is on record that week"
NO_CONDITION = "its condition does not hold"


class Decisions:
    """The decisions of all states in all weeks of one run.

    block: every row of the blackboard after deciding, float64 (rows, weeks), in the order of
    `board_rows`.
    """

    def __init__(self, scenario: Scenario, block: np.ndarray):
        self._scenario, self._cast, self.block = scenario, scenario.cast, block

    @cached_property
    def _board(self) -> Blackboard:
        board = Blackboard(
            board_rows(self._cast, len(self._scenario.reactions)), self.block.shape[1]
        )
        board.restore(self.block)
        return board

    @cached_property
    def _deliberation(self) -> Deliberation:
        values = vars(ARRAYS.coefficients(self._scenario))
        return Deliberation(self._cast, self._board, values)

    @cached_property
    def _chances(self) -> np.ndarray:
        """Return the probability of every alternative within its channel, (alternatives, weeks)."""
        utility = self._deliberation.utilities() + WeekInputs(self._scenario).bar
        chances = np.empty_like(utility)
        decisions = [(alt.state, alt.channel) for alt in self._cast.alternatives]
        for decision in self._cast.channels:
            rows = [n for n, other in enumerate(decisions) if other == decision]
            odds = np.exp(utility[rows] - utility[rows].max(axis=0))
            chances[rows] = odds / odds.sum(axis=0)
        values: np.ndarray = chances
        return values

    def chances(self, week: int, state: str, channel: str) -> dict[str, float]:
        """Return the logit probability of each alternative of a channel, by action id.

        They add up to 1. Those of a vote assume that there is a draft.
        """
        alternatives = enumerate(self._cast.alternatives)
        return {
            alt.id: float(self._chances[n, week])
            for n, alt in alternatives
            if (alt.state, alt.channel) == (state, channel)
        }

    def why_closed(self, week: int, alternative: Alternative) -> str:
        """Return why the state cannot choose this alternative that week; "" if it can."""
        place, action = self._cast.alternatives.index(alternative), alternative.action
        if action is None or self._chances[place, week] > 0:
            return ""
        if action.only_if and self._board[action.only_if][week] <= 0:
            return action.closed or NO_CONDITION
        return NOT_ON_RECORD

    def value(self, quantity: str, week: int) -> float:
        """Return a row of the blackboard after deciding. Raises KeyError if there is no such row."""
        return float(self._board[quantity][week])

    def weights(self, week: int, alternative: Alternative) -> list[UtilityTerm]:
        """Return the terms of an alternative's utility that week; none for holding still."""
        place = self._cast.alternatives.index(alternative)
        return [
            UtilityTerm(
                term.words_for(float(value[week])),
                float(weight[week]),
                term.coefficient,
                term.quantity,
                float(self._board[term.quantity][week]),
            )
            for term, value, weight in self._deliberation.terms(place)
        ]
