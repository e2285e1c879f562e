"""Score ensemble forecasts of counts: CRPS, log score, interval and Brier scores, coverage, PIT.

In every function `futures` is the ensemble of whole numbers, shape (draws, cases), and `seen` the
observed counts, shape (cases,). Scores are per case; lower is better.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.stats import t as student

from scenario_sim.simulation.intervals import wilson_interval

MIN_YEARS = 5  # of fewer years the t interval is wider than any skill, and no verdict is given


def crps(futures: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return the continuous ranked probability score of each case, E|X - y| - E|X - X'| / 2.

    Parameters
    ----------
    futures : ndarray, shape (draws, cases)
        Ensemble of counts, in launch days.
    seen : ndarray, shape (cases,)
        Observed counts.

    Returns
    -------
    ndarray, shape (cases,)
        Scores in launch days, 0 or more; lower is better.

    References
    ----------
    Gneiting and Raftery (2007), JASA 102.

    Examples
    --------
    >>> crps(np.array([[0], [2]]), np.array([1])).tolist()
    [0.5]
    """
    ordered = np.sort(futures, axis=0).astype(float)
    n = ordered.shape[0]
    rank = (2 * np.arange(1, n + 1) - n - 1)[:, None]
    spread = (rank * ordered).sum(axis=0) / n**2  # E|X - X'| / 2
    return np.abs(ordered - seen).mean(axis=0) - spread


