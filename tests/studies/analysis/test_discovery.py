"""Scenario discovery finds the box that is there, says how good it is, and finds none in noise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenario_sim import load_scenario
from scenario_sim.errors import ScenarioError
from scenario_sim.studies import discover, sweep
from scenario_sim.studies.analysis.discovery import discover_boxes

RNG = np.random.default_rng(0)
INPUTS = pd.DataFrame(RNG.random((400, 4)), columns=list("abcd"))
DANGER = (INPUTS.a > 0.7) & (INPUTS.b < 0.4)


@pytest.mark.parametrize("method", ["prim", "cart"])
def test_the_box_that_is_there_is_found(method):
    risk = DANGER.astype(float) + RNG.normal(0, 0.05, len(INPUTS))
    found = discover_boxes(INPUTS, risk, "risk", above=0.5, method=method)
    box = found.boxes[found.boxes.box == 1].set_index("name")
    assert set(box.index) == {"a", "b"}
    assert box.loc["a", "low"] == pytest.approx(0.7, abs=0.05)
    assert box.loc["b", "high"] == pytest.approx(0.4, abs=0.05)
    assert box["coverage"].iloc[0] > 0.9 and box["density"].iloc[0] > 0.9
    assert found.of_interest == DANGER.sum()
    (told, *_) = found.words()
    assert "a is at least 0." in told and "b is at most 0." in told and "risk above 0.5" in told


def test_coverage_and_density_are_those_of_the_named_limits():
    found = discover_boxes(INPUTS, DANGER.astype(float), "risk", above=0.5)
    for _, rows in found.boxes.groupby("box"):
        inside = np.ones(len(INPUTS), bool)
        for row in rows.itertuples():
            inside &= INPUTS[row[2]].between(row.low, row.high).to_numpy()
        assert rows["coverage"].iloc[0] == pytest.approx((inside & DANGER).sum() / DANGER.sum())
        assert rows["density"].iloc[0] == pytest.approx(DANGER[inside].mean())
        assert rows["cases"].iloc[0] == inside.sum()


def test_what_is_below_can_be_asked_as_well():
    risk = 1.0 - DANGER
    found = discover_boxes(INPUTS, risk, "risk", below=0.5, method="cart")
    assert set(found.boxes[found.boxes.box == 1].name) == {"a", "b"}
    assert "below" in found.words()[0]


def test_two_boxes_are_told_as_two():
    two = DANGER | ((INPUTS.c > 0.7) & (INPUTS.d > 0.7))
    found = discover_boxes(INPUTS, two.astype(float), "risk", above=0.5, most=2)
    named = [set(rows["name"]) for _, rows in found.boxes.groupby("box")]
    assert {"a", "b"} in named and any({"c", "d"} <= names for names in named)


def test_nothing_much_is_found_in_noise():
    noise = pd.Series(np.random.default_rng(5).random(400))
    found = discover_boxes(INPUTS, noise, "risk", above=0.5, method="prim", most=1)
    assert found.boxes.empty or found.boxes.density.iloc[0] < 0.75


def test_too_little_to_go_by_is_refused_with_a_threshold_that_parts_the_cells():
    risk = pd.Series(np.linspace(0, 1, 400))
    for said, part in (
        (dict(above=2), r"0 of 400 cells lie above 2, and 5 to 395 are needed; take --above 95% \(0\.95\)"),
        (dict(above=-1), r"400 of 400 cells lie above -1, and 5 to 395 are needed; take --above 95%"),
        (dict(below=0.01), r"4 of 400 .* below 0\.01, .*; take --below 5% \(0\.05\), or sweep 500 cells"),
    ):  # fmt: skip
        with pytest.raises(ScenarioError, match=part):
            discover_boxes(INPUTS, risk, "risk", **said)
    with pytest.raises(ScenarioError, match="most cells are alike: half of them lie at 3"):
        discover_boxes(INPUTS, risk * 0 + 3, "risk", above=3)
    with pytest.raises(ScenarioError, match=r"4 of 40 .* 5 to 35 .* --above 85% .* sweep 50 cells"):
        discover_boxes(INPUTS.head(40), risk.head(40), "risk", above=risk[35])
    with pytest.raises(ScenarioError, match="too few"):
        discover_boxes(INPUTS.head(5), risk.head(5), "risk", above=0.5)
    with pytest.raises(ScenarioError, match="nothing was varied"):
        discover_boxes(INPUTS[["a"]] * 0, risk, "risk", above=0.5)
    with pytest.raises(ScenarioError, match="either"):
        discover_boxes(INPUTS, risk, "risk")


def test_a_sweep_tells_which_levers_lead_to_danger():
    quo = load_scenario("status-quo").with_weeks(52)
    study = sweep(quo, ["us_threats", "hotline", "winter_lull"], "lhs", 120, runs=20, seed=2)
    found = discover(study, above="80%", method="cart")
    assert found.of_interest == 24
    box = found.boxes[found.boxes.box == 1].set_index("name")
    assert box.loc["us_threats", "low"] > 0.5
    with pytest.raises(ScenarioError, match="a percentage"):
        discover(study, above="many")
