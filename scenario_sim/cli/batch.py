"""Work of `run`: simulate scenarios, in memory or through a store, and return their results."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import print_message, progress_bar, study_progress
from scenario_sim.errors import OutputError, ScenarioSimError

if TYPE_CHECKING:
    from scenario_sim.cli.batch_summary import ScenarioSummary
    from scenario_sim.scenario import Scenario
    from scenario_sim.simulation.trajectory import Trajectory
    from scenario_sim.studies.cells import Cell
    from scenario_sim.studies.executors import Executor
    from scenario_sim.studies.run import StudySummary
    from scenario_sim.studies.stopping import Until
    from scenario_sim.studies.store.store import Store

MIN_FREE_DISK_BYTES = 50_000_000  # that results leave on a disk
BYTES_PER_RUN = 250  # outcomes as numbers, before compression: an upper bound
BYTES_PER_BLOCK_WEEK = 1_000  # weekly histograms


@dataclass(frozen=True)
class BatchOptions:
    """Scenarios to simulate, and how."""

    scenarios: Sequence[Scenario]
    seed: int
    runs: int
    jobs: int
    cluster: str | None
    until: Until | None
    weekly: bool
    csv: bool

    @property
    def run_count_key(self) -> list[Any]:
        """Return the options that determine how many runs a scenario gets."""
        if self.until is None:
            return [self.runs]
        compared = [one.hash for one in self.scenarios] if self.until.compares else []
        return [self.runs, str(self.until), *compared]


@dataclass(frozen=True)
class BatchResult:
    """Summary of a scenario's futures, and the runs themselves where they had to be read."""

    summary: ScenarioSummary
    trajectory: Trajectory | None = None


# Scenarios, each with its result or with the text of the error that ended its simulation.
Results = Iterator[tuple["Scenario", BatchResult | str]]


@contextmanager
def open_results(batch: BatchOptions, out: Path | None) -> Iterator[Results]:
    """Yield the scenarios' results one after the other, saved in `out` where it is given."""
    if out is not None:
        yield _run_in_store(batch, out)
    elif batch.until is None and batch.cluster is None:
        yield _run_in_memory(batch)
    else:  # results come block by block: a temporary store puts them together
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="scenario-sim-") as folder:
            yield _run_in_store(batch, Path(folder), temporary=True)


def trajectory_with_weeks(
    scenario: Scenario, seed: int, result: BatchResult, jobs: int
) -> Trajectory:
    """Return a result's runs with their weeks, simulated again where the result has none.

    Parameters
    ----------
    scenario : Scenario
        Scenario of the result.
    seed : int
        Random seed of the result.
    result : BatchResult
        Result of `open_results`.
    jobs : int
        Number of threads.
    """
    known = result.trajectory
    if known is not None and (known.recording is not None or known.histograms):
        return known
    from scenario_sim.simulation.ensemble import simulate

    with progress_bar(scenario.title) as bar:
        return simulate(scenario, result.summary.runs, seed, jobs=jobs, progress=bar)


def _run_in_memory(batch: BatchOptions) -> Results:
    from scenario_sim.cli.batch_summary import ScenarioSummary
    from scenario_sim.simulation.ensemble import simulate

    count = len(batch.scenarios)
    for number, scenario in enumerate(batch.scenarios, start=1):
        place = f"{number} of {count}: " if count > 1 else ""
        try:
            with progress_bar(place + scenario.title) as bar:
                trajectory = simulate(
                    scenario, batch.runs, batch.seed, jobs=batch.jobs, progress=bar
                )
        except (ScenarioSimError, MemoryError):
            raise
        except Exception as error:
            yield scenario, f"{type(error).__name__}: {error}"
        else:
            yield scenario, BatchResult(ScenarioSummary.of(trajectory), trajectory)


def _run_in_store(batch: BatchOptions, out: Path, temporary: bool = False) -> Results:
    """Simulate what a store lacks, for all scenarios, then yield what it holds."""
    from scenario_sim.cli import batch_summary
    from scenario_sim.studies.cells import Cell
    from scenario_sim.studies.store.store import Store

    cells = [Cell(scenario, batch.seed, batch.runs) for scenario in batch.scenarios]
    store = Store(out)
    store.claim()
    known = batch_summary.read_summaries(store, batch.run_count_key)
    if not batch.csv and all(_is_complete(store, cell, known, batch.weekly) for cell in cells):
        _print_nothing_new(out)
        for cell in cells:
            _print_precision(cell, known[cell.key])
            yield cell.scenario, BatchResult(known[cell.key])
        return
    _check_disk_space(batch, cells, store)
    _print_other_engines(store)
    with options.open_executor(batch.jobs, batch.cluster) as executor:
        study = _run_study(batch, cells, store, executor, temporary)
    summaries: dict[str, ScenarioSummary] = {}
    for cell in cells:
        if cell.key in study.failed:
            yield cell.scenario, study.failed[cell.key]
            continue
        trajectory = _read_trajectory(store, cell, study.runs[cell.key])
        precision = [asdict(one) for one in study.precision.get(cell.key, ())]
        summaries[cell.key] = batch_summary.ScenarioSummary.of(trajectory, precision)
        _print_precision(cell, summaries[cell.key])
        yield cell.scenario, BatchResult(summaries[cell.key], trajectory)
    batch_summary.write_summaries(store, batch.run_count_key, summaries)


