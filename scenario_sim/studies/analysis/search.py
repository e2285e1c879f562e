"""Search for policies by several objectives at once.

An evolutionary search (NSGA-II [1], by Platypus) for policies that no other beats in every
objective. Its policies were selected on their random draws and look better than they are. So the
front is run again on new draws, and those numbers are reported beside the first.

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
from scenario_sim.simulation.display import DisplayedResult
from scenario_sim.studies.analysis.robustness import BETTER_HIGH
from scenario_sim.studies.analysis.statistics import NUMERIC_OUTCOMES
from scenario_sim.studies.design.inputs import INVALID_STUDY, Input
from scenario_sim.studies.optional import import_optional

COST = "cost"
DEFAULT_OBJECTIVES = ("confrontation_risk", "provocations", COST)
DEFAULT_EVALUATIONS = 400
DEFAULT_POPULATION = 40
MIN_POPULATION = 4
MAX_EVALUATIONS = 1_000_000
LEVER_STEP = 0.01  # share of a lever's range; finer differences do not matter

EvaluatePolicies = Callable[[pd.DataFrame], pd.DataFrame]  # levers -> means of outcomes, row by row


@dataclass(frozen=True, repr=False)
class Front(DisplayedResult):
    """Policies that no other policy found beats in every objective.

    Attributes
    ----------
    table : DataFrame
        One row a policy: the levers, then the objectives on the draws of the search.
    levers, objectives : tuple of str
        Columns of `table`.
    better_high : tuple of str
        Objectives of which more is better; of the others less is.
    evaluations, different : int
        Number of policies tried, and how many of them were different.
    """

    table: pd.DataFrame
    levers: tuple[str, ...]
    objectives: tuple[str, ...]
    better_high: tuple[str, ...]
    evaluations: int
    different: int

    @property
    def description(self) -> str:
        """Sizes of the front and of the search, in words."""
        return (
            f"Pareto front: {len(self.table):,} of the {self.different:,} different policies tried"
        )

    def _summary(self) -> list[str]:
        return [f"{self.description}, by {', '.join(self.objectives)}"]

    def _table(self) -> pd.DataFrame:
        return self.table


def policy_cost(
    policies: pd.DataFrame, varied: Sequence[Input], weights: Mapping[str, float] | None = None
) -> pd.Series:
    """Return the cost of each policy: effort, not money.

    It is the sum over levers of the distance from the scenario's own value, as a share of the range
    searched, times the lever's weight (1 by default).
    """
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
    """Search levers for the Pareto front. One seed gives one front.

    Parameters
    ----------
    varied : sequence of Input
        Levers, each with its range.
    means : callable
        Returns the mean outcomes of a table of policies, row by row; called once a generation.
    objectives : sequence of str
        Names of outcomes, and `cost`.
    evaluations, population : int
        Policies to try, and policies in a generation.
    seed : int
    cost_weights : mapping, optional
        Weights of levers in `cost`.

    Raises
    ------
    ScenarioError
    """
    if problems := list(
        search_problems(varied, objectives, evaluations, population, cost_weights or {})
    ):
        raise ScenarioError(problems, INVALID_STUDY)
    tried = _Losses(varied, means, objectives, cost_weights or {})
    _run_nsga2(tried, varied, evaluations, population, seed)
    keys = list(tried.losses)
    loss = np.array([tried.losses[key] for key in keys])
    best = [
        n for n in range(len(keys)) if np.isfinite(loss[n]).all() and not _is_dominated(loss, n)
    ]
    table = tried.policies([keys[n] for n in best])
    for column, name in enumerate(objectives):
        table[name] = tried.sign[column] * loss[best, column] if best else []
    table = table.sort_values(list(objectives), ignore_index=True).rename_axis("policy")
    high = tuple(name for name in objectives if name in BETTER_HIGH)
    return Front(table, tuple(tried.names), tuple(objectives), high, evaluations, len(keys))


class _Losses:
    """Losses of the policies that were tried, by their key: levers in steps of LEVER_STEP."""

    def __init__(
        self,
        varied: Sequence[Input],
        means: EvaluatePolicies,
        objectives: Sequence[str],
        cost_weights: Mapping[str, float],
    ):
        self.names = [one.name for one in varied]
        self.sign = np.array([-1.0 if name in BETTER_HIGH else 1.0 for name in objectives])
        self.losses: dict[tuple[int, ...], np.ndarray] = {}
        self._varied, self._means = varied, means
        self._objectives, self._cost_weights = list(objectives), cost_weights

    def key(self, shares: Iterable[float]) -> tuple[int, ...]:
        """Return the key of a policy, given as shares of each lever's range."""
        return tuple(round(share / LEVER_STEP) for share in shares)

    def policies(self, keys: Sequence[tuple[int, ...]]) -> pd.DataFrame:
        """Return policies as a table, one row each, one column a lever."""
        low = np.array([one.low for one in self._varied])
        width = np.array([one.high - one.low for one in self._varied])
        steps = np.array(keys).reshape(len(keys), len(self.names))
        return pd.DataFrame(low + steps * LEVER_STEP * width, columns=self.names)

    def compute(self, keys: Iterable[tuple[int, ...]]) -> None:
        """Compute the losses of those policies that are new."""
        new = [key for key in dict.fromkeys(keys) if key not in self.losses]
        if not new:
            return
        policies = self.policies(new)
        outcomes = self._means(policies).reset_index(drop=True)
        outcomes[COST] = policy_cost(policies, self._varied, self._cost_weights)
        for key, row in zip(new, outcomes[self._objectives].to_numpy(float), strict=True):
            self.losses[key] = np.where(np.isnan(row), np.inf, self.sign * row)


