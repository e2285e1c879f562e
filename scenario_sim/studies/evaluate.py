"""From scenarios to outcomes: in memory, or through a store that survives anything.

In memory, cells run side by side as one vector: the model costs as much for ten cells of 200 runs
as for one of 2,000. Each run is the same world either way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.scenario import Scenario
from scenario_sim.studies.cell_means import NUMBERS, means
from scenario_sim.studies.cells import WIDTH, Cell
from scenario_sim.studies.executors import Executor, processes
from scenario_sim.studies.store import Store
from scenario_sim.studies.study import run_study

Progress = Callable[[int, int], None]  # done, of how many


@dataclass
class Results:
    """What came out of some cells, in the order they were asked for.

    mean, mcse: (cell, outcome), a mean over runs and its Monte-Carlo error, NaN where a cell failed.
    values: outcome -> (cell, run), of the outcomes that were to be kept run by run. failed: the
    errors of cells that have no results.
    """

    cells: int
    runs: int
    keep: tuple[str, ...] = ()
    values: dict[str, np.ndarray] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = (self.cells, len(NUMBERS))
        self._mean, self._mcse = np.full(shape, np.nan), np.full(shape, np.nan)
        self.values = {name: np.full((self.cells, self.runs), np.nan) for name in self.keep}

    def take(self, cell: int, table: pd.DataFrame) -> None:
        """The outcomes of one cell, one row a run."""
        self._mean[cell], self._mcse[cell] = means(table)
        for name, rows in self.values.items():
            found = table[name].to_numpy(float)[: self.runs]
            rows[cell, : found.size] = found

    @property
    def mean(self) -> pd.DataFrame:
        return pd.DataFrame(self._mean, columns=list(NUMBERS)).rename_axis("cell")

    @property
    def mcse(self) -> pd.DataFrame:
        return pd.DataFrame(self._mcse, columns=list(NUMBERS)).rename_axis("cell")


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
) -> Results:
    """Run each scenario `runs` times and reduce it. One seed for all is common random numbers.

    out: a folder for a store, in which finished cells are found again and left as they are;
    `labels` tell there what was varied. keep: outcomes to keep run by run. executor: who else does
    the work (`workers`). A cell that fails is told in `failed`; the rest go on.
    """
    seeds = [seed] * len(scenarios) if isinstance(seed, int) else list(seed)
    results = Results(len(scenarios), runs, tuple(keep))
    if out is not None:
        _through_store(results, scenarios, seeds, labels, Path(out), executor, progress)
    elif executor is not None:
        with TemporaryDirectory(prefix="scenario-sim-") as folder:
            _through_store(results, scenarios, seeds, labels, Path(folder), executor, progress)
    else:
        _in_memory(results, scenarios, seeds, progress)
    return results


@contextmanager
def workers(jobs: int = 1, executor: Executor | None = None) -> Iterator[Executor | None]:
    """Who does the work of a whole question: this process (None), `jobs` of them, or `executor`."""
    if executor is not None or jobs <= 1:
        yield executor
        return
    with processes(jobs) as pool:
        yield pool


def _in_memory(
    results: Results,
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    progress: Progress | None,
) -> None:
    alike: dict[tuple, list[int]] = defaultdict(list)
    for n, scenario in enumerate(scenarios):
        like = (scenario.start, scenario.weeks, scenario.states, scenario.without)
        alike[seeds[n], *like].append(n)
    size = max(1, WIDTH // results.runs)
    done = 0
    for cells in alike.values():
        for at in range(0, len(cells), size):
            batch = cells[at : at + size]
            _run_batch(results, scenarios, seeds[batch[0]], batch)
            done += len(batch)
            if progress:
                progress(done, len(scenarios))


def _run_batch(
    results: Results, scenarios: Sequence[Scenario], seed: int, batch: Sequence[int]
) -> None:
    """One vector; where something in it fails, each cell alone, so that the others go on."""
    from scenario_sim.ensemble import simulate_side_by_side  # what a store has needs no model

    try:
        ran = simulate_side_by_side([scenarios[n] for n in batch], results.runs, seed)
    except Exception as error:
        if len(batch) == 1:
            results.failed[batch[0]] = f"{type(error).__name__}: {error}"
            return
        for n in batch:
            _run_batch(results, scenarios, seed, [n])
        return
    for n, trajectory in zip(batch, ran, strict=True):
        results.take(n, trajectory.outcomes)


def _through_store(
    results: Results,
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    labels: Sequence[Mapping[str, Any]] | None,
    out: Path,
    executor: Executor | None,
    progress: Progress | None,
) -> None:
    """Run what is missing in the store, then read every cell back from it."""
    said = labels or [{}] * len(scenarios)
    cells = [
        Cell(scenario, seed, results.runs, dict(label))
        for scenario, seed, label in zip(scenarios, seeds, said, strict=True)
    ]
    store = Store(out)
    summary = run_study(cells, store, executor=executor, progress=progress)
    for n, cell in enumerate(cells):
        if cell.key in summary.failed:
            results.failed[n] = summary.failed[cell.key]
        else:
            results.take(n, store.of(cell, NUMBERS))
