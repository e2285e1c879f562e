"""Reference: the text of a scenario, and the commands `parameters` and `schema`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import make_console, make_table, print_json, print_output
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import ScenarioSimError, UnknownNameError, format_value
from scenario_sim.formatting import format_duration
from scenario_sim.reporting.messages import DISCLAIMER

if TYPE_CHECKING:
    from rich.console import Console

    from scenario_sim.scenario import Scenario

# Columns that fit a terminal; JSON and Markdown have all columns.
TABLE_COLUMNS = {
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
FILES = ("scenario", "study", "plugin")  # of which `schema` prints the schema by these names
STUDY_RESULTS = "study-results"


class Format(StrEnum):
    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


def parameters(
    section: Annotated[
        str | None, typer.Argument(metavar="[SECTION]", help=f"One of: {', '.join(TABLE_COLUMNS)}.")
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="Format of the output.")
    ] = Format.TABLE,
    plugin: options.PluginFiles = None,
) -> None:
    """Print levers, hypotheses, coefficients, actions, outcomes and recorded quantities."""
    from scenario_sim.reporting.codebook import SECTIONS, as_markdown, own_rows

    if section is not None and section not in SECTIONS:
        raise UnknownNameError("section", section, SECTIONS)
    own = {}
    if plugin:
        from scenario_sim.simulation.plugins.reader import load_plugins

        own = own_rows(load_plugins(*plugin))
    wanted = {
        name: rows() + own.get(name, [])
        for name, rows in SECTIONS.items()
        if section in (None, name)
    }
    if format_ is Format.JSON:
        from scenario_sim.cli.json_models.reference import ParametersOutput

        print_output(
            ParametersOutput, {n: _json_rows(rows) for n, rows in wanted.items()}, indent=2
        )
    elif format_ is Format.MARKDOWN:
        print(
            "\n".join(f"## {name.capitalize()}\n\n{as_markdown(r)}" for name, r in wanted.items())
        )
    else:
        _print_tables(wanted)


def _json_rows(rows: list[dict]) -> list[dict]:
    """Return rows with the keys of JSON: no spaces, and `low` only for ends of an interval."""
    limits = {"low": "minimum", "high": "maximum"}
    words = {key: key.split() for row in rows for key in row}
    names = {key: "_".join([limits.get(w[0], w[0]), *w[1:]]) for key, w in words.items()}
    return [{names[key]: value for key, value in row.items()} for row in rows]


def _print_tables(sections: dict[str, list[dict]]) -> None:
    from scenario_sim.reporting.codebook import as_text

    console = make_console()
    for name, rows in sections.items():
        table = make_table(title=name.capitalize(), title_justify="left")
        for column in TABLE_COLUMNS[name]:
            number = all(isinstance(row[column], int | float) for row in rows)
            table.add_column(column, justify="right" if number else "left", overflow="fold")
        for row in rows:
            table.add_row(*(as_text(row[column]) for column in TABLE_COLUMNS[name]))
        console.print(table)


def schema(
    what: Annotated[
        str,
        typer.Argument(
            metavar="[WHAT]",
            help=f"A file ({', '.join(FILES)}), or a command, for what it prints with --json; "
            f"`{STUDY_RESULTS}` for that of `study`.",
        ),
    ] = "scenario",
) -> None:
    """Print the JSON Schema of a file, or of the JSON that a command prints."""
    from scenario_sim.cli.json_models.registry import COMMANDS, output_schema

    commands = {STUDY_RESULTS if name in FILES else name: name for name in COMMANDS}
    if what not in (*FILES, *commands):
        known = ", ".join((*FILES, *commands))
        raise ScenarioSimError(f"there is no schema {format_value(what)}; there are: {known}")
    if what in commands:
        print_json(output_schema(commands[what]), indent=2)
        return
    if what == "plugin":
        from scenario_sim.simulation.plugins.schema import plugin_json_schema

        print_json(plugin_json_schema(), indent=2)
        return
    if what == "study":
        from scenario_sim.studies.study_file import study_json_schema

        print_json(study_json_schema(), indent=2)
        return
    from scenario_sim.scenario.json_schema import json_schema

    print_json(json_schema(), indent=2)


CAUTION = (
    "Its shape depends on assumptions; see the disputed ones: scenario-sim parameters hypotheses"
)


def show_card(console: Console, scenario: Scenario) -> None:
    """Print title, question, start, and every difference from the defaults."""

    def write(text: str, style: str = "") -> None:
        console.print(text, style=style, markup=False, highlight=False)

    write(DISCLAIMER, "italic")
    write(f"{scenario.number} {scenario.title}".strip(), "bold")
    if scenario.question:
        write(scenario.question)
    if scenario.teaches:
        write(f"Teaches: {scenario.teaches}")
    name = f"{scenario.name}: " if scenario.name else ""
    write(
        f"\n{name}{format_duration(scenario.weeks)} from {scenario.start}, starting conditions of "
        f"{scenario.begins} ({scenario.hash[:8]})"
    )
    write(_starting_drive(scenario))
    if scenario.replay:
        until = f" until {scenario.replay_until}" if scenario.replay_until else ""
        write(f"The record is replayed for {', '.join(scenario.replay)}{until}.")
    if scenario.without:
        write(f"This world lacks: {', '.join(scenario.without)}.")
    for title, rows in _sections(scenario).items():
        if rows:
            write(f"\n{title}", "bold")
            for row in rows:
                write(f"  {row}")
    write(f"\n{CAUTION}", "dim")


def _starting_drive(scenario: Scenario) -> str:
    """Say where the drive of North Korea's programme comes from at the start."""
    start = scenario.start_conditions()
    if not start["drive_known"]:
        return "The programme's drive begins anywhere in its usual spread about the lever."
    return (
        "The programme's drive begins where the launches on record before the start leave it: "
        f"{start['drive_departure']:+.2f} spreads from the lever, {start['drive_known']:.0%} of its "
        "variance settled."
    )


