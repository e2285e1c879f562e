"""Futures under coefficients drawn from the posterior: luck, and luck with not knowing them, apart.

Every draw has luck of its own, by a seed of its own, so that all futures together show both; the spread
splits into that between draws and that within (`studies/spread.py`). A world is still (scenario with
its coefficients, seed, run) and can be played alone.
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
from scenario_sim.studies.analysis.statistics import NUMERIC_OUTCOMES, nested_components
from scenario_sim.studies.evaluate import CellResults, evaluate, start_executor
from scenario_sim.studies.executors import Executor
from scenario_sim.validation.calibration.posterior import Posterior, load_posterior, with_draws

DRAWS = 40  # of the posterior, where the runs allow it
LEAST_RUNS = 5  # of a draw
BAND = (5, 95)


@dataclass(frozen=True)
class PredictiveResult:
    """best: the scenario at the draw that misses the record least, where luck alone is at work;
    drawn: under each draw, `runs` futures each. table: one row an outcome: `best`, `luck_low`,
    `luck_high`, mean and band of nine in ten at the best; `mean`, `low`, `high`, the same over all
    draws; `share`, of the variance over draws and runs, what coefficients alone make, 0..1 (NaN
    where nothing varies)."""

    scenario: Scenario
    best: Scenario
    drawn: tuple[Scenario, ...]
    runs: int
    seed: int
    table: pd.DataFrame

    @property
    def draws(self) -> int:
        return len(self.drawn)

    def shown(self) -> Iterator[tuple[str, pd.Series]]:
        """The rows of outcomes that some run has, by name."""
        for name, row in self.table.dropna(subset=["best", "mean"]).iterrows():
            yield str(name), row

    def luck(self) -> Trajectory:
        """As many futures as all draws have, at the best one, with their weeks."""
        return simulate(self.best, self.draws * self.runs, self.seed)

    def both(self) -> Trajectory:
        """The futures of all draws as one, draw after draw, with their weeks."""
        return pooled(self.scenario, self.drawn, self.runs, self.seed)


def pooled(scenario: Scenario, drawn: Sequence[Scenario], runs: int, seed: int) -> Trajectory:
    """Futures of several scenarios of one length, each with luck of its own, as if of one."""
    found = [
        simulate(one, runs, own) for one, own in zip(drawn, _seeds(seed, len(drawn)), strict=True)
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
    """About `runs` futures over draws of the posterior (the shipped one), and as many at its best.

    out: a folder that keeps every draw's futures, each labelled with its coefficients. Deterministic.
    Coefficients that the scenario sets itself are not drawn. Raises ScenarioError.
    """
    posterior = posterior or load_posterior()
    draws = max(2, min(DRAWS, runs // LEAST_RUNS))
    each = max(2, runs // draws)
    chosen = posterior.sample(draws, seed)
    best, *drawn = with_draws(scenario, [posterior.best, *chosen])
    keep: dict[str, Any] = {"keep": NUMERIC_OUTCOMES, "out": out, "progress": progress}
    with start_executor(jobs, executor) as doing:
        labels = [{"draw": n} | draw for n, draw in enumerate(chosen)]
        seeds = _seeds(seed, draws)
        both = evaluate(drawn, each, seeds, labels=labels, executor=doing, **keep)
        luck = evaluate(
            [best], draws * each, seed, labels=[{"draw": "best"}], executor=doing, **keep
        )
    rows = {}
    for name in NUMERIC_OUTCOMES:
        parts = nested_components(both.values[name])
        total = sum(parts.values())
        rows[name] = {
            **dict(zip(("best", "luck_low", "luck_high"), _told(luck, name), strict=True)),
            **dict(zip(("mean", "low", "high"), _told(both, name), strict=True)),
            "share": parts["between"] / total if total > 0 else np.nan,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("outcome")
    return PredictiveResult(scenario, best, tuple(drawn), each, seed, table)


def _seeds(seed: int, draws: int) -> list[int]:
    """A draw's own luck: the seeds that follow; after the largest comes 0."""
    return [(seed + 1 + n) % (MAX_SEED + 1) for n in range(draws)]


def _told(found: CellResults, name: str) -> tuple[float, float, float]:
    """Mean and band over cells and runs; NaN where no run has the outcome."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = np.nanpercentile(found.values[name], BAND)
        return float(np.nanmean(found.mean[name])), float(low), float(high)
