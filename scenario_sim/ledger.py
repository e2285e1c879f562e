"""Sums of terms, the one form every appraisal, utility and push takes.

    utility = sum of coefficient x quantity

A ledger holds many such sums, works them all out at once, and can show the terms of any of them
afterwards: that is the "why" of an act. Terms whose quantity stands still between two moves of a
lever are added up once a move. Of the others, the k-th terms of all sums are one gather, one
multiply and one add, so the cost is the longest sum's, not the number of terms; and since every
run's terms are added in the same order, a run alone gets the same bits as in a crowd.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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

    sums: terms of each sum. block: the rows, (rows, width), read anew at each evaluation. row: where
    a quantity's name stands in it. coefficients: values by name, () or (width,). standing:
    quantities that change only when a lever moves; `stand` must be called whenever one did.
    """

    def __init__(
        self,
        sums: Sequence[Sum],
        block: np.ndarray,
        row: Mapping[str, int],
        coefficients: Mapping[str, np.ndarray],
        standing: Collection[str] = (),
    ):
        self._sums, self._block = tuple(sums), block
        self._row, self._coefficients = row, coefficients
        shape = (len(self._sums), block.shape[1])
        self._base, self._total, self._part = np.zeros(shape), np.zeros(shape), np.empty(shape)
        # Longest first: the sums that have a k-th moving term are then the first ones.
        moving = [[t for t in terms if t.quantity not in standing] for terms in sums]
        order = sorted(range(len(sums)), key=lambda n: -len(moving[n]))
        layers = [self._layer([moving[n] for n in order], k) for k in _depth(moving)]
        self._first, self._further = layers[:1], layers[1:]
        self._motionless = slice(sum(map(bool, moving)), None)
        self._back = np.argsort(order, kind="stable")
        self.result = np.empty(shape)
        still = [[t for t in sums[n] if t.quantity in standing] for n in order]
        self._still = [
            (self._base[n], self._row[t.quantity], self._coefficients[t.coefficient])
            for n, terms in enumerate(still)
            for t in terms
        ]

    def _layer(self, sums: list[list[Term]], k: int):
        """The k-th terms of the sums that have one: rows, coefficients, where to work them out,
        where to add them, and what stands still there."""
        terms = [terms[k] for terms in sums if len(terms) > k]
        rows = np.array([self._row[term.quantity] for term in terms], np.intp)
        values = [np.atleast_1d(self._coefficients[term.coefficient]) for term in terms]
        some = slice(rows.size)
        return rows, np.array(np.broadcast_arrays(*values)), self._part[some], self._total[some], self._base[some]

    def stand(self) -> None:
        """Add up the terms that stand still until a lever moves again."""
        self._base[...] = 0.0
        for base, row, coefficient in self._still:
            base += self._block[row] * coefficient
        self._total[self._motionless] = self._base[self._motionless]

    def evaluate(self, out: np.ndarray | None = None) -> np.ndarray:
        """(sums, width), in the order the sums were given: in `out`, or in `result`, which is
        the caller's until the next call."""
        for rows, coefficients, part, total, base in self._first:
            self._block.take(rows, 0, part, "clip")
            np.multiply(part, coefficients, total)
            if self._still:
                np.add(total, base, total)
        for rows, coefficients, part, total, _ in self._further:
            self._block.take(rows, 0, part, "clip")
            np.multiply(part, coefficients, part)
            np.add(total, part, total)
        return self._total.take(self._back, 0, self.result if out is None else out, "clip")

    def terms(self, which: int) -> list[tuple[Term, np.ndarray]]:
        """The terms of one sum with their values as they stand, (width,) each."""
        return [
            (term, self._block[self._row[term.quantity]] * self._coefficients[term.coefficient])
            for term in self._sums[which]
        ]


def _depth(sums: list[list[Term]]) -> range:
    return range(max(map(len, sums), default=0))
