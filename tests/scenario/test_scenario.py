"""A scenario never changes, gives new ones, and has one hash for one world."""

from __future__ import annotations

import copy
import math
import pickle
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from some_scenarios import START, change, scenario, scenarios

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.states import loader as shipped_states
from scenario_sim.errors import ScenarioError, UnknownNameError
from scenario_sim.scenario import Scenario

# --- new scenarios from old ----------------------------------------------------------------------


def test_with_levers_sets_throughout_and_drops_later_changes_of_that_lever():
    old = scenario(changes=[change(3, hotline=1), change(5, hotline=0, engagement=1)])
    new = old.with_levers(hotline=0.5, money_elasticity=0)
    assert (new.levers.hotline, new.hypotheses.money_elasticity) == (0.5, 0)
    assert [c.settings() for c in new.changes] == [{"engagement": 1}]
    assert old.levers.hotline == SETTINGS["hotline"].default and len(old.changes) == 2


def test_with_change_adds_one_in_order_by_week_or_by_date():
    old = scenario(changes=[change(30, hotline=1)])
    by_week = old.with_change(week=3, engagement=1)
    assert [c.date for c in by_week.changes] == [date(2026, 9, 28), date(2027, 4, 5)]
    assert by_week == old.with_change(date=date(2026, 9, 28), engagement=1)
    assert by_week == old.with_change(date="2026-09-28", engagement=1)


def test_with_change_has_the_last_word_on_its_day():
    old = scenario(changes=[change(3, hotline=1, engagement=1), change(4, hotline=0.5)])
    new = old.with_change(week=3, hotline=0)
    assert new.steps()["hotline"] == [(0, 0.1), (3, 0.0), (4, 0.5)]
    assert new.steps()["engagement"] == [(0, 0.5), (3, 1.0)]


def test_with_act_replaces_what_was_forced_in_that_week_and_channel():
    old = scenario(acts=[change(3, state="DPRK", action="icbm_test")])
    new = old.with_act(week=3, state="DPRK", channel="provocation", action="hold")
    assert [act.action for act in new.acts] == ["hold"]
    both = old.with_act(week=1, state="USA", action="hold", channel="military")
    assert [act.state for act in both.acts] == ["USA", "DPRK"]


def test_with_weeks_drops_what_comes_after_the_new_end():
    old = scenario(
        changes=[change(3, hotline=1), change(30, hotline=0)],
        acts=[change(9, state="DPRK", action="icbm_test")],
    )
    new = old.with_weeks(10)
    assert (new.weeks, len(new.changes), len(new.acts)) == (10, 1, 1)
    assert old.with_weeks(200).changes == old.changes


@pytest.mark.parametrize(
    "verb",
    [
        lambda s: s.with_levers(exercise_scal=1),
        lambda s: s.with_change(week=3, exercise_scal=1),
    ],
)
def test_a_lever_nobody_knows_is_answered_with_the_nearest(verb):
    with pytest.raises(UnknownNameError, match="did you mean `exercise_scale`"):
        verb(scenario())


@pytest.mark.parametrize(
    "verb",
    [
        lambda s: s.with_levers(hotline=7),
        lambda s: s.with_change(week=3, hotline=math.nan),
        lambda s: s.with_change(week=3),
        lambda s: s.with_change(hotline=1),
        lambda s: s.with_change(week=3, date=START, hotline=1),
        lambda s: s.with_change(week=52, hotline=1),
        lambda s: s.with_change(week=-1, hotline=1),
        lambda s: s.with_change(week=10**12, hotline=1),
        lambda s: s.with_change(week=0.5, hotline=1),
        lambda s: s.with_change(date="soon", hotline=1),
        lambda s: s.with_act(week=3, state="DPRK", action="dance"),
        lambda s: s.with_act(week=99, state="DPRK", action="icbm_test"),
        lambda s: s.with_weeks(0),
        lambda s: s.with_weeks(10**12),
        lambda s: s.with_weeks("ten"),
    ],
)
def test_what_cannot_be_done_is_an_error_with_a_message(verb):
    with pytest.raises(ScenarioError):
        verb(scenario())


def test_a_scenario_is_frozen_to_its_leaves():
    fixed = scenario(parameters={"statement_base": -1})
    for act in (
        lambda: setattr(fixed, "weeks", 3),
        lambda: setattr(fixed.levers, "hotline", 1),
        lambda: fixed.parameters.update(statement_base=-2),
        lambda: fixed.parameters.__setitem__("statement_base", -2),
        lambda: scenario().conditions.threat_perception.__setitem__("USA", 1),
    ):
        with pytest.raises((TypeError, ValueError)):
            act()


