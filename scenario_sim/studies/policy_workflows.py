"""Questions about what to do, each in one call: robust, search_policies. See `questions`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

import scenario_sim.studies.analysis.search as searching
from scenario_sim.errors import Problem, ProblemCollector
from scenario_sim.scenario import Scenario
from scenario_sim.studies.analysis.cell_means import NUMERIC_OUTCOMES
from scenario_sim.studies.analysis.robustness import Robustness, robustness
from scenario_sim.studies.design.inputs import INVALID_STUDY, Input, parse_inputs
from scenario_sim.studies.design.policies import cross_policies, parse_policies, theories_by_name
from scenario_sim.studies.evaluate import Progress, evaluate, start_executor
from scenario_sim.studies.executors import Executor
from scenario_sim.studies.store.saved_analyses import save_analysis
from scenario_sim.studies.workflows import (
    RISK,
    RUNS,
    StorePath,
    Vary,
    as_scenario,
    evaluate_design,
)


@dataclass(frozen=True)
class PolicyComparison:
    """outcomes: name -> regret of the policies under the theories. scenarios: every policy by its
    name. theories: what each sets."""

    outcomes: dict[str, Robustness]
    scenarios: dict[str, Scenario]
    theories: dict[str, dict[str, float]]
    failed: dict[str, str]
    runs: int
    seed: int


@dataclass(frozen=True)
class SearchResult:
    """front: on the luck of the search. fresh: the same policies on luck of another seed."""

    scenario: Scenario
    front: searching.Front
    fresh: pd.DataFrame
    runs: int
    seed: int


def robust(
    scenario: Scenario | str,
    given: Sequence[str] | Mapping[str, Mapping[str, float]],
    worlds: str | Mapping[str, Mapping[str, float]] = "presets",
    *,
    outcomes: Sequence[str] = (RISK,),
    runs: int = 1000,
    seed: int = 0,
    out: StorePath = None,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> PolicyComparison:
    """Policies against theories: regret, which is best under which, which is never worst.

    given: policies, as in `policies.policies`; the scenario as it is stands beside them. worlds:
    `presets`, `corners` (of the disputed hypotheses), or theories by name and what each sets.
    Raises ScenarioError.
    """
    scenario = as_scenario(scenario)
    named, views = check_policy_inputs(scenario, given, worlds, outcomes)
    crossed = cross_policies(named, views)
    labels = [{"policy": p, "theory": t} for p, t in crossed]
    with start_executor(jobs, executor) as doing:
        found = evaluate(
            list(crossed.values()), runs, seed, keep=tuple(outcomes), labels=labels, out=out,
            executor=doing, progress=progress,
        )  # fmt: skip
    pairs = list(crossed)
    told = {
        name: robustness(dict(zip(pairs, found.values[name], strict=True)), name)
        for name in dict.fromkeys(outcomes)
    }
    if out is not None:
        for name, one in told.items():
            about = {"outcome": name, "runs": runs, "seed": seed}
            save_analysis(out, "regret", one.regret, about)
    failed = {" under ".join(pairs[n]): text for n, text in found.failed.items()}
    return PolicyComparison(told, named, views, failed, runs, seed)


def check_policy_inputs(
    scenario: Scenario,
    given: Sequence[str] | Mapping[str, Mapping[str, float]],
    worlds: str | Mapping[str, Mapping[str, float]],
    outcomes: Sequence[str],
) -> tuple[dict[str, Scenario], dict[str, dict[str, float]]]:
    """Policies and theories by name. Raises ScenarioError with everything that is wrong."""
    collector = ProblemCollector(INVALID_STUDY)
    policies: dict[str, Scenario] = {}
    theories: dict[str, dict[str, float]] = {}
    with collector.under("--policies"):
        policies = parse_policies(scenario, given)
        if len(policies) < 2:
            text = "name one or more, as in --policies freeze-for-freeze,hotline=0.8"
            collector.add([Problem("--policies", text)])
    with collector.under("--theories"):
        if isinstance(worlds, str):
            theories = theories_by_name(scenario, worlds)
        else:
            theories = {name: dict(settings) for name, settings in worlds.items()}
    collector.check_names("--outcome", "outcome", outcomes, NUMERIC_OUTCOMES)
    collector.raise_if_any()
    return policies, theories


def search_policies(
    scenario: Scenario | str,
    vary: Vary,
    objectives: Sequence[str] = searching.DEFAULT_OBJECTIVES,
    *,
    evaluations: int = searching.DEFAULT_EVALUATIONS,
    population: int = searching.DEFAULT_POPULATION,
    cost_weights: Mapping[str, float] | None = None,
    runs: int = RUNS,
    seed: int = 0,
    out: StorePath = None,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> SearchResult:
    """Search levers for the policies that none beats in every objective.

    vary: levers, whole or within limits, as in `inputs`. objectives: outcomes, and `cost`: how far
    the levers are moved, as shares of their ranges, times `cost_weights`, summed. The front is run
    again on the luck of seed + 1. Raises ScenarioError.
    """
    scenario, weights = as_scenario(scenario), dict(cost_weights or {})
    varied = check_search_inputs(scenario, vary, objectives, evaluations, population, weights)
    tried = 0
    with start_executor(jobs, executor) as doing:

        def means(table: pd.DataFrame) -> pd.DataFrame:
            nonlocal tried
            found = evaluate_design(scenario, table, runs, seed, out=out, executor=doing).mean
            tried += len(table)
            if progress:
                progress(min(tried, evaluations), evaluations)
            return found

        front = searching.search_front(
            varied, means, objectives, evaluations=evaluations, population=population, seed=seed,
            cost_weights=weights,
        )  # fmt: skip
        levers = front.table[list(front.levers)]
        fresh = evaluate_design(scenario, levers, runs, seed + 1, out=out, executor=doing).mean
    fresh[searching.COST] = searching.policy_cost(levers, varied, weights).to_numpy()
    fresh = fresh[list(front.objectives)].rename_axis("policy")
    if out is not None:
        asked: dict[str, Any] = {
            "objectives": list(front.objectives),
            "better_high": list(front.better_high),
        }
        asked |= {"runs": runs, "seed": seed, "evaluations": evaluations, "cost_weights": weights}
        save_analysis(out, "front", front.table.join(fresh.add_suffix("_fresh")), asked)
    return SearchResult(scenario, front, fresh, runs, seed)


def check_search_inputs(
    scenario: Scenario,
    vary: Vary,
    objectives: Sequence[str],
    evaluations: int,
    population: int,
    weights: Mapping[str, float],
) -> tuple[Input, ...]:
    """The levers of a search. Raises ScenarioError with everything that is wrong."""
    collector, varied = ProblemCollector(INVALID_STUDY), None
    with collector.under("--levers"):
        varied = parse_inputs(scenario, vary, "--levers")
    collector.add(searching.search_problems(varied, objectives, evaluations, population, weights))
    collector.raise_if_any()
    return tuple(replace(one, points=None, values=()) for one in varied or ())
