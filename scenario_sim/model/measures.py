"""What may be asked of a week besides its rows: measures that grow, and histograms.

Outcomes are declared above the model, and handed to it as these. Both work on arrays over runs and
on the symbols of a trace, so the compiled model measures while it runs and needs no weekly table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

RowLike = Any  # an array over runs, or a symbol


class MeasuredWeek(Protocol):
    """What a measure may read of a week. number: of the week, from 0."""

    cast: Any
    number: Any

    def __getitem__(self, name: str) -> RowLike:
        """Return a recorded row, rounded to single precision as it is recorded."""

    def did(self, action: str) -> RowLike:
        """Return where an action was chosen, as a mask."""

    def first_at_most(self, name: str, since: RowLike, level: RowLike, where: RowLike) -> RowLike:
        """Return the first week, from `since` on and before this one, in which a recorded row was at
        most `level`; this week where none was. It is looked for where the mask holds; else 0."""


@dataclass(frozen=True, eq=False)
class Measure:
    """Rows over runs that grow week by week.

    start: the rows before the first week, by name. grow: takes a week and the rows before it, and
    returns the rows after it. Equations in it are held to the rules of `equations.py`: no branch on
    a row, no sum over runs.
    """

    start: Mapping[str, float]
    grow: Callable[[MeasuredWeek, Mapping[str, RowLike]], Mapping[str, RowLike]]


@dataclass(frozen=True)
class Histogram:
    """Equal bins of a recorded row: `bins` from `low` on, `width` wide; the last takes the rest."""

    low: float
    width: float
    bins: int

    @property
    def edges(self) -> np.ndarray:
        """The edges of the bins, (bins + 1,)."""
        return self.low + self.width * np.arange(self.bins + 1)

    def place(self, values: RowLike) -> RowLike:
        """Return the bin of each value, as a number."""
        place = np.floor((values - self.low) / self.width)
        return np.minimum(np.maximum(place, 0.0), self.bins - 1.0)
