"""Simulate ensembles and summarise them for charts; all visitors share the summaries."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from scenario_sim.reporting.charts import (
    CauseSummary,
    TensionSummary,
    summarise_causes,
    summarise_tension,
)
from scenario_sim.reporting.charts.summaries import (
    CHART_QUANTITIES,
    CourseSummary,
    summarise_course,
)
from scenario_sim.reporting.history_comparison import count_recorded_events
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.notable_runs import choose_run
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.ui.server.cache import CACHE, ResultCache, key_of
from scenario_sim.ui.server.jobs import Report, ignore

MAX_BLOCK_WORLD_WEEKS = 200_000  # 61 MB of weeks, until they are summarised
WEEKLY_ROWS = ("tension", *CHART_QUANTITIES)  # those that charts read
NOTABLE_RUNS = ("typical", "calmest", "worst")  # those that need no weeks
THREADS = min(4, os.cpu_count() or 1)  # of one ensemble


@dataclass(frozen=True, eq=False)
class EnsembleSummary:
    """A trajectory without its weeks, and their summaries, which take a hundredth of the memory."""

    trajectory: Trajectory
    bands: TensionSummary
    roads: CauseSummary
    course: CourseSummary

    @cached_property
    def notable_runs(self) -> dict[str, int]:
        """The runs that are worth a look, by kind."""
        return {kind: choose_run(self.trajectory, kind) for kind in NOTABLE_RUNS}

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays that grow with the runs; the others are small."""
        arrays = [self.bands.means, self.roads.chance, self.course.income]
        arrays += self.course.periods.values()
        return 8 * self.trajectory.outcomes.size + sum(array.nbytes for array in arrays)


def ensemble_of(
    scenario: Scenario,
    seed: int,
    runs: int,
    report: Report = ignore,
    cache: ResultCache = CACHE,
) -> EnsembleSummary:
    """Return the summary of an ensemble, from the cache where possible.

    Parameters
    ----------
    scenario : Scenario
    seed, runs : int
    report : Report
        Gets the share of the work that is done.
    cache : ResultCache

    Raises
    ------
    ScenarioSimError
        For a seed or a number of runs out of range.
    Cancelled
        Where `report` raises it.
    """
    return cache.get(
        key_of("ensemble", scenario, seed, runs)._replace(language=""),  # it holds no words
        lambda tell: summarise(scenario, seed, runs, tell),
        report,
        nbytes=lambda summary: summary.nbytes,
    )


def summarise(scenario: Scenario, seed: int, runs: int, report: Report = ignore) -> EnsembleSummary:
    """Simulate an ensemble and summarise it. Raises as `ensemble_of` does."""
    whole = simulate(
        scenario,
        runs,
        seed,
        keep=WEEKLY_ROWS,
        jobs=THREADS,
        progress=lambda done, of: report(done / of),
    )
    return EnsembleSummary(
        replace(whole, recording=None),
        summarise_tension(whole),
        summarise_causes(whole),
        summarise_course(whole),
    )


def count_events(
    scenario: Scenario, seed: int, runs: int, report: Report = ignore
) -> dict[str, np.ndarray]:
    """Count events by month, to compare them with the historical record.

    See `count_recorded_events`. Raises as `ensemble_of` does.
    """
    blocks = [
        count_recorded_events(block.weekly) for block in _blocks(scenario, seed, runs, report)
    ]
    return {name: np.concatenate([b[name] for b in blocks], axis=1) for name in blocks[0]}


def _blocks(scenario: Scenario, seed: int, runs: int, report: Report) -> Iterator[Trajectory]:
    """Simulate an ensemble in blocks, because the weeks of all runs may take half a gigabyte."""
    size = max(1, MAX_BLOCK_WORLD_WEEKS // scenario.weeks)
    for first in range(0, runs, size):
        ids = range(first, min(first + size, runs))
        yield simulate(scenario, ids, seed, progress=_progress(report, ids, runs))


def _progress(report: Report, ids: range, runs: int) -> Callable[[int, int], None]:
    return lambda done, of: report((ids.start + len(ids) * done / of) / runs)
