"""Simulate many runs of one scenario, or replay one of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.model.kernel.run import padded
from scenario_sim.model.random_draws import MAX_RUNS, check_seed, run_ids
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import as_scenario
from scenario_sim.simulation.histograms import empty_counts
from scenario_sim.simulation.outcomes import OUTCOMES, outcome_columns, outcome_table, outcomes_of
from scenario_sim.simulation.plugins.checks import check_states
from scenario_sim.simulation.plugins.measures import (
    check_column,
    function_column,
    rows_read,
)
from scenario_sim.simulation.recording import Recording, recorded_rows
from scenario_sim.simulation.runner import CompiledRunner, NumpyRunner, runner_of
from scenario_sim.simulation.trajectory import Trajectory

Keep = Literal["weekly", "outcomes"] | Collection[str]
Progress = Callable[[int, int], None]  # run-weeks done, and in total; an exception in it cancels

MAX_WEEKLY_BYTES = 1_000_000_000  # beyond it, outcomes and histograms are kept
MAX_OUTCOME_BYTES = 4_000_000_000  # of outcomes in one call
MAX_CHUNK_RUN_WEEKS = 200_000  # one call of the kernel, 0.05 s: Ctrl-C waits for its end


def simulate(
    scenario: Scenario | str,
    runs: int | Sequence[int] = 1000,
    seed: int = 0,
    *,
    keep: Keep = "weekly",
    jobs: int = 1,
    progress: Progress | None = None,
) -> Trajectory:
    """Simulate a scenario many times.

    A run depends on (scenario, seed, run) alone, not on the runs, blocks or threads beside it.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, or a shipped name or file.
    runs : int or sequence of int
        The number of runs, 1 .. 2**40, or run ids.
    seed : int
        0 .. 2**63-1.
    keep : "weekly", "outcomes", or names
        "weekly" keeps all weeks of all quantities if they fit into 1 GB. Otherwise, and with
        "outcomes", outcomes and weekly histograms are kept. Names of recorded quantities keep the
        weeks of those quantities.
    jobs : int
        Threads.
    progress : callable, optional
        Called with the run-weeks done and their total. An exception in it cancels the work.

    Raises
    ------
    ScenarioError
        If runs or seed are out of range, or a name in `keep` is not recorded.

    Examples
    --------
    >>> from scenario_sim import load_scenario, simulate
    >>> simulate(load_scenario("status-quo"), runs=10, seed=7).outcomes.shape
    (10, 30)
    """
    if not isinstance(scenario, Scenario):  # a name or a path
        scenario = as_scenario(scenario)
    check_runs_fit(runs)
    check_seed(seed)
    ids, weeks = run_ids(runs), scenario.weeks
    if keep == "weekly" and not weeks_fit(scenario, ids.size):
        keep = "outcomes"
    check_plugins_fit(scenario)
    names = _names_to_keep(scenario, keep)
    recording = Recording.empty(scenario.cast, weeks, padded(ids.size), names) if names else None
    work = _Work(runner_of(scenario), scenario, ids, seed, recording, keep == "outcomes")
    for done in work.run(jobs):
        if progress:
            progress(done * weeks, ids.size * weeks)
    return Trajectory(
        scenario=scenario,
        seed=seed,
        runs=ids,
        outcomes=outcome_table(work.columns, ids),
        recording=recording.part(slice(0, ids.size)) if recording else None,
        histograms=work.counts,
    )


def replay(scenario: Scenario | str, seed: int = 0, run: int = 0) -> Trajectory:
    """Simulate one run alone: bit for bit the same as in any ensemble of that seed.

    Examples
    --------
    >>> alone, all_ten = replay("status-quo", seed=7, run=3), simulate("status-quo", 10, seed=7)
    >>> alone.outcomes.equals(all_ten.outcomes.loc[[3]])
    True
    """
    return simulate(scenario, runs=[run], seed=seed)


def part_of_progress(progress: Progress | None, part: int, parts: int) -> Progress | None:
    """Return a callable for the progress of one of several equal parts of the work."""
    if progress is None:
        return None
    return lambda done, total: progress(part * total + done, parts * total)


def _names_to_keep(scenario: Scenario, keep: Keep) -> tuple[str, ...]:
    if keep == "outcomes":
        return ()
    recorded, plugins = tuple(recorded_rows(scenario.cast)), scenario.plugins
    if keep == "weekly":
        return recorded
    if isinstance(keep, str):
        text = f'takes "weekly", "outcomes" or a list of names, as in ["tension"], not {keep!r:.60}'
        raise ScenarioError([Problem("keep", text)], "these weeks cannot be kept")
    known = (*recorded, *plugins.quantities) if plugins.items else recorded
    unknown = sorted(set(keep) - set(known))
    if unknown:
        text = f"{', '.join(unknown)} is not recorded; recorded are {', '.join(known)}"
        raise ScenarioError([Problem("keep", text)], "these weeks cannot be kept")
    if not plugins.items:
        return tuple(name for name in recorded if name in set(keep))
    read = [name for own in plugins.outcomes if own.function for name in own.function.reads]
    kept = rows_read([*keep, *read], plugins, scenario.cast)
    return tuple(name for name in recorded if name in kept)


@dataclass
class _Work:
    """One simulation in chunks of runs, and its results.

    columns: outcomes by name, (runs,). counts: histograms by name, empty unless `counting`.
    """

    runner: CompiledRunner | NumpyRunner
    scenario: Scenario
    ids: np.ndarray
    seed: int
    recording: Recording | None
    counting: bool

    def __post_init__(self) -> None:
        self.weeks = self.scenario.weeks
        self.outcomes = outcomes_of(self.scenario)
        self.columns: dict[str, np.ndarray] = {}
        self.counts: dict[str, np.ndarray] = empty_counts(self.weeks) if self.counting else {}
        self._helpers_s = 0.0  # CPU seconds of other threads
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def run(self, jobs: int) -> Iterator[int]:
        """Work through the chunks, and yield the number of runs done after each.

        Leaving the loop early stops the work: other threads end after their chunk.
        """
        chunks = self._chunks(jobs)
        done = 0
        if jobs <= 1 or len(chunks) == 1:
            for chunk in chunks:
                done += self._make(chunk)
                yield done
            return
        with ThreadPoolExecutor(min(jobs, len(chunks))) as pool:
            waiting: list[Future[int]] = [pool.submit(self._help, chunk) for chunk in chunks]
            try:
                for finished in as_completed(waiting):
                    done += finished.result()
                    yield done
            finally:
                self._stopped.set()
                pool.shutdown(cancel_futures=True)
                _helped.seconds = getattr(_helped, "seconds", 0.0) + self._helpers_s

    def _chunks(self, jobs: int) -> list[slice]:
        most = max(1, MAX_CHUNK_RUN_WEEKS // self.runner.smaller_chunks // self.weeks)
        size = padded(min(most, -(-self.ids.size // max(jobs, 1))))
        return [slice(at, min(at + size, self.ids.size)) for at in range(0, self.ids.size, size)]

    def _help(self, chunk: slice) -> int:
        begun = time.thread_time()
        try:
            return self._make(chunk)
        finally:
            with self._lock:
                self._helpers_s += time.thread_time() - begun

    def _make(self, chunk: slice) -> int:
        ids = self.ids[chunk]
        if self._stopped.is_set():
            return 0
        counts = empty_counts(self.weeks) if self.counting else None
        into, at = self._place_for_functions(chunk)
        rows = self.runner.make(self.seed, ids, into, at, counts)
        columns = outcome_columns(rows, self.weeks, self.outcomes)
        if self.scenario.plugins.items:
            weeks = into.part(slice(at, at + len(ids))) if into else None
            columns |= self._own_columns(columns, weeks)
        with self._lock:
            for name, values in columns.items():
                if name not in self.columns:
                    self.columns[name] = np.empty(self.ids.size, values.dtype)
                self.columns[name][chunk] = values
            for name, counted in (counts or {}).items():
                self.counts[name] += counted
        return len(ids)

    def _place_for_functions(self, chunk: slice) -> tuple[Recording | None, int]:
        """Return where the weeks of a chunk are recorded, and from which run on.

        Functions of plug-ins need some weeks even if they are not kept.
        """
        plugins, cast = self.scenario.plugins, self.scenario.cast
        if not plugins.items:
            return self.recording, chunk.start
        reads = [name for o in plugins.outcomes if o.function for name in o.function.reads]
        if self.recording or not any(o.function for o in plugins.outcomes):
            return self.recording, chunk.start
        names = tuple(n for n in recorded_rows(cast) if n in rows_read(reads, plugins, cast))
        runs = padded(chunk.stop - chunk.start)
        return Recording.empty(cast, self.weeks, runs, names or ("tension",)), 0

    def _own_columns(
        self, columns: dict[str, np.ndarray], weeks: Recording | None
    ) -> dict[str, np.ndarray]:
        """Return the checked outcomes of plug-ins by name, in their order."""
        found = {}
        for own in self.scenario.plugins.outcomes:
            if own.function:
                assert weeks
                found[own.name] = function_column(own, self.scenario.plugins, weeks)
            else:
                found[own.name] = columns.pop(own.name)
            check_column(own, found[own.name])
        return found


_helped = threading.local()  # by thread: the CPU seconds of threads that simulated for it


def cpu_time() -> float:
    """Return the CPU seconds of this thread, and of the threads that simulated for it."""
    return time.thread_time() + getattr(_helped, "seconds", 0.0)


# --- checks ----------------------------------------------------------------------------------------


def weeks_fit(scenario: Scenario, runs: int, ensembles: int = 1) -> bool:
    """Return True if all weeks of so many ensembles take at most MAX_WEEKLY_BYTES together."""
    size = Recording.bytes_per_run_week(scenario.cast) * scenario.weeks * runs
    return ensembles * size <= MAX_WEEKLY_BYTES


def check_plugins_fit(scenario: Scenario) -> None:
    """Raise ScenarioError if a plug-in reads what the states of a scenario lack."""
    problems = list(check_states(scenario.plugins, scenario.cast)) if scenario.plugins.items else []
    if problems:
        raise ScenarioError(problems, "these plug-ins do not fit the states of this scenario")


def check_runs_fit(runs: int | Sequence[int], ensembles: int = 1) -> None:
    """Raise ScenarioError if the outcomes of so many runs exceed MAX_OUTCOME_BYTES."""
    if isinstance(runs, int) and not isinstance(runs, bool) and runs <= MAX_RUNS:
        most = MAX_OUTCOME_BYTES // (8 * (len(OUTCOMES) + 1) * ensembles)
        if runs > most:
            text = f"{runs:,} do not fit into memory; ask for at most {most:,}, or for run ids in parts"
            raise ScenarioError([Problem("runs", text)], "these runs cannot be made")
