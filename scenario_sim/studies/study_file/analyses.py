"""Analyse the finished design of a study: sensitivity, importance, discovery, regret."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.studies.analysis.discovery import discover_boxes
from scenario_sim.studies.analysis.robustness import robustness
from scenario_sim.studies.analysis.sensitivity import influence_of_problem
from scenario_sim.studies.design.inputs import INVALID_STUDY
from scenario_sim.studies.optional import import_optional
from scenario_sim.studies.study_file.columns import Column
from scenario_sim.studies.study_file.plan import (
    METHOD_OF_DESIGN,
    StudyPlan,
    points_per_sample,
    salib_problem,
)
from scenario_sim.studies.study_file.schema import Analysis, Study

# The columns of each given-data method, and SALib's name of each.
GIVEN_DATA_COLUMNS = {
    "delta": {
        "delta": "delta_raw",
        "delta_conf": "delta_raw_conf",
        "S1": "S1",
        "S1_conf": "S1_conf",
    },
    "pawn": {"median": "median", "minimum": "minimum", "maximum": "maximum", "CV": "CV"},
    "rbd_fast": {"S1": "S1", "S1_conf": "S1_conf"},
}
GIVEN_DATA_RESAMPLES = 40  # of the bootstrap: one of `delta` takes a second at 1,000 points
MIN_POINTS = 50  # fewer points give no density to estimate


def check_number_of_points(study: Study, points: int) -> None:
    """Raise ScenarioError if an analysis needs more design points than there are.

    It is called before the first run, because a study may take hours.
    """
    problems = [
        Problem.at(
            ("analyses", n),
            f"{analysis.method or analysis.kind} needs {MIN_POINTS} design points or more, "
            f"not {points}; add samples",
        )
        for n, analysis in enumerate(study.analyses)
        if analysis.kind == "importance" or analysis.method in GIVEN_DATA_COLUMNS
        if points < MIN_POINTS
    ]
    if problems:
        raise ScenarioError(problems, INVALID_STUDY)


def analyse(
    analysis: Analysis,
    plan: StudyPlan,
    design: pd.DataFrame,
    mean: pd.DataFrame,
    runs: Mapping[tuple[str, str], np.ndarray] | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables of an analysis, by the kind under which the store keeps them.

    Parameters
    ----------
    analysis : Analysis
    plan : StudyPlan
    design : DataFrame
        One row a design point.
    mean : DataFrame
        The mean outcomes of the same points, one column an outcome.
    runs : mapping, optional
        (policy, theory) -> outcome of each run; only `regret` needs it.

    Raises
    ------
    ScenarioError
        There are too few points.
    """
    y = mean[analysis.outcome].to_numpy(float)
    if analysis.kind == "regret":
        return {"regret": robustness(runs or {}, analysis.outcome.rpartition(".")[2]).regret}
    if analysis.kind == "discover":
        return _discover(analysis, plan, design, mean[analysis.outcome])
    if analysis.kind == "importance":
        return {"importance": _importance(design, y, plan.columns)}
    return _sensitivity(analysis, plan, design, y)


def _sensitivity(
    analysis: Analysis, plan: StudyPlan, design: pd.DataFrame, y: np.ndarray
) -> dict[str, pd.DataFrame]:
    kind = plan.study.design.kind
    method = analysis.method or METHOD_OF_DESIGN.get(kind, "delta")
    seed = plan.study.seeds[0]
    x, problem = design_codes(design, plan.columns), salib_problem(plan.columns)
    if method in GIVEN_DATA_COLUMNS:
        return {method: given_data_indices(plan.columns, x, y, method, seed)}
    block = points_per_sample(plan.study.design, plan.columns)
    second = plan.study.design.second_order
    found = influence_of_problem(problem, block, x, y, analysis.outcome, method, seed, second)
    found.table.attrs = {"settled": bool(found.settled), "points": len(y)}
    tables = {method: found.table, "convergence": found.convergence}
    return tables if found.pairs is None else tables | {"pairs": found.pairs}


def design_codes(design: pd.DataFrame, columns: tuple[Column, ...]) -> np.ndarray:
    """Return the design on the unit cube: numbers by their range, others by their place."""
    codes = np.empty((len(design), len(columns)))
    for n, column in enumerate(columns):
        values = design[column.name]
        if column.is_number:
            width = column.high - column.low or 1.0
            codes[:, n] = (values.to_numpy(float) - column.low) / width
        else:
            at = {level: place for place, level in enumerate(column.levels)}
            codes[:, n] = values.map(at).to_numpy(float) / max(1, len(at) - 1)
    return codes


