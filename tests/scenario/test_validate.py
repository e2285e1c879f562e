"""Every problem of a scenario comes at once, with its key and its cure."""

from __future__ import annotations

import math
import pickle
from datetime import date, timedelta

import numpy as np
import pytest
from some_scenarios import START, change, scenario

from scenario_sim.errors import ScenarioError, UnknownNameError
from scenario_sim.scenario import MOST_WEEKS, Scenario


def problems(**said) -> dict[str, str]:
    """What is wrong, by key."""
    with pytest.raises(ScenarioError) as caught:
        scenario(**said)
    return {problem.key: problem.text for problem in caught.value.problems}


# --- misspelt and misplaced ----------------------------------------------------------------------


def test_a_misspelt_lever_is_answered_with_the_right_spelling():
    found = problems(levers={"exercise_scal": 1})
    assert "did you mean `exercise_scale`?" in found["levers.exercise_scal"]


def test_a_misspelt_lever_in_a_change_is_answered_and_not_accused_twice():
    found = problems(changes=[change(hotlin=1)])
    assert found.keys() == {"changes[0].hotlin"}
    assert "`hotline`" in found["changes[0].hotlin"]


def test_a_lever_known_by_its_symbol_in_the_literature_is_answered_with_its_public_name():
    assert "did you mean `us_threats`?" in problems(levers={"hawk": 0.3})["levers.hawk"]


@pytest.mark.parametrize(
    ("said", "key", "answer"),
    [
        ({"hotline": 1}, "hotline", "put it under [levers]"),
        ({"levers": {"tension": 4}}, "levers.tension", "put it under [conditions]"),
        ({"levers": {"money_elasticity": 0}}, "levers.money_elasticity", "under [hypotheses]"),
        ({"levers": {"winter_lul": 0}}, "levers.winter_lul", "`winter_lull`, under [circ"),
        ({"levers": {"weeks": 4}}, "levers.weeks", "at the top, before the first table"),
        ({"statement_base": -1}, "statement_base", "put it under [parameters]"),
        ({"changes": [change(tension=4)]}, "changes[0].tension", "[[shocks]] move it"),
        (
            {"changes": [change(levers={"hotline": 1})]},
            "changes[0].levers",
            "a change names its levers itself",
        ),
        ({"zzz": 4}, "zzz", "is no key of a scenario"),
    ],
)
def test_a_key_in_the_wrong_place_is_told_its_right_one(said, key, answer):
    assert answer in problems(**said)[key]


