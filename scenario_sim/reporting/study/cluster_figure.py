"""Draw clusters of weekly series: a panel each, with its band and its medoid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenario_sim.reporting.charts.chart import LIGHT
from scenario_sim.reporting.study.drawing import MAX_HEIGHT_IN, Drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from scenario_sim.studies.analysis.clusters import Clusters

COLUMNS = 2
PANEL_HEIGHT_IN = 1.9
MAX_PANELS = COLUMNS * int(MAX_HEIGHT_IN / PANEL_HEIGHT_IN)


def draw_clusters(series: np.ndarray, found: Clusters, label: str) -> Drawing:
    """Draw the largest clusters: where nine in ten of their series lie, and the medoid of each.

    Parameters
    ----------
    series : ndarray, (series, weeks)
        As they were given to `cluster_series`.
    found : Clusters
    label : str
        Of the vertical axis: the quantity, and its unit.
    """
    shown = found.table.head(MAX_PANELS)
    rows = -(-len(shown) // COLUMNS)

    def draw(figure: Figure) -> None:
        panels = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, row in zip(panels, shown.itertuples(), strict=False):
            low, high = np.percentile(series[found.labels == row.Index], [5, 95], axis=0)
            weeks = np.arange(series.shape[1])
            axes.fill_between(weeks, low, high, color=LIGHT.grid, lw=0)
            axes.plot(weeks, series[row.medoid], color=LIGHT.policy, lw=1)
            axes.set_title(f"{row.Index}: {row.share:.2g} of the runs; run {row.medoid}")
            axes.set_ylabel(label)
            axes.set_xlabel("week")
            axes.label_outer()
        for axes in panels[len(shown) :]:
            axes.set_axis_off()

    return Drawing("clusters", 0.5 + PANEL_HEIGHT_IN * rows, draw)
