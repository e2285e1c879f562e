"""Policies against theories, and the search for policies none beats."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from scenario_sim import load_scenario, simulate
from scenario_sim.cli import main
from scenario_sim.errors import ScenarioError, UnknownNameError
from scenario_sim.studies import robust, search_policies
from scenario_sim.studies.analysis.convergence import non_dominated, search_progress
from scenario_sim.studies.analysis.robustness import robustness
from scenario_sim.studies.analysis.search import policy_cost, search_front
from scenario_sim.studies.design.inputs import Input, apply_inputs
from scenario_sim.studies.design.policies import (
    BASELINE_POLICY,
    BASELINE_THEORY,
    hypothesis_corners,
    parse_policies,
    theories_by_name,
)
from scenario_sim.studies.search_workflow import worst_over_theories

QUO = load_scenario("status-quo").with_weeks(26)
LUCK = np.random.default_rng(1).normal(0, 1, 200)


def world(**means):
    """(policy, theory) -> runs around these means, on one luck."""
    return {(p, t): mean + LUCK for t, row in means.items() for p, mean in row.items()}


def test_regret_is_what_a_policy_loses_to_the_best_one_there():
    found = robustness(world(A={"x": 1, "y": 3}, B={"x": 5, "y": 4}), "confrontation_risk")
    np.testing.assert_allclose(found.regret.loc[["x", "y"]], [[0, 1], [2, 0]], atol=1e-9)
    assert found.best_policies() == {"A": ["x"], "B": ["y"]}
    assert found.summary.loc["x", "largest_regret"] == pytest.approx(1)
    assert list(found.summary.index) == ["x", "y"]  # the smallest largest regret first
    assert not found.summary["never_worst"].any()


def test_more_talks_are_better():
    found = robustness(world(A={"x": 1, "y": 3}), "talks_weeks")
    assert found.higher_is_better and found.best_policies() == {"A": ["y"]}


def test_policies_that_luck_alone_parts_are_tied():
    noise = np.random.default_rng(2).normal(0, 1, 200)
    values = {
        ("x", "A"): LUCK,
        ("y", "A"): LUCK + noise - noise.mean() + 0.01,
        ("z", "A"): LUCK + 5,
    }
    found = robustness(values, "confrontation_risk")
    assert found.best_policies() == {"A": ["x", "y"]}
    assert found.summary["never_worst"].to_dict() == {"x": True, "y": True, "z": False}


def test_where_all_are_alike_nobody_is_worst():
    found = robustness(world(A={"x": 1, "y": 1}), "confrontation_risk")
    assert found.summary["never_worst"].all()


# --- policies and theories -----------------------------------------------------------------------


def test_a_policy_is_a_shipped_scenario_or_a_set_of_levers():
    found = parse_policies(
        QUO, ["freeze-for-freeze", "hotline=0.8", "calm: hotline=0.9+us_threats=0.1"]
    )
    assert list(found) == [BASELINE_POLICY, "freeze-for-freeze", "hotline=0.8", "calm"]
    freeze = load_scenario("freeze-for-freeze")
    assert found["freeze-for-freeze"].levers == freeze.levers
    assert found["freeze-for-freeze"].weeks == QUO.weeks
    assert found["calm"].levers.us_threats == 0.1
    assert parse_policies(QUO, {"calm": {"hotline": 0.9}})["calm"].levers.hotline == 0.9


def test_every_problem_of_the_policies_is_told_at_once():
    wrong = ["freze-for-freeze", "hotlin=1", "hotline=2", "summits-2018", "money_elasticity=0"]
    with pytest.raises(ScenarioError) as error:
        parse_policies(QUO, [*wrong, "hotline=1", "hotline=1"])
    for part in ("did you mean `freeze-for-freeze`", "did you mean `hotline`", "from 0 to 1",
                 "say its levers instead", "no policy lever 'money_elasticity'", "stands twice"):  # fmt: skip
        assert part in str(error.value)


def test_theories_set_what_the_model_knows():
    assert len(hypothesis_corners()) == 8
    for which in ("presets", "corners"):
        found = theories_by_name(QUO, which)
        assert found[BASELINE_THEORY] == {}
        for says in found.values():
            assert apply_inputs(QUO, says).weeks == QUO.weeks
    with pytest.raises(UnknownNameError, match="did you mean `presets`"):
        theories_by_name(QUO, "preset")


def test_policies_meet_every_theory():
    worlds = {"harmless": {"exercise_sensitivity": 0}, "provoke": {"exercise_sensitivity": 2}}
    found = robust(QUO, ["us_threats=1"], worlds=worlds, runs=40, seed=2)
    one = found.outcomes["confrontation_risk"]
    assert one.regret.shape == (2, 2)
    assert one.best_policies() == {"harmless": [BASELINE_POLICY], "provoke": [BASELINE_POLICY]}
    assert (one.regret.loc[BASELINE_POLICY] == 0).all()


# --- the search ----------------------------------------------------------------------------------

PLANE = [Input("u", 0, 1, 0, "levers"), Input("v", 0, 2, 0, "levers")]


def valley(table: pd.DataFrame) -> pd.DataFrame:
    """Risk falls with u; v only costs."""
    return pd.DataFrame({"confrontation_risk": (1 - table.u) ** 2 + 0.1 * table.v})


def test_the_search_finds_a_known_front():
    found = search_front(
        PLANE, valley, ("confrontation_risk", "cost"), evaluations=600, population=30, seed=1
    )
    assert (found.table.v < 0.1).mean() > 0.9  # a dead lever stays where it is
    assert found.table.u.min() == 0 and found.table.u.max() > 0.9
    order = found.table.sort_values("cost")
    assert order["confrontation_risk"].is_monotonic_decreasing  # nobody beats anybody
    pd.testing.assert_series_equal(
        found.table["cost"], policy_cost(found.table, PLANE), check_names=False
    )


def test_cost_counts_how_far_levers_move_times_their_weights():
    moved = pd.DataFrame({"u": [0, 0.5], "v": [0, 1]})
    assert policy_cost(moved, PLANE).tolist() == [0, 1]
    assert policy_cost(moved, PLANE, {"u": 2}).tolist() == [0, 1.5]


def test_the_same_seed_finds_the_same_front_and_leaves_other_luck_alone():
    np.random.seed(5)  # noqa: NPY002 - pymoo uses the global generator
    wanted = np.random.random()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    first, second = (
        search_front(
            PLANE, valley, ("confrontation_risk", "cost"), evaluations=80, population=20, seed=3
        )
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(first.table, second.table)
    assert np.random.random() == wanted  # noqa: NPY002


def front_of(**more):
    said = {"evaluations": 400, "population": 20, "seed": 3} | more
    return search_front(PLANE, valley, ("confrontation_risk", "cost"), **said)


def test_hypervolume_is_the_share_that_the_front_dominates():
    """Three policies on a known staircase: the area of 1.1 x 1.1 that they dominate, by hand."""
    steps = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]])
    progress = search_progress([[steps[:1], steps[1:]]])
    first, last = 1.1 * 0.1, 1.1 * 0.1 + 0.6 * 0.5 + 0.1 * 0.5
    assert progress["hypervolume"].tolist() == pytest.approx([first / 1.21, last / 1.21])
    assert progress["evaluations"].tolist() == [1, 3]
    assert progress["front"].tolist() == [1, 3]
    assert progress["epsilon_progress"].tolist() == [1, 3]


def test_a_policy_that_is_beaten_adds_neither_hypervolume_nor_progress():
    ends = np.array([[0.0, 1.0], [1.0, 0.0]])
    progress = search_progress([[ends, np.array([[1.0, 1.0]]), np.array([[np.inf, 0.0]])]])
    assert progress["hypervolume"].nunique() == 1
    assert progress["epsilon_progress"].tolist() == [2, 2, 2]


def test_a_search_that_still_finds_better_policies_has_not_converged():
    assert front_of(evaluations=2000).converged
    assert not front_of(evaluations=40).converged
    gained = front_of().progress["hypervolume"]
    assert gained.is_monotonic_increasing and gained.iloc[-1] > gained.iloc[0]


def test_merged_searches_are_no_worse_than_any_and_say_what_each_found():
    one, merged = front_of(), front_of(searches=3)
    assert set(merged.progress["search"]) == {1, 2, 3}
    assert len(merged.contributions) == 3
    assert max(merged.contributions) <= len(merged.table) <= sum(merged.contributions)
    both = np.vstack([f.table[list(f.objectives)].to_numpy() for f in (merged, one)])
    assert set(range(len(merged.table))) <= set(non_dominated(both).tolist())


def test_a_robust_search_judges_a_policy_by_its_worst_theory():
    said = dict(evaluations=16, population=8, runs=20, seed=1)
    worlds = {"calm": {"exercise_sensitivity": 0}, "provoked": {"exercise_sensitivity": 2}}
    found = search_policies(QUO, ["hotline", "exercise_scale"], worlds=worlds, **said)
    assert found.theories == ("calm", "provoked")
    row = found.front.table.iloc[-1]
    policy = QUO.with_levers(hotline=row.hotline, exercise_scale=row.exercise_scale)
    risks = [
        simulate(policy.with_levers(**world), 20, seed=1).outcomes["confrontation_risk"].mean()
        for world in worlds.values()
    ]
    assert row.confrontation_risk == pytest.approx(max(risks), rel=1e-12)
    assert max(risks) > min(risks)


def test_more_is_better_means_that_the_worst_is_the_least():
    tables = [pd.DataFrame({"talks_weeks": [n, 5.0], "launch_days": [n, 5.0]}) for n in (1.0, 9.0)]
    worst = worst_over_theories(tables)
    assert worst["talks_weeks"].tolist() == [1, 5] and worst["launch_days"].tolist() == [9, 5]


def test_a_search_reports_luck_it_has_not_seen():
    found = search_policies(
        QUO, ["hotline", "us_threats=0:0.6"], evaluations=40, population=20, runs=20, seed=1
    )
    assert list(found.front.levers) == ["hotline", "us_threats"]
    assert found.front.table["us_threats"].max() <= 0.6
    assert len(found.fresh) == len(found.front.table)
    assert (found.front.table["cost"] < 1e-9).any()  # doing nothing is never beaten in cost
    assert not found.fresh["confrontation_risk"].equals(found.front.table["confrontation_risk"])


def test_a_front_is_told_from_all_that_was_tried(ask):
    said = ("search", "status-quo", "--levers", "hotline", "--levers", "us_threats", "--runs", 10)
    said = (*said, "--weeks", 8, "--evaluations", 20, "--population", 10)
    found = ask(*said, "--json").json
    printed = " ".join(ask(*said).out.split())
    front = f"Pareto front: {len(found['policies'])} of the {found['different']} different policies tried"
    assert front in printed


def test_impossible_searches_are_refused():
    for said, part in (
        (dict(objectives=("confrontation_risks", "cost")), "did you mean `confrontation_risk`"),
        (dict(objectives=("cost",)), "two or more"),
        (dict(evaluations=5), "--evaluations"),
        (dict(searches=0), "--searches"),
        (dict(worlds="preset"), "--theories"),
        (dict(cost_weights={"hotlin": 1}), "--cost-weight"),
        (dict(cost_weights={"hotline": -1}), "at least 0"),
    ):
        with pytest.raises(ScenarioError, match=part):
            search_policies(QUO, ["hotline"], **said)
    with pytest.raises(ScenarioError, match="is no policy lever"):
        search_policies(QUO, ["alarm_rate"])
    with pytest.raises(ScenarioError, match="a search takes a range, as in hotline=low:high"):
        search_policies(QUO, {"hotline": [0, 1]})


def test_the_commands_answer(capsys):
    base = ("--runs", "20", "--weeks", "26", "--json")
    for words, key in (
        (("robust", "status-quo", "--policies", "freeze-for-freeze,hotline=0.9"), "theories"),
        (("search", "status-quo", "--levers", "hotline", "--evaluations", "20", "--population", "10"),
         "policies"),
    ):  # fmt: skip
        with pytest.raises(SystemExit) as end:
            main([*words, *base])
        assert not end.value.code
        assert key in json.loads(capsys.readouterr().out)
