"""Compare two scenarios through a store: resumable, on a cluster, until the difference is precise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.model.random_draws import run_ids
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.comparison import Comparison, check_comparable
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.studies.cells import Cell
from scenario_sim.studies.evaluate import start_executor
from scenario_sim.studies.executors import Executor
from scenario_sim.studies.run import StudySummary, run_study
from scenario_sim.studies.store.store import Store

if TYPE_CHECKING:
    from scenario_sim.studies.stopping import Until


def compare_in_store(
    baseline: Scenario,
    policy: Scenario,
    out: Store | Path | str,
    runs: int = 1000,
    seed: int = 0,
    *,
    until: Until | None = None,
    weekly: bool = False,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Comparison, StudySummary]:
    """Compare two scenarios as `compare` does, with both sides stored in a folder.

    Parameters
    ----------
    baseline, policy : Scenario
        Scenarios of equal start, length and states.
    out : Store, Path or str
        Store for both; the same call continues from what it holds.
    runs, seed : int
        Runs of each side, and the seed that they share; with `until` the largest number of runs.
    until : Until, optional
        Stop adding runs once its metrics are precise enough; plain ones mean their *difference*.
    weekly : bool
        Store every week of every run too.
    jobs : int
        Threads.
    executor : Executor, optional
        Runs the cells instead of threads: `threads(...)` or `OnCluster(...)`.
    progress : callable, optional
        Called with the run-weeks that are stored, and the run-weeks to simulate.

    Returns
    -------
    Comparison, StudySummary
        The comparison, without weeks; and what was run, with the precision of each metric.

    Raises
    ------
    ScenarioError
        If the two cannot be compared, or one of them failed.
    OutputError
        The store cannot be written.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from scenario_sim import load_scenario
    >>> status_quo = load_scenario("status-quo").with_weeks(4)
    >>> found, _ = compare_in_store(status_quo, status_quo.with_levers(hotline=1), mkdtemp(), runs=10)
    >>> found.changed("launch_days")
    0
    """
    check_comparable(baseline, policy)
    store = out if isinstance(out, Store) else Store(out)
    cells = [Cell(side, seed, runs) for side in (baseline, policy)]
    wanted = until.as_changes() if until else None
    with start_executor(jobs, executor) as pool:
        summary = run_study(
            cells, store, executor=pool, until=wanted, trajectories=weekly, progress=progress
        )
    if summary.failed:
        problems = [Problem("", text) for text in summary.failed.values()]
        raise ScenarioError(problems, "this comparison failed")
    sides = []
    for cell in cells:
        size = summary.runs[cell.key]
        table = store.of(replace(cell, runs=size))
        sides.append(Trajectory(cell.scenario, seed, run_ids(size), table))
    return Comparison(*sides), summary
