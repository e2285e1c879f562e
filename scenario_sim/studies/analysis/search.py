"""Search for policies by several objectives at once.

An evolutionary search (NSGA-II [1], by pymoo) for policies that no other beats in every
objective. Its policies were selected on their random draws and look better than they are. So the
front is run again on new draws, and those numbers are reported beside the first.

[1] Deb, K., Pratap, A., Agarwal, S. and Meyarivan, T. (2002). A fast and elitist multiobjective
    genetic algorithm: NSGA-II. IEEE Transactions on Evolutionary Computation 6(2), 182-197.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ScenarioError, UnknownNameError
from scenario_sim.simulation.display import DisplayedResult
from scenario_sim.studies.analysis.convergence import (
    has_converged,
    non_dominated,
    search_progress,
)
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
MAX_SEARCHES = 50
UNUSABLE = 1e30  # the loss of a policy without a value: worse than any, and finite
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
    progress : DataFrame
        How the front grew, as in `convergence.search_progress`.
    contributions : tuple of int
        Policies of the front that each search tried itself, one number a search.
    """

    table: pd.DataFrame
    levers: tuple[str, ...]
    objectives: tuple[str, ...]
    better_high: tuple[str, ...]
    evaluations: int
    different: int
    progress: pd.DataFrame = field(default_factory=pd.DataFrame)
    contributions: tuple[int, ...] = ()

    @property
    def description(self) -> str:
        """Sizes of the front and of the search, in words."""
        return (
            f"Pareto front: {len(self.table):,} of the {self.different:,} different policies tried"
        )

    @property
    def converged(self) -> bool:
        """Whether the last quarter of each search added at most 1 % of hypervolume."""
        return not self.progress.empty and has_converged(self.progress)

    @property
    def convergence_text(self) -> str:
        """Hypervolume, epsilon progress and what each search found, in words."""
        last = self.progress.groupby("search").last()
        volume = ", ".join(f"{share:.3f}" for share in last["hypervolume"])
        boxes = ", ".join(str(many) for many in last["epsilon_progress"])
        state = "converged" if self.converged else "not converged: take more evaluations"
        found = ""
        if len(self.contributions) > 1:
            each = ", ".join(str(many) for many in self.contributions)
            found = f" Of the merged front the searches tried {each} policies."
        return f"Hypervolume {volume}, epsilon progress {boxes}: {state}.{found}"

    def _summary(self) -> list[str]:
        return [f"{self.description}, by {', '.join(self.objectives)}"]

    def _table(self) -> pd.DataFrame:
        return self.table


def policy_cost(
    policies: pd.DataFrame, varied: Sequence[Input], weights: Mapping[str, float] | None = None
) -> pd.Series:
    """Return the cost of each policy: effort, not money.

    It is a sum over levers: the distance from the scenario's own value, as a share of the range
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
    searches: int = 1,
    cost_weights: Mapping[str, float] | None = None,
    outcomes: Sequence[str] = NUMERIC_OUTCOMES,
) -> Front:
    """Search levers for the Pareto front. One seed gives one front.

    Several searches begin from other policies, and their fronts are merged into one reference set.

    Parameters
    ----------
    varied : sequence of Input
        Levers, each with its range.
    means : callable
        Returns the mean outcomes of a table of policies, row by row; called once a generation.
    objectives : sequence of str
        Names of outcomes, and `cost`.
    evaluations, population : int
        Policies to try in each search, and policies in a generation.
    seed : int
        Search k uses seed + k.
    searches : int
    cost_weights : mapping, optional
        Weights of levers in `cost`.
    outcomes : sequence of str
        Names that objectives may have, beside `cost`.

    Raises
    ------
    ScenarioError
    """
    given = (varied, objectives, evaluations, population, cost_weights or {})
    if problems := list(search_problems(*given, outcomes=outcomes)):
        raise ScenarioError(problems, INVALID_STUDY)
    tried = _Losses(varied, means, objectives, cost_weights or {})
    runs = [
        _run_nsga2(tried, varied, evaluations, population, seed + number)
        for number in range(searches)
    ]
    keys = list(tried.losses)
    loss = np.array([tried.losses[key] for key in keys])
    best = [keys[n] for n in non_dominated(loss)]
    table = tried.policies(best)
    for column, name in enumerate(objectives):
        table[name] = [tried.sign[column] * tried.losses[key][column] for key in best]
    table = table.sort_values(list(objectives), ignore_index=True).rename_axis("policy")
    high = tuple(name for name in objectives if name in BETTER_HIGH)
    progress = search_progress(
        [[np.array([tried.losses[key] for key in one]) for one in run] for run in runs]
    )
    own = [{key for generation in run for key in generation} for run in runs]
    return Front(
        table, tuple(tried.names), tuple(objectives), high, evaluations * searches, len(keys),
        progress, tuple(len(keys_of & {*best}) for keys_of in own),
    )  # fmt: skip


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
) -> list[list[tuple[int, ...]]]:
    """Search by NSGA-II from the scenario's own levers on; return the keys of each generation."""
    import_optional("pymoo")
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.evaluator import Evaluator
    from pymoo.core.problem import Problem as Space
    from pymoo.problems.static import StaticProblem

    start = np.random.default_rng(seed).random((population, len(varied)))
    start[0] = [
        min(max(round((o.default - o.low) / (o.high - o.low) / LEVER_STEP) * LEVER_STEP, 0.0), 1.0)
        for o in varied
    ]
    space = Space(n_var=len(varied), n_obj=len(tried.sign), xl=0.0, xu=1.0)
    state = np.random.get_state()  # noqa: NPY002 - pymoo seeds and uses NumPy's global generator
    generations = []
    try:
        algorithm = NSGA2(pop_size=population, sampling=start)
        steps = math.ceil(evaluations / population)
        algorithm.setup(space, termination=("n_gen", steps), seed=seed % 2**32, verbose=False)
        while algorithm.has_next():
            policies = algorithm.ask()
            keys = [tried.key(shares) for shares in policies.get("X")]
            tried.compute(keys)
            losses = np.array([tried.losses[key] for key in keys])
            known = StaticProblem(space, F=np.where(np.isinf(losses), UNUSABLE, losses))
            Evaluator().eval(known, policies)
            algorithm.tell(infills=policies)
            generations.append(keys)
    finally:
        np.random.set_state(state)  # noqa: NPY002
    return generations


def search_problems(
    varied: Sequence[Input] | None,
    objectives: Sequence[str],
    evaluations: int,
    population: int,
    weights: Mapping[str, float],
    searches: int = 1,
    outcomes: Sequence[str] = NUMERIC_OUTCOMES,
) -> Iterator[Problem]:
    """Yield what is wrong with a search; `varied` is None if the levers could not be parsed."""
    known = (*outcomes, COST)
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
    if not 1 <= searches <= MAX_SEARCHES:
        yield Problem(
            "--searches", f"takes a whole number from 1 to {MAX_SEARCHES}, not {searches}"
        )
    names = [one.name for one in varied or ()]
    for name, weight in weights.items():
        if varied is not None and name not in names:
            yield Problem(
                "--cost-weight", str(UnknownNameError("lever in the search", name, names))
            )
        if not 0 <= weight < np.inf:
            yield Problem(f"--cost-weight {name}", "takes a number of at least 0")
