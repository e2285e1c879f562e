"""The command `outlook`: freeze half a year ahead, show it, and score what was frozen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.json_models.validation import OutlookOutput, OutlookScoresOutput
from scenario_sim.cli.output import (
    make_console,
    make_table,
    print_message,
    print_output,
    progress_bar,
)
from scenario_sim.errors import Problem, ProblemCollector
from scenario_sim.reporting.messages import DISCLAIMER

if TYPE_CHECKING:
    from scenario_sim.validation.outlook import Outlook

DEFAULT_FOLDER = Path("outlooks")  # where --freeze writes; of a clone it ships with the package


def outlook(
    freeze: Annotated[
        bool,
        typer.Option("--freeze", help="Simulate the next 26 weeks and write a dated, hashed file."),
    ] = False,
    score: Annotated[
        bool, typer.Option("--score", help="Score the frozen files against the record in use.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--outlooks",
            metavar="DIR",
            help="Folder of the files; --freeze writes to ./outlooks, else those that are shipped.",
        ),
    ] = None,
    runs: options.Runs = 4000,
    seed: options.Seed = 0,
    record: options.HistoryFolder = None,
    json: options.Json = False,
) -> None:
    """Show the outlook that was frozen last, freeze a new one, or score all of them.

    It gives distributions of launch days, a nuclear test, a resolution or veto, and talks, under the
    status quo and each theory. It compares mechanisms and forecasts no war.
    """
    problems = ProblemCollector(options.ERROR_TITLE)
    if freeze and score:
        problems.add([Problem("--score", "does not go with --freeze; run one after the other")])
    with problems.under():
        options.check_numbers(runs=runs, seed=seed, min_runs=100)
    with problems.under():
        options.use_history_folder(record)
    if folder is not None and not freeze and not folder.is_dir():
        problems.add([Problem(f"--outlooks {folder}", "is no folder; --freeze makes it")])
    problems.raise_if_any()
    if freeze:
        _freeze(folder or DEFAULT_FOLDER, runs, seed, json)
    elif score:
        _score(folder, json)
    else:
        _show(folder, json)


def _freeze(folder: Path, runs: int, seed: int, json: bool) -> None:
    from scenario_sim.validation.outlook import freeze_outlook, outlook_path, save_outlook

    today = date.today()
    outlook_path(folder, str(today))  # before the work, for it may be there already
    with progress_bar("Half a year under each theory") as bar:
        found = freeze_outlook(today, runs, seed, bar)
    path = save_outlook(found, folder)
    if json:
        print_output(OutlookOutput, {"outlooks": [found.model_dump()]}, indent=2)
    else:
        _print_outlook(found)
    print_message(f"Written: {path}")


def _show(folder: Path | None, json: bool) -> None:
    from scenario_sim.reporting.outlook_messages import NONE_FROZEN
    from scenario_sim.validation.outlook import load_outlooks

    found = load_outlooks(folder)
    if json:
        rows = [one.model_dump() for one in found]
        print_output(OutlookOutput, {"outlooks": rows}, indent=2)
    elif found:
        _print_outlook(found[-1])
    else:
        print(NONE_FROZEN)


def _score(folder: Path | None, json: bool) -> None:
    from scenario_sim.reporting import outlook as told
    from scenario_sim.reporting import outlook_messages as messages
    from scenario_sim.validation.outlook import load_outlooks, score_outlooks

    found = score_outlooks(load_outlooks(folder))
    if json:
        print_output(OutlookScoresOutput, {"outlooks": found}, indent=2)
        return
    print_message(DISCLAIMER)
    for line in told.score_lines(found) or [messages.NONE_FROZEN]:
        print(line)
    rows = told.score_rows(found)
    if not rows:
        print(messages.NO_SCORES)
        return
    table = make_table([messages.SCORE_COLUMNS[0]], messages.SCORE_COLUMNS[1:], title="Mean CRPS")
    for row in rows:
        table.add_row(*row)
    make_console().print(table)
    print(f"Lower is better. {messages.UNSCORED_NOTE}")


def _print_outlook(found: Outlook) -> None:
    from scenario_sim.reporting import outlook as told
    from scenario_sim.reporting import outlook_messages as messages

    print_message(DISCLAIMER)
    print(told.frozen_line(found))
    table = make_table([messages.COLUMNS[0]], messages.COLUMNS[1:])
    for row in told.outlook_rows(found):
        table.add_row(*row)
    make_console().print(table)
    print(f"{messages.SKILL_TITLE}: {found.skill}")
    print(f"\n{messages.ANSWERS_TITLE}")
    for claim, answer in told.article_answers(found):
        print(f"  {claim}.\n    {answer}")
