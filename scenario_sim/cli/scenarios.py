"""Commands on scenarios: `list`, `show` and `check`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.completion import complete_scenarios
from scenario_sim.cli.output import (
    make_console,
    make_table,
    print_advice,
    print_impossible_acts,
    print_output,
)
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import Problem, ProblemCollector, ScenarioError, ScenarioSimError

if TYPE_CHECKING:
    from scenario_sim.scenario import Scenario


def list_(json: options.Json = False) -> None:
    """List the shipped scenarios."""
    from rich.text import Text

    from scenario_sim.scenario.files import scenario_cards

    if json:
        from scenario_sim.cli.json_models.reference import ListOutput

        rows = [card._asdict() for card in scenario_cards()]
        print_output(ListOutput, {"scenarios": rows}, indent=2)
        return
    table = make_table()
    table.add_column("name", no_wrap=True, style="bold")
    table.add_column("", no_wrap=True)
    table.add_column("title and question", overflow="fold")
    for card in scenario_cards():
        text = Text.assemble(f"{card.title}. ", (card.question, "dim"))
        table.add_row(card.name, card.number, text)
    make_console().print(table)


def show(
    name: options.Name,
    toml: Annotated[
        bool, typer.Option("--toml", help="Print the scenario file, to build your own from.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Show a scenario: its question, its start, and what it changes."""
    scenario = options.load_named_scenario(name)
    if json:
        from scenario_sim.cli.json_models.reference import ShowOutput

        print_output(ShowOutput, _scenario_summary(scenario), indent=2)
        return
    if toml:
        from scenario_sim.scenario.files import dump_scenario

        print(dump_scenario(scenario), end="")
        return
    from scenario_sim.cli.reference import show_card

    show_card(make_console(), scenario)


def _scenario_summary(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as plain data, and which settings differ from their defaults."""
    settings = scenario.settings()
    moved = {n: value for n, value in settings.items() if value != SETTINGS[n].default}
    return {
        "title": scenario.title, "hash": scenario.hash, "differs": moved,
        "scenario": scenario.model_dump(mode="json", exclude_defaults=True),
    }  # fmt: skip


def check(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Scenario files, or shipped names.",
            autocompletion=complete_scenarios,
        ),
    ],
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Check scenario files: print every error with its line and its fix, and unusual settings."""
    if json:
        _check_as_json(files, quiet)
        return
    problems = ProblemCollector(options.ERROR_TITLE)
    for file in files:
        with problems.under():
            scenario = options.load_named_scenario(file)
            print(
                f"{file}: fine: {scenario.title}, {scenario.weeks} weeks from {scenario.start} "
                f"({scenario.hash[:8]})"
            )
            if not quiet:
                print_advice(scenario, options.scenario_if_shipped(file, scenario))
                print_impossible_acts(scenario, options.scenario_if_shipped(file, scenario))
    problems.raise_if_any()


def _check_as_json(files: Sequence[str], quiet: bool) -> None:
    """Print what is found in each file; exit with code 2 where one is not valid."""
    from scenario_sim.cli.json_models.reference import CheckOutput

    rows = [_check_file(file, quiet) for file in files]
    print_output(CheckOutput, {"files": rows}, indent=2)
    if not all(row["valid"] for row in rows):
        raise typer.Exit(2)


def _check_file(file: str, quiet: bool) -> dict[str, Any]:
    """Return what is found in one file."""
    from scenario_sim.scenario.advice import advise

    unknown = dict.fromkeys(("title", "hash", "weeks", "start"))
    try:
        scenario = options.load_named_scenario(file)
    except ScenarioSimError as error:
        problems: Sequence[Problem] = [Problem("", str(error))]
        if isinstance(error, ScenarioError):
            problems = error.problems
        rows = [{k: getattr(p, k) for k in ("key", "text", "line", "file")} for p in problems]
        return {"file": file, "valid": False, **unknown, "problems": rows, "advice": []}
    shipped = options.scenario_if_shipped(file, scenario)
    advice = [] if quiet else [asdict(one) for one in advise(scenario, shipped)]
    for one in advice:
        one["since"] = one["since"] and str(one["since"])
    return {
        "file": file, "valid": True, "title": scenario.title, "hash": scenario.hash,
        "weeks": scenario.weeks, "start": str(scenario.start), "problems": [], "advice": advice,
    }  # fmt: skip
