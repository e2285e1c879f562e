"""Encode and read the files of a block: outcomes and histograms as Parquet, weeks as netCDF.

The bytes depend on the results alone: no time, path or machine. Columns are plain numbers and text,
which any reader of Parquet opens; each field of the schema carries its unit and meaning as metadata.
The column `cell` holds the key, so that the files of many cells
can be read as one table. A reader takes a whole file into memory and checks its checksum and name:
the bytes that are checked are the bytes that are used.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scenario_sim.data.plugins import OwnOutcome
from scenario_sim.data.variables import RECORDED_QUANTITIES
from scenario_sim.errors import OutputError
from scenario_sim.simulation.histograms import BIN_EDGES
from scenario_sim.simulation.outcomes import OUTCOMES as ALL_OUTCOMES
from scenario_sim.studies.cells import cell_key
from scenario_sim.studies.store.atomic import BLANK, KEY, is_intact, with_checksum, with_trailer
from scenario_sim.studies.store.files import ABOUT, CAUSE, OUTCOMES, TRAJECTORY, parse_block_name

if TYPE_CHECKING:
    import xarray as xr

    from scenario_sim.simulation.trajectory import Trajectory

UNIT, MEANING = "unit", "description"
PLUGINS = "plugins_digest"  # of a file's outcomes; absent without plug-ins
COLUMN_MEANINGS = {
    "cell": "Key of the cell: one scenario under one seed, by one engine.",
    "run": "Number of the run; equal numbers share their random draws in every cell of one seed.",
    "quantity": "Weekly quantity that is counted.",
    "week": "Week, from 0.",
    "bin_low": "Lower edge of the bin, which belongs to it; units by quantity.",
    "bin_high": "Upper edge of the bin, which does not; units by quantity.",
    "count": "Runs in the bin.",
}


def pack_outcomes(key: str, trajectory: Trajectory) -> bytes:
    """Encode one row a run: `cell`, `run`, then the outcomes in the order of the codebook."""
    frame = trajectory.outcomes
    columns: dict[str, pa.Array] = {"cell": _same(key, len(frame)), "run": pa.array(frame.index)}
    for name, column in frame.items():  # missing values are null, whatever their type
        if name == CAUSE:
            columns[name] = pa.array(column.astype(object), pa.string(), from_pandas=True)
        else:
            columns[name] = pa.array(column.to_numpy(), from_pandas=True)
    # Numbers seldom repeat from run to run, so a dictionary of them would need more space and time.
    return _parquet(pa.table(columns), trajectory, use_dictionary=["cell", CAUSE])


def pack_weekly(key: str, trajectory: Trajectory, counts: Mapping[str, np.ndarray]) -> bytes:
    """Encode weekly histograms, one row a bin that is not empty.

    Columns: `cell`, `quantity`, `week`, `bin_low`, `bin_high`, `count`.

    Parameters
    ----------
    key : str
    trajectory : Trajectory
    counts : mapping
        Quantity -> array (weeks, bins) of counts.
    """
    parts: dict[str, list[np.ndarray]] = {
        n: [] for n in ("quantity", "week", "low", "high", "count")
    }
    for number, (name, edges) in enumerate(BIN_EDGES.items()):
        week, bin_ = np.nonzero(counts[name])
        parts["quantity"].append(np.full(week.size, number, np.int8))
        parts["week"].append(week)
        parts["low"].append(edges[bin_])
        parts["high"].append(edges[bin_ + 1])
        parts["count"].append(counts[name][week, bin_])
    joined = {name: np.concatenate(part) for name, part in parts.items()}
    table = pa.table(
        {
            "cell": _same(key, joined["week"].size),
            "quantity": pa.DictionaryArray.from_arrays(joined["quantity"], list(BIN_EDGES)).cast(
                pa.string()
            ),
            "week": joined["week"].astype(np.int32),
            "bin_low": joined["low"],
            "bin_high": joined["high"],
            "count": joined["count"],
        }
    )
    return _parquet(table, trajectory)


def pack_trajectory(trajectory: Trajectory) -> bytes:
    """Encode all weeks of a block as netCDF4: the weekly quantities and acts of the codebook."""
    dataset = trajectory.dataset
    if trajectory.scenario.plugins:
        dataset.attrs[PLUGINS] = trajectory.scenario.plugins.digest
    squeezed = {"zlib": True, "complevel": 1, "shuffle": True, "fletcher32": True}
    file = io.BytesIO()
    dataset.to_netcdf(file, engine="h5netcdf", encoding=dict.fromkeys(dataset.data_vars, squeezed))
    return with_trailer(file.getvalue())


def _same(value: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(rows, np.int8), [value]).cast(pa.string())


def _parquet(table: pa.Table, trajectory: Trajectory, **how: Any) -> bytes:
    made = trajectory.provenance
    said = {key: made[key] for key in ("engine", "hash", "seed", "weeks")}
    own = trajectory.scenario.plugins
    said |= {PLUGINS: own.digest} if own.items else {}
    said |= {"start": int(trajectory.runs[0]), "stop": int(trajectory.runs[-1]) + 1}
    table = describe_columns(table, own.outcomes if own.items else ()).replace_schema_metadata(
        {ABOUT: json.dumps(said | {KEY: BLANK})}
    )
    sink = pa.BufferOutputStream()
    # Page checksums serve other programs; ours checks the one over the whole file.
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True, **how)
    return with_checksum(sink.getvalue().to_pybytes())


def describe_columns(table: pa.Table, own: Sequence[OwnOutcome] = ()) -> pa.Table:
    """Return a table whose fields carry `unit` and `description` as metadata.

    `own` are the outcomes of plug-ins.

    Examples
    --------
    >>> table = describe_columns(pa.table({"run": [0], "launch_days": [3]}))
    >>> table.schema.field("launch_days").metadata[b"unit"]
    b'days'
    """
    about = column_dictionary() | {o.name: {UNIT: o.unit, MEANING: o.description} for o in own}
    fields = [
        pa.field(field.name, field.type, metadata=about[field.name]) for field in table.schema
    ]
    return table.cast(pa.schema(fields))


@cache
def column_dictionary() -> dict[str, dict[str, str]]:
    """Return the metadata of every column of a store, by its name, as text."""
    units = {"run": "number", "week": "weeks", "count": "runs"}
    quantities = {q.name: q.unit for q in RECORDED_QUANTITIES if q.name in BIN_EDGES}
    units |= dict.fromkeys(("bin_low", "bin_high"), json.dumps(quantities))
    about = {
        name: {UNIT: units.get(name, ""), MEANING: text} for name, text in COLUMN_MEANINGS.items()
    }
    for outcome in ALL_OUTCOMES:
        about[outcome.name] = {UNIT: outcome.unit, MEANING: outcome.meaning}
    return about


MAX_FILES_NAMED = 5  # in one message
CURE = "Remove it, and the command that made the study makes it again; nothing else is lost."
CURE_OF_SEVERAL = (
    "Remove them, and the command that made the study makes them again; nothing else is lost."
)


class CorruptFile(Exception):
    """The bytes of a file are not those that were written; the message says why."""


def read_tables(paths: Sequence[Path], columns: list[str]) -> pa.Table:
    """Return these columns of some files as one table.

    Raises OutputError with every damaged file, FileNotFoundError if one does not exist.
    """

    def read(path: Path) -> pa.Table | str:
        try:
            return decode_table(path, path.read_bytes(), columns)
        except FileNotFoundError:
            raise
        except OSError as error:
            return error.strerror or str(error)
        except CorruptFile as error:
            return str(error)

    found = _in_threads(read, paths)
    spoilt = [(path, why) for path, why in zip(paths, found, strict=True) if isinstance(why, str)]
    if spoilt:
        raise OutputError(_told(spoilt))
    return pa.concat_tables(found)


def decode_table(path: Path, data: bytes, columns: list[str] | None = None) -> pa.Table:
    """Return these columns (or all) of a Parquet file, given its bytes. Raises CorruptFile."""
    _check(data)
    try:
        with pq.ParquetFile(pa.BufferReader(data)) as file:
            about = json.loads(file.metadata.metadata[ABOUT])
            _check_name(path, about, about["start"], about["stop"])
            table = file.read(columns, use_threads=False)
            return table.select(columns) if columns else table
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException) as error:
        raise CorruptFile(str(error).partition("\n")[0]) from None


def read_weeks(paths: Sequence[Path]) -> xr.Dataset:
    """Return all weeks of the runs in some netCDF files of one cell.

    Raises OutputError for the first damaged file, FileNotFoundError if one does not exist.
    """
    import xarray as xr

    found = []
    for path in paths:  # one by one: they are large
        try:
            found.append(decode_weeks(path, path.read_bytes()))
        except CorruptFile as error:
            raise OutputError(_told([(path, str(error))])) from None
    return xr.concat(found, "run", data_vars="minimal", coords="minimal", combine_attrs="override")


def decode_weeks(path: Path, data: bytes) -> xr.Dataset:
    """Return the weeks of a netCDF file, given its bytes. Raises CorruptFile."""
    _check(data)
    import xarray as xr

    try:
        with xr.open_dataset(io.BytesIO(data), engine="h5netcdf") as weeks:
            weeks.load()
        runs = weeks["run"].to_numpy()
        start = int(runs[0])
        if not np.array_equal(runs, np.arange(start, start + runs.size)):
            raise CorruptFile("it holds other runs")
        _check_name(path, weeks.attrs, start, start + runs.size)
    except (OSError, KeyError, TypeError, ValueError, IndexError) as error:
        raise CorruptFile(str(error).partition("\n")[0]) from None
    return weeks


def _check(data: bytes) -> None:
    if not is_intact(data):
        raise CorruptFile("its checksum does not match (spoilt, or of an earlier version)")


def _check_name(path: Path, about: Mapping[Any, Any], start: int, stop: int) -> None:
    """Raise CorruptFile if a file has the name of another cell or of other runs."""
    plugins = about.get(PLUGINS, "")
    if cell_key(about["engine"], about["hash"], int(about["seed"]), plugins) != path.parent.name:
        raise CorruptFile("it holds another cell")
    block, _ = parse_block_name(path.name)
    if (start, stop) != (block.start, block.stop):
        raise CorruptFile("it holds other runs")


def _in_threads[Found](read: Callable[[Path], Found], paths: Sequence[Path]) -> list[Found]:
    """Apply a function to each path, in threads if there are several paths."""
    if len(paths) == 1:
        return [read(paths[0])]
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        return list(pool.map(read, paths))


def _told(spoilt: Sequence[tuple[Path, str]]) -> str:
    lines = [
        f"{path} cannot be read: {why}. Lost are the {_content(path)}."
        for path, why in spoilt[:MAX_FILES_NAMED]
    ]
    if len(spoilt) > MAX_FILES_NAMED:
        lines.append(f"So are {len(spoilt) - MAX_FILES_NAMED:,} more files.")
    return "\n".join([*lines, CURE if len(spoilt) == 1 else CURE_OF_SEVERAL])


def _content(path: Path) -> str:
    block, ending = parse_block_name(path.name)
    what = {OUTCOMES: "outcomes", TRAJECTORY: "weeks"}.get(ending, "weekly histograms")
    return f"{what} of runs {block.start:,} to {block.stop - 1:,}"
