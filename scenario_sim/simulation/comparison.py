"""A policy beside its baseline on the same luck: paired differences, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from scenario_sim.scenario import Scenario
from scenario_sim.simulation.ensemble import Keep, Progress, simulate_side_by_side
from scenario_sim.simulation.intervals import Z95, standard_error
from scenario_sim.simulation.outcomes import OUTCOMES, OUTCOMES_BY_NAME, Outcome, run_weights
from scenario_sim.simulation.trajectory import Trajectory

MIN_DIFFERING_RUNS = 10  # paired futures that differ; below, a difference says nothing


@dataclass(frozen=True)
class Comparison:
    """Two trajectories that share their luck, run by run."""

    baseline: Trajectory
    policy: Trajectory

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row an outcome: baseline and policy (means over runs), their paired difference, its
        95 % interval (low, high), and the share of runs that the policy changed.

        A run in which an outcome is missing on either side takes no part in its row. A category
        has no mean: its row tells only the share of runs changed. NaN where nothing can be said.
        """
        rows = {outcome.name: self.row(outcome.name) for outcome in OUTCOMES}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("outcome")

    @cached_property
    def runs_changed(self) -> pd.Series:
        """How many paired futures differ in each outcome."""
        counts = {o.name: self.changed(o.name) for o in OUTCOMES}
        return pd.Series(counts).rename_axis("outcome")

    @cached_property
    def changes_anything(self) -> bool:
        """Whether any outcome of any paired future differs; looks no further than the first."""
        return any(self.changed(o.name) > 0 for o in OUTCOMES)

    def changed(self, outcome: str) -> int:
        """How many paired futures differ in an outcome."""
        return int(self._pair(OUTCOMES_BY_NAME[outcome])[1].sum())

    def can_tell(self, outcome: str) -> bool:
        """Whether enough paired futures differ to speak of a difference."""
        return self.changed(outcome) >= MIN_DIFFERING_RUNS

    def _pair(self, outcome: Outcome) -> tuple[np.ndarray, np.ndarray]:
        """An outcome on both sides, (2, run), and in which runs they differ, (run,)."""
        pair = [side.outcomes[outcome.name] for side in (self.baseline, self.policy)]
        if outcome.category:
            pair = [column.cat.codes for column in pair]
        values = np.array(pair, float)
        return values, (values[0] != values[1]) & ~np.isnan(values).all(axis=0)

    def row(self, name: str) -> dict[str, float]:
        """One row of `table`, worked out alone."""
        outcome = OUTCOMES_BY_NAME[name]
        base, other = self.baseline.outcomes, self.policy.outcomes
        values, differ = self._pair(outcome)
        row = dict.fromkeys(("baseline", "policy", "difference", "low", "high"), np.nan)
        row["share_of_runs_changed"] = float(differ.mean())
        if outcome.category:
            return row
        weight = np.array([run_weights(outcome, base), run_weights(outcome, other)])
        paired = ~np.isnan(values).any(axis=0)
        values, weight, n = values[:, paired], weight[:, paired], int(paired.sum())
        if n == 0:
            return row
        means = np.array([np.average(v, weights=w) for v, w in zip(values, weight, strict=True)])
        # Each run's pull on its weighted mean (the whole of it where all weigh alike): the error
        # of a difference is the spread of the difference in pull.
        pull = weight / weight.mean(axis=1, keepdims=True) * (values - means[:, None])
        error = float(standard_error(pull[1] - pull[0]))
        difference = means[1] - means[0]
        row |= {"baseline": means[0], "policy": means[1], "difference": difference}
        return row | {"low": difference - Z95 * error, "high": difference + Z95 * error}


def compare(
    baseline: Scenario,
    policy: Scenario,
    runs: int | Sequence[int] = 1000,
    seed: int = 0,
    *,
    keep: Keep = "weekly",
    jobs: int = 1,
    progress: Progress | None = None,
) -> Comparison:
    """Run both on the same luck and pair them run by run.

    Either may lack mechanisms of the other (`without`). Raises ScenarioError where the two differ in
    start, length or states: such futures have no pairs.
    """
    pair = simulate_side_by_side(
        (baseline, policy), runs, seed, keep=keep, jobs=jobs, progress=progress
    )
    return Comparison(*pair)
