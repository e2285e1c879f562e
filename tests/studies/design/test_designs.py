"""What a study may vary, which cells that makes, and what comes out of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenario_sim import load_scenario, simulate
from scenario_sim.data.parameters import LEVERS, PARAMETERS, SETTINGS
from scenario_sim.errors import ScenarioError, ScenarioSimError, UnknownNameError
from scenario_sim.simulation.outcomes import summarise_outcomes
from scenario_sim.studies import sweep
from scenario_sim.studies.analysis.statistics import NUMERIC_OUTCOMES
from scenario_sim.studies.design.designs import DESIGNS, make_design
from scenario_sim.studies.design.inputs import Range, apply_inputs, inputs_of_kinds, parse_inputs
from scenario_sim.studies.evaluate import evaluate
from scenario_sim.studies.store.tables import read_inputs_and_means

QUO = load_scenario("status-quo").with_weeks(26)


# --- what may be varied --------------------------------------------------------------------------


def test_levers_hypotheses_circumstances_and_coefficients_may_all_be_varied():
    one = parse_inputs(
        QUO, ["hotline", "exercise_sensitivity=0:2", "winter_lull=0:1:3", "alarm_rate"]
    )
    assert [i.kind for i in one] == ["levers", "hypotheses", "circumstances", "parameters"]
    assert (one[0].low, one[0].high, one[0].default) == (0, 1, 0.1)
    assert len(inputs_of_kinds(QUO, "both")) == len(LEVERS) + len(PARAMETERS)
    assert len(inputs_of_kinds(QUO, "all")) == len(SETTINGS) + len(PARAMETERS)


def test_the_same_is_said_by_a_text_and_by_a_mapping():
    said = parse_inputs(QUO, ["hotline=0:0.5:3"])
    assert said == parse_inputs(QUO, "hotline=0:0.5:3")
    assert said == parse_inputs(QUO, {"hotline": Range(0, 0.5, points=3)})
    assert said == parse_inputs(QUO, {"hotline": "0:0.5:3"})


@pytest.mark.parametrize(
    "values", [[0, 0.5, 1], (0, 0.5, 1), np.linspace(0, 1, 3), pd.Series([0, 0.5, 1])]
)
def test_a_list_a_tuple_and_an_array_of_values_are_these_values(values):
    assert make_design(parse_inputs(QUO, {"hotline": values}))["hotline"].tolist() == [0, 0.5, 1]


def test_values_keep_their_digits():
    (listed,) = parse_inputs(QUO, {"hotline": [0.12345678901]})
    (ranged,) = parse_inputs(QUO, {"hotline": Range(0.12345678901, 0.98765432109)})
    assert listed.values == (0.12345678901,)
    assert (ranged.low, ranged.high) == (0.12345678901, 0.98765432109)


@pytest.mark.parametrize(
    ("vary", "part"),
    [
        ({"hotline": 0.5}, "takes 1 to 10,000 values, a range or a text, as in [0, 1]"),
        ({"hotline": []}, "not []"),
        ({"hotline": None}, "not None"),
        ({"hotline": {"low": 0, "high": 1}}, "Range(0, 1, points=5)"),
        ({"hotline": ["low", 1]}, "takes numbers, not 'low'"),
        ({"hotline": "all of it"}, "takes low:high:points, as in hotline=0:1:5"),
        ({"hotline": Range(0, 1, points=2.5)}, "takes a whole number of points"),
        ({"hotline": Range(0, 2)}, "from 0 to 1, not 2"),
        ([("hotline", 0, 1)], "takes names, as in hotline=0:1"),
        ({"hotline": Range(1, 0, points=3)}, "did you mean hotline=0:1:3?"),
    ],
)
def test_what_is_neither_values_nor_a_range_is_refused_with_the_cure(vary, part):
    with pytest.raises(ScenarioError) as error:
        parse_inputs(QUO, vary)
    assert part in str(error.value)


def test_every_problem_is_told_at_once_with_its_cure():
    wrong = [
        "hotlin=0:1",
        "hotline=1:0",
        "us_threats=0:2",
        "engagement=a:1",
        "cyber_security=0:1:0",
    ]
    with pytest.raises(ScenarioError) as error:
        parse_inputs(QUO, [*wrong, "border_measures", "border_measures", "missile_defence=0.5:0.5"])
    told = str(error.value)
    for part in ("did you mean `hotline`", "did you mean hotline=0:1?", "from 0 to 1, not 2",
                 "not 'a'", "number of points from 1", "varied twice", "does not vary"):  # fmt: skip
        assert part in told


def test_a_coefficient_keeps_to_its_bounds():
    for name in ("testing_mood_excitation", "alarm_rate"):
        with pytest.raises(ScenarioError, match="takes a number"):
            apply_inputs(QUO, {name: 0.0})


# --- designs -------------------------------------------------------------------------------------


def test_a_grid_is_every_combination():
    table = make_design(parse_inputs(QUO, ["hotline=0:1:3", "rok_government=-1,1"]))
    assert table.to_numpy().tolist() == [[h, r] for h in (0, 0.5, 1) for r in (-1, 1)]


@pytest.mark.parametrize("kind", ["lhs", "sobol"])
def test_a_space_filling_design_meets_every_slice_of_every_range(kind):
    varied = parse_inputs(QUO, ["hotline=0.2:0.6", "exercise_scale", "alarm_rate"])
    table = make_design(varied, kind, 32, seed=3)
    for one in varied:
        slices = np.floor((table[one.name] - one.low) / (one.high - one.low) * 32).astype(int)
        assert sorted(slices) == list(range(32))


@pytest.mark.parametrize("kind", DESIGNS)
def test_the_same_seed_makes_the_same_design(kind):
    varied, samples = parse_inputs(QUO, ["hotline", "us_threats"]), None if kind == "grid" else 16
    pd.testing.assert_frame_equal(
        make_design(varied, kind, samples, 5), make_design(varied, kind, samples, 5)
    )


def test_impossible_designs_are_refused():
    varied = parse_inputs(QUO, ["hotline=0,1"])
    for said, part in (
        ((varied, "lsh"), "did you mean `lhs`"),
        ((varied, "lhs", 0), "from 1"),
        ((varied, "lhs", 8), "lists values"),
        ((parse_inputs(QUO, ["hotline"]), "sobol", 100), "128"),
        (((), "grid"), "nothing is varied"),
        ((parse_inputs(QUO, ["hotline=0:1:2000", "us_threats=0:1:2000"]), "grid"), "4,000,000"),
    ):
        with pytest.raises(ScenarioError, match=part):
            make_design(*said)


# --- cells ---------------------------------------------------------------------------------------


def test_a_cell_is_the_same_whatever_stands_beside_it():
    rows = make_design(inputs_of_kinds(QUO, "all"), "lhs", 5, 1).to_dict("records")
    cells = [apply_inputs(QUO, row) for row in rows]
    together = evaluate(cells, 30, seed=7, keep=NUMERIC_OUTCOMES)
    alone = simulate(cells[3], 30, seed=7).outcomes
    for name in NUMERIC_OUTCOMES:
        assert np.array_equal(together.values[name][3], alone[name].to_numpy(float), equal_nan=True)
    told = summarise_outcomes(alone)
    np.testing.assert_allclose(together.mean.loc[3], told["mean"])
    np.testing.assert_allclose(together.mcse.loc[3], told["mcse"])


def test_cells_share_their_luck_unless_asked_otherwise():
    vary = {"war_risk_anchor": Range(0.5, 2, points=3)}  # moves the risk alone
    common = sweep(QUO, vary, runs=20, seed=4)
    fresh = sweep(QUO, vary, runs=20, seed=4, common_luck=False)
    assert common.mean["launch_days"].nunique() == 1
    assert fresh.mean["launch_days"].nunique() == 3


def test_a_failing_cell_is_told_and_the_rest_go_on(monkeypatch):
    from scenario_sim.simulation import ensemble as module

    real = module.simulate

    def sometimes(scenario, *rest, **more):
        if scenario.levers.hotline == 0.5:
            raise FloatingPointError("no such luck")
        return real(scenario, *rest, **more)

    monkeypatch.setattr(module, "simulate", sometimes)
    found = sweep(QUO, ["hotline=0:1:3"], runs=10)
    assert found.failed == {1: "FloatingPointError: no such luck"}
    assert found.mean["launch_days"].isna().tolist() == [False, True, False]


def test_the_command_prints_cells_and_json(ask):
    said = ("sweep", "status-quo", "--vary", "hotline=0:1:3", "--runs", 10, "--weeks", 26)
    printed = ask(*said)
    assert printed.code == 0
    assert "Illustrative model, not a forecast." in printed.out and "hotline" in printed.out
    told = ask(*said, "--json").json
    assert [cell["inputs"]["hotline"] for cell in told["cells"]] == [0, 0.5, 1]
    assert set(told["cells"][0]["mean"]) == set(NUMERIC_OUTCOMES)


def test_the_command_tells_everything_that_is_wrong_before_it_begins(refused, tmp_path):
    told = refused(
        "sweep", "status-qou", "--vary", "hotlin", "--vary", "us_threats=1:0", "--design", "lsh",
        "--runs", 0, "--jobs", 0, "--outcome", "launch_day", "--cluster", "here", "--set", "hotline=2",
        "--out", tmp_path / "study",
    )  # fmt: skip
    for part in ("`status-quo`", "`hotline`", "us_threats=0:1", "`lhs`", "--runs", "--jobs",
                 "`launch_days`", "--cluster here", "--set hotline=2"):  # fmt: skip
        assert part in told
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--vary", "hotlin=0:1"), "did you mean `hotline`"),
        (("--vary", "hotline=1:0"), "begins above its end"),
        (("--vary", "hotline", "--design", "lhs", "--samples", 0), "--samples"),
        (("--vary", "hotline", "--runs", 0), "--runs"),
        (("--vary", "hotline", "--outcome", "launch_day"), "did you mean `launch_days`"),
        ((), "--vary"),
    ],
)
def test_the_command_refuses_gently(refused, words, part):
    assert part in refused("sweep", "status-quo", *words)


def test_names_can_be_had_from_the_package():
    from scenario_sim import studies

    for name in ("sweep", "sensitivity", "discover", "robust", "search_policies", "ema_model"):
        assert callable(getattr(studies, name))
    assert issubclass(UnknownNameError, ScenarioSimError)


# --- kept cells ----------------------------------------------------------------------------------


def test_a_kept_sweep_is_the_sweep_in_memory_and_is_found_again(tmp_path, monkeypatch):
    said = (QUO, {"hotline": Range(0, 1, points=3), "alarm_rate": [0.1, 0.2]})
    memory = sweep(*said, runs=20, seed=5)
    kept = sweep(*said, runs=20, seed=5, out=tmp_path / "study")
    pd.testing.assert_frame_equal(kept.mean, memory.mean)
    pd.testing.assert_frame_equal(kept.mcse, memory.mcse)
    before = {p: p.read_bytes() for p in (tmp_path / "study" / "cells").rglob("*.parquet")}
    again = sweep(*said, runs=20, seed=5, out=tmp_path / "study")
    pd.testing.assert_frame_equal(again.mean, memory.mean)
    assert before == {p: p.read_bytes() for p in (tmp_path / "study" / "cells").rglob("*.parquet")}


def test_a_kept_library_tells_what_was_varied_and_what_came_of_it(tmp_path):
    kept = sweep(QUO, ["hotline", "us_threats"], "lhs", 6, runs=10, seed=5, out=tmp_path)
    varied, mean = read_inputs_and_means(tmp_path)
    rows = varied.join(mean).sort_values("hotline", ignore_index=True)
    wanted = kept.table.sort_values("hotline", ignore_index=True)
    pd.testing.assert_frame_equal(rows[wanted.columns], wanted)
    with pytest.raises(ScenarioError, match="there is no such folder"):
        read_inputs_and_means(tmp_path / "elsewhere")
