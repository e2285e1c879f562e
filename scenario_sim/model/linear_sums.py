"""Sums of terms: the one form of every fear, appraisal, utility and push.

    utility = sum of coefficient x quantity

`LinearSums` evaluates many such sums at once and can show the terms of any of them: they are the
"why" of an act. Coefficients form a large matrix, sums by rows of the board, that is mostly zero. A
sparse one multiplies only what is there, and adds every run's terms in the same order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from scenario_sim.data.states import Term, WeightedSum
from scenario_sim.model.blackboard import Blackboard


class LinearSums:
    """Many sums over the rows of a board.

    sums: the terms of each sum. board: read anew at each evaluation. coefficients: values by name.
    first: quantities whose terms are added before the others of their sum.
    """

    def __init__(
        self,
        sums: Sequence[WeightedSum],
        board: Blackboard,
        coefficients: Mapping[str, np.ndarray | float],
        first: Collection[str] = (),
    ):
        from scipy.sparse import csr_array  # 40 ms to import, and commands that only read need none

        self.sums, self._board, self._coefficients = tuple(sums), board, coefficients
        ordered = order_terms(self.sums, first)
        terms = [term for sum_ in ordered for term in sum_]
        values = np.array([coefficients[term.coefficient] for term in terms], float)
        rows = np.array([board.row[term.quantity] for term in terms], np.int32)
        ends = np.cumsum([0, *map(len, ordered)], dtype=np.int32)
        self._matrix = csr_array((values, rows, ends), (len(self.sums), len(board.block)))

    def evaluate(self) -> np.ndarray:
        """Return the sums in the order they were given, (sums, runs)."""
        return self._matrix @ self._board.block

    def terms(self, which: int) -> list[tuple[Term, np.ndarray]]:
        """Return the terms of one sum with their values as they stand, (runs,) each."""
        return [
            (term, self._board[term.quantity] * self._coefficients[term.coefficient])
            for term in self.sums[which]
        ]


def order_terms(sums: Sequence[WeightedSum], first: Collection[str]) -> list[WeightedSum]:
    """Return each sum with the terms of `first` in front."""
    return [tuple(sorted(terms, key=lambda t: t.quantity not in first)) for terms in sums]
