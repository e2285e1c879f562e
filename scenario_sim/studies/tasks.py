"""Tasks of a study: simulate one block of runs of one cell, and encode its files.

The thread, process or machine that runs a task also encodes its files. They are a hundredth of the
size of the weeks that it simulates, and the only thing that a cluster sends back.
"""

from __future__ import annotations

from dataclasses import dataclass

from scenario_sim.data.history.record import HistoricalRecord, record_context
from scenario_sim.errors import ScenarioSimError
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies.cells import Block, BlockFiles, Cell


@dataclass(frozen=True, slots=True)
class Task:
    """A block of runs of one cell, with all that a worker needs to know.

    Attributes
    ----------
    key : str
        Key of the cell.
    scenario : Scenario
    seed : int
    block : Block
    trajectories : bool
        Whether all weeks of all runs are stored too.
    record : HistoricalRecord or None
        The historical record in use (None: the shipped one), which a worker does not know.
    engine : str
        The engine of the study; a worker with another one must refuse.
    """

    key: str
    scenario: Scenario
    seed: int
    block: Block
    trajectories: bool
    record: HistoricalRecord | None
    engine: str

    @property
    def run_weeks(self) -> int:
        """Number of weeks to simulate, over all runs."""
        return self.scenario.weeks * self.block.runs


class EngineMismatch(ScenarioSimError):
    """The engine of a worker is not that of the study, so its runs would differ."""


def make_task(cell: Cell, block: Block, trajectories: bool = False) -> Task:
    """Return the task of a block of a cell."""
    return Task(cell.key, cell.scenario, cell.seed, block, trajectories, cell.record, cell.engine)


def run_task(task: Task) -> BlockFiles:
    """Simulate a task and return its files, or the error that its scenario caused.

    Raises EngineMismatch.
    """
    with record_context(task.record):
        if task.engine != engine_version():
            text = f"a process has engine {engine_version()}, this study is of {task.engine}"
            raise EngineMismatch(f"{text}; install the same version for all")
        try:
            return _simulate(task)
        except Exception as error:
            return BlockFiles(task.key, task.block, error=f"{type(error).__name__}: {error}")


def _simulate(task: Task) -> BlockFiles:
    # Imported here: a command that finds its results complete loads neither the model nor Mesa.
    from scenario_sim.simulation.ensemble import simulate
    from scenario_sim.simulation.histograms import HISTOGRAMS, count_bins
    from scenario_sim.studies.store.parquet import pack_outcomes, pack_trajectory, pack_weekly

    trajectory = simulate(
        task.scenario,
        range(task.block.start, task.block.stop),
        task.seed,
        keep="weekly" if task.trajectories else "outcomes",
    )
    counts = trajectory.histograms
    if task.trajectories:
        counts = {name: count_bins(name, trajectory.weekly[name]) for name in HISTOGRAMS}
    return BlockFiles(
        task.key,
        task.block,
        pack_outcomes(task.key, trajectory),
        pack_weekly(task.key, trajectory, counts),
        pack_trajectory(trajectory) if task.trajectories else b"",
    )
