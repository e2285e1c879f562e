"""The board: everything a week knows, as rows over runs.

One block of float64, (rows, width), width = scenarios x runs, run axis last. Whoever reads a row
by name gets a view that cannot be written; rules return what they change and the model writes it.
An agent may write the rows the model lends it, its own, and no others: whoever tried to change a
neighbour's condition would raise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import EllipsisType
from typing import TYPE_CHECKING

import numpy as np


class Board:
    """Rows over runs by name: `board.tension` is a read-only view, (width,)."""

    def __init__(self, names: Iterable[str], width: int):
        self.row = {name: row for row, name in enumerate(names)}
        self.width = width
        block = np.zeros((len(self.row), width))
        self._writable = dict(zip(self.row, block, strict=True))  # name -> its row
        self._block = block
        self.block = block.view()
        self.block.flags.writeable = False
        # A row is an attribute of its own: rules read hundreds of them a week.
        vars(self).update(zip(self.row, self.block, strict=True))

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> np.ndarray: ...

    def __getitem__(self, name: str) -> np.ndarray:
        return self.block[self.row[name]]

    def write(
        self, values: Mapping[str, np.ndarray | float], columns: slice | EllipsisType = ...
    ) -> None:
        """Set rows by name (some columns of them, where scenarios run side by side)."""
        for name, value in values.items():
            self._writable[name][columns] = value

    def span(self, first: str, last: str) -> np.ndarray:
        """Neighbouring rows as a block to read, `first` to `last`, both included."""
        return self.block[self.row[first] : self.row[last] + 1]

    def lend(self, first: str, last: str) -> np.ndarray:
        """The same to write."""
        return self._block[self.row[first] : self.row[last] + 1]

    def restore(self, block: np.ndarray) -> None:
        """Set every row, (rows, width); a narrower block stands again for each of the scenarios
        side by side."""
        self._block.reshape(len(block), -1, block.shape[1])[...] = block[:, None]

    def rename(self, alias: str, name: str) -> None:
        """Let a row be read under a second name: `challenger_threat` is the challenger's."""
        self.row[alias] = self.row[name]
        setattr(self, alias, getattr(self, name))