@given(scenarios)
def test_plain_data_json_a_pickle_and_a_copy_all_build_the_same_scenario(scenario):
    for again in (
        Scenario.model_validate(scenario.as_dict()),
        Scenario.model_validate_json(scenario.model_dump_json()),
        pickle.loads(pickle.dumps(scenario)),
        copy.deepcopy(scenario),
    ):
        assert again == scenario
        assert hash(again) == hash(scenario)


# --- steps and hash ------------------------------------------------------------------------------


def test_a_change_acts_in_the_first_week_that_starts_on_or_after_its_date():
    for day, week in ((7, 1), (8, 2), (13, 2), (14, 2), (15, 3)):
        moved = scenario(changes=[{"date": START + timedelta(days=day), "hotline": 1}])
        assert moved.steps()["hotline"] == [(0, 0.1), (week, 1.0)]


def test_a_title_does_not_change_the_hash_a_lever_does():
    plain = scenario()
    words = {"title": "other", "question": "?", "teaches": "-", "name": "n", "number": "S1"}
    seeds = [{"id": "typical", "seed": 1, "run": 2}]
    assert scenario(**words, sources=["a"], lecture_seeds=seeds).hash == plain.hash
    assert plain.with_levers(hotline=0.2).hash != plain.hash


@pytest.mark.parametrize(
    "said",
    [
        {"levers": {"hotline": 0.2}},
        {"hypotheses": {"war_risk_anchor": 2}},
        {"circumstances": {"winter_lull": 1}},
        {"weeks": 53},
        {"start": date(2026, 9, 14)},
        {"begins": "2017-01"},
        {"conditions": {"tension": 4}},
        {"conditions": {"threat_perception": {"USA": 0.1}}},
        {"parameters": {"statement_base": -1}},
        {"replay": ["DPRK"]},
        {"changes": [change(hotline=1)]},
        {"shocks": [change(condition="tension", amount=1)]},
        {"acts": [change(state="DPRK", action="icbm_test")]},
    ],
)
def test_all_that_moves_the_dynamics_changes_the_hash(said):
    assert scenario(**said).hash != scenario().hash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"levers": {"hotline": 0.1}, "begins": "2026-09", "conditions": {"tension": 3.8}}),
        ({}, {"parameters": {"statement_base": -1.2}}),
        ({}, {"changes": [change(hotline=0.1)]}),
        ({"levers": {"hotline": 1}}, {"changes": [change(0, hotline=1)]}),
        ({"levers": {"rok_government": 0.0}}, {"levers": {"rok_government": -0.0}}),
        ({"replay": ["DPRK", "USA"]}, {"replay": ["USA", "DPRK", "USA"]}),
        (
            {"changes": [change(1, hotline=1), change(1, engagement=1)]},
            {"changes": [change(1, id="both", engagement=1, hotline=1)]},
        ),
        (  # both wait for the Monday
            {"changes": [{"date": "2026-09-08", "hotline": 1}]},
            {"changes": [{"date": "2026-09-14", "hotline": 1, "note": "-"}]},
        ),
        (
            {"acts": [change(state="DPRK", action="icbm_test")]},
            {"acts": [change(state="DPRK", action="icbm_test", channel="provocation")]},
        ),
    ],
)
def test_two_spellings_of_the_same_world_have_one_hash(one, other):
    assert scenario(**one).hash == scenario(**other).hash


def test_a_copy_of_the_shipped_states_is_the_same_world(tmp_path):
    for file in shipped_states.SHIPPED_FOLDER.iterdir():
        if file.name.endswith(".toml") and file.name != "starts.toml":
            text = "# copied\n" + file.read_text("utf-8")
            (tmp_path / file.name).write_text(text, "utf-8")
    assert scenario(states=str(tmp_path)).hash == scenario().hash


@given(scenarios, st.sampled_from(sorted(SETTINGS)), st.integers(0, 59))
def test_a_change_leaves_the_weeks_before_it_alone(scenario, lever, week):
    week = min(week, scenario.weeks - 1)
    changed = scenario.with_change(week=week, **{lever: SETTINGS[lever].high})
    before = {n: [s for s in steps if s[0] < week] for n, steps in scenario.steps().items()}
    after = {n: [s for s in steps if s[0] < week] for n, steps in changed.steps().items()}
    assert before == after
