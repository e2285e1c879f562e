"""Forecast monthly launch days from past counts alone, as baselines for the model.

Each baseline takes `before`, the months until the origin; `ahead`, the months to forecast; a random
generator; and the number of draws. It returns launch days of shape (draws, months). All are
negative binomial or Poisson, fitted by moments or by maximum likelihood (SciPy), and use nothing
that happened after the origin.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from scenario_sim.data.history import months as record_months
from scenario_sim.validation import past_policies

TRAILING_MONTHS = 60  # months that a climatology looks back on
MAX_LAUNCH_DAYS = 31  # launch days in a month
Baseline = Callable[[np.ndarray, np.ndarray, np.random.Generator, int], np.ndarray]


def climatology(
    before: np.ndarray,
    ahead: np.ndarray,
    rng: np.random.Generator,
    draws: int,
    action: str = "",
) -> np.ndarray:
    """Draw from a negative binomial with the mean and variance of the last 60 months.

    `action` forecasts the launch days of one class alone, such as `regional_test`.
    """
    counts = record_months.launch_days_by_month(before[-TRAILING_MONTHS:], action)
    return _draw(rng, np.full((draws, ahead.size), counts.mean()), negative_binomial_size(counts))


def last_six_months(
    before: np.ndarray, ahead: np.ndarray, rng: np.random.Generator, draws: int
) -> np.ndarray:
    """Draw with the mean of the last six months and the dispersion of the last 60."""
    counts = record_months.launch_days_by_month(before[-TRAILING_MONTHS:])
    mean = np.full((draws, ahead.size), max(counts[-6:].mean(), 0.5 / 6))
    return _draw(rng, mean, negative_binomial_size(counts))


def last_twelve_months(
    before: np.ndarray, ahead: np.ndarray, rng: np.random.Generator, draws: int
) -> np.ndarray:
    """Draw from a Poisson distribution with the mean of the last twelve months."""
    mean = max(record_months.launch_days_by_month(before[-12:]).mean(), 0.5 / 12)
    return np.minimum(rng.poisson(mean, (draws, ahead.size)), MAX_LAUNCH_DAYS)


def self_exciting(
    before: np.ndarray, ahead: np.ndarray, rng: np.random.Generator, draws: int
) -> np.ndarray:
    """Draw from an INGARCH(1,1), the discrete analogue of an exponential Hawkes process.

    The rate of a month is a base, plus a share of the last month's count, plus a share of its rate.
    It is fitted to the last 120 months by maximum likelihood.

    References
    ----------
    Ferland, Latour and Oraichi (2006), Journal of Time Series Analysis 27.
    """
    counts = record_months.launch_days_by_month(before[-2 * TRAILING_MONTHS :])

    def rates(theta: np.ndarray) -> np.ndarray:
        base, jump, stay = _shares(theta)
        rate = np.empty(counts.size + 1)
        rate[0] = counts.mean() + 0.1
        for n, count in enumerate(counts):
            rate[n + 1] = base + jump * count + stay * rate[n]
        return rate

    def misfit(theta: np.ndarray) -> float:
        return -_log_likelihood(counts, rates(theta)[:-1], np.exp(theta[3]))

    theta = _minimise(misfit, np.array([np.log(0.3), 0.0, 0.0, 0.0]))
    base, jump, stay = _shares(theta)
    rate = np.full(draws, rates(theta)[-1])
    futures = np.empty((draws, ahead.size), int)
    for month in range(ahead.size):
        futures[:, month] = _draw(rng, rate, np.exp(theta[3]))
        rate = base + jump * futures[:, month] + stay * rate
    return futures


def regression(
    before: np.ndarray, ahead: np.ndarray, rng: np.random.Generator, draws: int
) -> np.ndarray:
    """Draw from a log-linear regression on exercise seasons and recent contacts.

    There are two predictors: the share of the month in a usual exercise season, and whether a contact
    took place in the three months before the origin. It is fitted to the last 120 months with a light
    ridge penalty.
    """
    fitted = before[-2 * TRAILING_MONTHS :]
    counts = record_months.launch_days_by_month(fitted)
    talks = past_policies.had_contact(before)
    recent = np.array([talks[max(n - 3, 0) : n].any() for n in range(before.size + 1)], float)
    drills = past_policies.drill_share(np.concatenate([fitted, ahead]))
    design = np.column_stack(
        [np.ones(fitted.size), drills[: fitted.size], recent[-1 - fitted.size : -1]]
    )

    def rates(theta: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return np.exp(np.clip(rows @ theta[:3], -6, 4))

    def misfit(theta: np.ndarray) -> float:
        ridge = 0.1 * (theta[1:3] ** 2).sum()
        return ridge - _log_likelihood(counts, rates(theta, design), np.exp(theta[3]))

    theta = _minimise(misfit, np.array([np.log(counts.mean() + 0.1), 0.0, 0.0, 0.0]))
    now = np.full(ahead.size, recent[-1])
    rows = np.column_stack([np.ones(ahead.size), drills[fitted.size :], now])
    return _draw(rng, np.broadcast_to(rates(theta, rows), (draws, ahead.size)), np.exp(theta[3]))


BASELINES: dict[str, Baseline] = {
    "climatology": climatology,
    "last_six_months": last_six_months,
    "self_exciting": self_exciting,
    "regression": regression,
    "last_twelve_months": last_twelve_months,
}


def negative_binomial_size(counts: np.ndarray) -> float:
    """Return the size of a negative binomial by moments, mean² / (variance - mean).

    The size is 1,000 where the counts vary no more than a Poisson's.
    """
    mean, variance = counts.mean(), counts.var(ddof=1)
    return float(mean**2 / (variance - mean)) if variance > mean > 0 else 1e3


def _draw(rng: np.random.Generator, mean: np.ndarray, size: float) -> np.ndarray:
    """Draw negative binomial counts: Poisson with a gamma rate."""
    size = float(np.clip(size, 0.05, 1e3))
    return np.minimum(rng.poisson(rng.gamma(size, np.asarray(mean) / size)), MAX_LAUNCH_DAYS)


def _log_likelihood(counts: np.ndarray, mean: np.ndarray, size: float) -> float:
    size = float(np.clip(size, 0.05, 1e3))
    terms = gammaln(counts + size) - gammaln(size) - gammaln(counts + 1.0)
    terms = terms + size * np.log(size / (size + mean)) + counts * np.log(mean / (size + mean))
    return float(terms.sum())


def _shares(theta: np.ndarray) -> tuple[float, float, float]:
    """Return a base above 0 and two shares that sum to less than 1, so that rates stay finite."""
    weights = np.exp(np.clip([0.0, *theta[1:3]], -20, 20))
    share = 0.98 * weights / weights.sum()
    return float(np.exp(np.clip(theta[0], -8, 3))), float(share[1]), float(share[2])


def _minimise(misfit: Callable[[np.ndarray], float], start: np.ndarray) -> np.ndarray:
    return np.asarray(minimize(misfit, start, method="Nelder-Mead", options={"maxiter": 600}).x)
