"""Sensitivity: the indices are those of a known function, and four kinds of spread stay apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenario_sim import load_scenario
from scenario_sim.data.states import MECHANISMS
from scenario_sim.errors import ScenarioError
from scenario_sim.studies import sensitivity
from scenario_sim.studies.analysis.sensitivity import measure_influence, sensitivity_design
from scenario_sim.studies.analysis.statistics import (
    crossed_components,
    nested_components,
    spread_by_source,
)
from scenario_sim.studies.design.inputs import Input

CUBE = [Input(f"x{n}", -np.pi, np.pi, 0, "parameters") for n in (1, 2, 3)]
QUO = load_scenario("status-quo").with_weeks(26)


def ishigami(x: pd.DataFrame) -> pd.Series:
    """Ishigami and Homma (1990), a = 7, b = 0.1: its indices are known in closed form."""
    return np.sin(x.x1) + 7 * np.sin(x.x2) ** 2 + 0.1 * x.x3**4 * np.sin(x.x1)


def test_sobol_indices_of_the_ishigami_function():
    design = sensitivity_design(CUBE, "sobol", 2048, seed=1)
    assert len(design) == 2048 * (3 + 2)
    found = measure_influence(CUBE, design, ishigami(design), "y", "sobol", seed=1)
    table = found.table.set_index("name")
    known = {"x1": (0.3139, 0.5576), "x2": (0.4424, 0.4424), "x3": (0.0, 0.2437)}
    for name, (first, total) in known.items():
        assert table.loc[name, "S1"] == pytest.approx(first, abs=0.04)
        assert table.loc[name, "ST"] == pytest.approx(total, abs=0.04)
        assert abs(table.loc[name, "ST"] - total) < 2 * table.loc[name, "ST_conf"]
    assert list(found.table["name"]) == ["x1", "x2", "x3"]


def test_intervals_narrow_as_the_sample_grows():
    design = sensitivity_design(CUBE, "sobol", 1024, seed=1)
    found = measure_influence(CUBE, design, ishigami(design), "y", "sobol", seed=1)
    assert list(found.convergence["samples"]) == [256, 512, 1024]
    assert found.convergence["widest"].is_monotonic_decreasing


def test_a_study_is_called_settled_only_when_it_is():
    def line(x):
        return 4 * x.x1 + 2 * x.x2 + x.x3

    for samples, settled in ((4, False), (8192, True)):
        design = sensitivity_design(CUBE, "sobol", samples, seed=2)
        assert measure_influence(CUBE, design, line(design), "y", "sobol").settled is settled
    design = sensitivity_design(CUBE, "morris", 10, seed=2)
    assert measure_influence(
        CUBE, design, line(design), "y"
    ).settled  # effects of a line are all alike


def test_morris_gives_the_slopes_of_a_line_and_finds_what_does_nothing():
    design = sensitivity_design(CUBE, "morris", 10, seed=1)
    assert len(design) == 10 * (3 + 1)
    y = 3 * design.x1 - 2 * design.x2
    table = measure_influence(CUBE, design, y, "y").table.set_index("name")
    whole = 2 * np.pi  # an effect is that of crossing the whole range
    assert table.loc["x1", "mu"] == pytest.approx(3 * whole)
    assert table.loc["x2", "mu"] == pytest.approx(-2 * whole)
    assert table.loc["x2", "mu_star"] == pytest.approx(2 * whole)
    assert table.loc["x3", "mu_star"] == pytest.approx(0, abs=1e-9)
    assert table["sigma"].max() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_an_outcome_that_nothing_moves_has_no_indices(method):
    design = sensitivity_design(CUBE, method, 4, seed=1)
    found = measure_influence(CUBE, design, pd.Series(1.0, design.index), "y", method)
    assert not found.table.drop(columns="name").to_numpy().any()
    assert not found.settled  # nothing has an order


def test_the_command_says_that_no_input_has_an_effect(ask):
    said = ("sensitivity", "status-quo", "--samples", 2, "--weeks", 2, "--runs", 2, "--no-sources")
    printed = ask(*said, "--vary", "hotline", "--vary", "winter_lull", "--outcome", "talks_weeks")
    assert "the same in all cells, so no input has an effect here" in printed.out
    assert "settled" not in printed.out


def test_a_design_with_a_gap_is_not_analysed():
    design = sensitivity_design(CUBE, "morris", 4, seed=1)
    y = ishigami(design)
    y.iloc[3] = np.nan
    with pytest.raises(ScenarioError, match="missing in 1 of 16 cells"):
        measure_influence(CUBE, design, y, "y")


def test_impossible_studies_are_refused():
    for said, part in (
        ((CUBE[:1], "morris"), "two or more"),
        ((CUBE, "sobol", 100), "128"),
        ((CUBE, "morris", 1), "from 2 to"),
    ):
        with pytest.raises(ScenarioError, match=part):
            sensitivity_design(*said)


# --- luck and the rest ---------------------------------------------------------------------------


def test_variance_components_are_recovered():
    rng = np.random.default_rng(1)
    cells, runs = rng.normal(0, 2, (400, 1)), rng.normal(0, 1, (1, 400))
    found = crossed_components(cells + runs + rng.normal(0, 3, (400, 400)))
    assert found["between"] == pytest.approx(cells.var(ddof=1), rel=0.1)
    assert found["luck"] == pytest.approx(runs.var(ddof=1), rel=0.1)
    assert found["both"] == pytest.approx(9, rel=0.05)


def test_shared_luck_is_not_taken_for_an_effect_of_the_inputs():
    luck = np.random.default_rng(1).normal(0, 5, (1, 30))
    alike = np.repeat(luck, 20, axis=0)
    assert crossed_components(alike)["between"] == 0
    assert spread_by_source({"parameters": alike}).loc["parameters", "share"] == 0


def test_luck_of_its_own_is_taken_off_the_cells_means():
    values = np.random.default_rng(2).normal(0, 5, (500, 20))
    assert nested_components(values)["between"] < 0.5  # the means alone would say 1.25


def test_luck_parameters_structure_and_disputed_facts_are_told_apart():
    vary = ["us_threats", "engagement", "alarm_rate"]
    outcomes = ("confrontation_risk", "launch_days")
    found = sensitivity(QUO, "morris", vary=vary, samples=4, outcomes=outcomes, runs=20, seed=3)
    assert set(found.influence) == set(outcomes)
    for outcome in outcomes:
        table = found.sources.spread[outcome]
        assert list(table.index) == ["parameters", "structure", "disputed", "levers"]
        assert (table["luck_sd"] > 0).all() and table["share"].between(0, 1).all()
    # The anchor of the war risk moves no test: of what is disputed, drills and money are left.
    tests, risk = (found.sources.spread[name]["share"]["disputed"] for name in outcomes[::-1])
    assert risk > tests
    mechanisms = found.sources.mechanisms
    assert set(mechanisms["mechanism"]) == set(MECHANISMS)
    off = mechanisms.set_index(["outcome", "mechanism"]).loc[("launch_days", "self_excitation")]
    assert off["high"] < 0  # without it, fewer launches: the interval is below 0


def test_the_same_study_gives_the_same_numbers():
    first, second = (
        sensitivity(
            QUO, "sobol", vary=["us_threats", "hotline"], samples=4, apart=False, runs=10, seed=3
        )
        for _ in range(2)
    )
    for name, one in first.influence.items():
        pd.testing.assert_frame_equal(one.table, second.influence[name].table)
