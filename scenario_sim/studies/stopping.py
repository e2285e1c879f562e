"""Estimate a mean block by block while a study grows, and stop when it is precise enough."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenario_sim.errors import Problem, ScenarioError, UnknownNameError
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME, run_weights
from scenario_sim.studies.cells import BLOCK_RUNS

if TYPE_CHECKING:
    import pandas as pd

RISK = "confrontation_risk"
FIRST_ROUND_RUNS = BLOCK_RUNS  # of fewer runs the Monte-Carlo error is too rough
MAX_ROUND_GROWTH = 2  # a round at most doubles the runs: early errors are rough


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
        known = OUTCOMES_BY_NAME.get(self.outcome)
        weighed = [RISK] if known and known.weight else []
        return list(dict.fromkeys([self.outcome, *weighed]))


@dataclass(frozen=True)
class Until:
    """Stop adding runs once the Monte-Carlo error of an outcome's mean is at most `mcse`."""

    mcse: float
    outcome: str = RISK

    @classmethod
    def parse(cls, text: str, own: Sequence[str] = ()) -> Until:
        """Return what `mcse=0.002` or `mcse(launch_days)=0.1` says. Raises ScenarioError.

        `own` are the outcomes of plug-ins, which may be named as well.

        >>> Until.parse("mcse(launch_days)=0.1")
        Until(mcse=0.1, outcome='launch_days')
        """
        said = re.fullmatch(r"\s*mcse\s*(?:\(\s*(\w+)\s*\))?\s*=\s*(\S+)\s*", text)
        try:
            if said is None or not 0 < float(said[2]) < math.inf:
                raise ValueError
        except ValueError:
            cure = f"takes mcse=0.002 or mcse(launch_days)=0.1, not {text!r}"
            raise ScenarioError([Problem("until", cure)], "that is no precision") from None
        name = said[1] or RISK
        numbers = [n for n, outcome in OUTCOMES_BY_NAME.items() if not outcome.category]
        numbers += own
        if name not in numbers:
            problem = Problem("until", str(UnknownNameError("outcome with a mean", name, numbers)))
            raise ScenarioError([problem], "that is no precision")
        return cls(float(said[2]), name)

    def reached(self, estimate: Estimate) -> bool:
        """Return whether an estimate is precise enough."""
        return estimate.mcse <= self.mcse

    def next_runs(self, runs: int, mcse: float, most: int) -> int:
        """Return how many runs the cell should have next: whole blocks, at most `most`.

        It depends on the runs so far alone, so every machine takes the same rounds.

        Parameters
        ----------
        runs : int
            Runs so far.
        mcse : float
            Monte-Carlo error over these; NaN where it is unknown.
        most : int
            Largest number of runs.
        """
        if runs == 0:
            return min(FIRST_ROUND_RUNS, most)
        wanted = float(MAX_ROUND_GROWTH)
        if mcse > 0:
            wanted = min(wanted, 1.05 * (mcse / self.mcse) ** 2)  # a margin saves a round
        blocks = max(math.ceil(runs * wanted / BLOCK_RUNS), runs // BLOCK_RUNS + 1)
        return min(blocks * BLOCK_RUNS, most)
