"""Search for policies: levers that trade stated objectives against each other.

An evolutionary search (NSGA-II [1], by Platypus) for policies that none other beats in every
objective. What it finds was chosen on its luck and looks better than it is, so the front is run
again on fresh luck, and those numbers are reported beside the first.

[1] Deb, K., Pratap, A., Agarwal, S. and Meyarivan, T. (2002). A fast and elitist multiobjective
    genetic algorithm: NSGA-II. IEEE Transactions on Evolutionary Computation 6(2), 182-197.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ScenarioError, UnknownNameError
from scenario_sim.studies.analysis.cell_means import NUMERIC_OUTCOMES
from scenario_sim.studies.analysis.robustness import BETTER_HIGH
from scenario_sim.studies.design.inputs import INVALID_STUDY, Input
from scenario_sim.studies.optional import import_optional

COST = "cost"
DEFAULT_OBJECTIVES = ("confrontation_risk", "provocations", COST)
DEFAULT_EVALUATIONS = 400
DEFAULT_POPULATION = 40
MIN_POPULATION = 4
MAX_EVALUATIONS = 1_000_000
LEVER_STEP = 0.01  # policies are told apart by hundredths of a lever's range; finer says nothing

EvaluatePolicies = Callable[[pd.DataFrame], pd.DataFrame]  # levers -> means of outcomes, row by row


@dataclass(frozen=True)
class Front:
    """Policies that none found beats in every objective.

    table: one row a policy: the levers, then the objectives on the luck of the search.
    objectives: their names in `table`; less is better, but for those in `better_high`.
    evaluations: how many policies were tried, and how many of them were different.
    """

    table: pd.DataFrame
    levers: tuple[str, ...]
    objectives: tuple[str, ...]
    better_high: tuple[str, ...]
    evaluations: int
    different: int


def policy_cost(
    policies: pd.DataFrame, varied: Sequence[Input], weights: Mapping[str, float] | None = None
) -> pd.Series:
    """What a policy costs: how far each lever is moved from the scenario's own value, as a share of
    its whole range searched, times its weight (1 without), summed. It stands for effort, not money."""
    total = pd.Series(0.0, index=policies.index)
    for one in varied:
        weight = (weights or {}).get(one.name, 1.0)
        total += weight * (policies[one.name] - one.default).abs() / (one.high - one.low)
    return total


def search_front(
    varied: Sequence[Input],
    means: EvaluatePolicies,
    objectives: Sequence[str] = DEFAULT_OBJECTIVES,
    *,
    evaluations: int = DEFAULT_EVALUATIONS,
    population: int = DEFAULT_POPULATION,
    seed: int = 0,
    cost_weights: Mapping[str, float] | None = None,
) -> Front:
    """Search the levers for the front. The same seed finds the same front.

    means: gives the outcomes' means of policies, one row each; called once a generation.
    objectives: names of outcomes, and `cost`. Raises ScenarioError.
    """
    if problems := list(
        search_problems(varied, objectives, evaluations, population, cost_weights or {})
    ):
        raise ScenarioError(problems, INVALID_STUDY)
    platypus = import_optional("platypus")
    names = [one.name for one in varied]
    low, wide = (
        np.array(row) for row in zip(*((o.low, o.high - o.low) for o in varied), strict=True)
    )
    sign = np.array([-1.0 if name in BETTER_HIGH else 1.0 for name in objectives])
    seen: dict[tuple[int, ...], np.ndarray] = {}

    def told(keys: Sequence[tuple[int, ...]]) -> pd.DataFrame:
        return pd.DataFrame(low + np.array(keys) * LEVER_STEP * wide, columns=names)

    def ask(keys: Iterable[tuple[int, ...]]) -> None:
        fresh = [key for key in dict.fromkeys(keys) if key not in seen]
        if not fresh:
            return
        tried = told(fresh)
        found = means(tried).reset_index(drop=True)
        found[COST] = policy_cost(tried, varied, cost_weights)
        for key, row in zip(fresh, found[list(objectives)].to_numpy(float), strict=True):
            seen[key] = np.where(np.isnan(row), np.inf, sign * row)

    def key_of(variables) -> tuple[int, ...]:
        return tuple(round(v / LEVER_STEP) for v in variables)

    evaluator: Any = platypus.evaluator.Evaluator

    class Together(evaluator):
        """A generation at once: its policies run side by side."""

        def evaluate_all(self, jobs, **kwargs):
            jobs = list(jobs)
            ask(key_of(job.solution.variables) for job in jobs)
            for job in jobs:
                job.run()
            return jobs

    problem = platypus.Problem(
        len(names), len(objectives), function=lambda v: list(seen[key_of(v)])
    )
    problem.types[:] = platypus.Real(0.0, 1.0)
    own = (round((o.default - o.low) / (o.high - o.low) / LEVER_STEP) * LEVER_STEP for o in varied)
    start = platypus.Solution(problem)
    start.variables[:] = [min(max(share, 0.0), 1.0) for share in own]
    state = random.getstate()
    try:
        random.seed(seed)  # Platypus draws from Python's own generator
        generator = platypus.InjectedPopulation([start])
        platypus.NSGAII(problem, population, generator=generator, evaluator=Together()).run(
            evaluations
        )
    finally:
        random.setstate(state)
    keys = list(seen)
    loss = np.array([seen[key] for key in keys])
    kept = [
        n for n in range(len(keys)) if np.isfinite(loss[n]).all() and not _is_dominated(loss, n)
    ]
    table = told([keys[n] for n in kept]) if kept else pd.DataFrame(columns=names)
    for column, name in enumerate(objectives):
        table[name] = sign[column] * loss[kept, column] if kept else []
    table = table.sort_values(list(objectives), ignore_index=True).rename_axis("policy")
    high = tuple(name for name in objectives if name in BETTER_HIGH)
    return Front(table, tuple(names), tuple(objectives), high, evaluations, len(keys))


def _is_dominated(loss: np.ndarray, n: int) -> bool:
    """Whether another policy is at least as good in everything and better in something."""
    no_worse = (loss <= loss[n]).all(axis=1)
    return bool((no_worse & (loss < loss[n]).any(axis=1)).any())


def search_problems(
    varied: Sequence[Input] | None,
    objectives: Sequence[str],
    evaluations: int,
    population: int,
    weights: Mapping[str, float],
) -> Iterator[Problem]:
    """Why there is no such search; `varied` is None where only the rest can be judged."""
    known = (*NUMERIC_OUTCOMES, COST)
    for name in (name for name in objectives if name not in known):
        yield Problem("--objectives", str(UnknownNameError("objective", name, known)))
    if len(set(objectives)) < 2:
        yield Problem("--objectives", "name two or more; one alone has no trade-off")
    if varied is not None and not varied:
        yield Problem("--levers", "name the levers to search, as in --levers hotline")
    for one in varied or ():
        if one.kind != "levers":
            yield Problem(f"--levers {one.name}", f"nobody chooses {one.name}; search levers")
    if population < MIN_POPULATION:
        text = f"takes a whole number from {MIN_POPULATION} on, not {population}"
        yield Problem("--population", text)
    elif not population <= evaluations <= MAX_EVALUATIONS:
        limits = f"the population, {population:,}, to {MAX_EVALUATIONS:,}"
        yield Problem("--evaluations", f"takes a whole number from {limits}, not {evaluations:,}")
    names = [one.name for one in varied or ()]
    for name, weight in weights.items():
        if varied is not None and name not in names:
            yield Problem(
                "--cost-weight", str(UnknownNameError("lever in the search", name, names))
            )
        if not 0 <= weight < np.inf:
            yield Problem(f"--cost-weight {name}", "takes a number of at least 0")
