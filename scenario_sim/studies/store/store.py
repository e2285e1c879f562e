"""Results on disk, as a researcher uses them: tables, merging, checking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from scenario_sim.studies.cells import Cell
from scenario_sim.studies.store import merge as shards
from scenario_sim.studies.store import tables
from scenario_sim.studies.store.folder import Shelf

if TYPE_CHECKING:
    import xarray as xr


class Store(Shelf):
    """A folder of results; how its files lie stands in `shelf`. It may be read while a study runs.

    store = Store("results")
    store.cells()       # who is there, what was varied, how many runs are whole
    store.outcomes()    # one row a run
    """

    # --- as tables ---

    def cells(self) -> pd.DataFrame:
        """One row a cell: `cell`, `title`, `hash`, `seed`, `weeks`, `engine`, `runs` (whole so far),
        `error`, then what was varied."""
        return tables.cells(self)

    def outcomes(
        self, cells: Iterable[str] | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """One row a run of all cells (or of these keys): `cell`, what was varied, `run`, outcomes
        (or these of them)."""
        return tables.outcomes(self, cells, columns)

    def weekly(self, cells: Iterable[str] | None = None) -> pd.DataFrame:
        """Weekly histograms of all cells (or of these keys), blocks added up: `cell`, what was
        varied, `quantity`, `week`, `bin_low`, `bin_high`, `count`."""
        return tables.weekly(self, cells)

    def of(self, cell: Cell, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The outcomes of one cell as `simulate` has them, index `run`, as far as they are there;
        at most its own runs."""
        return tables.of_cell(self, cell, columns)

    def trajectories(self, cell: str) -> xr.Dataset:
        """All weeks of the runs of a cell (its key), as `Trajectory.dataset` has them: of the blocks
        that were made with `--weekly`. Raises OutputError where there are none."""
        return tables.trajectories(self, cell)

    # --- upkeep ---

    def merge(self, other: Path | str) -> shards.MergeResult:
        """Take over what another store has and this one has not. Raises OutputError."""
        return shards.merge(self, Shelf(other))

    def check(self) -> list[str]:
        """Read every byte; what is not what its name says, in words. Empty where all is well."""
        return shards.check(self)
