"""Encode the files of a block: outcomes and weekly histograms as Parquet, weeks as netCDF.

The bytes depend on the results alone: no time, path or machine. Columns are plain numbers and text,
which any reader of Parquet opens. The column `cell` holds the key, so that the files of many cells
can be read as one table.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scenario_sim.simulation.histograms import BIN_EDGES
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.studies.store.checksum import BLANK, KEY, with_checksum, with_trailer
from scenario_sim.studies.store.files import ABOUT, CAUSE


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
    squeezed = {"zlib": True, "complevel": 1, "shuffle": True, "fletcher32": True}
    file = io.BytesIO()
    dataset.to_netcdf(file, engine="h5netcdf", encoding=dict.fromkeys(dataset.data_vars, squeezed))
    return with_trailer(file.getvalue())


def _same(value: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(rows, np.int8), [value]).cast(pa.string())


def _parquet(table: pa.Table, trajectory: Trajectory, **how: Any) -> bytes:
    made = trajectory.provenance
    said = {key: made[key] for key in ("engine", "hash", "seed", "weeks")}
    said |= {"start": int(trajectory.runs[0]), "stop": int(trajectory.runs[-1]) + 1}
    table = table.replace_schema_metadata({ABOUT: json.dumps(said | {KEY: BLANK})})
    sink = pa.BufferOutputStream()
    # Page checksums serve other programs; ours checks the one over the whole file.
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True, **how)
    return with_checksum(sink.getvalue().to_pybytes())
