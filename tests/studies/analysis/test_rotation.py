"""PRIM on rotated inputs finds a box that lies aslant, and says it in the inputs' own units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenario_sim.errors import ScenarioError
from scenario_sim.studies.analysis.discovery import discover_boxes

RNG = np.random.default_rng(3)
INPUTS = pd.DataFrame({"a": RNG.random(600), "b": 10 * RNG.random(600), "c": RNG.random(600)})
SUM = INPUTS.a + INPUTS.b / 10
ASLANT = ((SUM > 1.1) & (SUM < 1.35)).astype(float)  # a strip along a falling line


@pytest.fixture(scope="module")
def rotated():
    return discover_boxes(INPUTS, ASLANT, "risk", above=0.5, method="pca_prim", most=1)


def test_a_strip_that_lies_aslant_is_one_box_of_factors_and_none_of_inputs(rotated):
    plain = discover_boxes(INPUTS, ASLANT, "risk", above=0.5, most=1)
    best = [one.boxes[["coverage", "density"]].iloc[0].prod() for one in (rotated, plain)]
    assert best[0] > 0.8 > best[1] + 0.3


def test_the_sentence_tells_the_sum_of_inputs_that_the_box_limits(rotated):
    (told,) = rotated.words()
    factor = rotated.boxes["name"].iloc[0]
    loadings = rotated.rotation.loadings[factor]
    assert abs(loadings["a"]) == pytest.approx(abs(loadings["b"]), abs=0.1)
    assert abs(loadings["c"]) < 0.2 and f"({factor})" in told
    assert " a" in told and " b" in told


def test_a_box_of_factors_is_the_same_cells_in_the_units_of_the_inputs(rotated):
    inside = np.ones(len(INPUTS), bool)
    for row in rotated.boxes.itertuples(index=False):
        weight = rotated.rotation.weights[row.name]
        sums = (INPUTS - rotated.rotation.mean) @ weight
        inside &= sums.between(row.low - 1e-9, row.high + 1e-9).to_numpy()
    assert inside.sum() == rotated.boxes["cases"].iloc[0]
    ranges = rotated.ranges.set_index("name")
    assert ranges.loc["b", "mean"] == pytest.approx(INPUTS.b[inside].mean())
    assert ranges.loc["b", "p95"] == pytest.approx(INPUTS.b[inside].quantile(0.95))


def test_loadings_are_a_rotation(rotated):
    loadings = rotated.rotation.loadings.to_numpy()
    np.testing.assert_allclose(loadings.T @ loadings, np.eye(3), atol=1e-9)


def test_one_input_has_nothing_to_rotate():
    with pytest.raises(ScenarioError, match="two inputs or more"):
        discover_boxes(INPUTS[["a"]], INPUTS.a, "risk", above=0.5, method="pca_prim")
