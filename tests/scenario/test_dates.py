"""The calendar: what holds of weeks, drill windows and seasons."""

from datetime import date, timedelta

import numpy as np
import pytest

from scenario_sim.data import variables
from scenario_sim.data.history import record
from scenario_sim.scenario import dates

MONDAY = date(2026, 9, 7)
HISTORY = date(2005, 1, 3), 52 * 19 - 1  # whole weeks of the years that the record covers


def drill_season(start: date, weeks: int) -> np.ndarray:
    return dates.calendar_by_week(start, weeks)["drill_season"]


def test_every_day_of_a_week_belongs_to_it():
    for week in (0, 1, 51, 300):
        monday = dates.week_start(MONDAY, week)
        for day in range(7):
            assert dates.week_of(MONDAY, monday + timedelta(days=day)) == week


def test_a_lever_acts_in_the_first_week_that_starts_on_or_after_its_date():
    assert dates.first_week_from(MONDAY, MONDAY) == 0
    assert dates.first_week_from(MONDAY, MONDAY + timedelta(days=1)) == 1
    assert dates.first_week_from(MONDAY, MONDAY + timedelta(days=7)) == 1
    assert dates.first_week_from(MONDAY, MONDAY + timedelta(days=8)) == 2


def test_a_date_before_the_start_acts_from_the_start():
    assert dates.first_week_from(MONDAY, date(1953, 7, 27)) == 0


@pytest.mark.parametrize("days", range(-3, 4))
def test_the_nearest_monday_is_at_most_three_days_away(days):
    assert dates.nearest_monday(MONDAY + timedelta(days=days)) == MONDAY


def test_the_calendar_fills_every_row_that_the_board_keeps_for_it():
    rows = dates.calendar_by_week(MONDAY, 104)
    assert list(rows) == [quantity.name for quantity in variables.CALENDAR]
    for row in rows.values():
        assert row.shape == (104,) and row.dtype == np.float64
        assert (row >= 0).all() and (row <= 1).all()


def test_a_longer_scenario_has_the_same_beginning():
    short, long = (
        dates.calendar_by_week(date(2012, 1, 2), 30),
        dates.calendar_by_week(date(2012, 1, 2), 900),
    )
    for name, row in short.items():
        assert np.array_equal(row, long[name][:30])


def test_a_future_year_has_drills_in_spring_and_in_late_summer_only():
    start = date(2027, 1, 4)
    season = drill_season(start, 52)
    months = {dates.week_start(start, int(week)).month for week in np.flatnonzero(season)}
    assert months == {3, 4, 8}
    assert season[dates.week_of(start, date(2027, 3, 15))] == 1
    assert season[dates.week_of(start, date(2027, 8, 25))] == pytest.approx(0.8)


def test_a_week_half_in_a_drill_window_counts_for_the_days_inside():
    start = date(2027, 4, 19)  # the window closes on Tuesday, 20 April
    assert drill_season(start, 1)[0] == pytest.approx(2 / 7)


def test_a_week_with_no_drill_day_has_no_drill_season():
    start, weeks = HISTORY
    season = drill_season(start, weeks)
    due = [e for e in record.recorded_exercises() if e.weight]
    for week in range(weeks):
        first = dates.week_start(start, week)
        drilled = any(e.start <= first + timedelta(days=6) and e.end >= first for e in due)
        assert (season[week] > 0) == drilled


def test_the_drill_season_of_the_past_follows_the_exercises_due():
    august_2018 = drill_season(date(2018, 8, 20), 1)
    assert august_2018[0] == pytest.approx(0.8)  # suspended: due, and not held
    late_august_2021 = drill_season(date(2021, 8, 30), 1)
    assert not late_august_2021.any()  # over before the usual window was
    august_2017 = drill_season(date(2017, 8, 21), 1)
    assert august_2017[0] == pytest.approx(0.8)
    late_april_2018 = drill_season(date(2018, 4, 23), 1)
    assert late_april_2018[0] == 1  # held late, after the Olympics


def test_two_drills_at_once_count_as_one():
    both_in_march_2013 = drill_season(date(2013, 3, 11), 1)
    assert both_in_march_2013[0] == 1


def test_air_and_naval_drills_make_no_drill_season():
    assert not drill_season(date(2017, 12, 4), 1).any()
    assert not drill_season(date(2010, 7, 26), 1).any()


def test_where_the_record_is_thin_the_fixed_windows_hold():
    assert drill_season(date(2004, 3, 8), 1)[0] == 1
    assert drill_season(date(1994, 8, 22), 1)[0] == pytest.approx(0.8)


def test_drills_called_off_are_due_and_not_held():
    called_off = dates.cancelled_drill_weeks(*HISTORY)
    start, weeks = HISTORY
    assert called_off.dtype == bool and called_off.shape == (weeks,)
    counted = [e for e in record.recorded_exercises() if not e.held and e.weight > 0]
    due = drill_season(start, weeks) > 0
    for exercise in counted:
        if exercise.start >= start:
            assert due[dates.week_of(start, exercise.start + timedelta(days=7))]
    years = {dates.week_start(start, int(week)).year for week in np.flatnonzero(called_off)}
    assert years == {2018, 2019, 2020}


@pytest.mark.parametrize("day", [date(2018, 3, 12), date(2018, 8, 20), date(2020, 3, 16)])
def test_the_olympics_the_summit_and_the_pandemic_each_called_a_drill_off(day):
    assert dates.cancelled_drill_weeks(day, 1)[0]


def test_the_drill_that_followed_a_cancelled_series_was_held():
    assert not dates.cancelled_drill_weeks(date(2019, 3, 4), 1)[0]
    assert drill_season(date(2019, 3, 4), 1)[0] == 1


def test_nothing_is_called_off_in_the_future():
    assert not dates.cancelled_drill_weeks(MONDAY, 520).any()


def test_seasons_and_holidays_go_by_the_monday():
    start = date(2027, 1, 4)
    rows = dates.calendar_by_week(start, 52)

    def on(day: date) -> tuple[float, float, float]:
        week = dates.week_of(start, day)
        return rows["spring"][week], rows["winter"][week], rows["holiday"][week]

    assert on(date(2027, 1, 25)) == (0, 1, 0)
    assert on(date(2027, 2, 1)) == (0, 0, 0)
    assert on(date(2027, 3, 1)) == (1, 0, 0)
    assert on(date(2027, 4, 12)) == (1, 0, 1)
    assert on(date(2027, 5, 31)) == (1, 0, 0)
    assert on(date(2027, 6, 7)) == (0, 0, 0)
    assert on(date(2027, 9, 6)) == (0, 0, 1)
    assert on(date(2027, 10, 4)) == (0, 1, 1)
    assert on(date(2027, 10, 18)) == (0, 1, 0)


def test_every_year_keeps_its_three_holidays():
    for year in range(2012, 2032):
        start = dates.nearest_monday(date(year, 1, 4))
        assert 3 <= dates.calendar_by_week(start, 52)["holiday"].sum() <= 6
