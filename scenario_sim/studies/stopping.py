"""Stop adding runs to a study once its metrics are precise enough."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.simulation.intervals import Z95
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME, run_weights
from scenario_sim.studies.cells import BLOCK_RUNS
from scenario_sim.studies.metrics import Metric

if TYPE_CHECKING:
    import pandas as pd

FIRST_ROUND_RUNS = BLOCK_RUNS  # of fewer runs the Monte-Carlo error is too rough
MAX_ROUND_GROWTH = 2  # a round at most doubles the runs: early errors are rough
CURE = "takes half(METRIC)=E or mcse(METRIC)=E, as in half(q95(launch_days))=1 or half(ratio(launch_days))=5%"
_TARGET = re.compile(r"(half|mcse)(?:\((.+)\))?=([\d.]+(?:e-?\d+)?)(%?)")


@dataclass(frozen=True)
class Estimate:
    """Mean of an outcome over runs and its Monte-Carlo error, from sums over blocks.

    Attributes
    ----------
    outcome : str
    runs : int
    sums : tuple of float
        Sums of 1, w, w x, w^2, w^2 x and w^2 x^2 over the runs that have the outcome, where x is its
        value and w its weight.
    """

    outcome: str
    runs: int = 0
    sums: tuple[float, ...] = (0.0,) * 6

    def with_block(self, table: pd.DataFrame) -> Estimate:
        """Return the estimate with one more block, given its outcomes (one row a run)."""
        values = table[self.outcome].to_numpy(float)
        there = ~np.isnan(values)
        x, w = values[there], run_weights(OUTCOMES_BY_NAME.get(self.outcome), table)[there]
        more = (x.size, w.sum(), (w * x).sum(), (w**2).sum(), (w**2 * x).sum(), (w**2 * x**2).sum())
        sums = tuple(float(a + b) for a, b in zip(self.sums, more, strict=True))
        return Estimate(self.outcome, self.runs + len(table), sums)

    @property
    def mean(self) -> float:
        return self.sums[2] / self.sums[1] if self.sums[1] else math.nan

    @property
    def mcse(self) -> float:
        """Monte-Carlo error, as `summarise` gives it; NaN for fewer than two runs."""
        n, w, _, w2, w2x, w2x2 = self.sums
        if n < 2 or not w:
            return math.nan
        spread = max(0.0, w2x2 - 2 * self.mean * w2x + self.mean**2 * w2) * (n / w) ** 2
        return math.sqrt(spread / (n - 1) / n)

    @property
    def columns(self) -> list[str]:
        """Columns of a block that the estimate needs."""
        return Metric(self.outcome).columns


@dataclass(frozen=True)
class Precision:
    """Say how precise a metric is, and whether that is enough.

    Attributes
    ----------
    metric : str
    value : float
    half : float
        Half the width of the 95 % interval; NaN if the runs are too few to tell.
    wanted : float
        The largest half width that is precise enough, in the unit of the value.
    converged : bool
        Whether `half` is at most `wanted`.
    """

    metric: str
    value: float
    half: float
    wanted: float
    converged: bool

    def __str__(self) -> str:
        verdict = "converged" if self.converged else "not converged"
        return (
            f"{self.metric} {self.value:.4g} ± {self.half:.3g}, {verdict} "
            f"(at most ± {self.wanted:.3g})"
        )


@dataclass(frozen=True)
class Target:
    """A metric, and the largest half of its 95 % interval: as a number, or as a share of the value."""

    metric: Metric
    half: float
    relative: bool = False

    @classmethod
    def parse(cls, text: str, own: Sequence[str] = ()) -> Target:
        """Return what `half(q95(launch_days))=1` says. Raises ScenarioError.

        `mcse(...)` takes a standard error instead. Without a metric it is the confrontation risk.
        """
        said = _TARGET.fullmatch(re.sub(r"\s+", "", text))
        try:
            if said is None or not 0 < float(said[3]) < math.inf:
                raise ValueError
        except ValueError:
            problem = Problem("until", f"{CURE}, not {text!r}")
            raise ScenarioError([problem], "that is no precision") from None
        size = float(said[3]) / (100 if said[4] else 1) * (Z95 if said[1] == "mcse" else 1)
        return cls(Metric.parse(said[2], own) if said[2] else Metric(), size, bool(said[4]))

    def judge(self, table: pd.DataFrame, baseline: pd.DataFrame | None = None) -> Precision:
        """Return how precise the metric is over these runs; see `Metric.estimate`."""
        value, half = self.metric.estimate(table, baseline)
        wanted = self.half * abs(value) if self.relative else self.half
        return Precision(str(self.metric), value, half, wanted, half <= wanted)

    def __str__(self) -> str:
        size = f"{100 * self.half:.6g}%" if self.relative else f"{self.half:.6g}"
        return f"half({self.metric})={size}"


@dataclass(frozen=True)
class Until:
    """Stop adding runs once every target is met.

    Examples
    --------
    >>> until = Until.parse("half(launch_days)=5%", "half(ratio(q90(launch_days)))=0.1")
    >>> print(until)
    half(launch_days)=5%; half(ratio(q90(launch_days)))=0.1
    """

    targets: tuple[Target, ...]

    @classmethod
    def parse(cls, *texts: str, own: Sequence[str] = ()) -> Until:
        """Return the targets that texts name. Raises ScenarioError with every problem.

        `own` are the outcomes of plug-ins, which they may name as well.
        """
        targets: list[Target] = []
        problems: list[Problem] = []
        for text in texts:
            try:
                targets.append(Target.parse(text, own))
            except ScenarioError as error:
                problems += error.problems
        if problems or not targets:
            problems = problems or [Problem("until", CURE)]
            raise ScenarioError(problems, "that is no precision")
        return cls(tuple(targets))

    @property
    def compares(self) -> bool:
        """Whether a target is a change from a baseline."""
        return any(target.metric.change for target in self.targets)

    @property
    def columns(self) -> list[str]:
        """Outcomes of a run that the targets need."""
        return list(dict.fromkeys(name for one in self.targets for name in one.metric.columns))

    def as_changes(self) -> Until:
        """Return the same with a difference from the baseline in place of each plain statistic."""
        targets = [
            t if t.metric.change else replace(t, metric=replace(t.metric, change="difference"))
            for t in self.targets
        ]
        return Until(tuple(targets))

    def judge(
        self, table: pd.DataFrame, baseline: pd.DataFrame | None = None
    ) -> tuple[Precision, ...]:
        """Return how precise each metric is; without a baseline, of those that need none."""
        targets = (t for t in self.targets if baseline is not None or not t.metric.change)
        return tuple(target.judge(table, baseline) for target in targets)

    def next_runs(self, runs: int, found: Iterable[Precision], most: int) -> int:
        """Return how many runs the cell should have next: whole blocks, at most `most`.

        It depends on the runs so far alone, so every machine takes the same rounds.

        Parameters
        ----------
        runs : int
            Runs so far.
        found : iterable of Precision
            The metrics over these.
        most : int
            Largest number of runs.
        """
        if runs == 0:
            return min(FIRST_ROUND_RUNS, most)
        growth = [_growth(one) for one in found if not one.converged]
        blocks = max(math.ceil(runs * max(growth) / BLOCK_RUNS), runs // BLOCK_RUNS + 1)
        return min(blocks * BLOCK_RUNS, most)

    def __str__(self) -> str:
        return "; ".join(map(str, self.targets))


def _growth(one: Precision) -> float:
    """Return by what factor the runs have to grow for a metric, at most MAX_ROUND_GROWTH."""
    if one.half > 0 and one.wanted > 0:
        return min(MAX_ROUND_GROWTH, 1.05 * (one.half / one.wanted) ** 2)  # a margin saves a round
    return MAX_ROUND_GROWTH
