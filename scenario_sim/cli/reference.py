"""Commands that print reference tables: `parameters` and `schema`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from scenario_sim.cli.output import make_console, make_table, print_json
from scenario_sim.errors import UnknownNameError

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
SCHEMAS = ("scenario", "study")


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
) -> None:
    """Print levers, hypotheses, coefficients, actions, outcomes and recorded quantities."""
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
        str, typer.Argument(metavar="[WHAT]", help=f"One of: {', '.join(SCHEMAS)}.")
    ] = "scenario",
) -> None:
    """Print the JSON Schema of a scenario file or a study file, for editors and programs."""
    if what not in SCHEMAS:
        raise UnknownNameError("schema", what, SCHEMAS)
    if what == "study":
        from scenario_sim.studies.study_file import study_json_schema

        print_json(study_json_schema(), indent=2)
        return
    from scenario_sim.scenario.json_schema import json_schema

    print_json(json_schema(), indent=2)
