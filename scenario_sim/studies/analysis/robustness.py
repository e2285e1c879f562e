"""Robustness of policies against theories of how the world works.

Pure functions on tables. The true theory is unknown, so no average over theories is taken. The
regret [1] of a policy is how much worse it is than the best policy under the same theory. A policy
with little regret under every theory is robust [2], which does not make it the best guess.

[1] Savage, L. J. (1951). The theory of statistical decision. Journal of the American Statistical
    Association 46(253), 55-67.
[2] Lempert, R. J., Groves, D. G., Popper, S. W. and Bankes, S. C. (2006). A general, analytic
    method for generating robust strategies and narrative scenarios. Management Science 52(4),
    514-528.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.simulation.display import DisplayedResult

Z95 = 1.959964
BETTER_HIGH = ("diplomacy", "talks_weeks")  # more is better; of all other outcomes, less


@dataclass(frozen=True, repr=False)
class Robustness(DisplayedResult):
    """One outcome of every policy under every theory.

    Attributes
    ----------
    outcome : str
    higher_is_better : bool
    mean, regret : DataFrame
        Policies (rows) by theories (columns).
    best, worst : DataFrame of bool
        Theories (rows) by policies: whether the policy is the best (worst) one, or tied with it.
        Tied: the 95 % interval of their paired difference contains 0.
    """

    outcome: str
    higher_is_better: bool
    mean: pd.DataFrame
    regret: pd.DataFrame
    best: pd.DataFrame
    worst: pd.DataFrame

    def _summary(self) -> list[str]:
        policies, theories = self.regret.shape
        better = "more" if self.higher_is_better else "less"
        return [f"{self.outcome} ({better} is better), {policies} policies, {theories} theories"]

    def _table(self) -> pd.DataFrame:
        return self.summary

    @property
    def summary(self) -> pd.DataFrame:
        """One row a policy, the smallest `largest_regret` first.

        Columns: `largest_regret`, `where` (its theory), `best_under` and `worst_under` (numbers of
        theories), `never_worst`.
        """
        table = pd.DataFrame({
            "largest_regret": self.regret.max(axis=1),
            "where": self.regret.idxmax(axis=1),
            "best_under": self.best.sum(axis=0),
            "worst_under": self.worst.sum(axis=0),
            "never_worst": ~self.worst.any(axis=0),
        })  # fmt: skip
        return table.sort_values("largest_regret", kind="stable").rename_axis("policy")

    def best_policies(self) -> dict[str, list[str]]:
        """Return, for each theory, the policies that are best or tied with the best."""
        return {
            str(t): [str(p) for p, is_ in row.items() if is_] for t, row in self.best.iterrows()
        }


def robustness(
    values: Mapping[tuple[str, str], np.ndarray], outcome: str, higher_is_better: bool | None = None
) -> Robustness:
    """Compare policies under theories by regret.

    Parameters
    ----------
    values : mapping
        (policy, theory) -> array (runs,) of the outcome on common random numbers; NaN if a run has
        no value.
    outcome : str
    higher_is_better : bool, optional
        By default, true of the outcomes in BETTER_HIGH.

    Raises
    ------
    ScenarioError
        A pair is missing, or there is only one policy.

    Examples
    --------
    >>> runs = {("talk", "A"): np.array([1.0, 2.0, 1.0]), ("wait", "A"): np.array([3.0, 5.0, 4.0])}
    >>> robustness(runs, "launch_days").best_policies()
    {'A': ['talk']}
    """
    policies = list(dict.fromkeys(policy for policy, _ in values))
    theories = list(dict.fromkeys(theory for _, theory in values))
    missing = [f"{p} under {t}" for p in policies for t in theories if (p, t) not in values]
    if missing or len(policies) < 2:
        text = f"{missing[0]} is missing" if missing else "name two policies or more"
        raise ScenarioError([Problem("--policies", text)], "there is nothing to compare")
    higher = outcome in BETTER_HIGH if higher_is_better is None else higher_is_better
    sign = -1.0 if higher else 1.0
    mean = pd.DataFrame(
        [[_mean(values[p, t]) for t in theories] for p in policies], policies, theories
    ).rename_axis(index="policy", columns="theory")
    loss = sign * mean
    regret = (loss - loss.min()).clip(lower=0.0)
    best = pd.DataFrame(False, theories, policies).rename_axis("theory")
    worst = best.copy()
    for theory in theories:
        first, last = loss[theory].idxmin(), loss[theory].idxmax()
        for policy in policies:
            here = values[policy, theory]
            best.loc[theory, policy] = policy == first or _tied(here, values[first, theory])
            worst.loc[theory, policy] = policy == last or _tied(here, values[last, theory])
        if best.loc[theory].all():  # all are tied, so none is worst
            worst.loc[theory] = False
    return Robustness(outcome, higher, mean, regret, best, worst)


def _mean(values: np.ndarray) -> float:
    values = values[~np.isnan(values)]
    return float(values.mean()) if values.size else np.nan


def _tied(one: np.ndarray, other: np.ndarray) -> bool:
    """Return whether the 95 % interval of the paired difference of two policies contains 0."""
    many = min(one.size, other.size)
    difference = one[:many] - other[:many]
    difference = difference[~np.isnan(difference)]
    if difference.size < 2:
        return True
    error = difference.std(ddof=1) / np.sqrt(difference.size)
    return bool(abs(difference.mean()) <= Z95 * error)
