"""Many runs of one scenario: simulate, and replay one of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenario_sim.data.states import load_cast
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.model.blackboard import recorded_rows
from scenario_sim.model.kernel.run import padded
from scenario_sim.model.random_draws import MAX_RUNS, check_seed, run_ids
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.histograms import empty_counts
from scenario_sim.simulation.outcomes import OUTCOMES, outcome_columns, outcome_table
from scenario_sim.simulation.recording import Recording
from scenario_sim.simulation.runner import CompiledRunner, NumpyRunner, runner_of
from scenario_sim.simulation.trajectory import Trajectory

Keep = Literal["weekly", "outcomes"] | Collection[str]
Progress = Callable[[int, int], None]  # world-weeks done, of how many; raising in it cancels

MAX_WEEKLY_BYTES = 1_000_000_000  # bytes of weeks that are kept; beyond, outcomes and histograms
MAX_OUTCOME_BYTES = 4_000_000_000  # bytes of outcomes that one call may hold
MAX_CHUNK_RUN_WEEKS = (
    200_000  # one call of the kernel: a twentieth of a second; Ctrl-C waits for it
)


def simulate(
    scenario: Scenario,
    runs: int | Sequence[int] = 1000,
    seed: int = 0,
    *,
    keep: Keep = "weekly",
    jobs: int = 1,
    progress: Progress | None = None,
) -> Trajectory:
    """Run a scenario many times.

    The same (scenario, seed, run) is the same world whatever runs beside it, in whichever block or
    thread.

    Parameters
    ----------
    scenario : Scenario
    runs : int or sequence of int
        How many, 1 .. 2**40, or run ids.
    seed : int
        0 .. 2**63-1.
    keep : "weekly", "outcomes", or names
        "weekly" keeps every week of every quantity where that fits into 1 GB, else outcomes and
        weekly histograms, as "outcomes" does. Names of recorded quantities keep the weeks of those.
    jobs : int
        Threads.
    progress : callable, optional
        Called with world-weeks done and their total. An exception in it cancels the work.

    Raises
    ------
    ScenarioError
        For runs or seeds that cannot be.

    Examples
    --------
    >>> from scenario_sim import load_scenario, simulate
    >>> simulate(load_scenario("status-quo"), runs=10, seed=7).outcomes.shape
    (10, 26)
    """
    return simulate_side_by_side((scenario,), runs, seed, keep=keep, jobs=jobs, progress=progress)[
        0
    ]


def replay(scenario: Scenario, seed: int = 0, run: int = 0) -> Trajectory:
    """Return one run alone: bit for bit the world it is in any ensemble of that seed."""
    return simulate(scenario, runs=[run], seed=seed)


def simulate_side_by_side(
    scenarios: Sequence[Scenario],
    runs: int | Sequence[int] = 1000,
    seed: int = 0,
    *,
    keep: Keep = "weekly",
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[Trajectory]:
    """Run several scenarios of one start, length and states on the same draws.

    Raises ScenarioError for scenarios whose futures cannot be paired, runs or seeds that cannot be.
    """
    scenarios = tuple(scenarios)
    check_comparable(scenarios)
    _check_room(runs, len(scenarios))
    check_seed(seed)
    ids = run_ids(runs)
    weeks = scenarios[0].weeks
    share = len(scenarios) * Recording.bytes_per_run_week(scenarios[0].cast) * weeks * ids.size
    if keep == "weekly" and share > MAX_WEEKLY_BYTES:
        keep = "outcomes"
    total = weeks * ids.size * len(scenarios)

    def told(done_before: int) -> Callable[[int], None]:
        return lambda done: progress(done_before + done, total) if progress else None

    return [
        _simulate(scenario, ids, seed, keep, jobs, told(n * weeks * ids.size))
        for n, scenario in enumerate(scenarios)
    ]


def _simulate(
    scenario: Scenario,
    ids: np.ndarray,
    seed: int,
    keep: Keep,
    jobs: int,
    tell: Callable[[int], None],
) -> Trajectory:
    weeks, runs = scenario.weeks, ids.size
    names = _names_to_keep(scenario, keep)
    recording = Recording.empty(scenario.cast, weeks, padded(runs), names) if names else None
    work = _Work(runner_of(scenario), ids, seed, weeks, recording, keep == "outcomes")
    for done in work.run(jobs):
        tell(done * weeks)
    return Trajectory(
        scenario=scenario,
        seed=seed,
        runs=ids,
        outcomes=outcome_table(work.columns, ids),
        recording=recording.part(slice(0, runs)) if recording else None,
        histograms=work.counts,
    )


def _names_to_keep(scenario: Scenario, keep: Keep) -> tuple[str, ...]:
    recorded = tuple(recorded_rows(scenario.cast))
    if keep == "weekly":
        return recorded
    if isinstance(keep, str):
        return ()
    unknown = sorted(set(keep) - set(recorded))
    if unknown:
        text = f"{', '.join(unknown)} is not recorded; recorded are {', '.join(recorded)}"
        raise ScenarioError([Problem("keep", text)], "these weeks cannot be kept")
    return tuple(name for name in recorded if name in set(keep))


@dataclass
class _Work:
    """Chunks of runs, and what came of them.

    columns: outcomes by name, (runs,). counts: histograms by name, empty unless they are asked for.
    """

    runner: CompiledRunner | NumpyRunner
    ids: np.ndarray
    seed: int
    weeks: int
    recording: Recording | None
    counting: bool

    def __post_init__(self) -> None:
        self.columns: dict[str, np.ndarray] = {}
        self.counts: dict[str, np.ndarray] = empty_counts(self.weeks) if self.counting else {}
        self._helpers_s = 0.0  # CPU seconds of other threads
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def run(self, jobs: int) -> Iterator[int]:
        """Work through the chunks, and yield after each how many runs are done.

        Whoever leaves the loop early stops the work: other threads end after their chunk.
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
        rows = self.runner.make(self.seed, ids, self.recording, chunk.start, counts)
        columns = outcome_columns(rows, self.weeks)
        with self._lock:
            for name, values in columns.items():
                if name not in self.columns:
                    self.columns[name] = np.empty(self.ids.size, values.dtype)
                self.columns[name][chunk] = values
            for name, counted in (counts or {}).items():
                self.counts[name] += counted
        return len(ids)


