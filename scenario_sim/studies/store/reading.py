"""Read the Parquet and netCDF files of a store, after checking checksum and name.

A file is read into memory completely, so the bytes that are checked are the bytes that are used.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scenario_sim.errors import OutputError
from scenario_sim.studies.cells import cell_key
from scenario_sim.studies.store.checksum import is_intact
from scenario_sim.studies.store.files import ABOUT, OUTCOMES, TRAJECTORY, parse_block_name

if TYPE_CHECKING:
    import xarray as xr

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
    if cell_key(about["engine"], about["hash"], int(about["seed"])) != path.parent.name:
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
