"""Studies of one scenario, each in one call: sweep, sensitivity, discover.

With `out`, all cells are stored in that folder, and the same call continues from what it holds.
Without, everything is done in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ProblemCollector, ScenarioError
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import as_scenario
from scenario_sim.simulation.display import DisplayedResult, describe_runs, main_columns
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies.analysis.discovery import (
    MAX_BOXES,
    Discovery,
    discover_boxes,
    discovery_problems,
)
from scenario_sim.studies.analysis.sensitivity import (
    Influence,
    cells_per_sample,
    measure_influence,
    sensitivity_design,
    sensitivity_problems,
)
from scenario_sim.studies.analysis.statistics import NUMERIC_OUTCOMES, numeric_outcomes
from scenario_sim.studies.design.designs import design_problems
from scenario_sim.studies.design.designs import make_design as made_design
from scenario_sim.studies.design.inputs import (
    INVALID_STUDY,
    Input,
    Vary,
    apply_inputs,
    inputs_of_kinds,
    parse_inputs,
)
from scenario_sim.studies.evaluate import CellResults, Progress, evaluate, start_executor
from scenario_sim.studies.executors import Executor
from scenario_sim.studies.store.saved_analyses import factor_row, save_analysis, save_design
from scenario_sim.studies.store.tables import read_inputs_and_means
from scenario_sim.studies.uncertainty import UncertaintySources, split_uncertainty

RISK = "confrontation_risk"
OUTCOMES = (RISK, "launch_days", "talks_weeks")
RUNS = 200

StorePath = Path | str | None


@dataclass(frozen=True, repr=False)
class SweepResult(DisplayedResult):
    """Results of a sweep.

    Attributes
    ----------
    inputs : DataFrame
        One row a cell, one column an input.
    mean, mcse : DataFrame
        Mean outcomes and their Monte-Carlo errors; the same rows, one column an outcome.
    failed : dict
        Errors of the cells without results, by their number.
    """

    scenario: Scenario
    inputs: pd.DataFrame
    mean: pd.DataFrame
    mcse: pd.DataFrame
    failed: dict[int, str]
    runs: int
    seed: int
    engine: str = field(default_factory=engine_version)

    def _summary(self) -> list[str]:
        lines = [
            describe_runs(self.scenario, self.runs, self.seed, self.engine),
            f"{len(self.inputs):,} cells over {', '.join(self.inputs)}",
        ]
        return [*lines, f"{len(self.failed)} cells failed"] if self.failed else lines

    def _table(self) -> pd.DataFrame:
        return self.table

    def _text_table(self) -> pd.DataFrame:
        return self.inputs.iloc[:, :3].join(self.mean[main_columns(self.mean)[:3]])

    @property
    def table(self) -> pd.DataFrame:
        """Inputs and mean outcomes in one table, one row a cell."""
        return self.inputs.join(self.mean)


@dataclass(frozen=True, repr=False)
class SensitivityResult(DisplayedResult):
    """Results of a sensitivity study.

    Attributes
    ----------
    influence : dict
        Outcome -> sensitivity indices.
    sources : UncertaintySources, optional
        Spread by source of uncertainty; None if it was not requested.
    sweep : SweepResult
        The cells behind the indices.
    """

    method: str
    influence: dict[str, Influence]
    sources: UncertaintySources | None
    sweep: SweepResult

    def _summary(self) -> list[str]:
        cells = self.sweep
        return [
            describe_runs(cells.scenario, cells.runs, cells.seed, cells.engine),
            f"{self.method}, {len(cells.inputs):,} cells over {len(cells.inputs.columns)} inputs",
            *(one.leading_inputs() for one in list(self.influence.values())[:4]),
        ]

    def _table(self) -> pd.DataFrame:
        return pd.concat({name: one.table for name, one in self.influence.items()})

    def _text_table(self) -> None:
        return None


def sweep(
    scenario: Scenario | str,
    vary: Vary,
    design: str = "grid",
    samples: int | None = None,
    *,
    runs: int = RUNS,
    seed: int = 0,
    common_luck: bool = True,
    out: StorePath = None,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    weekly: bool = False,
) -> SweepResult:
    """Vary levers, hypotheses, circumstances and coefficients, one cell for each combination.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, or a shipped name or file.
    vary : str, iterable of str, or mapping
        As in `parse_inputs`: ["hotline=0:1:5", "alarm_rate"], {"hotline": [0, 0.5, 1]} (these
        values), or {"hotline": Range(0, 1, points=5)}.
    design : {"grid", "lhs", "sobol"}
    samples : int, optional
        Number of cells of `lhs` or `sobol`.
    runs : int
        Runs of each cell.
    seed : int
    common_luck : bool
        All cells use one seed, so that their differences are paired; else cell k uses seed + k.
    out : Path or str, optional
        Folder of a store for the cells; the same call continues from what it holds.
    jobs : int
        Threads.
    executor : Executor, optional
        Runs the cells instead of threads: `threads(...)` or `OnCluster(...)`.
    progress : callable, optional
        Called with the work done and its total.
    weekly : bool
        With `out`: store every week of every run too.

    Raises
    ------
    ScenarioError
        Lists everything that is wrong, before anything runs.

    Examples
    --------
    >>> found = sweep("status-quo", ["hotline=0:1:3"], runs=20)
    >>> found.table[["hotline", "launch_days"]].shape
    (3, 2)
    """
    scenario = as_scenario(scenario)
    varied = _sweep_inputs(scenario, vary, design, samples)
    table = made_design(varied, design, samples, seed)
    if out is not None:
        _save_design(out, scenario, varied, design, table, runs, seed)
    seeds: int | list[int] = seed if common_luck else [seed + n for n in range(len(table))]
    with start_executor(jobs, executor) as pool:
        more = {"out": out, "executor": pool, "progress": progress, "weekly": weekly}
        return _sweep_result(
            scenario, table, runs, seed, evaluate_design(scenario, table, runs, seeds, **more)
        )


def _save_design(
    out: Path | str,
    scenario: Scenario,
    varied: Sequence[Input],
    design: str,
    table: pd.DataFrame,
    runs: int,
    seed: int,
) -> None:
    rows = [factor_row(one.name, one.kind, one.low, one.high, one.values) for one in varied]
    sizes = {"points": len(table), "runs": runs, "seeds": [seed]}
    save_design(out, scenario, pd.DataFrame(rows), design, sizes)


def sweep_design(
    scenario: Scenario, vary: Vary, kind: str = "grid", samples: int | None = None, seed: int = 0
) -> pd.DataFrame:
    """Return the cells of a sweep without running them. Raises ScenarioError."""
    return made_design(_sweep_inputs(scenario, vary, kind, samples), kind, samples, seed)


def _sweep_inputs(
    scenario: Scenario, vary: Vary, kind: str, samples: int | None
) -> tuple[Input, ...]:
    collector, varied = ProblemCollector(INVALID_STUDY), None
    with collector.under("--vary"):
        varied = parse_inputs(scenario, vary)
    collector.add(design_problems(varied, kind, samples))
    collector.raise_if_any()
    return tuple(varied or ())


def sensitivity(
    scenario: Scenario | str,
    method: str = "morris",
    over: str | Sequence[str] | None = None,
    vary: Vary = (),
    samples: int | None = None,
    *,
    outcomes: Sequence[str] = OUTCOMES,
    apart: bool = True,
    runs: int = RUNS // 2,
    seed: int = 0,
    out: StorePath = None,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    weekly: bool = False,
) -> SensitivityResult:
    """Rank the inputs by their effect on the outcomes, with intervals and convergence.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, or a shipped name or file.
    method : {"morris", "sobol"}
    over : str or sequence of str, optional
        Kinds of inputs, each over its whole range: `levers` (the default), `parameters`, `both`,
        `hypotheses`, `circumstances`, `all`.
    vary : str, iterable of str, or mapping
        Inputs and their ranges as in `parse_inputs`, in addition to `over` or instead of it.
    samples : int, optional
        As in `sensitivity_design`.
    outcomes : sequence of str
    apart : bool
        Also separate luck, parameters, structure and disputed facts, each on cells of its own.
    runs : int
        Runs of each cell.
    seed : int
    out, jobs, executor, progress, weekly
        As in `sweep`.

    Raises
    ------
    ScenarioError
    """
    scenario = as_scenario(scenario)
    varied = sensitivity_inputs(scenario, method, over, vary, samples, outcomes)
    table = sensitivity_design(varied, method, samples, seed)
    if out is not None:
        _save_design(out, scenario, varied, method, table, runs, seed)
    sources = None
    with start_executor(jobs, executor) as pool:
        more = {"out": out, "executor": pool, "progress": progress, "weekly": weekly}
        results = evaluate_design(scenario, table, runs, seed, **more)
        if results.failed:
            _raise_failed_cells(results)
        if apart:
            levers = any(one.kind == "levers" for one in varied)
            sources = split_uncertainty(scenario, outcomes, runs, seed, levers=levers, **more)
    influence = {
        name: measure_influence(varied, table, results.mean, name, method, seed)
        for name in dict.fromkeys(outcomes)
    }
    cells = _sweep_result(scenario, table, runs, seed, results)
    result = SensitivityResult(method, influence, sources, cells)
    if out is not None:
        _save_sensitivity(out, result, len(table) // cells_per_sample(varied, method))
    return result


def _save_sensitivity(out: Path | str, result: SensitivityResult, samples: int) -> None:
    sweep, sources = result.sweep, result.sources
    options = {
        "samples": samples,
        "cells": len(sweep.inputs),
        "runs": sweep.runs,
        "seed": sweep.seed,
    }
    for name, influence in result.influence.items():
        about = options | {"outcome": name, "settled": influence.settled}
        save_analysis(out, result.method, influence.table, about)
        if sources:
            save_analysis(out, "spread", sources.spread[name], about)
            mechanisms = sources.mechanisms[sources.mechanisms["outcome"] == name]
            save_analysis(out, "mechanisms", mechanisms.drop(columns="outcome"), about)


def sensitivity_inputs(
    scenario: Scenario,
    method: str,
    over: str | Sequence[str] | None,
    vary: Vary,
    samples: int | None,
    outcomes: Sequence[str],
) -> tuple[Input, ...]:
    """Return the inputs of a sensitivity study. Raises ScenarioError with all problems."""
    collector = ProblemCollector(INVALID_STUDY)
    named = kinds = varied = None
    with collector.under("--vary"):
        named = parse_inputs(scenario, vary)
    with collector.under("--over"):
        kinds = inputs_of_kinds(scenario, over or ("levers" if not vary else ()))
    if named is not None and kinds is not None:
        names = {one.name for one in named}
        varied = (*named, *(one for one in kinds if one.name not in names))
    collector.add(sensitivity_problems(varied, method, samples))
    collector.check_names("--outcome", "outcome", outcomes, numeric_outcomes(scenario))
    collector.raise_if_any()
    return varied or ()


def discover(
    where: SweepResult | Path | str,
    outcome: str = RISK,
    *,
    above: float | str | None = None,
    below: float | str | None = None,
    method: str = "prim",
    most: int = MAX_BOXES,
) -> Discovery:
    """Find the ranges of inputs that lead to an outcome above (or below) a threshold.

    Parameters
    ----------
    where : SweepResult, Path or str
        A sweep, or the folder of a store.
    outcome : str
    above, below : float or str, optional
        The threshold (exactly one of both): a number, or a percentage of the cells such as "90%".
    method : {"prim", "pca_prim", "cart"}
    most : int
        Maximum number of boxes.

    Raises
    ------
    ScenarioError
        There are too few cells.
    """
    collector = ProblemCollector(INVALID_STUDY)
    collector.add(discovery_problems(above, below, method, most))
    thresholds: dict[str, Callable[[pd.Series], float] | None] = {}
    for name, text in (("above", above), ("below", below)):
        with collector.under(f"--{name}"):
            thresholds[name] = parse_threshold(text, f"--{name}")
    table = mean = pd.DataFrame()
    if isinstance(where, SweepResult):
        table, mean = where.inputs, where.mean
    else:
        with collector.under(str(where)):
            table, mean = read_inputs_and_means(Path(where))
    known = tuple(mean) or NUMERIC_OUTCOMES
    collector.check_names("--outcome", "outcome", [outcome], known)
    collector.raise_if_any()
    limits = {name: level and level(mean[outcome]) for name, level in thresholds.items()}
    found = discover_boxes(table, mean, outcome, method=method, most=most, **limits)
    if not isinstance(where, SweepResult):
        asked = {"outcome": outcome, "method": method, "threshold": found.threshold}
        save_analysis(where, "boxes", found.boxes, asked | {"above": found.above})
        if not found.trajectory.empty:
            save_analysis(where, "peeling", found.trade_off, asked | {"above": found.above})
        if found.rotation:
            save_analysis(where, "loadings", found.rotation.loadings.reset_index(), asked)
            save_analysis(where, "ranges", found.ranges, asked)
    return found


def evaluate_design(
    scenario: Scenario, table: pd.DataFrame, runs: int, seed: int | Sequence[int], **more: Any
) -> CellResults:
    rows = table.to_dict("records")
    return evaluate([apply_inputs(scenario, row) for row in rows], runs, seed, labels=rows, **more)


def _sweep_result(
    scenario: Scenario, table: pd.DataFrame, runs: int, seed: int, found: CellResults
) -> SweepResult:
    return SweepResult(scenario, table, found.mean, found.mcse, found.failed, runs, seed)


def _raise_failed_cells(found: CellResults) -> None:
    first = next(iter(found.failed))
    text = f"{len(found.failed)} of {found.cells} cells failed; the first: {found.failed[first]}"
    raise ScenarioError([Problem(f"cell {first}", text)], "the design has gaps")


def parse_threshold(said: float | str | None, option: str) -> Callable[[pd.Series], float] | None:
    """Return a function from values of cells to a threshold; a percentage is a quantile."""
    if said is None:
        return None
    text = str(said).strip()
    share = text.endswith("%")
    try:
        number = float(text.removesuffix("%"))
        if not np.isfinite(number) or (share and not 0 < number < 100):
            raise ValueError
    except ValueError:
        told = f"takes a number, or a percentage of the cells such as 90%, not {text!r}"
        raise ScenarioError([Problem(option, told)], "there is no such threshold") from None
    return lambda values: float(np.nanquantile(values, number / 100)) if share else number
