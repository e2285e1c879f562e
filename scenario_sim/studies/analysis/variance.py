"""Where the spread comes from: luck, and what was varied, kept apart.

All cells of a study share their luck, so cells and runs are crossed like the rows and columns of a
table, and the variance of an outcome splits without bias [1] into
  between  what the inputs alone move (cells),
  luck     what luck alone moves, in all cells alike (runs),
  both     luck that the inputs govern (cells x runs).
Luck as a reader means it, the spread within a cell, is the second and the third together.

[1] Searle, S. R., Casella, G. and McCulloch, C. E. (1992). Variance Components. Wiley, chapter 4.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def crossed_components(values: np.ndarray) -> dict[str, float]:
    """Variance components of a table (cell, run): between, luck, both; none below 0.

    NaN where the table has fewer than two rows or columns, or a gap.
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
    """The same where every cell has luck of its own: luck cannot be told from `both`, which is 0."""
    cells, runs = values.shape
    if cells < 2 or runs < 2 or not np.isfinite(values).all():
        return dict.fromkeys(("between", "luck", "both"), np.nan)
    within = values.var(axis=1, ddof=1).mean()
    between = values.mean(axis=1).var(ddof=1) - within / runs
    return {"between": max(between, 0.0), "luck": within, "both": 0.0}


def spread_by_source(sources: dict[str, np.ndarray], luck_shared: bool = True) -> pd.DataFrame:
    """One outcome's spread from each source, side by side.

    sources: name -> (cell, run) values of the cells in which that source alone varies.
    One row a source, `luck` first (the mean over the sources' cells): `sd`, its standard
    deviation in the outcome's unit; `luck_sd`, the luck in the same cells; `share`, of the
    variance in those cells (source + luck). Rows do not add up to a whole: each holds the others
    at the scenario's own values.
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
