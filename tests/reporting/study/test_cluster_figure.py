"""The picture of clusters has a panel for each, and shows the medoid within its band."""

from __future__ import annotations

import numpy as np

from scenario_sim.reporting.study.cluster_figure import draw_clusters
from scenario_sim.studies import cluster_series

RNG = np.random.default_rng(5)
SHAPES = np.array([np.linspace(0, 1, 30), np.linspace(1, 0, 30), np.sin(np.arange(30))])
SERIES = SHAPES[np.repeat([0, 1, 2], [9, 6, 3])] + RNG.normal(0, 0.01, (18, 30))


def test_each_cluster_is_a_panel_with_its_medoid():
    found = cluster_series(SERIES, 3)
    drawing = draw_clusters(SERIES, found, "tension")
    panels = [axes for axes in drawing.figure().axes if axes.axison]
    assert [axes.get_title() for axes in panels] == [
        f"{number}: {share} of the runs; run {found.table.loc[number, 'medoid']}"
        for number, share in ((1, "0.5"), (2, "0.33"), (3, "0.17"))
    ]
    for axes, medoid in zip(panels, found.table["medoid"], strict=True):
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), SERIES[medoid])
    assert drawing.svg == drawing.svg and "tension" in drawing.svg
