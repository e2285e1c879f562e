"""Claims about weapons that have names: new designs, satellites, and one thing for each act."""

from __future__ import annotations

import numpy as np
import pytest

from scenario_sim.data.enums import DESIGN_TYPES, SATELLITE_LAUNCHER
from scenario_sim.reporting.narrative import narrate_run
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import load_scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.single_run import simulate_run

RUNS, WEEKS = 400, 260


@pytest.fixture(scope="module")
def quo():
    return simulate(load_scenario("status-quo").with_weeks(WEEKS), RUNS)


def _designs(**settings) -> float:
    """Return new designs that arrive in five years, in the mean over runs."""
    scenario = load_scenario("status-quo").with_weeks(WEEKS).with_levers(**settings)
    return float(_arrivals(simulate(scenario, RUNS).weekly).sum() / RUNS)


def _arrivals(weekly) -> np.ndarray:
    designs = np.array([weekly["regional_design"], weekly["long_range_design"]])
    return np.diff(designs, axis=1) != 0


def test_drive_and_russian_technology_bring_more_designs():
    usual = _designs()
    assert _designs(programme_drive=0.5) < 0.7 * usual
    assert _designs(russia_need=0) < 0.95 * usual


def test_without_new_designs_nothing_learnt_becomes_obsolete():
    scenario = load_scenario("status-quo").with_weeks(WEEKS).with_levers(design_pace=0)
    weekly = simulate(scenario, 50).weekly
    for name in ("regional_older", "long_range_older"):
        assert np.ptp(weekly[name]) == 0
    assert not weekly["new_weapon"].any()


def test_a_new_design_fails_more_often_and_brings_a_burst_of_tests():
    quo = load_scenario("status-quo")
    for action, older, reliability in (
        ("icbm_test", "long_range_older", "icbm_reliability"),
        ("regional_test", "regional_older", "regional_reliability"),
    ):
        shock = {"date": quo.start, "condition": older, "amount": 20}
        fresh = Scenario.model_validate(quo.as_dict() | {"name": "", "shocks": [shock]})
        usual, new = (simulate(one, 1000).weekly for one in (quo, fresh))
        assert new[reliability][0].mean() < usual[reliability][0].mean() - 0.03
        first, last = (
            [world.did(action)[weeks].sum(axis=0).mean() for world in (usual, new)]
            for weeks in (slice(0, 26), slice(78, 104))
        )
        assert first[1] > 1.1 * first[0]
        assert last[1] / last[0] < 0.95 * first[1] / first[0]


def test_missiles_in_the_field_do_not_forget_when_a_new_design_arrives(quo):
    arrives = np.diff(quo.weekly["long_range_design"], axis=0) != 0
    change = np.diff(quo.weekly["raw_reach"], axis=0)
    assert change[arrives].min() > -1e-6


def test_a_new_type_differs_from_the_last_and_is_one_of_the_known(quo):
    for name in ("regional_design", "long_range_design"):
        assert set(np.unique(quo.weekly[name])) == set(range(DESIGN_TYPES))


def test_a_satellite_is_no_icbm_test(quo):
    outcomes, weekly = quo.outcomes, quo.weekly
    launches = weekly.did("icbm_test").sum(axis=0)
    assert (outcomes["icbm_tests"] + outcomes["satellite_launches"] == launches).all()
    assert outcomes["satellite_launches"].sum() == weekly["satellite"].sum() > 0
    launcher = weekly["long_range_design"] == SATELLITE_LAUNCHER
    flown = weekly.did("icbm_test")
    share = [weekly["satellite"][flown & where].mean() for where in (launcher, ~launcher)]
    assert share[0] > 0.8 > 0.3 > share[1]


def test_the_chance_of_a_new_weapon_within_six_months_counts_first_flights(quo):
    soon = quo.weekly["new_weapon"][:26].any(axis=0)
    assert (quo.outcomes["new_weapon_in_six_months"] == soon).all()
    assert (quo.outcomes["new_weapons"] == quo.weekly["new_weapon"].sum(axis=0)).all()
    assert 0.03 < soon.mean() < 0.6


def test_the_story_names_one_weapon_and_one_kind_of_act():
    told = [
        entry.sentence
        for run in range(6)
        for entry in narrate_run(simulate_run(load_scenario("status-quo"), run=run)).entries
        if entry.state in ("DPRK", "USA")
    ]
    assert not [sentence for sentence in told if " or " in sentence]
    assert any("ICBM" in sentence for sentence in told)
    assert any("sends bombers" in sentence for sentence in told)


def test_a_first_flight_is_told_as_one():
    for run in range(20):
        world = simulate_run(load_scenario("status-quo"), run=run)
        for week in np.flatnonzero(world.recording["new_weapon"][:, 0]).tolist():
            act = next(a for a in world.acts_in(week) if a.state == "DPRK")
            assert "new" in act.sentence, act
            return
    raise AssertionError("no new weapon in twenty runs")


def test_replay_tells_satellites_as_the_record_does():
    scenario = load_scenario("history-2012").model_copy(update={"replay": ("DPRK",)})
    world = simulate_run(scenario)
    told = {str(act.date): act.sentence for act in world.acts if act.action == "icbm_test"}
    assert told["2012-12-10"] == "launches a satellite"
    assert told["2016-02-01"] == "launches a satellite"
    assert told["2017-07-03"] == "tests an ICBM"
    assert world.outcomes["satellite_launches"] == 6
