"""Write what a study file asked for beside the cells: itself, its results and its analyses.

The study that is kept needs no file from elsewhere: its scenario and its design points are copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scenario_sim.errors import OutputError
from scenario_sim.scenario.files import dump_scenario, is_path
from scenario_sim.studies.store.atomic import write_atomic
from scenario_sim.studies.store.plugin_files import PLUGINS_FOLDER
from scenario_sim.studies.store.saved_analyses import factor_row, save_analysis, save_design
from scenario_sim.studies.store.tables import ROWS_A_PART, write_parts
from scenario_sim.studies.study_file.columns import load_from
from scenario_sim.studies.study_file.plan import StudyPlan

STUDY_FILE, RESULTS_FILE, PRECISION_FILE = "study.toml", "results.csv", "precision.csv"
SCENARIO_FILE, POINTS_FILE = "scenario.toml", "points.csv"


def write_results(
    root: Path,
    plan: StudyPlan,
    points: int,
    table: pd.DataFrame,
    analyses: Mapping[str, pd.DataFrame],
    complete: bool,
    precision: pd.DataFrame,
) -> None:
    """Write `study.toml` and what it names, `results.csv`, `precision.csv`, and `analyses/`.

    Parameters
    ----------
    root : Path
        Folder of the store.
    plan : StudyPlan
    points : int
        Design points.
    table : DataFrame
        The results.
    analyses : mapping
        Tables by kind and outcome, as in `sobol-launch_days`.
    complete : bool
        Whether all shards have run; until then there is no `results.csv`.
    precision : DataFrame
        How precise each metric is; empty where the study has no `until`.

    Raises
    ------
    OutputError
    """
    try:
        for name, content in _inputs(plan).items():
            write_atomic(root, root / name, content)
    except OSError as error:
        raise OutputError(f"{root} could not be written: {error.strerror or error}") from None
    for name, one in {RESULTS_FILE: table, PRECISION_FILE: precision}.items():
        if len(one) and complete:
            firsts = range(0, len(one), ROWS_A_PART)
            write_parts(root, root / name, (one.iloc[n : n + ROWS_A_PART] for n in firsts))
    _write_design(root, plan, points)
    study = plan.study
    for name, one in analyses.items():
        kind, _, outcome = name.partition("-")
        about = {"outcome": outcome, "design": study.design.kind, "runs": study.runs}
        save_analysis(root, kind, one, about | {"seed": study.seeds[0]} | one.attrs)


def _inputs(plan: StudyPlan) -> dict[str, bytes]:
    """Return the files by which the study can be run again from the folder alone."""
    study, files = plan.study, {}
    if is_path(study.scenario):
        files[SCENARIO_FILE] = dump_scenario(load_from(study.scenario, study.folder)).encode()
        study = study.model_copy(update={"scenario": f"./{SCENARIO_FILE}"})
    if study.plugins:
        names = [
            one.name if one.installed else f"{PLUGINS_FOLDER}/{one.digest}/{one.name}"
            for one in plan.plugins.items
        ]
        study = study.model_copy(update={"plugins": tuple(names)})
    if study.design.points:
        files[POINTS_FILE] = (study.folder / study.design.points).read_bytes()
        design = study.design.model_copy(update={"points": POINTS_FILE})
        study = study.model_copy(update={"design": design})
    return files | {STUDY_FILE: study.to_toml().encode()}


def _write_design(root: Path, plan: StudyPlan, points: int) -> None:
    study = plan.study
    rows = [
        factor_row(
            c.name, c.kind, c.low, c.high, c.levels, group=c.factor, distribution=c.distribution
        )
        for c in plan.columns
    ]
    sizes: dict[str, Any] = {"points": points, "runs": study.runs, "seeds": list(study.seeds)}
    if study.design.samples:
        sizes["samples"] = study.design.samples
    if study.until:
        sizes["until"] = str(plan.until)
    if study.windows:
        sizes["windows"] = [
            f"{w.name}: weeks {w.first_week} to {w.last_week - 1}" for w in study.windows
        ]
    if not study.common_random_numbers:
        sizes["common_random_numbers"] = False
    save_design(root, plan.scenario, pd.DataFrame(rows), study.design.kind, sizes)
