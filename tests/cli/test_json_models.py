"""JSON outputs: a model for each, one meaning for each key, and old outputs stay readable."""

from __future__ import annotations

import json
import typing
from pathlib import Path

import jsonschema
import pytest
import typer
from asking import SMALL
from pydantic import ValidationError

from scenario_sim.cli.commands import app
from scenario_sim.cli.json_models.header import Table
from scenario_sim.cli.json_models.registry import COMMANDS, OUTPUTS, output_schema, read_output

# Printed by the commands on the day that schema_version 1 began; long lists are cut. A file that was
# recorded is never edited: a change that cannot read it needs a new schema_version, and a model of each.
RECORDED = sorted(Path(__file__).parent.glob("json_outputs/*.json"))


def tables_below(model: type[Table]):
    """A model and all models in its keys."""
    found, left = {}, [model]
    while left:
        kind = left.pop()
        if isinstance(kind, type) and issubclass(kind, Table):
            if kind not in found:
                found[kind] = None
                left += [field.annotation for field in kind.model_fields.values()]
        else:
            left += [one for one in typing.get_args(kind) if not isinstance(one, str)]
    return list(found)


def commands_with_json() -> dict[str, object]:
    """Every command that prints JSON, by name."""
    commands = typer.main.get_command(app).commands
    options = {
        name: {flag for one in command.params for flag in one.opts}
        for name, command in commands.items()
    }
    return {name: flags for name, flags in options.items() if flags & {"--json", "--format"}}


# These print a document, a schema, or nothing but where they wrote; or they wait for a person.
WITHOUT_JSON = {"lesson", "role", "schema", "report", "play", "app", "docs"}


def test_every_command_that_prints_a_result_has_json_with_a_model_and_a_schema():
    assert set(COMMANDS) == set(commands_with_json())
    assert set(COMMANDS) | WITHOUT_JSON == set(typer.main.get_command(app).commands)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_an_output_recorded_earlier_is_read_and_written_back_whole(path):
    told = json.loads(path.read_text("utf-8"))
    read = read_output(path.read_bytes())
    assert type(read) is OUTPUTS[told["command"]]
    assert read.model_dump(mode="json", by_alias=True, exclude_unset=True) == told


def test_every_form_of_output_was_recorded():
    told = {json.loads(path.read_text("utf-8"))["command"] for path in RECORDED}
    assert told == set(OUTPUTS)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_the_printed_schema_accepts_what_the_command_printed(path):
    told = json.loads(path.read_text("utf-8"))
    schema = output_schema(told["command"].partition(" ")[0])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(told, schema)


def test_an_output_that_lacks_a_key_or_has_a_strange_one_is_refused():
    path = next(path for path in RECORDED if path.stem == "run")
    told = json.loads(path.read_text("utf-8"))
    for wrong in (
        {k: v for k, v in told.items() if k != "seed"},
        told | {"low": 1},
        told | {"schema_version": 2},
        told | {"command": "fly"},
    ):
        with pytest.raises(ValidationError):
            read_output(json.dumps(wrong))


@pytest.mark.parametrize("name", OUTPUTS)
def test_low_and_high_are_ends_of_a_confidence_interval_and_every_key_has_a_meaning(name):
    model = OUTPUTS[name]
    tables = tables_below(model)
    ends = []
    for table in tables:
        for key, field in table.model_fields.items():
            described = field.description or key in ("command", "confidence")
            assert described, f"{table.__name__}.{key}"
            if key in ("low", "high") or key.endswith(("_low", "_high", "_conf", "half")):
                assert "confidence interval" in field.description, f"{table.__name__}.{key}"
                ends.append(key)
            if key in ("p5", "p95"):
                assert "percentile over" in field.description, f"{table.__name__}.{key}"
            if key.endswith(("minimum", "maximum")):
                assert "interval" not in field.description, f"{table.__name__}.{key}"
    assert ("confidence" in model.model_fields) >= bool(ends)


def test_a_run_says_schema_engine_seed_and_runs_first(ask):
    told = ask("run", "status-quo", *SMALL, "--json").json
    assert list(told)[:3] == ["schema_version", "command", "engine"]
    assert (told["schema_version"], told["command"]) == (1, "run")
    assert (told["seed"], told["runs"], told["confidence"]) == (7, 40, 0.95)


def test_a_summary_of_an_earlier_version_is_made_anew(ask, tmp_path):
    words = ("run", "status-quo", *SMALL, "--json", "--out", tmp_path)
    first = ask(*words)
    from scenario_sim.studies.store.atomic import json_with_checksum, read_json

    path = tmp_path / "summary.json"
    text = json.dumps(read_json(path, "remove it"))
    path.write_text(json_with_checksum(json.loads(text.replace('"p5"', '"low"'))), "utf-8")
    assert ask(*words).out == first.out


def test_schema_prints_the_schema_of_each_command_and_knows_no_other(ask, refused):
    for command in COMMANDS:
        name = "study-results" if command == "study" else command
        assert ask("schema", name).json == output_schema(command)
    assert "study-results" in refused("schema", "nothing")