def log_score(futures: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return minus the log of the probability of each observed count, in nats.

    One more future is added to the ensemble, spread as a geometric distribution with the ensemble's
    mean plus one, so that no count has probability 0.

    Parameters
    ----------
    futures : ndarray, shape (draws, cases)
        Ensemble of counts.
    seen : ndarray, shape (cases,)
        Observed counts.

    Returns
    -------
    ndarray, shape (cases,)
        Scores in nats, 0 or more; lower is better.
    """
    n = futures.shape[0]
    stop = 1 / (2 + futures.mean(axis=0))
    unforeseen = stop * (1 - stop) ** seen
    return -np.log(((futures == seen).sum(axis=0) + unforeseen) / (n + 1))


def log_crps(futures: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return the CRPS of log(1 + count) of each case: months of few and of many launches weigh alike."""
    return crps(np.log1p(futures), np.log1p(seen))


def interval_score(futures: np.ndarray, seen: np.ndarray, percent: int = 90) -> np.ndarray:
    """Return the width of the central band, plus a penalty for each count outside it.

    The penalty is 2 / a times the distance to the band, where a is the share outside it.

    References
    ----------
    Gneiting and Raftery (2007), JASA 102.

    Examples
    --------
    >>> interval_score(np.array([[0], [1]]), np.array([3])).round(9).tolist()
    [41.0]
    """
    low, high = _band(futures, percent)
    missed = np.maximum(low - seen, 0) + np.maximum(seen - high, 0)
    return high - low + 2 / (1 - percent / 100) * missed


def brier_score(futures: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return the squared error of the chance of any launch, 0 to 1 in each case."""
    return ((futures > 0).mean(axis=0) - (seen > 0)) ** 2


def _band(futures: np.ndarray, percent: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the central band of each case."""
    tail = (100 - percent) / 2
    low, high = np.percentile(futures, (tail, 100 - tail), axis=0, method="inverted_cdf")
    return low, high


RULES: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "crps": crps,
    "log_score": log_score,
    "log_crps": log_crps,
    "interval_score": interval_score,
    "brier_score": brier_score,
}


def mean_and_error(by_year: np.ndarray) -> tuple[float, float]:
    """Return the mean over years, and the half-width of its 95 % t interval.

    Examples
    --------
    >>> mean_and_error(np.array([1.0, 1.0, 1.0]))
    (1.0, 0.0)
    """
    n = by_year.size
    error = by_year.std(ddof=1) / np.sqrt(n) * student.ppf(0.975, n - 1)
    return float(by_year.mean()), float(error)


def skill_over_years(
    model: np.ndarray, other: np.ndarray, years: np.ndarray
) -> dict[str, float | None]:
    """Return 1 minus the model's mean score over another's, with its 95 % t interval over years.

    Parameters
    ----------
    model, other : ndarray, shape (case,)
        Scores of both; lower is better.
    years : ndarray, shape (case,)
        Year of each case; neighbouring cases of a year share months.

    Returns
    -------
    dict of str to float or None
        `value`, `low` and `high`. Ends are None in fewer than `MIN_YEARS` years, and all are where the
        other's score is 0.

    Examples
    --------
    >>> skill_over_years(np.ones(5), np.full(5, 2.0), np.arange(2019, 2024))
    {'value': 0.5, 'low': 0.5, 'high': 0.5}
    """
    if not other.mean():
        return {"value": None, "low": None, "high": None}
    value = float(1 - model.mean() / other.mean())
    gain = (other - model) / other.mean()
    by_year = np.array([gain[years == year].mean() for year in np.unique(years)])
    if by_year.size < MIN_YEARS:
        return {"value": value, "low": None, "high": None}
    _, error = mean_and_error(by_year)
    return {"value": value, "low": value - error, "high": value + error}


def own_coverage(futures: np.ndarray, percent: int) -> float:
    """Return the share of the forecast's own futures inside its central band.

    Bands of whole numbers hold more than they promise: this is what a true forecast would show.
    """
    low, high = _band(futures, percent)
    return float(((low <= futures) & (futures <= high)).mean())


def is_inside(futures: np.ndarray, seen: np.ndarray, percent: int) -> np.ndarray:
    """Return which cases lie inside the central band, (cases,); ends included."""
    low, high = _band(futures, percent)
    inside: np.ndarray = (low <= seen) & (seen <= high)
    return inside


def coverage(futures: np.ndarray, seen: np.ndarray, percent: int) -> tuple[float, float, float]:
    """Return the share of cases inside the central band, and the ends of its 95 % interval.

    The interval is Wilson's. It takes cases for independent, which overlapping origins are not quite.

    Parameters
    ----------
    futures : ndarray, shape (draws, cases)
        Ensemble of counts.
    seen : ndarray, shape (cases,)
        Observed counts.
    percent : int
        Width of the central band, 0 to 100.

    Returns
    -------
    tuple of float
        Share, low end and high end, 0 to 1.
    """
    inside = is_inside(futures, seen, percent)
    told = wilson_interval(int(inside.sum()), inside.size)
    return float(told.value), float(told.low), float(told.high)


def pit(futures: np.ndarray, seen: np.ndarray, bins: int = 10) -> list[float]:
    """Return the share of cases in each part of the randomised probability integral transform.

    A count lies in a step of the forecast's distribution; its place in the step is drawn, always with the
    same seed. The histogram is flat where the forecast is calibrated.

    Parameters
    ----------
    futures : ndarray, shape (draws, cases)
        Ensemble of counts.
    seen : ndarray, shape (cases,)
        Observed counts.
    bins : int
        Number of equal parts of 0 to 1.

    Returns
    -------
    list of float
        One share a part; they sum to 1.

    References
    ----------
    Czado, Gneiting and Held (2009), Biometrics 65.
    """
    below, equal = (futures < seen).mean(axis=0), (futures == seen).mean(axis=0)
    place = below + np.random.default_rng(0).random(seen.size) * equal
    found, _ = np.histogram(place, bins, (0, 1))
    return [float(count / seen.size) for count in found]


def reliability(futures: np.ndarray, seen: np.ndarray) -> list[dict[str, float]]:
    """Group cases by the forecast chance of a launch, in fifths, and compare it with the outcome.

    Returns
    -------
    list of dict
        For each fifth that holds cases: `probability`, the mean chance; `seen`, the share of cases with
        a launch; `cases`, their number.
    """
    chance, happened = (futures > 0).mean(axis=0), seen > 0
    fifth = np.minimum((chance * 5).astype(int), 4)
    return [
        {
            "probability": float(chance[fifth == n].mean()),
            "seen": float(happened[fifth == n].mean()),
            "cases": int((fifth == n).sum()),
        }
        for n in range(5)
        if (fifth == n).any()
    ]


# --- in words ------------------------------------------------------------------------------------


def verdict_text(skill: Mapping[str, Mapping[str, float | None]]) -> str:
    """Return "the model is ... the base rate, and ... persistence", no more than the intervals say.

    skill: value, low and high by baseline, as `Backtest.skill`.
    """
    said = []
    for name, words in (("climatology", "the base rate"), ("last_six_months", "persistence")):
        value, low, high = (skill[name][key] for key in ("value", "low", "high"))
        if value is None or low is None or high is None:
            return (
                f"the model has a CRPS skill of {skill['climatology']['value']:+.2f} against the base "
                f"rate and of {skill['last_six_months']['value']:+.2f} against persistence. Origins in "
                f"fewer than {MIN_YEARS} years are too few for an interval or a verdict."
            )
        said.append(
            f"{compared(low, high)} than {words} (CRPS skill {value:+.2f}, 95 % interval "
            f"{low:+.2f} to {high:+.2f})"
        )
    return f"the model is {said[0]} and {said[1]}."


def compared(low: float, high: float) -> str:
    """Return better, worse or no better, no more than an interval of skill says."""
    return "better" if low > 0 else "worse" if high < 0 else "no better"


def skill_text(told: Mapping[str, Any], name: str) -> str:
    """Return the skill against a baseline, with its 95 % interval if there is one.

    `told` comes from `Backtest.as_dict`.
    """
    low, high = told["skill_interval"][name]
    return f"{told['skill'][name]:+.2f}" + ("" if low is None else f" ({low:+.2f} to {high:+.2f})")


def coverage_text(told: Mapping[str, Any], percent: str) -> str:
    """Return the share inside a band with its 95 % interval, from `Backtest.as_dict`."""
    low, high = told["coverage_interval"][percent]
    return f"{told['coverage'][percent]:.0%} ({low:.0%} to {high:.0%})"