def _run_nsga2(
    tried: _Losses, varied: Sequence[Input], evaluations: int, population: int, seed: int
) -> None:
    """Search by NSGA-II, from the scenario's own levers on."""
    platypus = import_optional("platypus")
    evaluator: Any = platypus.evaluator.Evaluator

    class GenerationEvaluator(evaluator):  # type: ignore[misc]
        """Evaluate all policies of a generation in one call."""

        def evaluate_all(self, jobs: Iterable[Any], **kwargs: Any) -> list[Any]:
            jobs = list(jobs)
            tried.compute(tried.key(job.solution.variables) for job in jobs)
            for job in jobs:
                job.run()
            return jobs

    problem = platypus.Problem(
        len(varied), len(tried.sign), function=lambda shares: list(tried.losses[tried.key(shares)])
    )
    problem.types[:] = platypus.Real(0.0, 1.0)
    own = (round((o.default - o.low) / (o.high - o.low) / LEVER_STEP) * LEVER_STEP for o in varied)
    start = platypus.Solution(problem)
    start.variables[:] = [min(max(share, 0.0), 1.0) for share in own]
    state = random.getstate()
    try:
        random.seed(seed)  # Platypus uses the global generator of Python
        platypus.NSGAII(
            problem,
            population,
            generator=platypus.InjectedPopulation([start]),
            evaluator=GenerationEvaluator(),
        ).run(evaluations)
    finally:
        random.setstate(state)


def _is_dominated(loss: np.ndarray, n: int) -> bool:
    """Return whether another policy is at least as good in all objectives and better in one."""
    no_worse = (loss <= loss[n]).all(axis=1)
    return bool((no_worse & (loss < loss[n]).any(axis=1)).any())


def search_problems(
    varied: Sequence[Input] | None,
    objectives: Sequence[str],
    evaluations: int,
    population: int,
    weights: Mapping[str, float],
) -> Iterator[Problem]:
    """Yield what is wrong with a search; `varied` is None if the levers could not be parsed."""
    known = (*NUMERIC_OUTCOMES, COST)
    for name in (name for name in objectives if name not in known):
        yield Problem("--objectives", str(UnknownNameError("objective", name, known)))
    if len(set(objectives)) < 2:
        yield Problem("--objectives", "name two or more; one alone has no trade-off")
    if varied is not None and not varied:
        yield Problem("--levers", "name the levers to search, as in --levers hotline")
    for one in varied or ():
        if one.kind != "levers":
            yield Problem(f"--levers {one.name}", "is no policy lever; search levers")
        elif one.values:
            text = f"lists values; a search takes a range, as in {one.name}=low:high"
            yield Problem(f"--levers {one.name}", text)
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
