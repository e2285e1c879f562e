"""The weeks that decided a run: found by removing each act once."""

from __future__ import annotations

from itertools import pairwise

import pytest

from scenario_sim import load_scenario, replay
from scenario_sim.data.enums import Channel
from scenario_sim.simulation.key_moments import (
    MIN_TENSION_CHANGE,
    MIN_WEEKS_APART,
    find_key_moments,
)
from scenario_sim.simulation.single_run import simulate_run
from scenario_sim.simulation.what_if import without_act

WORLD = simulate_run(load_scenario("status-quo").with_weeks(52), 0, 3)


@pytest.fixture(scope="module")
def moments():
    return find_key_moments(WORLD)


def tension(scenario):
    return replay(scenario, 0, 3).weekly["tension"][:, 0].astype(float)


def test_a_key_moment_is_an_act_of_the_run_and_says_what_its_removal_does(moments):
    assert 1 <= len(moments) <= 2
    whole = tension(WORLD.scenario)
    for moment in moments:
        assert moment.act in WORLD.acts
        other = tension(without_act(WORLD.scenario, moment.act))
        assert moment.distance == pytest.approx(abs(other - whole).mean())
        since = moment.act.week
        assert moment.change == pytest.approx(other[since:].mean() - whole[since:].mean())
        assert (other[:since] == whole[:since]).all()  # what was before stays as it was


def test_no_act_far_from_them_matters_more(moments):
    least = min(moment.distance for moment in moments)
    weeks = [moment.act.week for moment in moments]
    whole = tension(WORLD.scenario)
    far = [
        act
        for act in WORLD.acts
        if act.channel != Channel.VOTE and all(abs(act.week - w) >= MIN_WEEKS_APART for w in weeks)
    ]
    for act in far[::5]:
        assert abs(tension(without_act(WORLD.scenario, act)) - whole).mean() <= least


def test_moments_are_apart_and_in_order(moments):
    weeks = [moment.act.week for moment in moments]
    assert weeks == sorted(weeks)
    assert all(b - a >= MIN_WEEKS_APART for a, b in pairwise(weeks))
    assert all(moment.distance >= MIN_TENSION_CHANGE for moment in moments)


def test_the_search_can_be_stopped():
    class Stop(Exception):
        pass

    def stop(done, total):
        if done == 2:
            raise Stop

    with pytest.raises(Stop):
        find_key_moments(WORLD, progress=stop)
