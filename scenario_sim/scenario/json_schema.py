"""Describe scenario files as a JSON Schema, for editors and validators."""

from __future__ import annotations

from typing import Any

from scenario_sim.data.parameters import PARAMETERS
from scenario_sim.data.states import load_starts
from scenario_sim.data.variables import INITIAL_CONDITIONS
from scenario_sim.scenario.constraints import THREAT
from scenario_sim.scenario.scenario import Scenario

CHOICES_SCHEMA: dict[str, Any] = {
    "description": "Choices of the played states by channel: a short form of their acts.",
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "state": {"type": "string"},
            "channel": {"type": "string"},
            "actions": {"type": "array", "items": {"type": "string"}},
            "weeks": {"type": "string", "description": "a, b, c ... for the actions; . for none."},
        },
        "required": ["state", "channel", "actions", "weeks"],
        "additionalProperties": False,
    },
}
EXTENDS_SCHEMA = {"type": "string", "description": "A shipped scenario, or a path, to build on."}
REMOVE_SCHEMA = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Ids of changes, shocks and acts of the extended scenario to leave out.",
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scenario file, `extends` and `remove` included.

    Ranges, defaults and descriptions come from the registry of levers and coefficients.
    """
    schema = Scenario.model_json_schema()
    schema["description"] = "Scenario file of scenario-sim."
    del schema["required"]
    schema["anyOf"] = [{"required": ["title"]}, {"required": ["extends"]}]
    own: dict[str, Any] = schema["properties"]
    own["begins"]["enum"] = sorted(load_starts())
    own["parameters"]["properties"] = {
        p.name: {
            "type": "number",
            "minimum": p.low,
            "maximum": p.high,
            "default": p.default,
            "description": f"{p.help} Unit: {p.unit}. Source: {p.source}.",
        }
        for p in PARAMETERS.values()
    }
    tables: dict[str, Any] = {name: t["properties"] for name, t in schema["$defs"].items()}
    tables["Shock"]["condition"]["enum"] = [*INITIAL_CONDITIONS, THREAT]
    for field in (f for table in (own, *tables.values()) for f in table.values()):
        _fit_to_toml(field)
    tables["Played"]["choices"] = CHOICES_SCHEMA
    schema["properties"] = {"extends": EXTENDS_SCHEMA, "remove": REMOVE_SCHEMA} | own
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _fit_to_toml(field: dict[str, Any]) -> None:
    """Change a field to what TOML can hold: there is no null, and tables need no default."""
    if "anyOf" in field:
        first = field.pop("anyOf")[0]
        words = {"ge": "minimum", "le": "maximum"}  # pydantic does not translate them here
        field |= {words.get(key, key): value for key, value in first.items()}
    if "$ref" in field or field.get("default", "") is None:
        del field["default"]
