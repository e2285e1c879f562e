"""Clusters of launch days: a self-exciting (Hawkes) process fitted by maximum likelihood."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

YEAR_DAYS = 365.25


def fitted_clusters(start: np.datetime64, length: int, events: np.ndarray) -> tuple[float, float]:
    """The branching ratio (events set off by one event) and the half-life (days) of a Hawkes process
    in daily steps with an exponential kernel and a base rate for each calendar year.

    start: datetime64[D]; length: days; events: days from `start` (integers, ascending). NaN, NaN
    where there are fewer than ten.
    """
    if events.size < 10:
        return np.nan, np.nan
    days = start + np.arange(length)
    year = (days.astype("datetime64[Y]") - days[0].astype("datetime64[Y]")).astype(int)
    seen = np.zeros(length)
    seen[events] = 1
    counts = np.bincount(year, seen)

    def misfit(theta: np.ndarray) -> float:
        share, stay = 1 / (1 + np.exp(-theta))
        excited = np.zeros(length)
        level, at = 0.0, 0
        # Between events the kernel only fades, so it is filled in one stretch at a time.
        for event in (*events, length - 1):
            span = np.arange(1, event - at + 1)
            excited[at + 1 : event + 1] = level * stay ** (span - 1)
            level = level * stay ** (event - at) + (1 - stay)
            at = event
        excited *= share
        # Base rates: what a year's events leave unexplained, spread over its days.
        explained = np.bincount(year, excited, counts.size)
        base = np.maximum(counts - explained, 0.2) / np.bincount(year, minlength=counts.size)
        rate = np.clip(base[year] + excited, 1e-9, 1 - 1e-9)
        return -float(np.log(np.where(seen > 0, rate, 1 - rate)).sum())

    found = minimize(misfit, np.array([-1.0, 2.0]), method="Nelder-Mead").x
    share, stay = 1 / (1 + np.exp(-found))
    return float(share), float(np.log(0.5) / np.log(stay))
