"""Compare two scenarios under draws of the posterior, which tells how sure a difference is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.scenario import Scenario
from scenario_sim.simulation.comparison import check_comparable
from scenario_sim.simulation.intervals import Z95, standard_error
from scenario_sim.studies.analysis.statistics import numeric_outcomes
from scenario_sim.studies.evaluate import CellResults, evaluate, start_executor
from scenario_sim.studies.executors import Executor
from scenario_sim.validation.calibration.posterior import Posterior, apply_draws, load_posterior
from scenario_sim.validation.calibration.predictive import BAND_PERCENTILES, draw_seeds, split_runs


@dataclass(frozen=True)
class PairedPredictive:
    """Differences of two scenarios at the best draw and under all draws.

    Attributes
    ----------
    baseline, policy : Scenario
        Scenarios before any coefficient is drawn.
    draws, runs : int
        Draws, and paired runs of each.
    seed : int
        Seed of the draws and the runs.
    table : DataFrame
        One row an outcome. `best`: mean paired difference, policy less baseline, at the draw with the
        least misfit, with its 95 % interval `best_low`, `best_high`. `difference`: mean over draws,
        with its 95 % interval `low`, `high`. `p5`, `p95`: percentiles over draws of the mean
        difference of a draw, its Monte-Carlo error included. `share_above_zero`: share of the draws
        whose mean difference is above 0.
    """

    baseline: Scenario
    policy: Scenario
    draws: int
    runs: int
    seed: int
    table: pd.DataFrame


def compare_predictive(
    baseline: Scenario,
    policy: Scenario,
    posterior: Posterior | None = None,
    runs: int = 1000,
    seed: int = 0,
    *,
    out: Path | str | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PairedPredictive:
    """Compare two scenarios under draws of coefficients, each draw on the same random draws.

    Parameters
    ----------
    baseline, policy : Scenario
        Scenarios of equal start, length and states; coefficients that they set are not drawn.
    posterior : Posterior, optional
        The shipped one by default.
    runs, seed : int
        Paired runs in all; seed of the draws and the runs.
    out, jobs, executor, progress
        As in `simulate_predictive`.

    Raises
    ------
    ScenarioError
        If the two cannot be compared, or the draws do not fit them.

    Examples
    --------
    >>> from scenario_sim import load_scenario
    >>> status_quo = load_scenario("status-quo").with_weeks(4)
    >>> found = compare_predictive(status_quo, status_quo.with_levers(hotline=1), runs=20)
    >>> float(found.table.loc["launch_days", "p95"])
    0.0
    """
    check_comparable(baseline, policy)
    posterior = posterior or load_posterior()
    draws, each = split_runs(runs)
    chosen = posterior.sample(draws, seed)
    sides = [apply_draws(side, [posterior.best, *chosen]) for side in (baseline, policy)]
    seeds = draw_seeds(seed, draws)
    outcomes = numeric_outcomes(baseline)
    keep: dict[str, Any] = {"keep": outcomes, "out": out, "progress": progress}
    names = ("baseline", "policy")
    with start_executor(jobs, executor) as pool:
        labels = [{"side": s, "draw": n} | draw for s in names for n, draw in enumerate(chosen)]
        drawn = [one for _, *others in sides for one in others]
        both = evaluate(drawn, each, seeds * 2, labels=labels, executor=pool, **keep)
        labels = [{"side": name, "draw": "best"} for name in names]
        best = [side[0] for side in sides]
        alone = evaluate(best, draws * each, seed, labels=labels, executor=pool, **keep)
    rows = {name: _row(both, alone, name) for name in outcomes}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("outcome")
    return PairedPredictive(baseline, policy, draws, each, seed, table)


def _row(both: CellResults, alone: CellResults, name: str) -> dict[str, float]:
    """Return the differences of one outcome; NaN where some pair of runs lacks it."""
    baseline, policy = np.split(both.values[name], 2)
    by_draw = (policy - baseline).mean(axis=1)
    best = alone.values[name][1] - alone.values[name][0]
    p5, p95 = np.percentile(by_draw, BAND_PERCENTILES)
    half, best_half = (Z95 * standard_error(x - x.mean()) for x in (by_draw, best))
    known = not np.isnan(by_draw).any()
    found = {
        "best": best.mean(), "best_low": best.mean() - best_half, "best_high": best.mean() + best_half,
        "difference": by_draw.mean(), "low": by_draw.mean() - half, "high": by_draw.mean() + half,
        "p5": p5, "p95": p95, "share_above_zero": (by_draw > 0).mean() if known else np.nan,
    }  # fmt: skip
    return {key: float(value) for key, value in found.items()}
