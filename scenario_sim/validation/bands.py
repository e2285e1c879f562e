"""Judge whether bands of six-month totals hold what they say, by calendar years."""

from __future__ import annotations

import numpy as np

from scenario_sim.validation import scores

PERCENT = 90  # width of the central band


def judge_bands(totals: np.ndarray, seen: np.ndarray, years: np.ndarray) -> dict[str, float | None]:
    """Return the share of six-month totals inside the central band, and the ends of its interval.

    The interval is Student's over years, at 95 %: totals of neighbouring origins share months, so that
    the cases of a year are not independent.

    Parameters
    ----------
    totals : ndarray, shape (draws, cases)
        Ensembles of six-month totals.
    seen : ndarray, shape (cases,)
        Totals on record.
    years : ndarray, shape (cases,)
        Calendar year of each origin.

    Returns
    -------
    dict of str to float or None
        `value`, `low` and `high` of the share seen, 0 to 1; `own`, the share of the ensembles' own
        futures, which is what the band says. Ends are None in fewer than `scores.MIN_YEARS` years.

    Examples
    --------
    >>> told = judge_bands(np.ones((10, 6)), np.ones(6), np.array([1, 1, 2, 2, 3, 3]))
    >>> told["value"], told["own"]
    (1.0, 1.0)
    """
    inside = scores.is_inside(totals, seen, PERCENT).astype(float)
    by_year = np.array([inside[years == year].mean() for year in np.unique(years)])
    low, high = None, None
    if by_year.size >= scores.MIN_YEARS:
        mean, error = scores.mean_and_error(by_year)
        low, high = max(0.0, mean - error), min(1.0, mean + error)
    own = scores.own_coverage(totals, PERCENT)
    return {"value": float(inside.mean()), "low": low, "high": high, "own": own}


def bands_text(told: dict[str, float | None]) -> str:
    """Say whether six-month bands hold what they say within sampling error.

    told: value, low, high and own, as `judge_bands` returns them.
    """
    value, low, high, own = (told[key] for key in ("value", "low", "high", "own"))
    held = (
        f"Six-month bands of {PERCENT} % held {value:.0%} of the totals seen, "
        f"and {own:.0%} of their own futures"
    )
    if low is None or high is None or own is None:
        return (
            f"{held}. Origins in fewer than {scores.MIN_YEARS} years are too few for an interval."
        )
    how = "hold what they say within sampling error"
    if not low <= own <= high:
        how = f"hold {'less' if high < own else 'more'} than they say, by more than sampling error"
    return f"{held}: they {how} (95 % interval over years {low:.0%} to {high:.0%})."
