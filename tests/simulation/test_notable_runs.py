"""Runs worth showing to a class."""

from __future__ import annotations

import pytest

from scenario_sim.errors import UnknownNameError
from scenario_sim.scenario.files import list_scenarios, load_scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.notable_runs import (
    RUN_SELECTORS,
    choose_run,
    describe_run,
    find_lecture_seeds,
)


@pytest.mark.parametrize("name", list_scenarios())
def test_what_a_lecture_seed_promises_is_to_be_seen_in_its_run(name):
    """If this fails after a change of the model, search again: `scenario-sim lecture NAME`."""
    scenario = load_scenario(name)
    kept = {seed.id: seed for seed in scenario.lecture_seeds}
    assert kept.keys() == {"typical", "near-miss", "false-alarm"}
    shown = simulate(scenario, [seed.run for seed in kept.values()], seed=0)
    assert {seed.seed for seed in kept.values()} == {0}
    for at, (kind, seed) in enumerate(kept.items()):
        assert describe_run(kind, shown, at) == seed.note
    assert shown.outcomes.confrontation.loc[kept["near-miss"].run].max() == 0


def test_the_same_search_finds_the_same_runs():
    scenario = load_scenario("status-quo").with_weeks(20)
    assert find_lecture_seeds(scenario, seed=3, runs=50) == find_lecture_seeds(
        scenario, seed=3, runs=50
    )


def test_a_typical_run_is_near_the_middle():
    scenario = load_scenario("status-quo").with_weeks(52)
    typical = find_lecture_seeds(scenario, runs=300)[0]
    outcomes = simulate(scenario, 300).outcomes
    ranks = outcomes[["launch_days", "mean_tension", "confrontation_risk"]].rank(pct=True)
    assert ranks.loc[typical.run].between(0.2, 0.8).all()


def test_runs_worth_playing_are_what_they_are_called():
    scenario = load_scenario("status-quo")
    trajectory = simulate(scenario, 200)
    outcomes = trajectory.outcomes
    found = {kind: choose_run(trajectory, kind) for kind in RUN_SELECTORS}
    assert outcomes.mean_tension.loc[found["calmest"]] == outcomes.mean_tension.min()
    assert outcomes.confrontation_risk.loc[found["worst"]] == outcomes.confrontation_risk.max()
    assert outcomes.confrontation.loc[found["near-miss"]] == 0
    assert found["typical"] == find_lecture_seeds(scenario, runs=200)[0].run
    of_the_file = {seed.id: seed.run for seed in scenario.lecture_seeds}
    assert choose_run(trajectory, "false-alarm") == of_the_file["false-alarm"]
    with pytest.raises(UnknownNameError, match="did you mean `calmest`"):
        choose_run(trajectory, "calmset")


def test_a_chosen_run_is_named_by_its_id_not_its_place():
    trajectory = simulate(load_scenario("status-quo").with_weeks(20), [50, 40, 30])
    assert {choose_run(trajectory, kind) for kind in RUN_SELECTORS} <= {50, 40, 30}
