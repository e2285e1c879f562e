"""The work of a study: blocks of runs, simulated, reduced and packed where they are made.

A worker returns the bytes of the files, a hundredth of the weeks it simulated. Small cells of one
start, length and seed make one task together, so that no task is too small to send.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from scenario_sim.data.history.record import HistoricalRecord, record_context
from scenario_sim.errors import ScenarioSimError
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies.cells import WIDTH, Block, BlockFiles, Cell


@dataclass(frozen=True, slots=True)
class Task:
    """The same runs of some cells: (key, scenario) each; which record is in use
    (None: the shipped one) and whose engine is meant, for the work may be done elsewhere."""

    cells: tuple[tuple[str, Scenario], ...]
    seed: int
    block: Block
    trajectories: bool
    record: HistoricalRecord | None
    engine: str

    @property
    def world_weeks(self) -> int:
        return self.cells[0][1].weeks * self.block.runs * len(self.cells)


def make_tasks(missing: Iterable[tuple[Cell, Block]], trajectories: bool = False) -> Iterator[Task]:
    """Return tasks for these blocks; those of like cells make one task together."""
    gathering: dict[tuple, list[Cell]] = {}
    for cell, block in missing:
        like = (cell.engine, cell.seed, block, *_shape(cell.scenario))
        beside = gathering.setdefault(like, [])
        beside.append(cell)
        if (len(beside) + 1) * block.runs > WIDTH:
            yield _task(gathering.pop(like), block, trajectories)
    for (_, _, block, *_), cells in gathering.items():
        yield _task(cells, block, trajectories)


def _shape(scenario: Scenario) -> tuple:
    """Return what scenarios must share to be one task."""
    return scenario.start, scenario.weeks, scenario.states, scenario.without


def _task(cells: Sequence[Cell], block: Block, trajectories: bool) -> Task:
    first = cells[0]
    beside = tuple((cell.key, cell.scenario) for cell in cells)
    return Task(beside, first.seed, block, trajectories, first.record, first.engine)


class EngineMismatch(ScenarioSimError):
    """Whoever should do the work would make other worlds."""


def run_task(task: Task) -> list[BlockFiles]:
    """Do a task. Where something in it fails, each cell is tried alone, so that the rest go on:
    nothing that a scenario could cause is raised. Raises OtherEngine."""
    with record_context(task.record):
        return _worked(task)


def _worked(task: Task) -> list[BlockFiles]:
    if task.engine != engine_version():
        text = f"a process has engine {engine_version()}, this study is of {task.engine}"
        raise EngineMismatch(f"{text}; install the same version for all")
    try:
        return _made(task)
    except Exception as error:
        if len(task.cells) == 1:
            told = f"{type(error).__name__}: {error}"
            return [BlockFiles(task.cells[0][0], task.block, error=told)]
        return [made for cell in task.cells for made in _worked(replace(task, cells=(cell,)))]


def _made(task: Task) -> list[BlockFiles]:
    # Here, not above: whoever finds a study finished needs neither the model nor Mesa.
    from scenario_sim.simulation.ensemble import simulate
    from scenario_sim.simulation.histograms import HISTOGRAMS, count_bins
    from scenario_sim.studies.store.parquet import pack_outcomes, pack_trajectory, pack_weekly

    runs = range(task.block.start, task.block.stop)
    keep = "weekly" if task.trajectories else "outcomes"
    made = []
    for key, scenario in task.cells:
        trajectory = simulate(scenario, runs, task.seed, keep=keep)
        counts = trajectory.histograms
        if task.trajectories:
            counts = {name: count_bins(name, trajectory.weekly[name]) for name in HISTOGRAMS}
        made.append(
            BlockFiles(
                key,
                task.block,
                pack_outcomes(key, trajectory),
                pack_weekly(key, trajectory, counts),
                pack_trajectory(trajectory) if task.trajectories else b"",
            )
        )
    return made
