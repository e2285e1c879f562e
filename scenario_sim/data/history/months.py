"""Months of the record, and a model's weeks in months.

What the record tells by the day and what the model makes by the week can be held beside each other
by the month alone.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from scenario_sim.data.history import record

MONTH = np.timedelta64(1, "M")


def month_range(first: str, last: str) -> np.ndarray:
    """Every month from `first` to `last` ("2014-01"), both included: datetime64[M]."""
    return np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + MONTH)


def days_of(of: np.ndarray) -> np.ndarray:
    """Every day of the months (datetime64[M], contiguous): datetime64[D]."""
    return np.arange(of[0].astype("datetime64[D]"), (of[-1] + MONTH).astype("datetime64[D]"))


def sum_by_month(days: np.ndarray, counts: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Counts of days (datetime64[D], within `of`) summed over each month of `of` (contiguous):
    int64."""
    at = (days.astype("datetime64[M]") - of[0]).astype(int)
    return np.bincount(at, counts, of.size).astype(int)


def launch_days_by_month(of: np.ndarray) -> np.ndarray:
    """Launch days of the record in each month (datetime64[M], contiguous): int64, 0..31."""
    days = days_of(of)
    return sum_by_month(days, record.current_record().launch_days(days), of)


def simulated_launch_days(
    weekly: np.ndarray, start: date, of: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """A model's launch days (week, run), whole numbers of weeks from `start`, in the months `of`:
    (run, month). A week's launch days fall on its days alike, so those of a week that two months
    share are divided by the luck of the draw."""
    months_of = np.zeros((weekly.shape[1], of.size), int)
    for week, launched in enumerate(weekly.astype(int)):
        days = np.datetime64(start, "D") + np.arange(7 * week, 7 * week + 7)
        month = (days.astype("datetime64[M]") - of[0]).astype(int)
        left, room = launched, 7
        for at in np.unique(month):
            many = int((month == at).sum())
            here = left if many == room else rng.hypergeometric(left, room - left, many)
            if 0 <= at < of.size:
                months_of[:, at] += here
            left, room = left - here, room - many
    return months_of
