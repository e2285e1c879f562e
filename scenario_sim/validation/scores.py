"""How a forecast of counts is judged: CRPS, log score, coverage, PIT, reliability.

futures: whole numbers (draws, cases); seen: (cases,). Scores are per case, lower is better.
"""

from __future__ import annotations

import numpy as np

from scenario_sim.simulation.intervals import wilson_interval


def crps(futures: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Continuous ranked probability score of an ensemble, in launch days (Gneiting and Raftery
    2007): E|X - y| - E|X - X'| / 2."""
    ordered = np.sort(futures, axis=0).astype(float)
    n = ordered.shape[0]
    rank = (2 * np.arange(1, n + 1) - n - 1)[:, None]
    spread = (rank * ordered).sum(axis=0) / n**2  # E|X - X'| / 2
    return np.abs(ordered - seen).mean(axis=0) - spread


def log_score(futures: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """-log of the probability of what was seen, in nats. One more future is added, spread as a
    geometric distribution with the ensemble's mean plus one, so that nothing is impossible."""
    n = futures.shape[0]
    stop = 1 / (2 + futures.mean(axis=0))
    unforeseen = stop * (1 - stop) ** seen
    return -np.log(((futures == seen).sum(axis=0) + unforeseen) / (n + 1))


def coverage(futures: np.ndarray, seen: np.ndarray, percent: int) -> tuple[float, float, float]:
    """The share of cases inside the central band, with its 95 % interval (Wilson; cases are taken
    for independent, which overlapping origins are not quite)."""
    tail = (100 - percent) / 2
    low, high = np.percentile(futures, (tail, 100 - tail), axis=0, method="inverted_cdf")
    inside = (low <= seen) & (seen <= high)
    told = wilson_interval(int(inside.sum()), inside.size)
    return float(told.value), float(told.low), float(told.high)


def pit(futures: np.ndarray, seen: np.ndarray, bins: int = 10) -> list[float]:
    """The probability integral transform for counts, not randomised (Czado and others 2009): the
    share of cases in each tenth; flat where the forecast is calibrated."""
    below = (futures < seen).mean(axis=0)
    upto = (futures <= seen).mean(axis=0)
    edges = np.linspace(0, 1, bins + 1)[:, None]
    width = np.maximum(upto - below, 1e-12)
    reached = np.clip((edges - below) / width, 0, 1).mean(axis=1)
    return [float(x) for x in np.diff(reached)]


def reliability(futures: np.ndarray, seen: np.ndarray) -> list[dict[str, float]]:
    """Of cases to which the forecast gave a chance of a launch within each fifth: the mean chance,
    how often there was one, and how many cases."""
    chance, happened = (futures > 0).mean(axis=0), seen > 0
    fifth = np.minimum((chance * 5).astype(int), 4)
    return [
        {
            "forecast": float(chance[fifth == n].mean()),
            "seen": float(happened[fifth == n].mean()),
            "cases": int((fifth == n).sum()),
        }
        for n in range(5)
        if (fifth == n).any()
    ]
