"""`run --out` and `merge`: results that are kept, in a store that survives anything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.executors import open_executor
from scenario_sim.cli.output import print_message
from scenario_sim.cli.progress import study_progress
from scenario_sim.errors import OutputError, Problem, ScenarioError, ScenarioSimError

if TYPE_CHECKING:
    from scenario_sim.cli.batch_summary import ScenarioSummary
    from scenario_sim.scenario import Scenario
    from scenario_sim.simulation.trajectory import Trajectory
    from scenario_sim.studies.cells import Cell
    from scenario_sim.studies.executors import Executor
    from scenario_sim.studies.run import StudySummary
    from scenario_sim.studies.stopping import Until
    from scenario_sim.studies.store.store import Store

RUNS = 1000  # where nobody says how many ...
RUNS_UNTIL = 1_000_000  # ... and where a precision decides
MIN_FREE_DISK_BYTES = 50_000_000  # bytes that a full disk should keep
BYTES_PER_RUN = 250  # outcomes, generously; in numbers, before they are packed
BYTES_PER_BLOCK_WEEK = 1_000  # weekly histograms

Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Keep the results; the same command goes on from there."
    ),
]
Csv = Annotated[bool, typer.Option("--csv", help="With --out: outcomes and weeks as CSV as well.")]
Weekly = Annotated[
    bool, typer.Option("--weekly", help="With --out: all weeks of all runs as well, as netCDF.")
]
UntilOption = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="mcse=E",
        help="More runs until the Monte-Carlo error of confrontation_risk is at most E, or "
        "mcse(OUTCOME)=E; --runs is then the most.",
    ),
]


@dataclass(frozen=True)
class BatchOptions:
    """What a person wants kept of some scenarios."""

    scenarios: Sequence[Scenario]
    seed: int
    runs: int
    jobs: int
    cluster: str | None
    until: Until | None
    weekly: bool
    csv: bool

    @property
    def how_many(self) -> list[Any]:
        """What decides how many runs each scenario has."""
        return [self.runs, *((self.until.outcome, self.until.mcse) if self.until else ())]


@dataclass(frozen=True)
class BatchResult:
    """What a scenario came to, and the runs themselves where they had to be read."""

    answer: ScenarioSummary
    trajectory: Trajectory | None = None


def until(text: str | None) -> Until | None:
    """Reads --until. Raises ScenarioError."""
    if text is None:
        return None
    from scenario_sim.studies.stopping import Until

    try:
        return Until.parse(text)
    except ScenarioError as error:
        raise options.renamed(error, until=f"--until {text}") from None


def check_output_given(out: Path | None, csv: bool, weekly: bool) -> None:
    """Raises BadOptions where something is to be kept nowhere."""
    said = [
        name for name, wanted in (("--csv", csv), ("--weekly", weekly)) if wanted and out is None
    ]
    if said:
        raise options.OptionsError([Problem(name, "needs a folder: --out DIR") for name in said])


@contextmanager
def results(
    asked: BatchOptions, out: Path | None
) -> Iterator[Iterator[tuple[Scenario, BatchResult | str]]]:
    """Each scenario with what it came to, or why it failed; kept in `out`, if there is one."""
    if out is not None:
        yield _kept(asked, out)
    elif asked.until is None and asked.cluster is None:
        yield _passing(asked)
    else:  # it comes block by block, which is what a store is for
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="scenario-sim-") as folder:
            yield _kept(asked, Path(folder), passing=True)


def trajectory_with_weeks(
    scenario: Scenario, seed: int, found: BatchResult, jobs: int
) -> Trajectory:
    """The same runs with their weeks: what was kept has none."""
    known = found.trajectory
    if known is not None and (known.recording is not None or known.histograms):
        return known
    from scenario_sim.cli.output import progress
    from scenario_sim.simulation.ensemble import simulate

    with progress(scenario.title) as bar:
        return simulate(scenario, found.answer.runs, seed, jobs=jobs, progress=bar)


def _passing(asked: BatchOptions) -> Iterator[tuple[Scenario, BatchResult | str]]:
    """In memory, one after the other."""
    from scenario_sim.cli.batch_summary import ScenarioSummary
    from scenario_sim.cli.output import progress
    from scenario_sim.simulation.ensemble import simulate

    many = len(asked.scenarios)
    for number, scenario in enumerate(asked.scenarios):
        place = f"{number + 1} of {many}: " if many > 1 else ""
        try:
            with progress(place + scenario.title) as bar:
                found = simulate(scenario, asked.runs, asked.seed, jobs=asked.jobs, progress=bar)
        except (ScenarioSimError, MemoryError):
            raise
        except Exception as error:
            yield scenario, f"{type(error).__name__}: {error}"
        else:
            yield scenario, BatchResult(ScenarioSummary.of(found), found)


def _kept(
    asked: BatchOptions, out: Path, passing: bool = False
) -> Iterator[tuple[Scenario, BatchResult | str]]:
    """Through a store: what it lacks is run first, for all scenarios."""
    from scenario_sim.cli import batch_summary
    from scenario_sim.studies.cells import Cell
    from scenario_sim.studies.store.store import Store

    cells = [Cell(scenario, asked.seed, asked.runs) for scenario in asked.scenarios]
    store = Store(out)
    store.claim()
    known = batch_summary.kept(store, asked.how_many)
    if not asked.csv and all(_is_there(store, cell, known, asked.weekly) for cell in cells):
        _tell_nothing_new(out)
        for cell in cells:
            _tell_precision(cell, asked, known[cell.key])
            yield cell.scenario, BatchResult(known[cell.key])
        return
    _check_room(asked, cells, store)
    _tell_other_engines(store)
    with open_executor(asked.jobs, asked.cluster) as executor:
        summary = _worked(asked, cells, store, executor, passing)
    told: dict[str, batch_summary.ScenarioSummary] = {}
    for cell in cells:
        if cell.key in summary.failed:
            yield cell.scenario, summary.failed[cell.key]
            continue
        trajectory = _read(store, cell, summary.runs[cell.key])
        told[cell.key] = batch_summary.ScenarioSummary.of(trajectory)
        _tell_precision(cell, asked, told[cell.key])
        yield cell.scenario, BatchResult(told[cell.key], trajectory)
    batch_summary.keep(store, asked.how_many, told)


def _is_there(store: Store, cell: Cell, known: Mapping[str, ScenarioSummary], weekly: bool) -> bool:
    answer = known.get(cell.key)
    if answer is None or not store.holds(cell.key):
        return False
    return not store.missing(cell, answer.runs, trajectories=weekly)


def _read(store: Store, cell: Cell, runs: int) -> Trajectory:
    from scenario_sim.model.random_draws import run_ids
    from scenario_sim.simulation.trajectory import Trajectory

    table = store.of(replace(cell, runs=runs))
    return Trajectory(cell.scenario, cell.seed, run_ids(runs), table)


def _worked(
    asked: BatchOptions, cells: list[Cell], store: Store, executor: Executor, passing: bool
) -> StudySummary:
    from scenario_sim.studies.run import run_study

    title = cells[0].scenario.title if len(cells) == 1 else f"{len(cells)} scenarios"
    try:
        with study_progress(title) as (progress, watch):
            summary = run_study(
                cells, store, executor=executor, until=asked.until, trajectories=asked.weekly,
                progress=progress, watch=watch,
            )  # fmt: skip
        if asked.csv:
            store.write_csv()
    except KeyboardInterrupt:
        runs = sum(block.runs for cell in cells for block in store.blocks(cell.key))
        if passing or not runs:
            raise
        print_message(
            f"Stopped. Kept, complete: {runs:,} runs in {store.path}; the same command goes on."
        )
        raise typer.Exit(130) from None
    if not passing:
        _tell(summary, store.path)
    return summary


def _tell(summary: StudySummary, out: Path) -> None:
    if not summary.runs_made:
        _tell_nothing_new(out) if summary.runs else print_message(f"Nothing new in {out}")
        return
    there = f"; {summary.runs_found:,} were there already" if summary.runs_found else ""
    print_message(f"Written: {out} ({summary.runs_made:,} runs{there})")


def _tell_nothing_new(out: Path) -> None:
    print_message(f"Already there, left as it is: {out}")


def _tell_precision(cell: Cell, asked: BatchOptions, answer: ScenarioSummary) -> None:
    if asked.until is None:
        return
    error = answer.outcomes[asked.until.outcome]["mcse"]
    stopped = answer.runs < asked.runs  # by sums over blocks, which may differ in the last digit
    enough = "precise enough" if stopped or error <= asked.until.mcse else "not as precise as asked"
    print_message(
        f"{cell.title}: {enough} after {answer.runs:,} runs, Monte-Carlo error of "
        f"{asked.until.outcome} {error:.3g}"
    )


def _check_room(asked: BatchOptions, cells: Sequence[Cell], store: Store) -> None:
    """Raises OutputError where the disk cannot hold what is to come; a precision may need less than
    it is allowed, so nothing can be said of it."""
    from scenario_sim.studies.cells import BLOCK_RUNS

    needed = 0
    for cell in cells:
        runs = cell.runs - sum(
            b.runs for b in store.blocks(cell.key, asked.weekly) if b.stop <= cell.runs
        )
        weeks, blocks = cell.scenario.weeks, -(-runs // BLOCK_RUNS)
        needed += (
            runs * BYTES_PER_RUN * (3 if asked.csv else 1) + blocks * weeks * BYTES_PER_BLOCK_WEEK
        )
        if asked.weekly:
            from scenario_sim.simulation.recording import Recording

            needed += runs * weeks * Recording.bytes_per_run_week(cell.scenario.cast)
    free = shutil.disk_usage(store.path).free
    if not asked.until and needed + MIN_FREE_DISK_BYTES > free:
        raise OutputError(
            f"--out {store.path}: too little room on the disk: these results need about "
            f"{_size(needed)}, {_size(free)} are free. Ask for fewer --runs or another folder."
        )


def _tell_other_engines(store: Store) -> None:
    """Say that a folder holds results of other engines, and what becomes of them."""
    from scenario_sim.simulation.engine import engine_version

    others = [e for key in store.listed() if (e := store.about(key)["engine"]) != engine_version()]
    if others:
        names = ", ".join(sorted(set(others)))
        print_message(
            f"{store.path} also holds {len(others):,} cells made by {names}. Worlds have moved since "
            f'(CHANGELOG, "Results moved"): those cells stay, and what is asked for is made anew '
            f"by {engine_version()} beside them."
        )


def _size(number: int) -> str:
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.0f} MB"


# --- merge ----------------------------------------------------------------------------------------


def merge(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="DIR...", help="What `run --out` kept, here or elsewhere."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where all of it goes.")],
) -> None:
    """Results from several folders or machines as one; none of them is changed."""
    from scenario_sim.studies.store.store import Store

    missing = [
        Problem(str(f), "is no folder of results") for f in folders if not (f / "cells").is_dir()
    ]
    if missing:
        raise options.OptionsError(missing)
    store = Store(options.make_output_folder(out))
    differing: list[Path] = []
    spoilt: list[str] = []
    for folder in folders:
        if folder.resolve() == out.resolve():
            continue
        merged = store.merge(folder)
        differing += merged.differing
        spoilt += merged.spoilt
        print_message(
            f"{folder}: {merged.cells:,} cells, {merged.files:,} files taken over, {merged.same:,} there already"
        )
    table = store.cells()
    print(f"{out}: {len(table):,} cells, {int(table['runs'].sum()):,} runs")
    if differing:
        print_message(
            f"{len(differing):,} files were there with other bytes (other versions of "
            f"libraries made them); those that were there stay. The first: {differing[0]}"
        )
    if spoilt:
        print_message(f"{len(spoilt):,} files are spoilt and were left out. The first: {spoilt[0]}")
    if differing or spoilt:
        raise typer.Exit(1)
