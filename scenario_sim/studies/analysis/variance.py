"""Split the variance of an outcome into parts: the inputs, luck, and both together.

All cells of a study use the same random draws, so cells and runs are crossed like the rows and
columns of a table. The variance of an outcome then splits without bias [1] into
  between  the effect of the inputs alone (cells),
  luck     the effect of the draws alone, equal in all cells (runs),
  both     the interaction of inputs and draws (cells x runs).
Luck in reports, the spread within a cell, is the sum of the second and the third.

[1] Searle, S. R., Casella, G. and McCulloch, C. E. (1992). Variance Components. Wiley, chapter 4.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def crossed_components(values: np.ndarray) -> dict[str, float]:
    """Return the variance components `between`, `luck` and `both`, none below 0.

    values: array (cells, runs) on common random numbers. All components are NaN if it has fewer
    than two rows or columns, or a NaN.
    """
    cells, runs = values.shape
    if cells < 2 or runs < 2 or not np.isfinite(values).all():
        return dict.fromkeys(("between", "luck", "both"), np.nan)
    grand = values.mean()
    of_cell = values.mean(axis=1) - grand
    of_run = values.mean(axis=0) - grand
    rest = values - grand - of_cell[:, None] - of_run
    both = (rest**2).sum() / ((cells - 1) * (runs - 1))
    between = (of_cell**2).sum() / (cells - 1) - both / runs
    luck = (of_run**2).sum() / (runs - 1) - both / cells
    return {"between": max(between, 0.0), "luck": max(luck, 0.0), "both": both}


def nested_components(values: np.ndarray) -> dict[str, float]:
    """Return the components if every cell has its own draws: `luck` includes `both`, which is 0."""
    cells, runs = values.shape
    if cells < 2 or runs < 2 or not np.isfinite(values).all():
        return dict.fromkeys(("between", "luck", "both"), np.nan)
    within = values.var(axis=1, ddof=1).mean()
    between = values.mean(axis=1).var(ddof=1) - within / runs
    return {"between": max(between, 0.0), "luck": within, "both": 0.0}


def spread_by_source(sources: dict[str, np.ndarray], luck_shared: bool = True) -> pd.DataFrame:
    """Return the spread of one outcome from each source.

    Rows do not add up to a whole: in each, the other sources have the scenario's own values.

    Parameters
    ----------
    sources : dict
        Name -> array (cells, runs) of the outcome in cells in which that source alone varies.
    luck_shared : bool
        Whether all cells use the same draws.

    Returns
    -------
    DataFrame
        One row a source: `sd` (standard deviation in the outcome's unit), `luck_sd` (of luck in the
        same cells), `share` (of the variance of source and luck), `luck_alone`, `luck_governed`
        (standard deviations of the two parts of luck) and `cells`.
    """
    split = crossed_components if luck_shared else nested_components
    rows, within = {}, []
    for name, values in sources.items():
        parts = split(np.asarray(values, float))
        inside = parts["luck"] + parts["both"]
        total = parts["between"] + inside
        within.append(inside)
        rows[name] = {
            "sd": np.sqrt(parts["between"]),
            "luck_sd": np.sqrt(inside),
            "share": parts["between"] / total if total > 0 else 0.0 if total == 0 else np.nan,
            "luck_alone": np.sqrt(parts["luck"]),
            "luck_governed": np.sqrt(parts["both"]),
            "cells": len(values),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("source")
