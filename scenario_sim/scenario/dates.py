"""Convert weeks to dates and back, and compute drill windows, seasons and holidays.

Week k of a scenario is the seven days from `start + 7k`. Starts are Mondays, so weeks run from
Monday to Sunday and are the same weeks in every scenario.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from scenario_sim.data.history import record

# Drill windows of days that the record does not cover: (first, last, weight); days as month * 100 + day.
DRILL_WINDOWS = ((301, 420, 1.0), (817, 902, 0.8))
# Months; and the days around 15 April, 9 September and 10 October.
SPRING_MONTHS = (3, 4, 5)
WINTER_MONTHS = (10, 11, 12, 1)
# The Council renewed the mandate of its expert panel in the second half of March.
MANDATE = (315, 331)
HOLIDAYS = ((408, 420), (901, 912), (1004, 1012))


def first_week_from(start: date, day: date) -> int:
    """Return the first week, from 0, that begins on or after `day`: then a lever's change acts.

    It is week 0 if `day` is before `start`.
    """
    return max(0, -((start - day).days // 7))


def week_of(start: date, day: date) -> int:
    """Return the week that contains `day`, in which an act or a shock falls; negative before `start`.

    >>> week_of(date(2026, 9, 7), date(2026, 9, 20))
    1
    """
    return (day - start).days // 7


def week_start(start: date, week: int) -> date:
    """Return the first day of a week."""
    return start + timedelta(weeks=week)


def nearest_monday(day: date) -> date:
    """Return the Monday that is at most three days away."""
    return day + timedelta(days=3 - (day.weekday() + 3) % 7)


def calendar_by_week(
    start: date, weeks: int, known_to: date | None = None
) -> dict[str, np.ndarray]:
    """Compute the rows of `variables.CALENDAR` for each week.

    Parameters
    ----------
    start : date
        First day of week 0.
    weeks : int
        Number of weeks.
    known_to : date, optional
        From this day on the drills of the record are not used, only the fixed windows.

    Returns
    -------
    dict of (weeks,) float64
        `drill_season` is the mean weight (0..1) of the drill due on each day of the week. On the
        days that the record covers it follows the scheduled exercises, else `DRILL_WINDOWS`. `spring`,
        `winter` and `holiday` are 1 if the week's Monday falls in them, else 0. The arrays are
        read-only, because scenarios that differ only in levers share them.
    """
    return dict(_calendar(start, weeks, known_to, record.current_record().digest))


@lru_cache(maxsize=64)
def _calendar(
    start: date, weeks: int, known_to: date | None, _record: str
) -> dict[str, np.ndarray]:
    """Return the rows of the calendar; _record is the digest of the record that they depend on."""
    days = _days(start, weeks)
    mondays = days[::7]
    month, month_day = _month_day(mondays)
    holiday = np.zeros(weeks, dtype=bool)
    for first, last in HOLIDAYS:
        holiday |= (first <= month_day) & (month_day <= last)
    rows = {
        "drill_season": _drill_weights(days, known_to).reshape(weeks, 7).sum(axis=1) / 7,
        "spring": np.isin(month, SPRING_MONTHS).astype(np.float64),
        "winter": np.isin(month, WINTER_MONTHS).astype(np.float64),
        "holiday": holiday.astype(np.float64),
        "mandate_season": ((MANDATE[0] <= month_day) & (month_day <= MANDATE[1])).astype(float),
    }
    for row in rows.values():
        row.setflags(write=False)
    return rows


def cancelled_drill_weeks(start: date, weeks: int) -> np.ndarray:
    """Return the weeks in which a drill of the record was called off and no other was held.

    Called off means postponed, suspended or cancelled. In replay such a week forces `hold`.
    The result has shape (weeks,) and dtype bool.
    """
    held, cancelled = np.zeros(weeks * 7, dtype=bool), np.zeros(weeks * 7, dtype=bool)
    for exercise in record.recorded_exercises():
        (held if exercise.held else cancelled)[_span(start, exercise)] = True
    return cancelled.reshape(weeks, 7).any(axis=1) & ~held.reshape(weeks, 7).any(axis=1)


def usual_drill_weights(days: np.ndarray) -> np.ndarray:
    """Return the drill weight of the fixed windows on each day (datetime64[D]): float64, 0..1."""
    _, month_day = _month_day(days)
    usual = np.zeros(len(days))
    for first, last, weight in DRILL_WINDOWS:
        usual[(first <= month_day) & (month_day <= last)] = weight
    return usual


def _days(start: date, weeks: int) -> np.ndarray:
    return np.datetime64(start, "D") + np.arange(weeks * 7)


def _month_day(days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the month of each day, and month * 100 + day."""
    months = days.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    return month, month * 100 + (days - months).astype(np.int64) + 1


def _drill_weights(days: np.ndarray, known_to: date | None) -> np.ndarray:
    """Return the weight (0..1) of the drill due on each day; the largest if there are several.

    The record gives the weights. Command-post exercises and large field exercises count 1 in spring
    and 0.8 in August, as in the fixed windows, so that past and future mean the same. Their size is
    not part of the weight; it is the lever `exercise_scale`. Air and naval exercises count 0: their
    record has gaps, so that an absence says nothing, and the fixed windows leave them out too.
    A drill that was called off counts as due. Whether it is held is a choice of the run; in replay
    `cancelled_drill_weeks` decides.
    """
    due = np.zeros(len(days))
    start = days[0].astype(date)
    for exercise in record.recorded_exercises():
        span = _span(start, exercise)
        due[span] = np.maximum(due[span], exercise.weight)
    covered = record.current_record().coverage
    recorded = (np.datetime64(covered.first) <= days) & (days <= np.datetime64(covered.last))
    if known_to:
        recorded &= days < np.datetime64(known_to)
    return np.where(recorded, due, usual_drill_weights(days))


def _span(start: date, exercise: record.Exercise) -> slice:
    """Return the days of an exercise, counted from `start`; empty if it ended before `start`."""
    first, end = (exercise.start - start).days, (exercise.end - start).days + 1
    return slice(max(first, 0), max(end, 0))
