"""Read a store as pandas tables, at any time, and write them as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from scenario_sim.errors import OutputError, Problem, ScenarioError
from scenario_sim.simulation.outcomes import CAUSE_LABELS
from scenario_sim.simulation.outcomes import OUTCOMES as ALL
from scenario_sim.studies.analysis.statistics import NUMERIC_OUTCOMES, outcome_means
from scenario_sim.studies.cells import Cell
from scenario_sim.studies.store import files
from scenario_sim.studies.store.atomic import open_atomic
from scenario_sim.studies.store.files import CAUSE, OUTCOMES, TRAJECTORY, WEEKLY
from scenario_sim.studies.store.parquet import read_tables, read_weeks
from scenario_sim.studies.store.plugin_files import read_own_outcomes

if TYPE_CHECKING:
    import xarray as xr

CELL_COLUMNS = ["cell", "title", "hash", "seed", "weeks", "engine", "runs", "error"]
BIN_COLUMNS = ["quantity", "week", "bin_low", "bin_high"]
RESERVED_COLUMNS = frozenset(
    [*CELL_COLUMNS, "run", "count", *BIN_COLUMNS, *(outcome.name for outcome in ALL)]
)
PURPOSE_LABELS = (
    "source",
    "policy",
    "theory",
    "window",
)  # why a cell was run, not with which inputs
CURE = "make some with `study FILE --out` or `sweep --out`"
ROWS_A_PART = 1_000  # that are in memory at a time
_TRIES = 3  # between listing and reading, a longer block may replace a shorter one


# --- tables of a store ---------------------------------------------------------------------------


def read_cells(root: Path) -> pd.DataFrame:
    """See `Store.cells`."""
    parts = list(_iter_cells(root))
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def _iter_cells(root: Path) -> Iterator[pd.DataFrame]:
    """Yield `read_cells` in parts, at least one: a row of a large study has 600 inputs."""
    errors, keys = files.read_errors(root), files.list_cells(root)
    columns = [*CELL_COLUMNS, *_varied(root, keys)]
    for first in range(0, max(1, len(keys)), ROWS_A_PART):
        rows = []
        for key in keys[first : first + ROWS_A_PART]:
            cell = files.read_cell(root, key)
            runs = sum(block.runs for block in files.list_blocks(root, key))
            told = {"cell": key, "runs": runs, "error": errors.get(key, "")}
            rows.append({name: cell.get(name) for name in CELL_COLUMNS} | told | _labels(cell))
        yield pd.DataFrame(rows, columns=columns)


def read_outcomes(
    root: Path, keys: Iterable[str] | None = None, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """See `Store.outcomes`."""
    wanted = ["cell", "run", *(columns or outcome_names(root))]
    chosen = files.list_cells(root) if keys is None else list(keys)
    return _with_labels(root, _with_causes(_read(root, chosen, OUTCOMES, wanted)), chosen)


def outcome_names(root: Path) -> list[str]:
    """Return the names of a store's outcomes, those of its plug-ins last."""
    return [*(outcome.name for outcome in ALL), *(own["name"] for own in read_own_outcomes(root))]


def read_weekly(root: Path, keys: Iterable[str] | None = None) -> pd.DataFrame:
    """See `Store.weekly`."""
    chosen = files.list_cells(root) if keys is None else list(keys)
    parts = []
    for key in chosen:  # cell by cell: the counts of all blocks may not fit in memory
        table = _read(root, [key], WEEKLY, ["cell", *BIN_COLUMNS, "count"])
        counts = table.groupby(["cell", *BIN_COLUMNS], as_index=False, sort=False)["count"].sum()
        parts.append(counts.sort_values(BIN_COLUMNS, kind="stable", ignore_index=True))
    empty = _read_tables([], ["cell", *BIN_COLUMNS, "count"]).to_pandas()
    return _with_labels(root, pd.concat(parts, ignore_index=True) if parts else empty, chosen)


