"""Weighted sums over the blackboard: the form of every threat, appraisal, utility and push.

    utility = sum of coefficient x quantity

`LinearSums` evaluates many such sums at once. It also returns the terms of any of them, which
explain an act. The coefficients form a matrix of sums by rows that is mostly zero. A sparse matrix
skips the zeros, and adds every run's terms in the same order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from scenario_sim.data.states import Term, WeightedSum
from scenario_sim.model.blackboard import Blackboard


class LinearSums:
    """Many weighted sums over the rows of one blackboard.

    Parameters
    ----------
    sums : sequence of tuple of Term
        The terms of each sum.
    board : Blackboard
        Its rows are read again at each evaluation.
    coefficients : mapping of str to float or ndarray
        Values by name.
    first : collection of str
        Quantities whose terms are added before the others of their sum.
    """

    def __init__(
        self,
        sums: Sequence[WeightedSum],
        board: Blackboard,
        coefficients: Mapping[str, np.ndarray | float],
        first: Collection[str] = (),
    ):
        from scipy.sparse import csr_array  # takes 40 ms; commands that only read need no sums

        self.sums, self._board, self._coefficients = tuple(sums), board, coefficients
        ordered = order_terms(self.sums, first)
        terms = [term for sum_ in ordered for term in sum_]
        values = np.array([coefficients[term.coefficient] for term in terms], float)
        rows = np.array([board.row[term.quantity] for term in terms], np.int32)
        ends = np.cumsum([0, *map(len, ordered)], dtype=np.int32)
        self._matrix = csr_array((values, rows, ends), (len(self.sums), len(board.block)))

    def evaluate(self) -> np.ndarray:
        """Return the present value of every sum, in the order given: (sums, runs)."""
        return self._matrix @ self._board.block

    def terms(self, which: int) -> list[tuple[Term, np.ndarray]]:
        """Return the terms of one sum with their present values, (runs,) each."""
        return [
            (term, self._board[term.quantity] * self._coefficients[term.coefficient])
            for term in self.sums[which]
        ]


def order_terms(sums: Sequence[WeightedSum], first: Collection[str]) -> list[WeightedSum]:
    """Return each sum with the terms of the quantities in `first` moved to the front."""
    return [tuple(sorted(terms, key=lambda t: t.quantity not in first)) for terms in sums]
