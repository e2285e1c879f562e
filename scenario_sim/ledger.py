"""Sums of terms, the one form every appraisal, utility and push takes.

    utility = sum of coefficient x quantity

A ledger holds many such sums, works them all out at once, and can show the terms of any of them
afterwards: that is the "why" of an act. The k-th terms of all sums are one gather, one multiply
and one add, so the cost is the longest sum's, not the number of terms; and since every run's
terms are added in the written order, a run alone gets the same bits as in a crowd.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Term:
    """One consideration: in plain words, its coefficient's name, the quantity's name."""

    words: str
    coefficient: str
    quantity: str


Sum = tuple[Term, ...]


class Ledger:
    """Many sums over the rows of a block.

    sums: terms of each sum. row: where a quantity's name stands in the block. coefficients: values
    by name, (1,) or (width,).
    """

    def __init__(
        self,
        sums: Sequence[Sum],
        row: Mapping[str, int],
        coefficients: Mapping[str, np.ndarray],
    ):
        self.sums = tuple(sums)
        # Longest first: the sums that have a k-th term are then the first ones.
        order = sorted(range(len(sums)), key=lambda n: -len(sums[n]))
        self._back = np.argsort(order, kind="stable")
        self._layers: list[tuple[np.ndarray, np.ndarray]] = []
        for k in range(max((len(terms) for terms in sums), default=0)):
            layer = [sums[n][k] for n in order if len(sums[n]) > k]
            rows = np.array([row[term.quantity] for term in layer], dtype=np.intp)
            values = np.broadcast_arrays(*(coefficients[term.coefficient] for term in layer))
            self._layers.append((rows, np.array(values)))

    def evaluate(self, block: np.ndarray) -> np.ndarray:
        """(sums, width), in the order the sums were given."""
        total = np.zeros((len(self.sums), block.shape[1]))
        for rows, coefficients in self._layers:
            total[: rows.size] += block[rows] * coefficients
        return total[self._back]

    def terms(self, which: int, block: np.ndarray) -> list[tuple[Term, np.ndarray]]:
        """The terms of one sum with their values, (width,) each."""
        place = int(self._back[which])
        return [
            (term, block[rows[place]] * coefficients[place])
            for term, (rows, coefficients) in zip(self.sums[which], self._layers, strict=False)
        ]
