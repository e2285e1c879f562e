"""Describe risk: natural frequencies and the ratio first, the level last and coarse."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.formatting import (
    format_count,
    format_number,
    format_percent,
    format_period,
    round_count,
)
from scenario_sim.reporting import messages
from scenario_sim.simulation.comparison import Comparison
from scenario_sim.simulation.intervals import half_width
from scenario_sim.simulation.trajectory import Trajectory

ANCHOR, RISK = "war_risk_anchor", "confrontation_risk"


@dataclass(frozen=True)
class Risk:
    """Chance of a direct confrontation, expected from the hazards.

    Attributes
    ----------
    baseline, policy : float
        Probabilities; `policy` is NaN without one.
    baseline_half, policy_half : float
        Half of their 95 % intervals.
    low, high : float
        Ends of the paired difference's interval.
    ratio, ratio_low, ratio_high : float
        Policy over baseline, and the ends of its interval.
    prior : tuple of float
        The level (of the policy, where there is one) over the range of `war_risk_anchor`.
    drawn : tuple of int
        Confrontations drawn on each side.
    can_tell_drawn : bool
        Whether enough runs differ to compare them.
    """

    weeks: int
    runs: int
    baseline: float
    baseline_half: float
    policy: float
    policy_half: float
    low: float
    high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    prior: tuple[float, float]
    drawn: tuple[int, int]
    can_tell_drawn: bool

    @classmethod
    def of(cls, baseline: Trajectory, comparison: Comparison | None) -> Risk:
        """Return the risk of a baseline, beside that of its policy where there is one."""
        base = _risks(baseline)
        front = base if comparison is None else _risks(comparison.policy)
        shown = baseline if comparison is None else comparison.policy
        mean, other = float(base.mean()), float(front.mean())
        ratio = other / mean if mean > 0 else np.nan
        # The error of a ratio of paired means, to first order.
        reach = float(half_width(front - ratio * base)) / mean if mean > 0 else np.nan
        by, half = other - mean, float(half_width(front - base))
        drawn = [int(t.outcomes["confrontation"].sum()) for t in (baseline, shown)]
        return cls(
            weeks=baseline.scenario.weeks, runs=base.size, baseline=mean,
            baseline_half=float(half_width(base)),
            policy=np.nan if comparison is None else other, policy_half=float(half_width(front)),
            low=by - half, high=by + half,
            ratio=ratio, ratio_low=ratio - reach, ratio_high=ratio + reach,
            prior=_prior_range(front, shown.scenario.settings()[ANCHOR]), drawn=(drawn[0], drawn[1]),
            can_tell_drawn=comparison is not None and comparison.can_tell("confrontation"),
        )  # fmt: skip

    @property
    def compared(self) -> bool:
        """Return whether there is a policy."""
        return not np.isnan(self.policy)

    @property
    def shown(self) -> float:
        """The risk of the scenario on screen."""
        return self.policy if self.compared else self.baseline

    @property
    def moved(self) -> bool:
        """Return whether the runs tell the two apart."""
        return self.compared and (self.low > 0 or self.high < 0)

    @property
    def outside(self) -> bool:
        """Return whether a risk exceeds a half, outside any observed range."""
        return max(self.baseline, self.shown) > 0.5

    @property
    def sentence(self) -> str:
        """The risk in natural frequencies: the sentence that a class reads first."""
        span = format_period(self.weeks)
        if not self.compared:
            base = self._with_error(self.baseline, self.baseline_half)
            text = messages.RISK_ONE.format(base=base, span=span)
        else:
            said = {"base": self.futures(self.baseline), "policy": self.futures(self.policy)}
            form = messages.RISK_TWO if self.moved else messages.RISK_SAME
            form = messages.RISK_OUTSIDE if self.outside else form
            text = form.format(shift=self._shift_count, span=span, **said)
        return f"{text} {messages.OUTSIDE}" if self.outside else text

    @staticmethod
    def futures(probability: float) -> str:
        """Return how many of 1,000 futures, as the sentence counts them."""
        return messages.MANY if probability > 0.5 else format_count(1000 * probability)

    @classmethod
    def _with_error(cls, probability: float, half: float) -> str:
        said = cls.futures(probability)
        return (
            messages.PLUS_MINUS.format(value=said, half=format_number(_whole_futures(half)))
            if said[0].isdigit() and half >= 0
            else said
        )

    @property
    def ratio_text(self) -> str:
        """The ratio, as in `0.64 × the baseline`."""
        return messages.RATIO.format(ratio=format_number(self.ratio, 2))

    @property
    def ratio_interval(self) -> str:
        """The interval of the ratio."""
        low, high = format_number(max(0.0, self.ratio_low), 2), format_number(self.ratio_high, 2)
        return messages.INTERVAL.format(low=low, high=high)

    @property
    def _shift_count(self) -> str:
        """The difference with its one interval, as in `16 ± 2 fewer`.

        It is the difference of the two counts as they are told, so that the sentence adds up. Where
        rounding moved that further than the interval as it is told, it is the exact difference.
        """
        by, half = self.policy - self.baseline, (self.high - self.low) / 2
        told = (round_count(1000 * self.policy) - round_count(1000 * self.baseline)) / 1000
        size = abs(told if told * by > 0 and 1000 * abs(told - by) <= _whole_futures(half) else by)
        said = messages.MORE if by > 0 else messages.FEWER
        return said.format(n=self._with_error(size, half))

    @property
    def error_text(self) -> str:
        """Explanation of the sign ±."""
        return messages.ERROR_ONE.format(runs=self.runs)

    @property
    def level_text(self) -> str:
        """Range that the prior allows for the level, to one significant digit."""
        if self.outside:
            return messages.OUTSIDE
        low, high = (format_percent(p) for p in self.prior)
        form = messages.LEVEL_TWO if self.compared else messages.LEVEL
        return form.format(low=low, high=high)

    @property
    def details(self) -> tuple[str, ...]:
        """Sentences behind the headline: ratio, sign, level and draws."""
        ratio = f"{self.ratio_text} ({self.ratio_interval})."
        first = (ratio,) if self.moved and not self.outside else ()
        return (*first, self.error_text, self.level_text, self.drawn_text)

    @property
    def drawn_text(self) -> str:
        """The number of confrontations drawn."""
        base, policy = (format_number(many) for many in self.drawn)
        if not self.compared:
            return messages.DRAWN_ONE.format(runs=self.runs, base=base)
        tell = "" if self.can_tell_drawn else f" ({messages.TOO_FEW})"
        return messages.DRAWN.format(runs=self.runs, base=base, policy=policy, tell=tell)


def _risks(trajectory: Trajectory) -> np.ndarray:
    return trajectory.outcomes[RISK].to_numpy(float)


def _prior_range(risks: np.ndarray, anchor: float) -> tuple[float, float]:
    """Return the level at both ends of the anchor's range.

    The anchor multiplies every hazard and moves nothing else, so no second simulation is needed.
    """
    hazard = -np.log1p(-np.minimum(risks, 1 - 1e-15)) / anchor
    ends = SETTINGS[ANCHOR].low, SETTINGS[ANCHOR].high
    low, high = (float(-np.expm1(-end * hazard).mean()) for end in ends)
    return low, high


def _whole_futures(half: float) -> int:
    """Return half an interval in futures of 1,000, rounded up to a whole number."""
    return max(1, math.ceil(round(1000 * half, 3)))
