"""Validate a scenario: collect every problem at once, each with its cure.

pydantic finds malformed values, `constraints` violated constraints; here both become one list. The
constraints are also checked on what remains without the malformed parts. So the user sees all
problems of a file at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, islice
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from scenario_sim.bounds import MAX_PROBLEMS, MAX_TEXT_CHARACTERS
from scenario_sim.data.parameters import PARAMETERS, SETTINGS
from scenario_sim.data.variables import INITIAL_CONDITIONS
from scenario_sim.errors import (
    Place,
    Problem,
    ScenarioError,
    closest_name,
    format_range,
    format_value,
)
from scenario_sim.language import translate, translate_constants
from scenario_sim.scenario.constraints import find_constraint_violations
from scenario_sim.scenario.fields import ScenarioFields
from scenario_sim.scenario.tables import GROUP_OF, GROUPS

TOO_MANY_PROBLEMS = "... and more; mend these first"
EXPECTED = {
    "number": "a number",
    "whole": "a whole number",
    "day": "a date such as 2026-09-07",
    "string_type": "text in quotes",
    "string_too_short": "text of some length",
    "string_too_long": "text of at most {most} characters",
    "string_unicode": "text of proper characters",
    "control": "text without control characters",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
}
NO_CHANGE_SETS = {
    "conditions": "is a condition, which no change sets; [[shocks]] move it",
    "parameters": "is a coefficient, which no change sets; it holds throughout",
}
UNKNOWN_KEY = ("is no key of a scenario", "is no key of a scenario under {table}")
MISSPELT_KEY = (
    "is no key of a scenario; did you mean `{key}`?",
    "is no key of a scenario; did you mean `{key}`, under [{table}]?",
)
KIND_OF_TYPE: dict[Any, str] = {date: "day", int: "whole", float: "number", str: "string_type"}
NAME_OF_SYMBOL = {lever.symbol: lever.name for lever in SETTINGS.values()}  # of the equations
TABLE_OF_KEY = {
    **dict.fromkeys(PARAMETERS, "parameters"),
    **dict.fromkeys(INITIAL_CONDITIONS, "conditions"),
    **GROUP_OF,
}
KIND_OF_TABLE = {
    "levers": "a lever",
    "hypotheses": "a hypothesis",
    "circumstances": "a circumstance",
    "conditions": "a condition",
    "parameters": "a coefficient",
}


def validate_scenario[S: ScenarioFields](
    data: Any, build: Callable[[Any], S], model: type[S], unsure: Iterable[str] = ()
) -> S:
    """Build a scenario from data, or raise all its problems at once.

    Parameters
    ----------
    data : Any
        Mapping of fields, or a scenario, which is returned as it is.
    build : callable
        Turns data into a scenario; raises pydantic's ValidationError.
    model : type
        Class of the scenario.
    unsure : iterable of str
        Top-level keys whose true values are unknown; checks that depend on them are skipped.

    Raises
    ------
    ScenarioError
        Lists every problem, at most MAX_PROBLEMS of them.
    """
    if isinstance(data, model):
        return data
    try:
        scenario = build(data)
        problems: Iterator[Problem] = find_constraint_violations(scenario, frozenset(unsure))
    except ValidationError as error:
        errors = error.errors(include_url=False)
        malformed = (Problem.at(e["loc"], describe_error(e, model)) for e in errors)
        places = [e["loc"] for e in errors]
        problems = chain(malformed, _problems_of_the_rest(data, places, build, unsure))
    all_problems = list(islice(problems, MAX_PROBLEMS + 1))
    if len(all_problems) > MAX_PROBLEMS:
        all_problems[-1] = Problem("", translate(TOO_MANY_PROBLEMS))
    if all_problems:
        raise ScenarioError(all_problems)
    return scenario


# --- one malformed value -------------------------------------------------------------------------


def describe_error(error: Any, model: type[BaseModel]) -> str:
    """Return the message and cure for one error of pydantic; `model` is that of the whole file."""
    place, kind, value = error["loc"], error["type"], error["input"]
    if kind == "extra_forbidden":
        return _unknown_key(place, model)
    field, context = _field(model, place), error.get("ctx", {})
    if kind in ("missing", "greater_than_equal", "less_than_equal"):
        kind = KIND_OF_TYPE.get(field.annotation if field else float, "number")
    if kind == "too_long":
        return translate("holds too many entries; {most:,} are the most").format(
            most=context["max_length"]
        )
    if kind not in EXPECTED:
        return str(error["msg"])
    expected = translate(EXPECTED[kind]).format(most=MAX_TEXT_CHARACTERS)
    if error["type"] == "missing":
        if field and get_origin(field.annotation) is Literal:
            names = ", ".join(f'"{name}"' for name in get_args(field.annotation))
            expected = translate("one of {names}").format(names=names)
        return translate("is missing; it takes {expected}").format(expected=expected)
    if kind == "tuple_type" and isinstance(value, dict):
        return translate("takes a list; each of its tables begins with [[{key}]]").format(
            key=place[-1]
        )
    limits = {"low": context.get("ge"), "high": context.get("le")}
    for limit in field.metadata if field else ():
        if isinstance(limit, Ge):
            limits["low"] = limit.ge
        elif isinstance(limit, Le):
            limits["high"] = limit.le
    return translate("takes {expected}{limits}, not {value}").format(
        expected=expected, limits=format_range(**limits), value=format_value(value)
    )


def _unknown_key(place: Place, model: type[BaseModel]) -> str:
    """Return the message for an unknown key: the right spelling, the right table, or both."""
    *above, key = place
    key, here, table = str(key), str(above[0]) if above else "", table_at(model, above)
    top = (*model.model_fields, "extends", "remove")
    home = TABLE_OF_KEY.get(key, "" if key in top else None)
    if here == "changes" and key in GROUPS:
        return translate(
            "stands at the start only; a change names its levers itself, as in `hotline = 1`"
        )
    if here == "changes" and home in ("conditions", "parameters"):
        return translate(NO_CHANGE_SETS[home])
    if home is not None and home != here:
        return (
            translate("is {kind}: put it under [{table}]").format(
                kind=translate(KIND_OF_TABLE[home]), table=home
            )
            if home
            else translate("belongs at the top, before the first table")
        )
    known = list(table.model_fields) if table else []
    suggestion = (
        NAME_OF_SYMBOL.get(key) or closest_name(key, known) or closest_name(key, TABLE_OF_KEY)
    )
    if suggestion is None:
        return translate(UNKNOWN_KEY[bool(here)]).format(table=here)
    is_elsewhere = suggestion not in known
    return translate(MISSPELT_KEY[is_elsewhere]).format(
        key=suggestion, table=TABLE_OF_KEY[suggestion] if is_elsewhere else ""
    )


def table_at(model: type[BaseModel], place: Iterable[str | int]) -> type[BaseModel] | None:
    """Return the model of the table at a place, also inside lists and optional fields."""
    table: type[BaseModel] | None = model
    for step in place:
        if table is None or isinstance(step, int):
            continue
        field = table.model_fields.get(step)
        kinds = (field.annotation, *get_args(field.annotation)) if field else ()
        tables = (k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel))
        table = next(tables, None)
    return table


def _field(model: type[BaseModel], place: Place) -> FieldInfo | None:
    table = table_at(model, place[:-1])
    return table.model_fields.get(place[-1]) if table and place else None


# --- the well-formed rest ------------------------------------------------------------------------


def _problems_of_the_rest(
    data: Any, broken: list[Place], build: Callable[[Any], ScenarioFields], unsure: Iterable[str]
) -> Iterator[Problem]:
    """Yield the violated constraints of the well-formed parts, at their original places."""
    if not isinstance(data, Mapping):
        return
    rest = {key: _loose(value) for key, value in data.items()}
    positions = {key: list(range(len(v))) for key, v in rest.items() if isinstance(v, list)}
    scenario, places = None, broken
    for _ in range(3):  # drop a key, then the entry that needed it; the third time it must fit
        _drop(rest, positions, places)
        rest.setdefault("title", "untitled")
        try:
            scenario = build(rest)
            break
        except ValidationError as error:
            places = [e["loc"] for e in error.errors(include_url=False)]
    if scenario is None:
        return
    reported = {place[:n] for place in broken for n in range(1, len(place) + 1)}
    doubtful = frozenset(unsure) | {place[0] for place in broken if len(place) == 1}
    for problem in find_constraint_violations(scenario, doubtful):
        place = problem.place
        if len(place) > 1 and place[0] in positions:
            place = (place[0], positions[place[0]][place[1]], *place[2:])
        if place not in reported:  # one problem for each place
            yield Problem.at(place, problem.text)


def _loose(value: Any) -> Any:
    """Return a copy with tables and lists that can be changed."""
    if isinstance(value, Mapping):
        return {key: _loose(item) for key, item in value.items()}
    return [_loose(item) for item in value] if isinstance(value, list | tuple) else value


def _drop(rest: dict[str, Any], positions: dict[str, list[int]], places: Iterable[Place]) -> None:
    """Remove the values at these places; if there is none, the list entry around it."""
    entries = set()
    for place in places:
        parent: Any = rest
        for step in place[:-1]:
            parent = parent[step]
        if isinstance(parent, dict) and place[-1] in parent:
            del parent[place[-1]]
        elif len(place) > 1 and place[0] in positions:
            entries.add((place[0], place[1]))
    for key, entry in sorted(entries, reverse=True):
        del rest[key][entry]
        del positions[key][entry]


translate_constants(
    __name__,
    "TOO_MANY_PROBLEMS",
    "EXPECTED",
    "KIND_OF_TABLE",
    "NO_CHANGE_SETS",
    "UNKNOWN_KEY",
    "MISSPELT_KEY",
)
