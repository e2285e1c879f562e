"""Measures, which accumulate week by week, and histograms of recorded rows.

Outcomes are declared in `simulation/outcomes.py` and reach the model in this form. Measures and
histograms work on arrays over runs and on the symbols of a trace. So the compiled model measures
while it runs, and needs no weekly table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

RowLike = Any  # an array over runs, (runs,), or a symbol of a trace


class MeasuredWeek(Protocol):
    """The interface through which a measure reads a week. `number` counts weeks from 0."""

    cast: Any
    number: Any

    def __getitem__(self, name: str) -> RowLike:
        """Return a recorded row, rounded to single precision as it is recorded."""

    def did(self, action: str) -> RowLike:
        """Return a mask of the runs in which an action was chosen."""

    def first_at_most(self, name: str, since: RowLike, level: RowLike, where: RowLike) -> RowLike:
        """Return the first week since `since` in which a recorded row was at most `level`.

        Parameters
        ----------
        name : str
            A recorded row.
        since, level : array or symbol, shape (runs,)
            The first week to look at, and the level.
        where : mask, shape (runs,)
            The runs to search. Others get 0.

        Returns
        -------
        array or symbol, shape (runs,)
            The week, from 0; this week's number where no earlier week qualifies.
        """


@dataclass(frozen=True, eq=False)
class Measure:
    """Rows over runs that accumulate week by week.

    Attributes
    ----------
    start : mapping of str to float
        The rows before the first week, by name.
    grow : callable
        Takes a week and the rows before it, and returns the rows after it. As in `equations.py`,
        it may neither branch on a row nor add up over runs.
    """

    start: Mapping[str, float]
    grow: Callable[[MeasuredWeek, Mapping[str, RowLike]], Mapping[str, RowLike]]


@dataclass(frozen=True)
class Histogram:
    """Equal bins of a recorded row, from `low` on; the last one takes all larger values.

    `low` and `width` are in the unit of the row. Values below `low` fall in the first bin.
    """

    low: float
    width: float
    bins: int

    @property
    def edges(self) -> np.ndarray:
        """Return the edges of the bins, (bins + 1,)."""
        return self.low + self.width * np.arange(self.bins + 1)

    def place(self, values: RowLike) -> RowLike:
        """Return the bin of each value, as a float: 0 .. bins - 1."""
        place = np.floor((values - self.low) / self.width)
        return np.minimum(np.maximum(place, 0.0), self.bins - 1.0)
