"""Questions about a world, each in one call: sweep, sensitivity, discover.

With `out`, every cell goes through a store in that folder: the same call finds what is there and
goes on from it. Without, all is done in memory. jobs: threads; executor: what else does the work
(`threads`, `OnCluster`). Progress is told as (done, of how much).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ProblemCollector, ScenarioError
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import load_scenario
from scenario_sim.studies.analysis.cell_means import NUMERIC_OUTCOMES
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
from scenario_sim.studies.design.designs import design_problems
from scenario_sim.studies.design.designs import make_design as made_design
from scenario_sim.studies.design.inputs import (
    INVALID_STUDY,
    Input,
    apply_inputs,
    inputs_of_kinds,
    parse_inputs,
)
from scenario_sim.studies.evaluate import CellResults, Progress, evaluate, start_executor
from scenario_sim.studies.executors import Executor
from scenario_sim.studies.store.saved_analyses import save_analysis
from scenario_sim.studies.store.tables import read_inputs_and_means
from scenario_sim.studies.uncertainty import UncertaintySources, split_uncertainty

RISK = "confrontation_risk"
OUTCOMES = (RISK, "launch_days", "talks_weeks")
RUNS = 200

Vary = Iterable[str] | Mapping[str, Sequence[float]]
StorePath = Path | str | None


@dataclass(frozen=True)
class SweepResult:
    """inputs: (cell, input); mean, mcse: (cell, outcome), in the same order; failed: the errors of
    cells without results."""

    scenario: Scenario
    inputs: pd.DataFrame
    mean: pd.DataFrame
    mcse: pd.DataFrame
    failed: dict[int, str]
    runs: int
    seed: int

    @property
    def table(self) -> pd.DataFrame:
        """Inputs and means side by side, one row a cell."""
        return self.inputs.join(self.mean)


@dataclass(frozen=True)
class SensitivityResult:
    """influence: outcome -> what moves it. sources: outcome -> luck, parameters, structure and
    disputed facts kept apart; None where not asked for. sweep: the cells behind the indices."""

    method: str
    influence: dict[str, Influence]
    sources: UncertaintySources | None
    sweep: SweepResult


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
) -> SweepResult:
    """Vary levers, hypotheses, circumstances and coefficients: one cell for each combination.

    vary: as in `inputs`: ["hotline=0:1:5", "alarm_rate"], or {"hotline": (0, 1, 5)}. common_luck:
    all cells run on one seed, so that their differences are paired; else cell k on seed + k.
    Raises ScenarioError with everything that is wrong, before anything runs.
    """
    scenario = as_scenario(scenario)
    table = sweep_design(scenario, vary, design, samples, seed)
    seeds: int | list[int] = seed if common_luck else [seed + n for n in range(len(table))]
    with start_executor(jobs, executor) as doing:
        more = {"out": out, "executor": doing, "progress": progress}
        return _sweep_result(
            scenario, table, runs, seed, evaluate_design(scenario, table, runs, seeds, **more)
        )


def sweep_design(
    scenario: Scenario, vary: Vary, kind: str = "grid", samples: int | None = None, seed: int = 0
) -> pd.DataFrame:
    """The cells of a sweep; nothing runs. Raises ScenarioError with everything that is wrong."""
    collector, varied = ProblemCollector(INVALID_STUDY), None
    with collector.under("--vary"):
        varied = parse_inputs(scenario, vary)
    collector.add(design_problems(varied, kind, samples))
    collector.raise_if_any()
    return made_design(varied or (), kind, samples, seed)


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
) -> SensitivityResult:
    """Which inputs move the outcomes, with intervals and convergence.

    over: kinds of inputs, each over its whole range (`levers` without anything said; `parameters`,
    `both`, `hypotheses`, `circumstances`, `all`); vary: inputs by name, as well or instead. apart:
    luck, parameters, structure and disputed facts, each on cells of its own. Raises ScenarioError.
    """
    scenario = as_scenario(scenario)
    varied = sensitivity_inputs(scenario, method, over, vary, samples, outcomes)
    table = sensitivity_design(varied, method, samples, seed)
    apart_ = None
    with start_executor(jobs, executor) as doing:
        more = {"out": out, "executor": doing, "progress": progress}
        found = evaluate_design(scenario, table, runs, seed, **more)
        if found.failed:
            _raise_failed_cells(found)
        if apart:
            levers = any(one.kind == "levers" for one in varied)
            apart_ = split_uncertainty(scenario, outcomes, runs, seed, levers=levers, **more)
    told = {
        name: measure_influence(varied, table, found.mean, name, method, seed)
        for name in dict.fromkeys(outcomes)
    }
    if out is not None:
        samples = len(table) // cells_per_sample(varied, method)
        asked = {"samples": samples, "cells": len(table), "runs": runs, "seed": seed}
        for name, one in told.items():
            about = asked | {"outcome": name, "settled": one.settled}
            save_analysis(out, method, one.table, about)
            if apart_:
                save_analysis(out, "spread", apart_.spread[name], about)
                alone = apart_.mechanisms[apart_.mechanisms["outcome"] == name]
                save_analysis(out, "mechanisms", alone.drop(columns="outcome"), about)
    return SensitivityResult(
        method, told, apart_, _sweep_result(scenario, table, runs, seed, found)
    )


def sensitivity_inputs(
    scenario: Scenario,
    method: str,
    over: str | Sequence[str] | None,
    vary: Vary,
    samples: int | None,
    outcomes: Sequence[str],
) -> tuple[Input, ...]:
    """What a sensitivity study varies. Raises ScenarioError with everything that is wrong."""
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
    collector.check_names("--outcome", "outcome", outcomes, NUMERIC_OUTCOMES)
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
    """Which ranges of what was varied lead to an outcome above (or below) a threshold.

    where: a sweep, or the folder of a store. above, below: a number, or a percentage such as "90%"
    for that share of the cells. Raises ScenarioError where there is too little to go by.
    """
    collector = ProblemCollector(INVALID_STUDY)
    collector.check_names("--outcome", "outcome", [outcome], NUMERIC_OUTCOMES)
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
    collector.raise_if_any()
    limits = {name: level and level(mean[outcome]) for name, level in thresholds.items()}
    found = discover_boxes(table, mean, outcome, method=method, most=most, **limits)
    if not isinstance(where, SweepResult):
        asked = {"outcome": outcome, "method": method, "threshold": found.threshold}
        save_analysis(where, "boxes", found.boxes, asked | {"above": found.above})
    return found


def as_scenario(scenario: Scenario | str) -> Scenario:
    return load_scenario(scenario) if isinstance(scenario, str) else scenario


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
    """A threshold, once the cells' values are known: a percentage is a quantile over the cells."""
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
