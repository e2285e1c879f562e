"""Count the modules that three common requests enter, and print them folder by folder.

    python tools/module_walks.py

A module counts when one of its functions runs. Importing it does not count, and neither does what
the first call computes once for all: each walk is measured after a warm-up with another input.
docs/architecture.md holds the tables, and tests/test_architecture.py holds the counts.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "scenario_sim"
# Each imports only from those after it (CONTRIBUTING.md).
LAYERS = (
    *("cli", "ui", "teaching", "reporting", "validation"),
    *("studies", "simulation", "model", "scenario", "data"),
)


def entered_modules(function: Callable[[], Any]) -> list[str]:
    """Return the modules of the package whose functions run, in all threads, in order of entry."""
    entered: dict[str, None] = {}
    prefix = f"{PACKAGE}/"

    def note(frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_name != "<module>":
            file = Path(code.co_filename).as_posix()
            if file.startswith(prefix):
                entered.setdefault(file.removeprefix(prefix))

    threading.setprofile_all_threads(note)
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
        threading.setprofile_all_threads(None)
    return list(entered)


def lever_to_result() -> list[str]:
    """Walk from a lever of the page to the finished result: charts, risk and precision."""
    from scenario_sim.ui.result import result_of
    from scenario_sim.ui.state import AppState

    def move(value: float) -> None:
        result_of(AppState().with_lever("hotline", value), lambda share: None)

    move(0.9)
    return entered_modules(lambda: move(0.8))


def file_to_parquet() -> list[str]:
    """Walk from a scenario file through a study to its Parquet files."""
    from scenario_sim.scenario.files import load_scenario, shipped_files
    from scenario_sim.studies import Cell, Store, run_study

    with TemporaryDirectory() as folder:
        store = Store(folder)

        def run(seed: int) -> None:
            scenario = load_scenario(shipped_files("scenarios")["surge-2022"]).with_weeks(10)
            run_study([Cell(scenario, seed, 50)], store)

        run(1)
        walk = entered_modules(lambda: run(2))
        assert len(list(Path(folder).rglob("*.parquet"))) >= 2
    return walk


def run_to_sentences() -> list[str]:
    """Walk from a run to the sentences of its weeks: acts, changes and turns of crises."""
    from scenario_sim.reporting.narrative.events import Narrator
    from scenario_sim.scenario.files import load_scenario
    from scenario_sim.simulation.single_run import simulate_run

    scenario = load_scenario("status-quo").with_weeks(60)
    first, second = (simulate_run(scenario, seed=0, run=run) for run in (1, 2))

    def narrate(run: Any) -> None:
        narrator = Narrator(run, why=False, everything=False)
        assert any(narrator.week(week) for week in range(scenario.weeks))

    narrate(first)
    return entered_modules(lambda: narrate(second))


WALKS = {
    "A lever to the finished result": lever_to_result,
    "A scenario file to Parquet": file_to_parquet,
    "A run to its sentences": run_to_sentences,
}


def table(walk: list[str]) -> Iterator[str]:
    """Yield the lines of a Markdown table of a walk, a row for each folder."""
    yield "| folder | modules |"
    yield "| --- | --- |"
    for folder, modules in groupby(sorted(walk, key=_place), key=_folder):
        names = (f"`{Path(module).stem}`" for module in modules)
        yield f"| {f'`{folder}`' if folder else 'beside the folders'} | {', '.join(names)} |"


def _folder(module: str) -> str:
    return module.rpartition("/")[0]


def _place(module: str) -> tuple[int, str, str]:
    """Return the sort key of a module: its layer, from the page down, then folder and name."""
    folder = _folder(module)
    layer = folder.partition("/")[0]
    return LAYERS.index(layer) if layer else len(LAYERS), folder, module


def main() -> None:
    """Print the tables of all walks."""
    sys.path.insert(0, str(ROOT))
    for title, walk in WALKS.items():
        modules = walk()
        print(f"**{title}: {len(modules)} modules.**", "", *table(modules), "", sep="\n")


if __name__ == "__main__":
    main()
