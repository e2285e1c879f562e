"""Measure outcomes within windows of weeks, and their means over runs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from scenario_sim.studies.study_file.schema import Window


def window_values(
    name: str, window: Window, end: pd.DataFrame, start: pd.DataFrame | None, rule: str
) -> np.ndarray:
    """Return an outcome of each run within a window.

    Parameters
    ----------
    name : str
        An outcome.
    window : Window
    end, start : DataFrame
        Outcomes of the weeks before the window's end, and before its start (None: week 0).
    rule : str
        What a window holds of the outcome: `Outcome.window`.

    Returns
    -------
    ndarray, (runs,)
    """
    until = np.asarray(end[name], float)
    if start is None or rule == "last":
        return until
    before = np.asarray(start[name], float)
    if rule == "mean":
        a, b = window.first_week, window.last_week
        return np.asarray((b * until - a * before) / (b - a))
    if rule == "chance":
        return np.asarray(1 - (1 - until) / (1 - before))
    growth: np.ndarray = until - before
    return growth


def weighted_means(values: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, float]:
    """Return the weighted mean of each outcome over runs, and the Monte-Carlo error of each."""
    row, errors = {}, {}
    for name, (given, all_weights) in values.items():
        there = ~np.isnan(given)
        x, w = given[there], all_weights[there]
        row[name], errors[f"mcse:{name}"] = np.nan, np.nan
        if x.size and w.sum():
            row[name] = float(np.average(x, weights=w))
            if x.size > 1:
                pull = w / w.mean() * (x - row[name])
                errors[f"mcse:{name}"] = float(np.sqrt((pull**2).sum() / (x.size - 1) / x.size))
    return row | errors
