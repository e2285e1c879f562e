"""The loop of a study: work what is missing, keep it block by block, go on past what fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from scenario_sim.errors import OutputError, ScenarioSimError
from scenario_sim.studies.cells import Block, BlockFiles, Cell
from scenario_sim.studies.executors import Executor, threads
from scenario_sim.studies.stopping import RISK, Estimate, Until
from scenario_sim.studies.store.folder import INDEX
from scenario_sim.studies.store.manifest import Session
from scenario_sim.studies.store.store import Store
from scenario_sim.studies.tasks import Task, make_tasks, run_task

WRITE_THREADS = 8  # a disk takes so many files in hardly more time than one

Progress = Callable[[int, int], None]  # world-weeks done, of how many
Watch = Callable[[Cell, Estimate], None]  # a cell, and its estimate so far


@dataclass(frozen=True)
class StudySummary:
    """What a study came to. done: cells that are whole; failed: why others are not, by key; runs:
    how many each whole cell was to have, by key; runs_made, runs_found: now, and before."""

    done: int
    failed: dict[str, str]
    seconds: float
    runs: dict[str, int] = field(default_factory=dict)
    runs_made: int = 0
    runs_found: int = 0


def run_study(
    cells: Iterable[Cell],
    store: Store,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    until: Until | None = None,
    trajectories: bool = False,
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> StudySummary:
    """Run what a store does not have yet of these cells, block by block.

    jobs: threads, or executor: what else does the work. until: a cell gets no
    more runs once it is precise enough; `runs` of a cell is then the most. trajectories: keep all
    weeks of all runs as well. progress: told the world-weeks done, and how many there are to do.
    watch: told the estimate of a cell after each of its blocks.

    A cell that fails is recorded, with its error, and the rest go on. Whatever ends this, finished
    blocks are kept, and the same call goes on from there to the same bytes. Raises OutputError
    where the store cannot be written.
    """
    study = _Study(cells, store, until, trajectories, progress, watch)
    if executor is not None:
        return study.run(executor)
    with threads(jobs) as these:
        return study.run(these)


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
        self.runs = dict.fromkeys(largest, 0)  # how many each is to have, as far as is known
        self.made = dict.fromkeys(largest, 0)  # runs, by this call
        self.added: set[str] = set()  # cells that the store knows of
        self.done = self.total = 0  # world-weeks
        self.estimates: dict[str, Estimate] = {}
        outcome = until.outcome if until else RISK
        self.prefix = {key: Estimate(outcome) for key in largest} if until else {}
        self.outcome = outcome

    def run(self, executor: Executor) -> StudySummary:
        began = time.monotonic()
        self.store.claim()
        session: Session | None = None
        how = "stopped"
        try:
            while aims := self._aims():
                missing = list(self._missing(aims))
                if missing and session is None:
                    session = Session(
                        self.store.path, self.store.put, list(self.cells.values()), str(executor)
                    )
                    session.begin()
                self._work(executor, missing)
            how = "failed" if self.failed else "done"
        except OutputError:  # a full disk will not take the end of the story either
            raise
        except BaseException:
            self._end(session, how)
            raise
        self._finish()
        self._end(session, how)
        whole = {key: runs for key, runs in self.runs.items() if key not in self.failed}
        found = sum(max(0, runs - self.made[key]) for key, runs in whole.items())
        seconds = time.monotonic() - began
        return StudySummary(len(whole), self.failed, seconds, whole, sum(self.made.values()), found)

    def _end(self, session: Session | None, how: str) -> None:
        if session:
            session.end(how, sum(self.made.values()), self.failed)

    def _aims(self) -> dict[str, int]:
        """How many runs the cells that need more are to have next; empty where all are done."""
        aims: dict[str, int] = {}
        for key, cell in self.cells.items():
            if key in self.failed or self.runs[key] >= cell.runs:
                continue
            if self.until is None:
                aims[key] = cell.runs
                continue
            estimate = self._grown(cell)
            if not self.until.reached(estimate):
                aims[key] = self.until.next_runs(estimate, cell.runs)
        self.runs |= aims
        return aims

    def _grown(self, cell: Cell) -> Estimate:
        """The estimate over a cell's runs so far, block after block: whoever made them, in whatever
        order, it is the same to the last bit."""
        estimate = self.prefix[cell.key]
        if estimate.runs < self.runs[cell.key]:
            table = self.store.of(replace(cell, runs=self.runs[cell.key]), estimate.columns)
            for block in Cell.blocks(replace(cell, runs=self.runs[cell.key])):
                if block.start >= estimate.runs:
                    estimate = estimate.with_block(table.iloc[block.start : block.stop])
            self.prefix[cell.key] = estimate
        return estimate

    def _missing(self, aims: dict[str, int]) -> Iterator[tuple[Cell, Block]]:
        for key, runs in aims.items():
            cell = self.cells[key]
            for block in self.store.missing(cell, runs, trajectories=self.trajectories):
                yield cell, block

    def _work(self, executor: Executor, missing: list[tuple[Cell, Block]]) -> None:
        tasks = _Tasks(list(make_tasks(missing, self.trajectories)), self.failed)
        self.total += sum(task.world_weeks for task in tasks)
        self._tell()
        written: Iterable[BlockFiles] = ()
        with ThreadPoolExecutor(WRITE_THREADS) as disk:  # writes while the next task is worked
            try:
                for task, result in executor(run_task, tasks, lambda task: task.world_weeks):
                    self._note(written)
                    made = _each(task, result)
                    for failed in (one for one in made if one.error):
                        self.failed.setdefault(failed.key, failed.error)
                    written = disk.map(self._keep, made)
            finally:
                self._note(written)

    def _keep(self, made: BlockFiles) -> BlockFiles:
        cell = self.cells[made.key]
        if made.key not in self.added:
            self.store.add(cell)
            self.added.add(made.key)
        if made.error:
            self.store.fail(cell, made.error, made.block)
        else:
            self.store.write(made)
        return made

    def _note(self, written: Iterable[BlockFiles]) -> None:
        """Once it is on the disk."""
        for made in written:
            cell = self.cells[made.key]
            self.done += cell.scenario.weeks * made.block.runs
            if not made.error:
                self.made[made.key] += made.block.runs
                if self.watch:
                    self._look(cell, made)
        self._tell()

    def _tell(self) -> None:
        if self.progress:
            self.progress(self.done, self.total)

    def _look(self, cell: Cell, made: BlockFiles) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        assert self.watch
        so_far = self.estimates.get(cell.key, Estimate(self.outcome))
        table = pq.read_table(pa.BufferReader(made.outcomes), columns=so_far.columns).to_pandas()
        self.estimates[cell.key] = so_far.with_block(table)
        self.watch(cell, self.estimates[cell.key])

    def _finish(self) -> None:
        """What is left over goes, and the index says what is there."""
        for key, cell in self.cells.items():
            if key not in self.failed:
                self.store.add(cell)
                self.store.tidy(key)
        index = self.store.path / INDEX
        text = self.store.cells().to_csv(index=False, lineterminator="\n").encode()
        if not index.exists() or index.read_bytes() != text:
            self.store.put(index, text)


class _Tasks(Sequence[Task]):
    """Tasks, less the cells that have failed by the time a task is taken."""

    def __init__(self, tasks: list[Task], failed: dict[str, str]):
        self._tasks, self._failed = tasks, failed

    def __len__(self) -> int:
        return len(self._tasks)

    def __getitem__(self, at):
        return self._tasks[at]

    def __iter__(self) -> Iterator[Task]:
        for task in self._tasks:
            cells = tuple(cell for cell in task.cells if cell[0] not in self._failed)
            if cells:
                yield task if len(cells) == len(task.cells) else replace(task, cells=cells)


def _each(task: Task, result: list[BlockFiles] | Exception) -> list[BlockFiles]:
    if isinstance(result, Exception):
        told = (
            str(result)
            if isinstance(result, ScenarioSimError)
            else f"{type(result).__name__}: {result}"
        )
        return [BlockFiles(key, task.block, error=told) for key, _ in task.cells]
    return result
