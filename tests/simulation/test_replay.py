"""Replay: the record acts, and the rest of the world decides around it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from scenario_sim.data.history import record
from scenario_sim.data.history.coverage import CoverageFile
from scenario_sim.errors import ScenarioError
from scenario_sim.scenario import Scenario, dates
from scenario_sim.scenario.advice import advise
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
    assert (outcomes.icbm_tests + outcomes.satellite_launches == count["icbm_test"]).all()
    assert (outcomes.satellite_launches == 1).all()  # of February 2016
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
    without = history(*EVERYBODY).with_act(
        week=week, state="DPRK", channel="provocation", action="hold"
    )
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


# --- what the record covers ---

LATER = date(2024, 1, 1)


def later_record(**stated) -> record.HistoricalRecord:
    """Return a record of two launch days in 2024; it covers what `stated` says, or else its rows."""
    acts = (
        record.RecordedAct(date(2024, 2, 5), "DPRK", "short_range_test", 1),
        record.RecordedAct(date(2024, 9, 30), "DPRK", "icbm_test", 1),
    )
    return record.HistoricalRecord(acts, (), (), "two launches", CoverageFile(**stated))


def year_2024(**changes) -> Scenario:
    return Scenario(title="2024", start=LATER, weeks=52, replay=("DPRK",), **changes)


def test_a_replay_of_later_years_holds_the_launches_on_record_and_no_others():
    with record.record_context(later_record(first=LATER, last=date(2024, 12, 31))):
        followed = simulate(year_2024(), 20)
    assert (followed.outcomes.launch_days == 2).all()
    assert (followed.weekly.did("icbm_test").sum(axis=0) == 1).all()


def test_outside_its_coverage_a_record_says_nothing_of_what_did_not_happen():
    """By default the two launches bound it; after the second one the state decides again."""
    week = dates.week_of(LATER, date(2024, 9, 30))
    with record.record_context(later_record()):
        weekly = simulate(year_2024(), 20).weekly["launch_days"]
    assert (weekly[6:week].sum(axis=0) == 0).all()
    assert weekly[week + 1 :].sum() > 0


def test_only_the_acts_that_a_record_is_complete_for_are_barred():
    span = {"first": LATER, "last": date(2024, 12, 31)}
    with record.record_context(later_record(**span, complete={"DPRK": ("icbm_test",)})):
        followed = simulate(year_2024(), 20)
    assert (followed.weekly.did("icbm_test").sum(axis=0) == 1).all()
    assert followed.outcomes.launch_days.nunique() > 1


def test_the_drills_of_the_season_follow_the_record_where_it_covers_them():
    """Nobody drilled in the weeks that this record covers; outside them the usual windows hold."""
    with record.record_context(later_record(first=LATER, last=date(2024, 6, 30))):
        season = dates.calendar_by_week(LATER, 52)["drill_season"]
    assert season[:26].max() == 0 < season[26:].max()


def test_equal_acts_under_another_coverage_are_another_record():
    late = later_record(first=LATER, last=date(2024, 12, 31))
    assert late.digest != later_record().digest
    assert late.digest == later_record(first=LATER, last=date(2024, 12, 31)).digest


def test_the_shipped_record_keeps_its_name():
    assert record.shipped_record().digest.startswith("a2a844cb")


@pytest.mark.parametrize(
    ("start", "weeks", "replay", "words"),
    [
        ("2026-09-07", 52, ["DPRK"], "Nothing to replay: the record tells nothing of these weeks"),
        ("2017-01-02", 52, ["Japan"], "Nothing to replay: the record tells nothing of these weeks"),
        ("2023-01-02", 104, ["DPRK"], "The record covers 52 of the 104 replayed weeks"),
        ("1994-01-03", 52, ["DPRK"], "The record covers 0 of the 52 replayed weeks"),
        ("2017-01-02", 52, ["DPRK", "USA"], None),
        ("2026-09-07", 52, [], None),
    ],
)
def test_a_replay_that_the_record_does_not_cover_says_so(start, weeks, replay, words):
    data = {"title": "a replay", "start": start, "weeks": weeks, "replay": replay}
    found = advise(Scenario.model_validate(data))
    assert [advice.words for advice in found] == [words] * (words is not None)
    assert all("2005-01-01 to 2023-12-31" in advice.reason for advice in found)


def test_the_command_line_says_that_there_is_nothing_to_replay(ask, tmp_path):
    file = tmp_path / "late.toml"
    file.write_text('title = "late"\nstart = 2026-09-07\nweeks = 8\nreplay = ["DPRK"]\n', "utf-8")
    for words in (("check", file), ("run", file, "--runs", 5)):
        done = ask(*words)
        assert done.code == 0
        assert "Nothing to replay" in done.err
