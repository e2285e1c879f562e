"""Commands for a class: lessons, their handouts, role sheets, and futures worth showing."""

from __future__ import annotations

from typing import Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.completion import complete_lessons
from scenario_sim.cli.output import make_console, make_table, print_output, progress_bar
from scenario_sim.errors import ProblemCollector


def lessons(json: options.Json = False) -> None:
    """List the shipped lessons."""
    from rich.text import Text

    from scenario_sim.teaching import list_lessons, load_lesson

    if json:
        from scenario_sim.cli.json_models.reference import LessonsOutput

        keys = ("name", "number", "title", "question", "minutes")
        rows = [{k: getattr(load_lesson(n), k) for k in keys} for n in list_lessons()]
        print_output(LessonsOutput, {"lessons": rows}, indent=2)
        return
    table = make_table()
    table.add_column("name", no_wrap=True, style="bold")
    table.add_column("", no_wrap=True)
    table.add_column("minutes", justify="right")
    table.add_column("title and question", overflow="fold")
    for one in map(load_lesson, list_lessons()):
        text = Text.assemble(f"{one.title}. ", (one.question, "dim"))
        table.add_row(one.name, one.number, str(one.minutes), text)
    make_console().print(table)


def lesson(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE",
            help="Name of a shipped lesson, or path of a file.",
            autocompletion=complete_lessons,
        ),
    ],
    answers: Annotated[
        bool, typer.Option("--answers", help="Include the answers, simulated now.")
    ] = False,
    runs: options.Runs = 1000,
    seed: options.Seed = 0,
) -> None:
    """Print a lesson as a handout in Markdown, with or without the answers."""
    from scenario_sim.teaching import load_lesson, render_handout

    problems = ProblemCollector(options.ERROR_TITLE)
    with problems.under():
        loaded = load_lesson(name)
    with problems.under():
        options.check_numbers(runs=runs, seed=seed, min_runs=2)
    problems.raise_if_any()
    with progress_bar(loaded.title):
        text = render_handout(loaded, answers, runs, seed)
    print(text, end="")


def role(
    state: Annotated[
        str, typer.Argument(metavar="STATE", help="DPRK, USA, ROK ... or `all` for all six.")
    ],
) -> None:
    """Print a state's role sheet in Markdown: its fears, aims, information and possible acts."""
    from scenario_sim.data.states import load_cast
    from scenario_sim.teaching import render_role_sheet

    codes = load_cast().codes if state.lower() == "all" else (state,)
    print("\n".join(render_role_sheet(code) for code in codes), end="")


def lecture(
    name: options.Name,
    runs: options.Runs = 2000,
    seed: options.Seed = 0,
    record: options.HistoryFolder = None,
    json: options.Json = False,
) -> None:
    """Search for futures worth showing: a typical one, a near miss, a false alarm."""
    problems = ProblemCollector(options.ERROR_TITLE)
    with problems.under():
        scenario = options.load_named_scenario(name)
    with problems.under():
        options.check_numbers(runs=runs, seed=seed)
    with problems.under():
        options.use_history_folder(record)
    problems.raise_if_any()
    import tomli_w

    from scenario_sim.simulation.notable_runs import find_lecture_seeds

    found = [one.model_dump() for one in find_lecture_seeds(scenario, seed, runs)]
    if json:
        from scenario_sim.cli.json_models.single_run import LectureOutput
        from scenario_sim.simulation.trajectory import provenance

        data = provenance(scenario, seed, runs) | {"lecture_seeds": found}
        print_output(LectureOutput, data, indent=2)
    else:
        print("# Add to the scenario file to keep them:")
        print(tomli_w.dumps({"lecture_seeds": found}))
