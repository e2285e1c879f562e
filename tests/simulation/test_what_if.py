"""What if it had not happened: the same luck, one act less."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenario_sim import load_scenario, replay, simulate
from scenario_sim.data.enums import Channel
from scenario_sim.errors import ScenarioError, UnknownNameError
from scenario_sim.formatting import format_signed
from scenario_sim.simulation.single_run import make_act, simulate_run
from scenario_sim.simulation.what_if import (
    MIN_VISIBLE_DIFFERENCE,
    Counterfactual,
    estimate_effect,
    estimate_effect_where_chosen,
    what_if,
    with_act_forced,
    with_act_replaced,
    without_act,
)

QUO = load_scenario("status-quo").with_weeks(70)
RECORD = load_scenario("fire-and-fury-2017")


def first(world, action: str):
    return next(act for act in world.acts if act.action == action)


@pytest.fixture(scope="module")
def world():
    return simulate_run(QUO, seed=0, run=3)


@pytest.fixture(scope="module")
def parting(world):
    return what_if(QUO, without_act(QUO, first(world, "regional_test")), seed=0, run=3)


# --- one world --------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_any_act_taken_away_is_gone_and_the_weeks_before_it_stay_bit_for_bit(data):
    run = data.draw(st.integers(0, 3))
    acts = [act for act in simulate_run(QUO, run=run).acts if act.channel != Channel.VOTE]
    act = data.draw(st.sampled_from(acts))
    pair = what_if(QUO, without_act(QUO, act), run=run)
    assert pair.week == act.week
    before, after = (w.recording for w in (pair.before, pair.after))
    assert before.table[:, : act.week].tobytes() == after.table[:, : act.week].tobytes()
    assert before.acts[:, : act.week].tobytes() == after.acts[:, : act.week].tobytes()
    assert pair.lost[0].week == act.week and act in pair.lost
    assert act.key not in {other.key for other in pair.after.acts}


def test_the_other_future_is_the_one_that_the_scenario_has_alone(world, parting):
    other = without_act(QUO, first(world, "regional_test"))
    alone = replay(other, seed=0, run=3)
    assert parting.after.recording.table.tobytes() == alone.weekly.table.tobytes()


def test_acts_that_changed_hands_are_what_the_two_worlds_differ_by():
    test = make_act(QUO, 20, "nuclear_test")
    parting = what_if(with_act_forced(QUO, test), without_act(QUO, test), run=3)
    before, after = ({act.key for act in world.acts} for world in (parting.before, parting.after))
    assert {act.key for act in parting.lost} == before - after
    assert {act.key for act in parting.gained} == after - before
    assert len(parting.lost) > 1 and parting.gained, "this test came to nothing: show another one"
    assert f"{len(parting.lost)} acts of the first world no longer happen" in parting.sentence
    assert f"{len(parting.gained)} act" in parting.sentence


@pytest.mark.parametrize(
    ("lost", "gained", "said"),
    [
        (0, 1, "every act of the first world happens in the second, and 1 act happens only there"),
        (
            1,
            0,
            "1 act of the first world no longer happens in the second, and none happens only there",
        ),
        (
            2,
            3,
            "2 acts of the first world no longer happen in the second, and 3 acts happen only there",
        ),
    ],
)
def test_none_one_and_many_acts_are_told_apart(parting, lost, gained, said):
    acts = parting.before.acts
    pair = Counterfactual(parting.before, parting.after)
    pair.__dict__.update(lost=acts[:lost], gained=acts[:gained])
    assert said in pair.sentence


def test_another_act_may_stand_in_its_place(world):
    act = first(world, "regional_test")
    pair = what_if(QUO, with_act_replaced(QUO, act, "short_range_test"), run=3)
    assert act in pair.lost
    assert (act.week, "DPRK", "short_range_test") in {a.key for a in pair.gained}
    forced = pair.after.act(act.week, "DPRK")
    assert forced.forced and forced.action == "short_range_test"


def test_forcing_what_was_chosen_anyway_changes_nothing(world):
    pair = what_if(QUO, with_act_forced(QUO, first(world, "regional_test")), run=3)
    assert pair.week is None and not pair.lost and not pair.gained
    assert "Nothing changes" in pair.sentence


def test_an_act_of_the_record_can_be_taken_away():
    world = simulate_run(RECORD, run=0)
    act = next(act for act in world.acts if act.forced and act.action == "icbm_test")
    pair = what_if(RECORD, without_act(RECORD, act), run=0)
    assert pair.week == act.week and act in pair.lost


def test_nobody_holds_still_in_a_vote():
    vote = next(
        act
        for run in range(20)
        for act in simulate_run(QUO, run=run).acts
        if act.channel == Channel.VOTE and act.state == "China"
    )
    with pytest.raises(ScenarioError, match="a vote has no `hold`"):
        without_act(QUO, vote)
    assert with_act_replaced(QUO, vote, "china_yes").acts[0].action == "china_yes"


def test_what_no_state_can_do_instead_is_refused(world):
    act = first(world, "regional_test")
    for other in ("joint_exercise", "regional_tset"):
        with pytest.raises(ScenarioError):
            with_act_replaced(QUO, act, other)
    drill = make_act(QUO, 30, "deploy_assets")
    with pytest.raises(ScenarioError, match="is decided in economic"):
        with_act_replaced(QUO, drill, "us_designate")


# --- the ensemble ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nuclear():
    """A nuclear test in week 20 of 200 runs, against none."""
    return estimate_effect(QUO, make_act(QUO, 20, "nuclear_test"), runs=200)


def test_in_every_run_the_act_is_done_on_one_side_and_not_on_the_other(nuclear):
    cast = QUO.cast
    code = 1 + list(cast.actions).index("nuclear_test")
    place = cast.channels.index(("DPRK", "provocation"))
    sides = (nuclear.comparison.baseline, nuclear.comparison.policy)
    done, held = (side.weekly.acts[place, 20] for side in sides)
    assert (done == code).all() and (held == 0).all()


def test_the_weeks_before_are_equal_and_tension_after_a_nuclear_test_is_higher(nuclear):
    assert nuclear.at(19).same == 1 and nuclear.at(19).difference == 0
    soon = nuclear.at(21)
    assert soon.lower == 1 and soon.difference < -0.5 and soon.interval[1] < 0


def test_shares_add_up_and_the_error_is_that_of_the_paired_difference(nuclear):
    for week in (25, 45, 69):
        shift = nuclear.at(week)
        assert shift.lower + shift.higher + shift.same == pytest.approx(1)
        sides = (nuclear.comparison.baseline, nuclear.comparison.policy)
        gap = np.subtract(*(s.weekly["tension"][week].astype(float) for s in reversed(sides)))
        assert shift.difference == pytest.approx(gap.mean())
        assert shift.lower == pytest.approx((gap <= -MIN_VISIBLE_DIFFERENCE).mean())
        assert shift.error == pytest.approx(gap.std(ddof=1) / math.sqrt(200))
        told = nuclear.sentence(week)
        lower, higher = gap <= -MIN_VISIBLE_DIFFERENCE, gap >= MIN_VISIBLE_DIFFERENCE
        assert f"is lower in {lower.sum()} of 200 futures, higher in {higher.sum()} and" in told
        assert f"{format_signed(gap.mean(), 2)} rungs" in told


def test_the_effect_is_that_of_each_pair_of_worlds(nuclear):
    act = make_act(QUO, 20, "nuclear_test")
    pair = what_if(with_act_forced(QUO, act), without_act(QUO, act), run=17)
    gap = pair.after.value("tension", 40) - pair.before.value("tension", 40)
    alone = estimate_effect(QUO, act, runs=[17]).at(40)
    assert alone.difference == pytest.approx(gap)
    assert math.isnan(alone.error)


def test_where_it_was_chosen_the_runs_stand_as_they_came():
    baseline = simulate(QUO, 150)
    act = make_act(QUO, 12, "short_range_test")
    found = estimate_effect_where_chosen(baseline, act)
    runs = found.comparison.baseline.runs
    chosen = [
        r for r in range(150) if act.key in {a.key for a in simulate_run(QUO, run=r).acts_in(12)}
    ]
    assert runs.tolist() == chosen and 5 < len(chosen) < 150
    same, _ = found.comparison.baseline, found.comparison.policy
    assert same.weekly.table.tobytes() == simulate(QUO, chosen).weekly.table.tobytes()
    assert same.outcomes.index.tolist() == chosen
    forced = simulate(with_act_forced(QUO, act), chosen)
    assert forced.weekly.table.tobytes() == same.weekly.table.tobytes()
    assert found.at(11).same == 1 and found.at(12).lower > 0.9
    assert (
        estimate_effect_where_chosen(simulate(QUO, 2), make_act(QUO, 0, "limited_attack")) is None
    )


def test_a_week_or_a_quantity_that_is_not_there_is_refused(nuclear):
    with pytest.raises(ScenarioError, match="from 0 to 69, not 70"):
        nuclear.at(70)
    with pytest.raises(UnknownNameError, match="did you mean `tension`"):
        nuclear.at(20, "tensoin")
    assert nuclear.at(69, "icbm_stock").quantity == "icbm_stock"
