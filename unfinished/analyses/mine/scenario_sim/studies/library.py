"""A kept library of cells: one cell's outcomes, and all of it as two tables for discovery."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.studies.cell_means import NUMBERS, means

BLOCKS = "[0-9]*-[0-9]*.parquet"
WEEKLY = ".weekly.parquet"
NOT_INPUTS = frozenset({"source", "policy", "theory"})  # labels that say why a cell was run


def read_cell(where: Path | str, key: str, runs: int | None = None) -> pd.DataFrame:
    """The outcomes of one cell that are numbers, index `run`, as far as they are kept; at most the
    first `runs`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = Path(where) / "cells" / key
    names = ["run", *NUMBERS]
    parts = [
        pq.ParquetFile(path).read(names, use_threads=False)  # a thousand small files: no overhead
        for path in sorted(folder.glob(BLOCKS))
        if not path.name.endswith(WEEKLY)
    ]
    if not parts:
        return pd.DataFrame(index=pd.Index([], name="run"))
    table = pa.concat_tables(parts).to_pandas(ignore_metadata=True).set_index("run")
    table = table[~table.index.duplicated(keep="last")].sort_index()
    return table if runs is None else table[table.index < runs]


def why_failed(where: Path | str, key: str) -> str:
    """Why a cell has no results, as the store recorded it."""
    try:
        told = json.loads((Path(where) / "cells" / key / "error.json").read_text("utf-8"))
    except (OSError, ValueError):
        return "no results, and no error was recorded"
    return str(told.get("error") or told.get("message") or told) if isinstance(told, dict) else str(told)


def library(where: Path | str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(inputs, means of outcomes), one row a cell that has results, in the same order.

    Cells of one folder may have been varied in different things: the largest set of cells that
    share theirs is taken. Raises ScenarioError where there is none.
    """
    folder = Path(where) / "cells"
    kept = sorted(folder.glob("*/cell.json"))
    if not kept:
        text = "holds no cells; make some with sweep --out"
        raise ScenarioError([Problem(str(where), text)], "there is no study")
    labels = {path.parent.name: _labels(path) for path in kept}
    names = Counter(frozenset(said) for said in labels.values() if said)
    if not names:
        text = "nothing was varied in these cells; make some with sweep --out"
        raise ScenarioError([Problem(str(where), text)], "there is nothing to discover")
    varied = names.most_common(1)[0][0]
    rows, found = [], []
    for key, said in labels.items():
        table = read_cell(where, key) if frozenset(said) == varied else pd.DataFrame()
        if len(table):
            rows.append(said)
            found.append(means(table)[0])
    if not rows:
        raise ScenarioError([Problem(str(where), "no cell has results yet")], "there is no study")
    inputs = pd.DataFrame(rows)[[name for name in rows[0]]]
    return inputs, pd.DataFrame(np.array(found), columns=list(NUMBERS))


def _labels(path: Path) -> dict[str, float]:
    """What was varied in a cell: its labels that are numbers; none where it was run for another
    reason."""
    said: dict[str, Any] = json.loads(path.read_text("utf-8")).get("labels") or {}
    if NOT_INPUTS & said.keys():
        return {}
    return {n: float(v) for n, v in said.items() if isinstance(v, int | float) and not isinstance(v, bool)}
