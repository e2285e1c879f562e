"""What the fit came to: how far each coefficient is known, and which the record cannot tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenario_sim.calibration import evidence
from scenario_sim.calibration.posterior import Posterior, with_draws
from scenario_sim.parameters import PARAMETERS

TAIL = 0.05
TOGETHER = 0.4  # a correlation from which two coefficients make up for each other
AT_ONCE = 8  # draws that share their luck, side by side


@dataclass(frozen=True)
class Narrowed:
    """One coefficient: hand-set value, bounds, posterior median and band of nine in ten. kept: the
    width of that band over the prior's, 0.9 of the bounds."""

    name: str
    usual: float
    low: float
    high: float
    median: float
    band: tuple[float, float]

    @property
    def kept(self) -> float:
        return (self.band[1] - self.band[0]) / ((1 - 2 * TAIL) * (self.high - self.low))


def narrowing(found: Posterior) -> list[Narrowed]:
    """Every coefficient, those that the record narrows most first."""
    rows = []
    for name in found.names:
        p = PARAMETERS[name]
        low, median, high = (found.quantile(name, share) for share in (TAIL, 0.5, 1 - TAIL))
        rows.append(
            Narrowed(name, float(p.default), float(p.low), float(p.high), median, (low, high))
        )
    return sorted(rows, key=lambda row: row.kept)


def entangled(found: Posterior) -> list[tuple[str, str, float]]:
    """Pairs that make up for each other: their correlation in the posterior, strongest first."""
    values = found.table[found.names].to_numpy(float)
    centred = values - found.weight @ values
    spread = np.sqrt(found.weight @ centred**2)
    spread[spread == 0] = np.inf
    correlation = (centred * found.weight[:, None]).T @ centred / np.outer(spread, spread)
    pairs = [
        (found.names[i], found.names[j], float(correlation[i, j]))
        for i in range(len(found.names))
        for j in range(i)
    ]
    return sorted((p for p in pairs if abs(p[2]) >= TOGETHER), key=lambda p: -abs(p[2]))


@dataclass(frozen=True)
class Checked:
    """One fitted figure: the record's, and mean and spread of futures at the hand-set coefficients
    and of futures each with a draw of its own from the posterior."""

    name: str
    source: str
    seen: float
    before: tuple[float, float]
    after: tuple[float, float]

    def away(self, told: tuple[float, float]) -> float:
        """How many spreads the record lies from the mean."""
        return (self.seen - told[0]) / told[1]


def predictive(found: Posterior, draws: int = 40, runs: int = 50, seed: int = 1) -> list[Checked]:
    """The fitted figures until 2019, before and after; on luck that the fit did not use."""
    record = evidence.figures(evidence.seen())
    base = evidence.history()
    before = evidence.table(evidence.simulated([base], draws * runs // 2, seed)[0])
    scenarios = with_draws(base, found.sample(draws, seed))
    after = np.hstack([
        evidence.table(past)
        for at in range(0, draws, AT_ONCE)
        for past in evidence.simulated(scenarios[at : at + AT_ONCE], runs, seed + at)
    ])  # fmt: skip
    return [
        Checked(
            figure.name, figure.source, float(figure.values[0]),
            _told(before[n], figure.least_spread), _told(after[n], figure.least_spread),
        )
        for n, figure in enumerate(record)
    ]  # fmt: skip


def _told(values: np.ndarray, least: float) -> tuple[float, float]:
    return float(values.mean()), float(max(values.std(ddof=1), least))


def misses(checked: Sequence[Checked]) -> tuple[float, float]:
    """The root mean square of how far the record lies, before and after."""
    before, after = (
        np.sqrt(np.mean([c.away(told) ** 2 for c, told in zip(checked, tolds, strict=True)]))
        for tolds in ([c.before for c in checked], [c.after for c in checked])
    )
    return float(before), float(after)
