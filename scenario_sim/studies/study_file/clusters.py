"""Group the stored runs of a study by the shape of a weekly quantity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from scenario_sim.studies.analysis.clusters import cluster_bands, cluster_series, sample_series
from scenario_sim.studies.store.store import Store
from scenario_sim.studies.study_file.analyses import design_codes
from scenario_sim.studies.study_file.plan import StudyPlan
from scenario_sim.studies.study_file.schema import Analysis


def cluster_runs(
    analysis: Analysis,
    plan: StudyPlan,
    design: pd.DataFrame,
    cells: Sequence[tuple[int, int, str, int]],
    store: Store,
) -> dict[str, pd.DataFrame]:
    """Return the clusters of the runs of all cells, and the weeks of each, by kind of table.

    Parameters
    ----------
    analysis : Analysis
        Of kind `clusters`.
    plan : StudyPlan
    design : DataFrame
        One row a design point.
    cells : sequence of (point, seed, key, runs)
    store : Store
        It holds every week of these cells.

    Raises
    ------
    ScenarioError
        There are fewer runs than clusters, or weeks without a value.
    """
    seed = plan.study.seeds[0]
    runs = np.array([runs for *_, runs in cells])
    chosen = sample_series(int(runs.sum()), seed)
    place = np.searchsorted(np.cumsum(runs), chosen, "right")  # of the cell of each run
    run = chosen - (np.cumsum(runs) - runs)[place]
    series = np.concatenate([
        store.trajectories(cells[n][2])[analysis.quantity].sel(run=run[place == n]).to_numpy()
        for n in np.unique(place)  # one by one: the weeks of all cells may not fit in memory
    ])  # fmt: skip
    points = np.array([point for point, *_ in cells])[place]
    codes = pd.DataFrame(design_codes(design, plan.columns), design.index, plan.names)
    found = cluster_series(
        series, analysis.clusters, codes.loc[points].reset_index(drop=True), seed
    )
    table = found.table.reset_index()
    medoid = table.pop("medoid")
    table.insert(3, "point", points[medoid])
    table.insert(4, "seed", np.array([seed for _, seed, *_ in cells])[place[medoid]])
    table.insert(5, "run", run[medoid])
    bands = cluster_bands(series, found)
    size = {"clusters": len(table), "series": len(series), "all_runs": int(runs.sum())}
    table.attrs = size
    bands.attrs = size | {"groups": table.to_dict("records")}
    return {"clusters": table, "cluster_weeks": bands}
