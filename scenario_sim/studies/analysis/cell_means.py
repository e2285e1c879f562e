"""Means of a cell over its runs, and their Monte-Carlo errors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenario_sim.simulation.outcomes import OUTCOMES, OUTCOMES_BY_NAME, run_weights

NUMERIC_OUTCOMES = tuple(outcome.name for outcome in OUTCOMES if not outcome.category)


def outcome_means(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of each outcome over runs, and its Monte-Carlo error.

    Runs without a value are left out. An outcome that is a share of the hazard is weighted by it.

    Parameters
    ----------
    table : DataFrame
        Outcomes, one row a run.

    Returns
    -------
    mean, mcse : ndarray
        One value an outcome, in the order of NUMERIC_OUTCOMES; NaN if there are too few runs.
    """
    values = table[list(NUMERIC_OUTCOMES)].to_numpy(float)
    there = ~np.isnan(values)
    count = there.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = there.astype(float)
        for n, name in enumerate(NUMERIC_OUTCOMES):
            if OUTCOMES_BY_NAME[name].weight:
                weight[:, n] *= run_weights(OUTCOMES_BY_NAME[name], table)
        total = weight.sum(axis=0)
        filled = np.where(there, values, 0.0)
        mean = (weight * filled).sum(axis=0) / total
        pull = weight * np.where(there, values - mean, 0.0) * count / total
        mcse = np.sqrt((pull**2).sum(axis=0) / (count - 1) / count)
    return mean, np.where(count > 1, mcse, np.nan)
