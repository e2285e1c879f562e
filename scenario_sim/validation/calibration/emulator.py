"""Emulate a synthetic likelihood: figures of futures as smooth functions of the coefficients.

Figures are first summed up: a ridge on them and their products estimates each coefficient, and these
estimates are what is fitted. They are nearer to normal than rare counts, and they see how figures vary
together: on records of its own the fit of the figures themselves put the drive's spread too low. The
estimates of a point's futures are taken for jointly normal (Wood 2010, Nature 466; Price and others
2018, JCGS 27). A quadratic with a ridge gives each one's mean and log spread at any point of the prior;
all points share one table of correlations, shrunk by a fifth (Warton 2008).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenario_sim.studies.optional import import_optional
from scenario_sim.validation.calibration.design import Design

CORRELATION_FACTOR = 0.8  # correlations are shrunk by a fifth
RIDGES = np.logspace(-3, 2, 6)  # strengths of the ridge; cross-validation takes one for each figure
FOLDS = 5
LEAST_VARIANCE = 1e-12  # below it a figure does not move
SUMMARY_RUNS = 10  # futures of each point that the summary learns from
SUMMARY_RIDGE = 300.0  # 100 to 1,000 gave the same bands on records of the model's own
FARTHEST_SPREADS = 4.0  # a figure that lies farther out counts as much as one that lies there
WIDENING = 1.1  # spreads; without it 78 % of the model's own records lay inside 80 %


@dataclass(frozen=True)
class Summary:
    """Estimates of the coefficients from the figures of one future.

    Attributes
    ----------
    middle, spread : ndarray, shape (figure,)
        Of the figures that move; the others are left out.
    moving : ndarray, shape (figure,)
        Whether a figure moves.
    weights : ndarray, shape (term, coefficient)
        Weights of the figures and their products.
    """

    middle: np.ndarray
    spread: np.ndarray
    moving: np.ndarray
    weights: np.ndarray

    def estimate(self, figures: np.ndarray) -> np.ndarray:
        """Return the estimates, shape (future, coefficient), of figures, shape (future, figure)."""
        return _summary_terms(figures, self.middle, self.spread, self.moving) @ self.weights


def fit_summary(design: Design) -> Summary:
    """Learn to estimate the coefficients from figures. Raises NotInstalled without scikit-learn."""
    linear_model = import_optional("sklearn.linear_model")
    runs = min(SUMMARY_RUNS, design.figures.shape[2])
    figures = np.moveaxis(design.figures[:, :, :runs].astype(float), 1, 2)
    figures = figures.reshape(-1, design.figures.shape[1])
    middle, spread = figures.mean(axis=0), figures.std(axis=0)
    moving = spread > 1e-6
    ridge = linear_model.Ridge(SUMMARY_RIDGE, fit_intercept=False, solver="cholesky")
    terms = _summary_terms(figures, middle, spread, moving)
    weights = ridge.fit(terms, np.repeat(2 * design.shares - 1, runs, axis=0)).coef_.T
    return Summary(middle, spread, moving, weights)


def _summary_terms(
    figures: np.ndarray, middle: np.ndarray, spread: np.ndarray, moving: np.ndarray
) -> np.ndarray:
    """Return a constant, the figures that move in spreads, and their products."""
    away = (figures[:, moving] - middle[moving]) / spread[moving]
    away = np.clip(away, -FARTHEST_SPREADS, FARTHEST_SPREADS)
    first, second = np.triu_indices(away.shape[1])
    return np.hstack([np.ones((len(away), 1)), away, away[:, first] * away[:, second]])


def summarise(summary: Summary, design: Design) -> Design:
    """Return a design whose figures are the estimates of the coefficients."""
    runs = range(design.figures.shape[2])
    found = [summary.estimate(design.figures[:, :, run].astype(float)) for run in runs]
    least = np.full(len(design.names), np.sqrt(LEAST_VARIANCE))
    return Design(design.names, design.shares, np.stack(found, axis=2).astype(np.float32), least)


@dataclass(frozen=True)
class Emulator:
    """Mean, spread and correlations of the figures anywhere within the bounds.

    Attributes
    ----------
    weights : ndarray, shape (term, 2 * figure)
        Weights of the terms for each figure's mean, then for each figure's log spread. Figures may be
        those of the record, or estimates of coefficients.
    root : ndarray, shape (figure, figure)
        A matrix whose product with its transpose is the inverse correlation matrix.
    mean_r2, spread_r2 : ndarray, shape (figure,)
        Share of the variance between points that is explained out of fold; NaN where nothing varies.
    ceiling : ndarray, shape (figure,)
        The largest share that chance among a point's futures leaves for `mean_r2`.
    """

    weights: np.ndarray
    root: np.ndarray
    mean_r2: np.ndarray
    spread_r2: np.ndarray
    ceiling: np.ndarray

    @property
    def coefficients(self) -> int:
        """Number of coefficients, from the number of terms of their quadratic."""
        return round(((1 + 8 * len(self.weights)) ** 0.5 - 3) / 2)

    def predict(self, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and log spread of each figure, each of shape (point, figure)."""
        mean, log_spread = np.hsplit(expand(shares) @ self.weights, 2)
        return mean, log_spread

    def misfits(self, shares: np.ndarray, seen: np.ndarray) -> np.ndarray:
        """Return minus twice the log-likelihood of `seen`, up to a constant, shape (point,)."""
        return next(self.misfits_of_many(shares, seen[None]))

    def misfits_of_many(self, shares: np.ndarray, seen: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the misfits of each of several records, `seen` of shape (record, figure)."""
        mean, log_spread = self.predict(shares)
        log_spread = log_spread + np.log(WIDENING)
        scale, constant = np.exp(-log_spread), 2 * log_spread.sum(axis=1)
        for figures in seen:
            yield ((((figures - mean) * scale) @ self.root) ** 2).sum(axis=1) + constant


def expand(shares: np.ndarray) -> np.ndarray:
    """Return the terms of a quadratic, constant first, shape (point, term)."""
    centred = 2 * np.asarray(shares, float) - 1
    first, second = np.triu_indices(centred.shape[1])
    return np.hstack([np.ones((len(centred), 1)), centred, centred[:, first] * centred[:, second]])


def fit_emulator(design: Design) -> Emulator:
    """Fit the emulator to the futures of a design. Raises NotInstalled without scikit-learn."""
    linear_model = import_optional("sklearn.linear_model")
    selection = import_optional("sklearn.model_selection")
    terms = expand(design.shares)[:, 1:]
    figures = design.figures.astype(float)
    mean = figures.mean(axis=2)
    spread = np.maximum(figures.std(axis=2, ddof=1), design.least)
    logs = np.log(spread)
    ridge = linear_model.RidgeCV(RIDGES, alpha_per_target=True)
    folds = selection.KFold(FOLDS, shuffle=True, random_state=0)
    weights, told = [], []
    for values in (mean, logs):
        told.append(_explained(selection.cross_val_predict(ridge, terms, values, cv=folds), values))
        fitted = ridge.fit(terms, values)
        weights.append(np.vstack([fitted.intercept_, fitted.coef_.T]))
    chance = (spread**2 / figures.shape[2]).mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ceiling = np.clip(1 - chance / mean.var(axis=0), 0, 1)
    root = _correlation_root(figures, weights, expand(design.shares))
    mean_r2, spread_r2 = told
    return Emulator(np.hstack(weights), root, mean_r2, spread_r2, ceiling)


def _explained(predicted: np.ndarray, values: np.ndarray) -> np.ndarray:
    variance = values.var(axis=0)
    left = ((values - predicted) ** 2).mean(axis=0)
    still = variance < LEAST_VARIANCE
    return np.where(still, np.nan, 1 - left / np.where(still, 1, variance))


def _correlation_root(figures: np.ndarray, weights: list[Any], terms: np.ndarray) -> np.ndarray:
    """Return the root of the inverse correlation matrix of all futures around their point's mean."""
    mean, spread = terms @ weights[0], np.exp(terms @ weights[1])
    away = np.moveaxis((figures - mean[:, :, None]) / spread[:, :, None], 1, 2)
    away = away.reshape(-1, figures.shape[1])
    covariance = away.T @ away / len(away)
    scale = np.sqrt(np.maximum(np.diag(covariance), LEAST_VARIANCE))
    correlation = CORRELATION_FACTOR * covariance / np.outer(scale, scale)
    np.fill_diagonal(correlation, 1.0)
    return np.linalg.cholesky(np.linalg.inv(correlation))
