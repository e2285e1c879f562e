"""`--plugin`: own outcomes and theories on the command line, and how its errors read."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenario_sim import load_plugins

EXAMPLES = Path(__file__).parents[2] / "docs" / "own-outcomes"
ARITHMETIC, FUNCTIONS = EXAMPLES / "crises.toml", EXAMPLES / "spells.py"
BOTH = ("--plugin", ARITHMETIC, "--plugin", FUNCTIONS)
SMALL = ("--runs", "12", "--weeks", "4", "--seed", "7")
OWN = [one.name for one in load_plugins(ARITHMETIC, FUNCTIONS).outcomes]


def test_run_tells_own_outcomes_with_their_units_after_the_models(ask):
    lines = ask("run", "status-quo", *SMALL, *BOTH).out.splitlines()
    rows = {line.split()[0]: line.split() for line in lines if line.split()}
    assert rows["mean_pressure"][-1] == "rungs" and rows["longest_crisis"][-1] == "weeks"
    assert list(rows).index("confrontation_week") < list(rows).index("mean_pressure")


def test_json_names_the_plugins_and_holds_their_outcomes(ask):
    said = ask("run", "status-quo", "--json", *SMALL, *BOTH).json
    assert said["plugins"] == load_plugins(ARITHMETIC, FUNCTIONS).sources
    assert list(said["outcomes"])[-len(OWN) :] == OWN
    assert "plugins" not in ask("run", "status-quo", "--json", *SMALL).json


def test_compare_holds_own_outcomes_and_own_theories(ask):
    said = ask(
        "compare", "status-quo", "--set", "hotline=1", "--json", "--theories", *SMALL, *BOTH
    ).json
    assert said["outcomes"]["crisis_weeks"].keys() >= {"difference", "low", "can_tell"}
    assert "mean_pressure" in said["theories"]["Quick tempers"]
    assert "first_crisis" not in said["theories"]["Quick tempers"], "it has no value in some runs"


def test_a_sweep_has_a_column_for_an_own_outcome(ask):
    vary = ("sweep", "status-quo", "--vary", "us_threats=0:1:2", "--plugin", ARITHMETIC)
    said = ask(*vary, "--outcome", "mean_pressure", "--json", *SMALL).json
    assert [cell["mean"]["mean_pressure"] > 0 for cell in said["cells"]] == [True, True]
    told = ask(*vary, "--outcome", "mean_presure", *SMALL)
    assert told.code == 2 and "did you mean `mean_pressure`?" in told.err


def test_robust_takes_own_theories_and_search_own_objectives(ask):
    levers = ("--policies", "hotline=1", "--outcome", "mean_pressure")
    said = ask("robust", "status-quo", *levers, "--json", *SMALL, "--plugin", ARITHMETIC).json
    assert "quick-temper" in said["theories"]
    wrong = ("search", "status-quo", "--levers", "hotline", "--objectives", "mean_presure,cost")
    told = ask(*wrong, *SMALL, "--plugin", ARITHMETIC)
    assert told.code == 2 and "did you mean `mean_pressure`?" in told.err


@pytest.mark.parametrize(
    ("command", "metrics"),
    [
        (("run", "status-quo"), ["mean_pressure", "q90(mean_pressure)", "share(crisis_weeks>1)"]),
        (
            ("compare", "status-quo", "--set", "engagement=0.9"),
            ["ratio(mean_pressure)", "difference(q90(crisis_weeks))"],
        ),
    ],
)
def test_until_stops_by_the_precision_of_an_own_outcome(ask, command, metrics):
    until = [word for metric in metrics for word in ("--until", f"half({metric})=0.9")]
    told = ask(*command, *until, "--weeks", "4", "--runs", "4000", "--plugin", ARITHMETIC)
    assert told.code == 0 and "not converged" not in told.err
    assert all(metric in told.err for metric in metrics) and "converged" in told.err


def test_a_replay_ends_with_own_outcomes(ask):
    said = ask("replay", "status-quo", "--run", "3", "--weeks", "4", "--json", *BOTH).json
    assert set(OWN) <= set(said["outcomes"]) and said["plugins"]


def test_the_codebook_lists_own_outcomes_and_quantities(ask):
    said = ask("parameters", "--format", "json", *BOTH).json
    assert [row["name"] for row in said["outcomes"]][-len(OWN) :] == OWN
    assert said["quantities"][-1]["name"] == "tension_step"


def test_the_schema_of_a_plugin_describes_every_key(ask):
    schema = ask("schema", "plugin").json
    tables = [schema, *schema["$defs"].values()]
    keys = {key: field for table in tables for key, field in table["properties"].items()}
    assert {"quantity", "outcome", "theory", "of", "reduce", "acts"} <= keys.keys()
    assert all("description" in field or "$ref" in field for field in keys.values())


@pytest.mark.parametrize("command", ["run", "sweep", "compare", "replay"])
def test_a_wrong_plugin_and_a_wrong_option_are_told_together(ask, tmp_path, command):
    wrong = tmp_path / "mine.toml"
    wrong.write_text('[[outcome]]\nname = "launch_days"\n')
    more = {"replay": ["--run", "0"], "sweep": ["--vary", "hotline"]}.get(command, [])
    told = ask(command, "status-quo", "--seed", "-1", "--plugin", wrong, *more)
    assert told.code == 2 and "Traceback" not in told.err
    reduce = 'line 1: outcome[0].reduce: is missing; it takes one of "sum", "mean", '
    for text in ("--seed", "mine.toml", reduce):
        assert text in told.err
