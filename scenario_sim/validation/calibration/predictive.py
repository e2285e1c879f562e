"""Simulate under draws of the posterior, and separate chance from coefficient uncertainty.

Every draw has a seed of its own, so that all futures together show both. The variance splits into
that between draws and that within (`studies/analysis/statistics.py`). A single run is still
(scenario with its coefficients, seed, run) and can be replayed alone.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.model.random_draws import MAX_SEED
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.recording import Recording
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.studies.analysis.statistics import nested_components, numeric_outcomes
from scenario_sim.studies.evaluate import CellResults, evaluate, start_executor
from scenario_sim.studies.executors import Executor
from scenario_sim.validation.calibration.posterior import Posterior, apply_draws, load_posterior

MAX_DRAWS = 40  # of the posterior, where the runs allow it
MIN_RUNS_PER_DRAW = 5
BAND_PERCENTILES = (5, 95)


@dataclass(frozen=True)
class PredictiveResult:
    """Futures at the best draw and under all draws.

    Attributes
    ----------
    best : Scenario
        The scenario at the draw with the smallest misfit: chance alone is at work.
    drawn : tuple of Scenario
        The scenario under each draw, with `runs` futures each.
    table : DataFrame
        One row an outcome. `best`, `luck_p5` and `luck_p95` are mean and band of nine in ten at the
        best draw; `mean`, `p5` and `p95` the same over all draws; `share` is the share of the variance
        that coefficients alone make, 0 to 1 (NaN where nothing varies).
    """

    scenario: Scenario
    best: Scenario
    drawn: tuple[Scenario, ...]
    runs: int
    seed: int
    table: pd.DataFrame

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.drawn)

    def shown(self) -> Iterator[tuple[str, pd.Series]]:
        """Yield name and row of the outcomes that some run has."""
        for name, row in self.table.dropna(subset=["best", "mean"]).iterrows():
            yield str(name), row

    def luck(self) -> Trajectory:
        """Return as many futures as all draws have, at the best draw, with their weeks."""
        return simulate(self.best, self.draws * self.runs, self.seed)

    def both(self) -> Trajectory:
        """Return the futures of all draws as one trajectory, draw after draw, with their weeks."""
        return pool_runs(self.scenario, self.drawn, self.runs, self.seed)


def pool_runs(scenario: Scenario, drawn: Sequence[Scenario], runs: int, seed: int) -> Trajectory:
    """Simulate scenarios of one length with a seed each, and pool their futures."""
    found = [
        simulate(one, runs, own)
        for one, own in zip(drawn, draw_seeds(seed, len(drawn)), strict=True)
    ]
    weekly = [one.weekly for one in found]
    recording = Recording(
        weekly[0].cast,
        np.concatenate([w.table for w in weekly], axis=2),
        np.concatenate([w.acts for w in weekly], axis=2),
    )
    outcomes = pd.concat([one.outcomes for one in found], ignore_index=True)
    outcomes.index.name = "run"
    return Trajectory(scenario, seed, np.arange(len(outcomes)), outcomes, recording)


def simulate_predictive(
    scenario: Scenario,
    posterior: Posterior | None = None,
    runs: int = 1000,
    seed: int = 0,
    *,
    out: Path | str | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PredictiveResult:
    """Simulate about `runs` futures over draws of the posterior, and as many at its best draw.

    Coefficients that the scenario sets itself are not drawn. Deterministic.

    Parameters
    ----------
    scenario : Scenario
        What to simulate.
    posterior : Posterior, optional
        The shipped one by default.
    runs, seed : int
        Futures in all; seed of the draws and the ensembles.
    out : path, optional
        A folder that keeps every draw's futures, each labelled with its coefficients.
    jobs : int
        Processes.
    executor : Executor, optional
        Where the runs are simulated, in place of own processes.
    progress : callable, optional
        Called with runs done and their number.

    Raises
    ------
    ScenarioError
        If the draws do not fit the scenario.
    """
    posterior = posterior or load_posterior()
    draws, each = split_runs(runs)
    chosen = posterior.sample(draws, seed)
    best, *drawn = apply_draws(scenario, [posterior.best, *chosen])
    names = numeric_outcomes(scenario)
    keep: dict[str, Any] = {"keep": names, "out": out, "progress": progress}
    with start_executor(jobs, executor) as doing:
        labels = [{"draw": n} | draw for n, draw in enumerate(chosen)]
        seeds = draw_seeds(seed, draws)
        both = evaluate(drawn, each, seeds, labels=labels, executor=doing, **keep)
        luck = evaluate(
            [best], draws * each, seed, labels=[{"draw": "best"}], executor=doing, **keep
        )
    rows = {}
    for name in names:
        parts = nested_components(both.values[name])
        total = sum(parts.values())
        rows[name] = {
            **dict(zip(("best", "luck_p5", "luck_p95"), _mean_and_band(luck, name), strict=True)),
            **dict(zip(("mean", "p5", "p95"), _mean_and_band(both, name), strict=True)),
            "share": parts["between"] / total if total > 0 else np.nan,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("outcome")
    return PredictiveResult(scenario, best, tuple(drawn), each, seed, table)


def split_runs(runs: int) -> tuple[int, int]:
    """Return the number of draws, and the runs of each."""
    draws = max(2, min(MAX_DRAWS, runs // MIN_RUNS_PER_DRAW))
    return draws, max(2, runs // draws)


def draw_seeds(seed: int, draws: int) -> list[int]:
    """Return one seed a draw: those that follow `seed`; 0 follows the largest."""
    return [(seed + 1 + n) % (MAX_SEED + 1) for n in range(draws)]


def _mean_and_band(found: CellResults, name: str) -> tuple[float, float, float]:
    """Return mean and band over cells and runs; NaN where no run has the outcome."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = np.nanpercentile(found.values[name], BAND_PERCENTILES)
        return float(np.nanmean(found.mean[name])), float(low), float(high)
