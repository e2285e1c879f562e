"""Robustness: policies against theories of how the world works.

Pure functions on tables. Nobody knows which theory holds, so no average over them is taken: regret
[1] asks of each policy how much worse it is than the best one could have done had one known. A
policy with little regret under every theory is robust [2]; robustness is not the best guess.

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

Z95 = 1.959964
BETTER_HIGH = ("diplomacy", "talks_weeks")  # of these more is better; of all else, less


@dataclass(frozen=True)
class Robustness:
    """One outcome of every policy under every theory.

    mean, regret: policy x theory. best, worst: theory x policy, whether a policy is the best (the
    worst) one there or cannot be told from it: the 95 % interval of their paired difference holds 0.
    """

    outcome: str
    higher_is_better: bool
    mean: pd.DataFrame
    regret: pd.DataFrame
    best: pd.DataFrame
    worst: pd.DataFrame

    @property
    def summary(self) -> pd.DataFrame:
        """One row a policy, the smallest largest regret first: `largest_regret` and under which
        theory (`where`), `best_under`, `worst_under` (how many theories), `never_worst`."""
        table = pd.DataFrame({
            "largest_regret": self.regret.max(axis=1),
            "where": self.regret.idxmax(axis=1),
            "best_under": self.best.sum(axis=0),
            "worst_under": self.worst.sum(axis=0),
            "never_worst": ~self.worst.any(axis=0),
        })  # fmt: skip
        return table.sort_values("largest_regret", kind="stable").rename_axis("policy")

    def best_policies(self) -> dict[str, list[str]]:
        """Theory -> the policies that are best there, or tied with the best."""
        return {
            str(t): [str(p) for p, is_ in row.items() if is_] for t, row in self.best.iterrows()
        }


def robustness(
    values: Mapping[tuple[str, str], np.ndarray], outcome: str, higher_is_better: bool | None = None
) -> Robustness:
    """values: (policy, theory) -> that outcome, run by run, on the same luck everywhere (NaN where
    a run has none). Raises ScenarioError where a pair is missing."""
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
        if best.loc[theory].all():  # nobody stands out: nobody is worst
            worst.loc[theory] = False
    return Robustness(outcome, higher, mean, regret, best, worst)


def _mean(values: np.ndarray) -> float:
    values = values[~np.isnan(values)]
    return float(values.mean()) if values.size else np.nan


def _tied(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether the paired difference of two policies cannot be told from 0."""
    many = min(one.size, other.size)
    difference = one[:many] - other[:many]
    difference = difference[~np.isnan(difference)]
    if difference.size < 2:
        return True
    error = difference.std(ddof=1) / np.sqrt(difference.size)
    return bool(abs(difference.mean()) <= Z95 * error)