def read_cell_outcomes(
    root: Path, cell: Cell, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """See `Store.of`."""
    wanted = ["run", *(columns or outcome_names(root))]
    table = _read(root, [cell.key], OUTCOMES, wanted, max_runs=cell.runs)
    table.index = pd.Index(table.pop("run"), name="run")
    return _with_causes(table)


def read_trajectories(root: Path, key: str) -> xr.Dataset:
    """See `Store.trajectories`."""
    folder = files.cell_folder(root, key)

    def read() -> xr.Dataset:
        blocks = files.list_blocks(root, key, trajectories=True)
        if not blocks:
            raise OutputError(f"{folder} holds no weeks; make the study again with --weekly")
        return read_weeks([folder / (block.name + TRAJECTORY) for block in blocks])

    return _retry(read)


def _read(
    root: Path, keys: Sequence[str], ending: str, columns: list[str], max_runs: int | None = None
) -> pd.DataFrame:
    """Return columns of all blocks of some cells, or of their first `max_runs` runs."""

    def paths() -> list[Path]:
        return [
            path
            for key in keys
            for block, path in files.list_paths(root, key, ending)
            if max_runs is None or block.start < max_runs
        ]

    table = _retry(lambda: _read_tables(paths(), columns))
    if max_runs is not None and table.num_rows > max_runs:
        table = table.filter(pc.less(table["run"], max_runs))
    return table.to_pandas(split_blocks=True, self_destruct=True)


def _read_tables(paths: list[Path], columns: list[str]) -> pa.Table:
    if not paths:
        return pa.table({name: pa.array([], _type_of(name)) for name in columns})
    return read_tables(paths, columns)


def _retry[Table](read: Callable[[], Table]) -> Table:
    for _ in range(_TRIES - 1):
        try:
            return read()
        except FileNotFoundError:
            continue
    return read()


def _with_causes(table: pd.DataFrame) -> pd.DataFrame:
    """Return outcomes with their causes as a category, as `simulate` gives them."""
    if CAUSE in table:
        table[CAUSE] = pd.Categorical(table[CAUSE], CAUSE_LABELS)
    return table


def _type_of(name: str) -> pa.DataType:
    if name in ("cell", "quantity", CAUSE):
        return pa.string()
    return pa.int64() if name in ("run", "week", "count") else pa.float64()


# --- what was varied -----------------------------------------------------------------------------


def _labels(cell: dict[str, Any]) -> dict[str, Any]:
    """Return what was varied in a cell; a label with the name of a column gets a prefix."""
    labels = cell.get("labels", {})
    return {
        f"varied_{name}" if name in RESERVED_COLUMNS else name: value
        for name, value in labels.items()
    }


def _varied(root: Path, keys: Sequence[str]) -> list[str]:
    """Return the names of everything that was varied in some cells."""
    return list(dict.fromkeys(name for key in keys for name in _labels(files.read_cell(root, key))))


def _with_labels(
    root: Path, table: pd.DataFrame, keys: Sequence[str], names: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return a table with what was varied after `cell`: these names, or all of these cells."""
    wanted = _varied(root, keys) if names is None else names
    if not wanted:
        return table
    # All columns at once: a study of coefficients varies two hundred of them.
    labels = pd.DataFrame([_labels(files.read_cell(root, key)) for key in keys], keys, wanted)
    varied = labels.loc[table["cell"]].set_axis(table.index)
    return pd.concat([table[["cell"]], varied, table.drop(columns="cell")], axis=1)


# --- CSV -----------------------------------------------------------------------------------------


def iter_outcomes(root: Path) -> Iterator[pd.DataFrame]:
    """Yield `read_outcomes` block by block, for studies that do not fit in memory."""
    keys = files.list_cells(root)
    names = _varied(root, keys)
    columns = ["cell", "run", *outcome_names(root)]
    for key in keys:
        for _, path in files.list_paths(root, key, OUTCOMES):
            yield _with_labels(root, _read_tables([path], columns).to_pandas(), [key], names)


def iter_weekly(root: Path) -> Iterator[pd.DataFrame]:
    """Yield `read_weekly` cell by cell."""
    keys = files.list_cells(root)
    names = _varied(root, keys)
    for key in keys:
        table = read_weekly(root, [key])[["cell", *BIN_COLUMNS, "count"]].copy()
        yield _with_labels(root, table, [key], names)


def write_csv(root: Path) -> list[Path]:
    """See `Store.write_csv`."""
    tables = {"outcomes.csv": iter_outcomes(root), "weekly.csv": iter_weekly(root)}
    return [write_parts(root, root / name, parts) for name, parts in tables.items()]


def write_index(root: Path) -> None:
    """See `Store.write_index`."""
    write_parts(root, root / files.INDEX, _iter_cells(root))


def write_parts(root: Path, path: Path, parts: Iterable[pd.DataFrame]) -> Path:
    """Write a table as CSV, part by part. Raises OutputError."""
    try:
        with open_atomic(root, path) as file:
            for number, part in enumerate(parts):
                text = part.to_csv(index=False, header=number == 0, lineterminator="\n")
                file.write(text.encode())
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror or error}") from None
    return path


# --- inputs and outcomes of one study ------------------------------------------------------------


def read_inputs_and_means(root: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what was varied in a study, and the mean outcomes, one row a cell with results.

    A store may hold cells of several studies. The largest group of cells that share scenario,
    length and the names of what was varied is taken.

    Parameters
    ----------
    root : Path
        Folder of a store.

    Returns
    -------
    inputs : DataFrame
        One column of float an input; index: the cells' keys.
    means : DataFrame
        One column of float an outcome with a mean; the same index.

    Raises
    ------
    ScenarioError
        There are no such cells.
    """
    cells = read_cells(root).set_index("cell")
    if cells.empty:
        text = f"holds no cells; {CURE}" if root.is_dir() else f"there is no such folder; {CURE}"
        raise ScenarioError([Problem(str(root), text)], "there is no study")
    varied = _inputs_of_largest_study(cells)
    if varied.empty:
        text = f"nothing was varied in these cells; {CURE}"
        raise ScenarioError([Problem(str(root), text)], "there is nothing to discover")
    keys = varied.index[cells.loc[varied.index, "runs"] > 0]
    if keys.empty:
        raise ScenarioError([Problem(str(root), "no cell has results yet")], "there is no study")
    names = [*NUMERIC_OUTCOMES, *(own["name"] for own in read_own_outcomes(root))]
    means = [outcome_means(read_outcomes(root, [key], names), names)[0] for key in keys]
    return varied.loc[keys], pd.DataFrame(np.array(means), keys, names)


def _inputs_of_largest_study(cells: pd.DataFrame) -> pd.DataFrame:
    labels = cells.drop(columns=[name for name in CELL_COLUMNS if name in cells])
    purposes = [name for name in PURPOSE_LABELS if name in labels]
    numbers = labels[labels[purposes].isna().all(axis=1)].select_dtypes("number")
    has_value = numbers.notna()
    has_value = has_value[has_value.any(axis=1)]
    if has_value.empty:
        return pd.DataFrame()
    names = has_value.apply(lambda row: tuple(row.index[row]), axis=1).rename("names")
    studies = pd.concat([cells.loc[has_value.index, ["title", "weeks"]], names], axis=1)
    title, weeks, inputs = studies.value_counts().index[0]
    same = (studies["title"] == title) & (studies["weeks"] == weeks) & (studies["names"] == inputs)
    return numbers.loc[same.index[same], list(inputs)].astype(float)
