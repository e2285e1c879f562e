"""What the states thought, week by week, in one world: chances of every alternative, terms of each.

The board is remembered as it stood each week between deciding and acting. All weeks are then one
vector, over which a deliberation is worked out once, by the same sums that made the choices.
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
    """One term of a utility: weight (logits), and the numbers behind it. `value` is the quantity's;
    an appraisal's term is weighed once more, so weight need not be coefficient times value."""

    words: str
    weight: float
    coefficient: str
    quantity: str
    value: float


class Decisions:
    """block: every row of the board after deciding, float64 (row, week), in the order of
    `board_rows`."""

    def __init__(self, scenario: Scenario, block: np.ndarray):
        self._scenario, self._cast, self.block = scenario, scenario.cast, block

    @cached_property
    def _board(self) -> Blackboard:
        board = Blackboard(board_rows(self._cast), self.block.shape[1])
        board.restore(self.block)
        return board

    @cached_property
    def _deliberation(self) -> Deliberation:
        values = vars(ARRAYS.coefficients(self._scenario))
        return Deliberation(self._cast, self._board, values)

    @cached_property
    def _chances(self) -> np.ndarray:
        """(alternative, week)."""
        utility = self._deliberation.utilities() + WeekInputs(self._scenario).bar
        chances = np.empty_like(utility)
        decisions = [(alt.state, alt.channel) for alt in self._cast.alternatives]
        for decision in self._cast.channels:
            rows = [n for n, other in enumerate(decisions) if other == decision]
            odds = np.exp(utility[rows] - utility[rows].max(axis=0))
            chances[rows] = odds / odds.sum(axis=0)
        return chances

    def chances(self, week: int, state: str, channel: str) -> dict[str, float]:
        """The logit probability of each alternative of a channel that week, by action id; they add
        up to 1. In a vote: were there a draft."""
        alternatives = enumerate(self._cast.alternatives)
        return {
            alt.id: float(self._chances[n, week])
            for n, alt in alternatives
            if (alt.state, alt.channel) == (state, channel)
        }

    def value(self, quantity: str, week: int) -> float:
        """A row of the board as it stood when they decided. Raises KeyError for one there is not."""
        return float(self._board[quantity][week])

    def weights(self, week: int, alternative: Alternative) -> list[UtilityTerm]:
        """The terms of an alternative's utility that week; none for holding still."""
        place = self._cast.alternatives.index(alternative)
        return [
            UtilityTerm(
                term.words,
                float(weight[week]),
                term.coefficient,
                term.quantity,
                float(self._board[term.quantity][week]),
            )
            for term, weight in self._deliberation.terms(place)
        ]
