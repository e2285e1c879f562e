"""Measure an outcome within a window of weeks, from runs to its start and to its end."""

from __future__ import annotations

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
