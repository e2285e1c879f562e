"""Weeks and dates, and what the calendar brings: drill windows, seasons, holidays.

Pure arithmetic on days. Week k of a scenario is the seven days from `start + 7k`; starts are
Mondays, so weeks run from Monday to Sunday and are the same weeks in every scenario.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from scenario_sim.data.history import record

# The windows of a year to come: (first, last, weight), as month * 100 + day.
DRILL_WINDOWS = ((301, 420, 1.0), (817, 902, 0.8))
# Months; and the days around 15 April, 9 September and 10 October.
SPRING_MONTHS = (3, 4, 5)
WINTER_MONTHS = (10, 11, 12, 1)
HOLIDAYS = ((408, 420), (901, 912), (1004, 1012))


def first_week_from(start: date, day: date) -> int:
    """The first week, from 0, that begins on or after `day`: when a lever's change acts. Week 0
    where `day` lies before `start`."""
    return max(0, -((start - day).days // 7))


def week_of(start: date, day: date) -> int:
    """The week that contains `day`: when an act or a shock falls. Negative before `start`."""
    return (day - start).days // 7


def week_start(start: date, week: int) -> date:
    """The first day of a week."""
    return start + timedelta(weeks=week)


def nearest_monday(day: date) -> date:
    """The Monday at most three days away."""
    return day + timedelta(days=3 - (day.weekday() + 3) % 7)


def calendar_by_week(
    start: date, weeks: int, known_to: date | None = None
) -> dict[str, np.ndarray]:
    """What the calendar brings in each week: every row of `conditions.CALENDAR`, (weeks,) float64.

    `drill_season` is the mean over the week's days of the weight of the drill under way (0..1): in
    the years of the record the exercises scheduled, else, and from `known_to` on, the fixed
    windows. `spring`, `winter` and
    `holiday` are 1 where the week's Monday falls in them, else 0. The arrays are read only: worlds
    that differ in their levers share a calendar."""
    return dict(_weeks(start, weeks, known_to, record.current_record().digest))


@lru_cache(maxsize=64)
def _weeks(start: date, weeks: int, known_to: date | None, _record: str) -> dict[str, np.ndarray]:
    """Return the rows of `weeks`. _record: the digest of the record in use, which it depends on."""
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
    }
    for row in rows.values():
        row.setflags(write=False)
    return rows


def cancelled_drill_weeks(start: date, weeks: int) -> np.ndarray:
    """Weeks in which a drill of the record would usually have been under way but was postponed,
    suspended or cancelled, and no other was held: (weeks,) bool. In replay they force `hold`."""
    held, lost = np.zeros(weeks * 7, dtype=bool), np.zeros(weeks * 7, dtype=bool)
    for exercise in record.recorded_exercises():
        (held if exercise.held else lost)[_span(start, exercise)] = True
    return lost.reshape(weeks, 7).any(axis=1) & ~held.reshape(weeks, 7).any(axis=1)


def usual_drills(days: np.ndarray) -> np.ndarray:
    """The weight of the drill of the fixed windows on each day (datetime64[D]): float64, 0..1."""
    _, month_day = _month_day(days)
    usual = np.zeros(len(days))
    for first, last, weight in DRILL_WINDOWS:
        usual[(first <= month_day) & (month_day <= last)] = weight
    return usual


def _days(start: date, weeks: int) -> np.ndarray:
    return np.datetime64(start, "D") + np.arange(weeks * 7)


def _month_day(days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The month of each day, and month * 100 + day."""
    months = days.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    return month, month * 100 + (days - months).astype(np.int64) + 1


def _drill_weights(days: np.ndarray, known_to: date | None) -> np.ndarray:
    """The weight of the drill due on each day, 0..1; the heaviest where several are.

    The record gives the weights. Command-post exercises and large field exercises count: 1 in
    spring, 0.8 in August, as in the fixed windows, so that past and future mean the same. Their
    size does not matter here, it is the lever `exercise_scale`. Air and naval exercises count 0:
    the record of them has gaps, so that their absence would say nothing, and the windows of the
    future leave them out too. A drill called off was due all the same: whether it is held is a
    choice of this world, and in replay `cancelled_drill_weeks` answers it."""
    due = np.zeros(len(days))
    start = days[0].astype(date)
    for exercise in record.recorded_exercises():
        span = _span(start, exercise)
        due[span] = np.maximum(due[span], exercise.weight)
    first_day, last_day = np.datetime64(record.COVERS_FROM), np.datetime64(record.COVERS_TO)
    recorded = (first_day <= days) & (days <= last_day)
    if known_to:
        recorded &= days < np.datetime64(known_to)
    return np.where(recorded, due, usual_drills(days))


def _span(start: date, exercise: record.Exercise) -> slice:
    """An exercise's days, counted from `start`; empty where it lies before it."""
    first, end = (exercise.start - start).days, (exercise.end - start).days + 1
    return slice(max(first, 0), max(end, 0))