def _is_complete(
    store: Store, cell: Cell, known: Mapping[str, ScenarioSummary], weekly: bool
) -> bool:
    summary = known.get(cell.key)
    if summary is None or not store.holds(cell.key):
        return False
    return not store.missing(cell, summary.runs, trajectories=weekly)


def _read_trajectory(store: Store, cell: Cell, runs: int) -> Trajectory:
    from scenario_sim.model.random_draws import run_ids
    from scenario_sim.simulation.trajectory import Trajectory

    table = store.of(replace(cell, runs=runs))
    return Trajectory(cell.scenario, cell.seed, run_ids(runs), table)


def _run_study(
    batch: BatchOptions, cells: list[Cell], store: Store, executor: Executor, temporary: bool
) -> StudySummary:
    from scenario_sim.studies.run import run_study

    title = cells[0].scenario.title if len(cells) == 1 else f"{len(cells)} scenarios"
    try:
        with study_progress(title) as (progress, watch):
            summary = run_study(
                cells, store, executor=executor, until=batch.until, trajectories=batch.weekly,
                progress=progress, watch=watch,
            )  # fmt: skip
        if batch.csv:
            store.write_csv()
    except KeyboardInterrupt:
        runs = sum(block.runs for cell in cells for block in store.blocks(cell.key))
        if temporary or not runs:
            raise
        print_message(
            f"Stopped. Saved: {runs:,} complete runs in {store.path}; the same command resumes."
        )
        raise typer.Exit(130) from None
    if not temporary:
        print_written(summary, store.path)
    return summary


def print_written(summary: StudySummary, out: Path) -> None:
    if not summary.runs_made:
        _print_nothing_new(out) if summary.runs else print_message(f"Nothing new in {out}")
        return
    there = f"; {summary.runs_found:,} were there already" if summary.runs_found else ""
    print_message(f"Written: {out} ({summary.runs_made:,} runs{there})")


def _print_nothing_new(out: Path) -> None:
    print_message(f"Already there, left as it is: {out}")


def _print_precision(cell: Cell, summary: ScenarioSummary) -> None:
    from scenario_sim.studies.stopping import Precision

    for row in summary.precision:
        print_message(f"{cell.title}, {summary.runs:,} runs: {Precision(**row)}")


def _check_disk_space(batch: BatchOptions, cells: Sequence[Cell], store: Store) -> None:
    """Raise OutputError where the disk cannot hold the results.

    With --until the number of runs is not known beforehand, so nothing is checked.
    """
    from scenario_sim.studies.cells import BLOCK_RUNS

    needed = 0
    for cell in cells:
        runs = cell.runs - sum(
            b.runs for b in store.blocks(cell.key, batch.weekly) if b.stop <= cell.runs
        )
        weeks, blocks = cell.scenario.weeks, -(-runs // BLOCK_RUNS)
        needed += runs * BYTES_PER_RUN * (3 if batch.csv else 1)
        needed += blocks * weeks * BYTES_PER_BLOCK_WEEK
        if batch.weekly:
            from scenario_sim.simulation.recording import Recording

            needed += runs * weeks * Recording.bytes_per_run_week(cell.scenario.cast)
    free = shutil.disk_usage(store.path).free
    if not batch.until and needed + MIN_FREE_DISK_BYTES > free:
        raise OutputError(
            f"--out {store.path}: too little room on the disk: these results need about "
            f"{_format_size(needed)}, {_format_size(free)} are free. Ask for fewer --runs or "
            "another folder."
        )


def _print_other_engines(store: Store) -> None:
    """Print that a folder holds results of other engines, and that they stay."""
    from scenario_sim.simulation.engine import engine_version

    others = [e for key in store.listed() if (e := store.about(key)["engine"]) != engine_version()]
    if others:
        names = ", ".join(sorted(set(others)))
        print_message(
            f"{store.path} also holds {len(others):,} cells of {names}. Results have moved since "
            f'(CHANGELOG, "Results moved"): those cells stay, and {engine_version()} simulates '
            "the requested cells anew beside them."
        )


def _format_size(number: int) -> str:
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.0f} MB"
