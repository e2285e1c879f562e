"""Draw clusters of weekly series: a panel each, with its band and its medoid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from scenario_sim.reporting.charts.chart import LIGHT
from scenario_sim.reporting.study import messages
from scenario_sim.reporting.study.drawing import MAX_HEIGHT_IN, Drawing
from scenario_sim.studies.analysis.clusters import cluster_bands

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
    titles = [
        messages.CLUSTER.format(number=row.Index, share=f"{row.share:.2g}", run=row.medoid)
        for row in found.table.itertuples()
    ]
    return draw_bands(cluster_bands(series, found), titles, label)


def draw_bands(bands: pd.DataFrame, titles: Sequence[str], label: str) -> Drawing:
    """Draw the largest clusters from the table that `cluster_bands` returns.

    Parameters
    ----------
    bands : DataFrame
    titles : sequence of str
        One a cluster.
    label : str
        Of the vertical axis.
    """
    shown = list(zip(titles, bands.groupby("cluster"), strict=True))[:MAX_PANELS]
    rows = -(-len(shown) // COLUMNS)

    def draw(figure: Figure) -> None:
        panels = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, (title, (_, band)) in zip(panels, shown, strict=False):
            weeks = band["week"].to_numpy()
            axes.fill_between(weeks, band["low"], band["high"], color=LIGHT.grid, lw=0)
            axes.plot(weeks, band["medoid"], color=LIGHT.policy, lw=1)
            axes.set_title(title)
            axes.set_ylabel(label)
            axes.set_xlabel(messages.WEEK)
            axes.label_outer()
        for axes in panels[len(shown) :]:
            axes.set_axis_off()

    return Drawing("clusters", 0.5 + PANEL_HEIGHT_IN * rows, draw)
