"""Fit a self-exciting (Hawkes) process to launch days by maximum likelihood."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize


def fit_hawkes(start: np.datetime64, length: int, events: np.ndarray) -> tuple[float, float]:
    """Fit a Hawkes process in daily steps and return its branching ratio and half-life.

    The kernel is exponential; each calendar year has a base rate of its own.

    Parameters
    ----------
    start : datetime64[D]
        First day.
    length : int
        Number of days.
    events : ndarray of int, ascending
        Days with an event, counted from `start`.

    Returns
    -------
    branching_ratio : float
        Mean number of events that one event sets off, 0 to 1.
    half_life : float
        Half-life of that effect, days. Both are NaN for fewer than ten events.
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
        # Between two events the kernel decays without jumps, so one assignment fills the stretch.
        for event in (*events, length - 1):
            span = np.arange(1, event - at + 1)
            excited[at + 1 : event + 1] = level * stay ** (span - 1)
            level = level * stay ** (event - at) + (1 - stay)
            at = event
        excited *= share
        # Base rate of a year: its events less those that excitation explains, spread over its days.
        explained = np.bincount(year, excited, counts.size)
        base = np.maximum(counts - explained, 0.2) / np.bincount(year, minlength=counts.size)
        rate = np.clip(base[year] + excited, 1e-9, 1 - 1e-9)
        return -float(np.log(np.where(seen > 0, rate, 1 - rate)).sum())

    found = minimize(misfit, np.array([-1.0, 2.0]), method="Nelder-Mead").x
    share, stay = 1 / (1 + np.exp(-found))
    return float(share), float(np.log(0.5) / np.log(stay))