def given_data_indices(
    columns: tuple[Column, ...], x: np.ndarray, y: np.ndarray, method: str, seed: int = 0
) -> pd.DataFrame:
    """Return sensitivity indices from any design: `delta`, `pawn` or `rbd_fast`.

    Parameters
    ----------
    columns : tuple of Column
    x : ndarray
        The design on the unit cube, (points, columns).
    y : ndarray
        The outcome, (points,); points without a value are left out.
    method : {"delta", "pawn", "rbd_fast"}
    seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        One row an input, the most influential first.

    Raises
    ------
    ScenarioError
        There are fewer than 50 points with a value.
    """
    import_optional("SALib")
    import_optional("sklearn")
    from SALib.analyze import delta, pawn, rbd_fast
    from threadpoolctl import threadpool_limits  # scikit-learn requires it

    there = ~np.isnan(y)
    x, y = x[there], y[there]
    if len(y) < MIN_POINTS:
        text = f"needs {MIN_POINTS} design points or more, not {len(y)}; add samples"
        raise ScenarioError([Problem(method, text)], "there is no such analysis")
    problem = salib_problem(columns)
    problem.pop("groups", None)  # these methods rank inputs one by one
    names = GIVEN_DATA_COLUMNS[method]
    if np.ptp(y) == 0:
        return pd.DataFrame({"name": problem["names"]} | dict.fromkeys(names, 0.0))
    analyzers: dict[str, Any] = {"delta": delta, "pawn": pawn, "rbd_fast": rbd_fast}
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        redirect_stdout(io.StringIO()),  # SALib prints notices about its bins, ...
        redirect_stderr(io.StringIO()),
        threadpool_limits(1),  # ... and solves thousands of small systems, which threads slow down
    ):
        warnings.simplefilter("ignore")
        more = {} if method == "pawn" else {"num_resamples": GIVEN_DATA_RESAMPLES}
        found = analyzers[method].analyze(problem, x, y, seed=seed, **more)
    table = {name: np.asarray(found[theirs], float) for name, theirs in names.items()}
    return pd.DataFrame({"name": problem["names"]} | table).sort_values(
        next(iter(names)), ascending=False, kind="stable", ignore_index=True
    )


def _importance(design: pd.DataFrame, y: np.ndarray, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Return the share of splits that each input explains in an ensemble of extra trees."""
    import_optional("sklearn")
    from sklearn.ensemble import ExtraTreesRegressor

    there = ~np.isnan(y)
    if there.sum() < MIN_POINTS:
        text = f"needs {MIN_POINTS} design points or more, not {int(there.sum())}; add samples"
        raise ScenarioError([Problem("importance", text)], "there is no such analysis")
    trees = ExtraTreesRegressor(n_estimators=200, min_samples_leaf=3, random_state=0, bootstrap=True,
                                oob_score=True)  # fmt: skip
    trees.fit(design_codes(design, columns)[there], y[there])
    each = np.array([tree.feature_importances_ for tree in trees.estimators_])
    table = pd.DataFrame({
        "name": [column.name for column in columns], "score": trees.feature_importances_,
        "sd": each.std(axis=0), "oob_r2": trees.oob_score_,
    })  # fmt: skip
    return table.sort_values("score", ascending=False, kind="stable", ignore_index=True)


def _discover(
    analysis: Analysis, plan: StudyPlan, design: pd.DataFrame, y: pd.Series
) -> dict[str, pd.DataFrame]:
    from scenario_sim.studies.workflows import parse_threshold

    inputs = design[[column.name for column in plan.columns if column.is_number]].astype(float)
    side = "above" if analysis.above else "below"
    level = parse_threshold(analysis.above or analysis.below, side)
    assert level
    method, limit = analysis.method or "prim", level(y)
    if side == "above":
        found = discover_boxes(inputs, y, analysis.outcome, method=method, above=limit)
    else:
        found = discover_boxes(inputs, y, analysis.outcome, method=method, below=limit)
    about = {"method": method, "threshold": found.threshold, "above": found.above}
    tables = {"boxes": found.boxes}
    if not found.trajectory.empty:
        tables["peeling"] = found.trade_off
    if found.rotation:
        tables |= {"loadings": found.rotation.loadings.reset_index(), "ranges": found.ranges}
    for table in tables.values():
        table.attrs = about
    return tables
