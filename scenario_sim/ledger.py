"""Sums of terms, the one form every appraisal, utility and push takes.

    utility = sum of coefficient x quantity

A ledger holds many such sums, works them all out at once, and can show the terms of any of them
afterwards: that is the "why" of an act. Coefficients are mostly zeros of a large matrix, sums by
rows of the board; a sparse one multiplies only what is there, and adds every run's terms in the
same order, so that a run alone gets the same bits as in a crowd.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

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

    sums: terms of each sum. block: the rows, (rows, width), read anew at each evaluation. row: where
    a quantity's name stands in it. coefficients: values by name, () or (width,). first: quantities
    whose terms are added before the others of their sum.
    """

    def __init__(
        self,
        sums: Sequence[Sum],
        block: np.ndarray,
        row: Mapping[str, int],
        coefficients: Mapping[str, np.ndarray],
        first: Collection[str] = (),
    ):
        from scipy.sparse import (
            csr_array,  # slow to load, and a scenario that is only read has no sums
        )

        self._sums, self._block = tuple(sums), block
        self._row, self._coefficients = row, coefficients
        self.result = np.zeros((len(self._sums), block.shape[1]))
        ordered = [sorted(terms, key=lambda t: t.quantity not in first) for terms in self._sums]
        terms = [term for sum_ in ordered for term in sum_]
        rows = np.array([row[term.quantity] for term in terms], np.int32)
        ends = np.cumsum([0, *map(len, ordered)], dtype=np.int32)
        values = np.zeros((len(terms), block.shape[1]))
        for value, term in zip(values, terms, strict=True):
            value[:] = coefficients[term.coefficient]
        shape = (len(self._sums), len(block))
        self._matrices = [
            (columns, csr_array((values[:, columns.start].copy(), rows, ends), shape))
            for columns in _alike(values)
        ]

    def evaluate(self, out: np.ndarray | None = None) -> np.ndarray:
        """(sums, width), in the order the sums were given: in `out`, or in `result`, which is
        the caller's until the next call."""
        out = self.result if out is None else out
        for columns, matrix in self._matrices:
            out[:, columns] = matrix @ self._block[:, columns]
        return out

    def terms(self, which: int) -> list[tuple[Term, np.ndarray]]:
        """The terms of one sum with their values as they stand, (width,) each."""
        return [
            (term, self._block[self._row[term.quantity]] * self._coefficients[term.coefficient])
            for term in self._sums[which]
        ]


def _alike(values: np.ndarray) -> list[slice]:
    """Stretches of neighbouring columns that are the same: one, but where scenarios that run side
    by side differ on a coefficient."""
    differs = (values[:, 1:] != values[:, :-1]).any(axis=0)
    edges = [0, *(np.flatnonzero(differs) + 1), values.shape[1]]
    return [slice(start, stop) for start, stop in pairwise(edges)]
