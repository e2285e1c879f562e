"""Store: the results of a study in one folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenario_sim.errors import OutputError
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.display import DisplayedResult
from scenario_sim.studies.cells import Block, BlockFiles, Cell, split_runs
from scenario_sim.studies.store import files

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from scenario_sim.studies.store.merge import MergeResult

MAX_COUNTED_CELLS = 10_000  # by `repr`, which must not take seconds
MAX_SHOWN_CELLS = 100

# The modules `tables` and `merge` are imported where they are used: they load pandas and pyarrow,
# and a command that finds its results complete needs neither.


class Store(DisplayedResult):
    """Results of a study in one folder of Parquet and JSON files, as `files` describes them.

    Nothing is created or read before a method asks for it. Tables can be read while a study runs.
    Every method that reads a damaged file raises OutputError with the file and the cure.

    Parameters
    ----------
    path : Path or str
        The folder; it need not exist.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from scenario_sim import load_scenario
    >>> from scenario_sim.studies import Cell, Store, run_study
    >>> store = Store(mkdtemp())
    >>> cell = Cell(load_scenario("status-quo").with_weeks(4), seed=7, runs=10)
    >>> run_study([cell], store).done
    1
    >>> store.outcomes(columns=["launch_days"]).shape  # cell, run, launch_days
    (10, 3)
    """

    def __init__(self, path: Path | str):
        self.path = Path(path)

    def _summary(self) -> list[str]:
        cells = sum(1 for _ in islice(files.find_cells(self.path), MAX_COUNTED_CELLS))
        more = " or more" if cells == MAX_COUNTED_CELLS else ""
        return [f"{cells:,} cells{more}"]

    def _name(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    def _table(self) -> pd.DataFrame | None:
        if any(islice(files.find_cells(self.path), MAX_SHOWN_CELLS, None)):
            return None
        try:
            return self.cells()
        except OutputError:  # a damaged store can still be displayed; reading it says what is wrong
            return None

    def _text_table(self) -> pd.DataFrame | None:
        table = self._table()
        return None if table is None else table[["title", "hash", "seed", "engine", "runs"]]

    # --- tables ---

    def cells(self) -> pd.DataFrame:
        """Return one row a cell.

        Columns: `cell` (its key), `title`, `hash`, `seed`, `weeks`, `engine`, `runs` (complete so
        far), `error`, then what was varied.
        """
        from scenario_sim.studies.store import tables

        return tables.read_cells(self.path)

    def outcomes(
        self, cells: Iterable[str] | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return one row a run: `cell`, what was varied, `run`, then the outcomes.

        Parameters
        ----------
        cells : iterable of str, optional
            Keys of cells; all cells by default.
        columns : sequence of str, optional
            Names of outcomes; all outcomes by default.
        """
        from scenario_sim.studies.store import tables

        return tables.read_outcomes(self.path, cells, columns)

    def weekly(self, cells: Iterable[str] | None = None) -> pd.DataFrame:
        """Return the weekly histograms of all cells (or of these keys), blocks added up.

        Columns: `cell`, what was varied, `quantity`, `week`, `bin_low`, `bin_high`, `count`.
        """
        from scenario_sim.studies.store import tables

        return tables.read_weekly(self.path, cells)

    def of(self, cell: Cell, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the outcomes of one cell as `simulate` does, index `run`, at most `cell.runs`."""
        from scenario_sim.studies.store import tables

        return tables.read_cell_outcomes(self.path, cell, columns)

    def trajectories(self, cell: str) -> xr.Dataset:
        """Return all weeks of the runs of a cell (its key), as `Trajectory.dataset` does.

        It has the blocks that were made with `--weekly`. Raises OutputError if there are none.
        """
        from scenario_sim.studies.store import tables

        return tables.read_trajectories(self.path, cell)

    def write_csv(self) -> list[Path]:
        """Write `outcomes.csv` and `weekly.csv` beside `cells.csv`, and return their paths.

        Raises OutputError.
        """
        from scenario_sim.studies.store import tables

        return tables.write_csv(self.path)

    def write_index(self) -> None:
        """Write `cells.csv`, which is `cells()`. Raises OutputError."""
        from scenario_sim.studies.store import tables

        tables.write_index(self.path)

    # --- cells and blocks ---

    def folder(self, key: str) -> Path:
        """Return the folder of a cell."""
        return files.cell_folder(self.path, key)

    def listed(self) -> list[str]:
        """Return the keys of all cells, sorted."""
        return files.list_cells(self.path)

    def holds(self, key: str) -> bool:
        """Return whether the store has this cell."""
        return (self.folder(key) / files.CELL).is_file()

    def about(self, key: str) -> dict[str, Any]:
        """Return title, hash, seed, weeks, engine, labels and scenario (its text) of a cell.

        Raises OutputError if there is no such cell.
        """
        return files.read_cell(self.path, key)

    def scenario(self, key: str) -> Scenario:
        """Return the scenario of a cell. Own states are read from their copy in the store.

        Raises
        ------
        OutputError
            There is no such cell.
        ScenarioFileError
            Its scenario cannot be read by this version.
        """
        return files.read_stored_scenario(self.path, key)

    def errors(self) -> dict[str, str]:
        """Return the errors of cells that failed, by key."""
        return files.read_errors(self.path)

    def blocks(self, key: str, trajectories: bool = False) -> list[Block]:
        """Return the complete blocks of a cell, in order; none contains another."""
        return files.list_blocks(self.path, key, trajectories)

    def missing(
        self, cell: Cell, runs: int | None = None, *, trajectories: bool = False
    ) -> list[Block]:
        """Return the blocks that all runs of a cell (or its first `runs`) still need."""
        stops = {block.start: block.stop for block in self.blocks(cell.key, trajectories)}
        wanted = split_runs(cell.runs if runs is None else min(runs, cell.runs))
        return [block for block in wanted if stops.get(block.start, 0) < block.stop]

    # --- writing ---

    def claim(self) -> None:
        """Create the folder, or check that it is a store. Raises OutputError."""
        files.claim_folder(self.path)

    def claim_plugins(self, cells: Iterable[Cell]) -> None:
        """Keep the plug-ins of some cells. Raises OutputError if the store has others."""
        from scenario_sim.studies.store.plugin_files import claim_plugins

        claim_plugins(self.path, (cell.scenario.plugins for cell in cells), self.put)

    def add(self, cell: Cell) -> None:
        """Write what a cell is, unless it is known. Fuller labels replace others."""
        files.write_cell(self.path, cell)

    def write(self, block: BlockFiles) -> None:
        """Write the files of a block; files that exist stay as they are."""
        files.write_block(self.path, block)

    def fail(self, cell: Cell, error: str, block: Block | None = None) -> None:
        """Write why a cell failed; the next command tries it again."""
        files.write_error(self.path, cell.key, error, block)

    def tidy(self, key: str) -> None:
        """Remove blocks of a cell that a longer one contains, and the error of an earlier command."""
        files.remove_obsolete(self.path, key)

    def put(self, path: Path, data: bytes | str, last: bool = True) -> None:
        """Write one file atomically; see `files.write_file`. Raises OutputError."""
        files.write_file(self.path, path, data, last)

    # --- several stores ---

    def merge(self, other: Path | str) -> MergeResult:
        """Copy what another store has and this one lacks. Raises OutputError."""
        from scenario_sim.studies.store.merge import merge_stores

        return merge_stores(self.path, Path(other))

    def check(self) -> list[str]:
        """Read every byte, and return what is wrong, one sentence each; empty if all is well."""
        from scenario_sim.studies.store.merge import check_store

        return check_store(self.path)
