"""Define the tables of a plug-in in TOML, which holds arithmetic and no code."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from scenario_sim.bounds import MAX_DEFINITIONS, MAX_ENTRIES
from scenario_sim.data.enums import Channel, Family
from scenario_sim.scenario.tables import Number, Table, Text

MAX_UNIT_CHARACTERS = 24
NAME_PATTERN = "^[a-z][a-z0-9_]{0,39}$"
UNIT_PATTERN = r"^[^\s\x00-\x1f](?:[^\x00-\x1f]*[^\s\x00-\x1f])?$"

Name = Annotated[str, Field(strict=True, pattern=NAME_PATTERN)]
Unit = Annotated[str, Field(strict=True, max_length=MAX_UNIT_CHARACTERS, pattern=UNIT_PATTERN)]
Values = Annotated[dict[Text, Number], Field(max_length=MAX_ENTRIES)]
Reduction = Literal["sum", "mean", "max", "min", "last", "any", "first"]


class Acts(Table):
    """Conditions of the acts that are counted; an act meets every key that is given."""

    state: Text = Field("", description="Code of the state that acts, such as USA.")
    action: Text = Field("", description="Name of the action, such as icbm_test.")
    family: Text = Field(
        "", description=f"Family of the act: {', '.join(f.value for f in Family)}."
    )
    channel: Text = Field("", description=f"Its channel: {', '.join(c.value for c in Channel)}.")
    signal: Text = Field("", description="An event by which others know it, such as any_test.")


class QuantityTable(Table):
    """A weekly quantity: one number a week and run."""

    name: Name = Field(
        description="Its name in expressions and datasets: small letters, digits, _."
    )
    unit: Unit = Field(description="Its unit, such as rungs, $m or index.")
    description: Text = Field(min_length=1, description="What it measures, in one sentence.")
    of: Text = Field(
        "", description="Arithmetic over weekly quantities, as in `max(tension - 4, 0)`."
    )
    acts: Acts | None = Field(None, description="Instead of `of`: count the acts of the week.")


class OutcomeTable(Table):
    """An outcome: one number a run, made of its weeks."""

    name: Name = Field(
        description="Its name in tables, files and options: small letters, digits, _."
    )
    unit: Unit = Field(description="Its unit, such as weeks, tests or share.")
    label: Text = Field("", description="A short heading; the default is its name in words.")
    description: Text = Field(min_length=1, description="What it measures, in one sentence.")
    of: Text = Field("", description="Arithmetic over weekly quantities, as in `tension >= 5`.")
    acts: Acts | None = Field(None, description="Instead of `of`: count the acts of the week.")
    reduce: Reduction = Field(
        description="How weeks become one number: their sum, mean, max, min or last value; `any` (1 if "
        "a week is above 0), or `first` (number of the first such week, from 0; none: no value)."
    )


class TheoryTable(Table):
    """A theory: what it sets of all that the literature disputes."""

    name: Annotated[str, Field(strict=True, pattern="^[a-z][a-z0-9-]{0,39}$")] = Field(
        description="Its name in options and tables: small letters, digits, -."
    )
    title: Text = Field(min_length=1, description="Its heading.")
    words: Text = Field(min_length=1, description="Its claim in one sentence.")
    supports: Text = Field("", description="Literature and evidence for it.")
    doubts: Text = Field("", description="Literature and evidence against it.")
    settings: Values = Field({}, description="Values of hypotheses, by name.")
    parameters: Values = Field({}, description="Values of coefficients, by name.")


class PluginFile(Table):
    """A plug-in: weekly quantities, outcomes and theories of your own."""

    quantity: tuple[QuantityTable, ...] = Field(
        (), max_length=MAX_DEFINITIONS, description="Weekly quantities, one table each."
    )
    outcome: tuple[OutcomeTable, ...] = Field(
        (), max_length=MAX_DEFINITIONS, description="Outcomes, one table each."
    )
    theory: tuple[TheoryTable, ...] = Field(
        (), max_length=MAX_DEFINITIONS, description="Theories, one table each."
    )


def plugin_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a plug-in in TOML."""
    schema = PluginFile.model_json_schema()
    schema["description"] = "Plug-in of scenario-sim: own weekly quantities, outcomes and theories."
    for table in (schema, *schema["$defs"].values()):
        for field in table["properties"].values():
            if "anyOf" in field:  # TOML has no null
                field |= field.pop("anyOf")[0]
                del field["default"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
