"""Hold a policy to a goal under every theory, and search for a policy that comes nearer to it.

A policy falls *short* of a goal by the distance of its worst condition from the limit: a share of
the outcome without the policy. Its *regret* under a theory [1] is how much further short it falls than
the best policy known under that theory. No average over theories is taken: see
`analysis.robustness`.

[1] Savage, L. J. (1951). The theory of statistical decision. Journal of the American Statistical
    Association 46(253), 55-67.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.optimize import differential_evolution

from scenario_sim.data.goals import Condition, Goal
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.intervals import half_width

DELIBERATE_RISK = "deliberate_risk"  # the part of the risk that begins with a chosen attack
LEVER_DECIMALS = 2  # finer differences of a lever do not matter
EFFORT_WEIGHT = 0.01  # of two policies equally near to the goal, the one that moves levers less
GENERATIONS, POPULATION = 5, 3  # of the search; the population is for each lever

Verdict = Literal["met", "missed", "unsure"]
Tables = Sequence[tuple[pd.DataFrame, pd.DataFrame]]  # outcomes without and with the policy


@dataclass(frozen=True)
class Judgement:
    """Verdict on one condition.

    Attributes
    ----------
    condition : Condition
    ratio : float
        The outcome under the policy, as a share of that without it; infinite where that is 0.
    verdict : {"met", "missed", "unsure"}
        Unsure where the 95 % interval of the paired distance from the limit contains 0.
    """

    condition: Condition
    ratio: float
    verdict: Verdict

    @property
    def shortfall(self) -> float:
        """Distance from the limit, as a share of the outcome without the policy; 0 if reached."""
        gap = self.ratio - self.condition.limit
        return max(0.0, -gap if self.condition.at_least else gap)


def judge_goal(goal: Goal, baseline: pd.DataFrame, policy: pd.DataFrame) -> tuple[Judgement, ...]:
    """Judge every condition of a goal by the outcomes of paired runs.

    Parameters
    ----------
    goal : Goal
    baseline, policy : DataFrame
        Outcomes of the scenario as it stands and of the policy, one row a run, on the same draws.

    Examples
    --------
    >>> from scenario_sim.data.goals import GOALS
    >>> from scenario_sim import load_scenario, simulate
    >>> runs = simulate(load_scenario("status-quo"), 20).outcomes
    >>> [one.verdict for one in judge_goal(GOALS["halve-risk"], runs, runs)]
    ['missed', 'met']
    """
    return tuple(_judge(one, baseline, policy) for one in goal.conditions)


def overall_verdict(judged: Sequence[Judgement]) -> Verdict:
    """Return "met" where all conditions are, "missed" where one is missed, else "unsure"."""
    verdicts = {one.verdict for one in judged}
    return "missed" if "missed" in verdicts else "unsure" if "unsure" in verdicts else "met"


def shortfall_of(judged: Sequence[Judgement]) -> float:
    """Return how far a policy falls short of a goal: the distance of its worst condition."""
    return max(one.shortfall for one in judged)


def regrets(shortfalls: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """Return the regret of each policy under each theory.

    shortfalls : policy -> how far it falls short under each theory.

    Examples
    --------
    >>> regrets({"talk": [0.25, 0.0], "wait": [0.5, 0.5]})
    {'talk': [0.0, 0.0], 'wait': [0.25, 0.5]}
    """
    best = np.min(list(shortfalls.values()), axis=0)
    return {name: (np.asarray(short) - best).tolist() for name, short in shortfalls.items()}


def search_goal(
    goal: Goal,
    theories: Sequence[Scenario],
    *,
    runs: int = 100,
    seed: int = 0,
    report: Callable[[float], None] = lambda share: None,
) -> tuple[dict[str, float], ...]:
    """Search for policies that come near to a goal, by differential evolution [1].

    The search minimises the largest shortfall over the theories, and ends once it is 0. The policies
    were selected on their draws and look better than they are: judge them on others.

    [1] Storn, R. and Price, K. (1997). Differential evolution. Journal of Global Optimization 11(4),
        341-359.

    Parameters
    ----------
    goal : Goal
    theories : sequence of Scenario
        The scenario as it stands under each theory.
    runs, seed : int
        Runs of each policy under each theory, and their draws; also the seed of the search.
    report : callable
        Gets the share of the work that is done; what it raises ends the search.

    Returns
    -------
    tuple of dict
        Levers by name: first of the policy with the least largest shortfall, then of those that are
        best under a theory, each once.
    """
    names = [n for n in goal.levers if n in theories[0].settings()]
    bounds = [(SETTINGS[n].low, SETTINGS[n].high) for n in names]
    own = np.array([theories[0].settings()[n] for n in names])
    width = np.array([high - low for low, high in bounds])
    base = [simulate(t, runs, seed, keep="outcomes").outcomes for t in theories]
    tried: dict[tuple[float, ...], np.ndarray] = {}
    whole = (GENERATIONS + 1) * POPULATION * len(names)

    def loss(values: np.ndarray) -> float:
        key = tuple(np.round(values, LEVER_DECIMALS).tolist())
        if key not in tried:
            levers = dict(zip(names, key, strict=True))
            tried[key] = np.array([
                shortfall_of(judge_goal(goal, table, _outcomes(theory, levers, runs, seed)))
                for table, theory in zip(base, theories, strict=True)
            ])  # fmt: skip
        report(min(len(tried) / whole, 1.0))
        effort = float(np.mean(np.abs(np.array(key) - own) / width))
        return float(tried[key].max()) + EFFORT_WEIGHT * effort

    differential_evolution(
        loss, bounds, maxiter=GENERATIONS, popsize=POPULATION, x0=own, rng=seed, polish=False, tol=0,
        callback=lambda intermediate_result: bool(intermediate_result.fun <= EFFORT_WEIGHT),
    )  # fmt: skip
    keys = list(tried)
    table = np.array([tried[key] for key in keys])
    best = [min(range(len(keys)), key=lambda n: loss(np.array(keys[n])))]
    best += table.argmin(axis=0).tolist()
    return tuple(dict(zip(names, keys[n], strict=True)) for n in dict.fromkeys(best))


def _outcomes(
    scenario: Scenario, levers: Mapping[str, float], runs: int, seed: int
) -> pd.DataFrame:
    return simulate(scenario.with_levers(**levers), runs, seed, keep="outcomes").outcomes


def _judge(condition: Condition, baseline: pd.DataFrame, policy: pd.DataFrame) -> Judgement:
    before, after = _values(condition, baseline), _values(condition, policy)
    ratio = _ratio(float(before.mean()), float(after.mean()))
    gap = (after - condition.limit * before) * (-1.0 if condition.at_least else 1.0)
    if not after.any() and not before.any():  # nothing of it in any run, so nothing grew
        return Judgement(condition, ratio, "missed" if condition.at_least else "met")
    half = float(np.nan_to_num(half_width(gap)))
    if gap.mean() + half <= 0:
        return Judgement(condition, ratio, "met")
    return Judgement(condition, ratio, "missed" if gap.mean() - half > 0 else "unsure")


def _ratio(before: float, after: float) -> float:
    """Return after / before; infinite where something came of nothing."""
    if before:
        return after / before
    return np.inf if after else 1.0


def _values(condition: Condition, table: pd.DataFrame) -> np.ndarray:
    """Return what a condition is about, (runs,)."""
    if condition.outcome != DELIBERATE_RISK:
        return np.asarray(table[condition.outcome], float)
    hazard = -np.log1p(-table["confrontation_risk"].to_numpy(float))
    deliberate: np.ndarray = hazard * (1.0 - table["inadvertent_share"].to_numpy(float))
    return deliberate
