"""Run a study: simulate the blocks that its store lacks, and store each one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenario_sim.errors import OutputError, ScenarioSimError
from scenario_sim.simulation.display import MAX_HTML_ROWS, DisplayedResult, describe_runs
from scenario_sim.studies.cells import BLOCK_RUNS, Block, BlockFiles, Cell
from scenario_sim.studies.executors import Executor, threads
from scenario_sim.studies.metrics import RISK
from scenario_sim.studies.stopping import Estimate, Precision, Until
from scenario_sim.studies.store.manifest import Session
from scenario_sim.studies.store.store import Store
from scenario_sim.studies.tasks import Task, make_task, run_task

if TYPE_CHECKING:
    import pandas as pd

log = logging.getLogger(__name__)
WRITE_THREADS = 8  # a disk syncs so many files in hardly more time than one

Progress = Callable[[int, int], None]  # run-weeks done, and their total
Watch = Callable[[Cell, Estimate], None]  # a cell, and its estimate so far


@dataclass(frozen=True, repr=False)
class StudySummary(DisplayedResult):
    """Summary of a call of `run_study`.

    Attributes
    ----------
    done : int
        Number of cells that are complete.
    failed : dict
        Errors of the other cells, by key.
    seconds : float
        Duration of the call.
    runs : dict
        Number of runs of each complete cell, by key.
    runs_made, runs_found : int
        Runs that this call simulated, and runs that the store had before.
    cells : dict
        The cells, by key.
    precision : dict
        With `until`: how precise each metric of each complete cell is, by key.
    """

    done: int
    failed: dict[str, str]
    seconds: float
    runs: dict[str, int] = field(default_factory=dict)
    runs_made: int = 0
    runs_found: int = 0
    cells: dict[str, Cell] = field(default_factory=dict)
    precision: dict[str, tuple[Precision, ...]] = field(default_factory=dict)

    def _summary(self) -> list[str]:
        lines = [
            f"{self.done:,} cells complete, {self.runs_made:,} runs made and {self.runs_found:,} "
            f"found, in {self.seconds:.1f} s"
        ]
        if self.cells:
            first = next(iter(self.cells.values()))
            text = describe_runs(first.scenario, first.runs, first.seed, first.engine)
            lines.append(text if len(self.cells) == 1 else f"the first: {text}")
        if rows := [one for found in self.precision.values() for one in found]:
            converged = sum(one.converged for one in rows)
            lines.append(f"{converged:,} of {len(rows):,} metrics of cells converged")
        if self.failed:
            lines.append(
                f"{len(self.failed):,} failed, the first: {next(iter(self.failed.values()))}"
            )
        return lines

    def _table(self) -> pd.DataFrame:
        import pandas as pd

        rows = [
            {"scenario": cell.title, "seed": cell.seed, **cell.labels,
             "runs": self.runs.get(key, 0), "error": self.failed.get(key, "")}
            for key, cell in islice(self.cells.items(), MAX_HTML_ROWS)
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def _text_table(self) -> None:
        return None


def run_study(
    cells: Iterable[Cell],
    store: Store | Path | str,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    until: Until | None = None,
    trajectories: bool = False,
    progress: Progress | None = None,
    watch: Watch | None = None,
    index: bool = True,
) -> StudySummary:
    """Simulate the runs of some cells that a store lacks, block by block.

    If a cell fails, its error is stored and the other cells continue. However the call ends,
    complete blocks are kept; the same call continues from there and produces the same bytes.

    Parameters
    ----------
    cells : iterable of Cell
        Of cells with one key, the one with the most runs counts.
    store : Store, Path or str
        A store, or its folder.
    jobs : int
        Number of threads.
    executor : Executor, optional
        Used instead of `jobs` threads.
    until : Until, optional
        Stop adding runs to a cell once its metrics are precise enough; `Cell.runs` is then the
        maximum. Changes are from the first cell with the same seed, start and length.
    trajectories : bool
        Store all weeks of all runs too.
    progress : callable, optional
        Called with the run-weeks that are stored, and the run-weeks to simulate.
    watch : callable, optional
        Called with a cell and its estimate after each of its blocks is stored.
    index : bool
        Write the table of all cells, `cells.csv`, at the end.

    Returns
    -------
    StudySummary

    Raises
    ------
    OutputError
        The store cannot be written.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from scenario_sim import load_scenario
    >>> from scenario_sim.studies import Cell, Store, run_study
    >>> cell = Cell(load_scenario("status-quo").with_weeks(4), seed=7, runs=10)
    >>> summary = run_study([cell], Store(mkdtemp()))
    >>> summary.done, summary.runs_made
    (1, 10)
    """
    store = store if isinstance(store, Store) else Store(store)
    study = _Study(cells, store, until, trajectories, progress, watch)
    if executor is not None:
        summary = study.run(executor)
    else:
        with threads(jobs) as pool:
            summary = study.run(pool)
    if index:
        store.write_index()
    return summary


class _Study:
    def __init__(
        self,
        cells: Iterable[Cell],
        store: Store,
        until: Until | None,
        trajectories: bool,
        progress: Progress | None,
        watch: Watch | None,
    ):
        largest: dict[str, Cell] = {}
        for cell in cells:
            known = largest.get(cell.key)
            if known is None or cell.runs > known.runs:
                largest[cell.key] = cell
        self.cells, self.store, self.until = largest, store, until
        self.trajectories, self.progress, self.watch = trajectories, progress, watch
        self.failed: dict[str, str] = {}
        self.target = dict.fromkeys(largest, 0)  # runs that each cell is to have, so far
        self.made = dict.fromkeys(largest, 0)  # runs that this call simulated
        self.added: set[str] = set()  # cells that the store knows
        self.done = self.total = 0  # run-weeks
        self.outcome = until.targets[0].metric.outcome if until else RISK
        self.watched: dict[str, Estimate] = {}
        self.precision: dict[str, tuple[Precision, ...]] = {}
        self.judged: dict[str, int] = {}  # runs over which the precision is known
        self.baselines = _baselines(largest.values()) if until and until.compares else {}

    def run(self, executor: Executor) -> StudySummary:
        start = time.monotonic()
        self.store.claim()
        self.store.claim_plugins(self.cells.values())
        session: Session | None = None
        how = "stopped"
        try:
            while targets := self._next_targets():
                missing = list(self._missing(targets))
                if missing and session is None:
                    session = Session(
                        self.store.path, self.store.put, list(self.cells.values()), str(executor)
                    )
                    session.begin()
                    log.info("%d cells into %s, by %s", len(self.cells), self.store.path, executor)
                if missing:
                    runs = sum(block.runs for _, block in missing)
                    log.info("%d blocks to simulate, %d runs", len(missing), runs)
                self._simulate(executor, missing)
            how = "failed" if self.failed else "done"
        except OutputError:  # on a full disk the manifest cannot be written either
            raise
        except BaseException:
            self._end(session, how)
            raise
        self._finish()
        self._end(session, how)
        complete = {key: runs for key, runs in self.target.items() if key not in self.failed}
        precision = {key: found for key, found in self.precision.items() if key in complete}
        found = sum(max(0, runs - self.made[key]) for key, runs in complete.items())
        seconds = time.monotonic() - start
        made = sum(self.made.values())
        log.info("%d runs made, %d found, %d cells failed, in %.1f s", made, found,
                 len(self.failed), seconds)  # fmt: skip
        return StudySummary(
            len(complete), self.failed, seconds, complete, made, found, self.cells, precision
        )

    def _end(self, session: Session | None, how: str) -> None:
        if session:
            session.end(how, sum(self.made.values()), self.failed)

    def _next_targets(self) -> dict[str, int]:
        """Return how many runs each cell that needs more is to have next; empty if all are done."""
        targets: dict[str, int] = {}
        for key, cell in self.cells.items():
            if key in self.failed or (self.until is None and self.target[key] >= cell.runs):
                continue
            if self.until is None:
                targets[key] = cell.runs
                continue
            runs = self.target[key]
            if runs and self.judged.get(key) != runs:
                self.judged[key], self.precision[key] = runs, self._judge(cell, runs)
            found = self.precision.get(key, ())
            if runs < cell.runs and not (runs and all(one.converged for one in found)):
                targets[key] = self.until.next_runs(runs, found, cell.runs)
        self._grow_baselines(targets)
        self.target |= targets
        return targets

    def _judge(self, cell: Cell, runs: int) -> tuple[Precision, ...]:
        """Return how precise the metrics of a cell are over its runs so far."""
        assert self.until
        base = self.baselines.get(cell.key)
        if base and base.key in self.failed:
            self.failed[cell.key] = f"its baseline failed: {self.failed[base.key]}"
            return ()
        tables = [
            self.store.of(replace(one, runs=runs), self.until.columns)
            for one in (cell, base)
            if one
        ]
        return self.until.judge(*tables)

    def _grow_baselines(self, targets: dict[str, int]) -> None:
        """Let each baseline have as many runs as the cells that are compared with it."""
        for key, runs in list(targets.items()):
            base = self.baselines.get(key)
            if base and runs > max(self.target[base.key], targets.get(base.key, 0)):
                targets[base.key] = runs

    def _missing(self, targets: dict[str, int]) -> Iterator[tuple[Cell, Block]]:
        for key, runs in targets.items():
            cell = self.cells[key]
            for block in self.store.missing(cell, runs, trajectories=self.trajectories):
                yield cell, block

    def _simulate(self, executor: Executor, missing: list[tuple[Cell, Block]]) -> None:
        tasks = _Tasks([make_task(*pair, self.trajectories) for pair in missing], self.failed)
        self.total += sum(task.run_weeks for task in tasks)
        self._report_progress()
        waiting: list[BlockFiles] = []
        written: Iterable[BlockFiles] = ()
        with ThreadPoolExecutor(WRITE_THREADS) as disk:  # writes while the next tasks are simulated
            try:
                for task, result in executor(run_task, tasks, lambda task: task.run_weeks):
                    files = result if isinstance(result, BlockFiles) else _failed(task, result)
                    if files.error:
                        self.failed.setdefault(task.key, files.error)
                    waiting.append(files)
                    # Small cells are written together. At most two full blocks wait in memory.
                    if sum(files.block.runs for files in waiting) >= BLOCK_RUNS:
                        self._count(written)
                        written, waiting = disk.map(self._write, waiting), []
            finally:
                self._count(written)
                self._count(disk.map(self._write, waiting))

    def _write(self, files: BlockFiles) -> BlockFiles:
        cell = self.cells[files.key]
        if files.key not in self.added:
            self.store.add(cell)
            self.added.add(files.key)
        if files.error:
            log.warning("cell %s failed: %s", files.key, files.error)
            self.store.fail(cell, files.error, files.block)
        else:
            self.store.write(files)
            log.debug("cell %s: runs %d to %d stored", files.key, files.block.start,
                      files.block.stop - 1)  # fmt: skip
        return files

    def _count(self, written: Iterable[BlockFiles]) -> None:
        """Count blocks once they are on the disk."""
        for files in written:
            cell = self.cells[files.key]
            self.done += cell.scenario.weeks * files.block.runs
            if not files.error:
                self.made[files.key] += files.block.runs
                if self.watch:
                    self._report_estimate(cell, files)
        self._report_progress()

    def _report_progress(self) -> None:
        if self.progress:
            self.progress(self.done, self.total)

    def _report_estimate(self, cell: Cell, files: BlockFiles) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        assert self.watch
        estimate = self.watched.get(cell.key, Estimate(self.outcome))
        table = pq.read_table(pa.BufferReader(files.outcomes), columns=estimate.columns)
        self.watched[cell.key] = estimate.with_block(table.to_pandas())
        self.watch(cell, self.watched[cell.key])

    def _finish(self) -> None:
        """Describe cells that were complete before, and remove obsolete files."""
        for key, cell in self.cells.items():
            if key not in self.failed:
                self.store.add(cell)
                self.store.tidy(key)


def _baselines(cells: Iterable[Cell]) -> dict[str, Cell]:
    """Return the cell with which each is compared, by key: the first of its seed, start and length."""
    first: dict[tuple[Any, ...], Cell] = {}
    found = {}
    for cell in cells:
        base = first.setdefault((cell.seed, cell.scenario.start, cell.scenario.weeks), cell)
        if base is not cell:
            found[cell.key] = base
    return found


class _Tasks(Sequence[Task]):
    """Tasks that an executor takes one by one; cells that have failed by then are skipped."""

    def __init__(self, tasks: list[Task], failed: dict[str, str]):
        self._tasks, self._failed = tasks, failed

    def __len__(self) -> int:
        return len(self._tasks)

    def __getitem__(self, at: Any) -> Any:
        return self._tasks[at]

    def __iter__(self) -> Iterator[Task]:
        return (task for task in self._tasks if task.key not in self._failed)


def _failed(task: Task, error: Exception) -> BlockFiles:
    """Return what is stored of a task that an executor could not run."""
    known = isinstance(error, ScenarioSimError)
    text = str(error) if known else f"{type(error).__name__}: {error}"
    return BlockFiles(task.key, task.block, error=text)
