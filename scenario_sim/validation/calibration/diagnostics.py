"""Describe the fit: how well each coefficient is known, and which cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scenario_sim.data.parameters import PARAMETERS
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import load_scenario
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.validation.calibration import targets
from scenario_sim.validation.calibration.design import two_sided_tail
from scenario_sim.validation.calibration.posterior import Posterior, apply_draws
from scenario_sim.validation.calibration.predictive import pool_runs
from scenario_sim.validation.stylised_facts import (
    TEN_YEARS_WEEKS,
    FactEnsembles,
    FactResult,
    measure_facts,
)

TAIL = 0.05
MIN_CORRELATION = 0.4  # from here on two coefficients compensate each other
SEED_OFFSET = 900_000  # futures that no fit has seen


@dataclass(frozen=True)
class CoefficientRange:
    """One coefficient: hand-set value, bounds, posterior median and band of nine in ten."""

    name: str
    usual: float
    low: float
    high: float
    median: float
    band: tuple[float, float]

    @property
    def kept(self) -> float:
        """Width of the band over the prior's, which is 0.9 of the bounds."""
        return (self.band[1] - self.band[0]) / ((1 - 2 * TAIL) * (self.high - self.low))


def posterior_ranges(found: Posterior) -> list[CoefficientRange]:
    """Return every coefficient, those that the record narrows most first."""
    rows = []
    for name in found.names:
        p = PARAMETERS[name]
        low, median, high = (found.quantile(name, share) for share in (TAIL, 0.5, 1 - TAIL))
        rows.append(
            CoefficientRange(
                name, float(p.default), float(p.low), float(p.high), median, (low, high)
            )
        )
    return sorted(rows, key=lambda row: row.kept)


def correlated_pairs(found: Posterior) -> list[tuple[str, str, float]]:
    """Return pairs that compensate each other with their posterior correlation, strongest first."""
    values = found.table[found.names].to_numpy(float)
    centred = values - found.weight @ values
    spread = np.sqrt(found.weight @ centred**2)
    spread[spread == 0] = np.inf
    correlation = (centred * found.weight[:, None]).T @ centred / np.outer(spread, spread)
    pairs = [
        (found.names[i], found.names[j], float(correlation[i, j]))
        for i in range(len(found.names))
        for j in range(i)
    ]
    return sorted((p for p in pairs if abs(p[2]) >= MIN_CORRELATION), key=lambda p: -abs(p[2]))


@dataclass(frozen=True)
class TargetCheck:
    """One fitted figure before and after the fit.

    Attributes
    ----------
    name, source : str
        The figure, and the source of the record's value.
    seen : float
        The record's value.
    before, after : tuple of float
        Mean and spread of futures at the hand-set coefficients, and under draws of the posterior.
    after_tail : float
        Share of the posterior's futures at least as far out on the record's side, doubled.
    prior_tail : float
        The same of the prior's futures: below .05 the prior and the record are in conflict.
    nearest : float
        How many spreads the record lies from the mean at the point of the prior that comes nearest.
    """

    name: str
    source: str
    seen: float
    before: tuple[float, float]
    after: tuple[float, float]
    after_tail: float
    prior_tail: float
    nearest: float

    def away(self, told: tuple[float, float]) -> float:
        """Return how many spreads the record lies from the mean."""
        return (self.seen - told[0]) / told[1]

    @property
    def out_of_reach(self) -> bool:
        """Return whether no point of the prior has the record's value within one spread of its mean."""
        return self.nearest > 1


def check_targets(
    found: Posterior, draws: int = 40, runs: int = 50, seed: int = 1
) -> list[TargetCheck]:
    """Compare the fitted figures before and after, with seeds that the fit did not use."""
    record = targets.compute_targets(targets.observed_weeks())
    prior = {row["name"]: row for row in found.manifest["figures"]}
    base = targets.history_scenario()
    before, after = (
        np.hstack(
            [
                targets.target_table(targets.simulate_weeks([scenario], runs, first + n)[0])
                for n, scenario in enumerate(scenarios)
            ]
        )
        for first, scenarios in (
            (SEED_OFFSET + seed, [base] * draws),
            (SEED_OFFSET + seed + draws, apply_draws(base, found.sample(draws, seed))),
        )
    )
    return [
        TargetCheck(
            figure.name, figure.source, float(figure.values[0]),
            _mean_and_spread(before[n], figure.least_spread),
            _mean_and_spread(after[n], figure.least_spread),
            two_sided_tail(after[n], float(figure.values[0])),
            prior[figure.name]["prior_tail"], prior[figure.name]["nearest_spreads"],
        )
        for n, figure in enumerate(record)
    ]  # fmt: skip


def _mean_and_spread(values: np.ndarray, least: float) -> tuple[float, float]:
    return float(values.mean()), float(max(values.std(ddof=1), least))


def rms_misses(checked: Sequence[TargetCheck]) -> tuple[float, float]:
    """Return the root mean square distance of the record, in spreads, before and after."""
    before, after = (
        float(np.sqrt(np.mean([c.away(getattr(c, when)) ** 2 for c in checked])))
        for when in ("before", "after")
    )
    return before, after


# --- the stylised facts, 2012 to 2023 ----------------------------------------------------------------


@dataclass(frozen=True)
class DrawnWorlds(FactEnsembles):
    """Measure facts with draws of coefficients in place of the hand-set ones."""

    draws: tuple[dict[str, float], ...] = ()

    def _pooled(self, scenario: Scenario) -> Trajectory:
        runs = max(1, self.runs // len(self.draws))
        return pool_runs(scenario, apply_draws(scenario, list(self.draws)), runs, self.seed)

    @cached_property
    def history(self) -> Trajectory:
        return self._pooled(self.scenario)

    def with_sensitivity(self, value: float) -> Trajectory:
        return self._pooled(self.scenario.with_levers(exercise_sensitivity=value))

    @cached_property
    def ahead(self) -> Trajectory:
        return self._pooled(load_scenario("status-quo").with_weeks(TEN_YEARS_WEEKS))


def measure_posterior_facts(
    found: Posterior, runs: int = 500, seed: int = 0, draws: int = 20
) -> list[FactResult]:
    """Measure every stylised fact under draws of the posterior; 2020 to 2023 were not fitted."""
    return measure_facts(worlds=DrawnWorlds(runs, seed, tuple(found.sample(draws, seed))))
