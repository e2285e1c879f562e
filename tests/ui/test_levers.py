"""Levers, timeline and steps without a browser."""

from __future__ import annotations

from datetime import date

import pytest

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.scenario import Scenario
from scenario_sim.ui import actions, messages, selectors
from scenario_sim.ui.components import advice, levers, timeline
from scenario_sim.ui.result import result_of
from scenario_sim.ui.state import AppState, Visit

FEW = AppState(runs=20)

# --- steps -----------------------------------------------------------------------------------------


def test_a_drag_is_one_step():
    first = FEW.with_lever("hotline", 0.2)
    visit = Visit(FEW).step_to(first)
    for value in (0.3, 0.4, 0.5):
        visit = visit.continue_to(FEW.with_lever("hotline", value))
    assert visit.now.settings == {"hotline": 0.5}
    assert visit.undo().now == FEW
    assert visit.undo().redo().now.settings == {"hotline": 0.5}


def test_a_drag_that_comes_back_leaves_nothing_to_undo_of_itself():
    there = Visit(FEW).step_to(FEW.with_lever("engagement", 1)).step_to(FEW)
    visit = there.step_to(FEW.with_lever("hotline", 1)).continue_to(FEW)
    assert visit.undo().now.settings == {"engagement": 1.0}


def test_undo_leaves_the_way_the_page_is_shown():
    visit = Visit(FEW).step_to(FEW.with_lever("hotline", 1))
    visit = visit.show(visit.now.with_advanced(True))
    assert visit.undo().now == FEW.with_advanced(True)
    assert visit.undo().redo().now.advanced
    assert visit.available == {"undo": True, "redo": False, "replay": True}


def test_only_a_change_of_levers_is_replayed():
    moved = Visit(FEW).step_to(FEW.with_lever("hotline", 1))
    assert moved.before == FEW
    assert moved.step_to(moved.now.with_scenario("surge-2022")).before is None
    assert moved.step_to(moved.now.with_seed(5)).before is None
    assert Visit(FEW).before is None


# --- what a slider says ------------------------------------------------------------------------------


def test_simple_mode_says_what_it_hides():
    assert levers.hidden_levers_text(set()) == messages.levers.SHOWN.format(
        shown=13, all=len(SETTINGS)
    )
    assert levers.hidden_levers_text({"hotline", "launch_posture"}).endswith(
        messages.levers.HIDDEN_ONE
    )
    assert "2" in levers.hidden_levers_text({"winter_lull", "launch_posture"})


@pytest.mark.parametrize("name", SETTINGS)
def test_equations_and_sources_of_every_lever_can_be_shown(name):
    detail = levers.lever_detail(name)
    assert detail["equations"] or detail["terms"]
    assert all(c["source"] and c["help"] for c in detail["coefficients"])


def test_anchors_stand_on_the_track():
    cards = {
        c["name"]: c
        for g in levers.lever_groups(selectors.load_shipped("status-quo"))
        for c in g["levers"]
    }
    first = cards["exercise_scale"]["anchors"][0]
    assert (first["value"], first["words"]) == (0.2, "summer 2018")
    assert all(0 <= a["at"] <= 1 for card in cards.values() for a in card["anchors"])


# --- notes -------------------------------------------------------------------------------------------


def test_a_note_says_why_nothing_changes():
    null = FEW.with_weeks(26)
    quiet = null.with_change("2027-02-22", "exercise_scale", 0)
    assert "last weeks" in result_of(quiet).note
    same = FEW.with_change(
        "2027-03-01", "hotline", selectors.load_shipped("status-quo").settings()["hotline"]
    )
    assert result_of(same).note == messages.picture.SAME_AS_SCENARIO
    assert result_of(FEW).note == ""
    still = result_of(FEW.with_lever("hotline", 1)).note
    assert still == messages.picture.FAN_UNCHANGED


