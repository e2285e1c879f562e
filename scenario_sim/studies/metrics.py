"""Metrics of a growing ensemble: a mean, share or quantile, or its change between two scenarios.

Each statistic has an influence for every run [1]: how much that run moves it. The standard error
of the statistic is that of the mean influence. The standard error of a change is that of the paired
difference in influence, because both scenarios share their random draws. A quantile takes the scale
of its influence from the order statistics that enclose it.

[1] Hampel, F. R. (1974). The influence curve and its role in robust estimation. Journal of the
    American Statistical Association 69, 383-393.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from scenario_sim.errors import Problem, ScenarioError, no_such_name
from scenario_sim.simulation.intervals import Z95, percentile_intervals, standard_error
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME, run_weights

if TYPE_CHECKING:
    import pandas as pd

RISK = "confrontation_risk"
SIDES = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
INVALID_METRIC = "that is no metric"
EXAMPLES = "launch_days, q95(launch_days), share(launch_days > 20) or ratio(launch_days)"
_CHANGE = re.compile(r"(difference|ratio)\((.+)\)")
_QUANTILE = re.compile(r"q(\d{1,2}(?:\.\d+)?)\((\w+)\)")
_SHARE = re.compile(r"share\((\w+)(>=|<=|>|<)([-+.\w]+)\)")
_MEAN = re.compile(r"(?:mean\((\w+)\)|(\w+))")


class Estimation(NamedTuple):
    """A statistic over runs, and half the width of its 95 % interval (NaN if unknown)."""

    value: float
    half: float


class _Measure(NamedTuple):
    value: float
    influence: np.ndarray  # (runs,)
    floor: float  # error that remains where no run has moved: unseen is not impossible


@dataclass(frozen=True)
class Metric:
    """A statistic of an outcome over runs, or its change from a baseline.

    Attributes
    ----------
    outcome : str
    statistic : {"mean", "share", "quantile"}
        A share counts the runs on one side of `level`.
    level : float
        Of a quantile, 0 .. 1; of a share, the threshold.
    side : str
        Of a share: ">", ">=", "<" or "<=".
    change : {"", "difference", "ratio"}
        From the baseline, on the same random draws; empty for the statistic itself.

    Examples
    --------
    >>> str(Metric.parse("ratio(share(launch_days > 20))"))
    'ratio(share(launch_days>20))'
    """

    outcome: str = RISK
    statistic: Literal["mean", "share", "quantile"] = "mean"
    level: float = 0.0
    side: str = ">"
    change: Literal["", "difference", "ratio"] = ""

    @classmethod
    def parse(cls, text: str, own: Sequence[str] = ()) -> Metric:
        """Return the metric that a text names. Raises ScenarioError.

        `own` are the outcomes of plug-ins, which it may name as well.
        """
        plain = re.sub(r"\s+", "", text)
        if found := _CHANGE.fullmatch(plain):
            inner = cls.parse(found[2], own)
            if not inner.change:
                return replace(inner, change="ratio" if found[1] == "ratio" else "difference")
        elif found := _QUANTILE.fullmatch(plain):
            return cls(found[2], "quantile", float(found[1]) / 100)._checked(text, own)
        elif (found := _SHARE.fullmatch(plain)) and _is_number(found[3]):
            return cls(found[1], "share", float(found[3]), found[2])._checked(text, own)
        elif found := _MEAN.fullmatch(plain):
            return cls(found[1] or found[2])._checked(text, own)
        raise ScenarioError(
            [Problem("until", f"{text!r} is none; take {EXAMPLES}")], INVALID_METRIC
        )

    def __str__(self) -> str:
        text = self.outcome
        if self.statistic == "quantile":
            text = f"q{100 * self.level:g}({text})"
        elif self.statistic == "share":
            text = f"share({text}{self.side}{self.level:g})"
        return f"{self.change}({text})" if self.change else text

    @property
    def columns(self) -> list[str]:
        """Outcomes of a run that the metric needs."""
        weighed = [RISK] if self._is_weighted else []
        return list(dict.fromkeys([self.outcome, *weighed]))

    def estimate(self, table: pd.DataFrame, baseline: pd.DataFrame | None = None) -> Estimation:
        """Return the metric over runs, with half the width of its 95 % interval.

        Parameters
        ----------
        table : DataFrame
            Outcomes, one row a run.
        baseline : DataFrame, optional
            Outcomes of the same runs of the baseline; only a change needs it.
        """
        value, influence, floor = self._measure(table)
        if self.change:
            assert baseline is not None
            base, pull, _ = self._measure(baseline)
            if self.change == "difference":
                value, influence = value - base, influence - pull
            elif base:
                value, floor = value / base, floor / abs(base)
                influence = (influence - value * pull) / base
            else:
                return Estimation(math.nan, math.nan)
        return Estimation(value, Z95 * math.hypot(float(standard_error(influence)), floor))

    def _measure(self, table: pd.DataFrame) -> _Measure:
        values = table[self.outcome].to_numpy(float)
        if self.statistic == "share":
            hit = SIDES[self.side](values, self.level).astype(float)  # no value is on no side
            return _Measure(float(hit.mean()), hit - hit.mean(), Z95 / (2 * hit.size))
        there = ~np.isnan(values)
        if not there.any():
            return _Measure(math.nan, np.full(values.size, math.nan), 0.0)
        if self.statistic == "quantile":
            value, pull = _quantile(values[there], self.level)
        else:
            weight = run_weights(OUTCOMES_BY_NAME.get(self.outcome), table)[there]
            value = float(np.average(values[there], weights=weight))
            pull = weight / weight.mean() * (values[there] - value)
        influence = np.zeros(values.size)
        influence[there] = pull * values.size / pull.size
        return _Measure(value, influence, 0.0)

    @property
    def _is_weighted(self) -> bool:
        known = OUTCOMES_BY_NAME.get(self.outcome)
        return known is not None and known.weight != ""

    def _checked(self, text: str, own: Sequence[str]) -> Metric:
        numbers = [n for n, outcome in OUTCOMES_BY_NAME.items() if not outcome.category]
        numbers += own
        problem = ""
        if self.outcome not in numbers:
            kind = "outcome with a mean"
            problem = no_such_name(kind, self.outcome, numbers, many=len(numbers))
        elif self.statistic != "mean" and self._is_weighted:
            problem = f"{self.outcome} is weighted over runs and has a mean alone, not {text}"
        elif self.statistic == "quantile" and not 0 < self.level < 1:
            problem = f"takes a quantile between q0 and q100, as in q95(launch_days), not {text}"
        if problem:
            raise ScenarioError([Problem("until", problem)], INVALID_METRIC)
        return self


def _quantile(values: np.ndarray, level: float) -> tuple[float, np.ndarray]:
    """Return a quantile and the influence of each run, scaled to the interval of the quantile."""
    found = percentile_intervals(values, [100 * level])
    value, low, high = (float(one[0]) for one in found)
    pull = level - (values <= value)
    pull = pull - pull.mean()
    error = float(standard_error(pull))
    wanted = (high - low) / (2 * Z95)
    return value, pull * (wanted / error) if error else np.full(values.size, 0.0 * wanted)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
