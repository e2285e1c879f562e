"""The search for policies in one call: search_policies. See `workflows`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import scenario_sim.studies.analysis.search as searching
from scenario_sim.errors import ProblemCollector
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import as_scenario
from scenario_sim.simulation.display import DisplayedResult, describe_runs
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies.analysis.robustness import BETTER_HIGH
from scenario_sim.studies.analysis.statistics import numeric_outcomes
from scenario_sim.studies.design.inputs import (
    INVALID_STUDY,
    Input,
    Vary,
    apply_inputs,
    parse_inputs,
)
from scenario_sim.studies.design.policies import BASELINE_THEORY, parse_theories
from scenario_sim.studies.evaluate import Progress, start_executor
from scenario_sim.studies.executors import Executor
from scenario_sim.studies.store.saved_analyses import save_analysis
from scenario_sim.studies.workflows import RUNS, StorePath, evaluate_design


@dataclass(frozen=True, repr=False)
class SearchResult(DisplayedResult):
    """The front on the draws of the search, and the same policies on new draws (`fresh`).

    With `theories`, each objective is the worst over them.
    """

    scenario: Scenario
    front: searching.Front
    fresh: pd.DataFrame
    runs: int
    seed: int
    theories: tuple[str, ...] = (BASELINE_THEORY,)
    engine: str = field(default_factory=engine_version)

    def _summary(self) -> list[str]:
        return [
            describe_runs(self.scenario, self.runs, self.seed, self.engine),
            f"{self.front.description}; _fresh: on new draws",
            self.front.convergence_text,
        ]

    def _table(self) -> pd.DataFrame:
        return self.front.table.join(self.fresh.add_suffix("_fresh"))

    def _text_table(self) -> pd.DataFrame:
        return self.front.table[list(self.front.levers)[:3]].join(self.fresh.add_suffix("_fresh"))


def search_policies(
    scenario: Scenario | str,
    vary: Vary,
    objectives: Sequence[str] = searching.DEFAULT_OBJECTIVES,
    *,
    worlds: str | Mapping[str, Mapping[str, float]] | None = None,
    evaluations: int = searching.DEFAULT_EVALUATIONS,
    population: int = searching.DEFAULT_POPULATION,
    searches: int = 1,
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

    The front is run again on new draws, those of seed + `searches`. With `worlds` the search is
    robust: a policy counts by its worst value over the theories, in each objective, and no theory has
    a weight.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, or a shipped name or file.
    vary : str, iterable of str, or mapping
        Levers, whole or within limits, as in `parse_inputs`.
    objectives : sequence of str
        Outcomes, and `cost` (see `search.policy_cost`).
    worlds : str or mapping, optional
        Theories, as in `robust`; by default the scenario's own alone.
    evaluations, population : int
        Policies to try in each search, and policies in a generation.
    searches : int
        Searches, from other policies each, whose fronts are merged into one reference set.
    cost_weights : mapping, optional
        Weights of levers in `cost`.
    runs : int
        Runs of each cell.
    seed : int
        Of the runs; search k begins at seed + k.
    out, jobs, executor, progress, weekly
        As in `workflows.sweep`.

    Raises
    ------
    ScenarioError
    """
    scenario, weights = as_scenario(scenario), dict(cost_weights or {})
    varied = check_search_inputs(
        scenario, vary, objectives, evaluations, population, weights, worlds, searches
    )
    theories = parse_theories(scenario, worlds)
    tried, wanted = 0, evaluations * searches
    with start_executor(jobs, executor) as pool:

        def worst(table: pd.DataFrame, draws: int) -> pd.DataFrame:
            more: dict[str, Any] = {"out": out, "executor": pool, "weekly": weekly}
            worlds = (apply_inputs(scenario, settings) for settings in theories.values())
            return worst_over_theories(
                [evaluate_design(world, table, runs, draws, **more).mean for world in worlds]
            )

        def means(table: pd.DataFrame) -> pd.DataFrame:
            nonlocal tried
            mean, tried = worst(table, seed), tried + len(table)
            if progress:
                progress(min(tried, wanted), wanted)
            return mean

        front = searching.search_front(
            varied, means, objectives, evaluations=evaluations, population=population, seed=seed,
            searches=searches, cost_weights=weights, outcomes=numeric_outcomes(scenario),
        )  # fmt: skip
        levers = front.table[list(front.levers)]
        fresh = worst(levers, seed + searches)
    fresh[searching.COST] = searching.policy_cost(levers, varied, weights).to_numpy()
    fresh = fresh[list(front.objectives)].rename_axis("policy")
    result = SearchResult(scenario, front, fresh, runs, seed, tuple(theories))
    if out is not None:
        sizes = {"evaluations": evaluations, "searches": searches, "cost_weights": weights}
        _save(out, result, sizes)
    return result


def _save(out: Path | str, result: SearchResult, sizes: Mapping[str, Any]) -> None:
    front = result.front
    about: dict[str, Any] = {
        "objectives": list(front.objectives),
        "better_high": list(front.better_high),
        "runs": result.runs,
        "seed": result.seed,
        "theories": list(result.theories),
        "settled": front.converged,
        **sizes,
    }
    save_analysis(out, "front", front.table.join(result.fresh.add_suffix("_fresh")), about)
    save_analysis(out, "progress", front.progress, about)


def worst_over_theories(means: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the worst mean of each outcome over theories, row by row; one without a value has none.

    Parameters
    ----------
    means : sequence of DataFrame
        The mean outcomes of the same policies, one table a theory.
    """
    stacked = np.array([mean.to_numpy(float) for mean in means])
    high = [name in BETTER_HIGH for name in means[0]]
    found = np.where(high, stacked.min(axis=0), stacked.max(axis=0))
    return pd.DataFrame(found, means[0].index, means[0].columns)


def check_search_inputs(
    scenario: Scenario,
    vary: Vary,
    objectives: Sequence[str],
    evaluations: int,
    population: int,
    weights: Mapping[str, float],
    worlds: str | Mapping[str, Mapping[str, float]] | None = None,
    searches: int = 1,
) -> tuple[Input, ...]:
    """Return the levers of a search. Raises ScenarioError with all problems."""
    collector, varied = ProblemCollector(INVALID_STUDY), None
    with collector.under("--levers"):
        varied = parse_inputs(scenario, vary, "--levers")
    with collector.under("--theories"):
        for settings in parse_theories(scenario, worlds).values():
            apply_inputs(scenario, settings)
    collector.add(
        searching.search_problems(
            varied,
            objectives,
            evaluations,
            population,
            weights,
            searches,
            numeric_outcomes(scenario),
        )
    )
    collector.raise_if_any()
    return tuple(replace(one, points=None, values=()) for one in varied or ())
