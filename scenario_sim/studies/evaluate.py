"""Run scenarios and reduce them to mean outcomes, in memory or through a store on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.scenario import Scenario
from scenario_sim.studies.analysis.statistics import (
    NUMERIC_OUTCOMES,
    numeric_outcomes,
    outcome_means,
)
from scenario_sim.studies.cells import Cell
from scenario_sim.studies.executors import Executor, threads
from scenario_sim.studies.run import run_study
from scenario_sim.studies.store.store import Store

Progress = Callable[[int, int], None]  # done, and the total


@dataclass
class CellResults:
    """Results of some cells, in the order of the cells.

    Attributes
    ----------
    cells, runs : int
    keep : tuple of str
        Outcomes to keep run by run.
    outcomes : tuple of str
        Outcomes whose means are taken.
    values : dict
        Array (cells, runs) of each outcome in `keep`; NaN if a run has no value.
    failed : dict
        Errors of the cells without results, by their number.
    mean, mcse : DataFrame
        Mean of each outcome over runs and its Monte-Carlo error, one row a cell; NaN if it failed.
    """

    cells: int
    runs: int
    keep: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = NUMERIC_OUTCOMES
    values: dict[str, np.ndarray] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = (self.cells, len(self.outcomes))
        self._mean, self._mcse = np.full(shape, np.nan), np.full(shape, np.nan)
        self.values = {name: np.full((self.cells, self.runs), np.nan) for name in self.keep}

    def take(self, cell: int, table: pd.DataFrame) -> None:
        """Reduce the outcomes of one cell (one row a run)."""
        self._mean[cell], self._mcse[cell] = outcome_means(table, self.outcomes)
        for name, rows in self.values.items():
            found = table[name].to_numpy(float)[: self.runs]
            rows[cell, : found.size] = found

    @property
    def mean(self) -> pd.DataFrame:
        return pd.DataFrame(self._mean, columns=list(self.outcomes)).rename_axis("cell")

    @property
    def mcse(self) -> pd.DataFrame:
        return pd.DataFrame(self._mcse, columns=list(self.outcomes)).rename_axis("cell")


def evaluate(
    scenarios: Sequence[Scenario],
    runs: int,
    seed: int | Sequence[int] = 0,
    *,
    keep: Iterable[str] = (),
    labels: Sequence[Mapping[str, Any]] | None = None,
    out: Path | str | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    weekly: bool = False,
) -> CellResults:
    """Run each scenario `runs` times and return the mean outcomes.

    If a cell fails, its error is in `failed` and the other cells continue.

    Parameters
    ----------
    scenarios : sequence of Scenario
        One cell each.
    runs : int
        Runs of each cell.
    seed : int or sequence of int
        One seed for all cells (common random numbers), or one for each.
    keep : iterable of str
        Outcomes to keep run by run.
    labels : sequence of mapping, optional
        What was varied in each cell; written into the store.
    out : Path or str, optional
        Folder of a store. Cells that it has already are not run again.
    executor : Executor, optional
        Runs the cells; see `start_executor`.
    progress : callable, optional
        Called with the work done and its total.
    weekly : bool
        With `out`: store all weeks of all runs too.
    """
    seeds = [seed] * len(scenarios) if isinstance(seed, int) else list(seed)
    outcomes = numeric_outcomes(scenarios[0]) if scenarios else NUMERIC_OUTCOMES
    results = CellResults(len(scenarios), runs, tuple(keep), outcomes)
    if out is not None:
        _through_store(results, scenarios, seeds, labels, Path(out), executor, progress, weekly)
    elif executor is not None:
        with TemporaryDirectory(prefix="scenario-sim-") as folder:
            _through_store(results, scenarios, seeds, labels, Path(folder), executor, progress)
    else:
        _in_memory(results, scenarios, seeds, progress)
    return results


@contextmanager
def start_executor(jobs: int = 1, executor: Executor | None = None) -> Iterator[Executor | None]:
    """Give the executor of a study: None (this thread), one of `jobs` threads, or `executor`."""
    if executor is not None or jobs <= 1:
        yield executor
        return
    with threads(jobs) as pool:
        yield pool


def _in_memory(
    results: CellResults,
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    progress: Progress | None,
) -> None:
    from scenario_sim.simulation.ensemble import simulate  # a store with all results needs no model

    for n, (scenario, seed) in enumerate(zip(scenarios, seeds, strict=True)):
        try:
            results.take(n, simulate(scenario, results.runs, seed, keep="outcomes").outcomes)
        except Exception as error:
            results.failed[n] = f"{type(error).__name__}: {error}"
        if progress:
            progress(n + 1, len(scenarios))


def _through_store(
    results: CellResults,
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    labels: Sequence[Mapping[str, Any]] | None,
    out: Path,
    executor: Executor | None,
    progress: Progress | None,
    weekly: bool = False,
) -> None:
    """Run what the store lacks, then read every cell from it."""
    all_labels = labels or [{}] * len(scenarios)
    cells = [
        Cell(scenario, seed, results.runs, dict(label))
        for scenario, seed, label in zip(scenarios, seeds, all_labels, strict=True)
    ]
    store = Store(out)
    summary = run_study(cells, store, executor=executor, trajectories=weekly, progress=progress)
    for n, cell in enumerate(cells):
        if cell.key in summary.failed:
            results.failed[n] = summary.failed[cell.key]
        else:
            results.take(n, store.of(cell, results.outcomes))