def test_advice_is_about_what_the_visitor_moved():
    assert advice.advice_on(FEW) == ()
    assert advice.advice_on(AppState("summits-2018", runs=20)) == ()
    [found] = advice.advice_on(FEW.with_lever("us_threats", 0.8).with_lever("engagement", 0.8))
    assert found.levers == ("us_threats", "engagement")


# --- the timeline ------------------------------------------------------------------------------------


def test_dates_snap_to_mondays_inside_the_scenario():
    scenario = Scenario(title="short", weeks=8)
    assert timeline.snap_to_monday("2026-09-23", scenario) == "2026-09-21"
    assert timeline.snap_to_monday("2026-09-25", scenario) == "2026-09-28"
    assert timeline.snap_to_monday("1990-01-01", scenario) == "2026-09-14"
    assert timeline.snap_to_monday("2090-01-01", scenario) == "2026-10-26"


def test_marks_are_what_the_scenario_brings():
    scenario = (
        Scenario(title="short", weeks=8)
        .with_change(week=3, hotline=0.9)
        .with_act(week=2, state="DPRK", action="icbm_test")
        .with_act(week=4, state="DPRK", channel="provocation", action="hold")
    )
    found = timeline.fixed_marks(scenario)
    assert [(m["week"], m["lever"]) for m in found] == [(2, ""), (3, "hotline"), (4, "")]
    assert found[0]["words"] == "North Korea launches an ICBM or a satellite"
    assert found[1]["words"] == "Hotline 0.90"
    assert "holds back" in found[2]["words"]


@pytest.mark.parametrize("scenario", selectors.catalogue(), ids=lambda s: s.name)
def test_every_shipped_scenario_has_a_timeline(scenario):
    assert all(
        0 <= m["week"] < scenario.weeks and m["words"] for m in timeline.fixed_marks(scenario)
    )


def test_a_change_beyond_the_horizon_waits():
    far = FEW.with_change("2028-01-03", "hotline", 1)
    assert selectors.policy_of(far.with_weeks(26)) == selectors.baseline_of(FEW.with_weeks(26))
    assert selectors.policy_of(far).changes


# --- verbs of the page -------------------------------------------------------------------------------


@pytest.fixture
def here():
    actions.visit.value = Visit(FEW)
    yield lambda: actions.visit.value
    actions.visit.value = Visit()


def test_a_change_is_added_moved_and_dropped(here):
    actions.add_change("2027-03-03", "engagement", 0.9)
    [one] = here().now.changes
    assert (one.date, one.name, one.value) == ("2027-03-01", "engagement", 0.9)
    moved = {"name": "engagement", "was": one.date, "date": "2027-03-08", "value": 0.8}
    actions.shift_change(moved | {"fresh": True})
    actions.shift_change(moved | {"was": "2027-03-08", "date": "2027-03-15", "fresh": False})
    [one] = here().now.changes
    assert (one.date, one.value) == ("2027-03-15", 0.8)
    assert [c.date for c in here().undo().now.changes] == ["2027-03-01"]
    actions.move_lever("engagement", 0.2)
    actions.move_lever("engagement", selectors.load_shipped("status-quo").settings()["engagement"])
    assert here().now.changes == (one,)  # the slider's way back leaves the timeline alone
    actions.drop_change(one.date, one.name)
    assert here().now.is_baseline
    assert date.fromisoformat(one.date).weekday() == 0


def test_advanced_mode_is_kept_and_is_no_step(here):
    actions.show_advanced(True)
    actions.move_lever("launch_posture", 0.9)
    assert here().now.advanced
    assert here().undo().now == FEW.with_advanced(True)


def test_a_replay_ends_with_the_next_move(here):
    actions.move_lever("hotline", 1.0)
    actions.replay.value = "before"
    actions.move_lever("hotline", 0.8)
    assert actions.replay.value == ""


def test_every_setting_stands_in_a_group_of_the_page():
    grouped = [name for names in messages.levers.GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(SETTINGS)
