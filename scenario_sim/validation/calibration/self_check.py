"""Fit records that the model made itself, and see whether the bands hold the true coefficients.

Simulation-based calibration: coefficients are drawn from the prior, one future is taken for the record,
and it is fitted. Over many such sets the rank of the truth in the posterior is uniform up to chance.
A band of 80 % then holds it in 80 % of sets. Points of the prior, weighted by the likelihood, stand for
the posterior: short walks of walkers gave ranks that were too far out (87 % inside 90 %), weights do not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import binom, kstest

from scenario_sim.studies.executors import Executor
from scenario_sim.validation.calibration.design import simulate_points, sobol_shares
from scenario_sim.validation.calibration.emulator import Emulator, Summary

BANDS = (0.5, 0.8, 0.9)
CONFIDENCE = 0.95  # of the interval that chance leaves for a share
WEIGHTED_POINTS = 2**14  # of the prior, for each set
SEED_OFFSET = 500_000  # the sets share no futures with the design


@dataclass(frozen=True)
class SelfCheck:
    """Hold where the truth lay in the posterior.

    Attributes
    ----------
    names : tuple of str
        The coefficients.
    truths, means, ranks : ndarray, shape (set, coefficient)
        True place within the bounds, posterior mean, and posterior probability below the truth.
    effective : ndarray, shape (set,)
        Effective number of the weighted points.
    seen : ndarray, shape (set, figure)
        The figures of each record.
    """

    names: tuple[str, ...]
    truths: np.ndarray
    means: np.ndarray
    ranks: np.ndarray
    effective: np.ndarray
    seen: np.ndarray

    def inside(self, band: float) -> np.ndarray:
        """Return the share of sets whose truth lies inside a central band, shape (coefficient,)."""
        return np.asarray((np.abs(self.ranks - 0.5) <= band / 2).mean(axis=0))

    def chance(self, band: float) -> tuple[float, float]:
        """Return the shares between which a true band falls in 95 of 100 checks."""
        sets = len(self.ranks)
        tail = (1 - CONFIDENCE) / 2
        low, high = (float(binom.ppf(q, sets, band)) / sets for q in (tail, 1 - tail))
        return low, high

    def uniform_p(self) -> np.ndarray:
        """Return how likely ranks are that lie farther from uniform, shape (coefficient,)."""
        return np.array([kstest(ranks, "uniform").pvalue for ranks in self.ranks.T])

    def recovered(self) -> np.ndarray:
        """Return the correlation of truth and posterior mean, shape (coefficient,)."""
        pairs = zip(self.truths.T, self.means.T, strict=True)
        return np.array([np.corrcoef(truth, mean)[0, 1] for truth, mean in pairs])

    def as_dict(self) -> dict[str, Any]:
        """Return the shares inside, their intervals of chance and the recovery, as plain values."""
        inside = {band: self.inside(band) for band in BANDS}
        columns = (self.uniform_p(), self.recovered(), self.ranks.mean(axis=0))
        rows = [
            {
                "name": name,
                "inside": [round(float(inside[band][n]), 3) for band in BANDS],
                "uniform_p": round(float(columns[0][n]), 4),
                "recovered": round(float(columns[1][n]), 3),
                "mean_rank": round(float(columns[2][n]), 3),
            }
            for n, name in enumerate(self.names)
        ]
        return {
            "sets": len(self.ranks),
            "effective_points": round(float(np.median(self.effective)), 1),
            "bands": list(BANDS),
            "chance": [[round(x, 3) for x in self.chance(band)] for band in BANDS],
            "inside": [round(float(inside[band].mean()), 3) for band in BANDS],
            "coefficients": rows,
        }


def check_own_records(
    emulator: Emulator,
    summary: Summary,
    names: tuple[str, ...],
    sets: int,
    seed: int,
    executor: Executor,
    progress: Callable[[int, int], None] | None = None,
) -> SelfCheck:
    """Draw coefficients from the prior, simulate one record of each, and fit it.

    Parameters
    ----------
    emulator, summary : Emulator, Summary
        The likelihood under trial, and the summary of the figures that it takes.
    names : tuple of str
        The coefficients.
    sets : int
        Number of records.
    seed : int
        Seed of truths and records.
    executor : Executor
        Where the records are simulated.
    progress : callable, optional
        Called with the records simulated and their number.
    """
    truths = np.random.default_rng([seed, 2]).random((sets, len(names)))
    made = simulate_points(names, truths, 1, seed + SEED_OFFSET, executor, progress=progress)
    return rank_truths(emulator, summary, names, truths, made.figures[:, :, 0].astype(float), seed)


def rank_truths(
    emulator: Emulator,
    summary: Summary,
    names: tuple[str, ...],
    truths: np.ndarray,
    seen: np.ndarray,
    seed: int,
) -> SelfCheck:
    """Return where each truth lies in the posterior that its record gives.

    `truths` has the shape (set, coefficient), `seen` (set, figure).
    """
    points = sobol_shares(WEIGHTED_POINTS, len(names), seed)
    means, ranks, effective = np.empty_like(truths), np.empty_like(truths), np.empty(len(truths))
    misfits = emulator.misfits_of_many(points, summary.estimate(seen))
    for n, (truth, misfit) in enumerate(zip(truths, misfits, strict=True)):
        weight = np.exp((misfit.min() - misfit) / 2)
        weight /= weight.sum()
        means[n], ranks[n] = weight @ points, weight @ (points < truth)
        effective[n] = 1 / (weight**2).sum()
    return SelfCheck(names, truths, means, ranks, effective, seen)
