"""A store as tables. They may be read at any time: blocks are whole or not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from scenario_sim.simulation.outcomes import CAUSE_LABELS
from scenario_sim.simulation.outcomes import OUTCOMES as ALL
from scenario_sim.studies.store.folder import CAUSE, OUTCOMES, WEEKLY
from scenario_sim.studies.store.reading import read_tables

if TYPE_CHECKING:
    from scenario_sim.studies.cells import Cell
    from scenario_sim.studies.store.folder import Shelf

CELL_COLUMNS = ["cell", "title", "hash", "seed", "weeks", "engine", "runs", "error"]
BIN_COLUMNS = ["quantity", "week", "bin_low", "bin_high"]
RESERVED_COLUMNS = frozenset(
    [*CELL_COLUMNS, "run", "count", *BIN_COLUMNS, *(outcome.name for outcome in ALL)]
)
_TRIES = 3  # a short block may give way to a longer one between listing and reading


def cells(store: Shelf) -> pd.DataFrame:
    """See `Store.cells`."""
    errors, rows = store.errors(), []
    for key in store.listed():
        told = store.about(key)
        runs = sum(block.runs for block in store.blocks(key))
        row = {name: told.get(name) for name in CELL_COLUMNS}
        rows.append(row | {"cell": key, "runs": runs, "error": errors.get(key, "")} | _labels(told))
    varied = dict.fromkeys(name for row in rows for name in row if name not in CELL_COLUMNS)
    return pd.DataFrame(rows, columns=[*CELL_COLUMNS, *varied])


def outcomes(
    store: Shelf, keys: Iterable[str] | None = None, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """See `Store.outcomes`."""
    wanted = ["cell", "run", *(columns or (outcome.name for outcome in ALL))]
    chosen = store.listed() if keys is None else list(keys)
    return _labelled(store, _with_causes(_read(store, chosen, OUTCOMES, wanted)), chosen)


def weekly(store: Shelf, keys: Iterable[str] | None = None) -> pd.DataFrame:
    """See `Store.weekly`."""
    chosen = store.listed() if keys is None else list(keys)
    parts = []
    for key in chosen:  # one by one: counts of all blocks at once may be too many
        table = _read(store, [key], WEEKLY, ["cell", *BIN_COLUMNS, "count"])
        added = table.groupby(["cell", *BIN_COLUMNS], as_index=False, sort=False)["count"].sum()
        parts.append(added.sort_values(BIN_COLUMNS, kind="stable", ignore_index=True))
    return _labelled(store, pd.concat(parts, ignore_index=True) if parts else _empty(), chosen)


def iter_outcomes(store: Shelf) -> Iterator[pd.DataFrame]:
    """`Store.outcomes` block by block, for as many runs as no memory holds."""
    keys = store.listed()
    names = _varied(store, keys)
    columns = ["cell", "run", *(outcome.name for outcome in ALL)]
    for key in keys:
        for block in store.blocks(key):
            table = _table([store.folder(key) / (block.name + OUTCOMES)], columns).to_pandas()
            yield _labelled(store, table, [key], names)


def iter_weekly(store: Shelf) -> Iterator[pd.DataFrame]:
    """`Store.weekly` cell by cell."""
    keys = store.listed()
    names = _varied(store, keys)
    for key in keys:
        table = weekly(store, [key])
        yield _labelled(store, table[["cell", *BIN_COLUMNS, "count"]].copy(), [key], names)


def of_cell(store: Shelf, cell: Cell, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """See `Store.of`."""
    wanted = ["run", *(columns or (outcome.name for outcome in ALL))]
    table = _read(store, [cell.key], OUTCOMES, wanted, below=cell.runs)
    table.index = pd.Index(table.pop("run"), name="run")
    return _with_causes(table)


def _read(
    store: Shelf, keys: Sequence[str], ending: str, columns: list[str], below: int | None = None
) -> pd.DataFrame:
    def paths() -> list[Path]:
        return [
            store.folder(key) / (block.name + ending)
            for key in keys
            for block in store.blocks(key)
            if below is None or block.start < below
        ]

    table = _tried(lambda: _table(paths(), columns))
    if below is not None and table.num_rows > below:
        table = table.filter(pc.less(table["run"], below))
    return table.to_pandas(split_blocks=True, self_destruct=True)


def _table(paths: list[Path], columns: list[str]) -> pa.Table:
    if not paths:
        return pa.table({name: pa.array([], _kind(name)) for name in columns})
    return read_tables(paths, columns)


def _tried(read: Callable[[], pa.Table]) -> pa.Table:
    for _ in range(_TRIES - 1):
        try:
            return read()
        except FileNotFoundError:
            continue
    return read()


def _with_causes(frame: pd.DataFrame) -> pd.DataFrame:
    """Outcomes that were read, their causes a category again."""
    if CAUSE in frame:
        frame[CAUSE] = pd.Categorical(frame[CAUSE], CAUSE_LABELS)
    return frame


def _kind(name: str) -> pa.DataType:
    if name in ("cell", "quantity", CAUSE):
        return pa.string()
    return pa.int64() if name in ("run", "week", "count") else pa.float64()


def _empty() -> pd.DataFrame:
    return _table([], ["cell", *BIN_COLUMNS, "count"]).to_pandas()


def _labels(told: dict[str, Any]) -> dict[str, Any]:
    """What was varied; a name that a column bears already gets a prefix."""
    labels = told.get("labels", {})
    return {
        f"varied_{name}" if name in RESERVED_COLUMNS else name: value
        for name, value in labels.items()
    }


def _varied(store: Shelf, keys: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for key in keys for name in _labels(store.about(key))))


def _labelled(
    store: Shelf, table: pd.DataFrame, keys: Sequence[str], names: Sequence[str] | None = None
) -> pd.DataFrame:
    """With what was varied beside `cell`; `names`: in these columns."""
    wanted = _varied(store, keys) if names is None else names
    if not wanted:
        return table
    # At once: a study of coefficients varies two hundred of them.
    labels = pd.DataFrame([_labels(store.about(key)) for key in keys], keys, wanted)
    varied = labels.loc[table["cell"]].set_axis(table.index)
    return pd.concat([table[["cell"]], varied, table.drop(columns="cell")], axis=1)
