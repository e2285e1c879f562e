"""Replay: the record acts, and the rest of the world decides around it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from scenario_sim.data.history import record
from scenario_sim.errors import ScenarioError
from scenario_sim.scenario import Scenario, dates
from scenario_sim.simulation.ensemble import simulate

EVERYBODY = ("DPRK", "USA", "ROK", "China", "Russia")
START, WEEKS = date(2016, 1, 4), 104


def history(*states, **changes):
    return Scenario(
        title="2016-17", start=START, weeks=WEEKS, begins="2017-01", replay=states, **changes
    )


@pytest.fixture(scope="module")
def replayed():
    return simulate(history(*EVERYBODY), 20)


def test_in_replay_every_run_has_the_record(replayed):
    end = dates.week_start(START, WEEKS)
    acts = record.recorded_acts(START, end, EVERYBODY)
    count = {kind: sum(a.action == kind for a in acts) for kind in ("nuclear_test", "icbm_test")}
    resolutions = sum(a.action == "table_draft" for a in acts)
    outcomes = replayed.outcomes
    assert (outcomes.launch_days == sum(a.launch_days for a in acts)).all()
    assert (outcomes.nuclear_tests == count["nuclear_test"]).all()
    assert (outcomes.icbm_tests == count["icbm_test"]).all()
    assert (outcomes.resolutions == resolutions).all()
    assert count == {"nuclear_test": 3, "icbm_test": 4} and resolutions == 6


def test_what_the_record_does_not_cover_keeps_being_decided(replayed):
    """Statements, offers and condemnations differ from run to run; so do tension and talks."""
    assert replayed.outcomes.diplomacy.nunique() > 5
    assert np.ptp(replayed.weekly["tension"][-1]) > 0


def test_any_subset_of_the_states_may_be_replayed():
    outcomes = simulate(history("USA"), 20).outcomes
    assert (outcomes.resolutions <= 6).all()  # a draft of the record meets votes that are free
    assert outcomes.nuclear_tests.nunique() > 1 or outcomes.launch_days.nunique() > 1


def test_an_act_taken_out_of_history_takes_its_launch_days_along(replayed):
    first = record.recorded_acts(START, dates.week_start(START, WEEKS), ["DPRK"])[0]
    week = dates.week_of(START, first.date)
    without = history(*EVERYBODY).with_act(week=week, state="DPRK", action="hold")
    other = simulate(without, 20)
    assert (other.weekly["launch_days"][week] == 0).all()
    assert (other.outcomes.launch_days <= replayed.outcomes.launch_days).all()


def test_a_drill_called_off_is_not_held_in_replay():
    summer = Scenario(
        title="summer of 2018", start=date(2018, 8, 6), weeks=5, begins="2018-01", replay=("USA",)
    )
    assert (simulate(summer, 20).weekly["exercise_intensity"] == 0).all()


def test_a_replay_that_ends_is_history_before_and_free_after():
    until = date(2017, 3, 6)
    week = dates.week_of(START, until)
    whole = simulate(history(*EVERYBODY), 20).weekly
    broken_off = simulate(history(*EVERYBODY, replay_until=until), 20).weekly
    assert (broken_off.table[:, :week] == whole.table[:, :week]).all()
    assert (np.ptp(whole["launch_days"][week:], axis=1) == 0).all()
    assert (np.ptp(broken_off["launch_days"][week:], axis=1) > 0).any()


def test_who_stands_at_the_end_of_a_replay_knows_the_usual_drills_only():
    """What will be called off or moved nobody knows ahead."""
    until = date(2017, 1, 2)
    known = dates.calendar_by_week(START, WEEKS)["drill_season"]
    expected = dates.calendar_by_week(START, WEEKS, until)["drill_season"]
    week = dates.week_of(START, until)
    assert (known[:week] == expected[:week]).all()
    assert (known[week:] != expected[week:]).any()


@pytest.mark.parametrize(
    ("states", "until", "cure"),
    [
        ((), "2017-03-06", "no state is replayed"),
        (EVERYBODY, "2017-03-07", "2017-03-06 is the nearest"),
        (EVERYBODY, "2019-03-04", "is not within the scenario"),
    ],
)
def test_an_end_of_the_replay_that_cannot_be_is_refused(states, until, cure):
    with pytest.raises(ScenarioError, match=cure):
        history(*states, replay_until=date.fromisoformat(until))
