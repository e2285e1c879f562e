"""A world may do without a mechanism: named, hashed, round-tripped, and otherwise the same world."""

from __future__ import annotations

import numpy as np
import pytest
from some_scenarios import scenario

from scenario_sim import compare, load_scenario, simulate
from scenario_sim.data.states import MECHANISMS, load_cast
from scenario_sim.errors import ScenarioError
from scenario_sim.scenario.files import dump_scenario, read_scenario
from scenario_sim.simulation import ensemble

# With talks in it: without them there is no moratorium to lack.
QUO = load_scenario("status-quo").with_weeks(52).with_levers(engagement=1, negotiating_demand=0.3)


def test_every_mechanism_is_carried_by_terms_of_the_states():
    cast = load_cast()
    carried = {
        term.coefficient
        for state in cast.states
        for terms in (
            state.threat.terms if state.threat else (),
            *(a.terms for a in state.appraisal),
            *(a.utility for a in state.action),
        )
        for term in terms
    }
    for mechanism in MECHANISMS.values():
        assert mechanism.coefficients <= carried
    fears = {c for c in carried if c.endswith("_alarm")}
    assert MECHANISMS["spiral"].coefficients == fears


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_world_without_a_mechanism_is_another_world_on_the_same_luck(name):
    less = QUO.with_mechanisms_off(name)
    assert less.hash != QUO.hash
    assert read_scenario(dump_scenario(less).encode()).hash == less.hash
    with_, without = (simulate(s, 400, 3).outcomes["launch_days"] for s in (QUO, less))
    assert not with_.equals(without)
    assert np.corrcoef(with_, without)[0, 1] > 0.2


def test_without_self_excitation_fewer_tests_follow_each_other():
    less = QUO.with_mechanisms_off("self_excitation")
    with_, without = (simulate(s, 200, 3).outcomes["launch_days"] for s in (QUO, less))
    assert without.mean() < with_.mean() - 2


def test_without_the_exercise_effect_the_view_of_it_does_not_matter():
    def tests(world, sensitivity):
        return simulate(world.with_levers(exercise_sensitivity=sensitivity), 40, 3).outcomes[
            "launch_days"
        ]

    less = QUO.with_mechanisms_off("exercise_effect")
    assert tests(less, 0).equals(tests(less, 2))
    assert not tests(QUO, 0).equals(tests(QUO, 2))


def test_a_world_is_compared_with_one_that_lacks_a_mechanism():
    less, told = QUO.with_mechanisms_off("moratorium"), []
    pair = compare(QUO, less, 200, 3, progress=lambda *how_far: told.append(how_far))
    for side, found in ((QUO, pair.baseline), (less, pair.policy)):
        alone = simulate(side, 200, 3)
        assert found.scenario == side
        assert found.outcomes.equals(alone.outcomes)
        assert np.array_equal(found.weekly.table, alone.weekly.table)
    assert told == sorted(told) and told[-1] == (2 * 200 * QUO.weeks,) * 2
    assert pair.runs_changed["launch_days"] > 0


def test_worlds_of_other_lengths_are_not_compared_even_without_a_mechanism(monkeypatch):
    less = QUO.with_mechanisms_off("moratorium")
    with pytest.raises(ScenarioError, match="weeks: 26 here"):
        compare(QUO, less.with_weeks(26), 3)
    monkeypatch.setattr(ensemble, "MAX_WEEKLY_BYTES", 0)
    assert compare(QUO, less, 3).policy.recording is None


def test_order_and_repetition_say_nothing():
    one = QUO.with_mechanisms_off("spiral", "moratorium")
    other = QUO.with_mechanisms_off("moratorium").with_mechanisms_off("spiral", "spiral")
    assert one.hash == other.hash


def test_an_unknown_mechanism_is_refused_with_the_nearest_name():
    with pytest.raises(ScenarioError, match="did you mean `moratorium`"):
        scenario(without=["moratorum"])
