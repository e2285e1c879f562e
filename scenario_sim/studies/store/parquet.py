"""The bytes of a study's files, and how they are read back.

Bytes are a pure function of what is packed: no clock, no path, no machine. Columns are plain
numbers and text, so that any reader of Parquet opens them; `cell` names the cell, so that files
of many cells can be read as one table.
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
from scenario_sim.studies.store.checksum import BLANK, KEY, with_checksum
from scenario_sim.studies.store.files import ABOUT, CAUSE


def pack_outcomes(key: str, trajectory: Trajectory) -> bytes:
    """One row a run: `cell`, `run`, then the outcomes in the codebook's order."""
    frame = trajectory.outcomes
    columns: dict[str, pa.Array] = {"cell": _same(key, len(frame)), "run": pa.array(frame.index)}
    for name, column in frame.items():  # what is missing is null, whatever its kind
        if name == CAUSE:
            columns[name] = pa.array(column.astype(object), pa.string(), from_pandas=True)
        else:
            columns[name] = pa.array(column.to_numpy(), from_pandas=True)
    # Numbers seldom repeat from run to run: a dictionary of them would take more room, and time.
    return _parquet(pa.table(columns), trajectory, use_dictionary=["cell", CAUSE])


def pack_weekly(key: str, trajectory: Trajectory, counts: Mapping[str, np.ndarray]) -> bytes:
    """Weekly histograms, one row a bin that is not empty: `cell`, `quantity`, `week`, `bin_low`,
    `bin_high`, `count`. counts: name -> (week, bin)."""
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
    """All weeks of a block as netCDF4: the codebook's weekly quantities and acts."""
    dataset = trajectory.dataset
    squeezed = {"zlib": True, "complevel": 1, "shuffle": True, "fletcher32": True}
    file = io.BytesIO()
    dataset.to_netcdf(file, engine="h5netcdf", encoding=dict.fromkeys(dataset.data_vars, squeezed))
    return file.getvalue()


def _same(value: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(rows, np.int8), [value]).cast(pa.string())


def _parquet(table: pa.Table, trajectory: Trajectory, **how: Any) -> bytes:
    made = trajectory.provenance
    said = {key: made[key] for key in ("engine", "hash", "seed", "weeks")}
    said |= {"start": int(trajectory.runs[0]), "stop": int(trajectory.runs[-1]) + 1}
    table = table.replace_schema_metadata({ABOUT: json.dumps(said | {KEY: BLANK})})
    sink = pa.BufferOutputStream()
    # A checksum a page, for other programs; ours reads the one over the whole file.
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True, **how)
    return with_checksum(sink.getvalue().to_pybytes())