_helped = threading.local()  # by thread: the CPU seconds of threads that made worlds for it


def cpu_time() -> float:
    """Return the CPU seconds of this thread, and of the threads that made worlds for it."""
    return time.thread_time() + getattr(_helped, "seconds", 0.0)


# --- what cannot be ------------------------------------------------------------------------------------


def check_comparable(scenarios: Sequence[Scenario]) -> None:
    """Raise ScenarioError where futures of these scenarios cannot be paired."""
    problems = [
        Problem(key, f"{getattr(other, key)} here, {getattr(scenarios[0], key)} there; futures are "
                "compared week by week, so make them equal")
        for other in scenarios[1:]
        for key in ("start", "weeks")
        if getattr(other, key) != getattr(scenarios[0], key)
    ]  # fmt: skip
    states = [load_cast(scenario.states).states for scenario in scenarios]
    if any(other != states[0] for other in states):
        problems.append(Problem("states", "the two worlds hold different states"))
    if problems:
        raise ScenarioError(problems, "these scenarios cannot be compared")


def _check_room(runs, scenarios: int) -> None:
    if isinstance(runs, int) and not isinstance(runs, bool) and runs <= MAX_RUNS:
        most = MAX_OUTCOME_BYTES // (8 * (len(OUTCOMES) + 1) * scenarios)
        if runs > most:
            text = f"{runs:,} at once do not fit into memory; at most {most:,}, or run ids in parts"
            raise ScenarioError([Problem("runs", text)], "these runs cannot be made")