@pytest.mark.parametrize(
    ("said", "key", "meant"),
    [
        ({"begins": "2026-9"}, "begins", "2026-09"),
        ({"replay": ["dprk"]}, "replay[0]", "DPRK"),
        ({"parameters": {"stament_base": 0}}, "parameters.stament_base", "statement_base"),
        (
            {"conditions": {"threat_perception": {"Japn": 0.5}}},
            "conditions.threat_perception.Japn",
            "Japan",
        ),
        (
            {"shocks": [change(condition="tensoin", amount=1)]},
            "shocks[0].condition",
            "tension",
        ),
        ({"acts": [change(state="Rusia", action="hold")]}, "acts[0].state", "Russia"),
        (
            {"acts": [change(state="DPRK", action="icbm_tests")]},
            "acts[0].action",
            "icbm_test",
        ),
        (
            {"acts": [change(state="USA", action="hold", channel="millitary")]},
            "acts[0].channel",
            "military",
        ),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(said, key, meant):
    assert f"did you mean `{meant}`?" in problems(**said)[key]


# --- types and ranges ----------------------------------------------------------------------------


@pytest.mark.parametrize("value", [7, -0.1, math.nan, math.inf, "high", True, None, 10**400, [1]])
def test_a_lever_takes_a_number_in_its_range_and_the_answer_says_the_range(value):
    assert (
        "takes a number from 0 to 1, not " in problems(levers={"hotline": value})["levers.hotline"]
    )


@pytest.mark.parametrize("value", [1, 1.0, np.float32(1), np.float64(1), np.int64(1)])
def test_any_real_number_will_do(value):
    assert scenario(levers={"hotline": value}) == scenario(levers={"hotline": 1})


@pytest.mark.parametrize("weeks", [0, -5, MOST_WEEKS + 1, 10**30, 52.0, "52", True])
def test_weeks_are_a_whole_number_from_1_to_1040(weeks):
    assert "takes a whole number from 1 to 1040" in problems(weeks=weeks)["weeks"]


@pytest.mark.parametrize("start", ["soon", 20260907, "2026-02-30", date(1, 1, 1), date.max])
def test_a_start_is_a_date_of_our_times(start):
    assert "from 1950-01-01 to 2100-12-31" in problems(start=start)["start"]


@pytest.mark.parametrize(
    ("said", "key", "wanted"),
    [
        ({"title": 3}, "title", "text in quotes"),
        ({"title": ""}, "title", "text of some length"),
        ({"question": "?" * 4001}, "question", "at most 4000 characters"),
        ({"levers": 3}, "levers", "a table"),
        ({"parameters": 3}, "parameters", "a table"),
        ({"changes": {"hotline": 1}}, "changes", "each of its tables begins with [[changes]]"),
        ({"changes": [3]}, "changes[0]", "a table"),
        ({"sources": "a book"}, "sources", "a list"),
        ({"conditions": {"talks_stage": 1.5}}, "conditions.talks_stage", "a whole number"),
        ({"conditions": {"war_chest": -1}}, "conditions.war_chest", "a number of at least 0"),
        ({"parameters": {"statement_base": 9}}, "parameters.statement_base", "from -2.2 to -0.2"),
    ],
)
def test_every_field_says_what_it_takes(said, key, wanted):
    assert wanted in problems(**said)[key]


def test_what_is_missing_is_named():
    with pytest.raises(ScenarioError, match="title: is missing; it takes text in quotes"):
        Scenario.model_validate({})
    assert problems(changes=[{"hotline": 1}]) == {
        "changes[0].date": "is missing; it takes a date such as 2026-09-07"
    }


# --- dates ---------------------------------------------------------------------------------------


def test_a_start_that_is_no_monday_is_offered_the_nearest_one():
    assert "2026-09-07 is the nearest" in problems(start=date(2026, 9, 9))["start"]
    assert "2026-09-14 is the nearest" in problems(start=date(2026, 9, 11))["start"]


@pytest.mark.parametrize(
    ("dated", "entry", "last"),
    [
        ("changes", {"hotline": 1}, date(2027, 8, 30)),  # a Monday: a change waits for one
        ("shocks", {"condition": "tension", "amount": 1}, date(2027, 9, 5)),
        ("acts", {"state": "DPRK", "action": "icbm_test"}, date(2027, 9, 5)),
    ],
)
def test_what_is_dated_lies_within_the_scenario(dated, entry, last):
    assert scenario(**{dated: [{"date": last, **entry}]})
    assert scenario(**{dated: [{"date": START, **entry}]})
    late = problems(**{dated: [{"date": last + timedelta(days=1), **entry}]})
    assert f"the last possible date is {last}" in late[f"{dated}[0].date"]
    early = problems(**{dated: [{"date": START - timedelta(days=1), **entry}]})
    assert "it starts on 2026-09-07" in early[f"{dated}[0].date"]


def test_dates_go_in_order():
    found = problems(changes=[change(9, hotline=1), change(3, hotline=0), change(12, hotline=1)])
    assert found.keys() == {"changes[1].date"}
    assert "comes after 2026-11-09" in found["changes[1].date"]


def test_one_date_too_late_does_not_accuse_those_that_follow():
    assert problems(changes=[change(900, hotline=1), change(3, hotline=0)]).keys() == {
        "changes[0].date"
    }


def test_dates_are_not_held_against_a_start_that_is_itself_wrong():
    assert problems(start="soon", changes=[change(900, hotline=1)]).keys() == {"start"}


# --- changes, shocks, acts -----------------------------------------------------------------------


def test_a_change_sets_something_and_a_lever_once_a_day():
    assert "sets nothing" in problems(changes=[change()])["changes[0]"]
    twice = problems(changes=[change(hotline=1), change(hotline=0)])
    assert "set twice on 2026-09-14" in twice["changes[1].hotline"]


def test_an_id_stands_once_over_changes_shocks_and_acts():
    found = problems(
        changes=[change(id="x", hotline=1)],
        shocks=[change(id="x", condition="tension", amount=1)],
    )
    assert found.keys() == {"shocks[0].id"}


@pytest.mark.parametrize(
    ("shock", "key", "answer"),
    [
        ({"condition": "threat_perception", "amount": 0.1}, "state", "is missing"),
        ({"condition": "threat_perception", "amount": 0.1, "state": "China"}, "state", "no threat"),
        ({"condition": "tension", "amount": 1, "state": "USA"}, "state", "belongs to no state"),
        ({"condition": "hotline", "amount": 1}, "condition", "[[changes]] set it"),
        ({"condition": "tension", "amount": 0}, "amount", "other than 0"),
        ({"condition": "tension", "amount": 8}, "amount", "from -7.99 to 7.99"),
        ({"condition": "talks_stage", "amount": 0.5}, "amount", "a whole number"),
    ],
)
def test_a_shock_moves_one_condition_within_its_range(shock, key, answer):
    assert answer in problems(shocks=[change(**shock)])[f"shocks[0].{key}"]


def test_a_shock_to_threat_perception_names_who_feels_it():
    assert scenario(shocks=[change(condition="threat_perception", amount=0.1, state="USA")])


@pytest.mark.parametrize(
    ("act", "key", "answer"),
    [
        ({"state": "USA", "action": "icbm_test"}, "action", "is an act of DPRK"),
        ({"state": "USA", "action": "hold"}, "channel", "exercise, military, economic, dip"),
        ({"state": "China", "action": "hold", "channel": "vote"}, "action", "china_veto"),
        (
            {"state": "USA", "action": "ultimatum", "channel": "economic"},
            "channel",
            "decided in military",
        ),
    ],
)
def test_a_forced_act_is_one_that_its_state_can_do_in_that_channel(act, key, answer):
    assert answer in problems(acts=[change(**act)])[f"acts[0].{key}"]


def test_a_state_acts_once_a_week_in_each_channel():
    acts = [
        change(state="DPRK", action="icbm_test"),
        change(state="USA", action="ultimatum"),
        change(state="DPRK", channel="provocation", action="hold")
        | {"date": START + timedelta(days=9)},
    ]
    found = problems(acts=acts)
    assert found.keys() == {"acts[2]"}
    assert "acts[0]" in found["acts[2]"]


def test_hold_says_in_which_channel():
    (problem,) = problems(acts=[change(state="DPRK", action="hold")]).values()
    assert "provocation, grey_zone" in problem
    held = scenario(acts=[change(state="DPRK", action="hold", channel="grey_zone")])
    assert held.decision(held.acts[0]) == (1, "DPRK", "grey_zone")


def test_a_replay_beyond_the_record_is_allowed():
    assert scenario(start=date(2090, 1, 2), replay=["DPRK"])


def test_states_that_cannot_be_read_are_a_problem_like_any_other(tmp_path):
    found = problems(states=str(tmp_path / "nowhere"), levers={"hotline": 7})
    assert found.keys() == {"states", "levers.hotline"}


# --- all at once ---------------------------------------------------------------------------------


def test_every_problem_comes_in_one_message_at_the_place_where_it_stands():
    found = problems(
        start=date(2026, 9, 8),
        levers={"hotline": 7},
        changes=[
            {"date": "never", "hotline": 1},
            change(900, hotline=1),
            change(hotlin=1),
            change(),
        ],
        acts=[{"state": "DPRK"}, change(state="USA", action="icbm_test")],
    )
    assert found.keys() == {
        "start", "levers.hotline", "changes[0].date", "changes[1].date", "changes[2].hotlin",
        "changes[3]", "acts[0].date", "acts[0].action", "acts[1].action",
    }  # fmt: skip


def test_thousands_of_problems_are_cut_short():
    with pytest.raises(ScenarioError) as caught:
        scenario(changes=[change(hotlin=1)] * 5000)
    assert len(caught.value.problems) == 51
    assert "and more" in caught.value.problems[-1].text


def test_an_error_travels_between_processes():
    for error in (ScenarioError([]), UnknownNameError("lever", "x", ["y"])):
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), again.__dict__) == (str(error), error.__dict__)


def test_json_is_answered_like_any_other_data():
    with pytest.raises(ScenarioError) as caught:
        Scenario.model_validate_json('{"title": "x", "start": "2026-09-08", "weeks": 0}')
    assert [problem.key for problem in caught.value.problems] == ["weeks", "start"]


@pytest.mark.parametrize("data", [None, 3, "text", [], {"changes": None}, {1: 2}])
def test_what_is_no_scenario_at_all_is_refused_kindly(data):
    with pytest.raises(ScenarioError):
        Scenario.model_validate(data)
