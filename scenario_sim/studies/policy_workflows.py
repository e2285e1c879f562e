"""Studies of policies, each in one call: robust, search_policies. See `workflows`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

import scenario_sim.studies.analysis.search as searching
from scenario_sim.errors import Problem, ProblemCollector
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import as_scenario
from scenario_sim.simulation.display import DisplayedResult, describe_runs
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies.analysis.robustness import Robustness, robustness
from scenario_sim.studies.analysis.statistics import NUMERIC_OUTCOMES
from scenario_sim.studies.design.inputs import INVALID_STUDY, Input, Vary, parse_inputs
from scenario_sim.studies.design.policies import cross_policies, parse_policies, theories_by_name
from scenario_sim.studies.evaluate import Progress, evaluate, start_executor
from scenario_sim.studies.executors import Executor
from scenario_sim.studies.store.saved_analyses import save_analysis
from scenario_sim.studies.workflows import (
    RISK,
    RUNS,
    StorePath,
    evaluate_design,
)


@dataclass(frozen=True, repr=False)
class PolicyComparison(DisplayedResult):
    """Policies under theories.

    Attributes
    ----------
    outcomes : dict
        Outcome -> regret of the policies under the theories.
    scenarios : dict
        The policies by name.
    theories : dict
        The settings of each theory.
    failed : dict
        Errors of cells, by "policy under theory".
    """

    outcomes: dict[str, Robustness]
    scenarios: dict[str, Scenario]
    theories: dict[str, dict[str, float]]
    failed: dict[str, str]
    runs: int
    seed: int
    engine: str = field(default_factory=engine_version)

    def _summary(self) -> list[str]:
        first = next(iter(self.scenarios.values()))
        sizes = f"{len(self.scenarios)} policies under {len(self.theories)} theories"
        lines = [describe_runs(first, self.runs, self.seed, self.engine), sizes]
        if self.failed:
            lines.append(f"{len(self.failed)} cells failed")
        return [*lines, f"regret in {next(iter(self.outcomes))}:"]

    def _table(self) -> pd.DataFrame:
        return pd.concat({name: one.summary for name, one in self.outcomes.items()})

    def _text_table(self) -> pd.DataFrame:
        return next(iter(self.outcomes.values())).summary


@dataclass(frozen=True, repr=False)
class SearchResult(DisplayedResult):
    """The front on the draws of the search, and the same policies on new draws (`fresh`)."""

    scenario: Scenario
    front: searching.Front
    fresh: pd.DataFrame
    runs: int
    seed: int
    engine: str = field(default_factory=engine_version)

    def _summary(self) -> list[str]:
        return [
            describe_runs(self.scenario, self.runs, self.seed, self.engine),
            f"{self.front.description}; _fresh: on new draws, seed {self.seed + 1}",
        ]

    def _table(self) -> pd.DataFrame:
        return self.front.table.join(self.fresh.add_suffix("_fresh"))

    def _text_table(self) -> pd.DataFrame:
        return self.front.table[list(self.front.levers)[:3]].join(self.fresh.add_suffix("_fresh"))


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
    weekly: bool = False,
) -> PolicyComparison:
    """Compare policies under theories: regret, the best under each theory, those never worst.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, or a shipped name or file; without changes it is the first policy.
    given : sequence of str, or mapping
        Policies, as in `parse_policies`.
    worlds : str or mapping
        Theories: `presets`, `corners` (of the disputed hypotheses), or settings by name.
    outcomes : sequence of str
    runs : int
        Runs of each cell.
    seed : int
    out, jobs, executor, progress, weekly
        As in `workflows.sweep`.

    Raises
    ------
    ScenarioError
    """
    scenario = as_scenario(scenario)
    policies, theories = check_policy_inputs(scenario, given, worlds, outcomes)
    crossed = cross_policies(policies, theories)
    labels = [{"policy": p, "theory": t} for p, t in crossed]
    with start_executor(jobs, executor) as pool:
        results = evaluate(
            list(crossed.values()), runs, seed, keep=tuple(outcomes), labels=labels, out=out,
            executor=pool, progress=progress, weekly=weekly,
        )  # fmt: skip
    pairs = list(crossed)
    compared = {
        name: robustness(dict(zip(pairs, results.values[name], strict=True)), name)
        for name in dict.fromkeys(outcomes)
    }
    if out is not None:
        for name, one in compared.items():
            about = {"outcome": name, "runs": runs, "seed": seed}
            save_analysis(out, "regret", one.regret, about)
    failed = {" under ".join(pairs[n]): text for n, text in results.failed.items()}
    return PolicyComparison(compared, policies, theories, failed, runs, seed)


def check_policy_inputs(
    scenario: Scenario,
    given: Sequence[str] | Mapping[str, Mapping[str, float]],
    worlds: str | Mapping[str, Mapping[str, float]],
    outcomes: Sequence[str],
) -> tuple[dict[str, Scenario], dict[str, dict[str, float]]]:
    """Return policies and theories by name. Raises ScenarioError with all problems."""
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
    weekly: bool = False,
) -> SearchResult:
    """Search levers for the policies that no other policy beats in every objective.

    The front is run again on the draws of seed + 1.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, or a shipped name or file.
    vary : str, iterable of str, or mapping
        Levers, whole or within limits, as in `parse_inputs`.
    objectives : sequence of str
        Outcomes, and `cost` (see `search.policy_cost`).
    evaluations, population : int
        Policies to try, and policies in a generation.
    cost_weights : mapping, optional
        Weights of levers in `cost`.
    runs : int
        Runs of each cell.
    seed : int
    out, jobs, executor, progress, weekly
        As in `workflows.sweep`.

    Raises
    ------
    ScenarioError
    """
    scenario, weights = as_scenario(scenario), dict(cost_weights or {})
    varied = check_search_inputs(scenario, vary, objectives, evaluations, population, weights)
    tried = 0
    with start_executor(jobs, executor) as pool:
        more: dict[str, Any] = {"out": out, "executor": pool, "weekly": weekly}

        def means(table: pd.DataFrame) -> pd.DataFrame:
            nonlocal tried
            mean = evaluate_design(scenario, table, runs, seed, **more).mean
            tried += len(table)
            if progress:
                progress(min(tried, evaluations), evaluations)
            return mean

        front = searching.search_front(
            varied, means, objectives, evaluations=evaluations, population=population, seed=seed,
            cost_weights=weights,
        )  # fmt: skip
        levers = front.table[list(front.levers)]
        fresh = evaluate_design(scenario, levers, runs, seed + 1, **more).mean
    fresh[searching.COST] = searching.policy_cost(levers, varied, weights).to_numpy()
    fresh = fresh[list(front.objectives)].rename_axis("policy")
    if out is not None:
        about: dict[str, Any] = {
            "objectives": list(front.objectives),
            "better_high": list(front.better_high),
        }
        about |= {"runs": runs, "seed": seed, "evaluations": evaluations, "cost_weights": weights}
        save_analysis(out, "front", front.table.join(fresh.add_suffix("_fresh")), about)
    return SearchResult(scenario, front, fresh, runs, seed)


def check_search_inputs(
    scenario: Scenario,
    vary: Vary,
    objectives: Sequence[str],
    evaluations: int,
    population: int,
    weights: Mapping[str, float],
) -> tuple[Input, ...]:
    """Return the levers of a search. Raises ScenarioError with all problems."""
    collector, varied = ProblemCollector(INVALID_STUDY), None
    with collector.under("--levers"):
        varied = parse_inputs(scenario, vary, "--levers")
    collector.add(searching.search_problems(varied, objectives, evaluations, population, weights))
    collector.raise_if_any()
    return tuple(replace(one, points=None, values=()) for one in varied or ())
