"""What the pictures need of a trajectory: small, so that many visitors may share and keep it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenario_sim.simulation.intervals import percentile_intervals
from scenario_sim.simulation.outcomes import HAZARDS
from scenario_sim.simulation.trajectory import Trajectory

LEVELS = (5, 10, 50, 90, 95)  # percentiles over runs


@dataclass(frozen=True, eq=False)
class TensionSummary:
    """Tension over time. dates: datetime64[D] (week,); levels: rungs (LEVELS, week), and in `low`
    and `high` the ends of their intervals; means: over weeks, (run,)."""

    dates: np.ndarray
    levels: np.ndarray
    low: np.ndarray
    high: np.ndarray
    means: np.ndarray

    @property
    def mean(self) -> float:
        """Over weeks and runs."""
        return float(self.means.mean())


@dataclass(frozen=True, eq=False)
class CauseSummary:
    """Chance of a first confrontation by each road in each run: (4 roads, run), in the order of
    HAZARDS. Summed over roads it is the run's `confrontation_risk`."""

    chance: np.ndarray

    @property
    def per_thousand(self) -> np.ndarray:
        """Expected confrontations in 1,000 futures: (4,)."""
        return 1000 * self.chance.mean(axis=1)


def summarise_tension(trajectory: Trajectory) -> TensionSummary:
    """Percentiles of tension over runs, week by week. Raises NotKept without weeks."""
    tension = trajectory.weekly["tension"]
    return TensionSummary(
        trajectory.dates,
        *percentile_intervals(tension, LEVELS),
        means=tension.mean(axis=0, dtype=float),
    )


def summarise_causes(trajectory: Trajectory) -> CauseSummary:
    """Risk split by cause: in each week the chance that it is the first, shared among the roads
    as their hazards are. Raises NotKept without weeks."""
    hazards = np.stack([trajectory.weekly[name] for name in HAZARDS]).astype(float)
    total = hazards.sum(axis=0)
    before = np.exp(-(np.cumsum(total, axis=0) - total))  # no confrontation up to this week
    first = before * -np.expm1(-total)
    share = np.divide(first, total, out=np.zeros_like(total), where=total > 0)
    return CauseSummary((hazards * share).sum(axis=1))
