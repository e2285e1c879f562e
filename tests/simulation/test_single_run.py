"""One world kept whole: its weeks, its acts, and why each was chosen."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.special import softmax
from some_scenarios import scenarios

from scenario_sim import EscalationModel, Scenario, load_scenario, replay
from scenario_sim.data.enums import Channel, Family
from scenario_sim.data.states import HOLD
from scenario_sim.errors import ScenarioError
from scenario_sim.model.choice import Deliberation
from scenario_sim.model.introspection import equations_for
from scenario_sim.model.week_inputs import WeekInputs
from scenario_sim.reporting.narrative import explain_choice
from scenario_sim.simulation.single_run import simulate_run
from scenario_sim.simulation.what_if import what_if

HISTORY = Scenario(title="The record", start="2016-01-04", weeks=100, begins="2013-01",
                   replay=["DPRK", "USA"])  # fmt: skip
WORLDS = {
    "status quo": load_scenario("status-quo"),
    "the record": HISTORY,
    "a lever moves": load_scenario("status-quo").with_weeks(60).with_change(week=30, engagement=1),
    "a coefficient": load_scenario("status-quo").with_weeks(30).with_parameters(alarm_rate=0.25),
}


@pytest.fixture(scope="module", params=WORLDS)
def world(request):
    return simulate_run(WORLDS[request.param], seed=2, run=7)


# --- what happened --------------------------------------------------------------------------------


def test_it_is_the_run_that_an_ensemble_holds_bit_for_bit(world):
    alone = replay(world.scenario, seed=2, run=7)
    assert world.recording.table.tobytes() == alone.weekly.table.tobytes()
    assert world.recording.acts.tobytes() == alone.weekly.acts.tobytes()
    row = alone.outcomes.iloc[0]
    for name, value in world.outcomes.items():
        assert value == row[name] or (value is None and row[name] != row[name])


def test_each_run_of_a_counterfactual_is_what_it_is_alone():
    other = WORLDS["status quo"].with_levers(exercise_scale=0.1)
    pair = what_if(WORLDS["status quo"], other, seed=2, run=7)
    for found, scenario in ((pair.before, WORLDS["status quo"]), (pair.after, other)):
        alone = simulate_run(scenario, seed=2, run=7)
        assert found.recording.table.tobytes() == alone.recording.table.tobytes()
        assert found.acts == alone.acts
        week = alone.acts[-1].week
        assert explain_choice(found, found.acts_in(week)[0]) == explain_choice(
            alone, alone.acts_in(week)[0]
        )


def test_the_weeks_hold_every_act_once_and_nothing_else(world):
    names = (HOLD, *world.scenario.cast.actions)
    recorded = {
        (int(week), world.scenario.cast.channels[n][0], names[world.recording.acts[n, week, 0]])
        for n, week in np.argwhere(world.recording.acts[:, :, 0] > 0)
    }
    shown = [act for frame in world.frames() for act in frame.acts]
    assert {act.key for act in shown} == recorded
    assert len(shown) == len(recorded)
    assert shown == list(world.acts)


def test_a_week_shows_what_was_recorded(world):
    began = world.scenario.start_conditions()["tension"]
    for frame in world.frames():
        before = world.recording["tension"][frame.week - 1, 0] if frame.week else began
        assert frame.tension[0] == pytest.approx(before)
        assert frame.rung == int(frame.tension[1])
        assert (frame.date - world.scenario.start).days == 7 * frame.week
        assert all(act.date == frame.date for act in frame.acts)
        assert {act.channel for act in frame.acts if act.state in frame.votes} >= (
            {Channel.VOTE} if frame.votes else set()
        )
        assert (frame.passed or frame.vetoed) == bool(frame.votes)
        assert all(act.family == Family.EXERCISE for act in frame.drills)
        assert all(0 <= threat <= 1 for threat in frame.threats.values())


def test_an_act_is_aimed_at_another_state_of_the_world(world):
    for act in world.acts:
        assert act.target in world.scenario.cast.codes
        assert act.target != act.state


def test_a_target_that_is_not_of_this_world_is_the_leading_ally(tmp_path):
    from importlib.resources import files

    for file in files("scenario_sim.data.states").iterdir():
        if file.name.endswith(".toml") and file.name not in ("rok.toml", "japan.toml"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    alone = simulate_run(Scenario(title="Two allies fewer", weeks=80, states=str(tmp_path)))
    aimed = {act.target for act in alone.acts if act.action in ("short_range_test", "grey_zone")}
    assert aimed == {"USA"}


def test_acts_of_the_record_are_known_as_such():
    world = simulate_run(HISTORY)
    forced = {act.action for act in world.acts if act.forced}
    assert {"nuclear_test", "icbm_test", "joint_exercise"} <= forced
    assert {act.state for act in world.acts if act.forced} <= {"DPRK", "USA"}
    assert not any(act.forced for act in simulate_run(WORLDS["status quo"]).acts)


def test_an_act_is_found_by_week_and_state(world):
    for act in world.acts:
        assert world.act(*act.key) == act


@pytest.mark.parametrize(
    ("asked", "cure"),
    [
        ((500, "DPRK"), "from 0 to 103, not 500"),
        ((-1, "DPRK"), "from 0 to 103, not -1"),
        ((3, "DPKR"), "did you mean `DPRK`?"),
        ((3, "Russia"), "Russia did nothing in week 3; the nearest weeks in which it acted: "),
        ((None, "DPRK", "nuclear_test"), "DPRK did this in week {week}: "),
    ],
    ids=str,
)
def test_an_act_that_is_not_there_is_refused_with_a_cure(asked, cure):
    world = simulate_run(WORLDS["status quo"])
    first = next(act.week for act in world.acts if act.state == "DPRK")
    week, *rest = asked
    with pytest.raises(ScenarioError) as error:
        world.act(first if week is None else week, *rest)
    assert cure.format(week=first) in str(error.value)


# --- why --------------------------------------------------------------------------------------------


def test_chances_are_those_the_states_decided_by(world):
    """Asked afterwards, all weeks as one vector, they are the logit of the utilities that the Mesa
    model works out in the very week."""
    model = EscalationModel(world.scenario, [7], rng=2)
    for week in range(model.weeks):
        model.deliberate()
        deliberation = Deliberation(model.cast, model.board, vars(model.parameters))
        utility = (deliberation.utilities() + WeekInputs(world.scenario).week(week).bar)[:, 0]
        for state, channel in model.cast.channels:
            alternatives = [
                n
                for n, alternative in enumerate(model.cast.alternatives)
                if (alternative.state, alternative.channel) == (state, channel)
            ]
            then = dict(
                zip(
                    (model.cast.alternatives[n].id for n in alternatives),
                    softmax(utility[alternatives]),
                    strict=True,
                )
            )
            assert world.decisions.chances(week, state, channel) == pytest.approx(then, abs=1e-11)
        model.settle()


def test_reasons_add_up_to_the_odds_of_the_act(world):
    told = 0
    for act in world.acts:
        reason = explain_choice(world, act)
        other = reason.chances.get(reason.against, 0)
        if reason.chance > 0 and other > 0:
            odds = math.log(reason.chance / other)
            assert sum(r.weight for r in reason.reasons) == pytest.approx(odds, abs=1e-9)
            told += 1
    assert told > 20


def test_an_act_may_be_set_apart_from_any_other_choice():
    world = simulate_run(WORLDS["status quo"], run=3)
    act = next(act for act in world.acts if act.action == "short_range_test")
    from_hold, from_more = explain_choice(world, act), explain_choice(world, act, "regional_test")
    assert from_hold.against == HOLD and from_more.against == "regional_test"
    gap = math.log(from_more.chances["regional_test"] / from_more.chances[HOLD])
    sums = [sum(r.weight for r in reason.reasons) for reason in (from_hold, from_more)]
    assert sums[0] - sums[1] == pytest.approx(gap)
    with pytest.raises(ScenarioError, match="is no other choice"):
        explain_choice(world, act, "china_veto")


def test_a_vote_is_set_apart_from_the_likeliest_other_one(world):
    votes = [act for act in world.acts if act.channel == Channel.VOTE]
    for act in votes:
        reason = explain_choice(world, act)
        others = {a: p for a, p in reason.chances.items() if a != act.action}
        assert reason.against == max(others, key=others.get)


def test_the_strongest_reason_is_named_first_and_faint_ones_are_not_named(world):
    for act in world.acts:
        reason = explain_choice(world, act)
        strengths = [abs(r.weight) for r in reason.reasons]
        assert strengths == sorted(strengths, reverse=True)
        if reason.forced:
            assert reason.sentence.startswith("There was no choice")
        elif reason.pros:
            said = reason.sentence.split("). ", 1)[1]
            assert said.lower().startswith(reason.pros[0].words.lower())


def test_the_numbers_behind_a_reason_make_its_weight(world):
    values = {n: p.default for n, p in world.scenario.cast.parameters.items()}
    values |= world.scenario.parameters
    checked = 0
    for act in world.acts[:60]:
        action = world.scenario.cast.actions[act.action][1]
        direct = {(t.coefficient, t.quantity.removeprefix("own_")) for t in action.utility}
        for reason in explain_choice(world, act).reasons:
            assert reason.weight == pytest.approx(sum(s.weight for s in reason.sources))
            for source in reason.sources:
                if (source.coefficient, source.quantity.rpartition(".")[2]) in direct:
                    assert source.weight == pytest.approx(values[source.coefficient] * source.value)
                    checked += 1
    assert checked > 20


def test_what_is_weighed_leads_to_its_equations():
    assert {e.rule for e in equations_for("pain")} == {"income"}
    assert {e.rule for e in equations_for("DPRK.threat")} == {"threat_perception"}
    assert equations_for("hotline") == ()
    world = simulate_run(WORLDS["status quo"], run=3)
    test = next(act for act in world.acts if act.action == "short_range_test")
    found = {e.makes for reason in explain_choice(world, test).reasons for e in reason.equations}
    assert "regional_readiness" in found or "money_for_tests" in found


@settings(max_examples=12, deadline=None)
@given(scenarios)
def test_any_world_can_be_played_and_asked(scenario):
    world = simulate_run(scenario, seed=1, run=2)
    for act in world.acts:
        reason = explain_choice(world, act)
        assert sum(reason.chances.values()) == pytest.approx(1)
        assert 0 <= reason.chance <= 1
        assert bool(reason.forced) == act.forced
        assert reason.sentence.endswith(".") and "nan" not in reason.sentence
