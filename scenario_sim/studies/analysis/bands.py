"""Quantiles over runs, week by week, from weekly histograms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

FAN_OF = "tension"  # the quantity in the fans of a report
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
WHOLE_NUMBER_WIDTH = 1.0  # width of a bin that holds one whole number: -0.5..0.5, 0.5..1.5, ...


def weekly_quantiles(
    weekly: pd.DataFrame, quantity: str, bands: Sequence[float] = QUANTILES
) -> pd.DataFrame:
    """Estimate the quantiles of one quantity in each week.

    Runs are assumed to be evenly spread within a bin, so the error is less than a bin. Whole
    numbers (launch days, stages) stay whole.

    Parameters
    ----------
    weekly : DataFrame
        Columns `week`, `quantity`, `bin_low`, `bin_high`, `count`; several cells are pooled.
    quantity : str
    bands : sequence of float
        Probabilities, 0 .. 1.

    Returns
    -------
    DataFrame
        Index `week`, one column for each of `bands`; empty if the quantity was not counted.
    """
    counted = weekly[weekly["quantity"] == quantity]
    if counted.empty:
        return pd.DataFrame(columns=list(bands), index=pd.Index([], name="week"), dtype=float)
    table = counted.pivot_table(
        index="week", columns="bin_low", values="count", aggfunc="sum", fill_value=0
    )
    highs = counted.groupby("bin_low")["bin_high"].first().loc[table.columns].to_numpy(float)
    lows = table.columns.to_numpy(float)
    counts = table.to_numpy(float)
    upto = counts.cumsum(axis=1)
    total = upto[:, -1:]
    found = {}
    for band in bands:
        wanted = band * total
        at = np.minimum((upto < wanted).sum(axis=1), len(lows) - 1)
        rows = np.arange(len(table))
        inside = counts[rows, at]
        before = upto[rows, at] - inside
        share = np.where(inside > 0, (wanted[:, 0] - before) / np.maximum(inside, 1), 0.0)
        width = highs[at] - lows[at]
        whole = np.isclose(width, WHOLE_NUMBER_WIDTH) & np.isclose(lows[at] % 1, 0.5)
        found[band] = np.where(whole, lows[at] + 0.5, lows[at] + share * width)
    return pd.DataFrame(found, index=table.index)
