"""Some runs of a world, as pictures need them: what is made in one go, here or in a process beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenario_sim.charts.course import NEEDED
from scenario_sim.charts.happened import counted
from scenario_sim.ensemble import Progress, simulate
from scenario_sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

PICKED = ("tension", *NEEDED)


@dataclass(frozen=True, eq=False)
class Block:
    """runs: their ids, (run,). outcomes: a row each. weeks: name -> (week, run), of the quantities in
    PICKED; all others, ten times as large, are let go."""

    runs: np.ndarray
    outcomes: pd.DataFrame
    weeks: Mapping[str, np.ndarray]

    @property
    def nbytes(self) -> int:
        return sum(rows.nbytes for rows in self.weeks.values())


def make(scenario: Scenario, runs: range, seed: int, progress: Progress | None = None) -> Block:
    """As `simulate`: the same errors, and what `progress` raises."""
    made = simulate(scenario, runs, seed, progress=progress)
    weeks = {name: made.weekly[name].copy() for name in PICKED}
    return Block(made.runs, made.outcomes, weeks)


def count(
    scenario: Scenario, runs: range, seed: int, progress: Progress | None = None
) -> dict[str, np.ndarray]:
    """What the record is held against: see `charts.happened.counted`. Raises as `make` does."""
    return counted(simulate(scenario, runs, seed, progress=progress).weekly)
