"""Commands that print what there is to know: parameters and the schema of a file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import make_console, print_json
from scenario_sim.errors import UnknownNameError

# Columns that fit a screen; JSON and Markdown have all of them.
SHORT = {
    "levers": ("name", "low", "high", "default", "low means", "high means"),
    "hypotheses": ("name", "low", "high", "default", "label", "source"),
    "circumstances": ("name", "low", "high", "default", "low means", "high means"),
    "states": ("state", "name", "role", "channels"),
    "actions": ("state", "action", "family", "rung", "utility"),
    "appraisals": ("state", "name", "terms"),
    "coefficients": ("name", "default", "low", "high", "unit", "source"),
    "outcomes": ("name", "unit", "meaning"),
    "quantities": ("name", "axes", "unit", "meaning"),
}


class Format(StrEnum):
    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


def parameters(
    section: Annotated[
        str | None, typer.Argument(metavar="[SECTION]", help=f"One of: {', '.join(SHORT)}.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TABLE,
) -> None:
    """Levers, hypotheses, coefficients, actions, outcomes and recorded quantities."""
    from scenario_sim.reporting.codebook import SECTIONS, as_markdown

    if section is not None and section not in SECTIONS:
        raise UnknownNameError("section", section, SECTIONS)
    wanted = {name: rows() for name, rows in SECTIONS.items() if section in (None, name)}
    if format_ is Format.JSON:
        print_json(wanted, indent=2)
    elif format_ is Format.MARKDOWN:
        print(
            "\n".join(f"## {name.capitalize()}\n\n{as_markdown(r)}" for name, r in wanted.items())
        )
    else:
        _print_tables(wanted)


def _print_tables(sections: dict[str, list[dict]]) -> None:
    from rich import box
    from rich.table import Table

    from scenario_sim.reporting.codebook import as_text

    console = make_console()
    for name, rows in sections.items():
        table = Table(box=box.SIMPLE_HEAD, title=name.capitalize(), pad_edge=False)
        table.title_justify = "left"
        for column in SHORT[name]:
            number = all(isinstance(row[column], int | float) for row in rows)
            table.add_column(column, justify="right" if number else "left", overflow="fold")
        for row in rows:
            table.add_row(*(as_text(row[column]) for column in SHORT[name]))
        console.print(table)


def lecture(
    name: options.Name,
    runs: options.Runs = 2000,
    seed: options.Seed = 0,
    record: options.HistoryFolder = None,
    json: options.Json = False,
) -> None:
    """Search for futures worth showing: a typical one, a near miss, a false alarm."""
    scenario, _, _ = options.all_of(
        lambda: options.load_named_scenario(name),
        lambda: options.check_numbers(runs=runs, seed=seed),
        lambda: options.use_history_folder(record),
    )
    import tomli_w

    from scenario_sim.simulation.notable_runs import find_lecture_seeds

    found = [found.model_dump() for found in find_lecture_seeds(scenario, seed, runs)]
    if json:
        print_json(found, indent=2)
    else:
        print("# Into the scenario file, to keep them:")
        print(tomli_w.dumps({"lecture_seeds": found}))


def schema() -> None:
    """The JSON Schema of a scenario file, for editors and other programs."""
    from scenario_sim.scenario.json_schema import json_schema

    print_json(json_schema(), indent=2)
