"""Weekly histograms with fixed bins: counts of blocks of runs add up exactly."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scenario_sim.model.measures import Histogram

HISTOGRAMS: Mapping[str, Histogram] = {
    "tension": Histogram(0.0, 0.05, 160),
    "launch_days": Histogram(-0.5, 1.0, 8),
    "icbm_stock": Histogram(0.0, 1.0, 200),
    "reach": Histogram(0.0, 0.01, 100),
    "revenue": Histogram(0.0, 2.5, 200),
    "talks_stage": Histogram(-0.5, 1.0, 4),
}
BIN_EDGES = {name: histogram.edges for name, histogram in HISTOGRAMS.items()}


def empty_counts(weeks: int) -> dict[str, np.ndarray]:
    """Return zeros for every histogram: name -> int64 (week, bin)."""
    return {name: np.zeros((weeks, h.bins), np.int64) for name, h in HISTOGRAMS.items()}


def count_bins(name: str, week_by_run: np.ndarray) -> np.ndarray:
    """Return the counts over runs for every week of a recorded quantity.

    Parameters
    ----------
    name : str
        One of HISTOGRAMS.
    week_by_run : ndarray, shape (weeks, runs)

    Returns
    -------
    ndarray of int64, shape (weeks, bins)
    """
    histogram = HISTOGRAMS[name]
    place = histogram.place(week_by_run.astype(float)).astype(np.intp)
    place += histogram.bins * np.arange(len(place))[:, None]
    counts = np.bincount(place.ravel(), minlength=histogram.bins * len(place))
    return counts.reshape(-1, histogram.bins)
