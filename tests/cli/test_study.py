"""The command `study`: a study file from the command line, and the files of other commands."""

import json

import pytest

from scenario_sim.studies import read_study, run_study_file

TEXT = """title = "Hotline"
runs = 8
weeks = 6
outcomes = ["launch_days", "confrontation_risk"]
[[factors]]
input = "hotline"
values = [0, 1]
"""


@pytest.fixture
def study_file(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(TEXT)
    return path


def test_a_dry_run_tells_the_size_and_runs_nothing(ask, study_file, tmp_path):
    said = ask("study", study_file, "--dry-run", "--out", tmp_path / "out")
    assert said.code == 0
    assert "2 design points, 1 seeds, 16 runs of 6 weeks" in said.out
    assert not (tmp_path / "out").exists()
    told = ask("study", study_file, "--dry-run", "--json").json
    assert (told["design_points"], told["runs"], told["factors"]) == (2, 16, ["hotline"])


def test_json_holds_what_python_returns(ask, study_file):
    said = ask("study", study_file, "--json")
    table = run_study_file(read_study(TEXT)).table
    told = json.loads(said.out)
    assert [row["launch_days"] for row in told["results"]] == table["launch_days"].tolist()
    assert told["missing"] == 0


def test_an_array_job_says_what_is_missing(ask, study_file, tmp_path):
    said = ask("study", study_file, "--out", tmp_path / "part", "--shard", "1/2")
    assert said.code == 0
    assert "1 cells belong to other shards" in said.err
    assert "scenario-sim merge" in said.err


def test_every_mistake_is_told_at_once(refused, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text(TEXT.replace("hotline", "hotlin"))
    said = refused("study", bad, "--shard", "3/2", "--jobs", "0")
    assert "--shard 3/2" in said
    assert "--jobs" in said
    assert "line 6" in said
    assert "did you mean `hotline`?" in said


@pytest.mark.parametrize(
    "words",
    [
        ["sweep", "status-quo", "--vary", "hotline=0:1:3", "--set", "engagement=0.6"],
        ["sweep", "status-quo", "--vary", "hotline", "--design", "lhs", "--samples", "4",
         "--change", "2026-10-05:engagement=0.9"],
        ["sensitivity", "status-quo", "--vary", "hotline", "--vary", "us_threats", "--samples", "2"],
        ["robust", "status-quo", "--policies", "freeze-for-freeze,calm:hotline=0.8"],
    ],
    ids=lambda words: words[0],
)  # fmt: skip
def test_a_command_is_the_short_form_of_the_study_that_it_prints(ask, words, tmp_path):
    more = ["--runs", "5", "--weeks", "6", "--seed", "3"]
    printed = ask(*words, *more, "--print-study")
    assert printed.code == 0
    study = read_study(printed.out)
    run_study_file(study, tmp_path / "study")
    if words[0] == "sensitivity":
        more.append("--no-sources")
    assert ask(*words, *more, "--out", tmp_path / "command").code == 0
    cells = [
        {path.name for path in (tmp_path / name / "cells").rglob("*") if path.is_dir()}
        for name in ("study", "command")
    ]
    assert cells[0] == cells[1]


def test_the_schema_of_a_study_names_every_key(ask):
    schema = json.loads(ask("schema", "study").out)
    assert {"factors", "design", "windows", "analyses"} <= set(schema["properties"])
