"""The questions a researcher asks, each in one call: sweep, sensitivity, discover, robust, search_policies.

With `out`, every cell goes through a store in that folder: the same call finds what is there and
goes on from it. Without, all is done in memory. Progress is told as (cells done, of how many).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import scenario_sim.studies.search as searching
from scenario_sim.errors import Problem, ScenarioError, UnknownName
from scenario_sim.scenario import Scenario
from scenario_sim.scenario_file import load_scenario
from scenario_sim.studies.analyses import keep_analysis
from scenario_sim.studies.cell_means import NUMBERS
from scenario_sim.studies.designs import design as made_design
from scenario_sim.studies.discovery import MOST_BOXES, Discovery, discover_boxes
from scenario_sim.studies.evaluate import Progress, Results, evaluate
from scenario_sim.studies.influence import Influence, influence, sensitivity_design
from scenario_sim.studies.inputs import Input, apply, inputs, of_kinds
from scenario_sim.studies.library import library
from scenario_sim.studies.policies import cross, policies, theories
from scenario_sim.studies.robustness import Robustness, robustness
from scenario_sim.studies.sources import Sources, sources

RISK = "confrontation_risk"
OUTCOMES = (RISK, "launch_days", "talks_weeks")
RUNS = 200

Vary = Iterable[str] | Mapping[str, Sequence[float]]
Where = Path | str | None


@dataclass(frozen=True)
class Sweep:
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
class Sensitivity:
    """influence: outcome -> what moves it. sources: outcome -> luck, parameters, structure and
    disputed facts kept apart; None where not asked for. sweep: the cells behind the indices."""

    method: str
    influence: dict[str, Influence]
    sources: Sources | None
    sweep: Sweep


@dataclass(frozen=True)
class Policies:
    """outcomes: name -> regret of the policies under the theories. scenarios: every policy by its
    name. theories: what each sets."""

    outcomes: dict[str, Robustness]
    scenarios: dict[str, Scenario]
    theories: dict[str, dict[str, float]]
    failed: dict[str, str]
    runs: int
    seed: int


@dataclass(frozen=True)
class Search:
    """front: on the luck of the search. fresh: the same policies on luck of another seed."""

    scenario: Scenario
    front: searching.Front
    fresh: pd.DataFrame
    runs: int
    seed: int


def sweep(
    scenario: Scenario | str,
    vary: Vary,
    design: str = "grid",
    samples: int | None = None,
    *,
    runs: int = RUNS,
    seed: int = 0,
    common_luck: bool = True,
    out: Where = None,
    jobs: int = 1,
    progress: Progress | None = None,
    **study: Any,
) -> Sweep:
    """Vary levers, hypotheses, circumstances and coefficients: one cell for each combination.

    vary: as in `inputs`: ["hotline=0:1:5", "alarm_rate"], or {"hotline": (0, 1, 5)}. common_luck:
    all cells run on one seed, so that their differences are paired; else cell k on seed + k.
    Raises ScenarioError with everything that is wrong, before anything runs.
    """
    scenario = _loaded(scenario)
    varied = inputs(scenario, vary)
    table = made_design(varied, design, samples, seed)
    seeds: int | list[int] = seed if common_luck else [seed + n for n in range(len(table))]
    more = {"out": out, "jobs": jobs, "progress": progress, **study}
    return _swept(scenario, table, runs, seed, _run(scenario, table, runs, seeds, (), **more))


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
    out: Where = None,
    jobs: int = 1,
    progress: Progress | None = None,
    **study: Any,
) -> Sensitivity:
    """Which inputs move the outcomes, with intervals and convergence.

    over: kinds of inputs, each over its whole range (`levers` without anything said; `parameters`,
    `both`, `hypotheses`, `circumstances`, `all`); vary: inputs by name, as well or instead. apart:
    luck, parameters, structure and disputed facts, each on cells of its own. Raises ScenarioError.
    """
    scenario = _loaded(scenario)
    _known(outcomes)
    named = inputs(scenario, vary)
    kinds = of_kinds(scenario, over) if over else () if named else of_kinds(scenario, "levers")
    varied = (*named, *(one for one in kinds if one.name not in {n.name for n in named}))
    table = sensitivity_design(varied, method, samples, seed)
    more = {"out": out, "jobs": jobs, **study}
    found = _run(scenario, table, runs, seed, (), progress=progress, **more)
    if found.failed:
        _refuse_gaps(found)
    told = {
        name: influence(varied, table, found.mean, name, method, seed)
        for name in dict.fromkeys(outcomes)
    }
    apart_ = None
    if apart:
        said = any(one.kind == "levers" for one in varied)
        apart_ = sources(scenario, outcomes, runs, seed, levers=said, progress=progress, **more)
    swept = _swept(scenario, table, runs, seed, found)
    if out is not None:
        first = outcomes[0]
        asked = {"outcome": first, "samples": samples, "runs": runs, "seed": seed}
        asked |= {"settled": told[first].settled, "cells": len(table)}
        keep_analysis(out, method, told[first].table, asked)
        if apart_:
            keep_analysis(out, "spread", apart_.spread[first], asked)
    return Sensitivity(method, told, apart_, swept)


def discover(
    where: Sweep | Path | str,
    outcome: str = RISK,
    *,
    above: float | str | None = None,
    below: float | str | None = None,
    method: str = "prim",
    most: int = MOST_BOXES,
) -> Discovery:
    """Which ranges of what was varied lead to an outcome above (or below) a threshold.

    where: a sweep, or the folder of a store. above, below: a number, or a percentage such as "90%"
    for that share of the cells. Raises ScenarioError where there is too little to go by.
    """
    _known((outcome,))
    if isinstance(where, Sweep):
        table, mean = where.inputs, where.mean
    else:
        table, mean = library(where)
    limits = {"above": _level(above, mean[outcome], "--above"),
              "below": _level(below, mean[outcome], "--below")}  # fmt: skip
    found = discover_boxes(table, mean, outcome, **limits, method=method, most=most)
    if not isinstance(where, Sweep):
        asked = {"outcome": outcome, "method": method, "threshold": found.threshold}
        keep_analysis(where, "boxes", found.boxes, asked | {"above": found.above})
    return found


def robust(
    scenario: Scenario | str,
    given: Sequence[str] | Mapping[str, Mapping[str, float]],
    worlds: str | Mapping[str, Mapping[str, float]] = "presets",
    *,
    outcomes: Sequence[str] = (RISK,),
    runs: int = 1000,
    seed: int = 0,
    out: Where = None,
    jobs: int = 1,
    progress: Progress | None = None,
    **study: Any,
) -> Policies:
    """Policies against theories: regret, which is best under which, which is never worst.

    given: policies, as in `policies.policies`; the scenario as it is stands beside them. worlds:
    `presets`, `corners` (of the disputed hypotheses), or theories by name and what each sets.
    Raises ScenarioError.
    """
    scenario = _loaded(scenario)
    _known(outcomes)
    named = policies(scenario, given)
    if len(named) < 2:
        text = "name one or more, as in --policies freeze-for-freeze,hotline=0.8"
        raise ScenarioError([Problem("--policies", text)], "there is nothing to compare")
    views = theories(scenario, worlds) if isinstance(worlds, str) else worlds
    worlds_by_name = {theory: dict(says) for theory, says in views.items()}
    crossed = cross(named, worlds_by_name)
    labels = [{"policy": p, "theory": t} for p, t in crossed]
    more = {"out": out, "jobs": jobs, "progress": progress, "labels": labels, **study}
    found = evaluate(list(crossed.values()), runs, seed, keep=tuple(outcomes), **more)
    pairs = list(crossed)
    told = {
        name: robustness(dict(zip(pairs, found.values[name], strict=True)), name)
        for name in dict.fromkeys(outcomes)
    }
    if out is not None:
        asked = {"outcome": outcomes[0], "runs": runs, "seed": seed}
        keep_analysis(out, "regret", told[outcomes[0]].regret, asked)
    failed = {" under ".join(pairs[n]): text for n, text in found.failed.items()}
    return Policies(told, named, worlds_by_name, failed, runs, seed)


def search_policies(
    scenario: Scenario | str,
    vary: Vary,
    objectives: Sequence[str] = searching.OBJECTIVES,
    *,
    evaluations: int = searching.EVALUATIONS,
    population: int = searching.POPULATION,
    cost_weights: Mapping[str, float] | None = None,
    runs: int = RUNS,
    seed: int = 0,
    out: Where = None,
    jobs: int = 1,
    progress: Progress | None = None,
    **study: Any,
) -> Search:
    """Search levers for the policies that none beats in every objective.

    vary: levers, whole or within limits, as in `inputs`. objectives: outcomes, and `cost`: how far
    the levers are moved, as shares of their ranges, times `cost_weights`, summed. The front is run
    again on the luck of seed + 1. Raises ScenarioError.
    """
    scenario = _loaded(scenario)
    varied = inputs(scenario, vary)
    other = [one.name for one in varied if one.kind != "levers"]
    if other:
        text = f"nobody chooses {other[0]}; search levers"
        raise ScenarioError([Problem(f"--levers {other[0]}", text)], "there is no such search")
    varied = tuple(replace(one, points=None, values=()) for one in varied)
    more = {"out": out, "jobs": jobs, **study}
    tried = 0

    def means(table: pd.DataFrame) -> pd.DataFrame:
        nonlocal tried
        found = _run(scenario, table, runs, seed, (), **more).mean
        tried += len(table)
        if progress:
            progress(min(tried, evaluations), evaluations)
        return found

    front = searching.search_front(
        varied, means, objectives, evaluations=evaluations, population=population, seed=seed,
        cost_weights=cost_weights,
    )  # fmt: skip
    levers = front.table[list(front.levers)]
    fresh = _run(scenario, levers, runs, seed + 1, (), **more).mean
    fresh[searching.COST] = searching.cost(levers, varied, cost_weights).to_numpy()
    fresh = fresh[list(front.objectives)].rename_axis("policy")
    if out is not None:
        asked = {"objectives": list(front.objectives), "runs": runs, "seed": seed}
        asked |= {"evaluations": evaluations, "cost_weights": dict(cost_weights or {})}
        keep_analysis(out, "front", front.table.join(fresh, rsuffix="_fresh"), asked)
    return Search(scenario, front, fresh, runs, seed)


def _loaded(scenario: Scenario | str) -> Scenario:
    return load_scenario(scenario) if isinstance(scenario, str) else scenario


def _run(
    scenario: Scenario, table: pd.DataFrame, runs: int, seed: int | Sequence[int], keep, **more: Any
) -> Results:
    rows = table.to_dict("records")
    made = [apply(scenario, row) for row in rows]
    return evaluate(made, runs, seed, keep=keep, labels=rows, **more)


def _swept(scenario: Scenario, table: pd.DataFrame, runs: int, seed: int, found: Results) -> Sweep:
    return Sweep(scenario, table, found.mean, found.mcse, found.failed, runs, seed)


def _known(outcomes: Iterable[str]) -> None:
    for name in outcomes:
        if name not in NUMBERS:
            raise UnknownName("outcome", name, NUMBERS)


def _refuse_gaps(found: Results) -> None:
    first = next(iter(found.failed))
    text = f"{len(found.failed)} of {found.cells} cells failed; the first: {found.failed[first]}"
    raise ScenarioError([Problem(f"cell {first}", text)], "the design has gaps")


def _level(said: float | str | None, values: pd.Series, option: str) -> float | None:
    """A threshold as a number; a percentage is a quantile over the cells."""
    if said is None:
        return None
    text = str(said).strip()
    try:
        number = float(text.removesuffix("%"))
        if not np.isfinite(number) or (text.endswith("%") and not 0 < number < 100):
            raise ValueError
    except ValueError:
        told = f"takes a number, or a percentage of the cells such as 90%, not {text!r}"
        raise ScenarioError([Problem(option, told)], "there is no such threshold") from None
    return float(np.nanquantile(values, number / 100)) if text.endswith("%") else number


__all__ = ["Input", "Policies", "Search", "Sensitivity", "Sweep", "discover", "robust", "search_policies",
           "sensitivity", "sweep"]  # fmt: skip
