"""A world may do without a mechanism: named, hashed, round-tripped, and otherwise the same world."""

from __future__ import annotations

import numpy as np
import pytest
from some_scenarios import scenario

from scenario_sim import load_scenario, simulate
from scenario_sim.errors import ScenarioError
from scenario_sim.scenario_file import dump_scenario, read_scenario
from scenario_sim.states import MECHANISMS, load_cast

QUO = load_scenario("status-quo").with_weeks(52)


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
    with_, without = (simulate(s, 60, 3).outcomes["launch_days"] for s in (QUO, less))
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


def test_order_and_repetition_say_nothing():
    one = QUO.with_mechanisms_off("spiral", "moratorium")
    other = QUO.with_mechanisms_off("moratorium").with_mechanisms_off("spiral", "spiral")
    assert one.hash == other.hash


def test_an_unknown_mechanism_is_refused_with_the_nearest_name():
    with pytest.raises(ScenarioError, match="did you mean `moratorium`"):
        scenario(without=["moratorum"])
