"""Statistics of cells: means with Monte-Carlo errors, weekly quantiles, variance components.

All cells of a study use the same random draws, so cells and runs are crossed like the rows and
columns of a table. The variance of an outcome then splits without bias [1] into
  between  the effect of the inputs alone (cells),
  luck     the effect of the draws alone, equal in all cells (runs),
  both     the interaction of inputs and draws (cells x runs).
Luck in reports, the spread within a cell, is the sum of the second and the third.

[1] Searle, S. R., Casella, G. and McCulloch, C. E. (1992). Variance Components. Wiley, chapter 4.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from scenario_sim.scenario import Scenario
from scenario_sim.simulation.outcomes import OUTCOMES, OUTCOMES_BY_NAME, run_weights

NUMERIC_OUTCOMES = tuple(outcome.name for outcome in OUTCOMES if not outcome.category)
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
WHOLE_NUMBER_WIDTH = 1.0  # width of a bin that holds one whole number: -0.5..0.5, 0.5..1.5, ...


def numeric_outcomes(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of all outcomes with a mean, those of the scenario's plug-ins last.

    Examples
    --------
    >>> from scenario_sim import load_scenario
    >>> numeric_outcomes(load_scenario("status-quo")) == NUMERIC_OUTCOMES
    True
    """
    return NUMERIC_OUTCOMES + tuple(own.name for own in scenario.plugins.outcomes)


def outcome_means(
    table: pd.DataFrame, names: Sequence[str] = NUMERIC_OUTCOMES
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of each outcome over runs, and its Monte-Carlo error.

    Runs without a value are left out. An outcome that is a share of the hazard is weighted by it.

    Parameters
    ----------
    table : DataFrame
        Outcomes, one row a run.
    names : sequence of str
        Numeric outcomes.

    Returns
    -------
    mean, mcse : ndarray
        One value an outcome, in the order of `names`; NaN if there are too few runs.
    """
    values = table[list(names)].to_numpy(float)
    there = ~np.isnan(values)
    count = there.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = there.astype(float)
        for n, name in enumerate(names):
            known = OUTCOMES_BY_NAME.get(name)
            if known and known.weight:
                weight[:, n] *= run_weights(known, table)
        total = weight.sum(axis=0)
        filled = np.where(there, values, 0.0)
        mean = (weight * filled).sum(axis=0) / total
        pull = weight * np.where(there, values - mean, 0.0) * count / total
        mcse = np.sqrt((pull**2).sum(axis=0) / (count - 1) / count)
    return mean, np.where(count > 1, mcse, np.nan)


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
