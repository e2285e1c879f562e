"""Futures under coefficients drawn from the posterior: luck, and luck with not knowing them, apart.

Every draw runs on the same luck, so the spread splits (`studies/spread.py`). Draws and runs are
crossed; a world is still (scenario with its coefficients, seed, run) and can be played alone.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.calibration.posterior import Posterior, load, with_draws
from scenario_sim.scenario import Scenario
from scenario_sim.studies.cell_means import NUMBERS
from scenario_sim.studies.evaluate import evaluate, workers
from scenario_sim.studies.executors import Executor
from scenario_sim.studies.spread import components

DRAWS = 40  # of the posterior, where the runs allow it
LEAST_RUNS = 5  # of a draw
BAND = (5, 95)


@dataclass(frozen=True)
class Futures:
    """table: one row an outcome. `best`, `luck_low`, `luck_high`: mean and band of nine in ten at the
    best draw, where luck alone is at work; `mean`, `low`, `high`: the same over all draws; `share`:
    of the variance, what coefficients alone make, 0..1."""

    scenario: Scenario
    seed: int
    draws: int
    runs: int
    table: pd.DataFrame


def futures(
    scenario: Scenario,
    posterior: Posterior | None = None,
    runs: int = 1000,
    seed: int = 0,
    *,
    out: Path | str | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Any = None,
) -> Futures:
    """About `runs` futures over draws of the posterior (the shipped one), and as many at its best.

    out: a folder that keeps every draw's futures, each labelled with its coefficients. Deterministic.
    Coefficients that the scenario sets itself are not drawn.
    """
    posterior = posterior or load()
    draws = max(2, min(DRAWS, runs // LEAST_RUNS))
    each = max(2, runs // draws)
    chosen = posterior.sample(draws, seed)
    keep: dict[str, Any] = {"keep": NUMBERS, "out": out, "progress": progress}
    with workers(jobs, executor) as doing:
        best = evaluate(
            with_draws(scenario, [posterior.best]), draws * each, seed,
            labels=[{"draw": "best"}], executor=doing, **keep,
        )  # fmt: skip
        spread = evaluate(
            with_draws(scenario, chosen), each, seed,
            labels=[{"draw": n} | draw for n, draw in enumerate(chosen)], executor=doing, **keep,
        )  # fmt: skip
    rows = {}
    for name in NUMBERS:
        luck, both = best.values[name], spread.values[name]
        parts = components(both)
        total = sum(parts.values())
        rows[name] = {
            **dict(zip(("best", "luck_low", "luck_high"), _told(luck), strict=True)),
            **dict(zip(("mean", "low", "high"), _told(both), strict=True)),
            "share": parts["between"] / total if total > 0 else np.nan,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("outcome")
    return Futures(scenario, seed, draws, each, table)


def _told(values: np.ndarray) -> tuple[float, float, float]:
    """Mean and band; NaN where no run has the outcome."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = np.nanpercentile(values, BAND)
        return float(np.nanmean(values)), float(low), float(high)