def _sections(scenario: Scenario) -> dict[str, list[str]]:
    """Return the lines of each section: what the scenario changes, with its notes."""
    moved = {n: v for n, v in scenario.settings().items() if v != SETTINGS[n].default}
    return {
        "Settings away from their defaults": [
            f"{SETTINGS[name].label}: {value:g} ({name}; by default {SETTINGS[name].default:g})"
            for name, value in moved.items()
        ],
        "Conditions": [
            f"{name} {value}"
            for name, value in scenario.conditions.model_dump(exclude_none=True).items()
            if value
        ],
        "Coefficients": [f"{name} {value:g}" for name, value in scenario.parameters.items()],
        "Changes": [
            f"{change.date}  {', '.join(f'{n} {v:g}' for n, v in change.settings().items())}"
            f"{_note(change.note)}{f' [{change.source}]' if change.source else ''}"
            for change in scenario.changes
        ],
        "Reactions": [
            f"when {r.when}, for {format_duration(r.weeks)}: "
            f"{', '.join(f'{n} {v:g}' for n, v in r.settings().items())}{_note(r.note)}"
            for r in scenario.reactions
        ],
        "Shocks": [
            f"{shock.date}  {f'{shock.state} {shock.condition}'.strip()} {shock.amount:+g}"
            f"{_note(shock.note)}"
            for shock in scenario.shocks
        ],
        "Forced acts": [
            f"{act.date}  {act.state} {act.action}{_note(act.note)}" for act in scenario.acts
        ],
        "Futures worth a look": [
            f"{seed.id}: --seed {seed.seed} --run {seed.run}{_note(seed.note)}"
            for seed in scenario.lecture_seeds
        ],
        "Sources": list(scenario.sources),
    }


def _note(note: str) -> str:
    return f": {note}" if note else ""
