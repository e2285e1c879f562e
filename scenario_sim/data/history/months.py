"""Count launch days by month, in the record and in simulated runs.

The record is daily and the model weekly; by the month the two can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from scenario_sim.data.history import record

MONTH = np.timedelta64(1, "M")


def month_range(first: str, last: str) -> np.ndarray:
    """Return every month from `first` to `last` ("2014-01"), both included: datetime64[M]."""
    return np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + MONTH)


def days_in_months(of: np.ndarray) -> np.ndarray:
    """Return every day of the months (datetime64[M], contiguous): datetime64[D]."""
    return np.arange(of[0].astype("datetime64[D]"), (of[-1] + MONTH).astype("datetime64[D]"))


def sum_by_month(days: np.ndarray, counts: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Sum daily counts over each month.

    Parameters
    ----------
    days : (n,) datetime64[D]
        Days within the months `of`.
    counts : (n,) array
        Count of each day.
    of : (m,) datetime64[M]
        Contiguous months.

    Returns
    -------
    (m,) int64
    """
    at = (days.astype("datetime64[M]") - of[0]).astype(int)
    return np.bincount(at, counts, of.size).astype(int)


def launch_days_by_month(of: np.ndarray, action: str = "") -> np.ndarray:
    """Return the recorded launch days of each month (datetime64[M], contiguous): int64, 0..31.

    `action` counts those of one class alone, such as `regional_test`.
    """
    days = days_in_months(of)
    return sum_by_month(days, record.current_record().launch_days(days, action), of)


def simulated_launch_days(
    weekly: np.ndarray, start: date, of: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Sum simulated weekly launch days over each month.

    Launch days are equally likely on each day of a week. Those of a week that two months share
    are therefore divided by a hypergeometric draw.

    Parameters
    ----------
    weekly : (weeks, runs) array
        Launch days of each week, 0..7.
    start : date
        First day of week 0.
    of : (m,) datetime64[M]
        Contiguous months.
    rng : numpy.random.Generator

    Returns
    -------
    (runs, m) int
    """
    months_of = np.zeros((weekly.shape[1], of.size), int)
    for _, month, launched in _split_weeks(weekly, start, of, rng):
        months_of[:, month] += launched
    return months_of


def simulated_launch_days_by_class(
    weekly: np.ndarray,
    chosen: Sequence[np.ndarray],
    start: date,
    of: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Sum simulated weekly launch days over each month, class by class.

    Parameters
    ----------
    weekly, start, of, rng
        As `simulated_launch_days` takes them, and the same draws.
    chosen : sequence of (weeks, runs) bool
        Weeks in which each class of missile is launched; a week has one class at most.

    Returns
    -------
    (class, runs, m) int
    """
    months_of = np.zeros((len(chosen), weekly.shape[1], of.size), int)
    for week, month, launched in _split_weeks(weekly, start, of, rng):
        months_of[:, :, month] += launched * np.array([weeks[week] for weeks in chosen])
    return months_of


def _split_weeks(
    weekly: np.ndarray, start: date, of: np.ndarray, rng: np.random.Generator
) -> Iterator[tuple[int, int, np.ndarray]]:
    """Yield the week, the place of a month in `of`, and the launch days (runs,) of both."""
    for week, launched in enumerate(weekly.astype(int)):
        days = np.datetime64(start, "D") + np.arange(7 * week, 7 * week + 7)
        month = (days.astype("datetime64[M]") - of[0]).astype(int)
        left, room = launched, 7
        for at in np.unique(month):
            many = int((month == at).sum())
            here = left if many == room else rng.hypergeometric(left, room - left, many)
            if 0 <= at < of.size:
                yield week, int(at), here
            left, room = left - here, room - many
