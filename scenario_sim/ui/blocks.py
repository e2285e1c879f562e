"""What pictures need of a world, made in blocks of runs, here or in a process beside."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenario_sim.charts import Bands, Roads, bands, roads
from scenario_sim.charts.course import NEEDED, Course, course
from scenario_sim.charts.happened import counted
from scenario_sim.ensemble import Progress, simulate, simulate_side_by_side
from scenario_sim.scenario import Scenario
from scenario_sim.trajectory import Trajectory

type Packed = bytes  # a pickled Block: only whoever joins it looks inside
type Before = Callable[[], Sequence[Packed]]

FIRST = 200  # runs of a first picture: of every larger ensemble the first ones
BLOCK = 200_000  # world-weeks at once: a tenth of a gigabyte while they are made
PICKED = ("tension", *NEEDED)


@dataclass(frozen=True, eq=False)
class Block:
    """Some runs: their outcomes, a row each, and the weeks that pictures need, name -> (week, run).
    All other weeks, ten times as large, are let go."""

    outcomes: pd.DataFrame
    weeks: Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Measured:
    """All runs of a world: their outcomes and measures, a hundredth of its weeks. `block` is itself
    packed, where it is small and others may follow it."""

    outcomes: pd.DataFrame
    bands: Bands
    roads: Roads
    course: Course
    block: Packed


def in_a_block(scenario: Scenario) -> int:
    """How many runs."""
    return max(FIRST, BLOCK // scenario.weeks)


def block(scenario: Scenario, runs: range, seed: int, progress: Progress | None = None) -> Packed:
    """Some runs, for `measured` later. As `simulate`: the same errors, and what `progress` raises."""
    [made] = _made((scenario,), runs, seed, progress)
    return _packed(made)


def measured(
    scenario: Scenario,
    runs: range,
    seed: int,
    progress: Progress | None = None,
    before: Before = tuple,
) -> Measured:
    """A world whose last runs these are. `before` is asked for the blocks before them, once these are
    made."""
    [last] = _made((scenario,), runs, seed, progress)
    held = [pickle.loads(packed) for packed in before()]
    return _measured(scenario, seed, held, last)


def together(
    scenarios: Sequence[Scenario], runs: range, seed: int, progress: Progress | None = None
) -> list[Measured]:
    """Worlds of one start, length and states, each as `measured` makes it alone. As
    `simulate_side_by_side`: the same errors, and what `progress` raises."""
    made = _made(scenarios, runs, seed, progress)
    return [_measured(one, seed, [], block) for one, block in zip(scenarios, made, strict=True)]


def count(
    scenario: Scenario, runs: range, seed: int, progress: Progress | None = None
) -> dict[str, np.ndarray]:
    """What the record is held against: see `charts.happened.counted`. Raises as `block` does."""
    return counted(simulate(scenario, runs, seed, progress=progress).weekly)


def _made(
    scenarios: Sequence[Scenario], runs: range, seed: int, progress: Progress | None
) -> list[Block]:
    made = simulate_side_by_side(scenarios, runs, seed, progress=progress)
    return [Block(t.outcomes, {name: t.weekly[name].copy() for name in PICKED}) for t in made]


def _measured(scenario: Scenario, seed: int, held: list[Block], last: Block) -> Measured:
    every = [*held, last]
    weeks = {n: np.concatenate([b.weeks[n] for b in every], axis=1) for n in PICKED}
    outcomes = pd.concat([b.outcomes for b in every]) if held else last.outcomes
    # The measures read weeks by name, and that is all they ask of a recording.
    whole = Trajectory(scenario, seed, outcomes.index.to_numpy(), outcomes, recording=weeks)  # type: ignore[arg-type]
    packed = b"" if held else _packed(last)
    return Measured(outcomes, bands(whole), roads(whole), course(whole), packed)


def _packed(block: Block) -> Packed:
    return pickle.dumps(block, pickle.HIGHEST_PROTOCOL)
