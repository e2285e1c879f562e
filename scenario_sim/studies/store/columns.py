"""A kept library of cells as two tables: what was varied, and what came of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.studies.analysis.cell_means import NUMERIC_OUTCOMES, outcome_means
from scenario_sim.studies.store.store import Store
from scenario_sim.studies.store.tables import CELL_COLUMNS

ERRANDS = ("source", "policy", "theory")  # labels that say why a cell was run, not with what


def library(where: Path | str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(inputs, means of outcomes), one row a cell that has results (index: its key).

    Cells of one folder may be of several studies: of those that share scenario, length and what was
    varied, the largest group is taken. Raises ScenarioError where there is none.
    """
    store = Store(where)
    cells = store.cells().set_index("cell")
    if cells.empty:
        text = "holds no cells; make some with sweep --out"
        raise ScenarioError([Problem(str(where), text)], "there is no study")
    varied = _varied(cells)
    if varied.empty:
        text = "nothing was varied in these cells; make some with sweep --out"
        raise ScenarioError([Problem(str(where), text)], "there is nothing to discover")
    there = varied.index[cells.loc[varied.index, "runs"] > 0]
    if there.empty:
        raise ScenarioError([Problem(str(where), "no cell has results yet")], "there is no study")
    found = [outcome_means(store.outcomes([key], NUMERIC_OUTCOMES))[0] for key in there]
    return varied.loc[there], pd.DataFrame(np.array(found), there, list(NUMERIC_OUTCOMES))


def _varied(cells: pd.DataFrame) -> pd.DataFrame:
    """What was varied in the largest group of cells of one study: (cell, input), whole."""
    asked = cells.drop(columns=[name for name in CELL_COLUMNS if name in cells])
    errands = asked[[name for name in ERRANDS if name in asked]].notna().any(axis=1)
    numbers = asked[~errands].select_dtypes("number")
    told = numbers.notna()
    told = told[told.any(axis=1)]
    if told.empty:
        return pd.DataFrame()
    which = told.apply(lambda row: tuple(row.index[row]), axis=1).rename("names")
    study = pd.concat([cells.loc[told.index, ["title", "weeks"]], which], axis=1)
    title, weeks, names = study.value_counts().index[0]
    ours = (study["title"] == title) & (study["weeks"] == weeks) & (study["names"] == names)
    return numbers.loc[ours.index[ours], list(names)].astype(float)
