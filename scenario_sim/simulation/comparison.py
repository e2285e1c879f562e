"""Compare a policy with its baseline on the same random draws, run by run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from scenario_sim.data.states import load_cast
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.model.random_draws import run_ids
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import as_scenario
from scenario_sim.simulation.display import DisplayedResult, describe_runs, main_rows
from scenario_sim.simulation.ensemble import (
    Keep,
    Progress,
    check_runs_fit,
    part_of_progress,
    simulate,
    weeks_fit,
)
from scenario_sim.simulation.intervals import Z95, standard_error
from scenario_sim.simulation.outcomes import Outcome, outcomes_of, run_weights
from scenario_sim.simulation.trajectory import Trajectory

MIN_DIFFERING_RUNS = 10  # paired runs that differ; fewer do not support a difference


@dataclass(frozen=True, repr=False)
class Comparison(DisplayedResult):
    """Two trajectories on the same random draws, paired run by run."""

    baseline: Trajectory
    policy: Trajectory

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Return the outcomes that are compared, those of plug-ins last."""
        return outcomes_of(self.baseline.scenario)

    @cached_property
    def _by_name(self) -> dict[str, Outcome]:
        return {outcome.name: outcome for outcome in self.outcomes}

    @cached_property
    def table(self) -> pd.DataFrame:
        """Return one row per outcome, with the paired difference and its 95 % interval.

        Columns: `baseline` and `policy`, means over runs; `difference`, policy less baseline; `low`
        and `high`, the ends of its interval; `share_of_runs_changed`. A run that lacks an outcome on
        either side is left out of its row. A category has no mean, so only its share of runs changed
        is given. Values that do not exist are NaN.
        """
        rows = {outcome.name: self.row(outcome.name) for outcome in self.outcomes}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("outcome")

    @cached_property
    def runs_changed(self) -> pd.Series:
        """Return the number of paired runs that differ, by outcome."""
        counts = {o.name: self.changed(o.name) for o in self.outcomes}
        return pd.Series(counts).rename_axis("outcome")

    @cached_property
    def changes_anything(self) -> bool:
        """Return True if any outcome of any pair of runs differs; stops at the first."""
        return any(self.changed(o.name) > 0 for o in self.outcomes)

    def changed(self, outcome: str) -> int:
        """Return the number of paired runs that differ in an outcome."""
        return int(self._pair(self._by_name[outcome])[1].sum())

    def can_tell(self, outcome: str) -> bool:
        """Return True if enough paired runs differ to report a difference."""
        return self.changed(outcome) >= MIN_DIFFERING_RUNS

    def _pair(self, outcome: Outcome) -> tuple[np.ndarray, np.ndarray]:
        """Return an outcome on both sides, (2, runs), and a mask of the runs that differ, (runs,)."""
        if outcome.name not in self._pairs:
            self._pairs[outcome.name] = self._read_pair(outcome)
        return self._pairs[outcome.name]

    @cached_property
    def _pairs(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        return {}

    def _read_pair(self, outcome: Outcome) -> tuple[np.ndarray, np.ndarray]:
        pair = [side.outcomes[outcome.name] for side in (self.baseline, self.policy)]
        if outcome.category:
            pair = [column.cat.codes for column in pair]
        values = np.array(pair, float)
        return values, (values[0] != values[1]) & ~np.isnan(values).all(axis=0)

    def _summary(self) -> list[str]:
        return [
            f"{side} {describe_runs(one.scenario, int(one.runs.size), one.seed, one.engine)}"
            for side, one in (("baseline", self.baseline), ("policy", self.policy))
        ]

    def _table(self) -> pd.DataFrame:
        return self.table

    def _text_table(self) -> pd.DataFrame:
        return main_rows(self.table, ("baseline", "policy", "difference", "low", "high"))

    def row(self, name: str) -> dict[str, float]:
        """Return one row of `table`."""
        outcome = self._by_name[name]
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
        # Each run's influence on its weighted mean. The standard error of a difference is that of
        # the difference in influence (linearisation of a ratio mean).
        pull = weight / weight.mean(axis=1, keepdims=True) * (values - means[:, None])
        error = float(standard_error(pull[1] - pull[0]))
        difference = means[1] - means[0]
        row |= {"baseline": means[0], "policy": means[1], "difference": difference}
        return row | {"low": difference - Z95 * error, "high": difference + Z95 * error}


def compare(
    baseline: Scenario | str,
    policy: Scenario | str,
    runs: int | Sequence[int] = 1000,
    seed: int = 0,
    *,
    keep: Keep = "weekly",
    jobs: int = 1,
    progress: Progress | None = None,
) -> Comparison:
    """Simulate both scenarios on the same random draws, and pair them run by run.

    Either scenario may switch mechanisms off (`without`).

    Parameters
    ----------
    baseline, policy : Scenario or str
        Scenarios, or shipped names or files.
    runs : int or sequence of int
        How many, or run ids.
    seed : int
        0 .. 2**63-1.
    keep, jobs, progress
        As in `simulate`; the weeks of both are kept where both together fit into 1 GB.

    Raises
    ------
    ScenarioError
        If the two differ in start or length, so that runs have no pairs.

    Examples
    --------
    >>> from scenario_sim import compare, load_scenario
    >>> baseline = load_scenario("status-quo")
    >>> pair = compare(baseline, baseline.with_levers(hotline=1), runs=20, seed=7)
    >>> pair.changed("launch_days")
    0
    """
    if not (isinstance(baseline, Scenario) and isinstance(policy, Scenario)):  # names or paths
        baseline, policy = as_scenario(baseline), as_scenario(policy)
    sides = (baseline, policy)
    check_comparable(baseline, policy)
    check_runs_fit(runs, ensembles=2)
    if keep == "weekly" and not weeks_fit(baseline, run_ids(runs).size, ensembles=2):
        keep = "outcomes"
    pair = []
    for n, side in enumerate(sides):
        part = part_of_progress(progress, n, len(sides))
        pair.append(simulate(side, runs, seed, keep=keep, jobs=jobs, progress=part))
    return Comparison(*pair)


def check_comparable(baseline: Scenario, other: Scenario, *, same_states: bool = False) -> None:
    """Raise ScenarioError if runs have no pairs: start or length differ.

    States may differ unless `same_states` is set. Random draws have names, so those that both
    worlds know are the same.
    """
    problems = [
        Problem(key, f"{getattr(other, key)} here, {getattr(baseline, key)} there; futures are "
                "compared week by week, so make them equal")
        for key in ("start", "weeks")
        if getattr(other, key) != getattr(baseline, key)
    ]  # fmt: skip
    if other.plugins != baseline.plugins:
        problems.append(Problem("plugins", "the two have different plug-ins; give both the same"))
    if same_states and load_cast(other.states).states != load_cast(baseline.states).states:
        problems.append(Problem("states", "the two scenarios have different states"))
    if problems:
        raise ScenarioError(problems, "these scenarios cannot be compared")
