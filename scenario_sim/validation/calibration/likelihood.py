"""Measure how badly coefficients explain the record: minus twice a synthetic log-likelihood.

The figures of a draw's futures are taken for jointly normal (Wood 2010, Nature 466; Price and others
2018, JCGS 27). Each draw has its own means and spreads. All draws share one table of correlations,
estimated at the hand-set coefficients and shrunk by a fifth (Warton 2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from scenario_sim.data.history import record
from scenario_sim.data.parameters import PARAMETERS
from scenario_sim.data.parameters.coefficients import HAND_CALIBRATED
from scenario_sim.validation.calibration import targets

REFERENCE_RUNS = 400  # futures that show how the figures vary together
CORRELATION_FACTOR = 0.8  # correlations are shrunk by a fifth


@dataclass(frozen=True)
class Candidates:
    """Coefficient vectors to be weighed against the record.

    Attributes
    ----------
    names : tuple of str
        The coefficients.
    values : tuple of tuple of float, shape (candidate, coefficient)
        Their values.
    runs, seed : int
        Futures of each candidate; all candidates share their random draws.
    seen : tuple of float
        The record's figures.
    held : HistoricalRecord
        The record in use, whose exercises the futures contain too.
    """

    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    runs: int
    seed: int
    seen: tuple[float, ...]
    held: record.HistoricalRecord


def calibrated_names() -> tuple[str, ...]:
    """Return the coefficients marked for calibration."""
    return tuple(n for n, p in PARAMETERS.items() if p.source.startswith(HAND_CALIBRATED))


def compute_misfits(candidates: Candidates) -> np.ndarray:
    """Return the misfit of each candidate, shape (candidate,)."""
    base = targets.history_scenario()
    scenarios = [
        base.with_parameters(**dict(zip(candidates.names, row, strict=True)))
        for row in candidates.values
    ]
    with record.record_context(candidates.held):
        futures = targets.simulate_weeks(scenarios, candidates.runs, candidates.seed)
        usual = _reference_spread(candidates.seed, candidates.held)
    seen = np.array(candidates.seen)
    return np.array([misfit(seen, targets.target_table(future), *usual) for future in futures])


def misfit(seen: np.ndarray, table: np.ndarray, least: np.ndarray, precision: np.ndarray) -> float:
    """Return the misfit of the record's figures under the distribution of simulated ones.

    Parameters
    ----------
    seen : ndarray, shape (figure,)
        The record's figures.
    table : ndarray, shape (figure, run)
        The figures of simulated futures.
    least : ndarray, shape (figure,)
        Lower bounds of the spreads.
    precision : ndarray, shape (figure, figure)
        Inverse of the correlation matrix.

    Returns
    -------
    float
        Minus twice the log-likelihood, up to a constant.
    """
    spread = np.maximum(table.std(axis=1, ddof=1), least)
    away = (seen - table.mean(axis=1)) / spread
    return float(away @ precision @ away + 2 * np.log(spread).sum())


@lru_cache(maxsize=4)
def _reference_spread(seed: int, held: record.HistoricalRecord) -> tuple[np.ndarray, np.ndarray]:
    """Return the least spread of each figure and the inverse of their correlation matrix."""
    past = targets.simulate_weeks([targets.history_scenario()], REFERENCE_RUNS, seed)[0]
    found = targets.compute_targets(past)
    least = np.array([figure.least_spread for figure in found])
    table = np.array([figure.values for figure in found], float)
    centred = table - table.mean(axis=1, keepdims=True)
    spread = np.maximum(table.std(axis=1), least)[:, None]
    correlation = CORRELATION_FACTOR * (centred / spread) @ (centred / spread).T / table.shape[1]
    np.fill_diagonal(correlation, 1.0)
    return least, np.linalg.inv(correlation)


def observed_targets() -> tuple[float, ...]:
    """Return the record's figures."""
    return tuple(targets.target_table(targets.observed_weeks())[:, 0].tolist())


def to_bounds(names: Sequence[str], free: Sequence[float]) -> tuple[float, ...]:
    """Map unbounded numbers to coefficients within their bounds, on a logistic scale.

    A logistic distribution of the numbers becomes a uniform distribution within the bounds.
    """
    share = 0.5 + 0.5 * np.tanh(np.asarray(free, float) / 2)
    low, high = np.array([(PARAMETERS[n].low, PARAMETERS[n].high) for n in names], float).T
    return tuple(np.clip(low + share * (high - low), low, high).tolist())
