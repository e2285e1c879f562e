"""Runs are grouped by the shape of a weekly quantity, and the groups are explained."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenario_sim import load_scenario, simulate
from scenario_sim.errors import ScenarioError
from scenario_sim.studies.analysis.clusters import (
    cluster_series,
    complexity_invariant_distances,
)
from scenario_sim.studies.optional import import_optional

RNG = np.random.default_rng(4)
WEEKS = np.linspace(0, 6, 60)
KIND = RNG.permutation(np.repeat([0, 1, 2], [50, 30, 20]))
SHAPES = np.array([np.sin(WEEKS), WEEKS / 6, np.sign(np.sin(9 * WEEKS))])
SERIES = SHAPES[KIND] + RNG.normal(0, 0.02, (100, 60))
FACTORS = pd.DataFrame({"noise": RNG.random(100), "drive": KIND + RNG.normal(0, 0.1, 100)})


def test_three_shapes_are_three_clusters_the_largest_first():
    found = cluster_series(SERIES, clusters=3)
    assert found.table["size"].tolist() == [50, 30, 20]
    assert (found.labels == KIND + 1).all()
    assert (KIND[found.table["medoid"]] == [0, 1, 2]).all()


def test_the_factor_that_parts_the_clusters_leads():
    table = cluster_series(SERIES, clusters=3, factors=FACTORS).table
    assert table.loc[3, "leading"] == "drive" and table.loc[3, "shift"] > 1


def test_the_distances_are_those_of_the_workbench():
    theirs = import_optional("ema_workbench.analysis.clusterer").calculate_cid(SERIES[:12], True)
    np.testing.assert_allclose(complexity_invariant_distances(SERIES[:12]), theirs)


def test_of_many_series_a_sample_is_clustered_the_same_way_for_a_seed():
    found = cluster_series(SERIES, clusters=3, seed=1, most=40)
    assert (found.labels > 0).sum() == found.table["size"].sum() == 40
    assert (found.labels == cluster_series(SERIES, clusters=3, seed=1, most=40).labels).all()


def test_runs_of_the_model_are_clustered_by_their_tension():
    runs = simulate(load_scenario("status-quo").with_weeks(20), runs=60, seed=7)
    found = cluster_series(runs.quantity("tension").T, 3, runs.outcomes[["launch_days"]])
    assert found.table["size"].sum() == 60 and "3 clusters of 60 of 60" in repr(found)


@pytest.mark.parametrize(
    ("series", "clusters", "cure"),
    [
        (SERIES[:, :2], 2, "3 weeks or more"),
        (SERIES, 1, "from 2 to"),
        (np.full((5, 9), np.nan), 2, "missing values"),
    ],
)
def test_what_cannot_be_clustered_is_refused(series, clusters, cure):
    with pytest.raises(ScenarioError, match=cure):
        cluster_series(series, clusters)
